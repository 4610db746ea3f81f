//! Membership among many values: equal ones are found without comparing all.

use crate::expr::equality::equals;
use crate::model::{Data, Number, Text, Value};
use std::collections::BTreeSet;

/// Known values of one type, each once.
#[derive(Debug, Default)]
pub struct Members {
    keys: BTreeSet<Key>,
    /// Collections and objects, which have no key.
    others: Vec<Value>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
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
            Some(key) => self.keys.contains(&key),
            None => self.others.iter().any(|other| equals(other, value) == Some(true)),
        }
    }

    /// Adds a value, and tells whether it is new.
    pub fn insert(&mut self, value: &Value) -> bool {
        match key_of(value) {
            Some(key) => self.keys.insert(key),
            None if self.contains(value) => false,
            None => {
                self.others.push(value.clone());
                true
            }
        }
    }
}

fn key_of(value: &Value) -> Option<Key> {
    match &value.data {
        Data::Null(_) => Some(Key::Null),
        Data::Bool(value) => Some(Key::Bool(*value)),
        Data::Number(number) => Some(Key::Number(number.clone())),
        Data::String(text) => Some(Key::Text(text.clone())),
        _ => None,
    }
}
