//! What all policies together say of a request: each decision with its binding, and the API server's answer.

use super::cluster::{Cluster, Params};
use super::decide::{Decision, Outcome, decide};
use super::index::PolicyIndex;
use super::kyverno;
use super::policy::{Binding, BindingMatch, BindingParams, Policy, PolicySource};
use super::rego_decide::decide_in_rego;
use super::request::{AdmissionRequest, GroupVersion};
use super::scope::or_null;
use super::selector::Match;
use crate::cel::{CelData, CelValue};
use crate::expr::Trace;
use crate::model::{Cause, Mapping, Text, Value};
use std::sync::OnceLock;

/// Policies with their bindings.
#[derive(Debug, Default)]
pub struct Policies {
    /// The policies.
    pub policies: Vec<Policy>,
    /// The bindings.
    pub bindings: Vec<Binding>,
    /// What each may be about: made of them at the first review.
    pub index: OnceLock<PolicyIndex>,
}

/// A decision, and the policy and binding that it is made for.
#[derive(Debug)]
pub struct Reviewed<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The binding; `None` for an error of the policy itself.
    pub binding: Option<&'a Binding>,
    /// The decision.
    pub decision: Decision,
    /// Whether it denies whatever the actions of the binding are.
    pub always_denies: bool,
    /// What the policy took for the object, if it is not the object of the request.
    pub seen: Option<Value>,
}

/// The answer of the API server.
#[derive(Debug)]
pub struct Response {
    /// Whether the object may come in; `None` if that depends on what is not known.
    pub allowed: Option<bool>,
    /// Why it may not: of the first decision that denies it.
    pub message: Option<String>,
    /// What else the user is told.
    pub warnings: Vec<String>,
}

impl Reviewed<'_> {
    /// Returns whether the binding has an action: `Deny`, `Warn`, `Audit`.
    pub fn has(&self, action: &str) -> bool {
        if self.always_denies {
            return action == "Deny";
        }
        self.binding.is_some_and(|binding| binding.actions.iter().any(|found| found == action))
    }
}

impl Policies {
    /// Returns all decisions on a request.
    pub fn review(&self, request: &AdmissionRequest, cluster: &Cluster, trace: Option<&Trace>) -> Vec<Reviewed<'_>> {
        let mut reviewed = Vec::new();
        let index = self.index.get_or_init(|| PolicyIndex::new(&self.policies, &self.bindings));
        for (policy, bindings) in index.about(request) {
            // Only Gatekeeper asks about what will be made.
            let asked = |policy: &&Policy| !request.is_generated || policy.source == PolicySource::Gatekeeper;
            let Some(policy) = self.policies.get(policy).filter(asked) else { continue };
            let bindings = bindings.into_iter().filter_map(|binding| self.bindings.get(binding)).collect();
            Review { policy, request, cluster, trace, bindings, reviewed: &mut reviewed }.run();
        }
        reviewed
    }

    /// Returns the answer of the API server.
    pub fn respond(&self, request: &AdmissionRequest, cluster: &Cluster) -> Response {
        let is_namespace = request.kind.group.is_empty() && request.kind.name == "Namespace";
        let is_known = is_namespace
            || request.namespace.is_empty()
            || cluster.namespace(&request.namespace).is_some()
            || cluster.unknown_namespace(&request.namespace).is_some();
        let reviewed = self.review(request, cluster, None);
        if !is_known && reviewed.iter().any(|one| !one.always_denies) {
            let message = format!("namespaces \"{}\" not found", request.namespace);
            return Response { allowed: Some(false), message: Some(message), warnings: Vec::new() };
        }
        let mut response = Response { allowed: Some(true), message: None, warnings: Vec::new() };
        for one in &reviewed {
            let name = &one.policy.name;
            let binding = one.binding.map(|binding| &binding.name);
            match &one.decision.outcome {
                Outcome::Admit => {}
                Outcome::Inconclusive(_) if one.has("Deny") => {
                    response.allowed = response.allowed.filter(|allowed| !allowed);
                }
                Outcome::Inconclusive(_) => {}
                Outcome::Deny(message) => {
                    if one.has("Deny") && response.message.is_none() {
                        let with = binding.map(|binding| format!(" with binding '{binding}'")).unwrap_or_default();
                        response.message = Some(format!(
                            "{} is forbidden: ValidatingAdmissionPolicy '{name}'{with} denied request: {message}",
                            subject(request)
                        ));
                        response.allowed = Some(false);
                    }
                    if one.has("Warn") {
                        let binding = binding.map(Text::as_str).unwrap_or_default();
                        let warning = format!(
                            "Validation failed for ValidatingAdmissionPolicy '{name}' with binding '{binding}': {message}"
                        );
                        if !response.warnings.contains(&warning) {
                            response.warnings.push(warning);
                        }
                    }
                }
            }
        }
        response
    }
}

/// How the API server names what a request is about: `deployments.apps "web"`.
fn subject(request: &AdmissionRequest) -> String {
    let resource = &request.request_resource;
    let dot = if resource.group.is_empty() { "" } else { "." };
    let metadata = request.object.as_ref().and_then(|object| object.get("metadata"));
    let generated = metadata.and_then(|metadata| metadata.get("generateName")).and_then(Value::as_str);
    let name = match request.name.as_str() {
        "" => generated.unwrap_or("Unknown"),
        name => name,
    };
    format!("{}{dot}{} \"{name}\"", resource.name, resource.group)
}

struct Review<'a, 'r> {
    policy: &'a Policy,
    request: &'r AdmissionRequest,
    cluster: &'r Cluster,
    trace: Option<&'r Trace>,
    /// The bindings of the policy.
    bindings: Vec<&'a Binding>,
    reviewed: &'r mut Vec<Reviewed<'a>>,
}

impl<'a> Review<'a, '_> {
    fn run(&mut self) {
        if self.bindings.is_empty() {
            return;
        }
        let policy = self.policy;
        let Some(constraints) = &policy.constraints else {
            return self.misconfigured(None, "policy contained no match constraints, a required field");
        };
        if let Some(request) = with_pod(policy, self.request) {
            for binding in self.bindings.clone() {
                if self.binds(binding) {
                    self.bound(binding, &request);
                }
            }
            return;
        }
        let matched = constraints.matches(self.request, self.cluster);
        let Some(resource) = self.matched(matched, None) else { return };
        if let Some(kind) = &policy.param_kind
            && !self.cluster.serves(kind)
        {
            let version = if kind.group.is_empty() {
                format!("/{}", kind.version)
            } else {
                format!("{}/{}", kind.group, kind.version)
            };
            let message = format!("failed to find resource referenced by paramKind: '{version}, Kind={}'", kind.name);
            return self.misconfigured(None, &message);
        }
        let request = versioned(self.request, resource);
        for binding in self.bindings.clone() {
            if self.binds(binding) {
                self.bound(binding, &request);
            }
        }
    }

    /// Whether a binding applies; what stands against that is noted.
    fn binds(&mut self, binding: &'a Binding) -> bool {
        let own = || self.request.resource.clone();
        let matched = match &binding.matching {
            BindingMatch::All => (Match::Yes, own()),
            BindingMatch::Resources(resources) => resources.matches(self.request, self.cluster),
            BindingMatch::Constraint(constraint) => (constraint.matches(self.request, self.cluster), own()),
            BindingMatch::Namespace(namespace) => (in_namespace(self.request, namespace), own()),
        };
        self.matched(matched, Some(binding)).is_some()
    }

    /// The resource as the rules have it, if they match; what stands against that is noted.
    fn matched(&mut self, matched: (Match, GroupVersion), binding: Option<&'a Binding>) -> Option<GroupVersion> {
        match matched {
            (Match::Yes, resource) => Some(resource),
            (Match::No, _) => None,
            (Match::Unknown(causes), _) => {
                let bindings = binding.map_or_else(|| self.bindings.clone(), |binding| vec![binding]);
                for binding in bindings {
                    self.note(Some(binding), Outcome::Inconclusive(causes.clone()), false);
                }
                None
            }
            (Match::Error(error), _) => {
                self.misconfigured(binding, &error);
                None
            }
        }
    }

    fn note(&mut self, binding: Option<&'a Binding>, outcome: Outcome, always_denies: bool) {
        let decision = Decision { validation: None, outcome, place: self.policy.place, trace: None };
        self.reviewed.push(Reviewed { policy: self.policy, binding, decision, always_denies, seen: None });
    }

    fn misconfigured(&mut self, binding: Option<&'a Binding>, error: &str) {
        if self.policy.fails {
            let what = if binding.is_some() { "binding" } else { "policy" };
            self.note(binding, Outcome::Deny(format!("failed to configure {what}: {error}")), true);
        }
    }

    fn bound(&mut self, binding: &'a Binding, request: &AdmissionRequest) {
        if let (Some(code), BindingParams::Object(constraint)) = (&self.policy.rego, &binding.params) {
            let policy = self.policy;
            let decisions = decide_in_rego(code, policy, request, constraint, self.cluster);
            self.reviewed.extend(decisions.into_iter().map(|decision| Reviewed {
                policy,
                binding: Some(binding),
                decision,
                always_denies: false,
                seen: None,
            }));
            return;
        }
        let kind = self.policy.param_kind.as_ref();
        let namespace = match &request.unknown_namespace {
            Some(causes) => Err(causes.as_slice()),
            None => Ok(request.namespace.as_str()),
        };
        let params = match &binding.params {
            BindingParams::None => Params::None,
            BindingParams::Reference(reference) => self.cluster.params(kind, reference, namespace),
            BindingParams::Object(object) => Params::Objects(vec![object.clone()]),
        };
        let params = match params {
            Params::None => vec![or_null(None)],
            Params::Objects(objects) => objects.iter().map(CelValue::from).collect(),
            Params::Unknown(causes) => vec![unknown(causes)],
            Params::Skipped => return,
            Params::Error(error) => return self.misconfigured(Some(binding), &error),
        };
        let (policy, mut audit_errors) = (self.policy, Vec::new());
        let is_own = policy.pod_controllers.is_empty();
        for params in params {
            let decisions = decide(policy, request, &params, self.cluster, self.trace);
            let reviewed = |decision, always_denies| {
                let seen = if is_own { None } else { request.object.clone() };
                Reviewed { policy, binding: Some(binding), decision, always_denies, seen }
            };
            self.reviewed.extend(decisions.validations.into_iter().map(|decision| reviewed(decision, false)));
            audit_errors.extend(decisions.audit_errors.into_iter().map(|decision| reviewed(decision, true)));
        }
        self.reviewed.append(&mut audit_errors);
    }
}

/// Whether the object of a request lives in a namespace.
fn in_namespace(request: &AdmissionRequest, namespace: &Result<String, Vec<Cause>>) -> Match {
    let is_namespace = request.kind.group.is_empty() && request.kind.name == "Namespace";
    match (&request.unknown_namespace, namespace) {
        _ if is_namespace => Match::No,
        (Some(causes), _) => Match::Unknown(causes.clone()),
        (None, _) if request.namespace.is_empty() => Match::No,
        (None, Err(causes)) => Match::Unknown(causes.clone()),
        (None, Ok(namespace)) => Match::of(*namespace == request.namespace),
    }
}

/// The request in which the template of a pod stands for its object, for a policy that judges such templates.
fn with_pod(policy: &Policy, request: &AdmissionRequest) -> Option<AdmissionRequest> {
    let resource = &request.resource;
    let judges = matches!(resource.group.as_str(), "apps" | "batch") && policy.pod_controllers.contains(&resource.name);
    let object = request.object.as_ref().filter(|_| judges)?;
    Some(AdmissionRequest { object: Some(kyverno::with_pod(object, &resource.name)?), ..request.clone() })
}

fn unknown(causes: Vec<Cause>) -> CelValue {
    CelData::unknown(causes).into()
}

/// The request as a policy sees it that asks for another version of the same resource.
fn versioned(request: &AdmissionRequest, resource: GroupVersion) -> AdmissionRequest {
    let mut request = request.clone();
    if resource == request.resource {
        return request;
    }
    let slash = if resource.group.is_empty() { "" } else { "/" };
    let version = format!("{}{slash}{}", resource.group, resource.version);
    for object in request.object.iter_mut().chain(&mut request.old_object) {
        let span = object.origin.span;
        if let Some(mapping) = object.as_mapping_mut() {
            Mapping::set(mapping, "apiVersion", Value::string(version.as_str(), span));
        }
    }
    request.kind = GroupVersion { name: request.kind.name.clone(), ..resource.clone() };
    request.resource = resource;
    request
}
