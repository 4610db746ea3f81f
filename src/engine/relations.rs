//! Functions that look at other resources: `getresources`, `in_namespace`, `selecting`,
//! `referrers`, `references`.

use super::functions::arguments::items;
use super::functions::selector::selected;
use super::functions::truth::Truth;
use super::index::mentions;
use super::scope::PolicyScope;
use crate::check::terraform_policy::DATA_SOURCE;
use crate::expr::EvalError;
use crate::model::{Cause, Data, Hop, HopKind, Mapping, Resource, ResourceId, Step, Symbol, Type, Unknown, Value, Why};
use crate::source::Span;
use std::collections::BTreeSet;

/// The names of all relations, sorted.
pub const RELATIONS: [&str; 6] = ["getresources", "in_namespace", "references", "referrers", "role_rules", "selecting"];

/// Calls the relation `name`, when it is one.
pub fn call(scope: &PolicyScope, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
    match name.strip_prefix("core::").unwrap_or(name) {
        "getresources" => Some(getresources(scope, args, span)),
        "in_namespace" => Some(in_namespace(scope, args, span)),
        "selecting" => Some(selecting(scope, args, span)),
        "referrers" => Some(referrers(scope, args, span)),
        "role_rules" => Some(role_rules(scope, args, span)),
        "references" => Some(references(args, span)),
        DATA_SOURCE => Some(data_source(scope, args, span)),
        _ => None,
    }
}

/// `getresources(type, {attr = value})`: the attributes of the resources of a type, in the same unit,
/// whose attributes are equal to those given. A list that may be longer than is known is unknown.
fn getresources(scope: &PolicyScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = type_argument(args, span)?;
    let filter = args.get(1).and_then(Value::as_mapping);
    let mut found = Vec::new();
    let mut causes: Vec<Cause> = Vec::new();
    for (id, resource) in scope.index.of_type(type_name, scope.resource.unit) {
        match matches(scope, resource, filter) {
            Match::Yes => found.push(scope.index.as_other(id).clone()),
            Match::No => {}
            Match::Maybe(why) => causes.extend(why),
        }
    }
    // What is known to match decides for most conditions; only an empty answer is in doubt.
    if found.is_empty() && !causes.is_empty() {
        causes.dedup_by(|a, b| a == b);
        return Ok(Value::unknown_of(Type::Dynamic, causes, span));
    }
    Ok(Value::tuple(found, span))
}

/// `getdatasource(type, {attr = value})` in a test: the attributes of the mock of a data source that has these.
/// Policies that call it judge nothing else.
fn data_source(scope: &PolicyScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = ecow::eco_format!("data.{}", type_argument(args, span)?);
    let filter = args.get(1).and_then(Value::as_mapping);
    let mut mocks = scope.index.of_type(&type_name, scope.resource.unit);
    let found = mocks.find(|(_, mock)| matches!(matches(scope, mock, filter), Match::Yes));
    let none = || EvalError::new(format!("No mock of `{type_name}` has the attributes that are asked for."), span);
    found.map(|(_, mock)| mock.attrs.clone()).ok_or_else(none)
}

/// `in_namespace(type, name)`: the attributes of the Kubernetes resources of a type, in the same unit, that are in
/// the namespace of this one, and have that name where one is given. Where one of the two names no namespace it
/// may be any, so they are taken to be together. Nothing is of a type that is null.
fn in_namespace(scope: &PolicyScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    if let Some(none) = args.first().filter(|name| name.is_null()) {
        return Ok(Value::tuple(Vec::new(), none.origin.span));
    }
    if let Some(open) = args.first().filter(|name| name.as_str().is_none()) {
        return undetermined(open, span);
    }
    let found = named(scope, type_argument(args, span)?, args.get(1));
    Ok(Value::tuple(found.map(|(id, _)| scope.index.as_other(id).clone()).collect(), span))
}

/// `role_rules(reference)`: the rules of the role that the `roleRef` of a binding names.
fn role_rules(scope: &PolicyScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let reference = args.first().ok_or_else(|| EvalError::fatal("`role_rules` takes a reference.", span))?;
    let field = |name: &str| reference.get(name).filter(|value| !value.is_null());
    let (kind, name) = match (field("kind"), field("name")) {
        _ if reference.as_mapping().is_none() && !reference.is_null() => return undetermined(reference, span),
        (Some(kind), Some(name)) => (kind, name),
        _ => return Ok(Value::tuple(Vec::new(), span)),
    };
    let Some(type_name) = kind.as_str() else { return undetermined(kind, span) };
    let roles = named(scope, type_name, Some(name)).filter_map(|(_, role)| role.attrs.get("rules"));
    Ok(Value::tuple(roles.flat_map(items).cloned().collect(), span))
}

/// The resources of a type that may be in the namespace of the one that is judged, and have that name.
fn named<'a>(
    scope: &'a PolicyScope,
    type_name: &'a str,
    wanted: Option<&'a Value>,
) -> impl Iterator<Item = (ResourceId, &'a Resource)> {
    together(scope, type_name).filter(move |(_, resource)| match (wanted, resource.meta.get("name")) {
        (Some(wanted), Some(name)) => equal(wanted, name) != Some(false),
        (wanted, _) => wanted.is_none(),
    })
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
fn selecting(scope: &PolicyScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = type_argument(args, span)?;
    let labels = args.get(1).ok_or_else(|| EvalError::fatal("`selecting` takes a type and labels.", span))?;
    let mut found = Vec::new();
    let mut causes: Vec<Cause> = Vec::new();
    for (id, resource) in together(scope, type_name) {
        let Some(spec) = resource.attrs.get("spec") else { continue };
        let Some(selector) = spec.get("selector").or_else(|| spec.get("podSelector")) else { continue };
        let is_empty = selector.as_mapping().is_some_and(|selector| selector.entries.is_empty());
        match selected(selector, labels) {
            Truth::Known(true) if type_name != "Service" || !is_empty => found.push(scope.index.as_other(id).clone()),
            Truth::Known(_) => {}
            Truth::Unknown(why) => causes.extend(why),
        }
    }
    if found.is_empty() && !causes.is_empty() {
        causes.dedup_by(|a, b| a == b);
        return Ok(Value::unknown_of(Type::Dynamic, causes, span));
    }
    Ok(Value::tuple(found, span))
}

/// The resources of a type that may be in the namespace of the one that is judged.
fn together<'a>(scope: &'a PolicyScope, type_name: &'a str) -> impl Iterator<Item = (ResourceId, &'a Resource)> {
    let own = scope.resource.meta.get("namespace");
    let of_type = scope.index.of_type(type_name, scope.resource.unit);
    of_type.filter(move |(_, resource)| match (own, resource.meta.get("namespace")) {
        (Some(own), Some(other)) => equal(own, other) != Some(false),
        _ => true,
    })
}

/// `referrers(type)`: the attributes of the resources of a type that refer to this one.
fn referrers(scope: &PolicyScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = type_argument(args, span)?;
    let ids = scope.index.referrers(scope.id).iter();
    let of_type = ids.filter(|id| scope.index.get(**id).type_name == type_name);
    Ok(Value::tuple(of_type.map(|id| scope.index.as_other(*id).clone()).collect(), span))
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

fn type_argument(args: &[Value], span: Span) -> Result<&str, EvalError> {
    let name = args.first().and_then(Value::as_str);
    name.ok_or_else(|| EvalError::fatal("The first argument is a resource type, as a string.", span))
}

enum Match {
    Yes,
    No,
    Maybe(Vec<Cause>),
}

fn matches(scope: &PolicyScope, resource: &Resource, filter: Option<&Mapping>) -> Match {
    let mut causes = Vec::new();
    for (key, wanted) in filter.into_iter().flat_map(|filter| &filter.entries) {
        if is_attribute_of(wanted, resource, key) {
            continue;
        }
        let Some(value) = resource.attrs.get(key) else { return Match::No };
        match joins(scope, value, wanted) {
            Some(true) => {}
            Some(false) => return Match::No,
            None => {
                for value in [value, wanted] {
                    causes.extend(value.as_unknown().into_iter().flat_map(|unknown| unknown.causes.iter().cloned()));
                }
            }
        }
    }
    if causes.is_empty() { Match::Yes } else { Match::Maybe(causes) }
}

/// Whether `value` is a reference to the attribute `key` of a resource, whatever that turns out to be.
fn is_attribute_of(value: &Value, resource: &Resource, key: &str) -> bool {
    let symbol = value.as_unknown().and_then(|unknown| unknown.symbol.as_ref());
    let Some(Symbol::Reference(reference)) = symbol else { return false };
    reference.address == resource.address && matches!(&reference.path[..], [Step::Key(only)] if only == key)
}

/// Whether `value`, written in another resource, is the `wanted` value of the judged one. What stands for an
/// instance of the judged resource's own type settles it: it is this instance or another.
fn joins(scope: &PolicyScope, value: &Value, wanted: &Value) -> Option<bool> {
    let judged = scope.resource;
    if stands_for(value, judged) {
        return Some(true);
    }
    let mut others = scope.index.of_type(&judged.type_name, judged.unit);
    if others.any(|(_, other)| stands_for(value, other)) {
        return Some(false);
    }
    match (wanted, value.as_str()) {
        // Its name as a literal: as good as a reference, when the judged resource says its name.
        (wanted, Some(name)) if refers_to(wanted, judged) => {
            if is_id_of_another(scope, name) {
                return Some(false);
            }
            let names = NAMES.iter().filter_map(|key| judged.attrs.get(key)).filter_map(Value::as_str);
            let mut names = names.peekable();
            names.peek()?;
            Some(names.any(|own| own == name))
        }
        _ => equal(value, wanted),
    }
}

/// Whether a value is an attribute of a resource that only the provider knows, or was read from it and is its id.
fn stands_for(value: &Value, resource: &Resource) -> bool {
    let is_read = |hop: &Hop| match &hop.kind {
        HopKind::Attribute(path) => {
            path.strip_prefix(resource.address.as_str()).is_some_and(|rest| rest.starts_with('.'))
        }
        _ => false,
    };
    let is_id = || resource.attrs.get("id").is_some_and(|id| equal(value, id) == Some(true));
    refers_to(value, resource) || value.origin.hops().any(is_read) && is_id()
}

/// Whether an unknown value is an attribute of a resource.
fn refers_to(value: &Value, resource: &Resource) -> bool {
    let symbol = value.as_unknown().and_then(|unknown| unknown.symbol.as_ref());
    matches!(symbol, Some(Symbol::Reference(reference)) if reference.address == resource.address)
}

/// Whether a text is known to be the id of another resource of the judged one's type.
fn is_id_of_another(scope: &PolicyScope, id: &str) -> bool {
    let judged = scope.resource;
    let mut others = scope.index.of_type(&judged.type_name, judged.unit);
    others
        .any(|(_, other)| other.attrs.get("id").and_then(Value::as_str) == Some(id) && other.address != judged.address)
}

/// Attributes by which AWS, Azure and Google name a resource; its `id` is one of them.
const NAMES: [&str; 4] = ["bucket", "name", "identifier", "cluster_identifier"];

/// Whether two values are the same thing: equal, or the same attribute of the same instance. `None`
/// when that cannot be known.
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (&a.data, &b.data) {
        (Data::Unknown(a), Data::Unknown(b)) => match (&a.symbol, &b.symbol) {
            (Some(Symbol::Reference(a)), Some(Symbol::Reference(b))) if a == b => Some(true),
            // Attributes of two instances that only the provider names are two names.
            (Some(Symbol::Reference(x)), Some(Symbol::Reference(y)))
                if x.path == y.path && is_of_provider(a) && is_of_provider(b) =>
            {
                Some(false)
            }
            (Some(a), Some(b)) if a == b => Some(true),
            _ => None,
        },
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => None,
        (Data::Null(_), Data::Null(_)) => Some(true),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::String(a), Data::String(b)) => Some(a == b),
        (Data::Sequence(a), Data::Sequence(b)) => {
            all(a.items.len() == b.items.len(), a.items.iter().zip(&b.items).map(|(a, b)| equal(a, b)))
        }
        (Data::Mapping(a), Data::Mapping(b)) => {
            let same_keys =
                a.entries.len() == b.entries.len() && a.entries.iter().zip(&b.entries).all(|((a, _), (b, _))| a == b);
            all(same_keys, a.entries.iter().zip(&b.entries).map(|((_, a), (_, b))| equal(a, b)))
        }
        _ => Some(false),
    }
}

/// Whether a value is missing because only the provider knows it, and not for want of a variable.
fn is_of_provider(unknown: &Unknown) -> bool {
    unknown.causes.iter().all(|cause| matches!(cause.why, Why::AfterApply(_) | Why::DataSource(_)))
}

fn all(same_shape: bool, parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    if !same_shape {
        return Some(false);
    }
    let mut known = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}
