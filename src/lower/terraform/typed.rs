//! Values of arguments as the provider takes them: converted to the types of its schema, or refused.
//!
//! A value that the provider refuses is unknown, with the refusal as its cause: what was meant is not known.

use super::mistake::{Mistake, Rule};
use super::releases;
use super::scope::ModuleScope;
use crate::expr::convert::convert;
use crate::expr::set;
use crate::model::{Cause, Data, SequenceKind, Type, Value, Why};
use crate::schema::{Argument, Body, Family, Nesting, Releases, Shape, ValueType};
use crate::source::{Problem, Span};
use crate::syntax::hcl::Attribute;
use ecow::EcoString;
use std::sync::Arc;

impl ModuleScope<'_, '_> {
    /// Returns the value of an argument as the schema has it.
    pub fn as_argument(&self, attribute: &Attribute, value: Value, said: Argument) -> Value {
        let sensitive = value.sensitive || said.is_sensitive() || said.is_write_only();
        Value { sensitive, ..self.converted(attribute, value, said) }
    }

    fn converted(&self, attribute: &Attribute, value: Value, said: Argument) -> Value {
        let name = &attribute.name.name;
        let is_given = !matches!(value.data, Data::Null(_) | Data::Unknown(_));
        if !said.is_settable() && is_given {
            let message = ecow::eco_format!("`{name}` is set by the provider and cannot be configured.");
            self.note(Rule::ReadOnly, name, message, attribute.name.span);
            return value;
        }
        if said.is_block() {
            // Before the newest release it may have been an argument that takes a list of objects.
            if !self.may_run_newest() && (!is_given || value.as_items().is_some()) {
                return as_blocks(&value, said).unwrap_or(value);
            }
            let message = ecow::eco_format!("`{name}` is a block and takes no `=`: write `{name} {{ … }}`.");
            let refused = self.refuse(Rule::Placement, name, &message, attribute.span, &value);
            return as_blocks(&value, said).unwrap_or(refused);
        }
        match argument(&value, said) {
            Ok(None) => value,
            Ok(Some(converted)) => converted,
            Err(_) if self.releases().is_some_and(|(_, releases)| releases.is_empty()) => value,
            Err(wanted) => {
                let message = ecow::eco_format!("`{name}` takes {wanted}, not {}.", given(&value));
                self.refuse(Rule::Value, name, &message, attribute.value.span, &value)
            }
        }
    }

    /// Returns the unknown that a value is which the provider refuses.
    fn refuse(&self, rule: Rule, name: &EcoString, message: &EcoString, place: Span, value: &Value) -> Value {
        self.report(if self.uncertain {
            Problem::note(place, message.as_str())
        } else {
            Problem::refused(place, message.as_str())
        });
        self.note(rule, name, message.clone(), place);
        let cause = Cause { why: Why::Invalid(message.trim_end_matches('.').into()), span: place };
        let unknown = Value::unknown_of(Type::Dynamic, vec![cause], place).with_origin(value.origin.clone());
        Value { sensitive: value.sensitive, ..unknown }
    }
}

impl ModuleScope<'_, '_> {
    /// Keeps a mistake of the resource that is evaluated.
    fn note(&self, rule: Rule, name: &EcoString, message: EcoString, place: Span) {
        if let Some(resource) = self.this {
            resource.mistakes.borrow_mut().push(Mistake { rule, name: name.clone(), message, place, meant: None });
        }
    }

    /// The provider of the resource that is evaluated, with the releases that it may be run with.
    fn releases(&self) -> Option<(Family, Releases)> {
        let module = &self.instance.module;
        let family = module.resources.get(self.this?.place)?.provider?.family;
        Some((family, releases::of(self.evaluation, module, family)))
    }

    fn may_run_newest(&self) -> bool {
        self.releases().is_none_or(|(family, releases)| {
            let newest = family.releases().last().unwrap_or_default();
            releases.meet(family.select(|release| release == newest))
        })
    }
}

/// Returns the blocks that a list in their place stands for: before version 0.12, Terraform took one for the other, and
/// no list means anything else. In its elements, an object may stand for a block, too.
fn as_blocks(value: &Value, said: Argument) -> Option<Value> {
    let (_, body) = said.body()?;
    let items = value.as_items()?;
    let mut blocks = Vec::with_capacity(items.len());
    for item in items {
        let mut block = item.clone();
        for (name, member) in &mut block.as_mapping_mut()?.entries {
            let Some(said) = body.get(name) else { continue };
            if said.is_block() && member.as_mapping().is_some() {
                *member = Value::tuple(vec![member.clone()], member.origin.span);
            }
            match as_blocks(member, said).filter(|_| said.is_block()) {
                Some(inner) => *member = inner,
                None => *member = argument(member, said).ok().flatten().unwrap_or_else(|| member.clone()),
            }
        }
        blocks.push(block);
    }
    let blocks = Value::tuple(blocks, value.origin.span).with_origin(value.origin.clone());
    Some(as_nested(blocks, Some(said)))
}

/// The value of an argument as a provider gave it, in the type of the schema: what is a set there is one.
pub(super) fn as_said(value: Value, said: Option<Argument>) -> Value {
    said.and_then(|said| argument(&value, said).ok().flatten()).unwrap_or(value)
}

/// The value of an argument in the type of the schema; none where it has it already. The error says what is wanted.
fn argument(value: &Value, said: Argument) -> Result<Option<Value>, &'static str> {
    match said.body() {
        None => simple(value, said.value_type()),
        Some((nesting, body)) => nested(value, nesting, body),
    }
}

fn simple(value: &Value, wanted: ValueType) -> Result<Option<Value>, &'static str> {
    if matches!(value.data, Data::Null(_) | Data::Unknown(_)) {
        return Ok(None);
    }
    match wanted.shape() {
        Shape::String => primitive(value, &Type::String, "a string"),
        Shape::Number => primitive(value, &Type::Number, "a number"),
        Shape::Bool => primitive(value, &Type::Bool, "a bool"),
        shape @ (Shape::List(element) | Shape::Set(element)) => match value.as_items() {
            Some(items) => {
                let converted = parts(value, items.len(), items.iter().map(|item| simple(item, element)));
                let converted = converted.map_err(|_| list_of(element))?;
                let is_set = matches!(shape, Shape::Set(_));
                Ok(ordered(value, converted, is_set, |value| set::as_written(value, type_of(element))))
            }
            None => Err(list_of(element)),
        },
        Shape::Map(element) => match value.as_mapping() {
            Some(map) => parts(value, map.entries.len(), map.entries.iter().map(|(_, item)| simple(item, element)))
                .map_err(|_| map_of(element)),
            None => Err(map_of(element)),
        },
        Shape::Any | Shape::Integer | Shape::IntOrString | Shape::Quantity => Ok(None),
    }
}

fn primitive(value: &Value, ty: &Type, wanted: &'static str) -> Result<Option<Value>, &'static str> {
    match (&value.data, ty) {
        (Data::String(_), Type::String) | (Data::Number(_), Type::Number) | (Data::Bool(_), Type::Bool) => Ok(None),
        _ => convert(value, ty).map(Some).map_err(|_| wanted),
    }
}

/// Objects that stand for blocks.
fn nested(value: &Value, nesting: Nesting, body: Body) -> Result<Option<Value>, &'static str> {
    let object = |value: &Value| match &value.data {
        Data::Mapping(mapping) => parts(
            value,
            mapping.entries.len(),
            mapping.entries.iter().map(|(name, item)| body.get(name).map_or(Ok(None), |said| argument(item, said))),
        ),
        Data::Null(_) | Data::Unknown(_) => Ok(None),
        _ => Err("an object"),
    };
    match (nesting, &value.data) {
        (_, Data::Null(_) | Data::Unknown(_)) => Ok(None),
        (Nesting::List | Nesting::Set | Nesting::Single, Data::Sequence(sequence)) => {
            let converted = parts(value, sequence.items.len(), sequence.items.iter().map(object))?;
            Ok(ordered(value, converted, nesting == Nesting::Set, set::of_blocks))
        }
        (Nesting::Map, Data::Mapping(mapping)) => {
            parts(value, mapping.entries.len(), mapping.entries.iter().map(|(_, item)| object(item)))
        }
        (Nesting::Single, _) => object(value),
        (Nesting::List | Nesting::Set, _) => Err("a list of objects"),
        (Nesting::Map, _) => Err("a map of objects"),
    }
}

/// A sequence as the set, or else the list, that the schema says; none where it is that already.
fn ordered(
    value: &Value,
    converted: Option<Value>,
    is_set: bool,
    as_set: impl FnOnce(Value) -> Value,
) -> Option<Value> {
    let Data::Sequence(sequence) = &value.data else { return converted };
    if matches!(sequence.kind, SequenceKind::Set(_)) == is_set {
        return converted;
    }
    let value = converted.unwrap_or_else(|| value.clone());
    if is_set {
        return Some(as_set(value));
    }
    let items = value.as_items().unwrap_or_default().to_vec();
    Some(Value { data: Value::tuple(items, value.origin.span).data, ..value })
}

/// Blocks as the schema has them: a set where it says so.
pub(super) fn as_nested(blocks: Value, said: Option<Argument>) -> Value {
    match said.and_then(Argument::body) {
        Some((Nesting::Set, _)) => set::of_blocks(blocks),
        _ => blocks,
    }
}

/// The type of what a provider computes, where the schema says it for all releases: of sets it does not.
pub(super) fn computed_type(said: Argument) -> Option<Type> {
    let is_sure = match said.value_type().shape() {
        Shape::String | Shape::Number | Shape::Bool => true,
        Shape::List(element) | Shape::Map(element) => element.shape() == Shape::String,
        _ => false,
    };
    (said.body().is_none() && is_sure).then(|| type_of(said.value_type()))
}

/// The type of values that the schema says.
fn type_of(ty: ValueType) -> Type {
    match ty.shape() {
        Shape::String => Type::String,
        Shape::Number | Shape::Integer => Type::Number,
        Shape::Bool => Type::Bool,
        Shape::List(element) => Type::List(Arc::new(type_of(element))),
        Shape::Set(element) => Type::Set(Arc::new(type_of(element))),
        Shape::Map(element) => Type::Map(Arc::new(type_of(element))),
        Shape::Any | Shape::IntOrString | Shape::Quantity => Type::Dynamic,
    }
}

/// A collection with some of its parts converted; none where all have their types already.
fn parts(
    value: &Value,
    count: usize,
    converted: impl Iterator<Item = Result<Option<Value>, &'static str>>,
) -> Result<Option<Value>, &'static str> {
    let mut changes: Vec<(usize, Value)> = Vec::new();
    for (at, part) in converted.enumerate().take(count) {
        changes.extend(part?.map(|part| (at, part)));
    }
    if changes.is_empty() {
        return Ok(None);
    }
    let mut value = value.clone();
    match &mut value.data {
        Data::Sequence(sequence) => {
            let items = &mut Arc::make_mut(sequence).items;
            for (at, change) in changes {
                items.get_mut(at).into_iter().for_each(|item| *item = change.clone());
            }
        }
        Data::Mapping(mapping) => {
            let entries = &mut Arc::make_mut(mapping).entries;
            for (at, change) in changes {
                entries.get_mut(at).into_iter().for_each(|(_, item)| *item = change.clone());
            }
        }
        _ => {}
    }
    Ok(Some(value))
}

fn list_of(element: ValueType) -> &'static str {
    match element.shape() {
        Shape::String => "a list of strings",
        Shape::Number => "a list of numbers",
        Shape::Bool => "a list of bools",
        _ => "a list",
    }
}

fn map_of(element: ValueType) -> &'static str {
    match element.shape() {
        Shape::String => "a map of strings",
        Shape::Number => "a map of numbers",
        Shape::Bool => "a map of bools",
        _ => "a map",
    }
}

/// The word for what a value is.
fn given(value: &Value) -> &'static str {
    match &value.data {
        Data::Sequence(sequence) if sequence.items.iter().any(|item| item.as_items().is_some()) => "a list of lists",
        Data::Sequence(sequence) if sequence.items.iter().any(|item| item.as_mapping().is_some()) => {
            "a list of objects"
        }
        Data::Sequence(_) => "a list",
        Data::Mapping(_) => "an object",
        Data::String(_) => "this string",
        Data::Number(_) => "a number",
        Data::Bool(_) => "a bool",
        Data::Null(_) | Data::Unknown(_) => "this value",
    }
}
