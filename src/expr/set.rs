//! Sets: unique elements in Terraform's order.

pub use crate::model::secrecy::is_sensitive;

use super::equality::equals;
use crate::model::{Data, Number, Sequence, SequenceKind, Type, Value};
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::Arc;

/// A set of items that were converted to one type; `base` gives origin and sensitivity. Sensitive items
/// make the whole set sensitive.
pub fn build(base: Value, element: Type, items: Vec<Value>) -> Value {
    let mut set = base;
    let mut items = items;
    for item in &mut items {
        set.sensitive |= reveal(item);
    }
    let mut keyed: Vec<(SortKey, Value)> = items.into_iter().map(|item| (SortKey::of(&item, &element), item)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut unique: Vec<(SortKey, Value)> = Vec::with_capacity(keyed.len());
    for (key, item) in keyed {
        let is_known = |(other_key, other): &&(SortKey, Value)| {
            *other_key == key && (key.is_exact() || equals(other, &item) == Some(true))
        };
        let twice = unique.iter().rev().take_while(|(other, _)| *other == key).any(|entry| is_known(&entry));
        if !twice {
            unique.push((key, item));
        }
    }
    let items = unique.into_iter().map(|(_, item)| item).collect();
    set.data = Data::Sequence(Arc::new(Sequence::new(SequenceKind::Set(element), items)));
    set
}

/// Takes sensitivity off a value and all in it, and tells whether there was any.
fn reveal(value: &mut Value) -> bool {
    let mut found = std::mem::take(&mut value.sensitive);
    if value.as_items().is_some_and(|items| items.iter().any(is_sensitive)) {
        for item in value.as_items_mut().into_iter().flatten() {
            found |= reveal(item);
        }
    }
    if value.as_mapping().is_some_and(|mapping| mapping.entries.iter().any(|(_, item)| is_sensitive(item)))
        && let Some(mapping) = value.as_mapping_mut()
    {
        for (_, item) in &mut mapping.entries {
            found |= reveal(item);
        }
    }
    found
}

/// What decides the place of an element: primitives by value, others by a text of their content; nulls
/// after those, unknowns last and never equal to one another.
#[derive(Debug)]
enum SortKey {
    Bool(bool),
    Number(Number),
    Text(String),
    Null,
    Unknown,
}

impl SortKey {
    fn of(value: &Value, element: &Type) -> Self {
        match (&value.data, element) {
            (Data::Unknown(_), _) => Self::Unknown,
            (Data::Null(_), _) => Self::Null,
            (Data::Bool(value), _) => Self::Bool(*value),
            (Data::Number(number), _) => Self::Number(number.clone()),
            (Data::String(text), _) => Self::Text(text.to_string()),
            _ => {
                let mut text = String::new();
                describe(value, &mut text);
                Self::Text(text)
            }
        }
    }

    /// Whether equal keys mean equal values, without a second look.
    fn is_exact(&self) -> bool {
        matches!(self, Self::Bool(_) | Self::Number(_) | Self::Null)
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Unknown => 2,
            Self::Null => 1,
            _ => 0,
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            // The two zeros are equal numbers, but two elements.
            (Self::Number(a), Self::Number(b)) => a.cmp(b).then(b.is_negative().cmp(&a.is_negative())),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

/// The text by whose bytes Terraform orders elements that are no primitives.
fn describe(value: &Value, out: &mut String) {
    match &value.data {
        Data::Unknown(_) => out.push('?'),
        Data::Null(_) => out.push('~'),
        Data::Bool(true) => out.push('T'),
        Data::Bool(false) => out.push('F'),
        Data::Number(number) => out.push_str(&number.to_short_text()),
        Data::String(text) => quote(text, out),
        Data::Sequence(sequence) => {
            let (open, close) = if sequence.kind == SequenceKind::Tuple { ('<', '>') } else { ('[', ']') };
            out.push(open);
            for item in &sequence.items {
                describe(item, out);
                out.push(';');
            }
            out.push(close);
        }
        Data::Mapping(mapping) => {
            let is_map = mapping.kind != crate::model::MappingKind::Object;
            out.push(if is_map { '{' } else { '<' });
            for (key, item) in &mapping.entries {
                if is_map {
                    quote(key, out);
                    out.push(':');
                }
                describe(item, out);
                out.push(';');
            }
            out.push(if is_map { '}' } else { '>' });
        }
    }
}

/// Go's `%q`.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
