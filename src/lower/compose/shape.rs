//! The shapes that Compose lets people write one thing in, made alike.
//!
//! Owns lists for single values, mappings for lists of `NAME=value`, and texts for truths and numbers. Knows no attribute.

use crate::expr::partial::PartialText;
use crate::lower::pieces::{part, truth as truth_of};
use crate::model::{Data, Mapping, Number, Text, Value};
use crate::source::Span;
use std::sync::Arc;

/// The same value, as a list where it is a single one.
pub(super) fn list(value: Value) -> Value {
    match &value.data {
        Data::String(_) | Data::Bool(_) | Data::Number(_) => {
            let origin = value.origin.clone();
            Value::tuple(vec![value], origin.span).with_origin(origin)
        }
        _ => value,
    }
}

/// The value as a text: Compose makes texts of the truths and numbers in a mapping of variables.
pub(super) fn text(value: Value) -> Value {
    let text: Text = match &value.data {
        Data::Bool(truth) => if *truth { "true" } else { "false" }.into(),
        Data::Number(number) => number.to_string().into(),
        _ => return value,
    };
    Value { data: Data::String(text), ..value }
}

/// The truth that a text says; anything else stays.
pub(super) fn truth(value: Value) -> Value {
    let said = value.as_str().map(str::to_ascii_lowercase);
    match said.as_deref() {
        Some("true" | "yes" | "y" | "on" | "1") => Value { data: Data::Bool(true), ..value },
        Some("false" | "no" | "n" | "off" | "0") => Value { data: Data::Bool(false), ..value },
        Some(_) => value,
        None if value.as_unknown().is_some() => truth_of(value),
        None => value,
    }
}

/// The number that a text says; anything else stays.
pub(super) fn number(value: Value) -> Value {
    match value.as_str().and_then(|text| Number::parse(text.trim())) {
        Some(number) => Value { data: Data::Number(number), ..value },
        None => value,
    }
}

/// A list of `NAME=value`s as a mapping, with `separators` between the two; a mapping stays one. What stands for a name
/// without value is made by `bare`.
pub(super) fn pairs(value: Value, separators: &[char], bare: &dyn Fn(&str, Span) -> Value) -> Value {
    let filled = |name: &str, value: Value| match value.data {
        Data::Null(_) => bare(name, value.origin.span),
        _ => text(value),
    };
    match &value.data {
        Data::Sequence(sequence) => {
            let pair = |item: &Value| {
                let whole = PartialText::of_text(&text(item.clone()))?;
                let at = separators.iter().find_map(|separator| whole.text().find(*separator));
                let Some(at) = at else {
                    let name = Text::from(whole.text());
                    let value = bare(&name, item.origin.span);
                    return whole.is_known().then_some((name, value));
                };
                let (name, rest) = (whole.slice(0..at), whole.slice(at + 1..whole.text().len()));
                name.is_known().then(|| (Text::from(name.text().trim()), part(item, rest, item.origin.span)))
            };
            let entries = sequence.items.iter().filter_map(pair).collect();
            let mapping = Mapping::object(entries, sequence.header);
            let open = sequence.items.iter().filter(|item| item.is_unknown()).filter(|item| pair(item).is_none());
            let causes: Vec<_> =
                open.filter_map(Value::as_unknown).flat_map(|unknown| unknown.causes.clone()).collect();
            let open = (!causes.is_empty()).then(|| Arc::new(causes));
            Value { data: Data::Mapping(Arc::new(Mapping { open, ..mapping })), ..value }
        }
        Data::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|(name, value)| (name.clone(), filled(name, value.clone())));
            let entries = entries.collect();
            Value { data: Data::Mapping(Arc::new(Mapping { entries, ..(**mapping).clone() })), ..value }
        }
        _ => value,
    }
}

/// A list of names as a mapping in which each has a value made by `with`; a mapping stays one.
pub(super) fn names(value: Value, with: &dyn Fn(&Value) -> Value) -> Value {
    let value = list(value);
    let Data::Sequence(sequence) = &value.data else { return value };
    let entries = sequence.items.iter().filter_map(|item| Some((Text::from(item.as_str()?), with(item)))).collect();
    Value { data: Data::Mapping(Arc::new(Mapping::object(entries, sequence.header))), ..value }
}

/// An object that stands where the short form `of` stands.
pub(super) fn object(of: &Value, entries: Vec<(&'static str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(name, value)| (Text::from(name), value)).collect();
    let span = of.origin.span;
    Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(span)))), span).with_origin(of.origin.clone())
}

/// The parts of a short form between colons, without those in brackets. `None` of what is no text.
pub(super) fn fields(value: &Value) -> Option<Vec<PartialText>> {
    let whole = PartialText::of_text(value)?;
    let (mut fields, mut start, mut in_brackets) = (Vec::new(), 0, false);
    for (at, c) in whole.text().char_indices() {
        match c {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            ':' if !in_brackets => {
                fields.push(whole.slice(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(whole.slice(start..whole.text().len()));
    Some(fields)
}

/// Each element of a list that is no mapping yet as what `long` makes of it.
pub(super) fn each(mut value: Value, long: impl Fn(Value) -> Value) -> Value {
    if let Some(items) = value.as_items_mut() {
        *items = std::mem::take(items).into_iter().map(long).collect();
    }
    value
}
