//! Conversions between types.
//!
//! Every value keeps its origin and its sensitivity; only what it is changes.

use super::primitive::has_dynamic;
pub use super::primitive::{to_bool, to_number};
use super::set;
pub use super::unify::{is_convertible, unify};
use super::unknowns::retyped;
use crate::model::{
    Choices, Data, KnownElements, Mapping, MappingKind, ObjectType, Refinement, Sequence, SequenceKind, Text, Type,
    Unknown, Value,
};
use std::sync::Arc;

/// `value` as `to`. The error is a clause without period: `a number is required`.
pub fn convert(value: &Value, to: &Type) -> Result<Value, String> {
    match (&value.data, to) {
        (_, Type::Dynamic)
        | (Data::String(_), Type::String)
        | (Data::Number(_), Type::Number)
        | (Data::Bool(_), Type::Bool) => return Ok(value.clone()),
        (Data::String(_) | Data::Number(_) | Data::Bool(_), Type::String | Type::Number | Type::Bool) => {
            return primitive(value, to);
        }
        (Data::Null(from), _) => {
            check(from, to)?;
            return Ok(with_data(value, Data::Null(known_type(from, to))));
        }
        (Data::Unknown(unknown), _) => return convert_unknown(value, unknown, to),
        _ => {}
    }
    let from = value.ty();
    let plain = without_optional(to);
    if from == plain {
        return Ok(value.clone());
    }
    check(&from, to)?;
    match (&value.data, to) {
        (Data::Sequence(sequence), Type::List(element)) => {
            let (element, items) = elements(sequence.items.iter(), element)?;
            Ok(with_data(value, list(element, items)))
        }
        (Data::Sequence(sequence), Type::Set(element)) => {
            let (element, items) = set_elements(&sequence.items, element)?;
            Ok(set::build(with_data(value, Data::Bool(false)), element, items))
        }
        (Data::Sequence(sequence), Type::Tuple(types)) => {
            let items: Result<_, _> =
                sequence.items.iter().zip(types.iter()).map(|(item, ty)| convert(item, ty)).collect();
            Ok(with_data(value, Data::Sequence(Arc::new(Sequence::new(SequenceKind::Tuple, items?)))))
        }
        (Data::Mapping(mapping), Type::Map(element)) => {
            let (element, items) = elements(mapping.entries.iter().map(|(_, item)| item), element)?;
            let entries = mapping.entries.iter().map(|(key, _)| key.clone()).zip(items).collect();
            let kind = MappingKind::Map(element);
            Ok(with_data(
                value,
                Data::Mapping(Arc::new(Mapping { kind, entries, header: mapping.header, open: mapping.open.clone() })),
            ))
        }
        (Data::Mapping(mapping), Type::Object(object)) => to_object(value, mapping, object),
        _ => Err(required(to)),
    }
}

fn check(from: &Type, to: &Type) -> Result<(), String> {
    if is_convertible(from, to) { Ok(()) } else { Err(mismatch(from, to)) }
}

fn with_data(value: &Value, data: Data) -> Value {
    Value { data, origin: value.origin.clone(), sensitive: value.sensitive, trace: value.trace }
}

/// A list of items of one type.
fn list(element: Type, items: Vec<Value>) -> Data {
    Data::Sequence(Arc::new(Sequence::new(SequenceKind::List(element), items)))
}

/// The elements of a set of any type may also be nulls beside objects.
fn set_elements(items: &[Value], wanted: &Type) -> Result<(Type, Vec<Value>), String> {
    let has_null = || items.iter().any(|item| matches!(item.data, Data::Null(Type::Dynamic)));
    if *wanted == Type::Dynamic && has_null() {
        let some: Vec<Type> = items.iter().map(Value::ty).filter(|ty| *ty != Type::Dynamic).collect();
        let element = unify(&some).ok_or(DIFFERENT)?;
        return elements(items.iter(), &element);
    }
    elements(items.iter(), wanted)
}

const DIFFERENT: &str = "all elements must have the same type";

/// Converts elements to one type. Where that is not wholly given, the types of the elements complete it.
fn elements<'a>(items: impl Iterator<Item = &'a Value> + Clone, wanted: &Type) -> Result<(Type, Vec<Value>), String> {
    let wanted = if *wanted == Type::Dynamic {
        let types: Vec<Type> = items.clone().map(Value::ty).collect();
        let unified = unify(&types).ok_or(DIFFERENT)?;
        if unified == Type::Dynamic && types.iter().any(|ty| *ty != Type::Dynamic) && items.clone().any(Value::is_null)
        {
            return Err(DIFFERENT.into());
        }
        unified
    } else {
        wanted.clone()
    };
    let converted: Vec<Value> = items.map(|item| convert(item, &wanted)).collect::<Result<_, _>>()?;
    let mut element = without_optional(&wanted);
    if has_dynamic(&element) && !converted.is_empty() {
        let types: Vec<Type> = converted.iter().map(Value::ty).filter(|ty| *ty != Type::Dynamic).collect();
        element = unify(&types).ok_or(DIFFERENT)?;
        let again = converted.iter().map(|item| convert(item, &element)).collect::<Result<_, _>>()?;
        return Ok((element, again));
    }
    Ok((element, converted))
}

fn to_object(value: &Value, mapping: &Mapping, object: &ObjectType) -> Result<Value, String> {
    let mut entries = Vec::with_capacity(object.fields.len());
    for (name, ty) in &object.fields {
        let item = match mapping.get(name) {
            Some(item) => convert(item, ty).map_err(|message| format!("attribute \"{name}\": {message}"))?,
            None if object.optional.contains(name) => with_data(value, Data::Null(without_optional(ty))),
            None => return Err(format!("attribute \"{name}\" is required")),
        };
        entries.push((name.clone(), item));
    }
    let object = Mapping { kind: MappingKind::Object, entries, header: mapping.header, open: mapping.open.clone() };
    Ok(with_data(value, Data::Mapping(Arc::new(object))))
}

fn primitive(value: &Value, to: &Type) -> Result<Value, String> {
    let data = match to {
        Type::String => to_text(value).map(Data::String),
        Type::Number => to_number(value).map(Data::Number),
        Type::Bool => to_bool(value).map(Data::Bool),
        _ => None,
    };
    data.map(|data| with_data(value, data)).ok_or_else(|| required(to))
}

fn convert_unknown(value: &Value, unknown: &Unknown, to: &Type) -> Result<Value, String> {
    if unknown.ty == *to {
        return Ok(value.clone());
    }
    check(&unknown.ty, to)?;
    let given = &unknown.refinement;
    let mut refinement = Refinement { not_null: given.not_null, ..Refinement::default() };
    let exactly = |length: usize| (length as u64, Some(length as u64));
    let (least, most) = match (&unknown.ty, to) {
        (Type::Object(object), Type::Map(_)) => exactly(object.fields.len()),
        (Type::Tuple(items), Type::List(_)) => exactly(items.len()),
        (Type::Tuple(items), Type::Set(_)) => (items.len().min(1) as u64, Some(items.len() as u64)),
        (Type::List(_) | Type::Set(_), Type::Set(_)) => (given.min_length.min(1), given.max_length),
        (Type::List(_) | Type::Set(_) | Type::Map(_), Type::List(_) | Type::Map(_)) => {
            (given.min_length, given.max_length)
        }
        _ => (0, None),
    };
    (refinement.min_length, refinement.max_length) = (least, most);
    refinement.parts.clone_from(&given.parts);
    if let (Some(elements), Type::List(element) | Type::Set(element)) = (given.elements.known(), to) {
        let elements = elements.iter().map(|item| convert(item, element)).collect::<Result<Vec<_>, _>>()?;
        refinement.elements = KnownElements::new(elements, unknown.causes.clone(), value.origin.span);
    }
    if let Some(choices) = given.choices.known() {
        let choices = choices.iter().map(|choice| convert(choice, to)).collect::<Result<Vec<_>, _>>();
        refinement.choices = choices.map(Choices::new).unwrap_or_default();
    }
    let symbol = unknown.symbol.clone();
    let converted = Unknown { ty: known_type(&unknown.ty, to), causes: unknown.causes.clone(), symbol, refinement };
    Ok(with_data(value, Data::Unknown(Arc::new(converted))))
}

/// `to`, with what it leaves open filled in from the type of the value that is converted.
fn known_type(from: &Type, to: &Type) -> Type {
    match (from, to) {
        (_, Type::Dynamic) => from.clone(),
        (Type::List(a) | Type::Set(a), Type::List(b)) => Type::List(Arc::new(known_type(a, b))),
        (Type::List(a) | Type::Set(a), Type::Set(b)) => Type::Set(Arc::new(known_type(a, b))),
        (Type::Map(a), Type::Map(b)) => Type::Map(Arc::new(known_type(a, b))),
        (Type::Tuple(items), Type::List(b)) if **b == Type::Dynamic => {
            Type::List(Arc::new(unify(items).unwrap_or(Type::Dynamic)))
        }
        _ => without_optional(to),
    }
}

/// The same type with all attributes required, as values have it.
pub fn without_optional(ty: &Type) -> Type {
    match ty {
        Type::List(element) => Type::List(Arc::new(without_optional(element))),
        Type::Set(element) => Type::Set(Arc::new(without_optional(element))),
        Type::Map(element) => Type::Map(Arc::new(without_optional(element))),
        Type::Tuple(items) => Type::Tuple(Arc::new(items.iter().map(without_optional).collect())),
        Type::Object(object) => Type::Object(Arc::new(ObjectType {
            fields: object.fields.iter().map(|(name, ty)| (name.clone(), without_optional(ty))).collect(),
            optional: Vec::new(),
        })),
        plain => plain.clone(),
    }
}

/// A list, whose element type is that of its items; nulls and unknowns of no type take it on.
pub fn list_of(items: Vec<Value>) -> Data {
    let (element, items) = typed(items);
    list(element, items)
}

/// The one type of items that differ at most in nulls and unknowns of no type, which take it on.
pub(super) fn typed(mut items: Vec<Value>) -> (Type, Vec<Value>) {
    let element = items.iter().map(Value::ty).find(|ty| *ty != Type::Dynamic).unwrap_or(Type::Dynamic);
    if element != Type::Dynamic {
        for item in &mut items {
            match &mut item.data {
                Data::Null(ty) => *ty = element.clone(),
                Data::Unknown(unknown) if unknown.ty == Type::Dynamic => *unknown = retyped(unknown, &element),
                _ => {}
            }
        }
    }
    (element, items)
}

fn required(to: &Type) -> String {
    match to {
        Type::Bool => "a bool is required; to convert from a string, use \"true\" or \"false\"".into(),
        _ => mismatch(&Type::Dynamic, to),
    }
}

fn mismatch(_from: &Type, to: &Type) -> String {
    match to {
        Type::Bool => "a bool is required".into(),
        Type::Number => "a number is required".into(),
        Type::String => "a string is required".into(),
        other => format!("{other} is required"),
    }
}

/// The text of a string, number or bool; `None` for all others and for null.
pub fn to_text(value: &Value) -> Option<Text> {
    match &value.data {
        Data::String(text) => Some(text.clone()),
        Data::Number(number) => Some(number.to_string().into()),
        Data::Bool(true) => Some("true".into()),
        Data::Bool(false) => Some("false".into()),
        _ => None,
    }
}
