//! Policies of Kyverno in CEL: ValidatingPolicies, which bind themselves.
//!
//! Sources: api/policies.kyverno.io in kyverno/api, pkg/cel in kyverno/kyverno.

use super::policy::{Binding, BindingMatch, BindingParams, Policy, PolicySource};
use super::selector::{Selector, texts};
use crate::model::{Cause, Text, Value, Why};
use crate::source::Span;
use std::collections::BTreeSet;

/// The group of policies in CEL.
pub const GROUP: &str = "policies.kyverno.io";

/// The group of policies in patterns.
pub const OLD_GROUP: &str = "kyverno.io";

/// Names that only Kyverno's expressions have: of functions, and of what stands before their dots.
const OWN_NAMES: [&str; 27] = [
    "base64",
    "cel",
    "generator",
    "globalContext",
    "gzip",
    "hash",
    "http",
    "image",
    "images",
    "isImage",
    "jmespath",
    "json",
    "listObjToMap",
    "math",
    "md5",
    "parseImageReference",
    "parseServiceAccount",
    "random",
    "resource",
    "sha1",
    "sha256",
    "time",
    "toCron",
    "truncate",
    "x509",
    "yaml",
    "zip",
];

/// Returns what policies of a kind are, for people, if they may refuse objects and none of them is evaluated.
pub fn unread_kind(group: &str, kind: &str) -> Option<&'static str> {
    match (group, kind) {
        (OLD_GROUP, "ClusterPolicy" | "Policy") => Some("policies in patterns of Kyverno"),
        (GROUP, "ImageValidatingPolicy" | "NamespacedImageValidatingPolicy") => Some("policies of Kyverno on images"),
        _ => None,
    }
}

/// Returns the names of the policies that an exception is about.
pub fn excepted(exception: &Value) -> Vec<Text> {
    let references = exception.get("spec").and_then(|spec| spec.get("policyRefs")).and_then(Value::as_items);
    let name = |reference: &Value| reference.get("name").and_then(Value::as_str).map(Text::from);
    references.unwrap_or_default().iter().filter_map(name).collect()
}

/// Controllers of pods whose templates a policy on pods is about too, where it does not name others.
const POD_CONTROLLERS: [&str; 6] = ["cronjobs", "daemonsets", "deployments", "jobs", "replicasets", "statefulsets"];

/// Returns the resources with a template of pods that a policy is about besides pods: none, unless it is about pods only,
/// and about all of them. Source: `CanAutoGen` of pkg/cel/autogen/support.go in kyverno/kyverno.
pub fn pod_controllers(spec: &Value) -> Vec<String> {
    let Some(matching) = spec.get("matchConstraints") else { return Vec::new() };
    let rules = matching.get("resourceRules").and_then(Value::as_items).unwrap_or_default();
    let is = |list: &str, wanted: &str| rules.iter().all(|rule| texts(rule.get(list)) == [wanted]);
    let is_empty = |list: Option<&Value>| list.and_then(Value::as_items).is_none_or(<[Value]>::is_empty);
    let selects = |name: &str| matching.get(name).is_some_and(|selector| !Selector::read(Some(selector)).is_empty());
    let is_about_pods = rules.len() == 1
        && is("apiGroups", "")
        && is("apiVersions", "v1")
        && is("resources", "pods")
        && rules.iter().all(|rule| is_empty(rule.get("resourceNames")))
        && is_empty(matching.get("excludeResourceRules"))
        && !selects("namespaceSelector")
        && !selects("objectSelector");
    if !is_about_pods {
        return Vec::new();
    }
    let chosen = spec.get("autogen").and_then(|autogen| autogen.get("podControllers")?.get("controllers"));
    match chosen.filter(|chosen| !chosen.is_null()) {
        Some(chosen) => texts(Some(chosen)),
        None => POD_CONTROLLERS.map(str::to_owned).into(),
    }
}

/// Returns an object as a policy on pods sees it: with the metadata and the spec of the template of its pods, and its own
/// name and namespace. Source: pkg/cel/autogen/replacement.go in kyverno/kyverno.
pub fn with_pod(object: &Value, resource: &str) -> Option<Value> {
    let path: &[&str] =
        if resource == "cronjobs" { &["spec", "jobTemplate", "spec", "template"] } else { &["spec", "template"] };
    let mut template = object;
    for step in path {
        if !template.is_unknown() {
            template = template.get(step)?;
        }
    }
    let part = |name: &str| if template.is_unknown() { Some(template) } else { template.get(name) };
    let mut metadata = part("metadata").cloned().unwrap_or_else(|| Value::object(Vec::new(), template.origin.span));
    if let Some(fields) = metadata.as_mapping_mut() {
        for name in ["name", "namespace"] {
            if let Some(own) = object.get("metadata").and_then(|metadata| metadata.get(name)) {
                fields.set(name, own.clone());
            }
        }
    }
    let mut seen = object.clone();
    let fields = seen.as_mapping_mut()?;
    fields.set("metadata", metadata);
    match part("spec") {
        Some(spec) => fields.set("spec", spec.clone()),
        None => drop(fields.remove("spec")),
    }
    Some(seen)
}

/// The kind of policies that are about the objects of their own namespace.
pub const NAMESPACED: &str = "NamespacedValidatingPolicy";

/// Returns why a policy is not evaluated, with the place.
pub fn unevaluated(policy: &Policy, object: &Value, exceptions: &BTreeSet<Text>) -> Option<(String, Span)> {
    let evaluation = object.get("spec").and_then(|spec| spec.get("evaluation"));
    if let Some(mode) = evaluation.and_then(|evaluation| evaluation.get("mode"))
        && let Some(name) = mode.as_str().filter(|name| !matches!(*name, "Kubernetes" | ""))
    {
        return Some((format!("its mode is {name}, it is not about objects of a cluster"), mode.origin.span));
    }
    let name = object.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
    if name.is_some_and(|name| exceptions.contains(name)) {
        return Some(("a PolicyException here names it".into(), policy.place));
    }
    let problems = policy.problems();
    problems.iter().find_map(|problem| {
        let name = problem.message.split_once("reference to '")?.1.split('\'').next()?;
        let is_own = OWN_NAMES.contains(&name);
        is_own.then(|| (format!("only Kyverno knows `{name}`"), problem.span))
    })
}

/// Returns the binding by which a policy binds itself. Only background scans evaluate some policies: they refuse nothing.
pub fn binding(policy: &Policy, object: &Value) -> Binding {
    let spec = object.get("spec");
    let admission = spec.and_then(|spec| spec.get("evaluation")?.get("admission")?.get("enabled")?.as_bool());
    let actions = texts(spec.and_then(|spec| spec.get("validationActions")));
    let actions = match (admission, actions.is_empty()) {
        (Some(false), _) => vec!["Audit".into()],
        (_, true) => vec!["Deny".into()],
        _ => actions,
    };
    let (name, params) = (policy.name.clone(), BindingParams::None);
    let matching = match object.get("kind").and_then(Value::as_str) {
        Some(NAMESPACED) => BindingMatch::Namespace(namespace(object, policy.place)),
        _ => BindingMatch::All,
    };
    Binding {
        source: PolicySource::Kyverno,
        policy: name.clone(),
        name,
        place: policy.place,
        actions,
        matching,
        params,
    }
}

/// The namespace of a policy, or why it is not known.
fn namespace(object: &Value, place: Span) -> Result<String, Vec<Cause>> {
    let namespace = object.get("metadata").and_then(|metadata| metadata.get("namespace"));
    match namespace {
        Some(namespace) if namespace.is_unknown() => {
            Err(namespace.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default())
        }
        Some(namespace) => Ok(namespace.as_str().unwrap_or_default().to_owned()),
        None => Err(vec![Cause { why: Why::Cluster("the namespace of the policy".into()), span: place }]),
    }
}
