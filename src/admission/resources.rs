//! The policies of a repository on its objects: each decision that does not admit an object becomes a resource, which
//! the pages in `checks/kubernetes/admission` report.
//!
//! | type | `attrs` | `owner` |
//! |---|---|---|
//! | `admission_decision` | `action`, `by`, `policy`, `binding`, `message`, `admitted` (false or unknown), `value` | the object |
//! | `admission_policy_problem` | `rule`, `by`, `message`, `value` | the policy or binding |
//!
//! The cluster is open: what the repository does not hold may exist, so what depends on it is unknown.

use super::cluster::{Cluster, kind_of};
use super::decide::Outcome;
use super::deciding::deciding;
use super::decoding::Decoder;
use super::expansion::{Implied, with_implied};
use super::found::{self, Found, PolicyProblem, Unevaluated, objects};
use super::gatekeeper::action_of;
use super::policy::PolicySource;
use super::request::{AdmissionRequest, GroupVersion};
use super::review::{Policies, Reviewed};
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

/// Evaluates the policies among the resources on the objects among them.
pub fn review(lowered: &mut Lowered) {
    let repositories: BTreeSet<Text> = lowered.units.iter().map(|unit| unit.repository.clone()).collect();
    for repository in &repositories {
        review_repository(lowered, repository);
    }
}

/// The policies of one repository are about its own objects: what lies in another one is another cluster's.
fn review_repository(lowered: &mut Lowered, repository: &str) {
    let found = Found::of(lowered, repository);
    if found.is_empty() {
        return;
    }
    let mut made: Vec<Resource> = Vec::new();
    let mut numbers: BTreeMap<(ResourceId, &str), usize> = BTreeMap::new();
    for one in &found.problems {
        let number = numbers.entry((one.owner, one.rule)).or_default();
        made.extend(problem(lowered, one, *number));
        *number += 1;
    }
    if let Some(place) = found.place {
        let objects = objects(lowered, repository);
        let decoder = Decoder::new(objects.iter().map(|(_, resource)| &resource.attrs));
        let values = objects.iter().map(|(_, resource)| decoder.created(&resource.attrs, None)).collect();
        let cluster = Cluster::open(values, place);
        for (id, resource) in objects {
            made.extend(decisions(&found, id, resource, &cluster, &decoder));
        }
    }
    for resource in made {
        lowered.add(resource);
    }
    for Unevaluated { owner, what, problem } in found.unevaluated {
        if let Some(meta) = lowered.resources.get_mut(owner.0 as usize).and_then(|of| of.meta.as_mapping_mut()) {
            meta.set("unevaluated", Value::string(what, problem.span));
        }
        lowered.problems.push(problem);
    }
}

/// The decisions on an object, and on what controllers will make of it, that do not admit it.
fn decisions(
    found: &Found,
    id: ResourceId,
    resource: &Resource,
    cluster: &Cluster,
    decoder: &Decoder,
) -> Vec<Resource> {
    if EXEMPT.contains(&resource.type_name.as_str()) {
        return Vec::new();
    }
    let Some(request) = request(resource, cluster, decoder) else { return Vec::new() };
    let mut made = Vec::new();
    for implied in &with_implied(request, &found.expansions) {
        decide(&found.policies, implied, id, resource, cluster, &mut made);
    }
    made
}

fn decide(
    policies: &Policies,
    Implied { request, by }: &Implied<'_>,
    id: ResourceId,
    resource: &Resource,
    cluster: &Cluster,
    made: &mut Vec<Resource>,
) {
    let open = |reviewed: &[Reviewed<'_>]| reviewed.iter().any(|one| !matches!(one.decision.outcome, Outcome::Admit));
    if !open(&policies.review(request, cluster, None)) {
        return;
    }
    let trace = Trace::default();
    let header = resource.header;
    for one in policies.review(request, cluster, Some(&trace)) {
        let (admitted, mut message) = match &one.decision.outcome {
            Outcome::Admit => continue,
            Outcome::Deny(message) => (Value::bool(false, header), message.clone()),
            Outcome::Inconclusive(causes) => (Value::unknown_of(Type::Bool, causes.clone(), header), String::new()),
        };
        if let Some(by) = by {
            message = format!("[Implied by {}] {message}", by.name);
        }
        let seen = one.seen.as_ref().or(request.object.as_ref()).unwrap_or(&resource.attrs);
        let value = deciding(&trace, one.decision.trace, seen, header);
        let overridden = by.and_then(|by| by.action.as_deref()).map(action_of);
        let has = |action: &str| overridden.map_or_else(|| one.has(action), |overridden| overridden == Some(action));
        for action in ["Deny", "Warn", "Audit"].into_iter().filter(|action| has(action)) {
            let attrs = decision(&one, action, &message, admitted.clone(), value.clone(), header);
            let implied = by.map(|by| format!("/{}", by.name)).unwrap_or_default();
            let key = format!("{}{implied}", key(&one, action));
            let address = resource.address.part("admission", Some(&key));
            if made.iter().any(|other| other.address == address) {
                continue;
            }
            made.push(Resource {
                type_name: "admission_decision".into(),
                families: &[],
                address,
                attrs,
                meta: Value::object(Vec::new(), header),
                owner: Some(id),
                ..resource.clone()
            });
        }
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
            ("by".into(), Value::string(by(one), span)),
            ("policy".into(), Value::string(one.policy.name.clone(), span)),
            ("binding".into(), Value::string(binding, span)),
            ("message".into(), Value::string(message, span)),
            ("admitted".into(), admitted),
            ("value".into(), value),
        ],
        span,
    )
}

/// Who decided, for people.
fn by(one: &Reviewed<'_>) -> String {
    let policy = &one.policy.name;
    match (one.policy.source, one.binding) {
        (PolicySource::Kubernetes, Some(binding)) => format!("Policy '{policy}' (binding '{}')", binding.name),
        (PolicySource::Gatekeeper, Some(binding)) => found::constraint(policy, &binding.name),
        (source, _) => found::by(source, policy),
    }
}

/// The resource of a problem; `number` tells it from others of the same rule and owner.
fn problem(lowered: &Lowered, one: &PolicyProblem, number: usize) -> Option<Resource> {
    let of = lowered.resources.get(one.owner.0 as usize)?;
    let text = |text: &str| Value::string(text, one.place);
    let attrs = vec![
        ("rule".into(), text(one.rule)),
        ("by".into(), text(&one.by)),
        ("message".into(), text(&one.message)),
        ("value".into(), Value::null(one.place)),
    ];
    Some(Resource {
        type_name: "admission_policy_problem".into(),
        families: &[],
        address: of.address.part("problem", Some(&format!("{}/{number}", one.rule))),
        attrs: Value::object(attrs, one.place),
        meta: Value::object(Vec::new(), one.place),
        owner: Some(one.owner),
        ..of.clone()
    })
}

/// The request by which an object is created. Who asks is not known, nor the namespace of an object that names none.
fn request(resource: &Resource, cluster: &Cluster, decoder: &Decoder) -> Option<AdmissionRequest> {
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
        object: Some(decoder.created(object, unknown_namespace.as_deref())),
        unknown_namespace,
        user: None,
        old_object: None,
        is_generated: false,
    })
}
