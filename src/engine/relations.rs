//! Functions that look at other resources: `getresources`, `in_namespace`, `selected`, `selecting`, `referrers`,
//! `referents`, `role_rules`, `references`, and that of autoscalers of Kubernetes.
//!
//! A list that may be longer than is known is an open list: its known elements decide where they can, otherwise the
//! answer is unknown. What may bring more is said in `unseen`; what stands for which resource, in `joins`.

use super::Index;
use super::functions::arguments::items;
use super::functions::selector::selected;
use super::joins::Candidates;
use super::labels::{labels_of, selector};
use super::tables::NamedBy;
use crate::check::TypePattern;
use crate::check::terraform_policy::DATA_SOURCE;
use crate::expr::EvalError;
use crate::expr::equality::same;
use crate::expr::truth::{Truth, all};
use crate::expr::unknowns::add_causes;
use crate::model::{Cause, Data, Mapping, Resource, ResourceId, Step, Type, Value, mentions};
use crate::schema;
use crate::source::Span;
use std::collections::BTreeSet;

/// The names of all relations, sorted.
pub const RELATIONS: [&str; 9] = [
    "autoscalers",
    "getresources",
    "in_namespace",
    "references",
    "referents",
    "referrers",
    "role_rules",
    "selected",
    "selecting",
];

/// Where a relation is asked from: the judged resource among all others.
pub struct RelationScope<'a> {
    /// All resources.
    pub index: &'a Index<'a>,
    /// The judged resource.
    pub resource: &'a Resource,
    /// Its number.
    pub id: ResourceId,
}

/// Calls the relation `name`, when it is one.
pub fn call(scope: &RelationScope, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
    match name.strip_prefix("core::").unwrap_or(name) {
        "autoscalers" => Some(autoscalers(scope, args, span)),
        "getresources" => Some(getresources(scope, args, span)),
        "in_namespace" => Some(in_namespace(scope, args, span)),
        "selected" => Some(selected_by(scope, args, span)),
        "selecting" => Some(selecting(scope, args, span)),
        "referents" => Some(referents(scope, args, span)),
        "referrers" => Some(referrers(scope, args, span)),
        "role_rules" => Some(role_rules(scope, args, span)),
        "references" => Some(references(args, span)),
        DATA_SOURCE => Some(data_source(scope, args, span)),
        _ => None,
    }
}

/// The resources that a relation finds, and why there may be more.
#[derive(Default)]
pub(super) struct Found {
    pub ids: Vec<ResourceId>,
    pub causes: Vec<Cause>,
}

impl Found {
    /// Takes in a resource that fits, surely or perhaps. One that may not exist fits perhaps, unless the judged
    /// resource exists only together with it.
    pub fn add(&mut self, scope: &RelationScope, id: ResourceId, fits: Truth) {
        let own = scope.resource.doubt.as_deref();
        let doubt = scope.index.get(id).doubt.as_deref().filter(|doubt| {
            let is_shared = |cause: &Cause| own.is_some_and(|own| own.causes.contains(cause));
            !doubt.causes.iter().all(is_shared)
        });
        match (fits, doubt) {
            (Truth::Known(true), None) => self.ids.push(id),
            (Truth::Known(true), Some(doubt)) => add_causes(&mut self.causes, &doubt.causes),
            (Truth::Known(false), _) => {}
            (Truth::Unknown(why), _) => add_causes(&mut self.causes, &why),
        }
    }

    /// Takes in why members of the unit that are not here may bring more.
    fn or_more(&mut self, scope: &RelationScope, about: &[ResourceId], values: &[&Value]) {
        add_causes(&mut self.causes, &scope.index.openers(scope.resource.unit, about, values));
    }

    /// Returns the attributes of the resources.
    fn list(self, scope: &RelationScope, span: Span) -> Value {
        let others = self.ids.iter().map(|id| scope.index.as_other(*id).clone()).collect();
        list(others, self.causes, span)
    }
}

/// Returns a list that may be longer for some causes, or is complete.
fn list(known: Vec<Value>, causes: Vec<Cause>, span: Span) -> Value {
    if causes.is_empty() { Value::tuple(known, span) } else { Value::open_list(known, causes, span) }
}

/// `getresources(type, {attr = value})`: the attributes of the resources of a type, in the same unit,
/// whose attributes are equal to those given.
fn getresources(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let types = types_argument(args, span)?;
    let filter = args.get(1).and_then(Value::as_mapping);
    let filter = Filter::new(scope, filter);
    let mut found = Found::default();
    let mut is_itself = false;
    for type_name in types {
        for id in filter.candidates(scope, type_name, &mut found) {
            let fits = filter.fits(scope, id);
            let names = |term: &Term| term.subject == Some(id) || scope.index.is_id_of(term.wanted, id);
            is_itself |= fits == Truth::Known(true) && filter.terms.iter().any(names);
            found.add(scope, id, fits);
        }
    }
    if is_itself {
        // Found under its own id or name: there is no second one.
        found.causes.clear();
    } else {
        let about: Vec<ResourceId> = filter.terms.iter().filter_map(|term| term.subject).collect();
        let values: Vec<&Value> = filter.terms.iter().map(|term| term.wanted).collect();
        found.or_more(scope, &about, &values);
    }
    Ok(found.list(scope, span))
}

/// `getdatasource(type, {attr = value})` in a test: the attributes of the mock of a data source that has these.
/// Policies that call it judge nothing else.
fn data_source(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = ecow::eco_format!("data.{}", type_argument(args, span)?);
    let filter = Filter::new(scope, args.get(1).and_then(Value::as_mapping));
    let mut mocks = scope.index.of_type(&type_name, scope.resource.unit);
    let found = mocks.find(|(id, _)| filter.fits(scope, *id) == Truth::Known(true));
    let none = || EvalError::new(format!("No mock of `{type_name}` has the attributes that are asked for."), span);
    found.map(|(_, mock)| mock.attrs.clone()).ok_or_else(none)
}

/// `in_namespace(type, name)`: the attributes of the Kubernetes resources of a type, in the same unit, that are in
/// the namespace of this one, and have that name where one is given. Where one of the two names no namespace it
/// may be any, so they are taken to be together. Nothing is of a type that is null.
fn in_namespace(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    if let Some(none) = args.first().filter(|name| name.is_null()) {
        return Ok(Value::tuple(Vec::new(), none.origin.span));
    }
    if let Some(open) = args.first().filter(|name| name.as_str().is_none()) {
        return undetermined(open, span);
    }
    Ok(named(scope, type_argument(args, span)?, args.get(1)).list(scope, span))
}

/// `role_rules(reference)`: the rules of the role that the `roleRef` of a binding names.
fn role_rules(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let reference = args.first().ok_or_else(|| EvalError::fatal("`role_rules` takes a reference.", span))?;
    let field = |name: &str| reference.get(name).filter(|value| !value.is_null());
    let (kind, name) = match (field("kind"), field("name")) {
        _ if reference.as_mapping().is_none() && !reference.is_null() => return undetermined(reference, span),
        (Some(kind), Some(name)) => (kind, name),
        _ => return Ok(Value::tuple(Vec::new(), span)),
    };
    let Some(type_name) = kind.as_str() else { return undetermined(kind, span) };
    let Found { ids, causes } = named(scope, type_name, Some(name));
    let rules = ids.iter().filter_map(|id| scope.index.get(*id).attrs.get("rules"));
    Ok(list(rules.flat_map(items).cloned().collect(), causes, span))
}

/// The kinds that scale workloads, the field of their smallest number of replicas, and what it is when it is absent.
/// Source: the API reference of `autoscaling/v2`, and the specification of KEDA's `ScaledObject`.
const AUTOSCALERS: [(&str, &str, i64); 2] =
    [("HorizontalPodAutoscaler", "minReplicas", 1), ("ScaledObject", "minReplicaCount", 0)];

/// `autoscalers(kind, name)`: the autoscalers of a workload in the namespace of the judged resource, each with the
/// smallest number of replicas that it keeps as `minimum`.
fn autoscalers(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let kind = type_argument(args, span)?;
    let name = args.get(1).and_then(Value::as_str);
    let mut scalers = Vec::new();
    let mut open = Found::default();
    for (scaler_kind, field, absent) in AUTOSCALERS {
        let Some(wanted) = name else { break };
        for id in scope.index.named(scope.resource, scaler_kind, NamedBy::ScaleTarget, wanted) {
            let Some(spec) = scope.index.get(id).attrs.get("spec") else { continue };
            let Some(target) = spec.get("scaleTargetRef") else { continue };
            // Only KEDA may leave the kind out.
            let target_kind = target.get("kind").and_then(Value::as_str).unwrap_or("Deployment");
            if target_kind == kind && target.get("name").and_then(Value::as_str) == name {
                let minimum = spec.get(field).filter(|minimum| !minimum.is_null());
                let minimum = minimum.cloned().unwrap_or_else(|| Value::number(absent, span));
                let mut scaler = scope.index.as_other(id).clone();
                if let Some(fields) = scaler.as_mapping_mut() {
                    fields.set("minimum", minimum);
                }
                scalers.push(scaler);
            }
        }
    }
    if scalers.is_empty() {
        open.or_more(scope, &[scope.id], &namespace(scope.resource));
    }
    Ok(list(scalers, open.causes, span))
}

/// The resources of a type that may be in the namespace of the judged one, with that name where one is wanted. Nothing
/// unseen brings a second one of the same name.
pub(super) fn named(scope: &RelationScope, type_name: &str, wanted: Option<&Value>) -> Found {
    let mut found = Found::default();
    let candidates = match wanted.and_then(Value::as_str) {
        Some(name) => scope.index.named(scope.resource, type_name, NamedBy::Itself, name),
        None => scope.index.in_namespace_of(scope.resource, type_name),
    };
    for id in candidates {
        let fits = match (wanted, scope.index.get(id).meta.get("name")) {
            (Some(wanted), Some(name)) => equal(wanted, name),
            (wanted, _) => Truth::Known(wanted.is_none()),
        };
        found.add(scope, id, together(scope, id).and(fits));
    }
    if wanted.is_none() || found.ids.is_empty() {
        found.or_more(scope, &[scope.id], &namespace(scope.resource));
    }
    found
}

/// What a relation gives that is asked about something that is not known, or is no name.
fn undetermined(value: &Value, span: Span) -> Result<Value, EvalError> {
    match &value.data {
        Data::Unknown(unknown) => Ok(Value::unknown_of(Type::Dynamic, unknown.causes.clone(), span)),
        _ => Err(EvalError::new(format!("This {} names no resource.", value.kind()), span).on([value])),
    }
}

/// `selecting(type, labels)`: those of them whose selector selects these labels. A Service without labels to
/// select by selects nothing.
fn selecting(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = type_argument(args, span)?;
    let labels = args.get(1).ok_or_else(|| EvalError::fatal("`selecting` takes a type and labels.", span))?;
    let mut found = Found::default();
    for id in scope.index.selecting(scope.resource, type_name, labels) {
        let resource = scope.index.get(id);
        // A network policy that names no pods is about all of them.
        let everything = Value::object(Vec::new(), span);
        let is_about_all =
            type_name == "NetworkPolicy" && resource.attrs.get("spec").is_some_and(|spec| !spec.is_null());
        let Some(selector) = selector(resource).or_else(|| is_about_all.then_some(&everything)) else { continue };
        let is_empty = selector.as_mapping().is_some_and(|selector| selector.entries.is_empty());
        if !is_empty || type_name != "Service" {
            found.add(scope, id, together(scope, id).and(selected(selector, labels)));
        }
    }
    found.or_more(scope, &[scope.id], &namespace(scope.resource));
    Ok(found.list(scope, span))
}

/// `selected(type, selector)`: the attributes of the Kubernetes resources of a type, in the namespace of this one, whose
/// labels a selector selects. Those of a workload are the labels of its pods.
fn selected_by(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = type_argument(args, span)?;
    let selector = args.get(1).ok_or_else(|| EvalError::fatal("`selected` takes a type and a selector.", span))?;
    let mut found = Found::default();
    for id in scope.index.selected(scope.resource, type_name, selector) {
        let none = Value::null(span);
        let labels = labels_of(scope.index.get(id), type_name).unwrap_or(&none);
        found.add(scope, id, together(scope, id).and(selected(selector, labels)));
    }
    found.or_more(scope, &[scope.id], &namespace(scope.resource));
    Ok(found.list(scope, span))
}

/// Whether a resource may be in the namespace of the judged one. Where one of the two names none, or an unknown one, it
/// is taken to be.
fn together(scope: &RelationScope, id: ResourceId) -> Truth {
    match (scope.resource.meta.get("namespace"), scope.index.get(id).meta.get("namespace")) {
        (Some(own), Some(other)) => Truth::Known(same(own, other) != Some(false)),
        _ => Truth::Known(true),
    }
}

/// The namespace of a resource, by which what is unseen may know of it.
fn namespace(resource: &Resource) -> Vec<&Value> {
    resource.meta.get("namespace").into_iter().collect()
}

/// `referrers(type)`: the attributes of the resources of a type that refer to this one.
fn referrers(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let types = types_argument(args, span)?;
    let mut found = Found::default();
    for id in scope.index.referrers(scope.id) {
        found.add(scope, *id, Truth::Known(types.contains(&scope.index.get(*id).type_name.as_str())));
    }
    found.or_more(scope, &[scope.id], &[]);
    Ok(found.list(scope, span))
}

/// `referents(type, value)`: the attributes of the resources of a type that a value was made from.
fn referents(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let types = types_argument(args, span)?;
    let value = args.get(1).ok_or_else(|| EvalError::fatal("`referents` takes a type and a value.", span))?;
    let mut found = Found::default();
    for id in scope.index.referents(value, scope.resource.unit) {
        let is_wanted = scope.index.get(id).names().any(|name| types.contains(&name));
        found.add(scope, id, Truth::Known(is_wanted));
    }
    Ok(found.list(scope, span))
}

/// `references(value)`: the addresses that a value was made from, sorted.
fn references(args: &[Value], span: Span) -> Result<Value, EvalError> {
    let value = args.first().ok_or_else(|| EvalError::fatal("`references` takes a value.", span))?;
    let mut addresses = BTreeSet::new();
    mentions(value, &mut |address| {
        addresses.insert(address.to_owned());
    });
    Ok(Value::tuple(addresses.into_iter().map(|address| Value::string(address, span)).collect(), span))
}

pub(super) fn type_argument(args: &[Value], span: Span) -> Result<&str, EvalError> {
    let name = args.first().and_then(Value::as_str);
    name.ok_or_else(|| EvalError::fatal("The first argument is a resource type, as a string.", span))
}

/// The types that the first argument is: one, or all of a family.
fn types_argument(args: &[Value], span: Span) -> Result<Vec<&str>, EvalError> {
    let name = type_argument(args, span)?;
    let types = schema::types_of(name);
    match TypePattern::new(name).mistake().filter(|_| types.is_empty()) {
        Some(mistake) => Err(EvalError::fatal(mistake, span)),
        None => Ok(types),
    }
}

/// The attributes that `getresources` wants.
struct Filter<'v> {
    terms: Vec<Term<'v>>,
}

/// One of them.
struct Term<'v> {
    key: &'v str,
    wanted: &'v Value,
    /// The resource that the wanted value is about.
    subject: Option<ResourceId>,
}

impl<'v> Filter<'v> {
    fn new(scope: &RelationScope, filter: Option<&'v Mapping>) -> Self {
        let term = |(key, wanted): &'v (crate::model::Text, Value)| {
            let subject = scope.index.subject(wanted, scope.id);
            Term { key, wanted, subject }
        };
        Self { terms: filter.into_iter().flat_map(|filter| &filter.entries).map(term).collect() }
    }

    /// The resources of a type that may fit: by the term that leaves fewest. Of those that are too many to be compared,
    /// one says why there may be more.
    fn candidates(&self, scope: &RelationScope, type_name: &str, found: &mut Found) -> Vec<ResourceId> {
        let (index, unit) = (scope.index, scope.resource.unit);
        let of_term = |term: &Term| index.candidates(type_name, unit, term.key, term.wanted, term.subject);
        let fewest = self.terms.iter().filter_map(|term| Some((of_term(term)?, term)));
        let Some((Candidates { compared, more }, term)) = fewest.min_by_key(|(all, _)| all.compared.len()) else {
            return index.of_type(type_name, unit).map(|(id, _)| id).collect();
        };
        if let Some(value) = more.and_then(|id| index.get(id).attrs.get(term.key))
            && let Truth::Unknown(causes) = Truth::open(value).or_because_of(term.wanted)
        {
            add_causes(&mut found.causes, &causes);
        }
        compared
    }

    /// Whether a resource has all that is wanted.
    fn fits(&self, scope: &RelationScope, id: ResourceId) -> Truth {
        let resource = scope.index.get(id);
        all(self.terms.iter().map(|term| {
            if is_attribute_of(term.wanted, resource, term.key) {
                return Truth::Known(true);
            }
            let Some(value) = resource.attrs.get(term.key) else { return Truth::Known(false) };
            scope.index.joins(value, scope.resource.unit, term.wanted, term.subject)
        }))
    }
}

/// Whether `value` is a reference to the attribute `key` of a resource, whatever that turns out to be.
fn is_attribute_of(value: &Value, resource: &Resource, key: &str) -> bool {
    let Some(reference) = value.referenced() else { return false };
    reference.address == resource.address && matches!(&reference.path[..], [Step::Key(only)] if only == key)
}

fn equal(a: &Value, b: &Value) -> Truth {
    same(a, b).map_or_else(|| Truth::open(a).or_because_of(b), Truth::Known)
}
