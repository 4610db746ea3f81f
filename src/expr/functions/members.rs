//! Membership among many values: equal ones are found without comparing all.

use crate::expr::equality::equals;
use crate::model::{Data, Number, Text, Type, Value};
use std::collections::{BTreeSet, HashMap};

/// Known values, each once.
#[derive(Debug, Default)]
pub struct Members {
    keys: BTreeSet<Key>,
    /// Collections and objects by their types: those of different types are never equal.
    structures: HashMap<Type, BTreeSet<Key>>,
    /// Values that are not known, which have no key.
    others: Vec<Value>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
    /// The elements of a structure, those of a mapping each behind its name.
    Elements(Vec<Key>),
}

impl Members {
    /// The members among `values`.
    pub fn of(values: &[Value]) -> Self {
        let mut members = Self::default();
        for value in values {
            members.insert(value);
        }
        members
    }

    /// How many comparisons a question may take.
    pub fn cost(&self) -> u64 {
        1 + self.others.len() as u64
    }

    /// Whether a value equal to this one is a member.
    pub fn contains(&self, value: &Value) -> bool {
        match key_of(value) {
            Some(key @ Key::Elements(_)) => self.structures.get(&value.ty()).is_some_and(|keys| keys.contains(&key)),
            Some(key) => self.keys.contains(&key),
            None => self.others.iter().any(|other| equals(other, value) == Some(true)),
        }
    }

    /// Adds a value, and tells whether it is new.
    pub fn insert(&mut self, value: &Value) -> bool {
        match key_of(value) {
            Some(key @ Key::Elements(_)) => self.structures.entry(value.ty()).or_default().insert(key),
            Some(key) => self.keys.insert(key),
            None if self.contains(value) => false,
            None => {
                self.others.push(value.clone());
                true
            }
        }
    }
}

/// The key of a value that is wholly known.
fn key_of(value: &Value) -> Option<Key> {
    match &value.data {
        Data::Null(_) => Some(Key::Null),
        Data::Bool(value) => Some(Key::Bool(*value)),
        Data::Number(number) => Some(Key::Number(number.clone())),
        Data::String(text) => Some(Key::Text(text.clone())),
        Data::Sequence(sequence) => sequence.items.iter().map(key_of).collect::<Option<_>>().map(Key::Elements),
        Data::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            let named = entries.flat_map(|(name, item)| [Some(Key::Text(name.clone())), key_of(item)]);
            named.collect::<Option<_>>().map(Key::Elements)
        }
        Data::Unknown(_) => None,
    }
}
