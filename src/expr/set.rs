//! Sets: unique elements in Terraform's order. The sets in a declaration are in the order of writing, so that their
//! elements have the places and numbers that a reader of the file gives them; whoever refers to one gets it in order.

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
    let items: Vec<Value> = unique(items, &element).into_iter().map(|(_, item)| item).collect();
    set.data = Data::Sequence(Arc::new(Sequence::new(SequenceKind::Set(element), items)));
    set
}

/// Blocks as a set, in the order of writing. Equal blocks all stay: each has a place, where a finding or a suppression may
/// be about it.
pub fn of_blocks(mut value: Value) -> Value {
    if let Data::Sequence(sequence) = &mut value.data {
        Arc::make_mut(sequence).kind = SequenceKind::Set(Type::Dynamic);
    }
    value
}

/// A sequence as a set of elements of a type, in the order of writing.
pub fn as_written(mut value: Value, element: Type) -> Value {
    if let Data::Sequence(sequence) = &mut value.data {
        let sequence = Arc::make_mut(sequence);
        let mut items = unique(std::mem::take(&mut sequence.items), &element);
        items.sort_by_key(|(at, _)| *at);
        sequence.items = items.into_iter().map(|(_, item)| item).collect();
        sequence.kind = SequenceKind::Set(element);
    }
    value
}

/// How many of some items are different from each other, where what is not known equals nothing.
pub fn count(items: &[Value]) -> usize {
    unique(items.to_vec(), &Type::Dynamic).len()
}

/// A value with all sets in it and in its blocks in Terraform's order.
pub fn in_order(mut value: Value) -> Value {
    if !holds_set(&value) {
        return value;
    }
    match &mut value.data {
        Data::Sequence(sequence) => {
            let sequence = Arc::make_mut(sequence);
            let items = std::mem::take(&mut sequence.items).into_iter().map(in_order).collect();
            match sequence.kind.clone() {
                SequenceKind::Set(element) => return build(value, element, items),
                _ => sequence.items = items,
            }
        }
        Data::Mapping(mapping) => {
            for (_, item) in &mut Arc::make_mut(mapping).entries {
                *item = in_order(std::mem::replace(item, Value::null(item.origin.span)));
            }
        }
        _ => {}
    }
    value
}

/// Whether a set of several elements is in a value.
fn holds_set(value: &Value) -> bool {
    match &value.data {
        Data::Sequence(sequence) => {
            matches!(sequence.kind, SequenceKind::Set(_)) && sequence.items.len() > 1
                || sequence.items.iter().any(holds_set)
        }
        Data::Mapping(mapping) => mapping.entries.iter().any(|(_, item)| holds_set(item)),
        _ => false,
    }
}

/// The first of all equal items, each with its number, in Terraform's order. What is not wholly known equals nothing.
fn unique(items: Vec<Value>, element: &Type) -> Vec<(usize, Value)> {
    if items.len() < 2 {
        return items.into_iter().enumerate().collect();
    }
    let keyed = items.into_iter().enumerate().map(|(at, item)| (SortKey::of(&item, element), (at, item)));
    let mut keyed: Vec<(SortKey, (usize, Value))> = keyed.collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut unique: Vec<(SortKey, (usize, Value))> = Vec::with_capacity(keyed.len());
    for (key, (at, item)) in keyed {
        let is_same = |other: &Value| key.is_exact() || equals(other, &item) == Some(true);
        let mut alike = unique.iter_mut().rev().take_while(|(other, _)| *other == key);
        match alike.find(|(_, (_, other))| is_same(other)) {
            Some((_, (_, first))) => first.sensitive |= item.sensitive,
            None => unique.push((key, (at, item))),
        }
    }
    unique.into_iter().map(|(_, item)| item).collect()
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
