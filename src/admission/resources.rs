//! The policies of a repository on its objects: each decision that does not admit an object becomes a resource, which
//! the pages in `checks/kubernetes/admission` report.
//!
//! | type | `attrs` | `owner` |
//! |---|---|---|
//! | `admission_decision` | `action`, `policy`, `binding`, `message`, `admitted` (false or unknown), `value` | the object |
//! | `admission_policy_problem` | `rule`, `policy`, `message`, `value` | the policy or binding |
//!
//! The cluster is open: what the repository does not hold may exist, so what depends on it is unknown.

use super::cluster::{Cluster, kind_of};
use super::decide::Outcome;
use super::deciding::deciding;
use super::policy::{Binding, Policy};
use super::request::{AdmissionRequest, GroupVersion};
use super::review::{Policies, Reviewed};
use super::selector::texts;
use crate::expr::Trace;
use crate::model::{Cause, Lowered, Resource, ResourceId, Text, Type, Value, Why};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds that no policy is about.
const EXEMPT: [&str; 6] = [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
];

/// The group of policies and bindings.
const GROUP: &str = "admissionregistration.k8s.io";

/// The group of Kyverno's policies in CEL.
const KYVERNO_GROUP: &str = "policies.kyverno.io";

/// Evaluates the policies among the resources on the objects among them.
pub fn review(lowered: &mut Lowered) {
    let found = Found::of(lowered);
    if found.policies.policies.is_empty() && found.policies.bindings.is_empty() {
        return;
    }
    let mut made = found.problems(lowered);
    if let Some(place) = found.place {
        let objects = objects(lowered);
        let values = objects.iter().map(|(_, resource)| resource.attrs.clone()).collect();
        let cluster = Cluster::open(values, place);
        for (id, resource) in objects {
            made.extend(found.decisions(id, resource, &cluster));
        }
    }
    for resource in made {
        lowered.add(resource);
    }
}

/// The objects of Kubernetes among the resources.
fn objects(lowered: &Lowered) -> Vec<(ResourceId, &Resource)> {
    let numbered = (0..).map(ResourceId).zip(&lowered.resources);
    numbered
        .filter(|(_, resource)| resource.attrs.get("apiVersion").is_some() && resource.attrs.get("kind").is_some())
        .collect()
}

/// The policies and bindings among the resources.
struct Found {
    policies: Policies,
    /// The resources that they were read from, by name.
    policy_ids: BTreeMap<Text, ResourceId>,
    binding_ids: BTreeMap<Text, ResourceId>,
    /// Where the first of them stands.
    place: Option<Span>,
}

impl Found {
    fn of(lowered: &Lowered) -> Self {
        let mut found = Self {
            policies: Policies::default(),
            policy_ids: BTreeMap::new(),
            binding_ids: BTreeMap::new(),
            place: None,
        };
        for (id, resource) in objects(lowered) {
            match kind_of(&resource.attrs).group.as_str() {
                GROUP => {}
                KYVERNO_GROUP if resource.type_name == "ValidatingPolicy" => {
                    found.add_kyverno(id, resource);
                    continue;
                }
                _ => continue,
            }
            match resource.type_name.as_str() {
                "ValidatingAdmissionPolicy" => {
                    // A cluster has one policy of a name; several overlays may render the same one.
                    if let Some(policy) = Policy::read(&resource.attrs, resource.header)
                        && !found.policy_ids.contains_key(&policy.name)
                    {
                        found.policy_ids.insert(policy.name.clone(), id);
                        found.place.get_or_insert(resource.header);
                        found.policies.policies.push(policy);
                    }
                }
                "ValidatingAdmissionPolicyBinding" => {
                    if let Some(binding) = Binding::read(&resource.attrs, resource.header)
                        && !found.binding_ids.contains_key(&binding.name)
                    {
                        found.binding_ids.insert(binding.name.clone(), id);
                        found.policies.bindings.push(binding);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Adds a policy of Kyverno, which binds itself. One that uses Kyverno's own functions is not evaluated.
    fn add_kyverno(&mut self, id: ResourceId, resource: &Resource) {
        let Some(policy) = Policy::read(&resource.attrs, resource.header) else { return };
        if !policy.problems().is_empty() || self.policy_ids.contains_key(&policy.name) {
            return;
        }
        let actions = resource.attrs.get("spec").and_then(|spec| spec.get("validationActions"));
        let actions = texts(actions);
        self.policies.bindings.push(Binding {
            name: policy.name.clone(),
            policy: policy.name.clone(),
            place: policy.place,
            actions: if actions.is_empty() { vec!["Deny".into()] } else { actions },
            resources: None,
            reference: None,
        });
        self.policy_ids.insert(policy.name.clone(), id);
        self.place.get_or_insert(resource.header);
        self.policies.policies.push(policy);
    }

    /// What is wrong with the policies and bindings themselves.
    fn problems(&self, lowered: &Lowered) -> Vec<Resource> {
        let mut made = Vec::new();
        let bound: BTreeSet<&Text> = self.policies.bindings.iter().map(|binding| &binding.policy).collect();
        for policy in &self.policies.policies {
            let Some(owner) = self.policy_ids.get(&policy.name).copied() else { continue };
            let mut add = |rule: &str, at: usize, message: &str, place: Span| {
                let part = format!("{rule}/{at}");
                made.extend(problem(lowered, owner, &part, rule, &policy.name, message, place));
            };
            for (at, problem) in policy.problems().into_iter().enumerate() {
                add("expression", at, &problem.message, problem.span);
            }
            if !bound.contains(&policy.name) {
                let message = format!("No ValidatingAdmissionPolicyBinding names the policy '{}'.", policy.name);
                add("unbound", 0, &message, policy.place);
            }
        }
        for binding in &self.policies.bindings {
            let Some(owner) = self.binding_ids.get(&binding.name).copied() else { continue };
            if !self.policy_ids.contains_key(&binding.policy) {
                let message = format!("No ValidatingAdmissionPolicy here is called '{}'.", binding.policy);
                made.extend(problem(
                    lowered,
                    owner,
                    "dangling/0",
                    "dangling",
                    &binding.policy,
                    &message,
                    binding.place,
                ));
            }
        }
        made
    }

    /// The decisions on an object that do not admit it.
    fn decisions(&self, id: ResourceId, resource: &Resource, cluster: &Cluster) -> Vec<Resource> {
        if EXEMPT.contains(&resource.type_name.as_str()) {
            return Vec::new();
        }
        let Some(request) = request(resource, cluster) else { return Vec::new() };
        let open =
            |reviewed: &[Reviewed<'_>]| reviewed.iter().any(|one| !matches!(one.decision.outcome, Outcome::Admit));
        if !open(&self.policies.review(&request, cluster, None)) {
            return Vec::new();
        }
        let trace = Trace::default();
        let mut made: Vec<Resource> = Vec::new();
        for one in self.policies.review(&request, cluster, Some(&trace)) {
            let (admitted, message) = match &one.decision.outcome {
                Outcome::Admit => continue,
                Outcome::Deny(message) => (Value::bool(false, resource.header), message.clone()),
                Outcome::Inconclusive(causes) => {
                    (Value::unknown_of(Type::Bool, causes.clone(), resource.header), String::new())
                }
            };
            let value = deciding(&trace, one.decision.trace, &resource.attrs, resource.header);
            for action in ["Deny", "Warn", "Audit"].into_iter().filter(|action| one.has(action)) {
                let attrs = decision(&one, action, &message, admitted.clone(), value.clone(), resource.header);
                let key = key(&one, action);
                let address = resource.address.part("admission", Some(&key));
                if made.iter().any(|other| other.address == address) {
                    continue;
                }
                made.push(Resource {
                    type_name: "admission_decision".into(),
                    families: &[],
                    address,
                    attrs,
                    meta: Value::object(Vec::new(), resource.header),
                    owner: Some(id),
                    ..resource.clone()
                });
            }
        }
        made
    }
}

/// What tells a decision from the others on the same object.
fn key(one: &Reviewed<'_>, action: &str) -> String {
    let binding = one.binding.map(|binding| binding.name.as_str()).unwrap_or_default();
    let validation = one.decision.validation.map(|at| format!("/{at}")).unwrap_or_default();
    format!("{}/{binding}/{action}{validation}", one.policy.name)
}

fn decision(one: &Reviewed<'_>, action: &str, message: &str, admitted: Value, value: Value, span: Span) -> Value {
    let binding = one.binding.map(|binding| binding.name.as_str()).unwrap_or_default();
    Value::object(
        vec![
            ("action".into(), Value::string(action, span)),
            ("policy".into(), Value::string(one.policy.name.clone(), span)),
            ("binding".into(), Value::string(binding, span)),
            ("message".into(), Value::string(message, span)),
            ("admitted".into(), admitted),
            ("value".into(), value),
        ],
        span,
    )
}

fn problem(
    lowered: &Lowered,
    owner: ResourceId,
    part: &str,
    rule: &str,
    policy: &Text,
    message: &str,
    place: Span,
) -> Option<Resource> {
    let of = lowered.resources.get(owner.0 as usize)?;
    let attrs = vec![
        ("rule".into(), Value::string(rule, place)),
        ("policy".into(), Value::string(policy.clone(), place)),
        ("message".into(), Value::string(message, place)),
        ("value".into(), Value::null(place)),
    ];
    Some(Resource {
        type_name: "admission_policy_problem".into(),
        families: &[],
        address: of.address.part("problem", Some(part)),
        attrs: Value::object(attrs, place),
        meta: Value::object(Vec::new(), place),
        owner: Some(owner),
        ..of.clone()
    })
}

/// The request by which an object is created. Who asks is not known, nor the namespace of an object that names none.
fn request(resource: &Resource, cluster: &Cluster) -> Option<AdmissionRequest> {
    let object = &resource.attrs;
    let kind = kind_of(object);
    if kind.name.is_empty() || kind.version.is_empty() {
        return None;
    }
    let metadata = |name: &str| object.get("metadata").and_then(|metadata| metadata.get(name));
    let is_namespaced = cluster.is_namespaced(&kind);
    let named = metadata("namespace").and_then(Value::as_str);
    let unknown_namespace = (is_namespaced && named.is_none()).then(|| {
        let unknown = metadata("namespace").and_then(Value::as_unknown).map(|unknown| unknown.causes.clone());
        let causes = || vec![Cause { why: Why::Cluster("the namespace of the object".into()), span: resource.header }];
        unknown.unwrap_or_else(causes)
    });
    let group_version = GroupVersion { name: super::request::plural(&kind.name), ..kind.clone() };
    Some(AdmissionRequest {
        operation: "CREATE".into(),
        request_kind: kind.clone(),
        request_resource: group_version.clone(),
        kind,
        resource: group_version,
        subresource: String::new(),
        name: metadata("name").and_then(Value::as_str).unwrap_or_default().into(),
        namespace: if is_namespaced { named.unwrap_or_default().into() } else { String::new() },
        unknown_namespace,
        user: None,
        object: Some(object.clone()),
        old_object: None,
    })
}
