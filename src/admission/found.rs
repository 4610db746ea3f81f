//! The policies and bindings among the resources of a repository, what is wrong with them, and which are not evaluated.

use super::cluster::kind_of;
use super::expansion::{self, Expansion};
use super::gatekeeper::{self, Constraint, Template};
use super::kyverno;
use super::policy::{Binding, BindingParams, Policy, PolicySource};
use super::reach::{unreachable_kinds, unreachable_rules};
use super::request::GroupVersion;
use super::review::Policies;
use crate::model::{Lowered, Resource, ResourceId, Text, Value};
use crate::source::{Problem, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The group of the policies and bindings of the API server.
const GROUP: &str = "admissionregistration.k8s.io";

/// What is wrong with a policy or a binding.
pub struct PolicyProblem {
    /// The policy or binding.
    pub owner: ResourceId,
    /// What kind of mistake it is: `expression`, `unbound`, `dangling`, `refused`, `parameters`, `elsewhere`, `ignored`,
    /// `nothing`.
    pub rule: &'static str,
    /// The policy, for people: "Policy 'replica-limit'".
    pub by: String,
    /// A sentence about it.
    pub message: String,
    /// Its place.
    pub place: Span,
}

/// A policy that is not evaluated.
pub struct Unevaluated {
    /// The policy.
    pub owner: ResourceId,
    /// What is not evaluated, for people: "policies in Rego".
    pub what: &'static str,
    /// Why, with the place.
    pub problem: Problem,
}

/// The policies and bindings among the resources.
#[derive(Default)]
pub struct Found {
    /// What is evaluated.
    pub policies: Policies,
    /// What controllers will make of the objects.
    pub expansions: Vec<Expansion>,
    /// What is wrong.
    pub problems: Vec<PolicyProblem>,
    /// What is not evaluated.
    pub unevaluated: Vec<Unevaluated>,
    /// Where the first policy stands.
    pub place: Option<Span>,
    /// The resources that the policies were read from, in their order.
    policy_ids: Vec<ResourceId>,
    /// The bindings and constraints.
    bound: Vec<Bound>,
    /// The names that were seen. A cluster has one object of a kind and name; several overlays may render it.
    names: BTreeSet<(String, Text)>,
    /// The templates of Gatekeeper by the kind of their constraints, with the resources that they were read from.
    templates: BTreeMap<Text, (ResourceId, Span, Template)>,
}

/// A binding or a constraint, and what it binds.
struct Bound {
    owner: ResourceId,
    place: Span,
    source: PolicySource,
    policy: Text,
}

/// The objects of Kubernetes among the resources of a repository.
pub fn objects<'l>(lowered: &'l Lowered, repository: &str) -> Vec<(ResourceId, &'l Resource)> {
    let numbered = (0..).map(ResourceId).zip(&lowered.resources);
    numbered
        .filter(|(_, resource)| lowered.repository_of(resource) == repository)
        .filter(|(_, resource)| resource.attrs.get("apiVersion").is_some() && resource.attrs.get("kind").is_some())
        .collect()
}

/// The policy, for people.
pub fn by(source: PolicySource, name: &str) -> String {
    match source {
        PolicySource::Gatekeeper => format!("ConstraintTemplate '{}'", name.to_lowercase()),
        PolicySource::Kubernetes | PolicySource::Kyverno => format!("Policy '{name}'"),
    }
}

/// A constraint, for people.
pub fn constraint(kind: &str, name: &str) -> String {
    format!("Constraint '{kind}/{name}'")
}

impl Found {
    /// Reads those of a repository.
    pub fn of(lowered: &Lowered, repository: &str) -> Self {
        let mut found = Self::default();
        let all = objects(lowered, repository);
        let mut exempt = Vec::new();
        let mut constraints = Vec::new();
        let mut exceptions = BTreeSet::new();
        for (_, resource) in &all {
            match kind_of(&resource.attrs).group.as_str() {
                gatekeeper::CONFIGURATION if resource.type_name == "Config" => {
                    exempt.extend(gatekeeper::exempt(&resource.attrs));
                }
                kyverno::GROUP if resource.type_name == "PolicyException" => {
                    exceptions.extend(kyverno::excepted(&resource.attrs));
                }
                _ => {}
            }
        }
        for (id, resource) in &all {
            let kind = kind_of(&resource.attrs);
            match (kind.group.as_str(), kind.name.as_str()) {
                (GROUP, "ValidatingAdmissionPolicy") => found.add_policy(*id, resource),
                (GROUP, "ValidatingAdmissionPolicyBinding") => found.add_binding(*id, resource),
                (kyverno::GROUP | kyverno::OLD_GROUP, kind) => found.add_kyverno(*id, resource, kind, &exceptions),
                (expansion::EXPANSIONS, "ExpansionTemplate") if found.is_new(resource) => {
                    found.expansions.extend(Expansion::read(&resource.attrs));
                }
                (gatekeeper::TEMPLATES, "ConstraintTemplate") => found.add_template(*id, resource),
                (gatekeeper::CONSTRAINTS, _) => constraints.push((*id, *resource)),
                _ => {}
            }
        }
        for (id, resource) in constraints {
            found.add_constraint(id, resource, &exempt);
        }
        found.check_bindings(&all);
        found.check_policies();
        found
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.unevaluated.is_empty()
    }

    /// Whether an object of this kind and name is the first one.
    fn is_new(&mut self, resource: &Resource) -> bool {
        let namespace = metadata(&resource.attrs, "namespace").unwrap_or_default();
        let name = metadata(&resource.attrs, "name").map(|name| format!("{namespace}/{name}"));
        name.is_some_and(|name| self.names.insert((resource.type_name.to_string(), name.into())))
    }

    fn report(&mut self, owner: ResourceId, rule: &'static str, by: &str, message: String, place: Span) {
        self.problems.push(PolicyProblem { owner, rule, by: by.to_owned(), message, place });
    }

    fn take(&mut self, policy: Policy, id: ResourceId) {
        self.place.get_or_insert(policy.place);
        self.policy_ids.push(id);
        self.policies.policies.push(policy);
    }

    fn add_policy(&mut self, id: ResourceId, resource: &Resource) {
        let policy = Policy::read(&resource.attrs, PolicySource::Kubernetes, resource.header);
        let Some(policy) = policy.filter(|_| self.is_new(resource)) else { return };
        self.check_rules(id, &by(policy.source, &policy.name), &resource.attrs, "matchConstraints");
        self.take(policy, id);
    }

    /// Resource rules that match nothing.
    fn check_rules(&mut self, id: ResourceId, by: &str, object: &Value, field: &str) {
        let matching = object.get("spec").and_then(|spec| spec.get(field));
        if let Some((reason, place)) = matching.and_then(unreachable_rules) {
            self.report(id, "nothing", by, format!("It matches no object: {reason}."), place);
        }
    }

    fn add_binding(&mut self, id: ResourceId, resource: &Resource) {
        let binding = Binding::read(&resource.attrs, resource.header);
        let Some(binding) = binding.filter(|_| self.is_new(resource)) else { return };
        self.check_rules(id, &format!("Binding '{}'", binding.name), &resource.attrs, "matchResources");
        let (place, source, policy) = (binding.place, binding.source, binding.policy.clone());
        self.bound.push(Bound { owner: id, place, source, policy });
        self.policies.bindings.push(binding);
    }

    fn add_kyverno(&mut self, id: ResourceId, resource: &Resource, kind: &str, exceptions: &BTreeSet<Text>) {
        if let Some(what) = kyverno::unread_kind(kind_of(&resource.attrs).group.as_str(), kind) {
            if self.is_new(resource) {
                let message =
                    format!("This {kind} of Kyverno is not evaluated: its policy is not one in CEL on objects");
                let problem = Problem::warning(resource.header, message);
                self.unevaluated.push(Unevaluated { owner: id, what, problem });
            }
            return;
        }
        if !matches!(kind, "ValidatingPolicy" | kyverno::NAMESPACED) {
            return;
        }
        let policy = Policy::read(&resource.attrs, PolicySource::Kyverno, resource.header);
        let Some(mut policy) = policy.filter(|_| self.is_new(resource)) else { return };
        if let Some(namespace) = metadata(&resource.attrs, "namespace").filter(|_| kind == kyverno::NAMESPACED) {
            policy.name = format!("{namespace}/{}", policy.name).into();
        }
        policy.pod_controllers = resource.attrs.get("spec").map(kyverno::pod_controllers).unwrap_or_default();
        self.check_rules(id, &by(policy.source, &policy.name), &resource.attrs, "matchConstraints");
        if let Some((reason, place)) = kyverno::unevaluated(&policy, &resource.attrs, exceptions) {
            let message = format!("The {kind} '{}' is not evaluated: {reason}", policy.name);
            let problem = Problem::warning(place, message);
            self.unevaluated.push(Unevaluated { owner: id, what: "policies with functions of Kyverno", problem });
            return;
        }
        self.policies.bindings.push(kyverno::binding(&policy, &resource.attrs));
        self.take(policy, id);
    }

    fn add_template(&mut self, id: ResourceId, resource: &Resource) {
        let Some(mut template) = Template::read(&resource.attrs, resource.header) else { return };
        if !self.is_new(resource) {
            return;
        }
        let name = by(PolicySource::Gatekeeper, &template.kind);
        for (message, place) in std::mem::take(&mut template.refused) {
            self.report(id, "refused", &name, format!("{message}."), place);
        }
        if let Some((message, place)) = template.invalid.take() {
            self.report(id, "expression", &name, format!("Its Rego cannot be compiled: {message}."), place);
        }
        // Of two templates of a kind, Gatekeeper takes the one whose name is the kind.
        if self.templates.get(&template.kind).is_some_and(|(_, _, other)| !other.is_refused) {
            return;
        }
        if let Some(policy) = template.policy.take() {
            self.take(policy, id);
        }
        self.templates.insert(template.kind.clone(), (id, resource.header, template));
    }

    fn add_constraint(&mut self, id: ResourceId, resource: &Resource, exempt: &[String]) {
        let (kind, object) = (&resource.type_name, &resource.attrs);
        let name = object.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
        let Some(name) = name.map(|name| constraint(kind, name)).filter(|_| self.is_new(resource)) else { return };
        let (place, source, policy) = (resource.header, PolicySource::Gatekeeper, kind.clone());
        self.bound.push(Bound { owner: id, place, source, policy });
        let matching = object.get("spec").and_then(|spec| spec.get("match"));
        if let Some((reason, place)) = matching.and_then(unreachable_kinds) {
            self.report(id, "nothing", &name, format!("It matches no object: {reason}."), place);
        }
        let Some((_, _, template)) = self.templates.get(kind) else { return };
        let Some(read) = Constraint::read(object, template, exempt, place) else { return };
        let refused = read.refused.into_iter().map(|problem| ("refused", problem));
        for (rule, (message, place)) in refused.chain(read.missing.into_iter().map(|problem| ("parameters", problem))) {
            self.report(id, rule, &name, format!("{message}."), place);
        }
        self.policies.bindings.extend(read.binding);
    }

    /// Bindings of policies that are not here, and without the parameters of those that are.
    fn check_bindings(&mut self, all: &[(ResourceId, &Resource)]) {
        let Policies { policies, bindings, .. } = &self.policies;
        let policies: BTreeMap<_, _> = policies.iter().map(|policy| ((policy.source, &policy.name), policy)).collect();
        let bindings: HashMap<Span, &Binding> = bindings.iter().map(|binding| (binding.place, binding)).collect();
        let mut named: BTreeMap<Named, Vec<&Value>> = BTreeMap::new();
        for (_, resource) in all {
            let name = metadata(&resource.attrs, "name").unwrap_or_default();
            named.entry((kind_of(&resource.attrs), name)).or_default().push(&resource.attrs);
        }
        let mut problems = Vec::new();
        for Bound { owner, place, source, policy } in &self.bound {
            let found = policies.get(&(*source, policy));
            let lacks = match source {
                PolicySource::Gatekeeper if self.templates.contains_key(policy) => None,
                PolicySource::Gatekeeper => Some(format!("No ConstraintTemplate here has the kind '{policy}'.")),
                _ if found.is_some() => None,
                _ => Some(format!("No ValidatingAdmissionPolicy here is called '{policy}'.")),
            };
            let problem = match lacks {
                Some(message) => Some(("dangling", message, *place)),
                None => found
                    .zip(bindings.get(place))
                    .and_then(|(policy, binding)| missing_parameters(policy, binding, &named)),
            };
            if let Some((rule, message, place)) = problem {
                problems.push(PolicyProblem { owner: *owner, rule, by: by(*source, policy), message, place });
            }
        }
        self.problems.append(&mut problems);
    }

    /// Policies that cannot be compiled, that nothing binds, or that are not evaluated.
    fn check_policies(&mut self) {
        let mut problems = Vec::new();
        let mut add = |owner, rule, by: String, message: String, place| {
            problems.push(PolicyProblem { owner, rule, by, message, place });
        };
        let bound: BTreeSet<_> = self.bound.iter().map(|bound| (bound.source, &bound.policy)).collect();
        let is_bound = |source, name| bound.contains(&(source, name));
        for (policy, id) in self.policies.policies.iter().zip(&self.policy_ids) {
            for problem in policy.problems() {
                add(*id, "expression", by(policy.source, &policy.name), problem.message.clone(), problem.span);
            }
            if policy.source == PolicySource::Kubernetes && !is_bound(policy.source, &policy.name) {
                let message = format!("No ValidatingAdmissionPolicyBinding names the policy '{}'.", policy.name);
                add(*id, "unbound", by(policy.source, &policy.name), message, policy.place);
            }
        }
        for (kind, (id, place, template)) in &self.templates {
            let by = by(PolicySource::Gatekeeper, kind);
            if let Some((reason, code)) = &template.unevaluated {
                let problem = Problem::warning(*code, format!("{by} is not evaluated: {reason}"));
                self.unevaluated.push(Unevaluated { owner: *id, what: "policies in Rego", problem });
            }
            if !is_bound(PolicySource::Gatekeeper, kind) {
                let message = format!("No constraint of the kind '{kind}' is here.");
                add(*id, "unbound", by, message, *place);
            }
        }
        self.problems.append(&mut problems);
    }
}

/// The kind and the name of an object.
type Named<'v> = (GroupVersion, &'v str);

fn metadata<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get("metadata")?.get(name)?.as_str()
}

/// What a binding lacks of the parameters of its policy: the rule, a sentence and its place.
fn missing_parameters(
    policy: &Policy,
    binding: &Binding,
    named: &BTreeMap<Named, Vec<&Value>>,
) -> Option<(&'static str, String, Span)> {
    let Some(kind) = &policy.param_kind else {
        let BindingParams::Reference(reference) = &binding.params else { return None };
        let message = format!(
            "The binding '{}' has a `paramRef`, which is ignored: the policy '{}' has no `paramKind`.",
            binding.name, policy.name
        );
        let place = reference.as_mapping().and_then(|reference| reference.header).unwrap_or(reference.origin.span);
        return Some(("ignored", message, place));
    };
    let reference = match &binding.params {
        BindingParams::None => {
            let message = format!(
                "The binding '{}' has no `paramRef`: the parameters of the policy '{}' are null.",
                binding.name, policy.name
            );
            return Some(("parameters", message, binding.place));
        }
        BindingParams::Reference(reference) => reference,
        BindingParams::Object(_) => return None,
    };
    let text = |name: &str| reference.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = text("name")?;
    let is_there = |object: &&Value| {
        let namespace = metadata(object, "namespace");
        text("namespace").is_none_or(|wanted| namespace.is_none_or(|namespace| namespace == wanted))
    };
    if named.get(&(kind.clone(), name)).is_some_and(|objects| objects.iter().any(is_there)) {
        return None;
    }
    let place = reference.get("name").map_or(binding.place, |name| name.origin.span);
    Some((
        "elsewhere",
        format!("No {} '{name}' is here, which the binding '{}' names.", kind.name, binding.name),
        place,
    ))
}
