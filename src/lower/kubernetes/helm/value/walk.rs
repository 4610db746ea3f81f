//! Walks through a value with all that is in it. A map may hold itself, and may be held many times.

use super::{Data, List, Map, Value};
use crate::limits::charts::COPIED_DEPTH;
use crate::source::Note;
use std::collections::BTreeSet;
use std::rc::Rc;

impl Value {
    /// Whether no part of it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        let is_unordered = |value: &Self| matches!(&value.data, Data::List(list) if list.unordered);
        self.find(|value| (value.is_unknown_here() || is_unordered(value)).then_some(())).is_none()
    }

    /// Why it, or some part of it, is not known.
    pub fn unknown_note(&self) -> Option<Note> {
        self.find(Self::unknown_here)
    }

    /// Whether it is not known itself, or not as a whole.
    fn is_unknown_here(&self) -> bool {
        match &self.data {
            Data::Unknown => true,
            Data::String(text) => !text.is_known(),
            Data::Map(map) => map.open().is_some(),
            _ => false,
        }
    }

    /// Why it is not known itself.
    fn unknown_here(&self) -> Option<Note> {
        match &self.data {
            Data::Unknown => self.note,
            Data::String(text) => text.unknown_note(),
            Data::Map(map) => map.open(),
            _ => None,
        }
    }

    /// The first result of `test` on the value and all in it; each map is visited once.
    fn find<T>(&self, test: impl Fn(&Self) -> Option<T>) -> Option<T> {
        if !matches!(self.data, Data::List(_) | Data::Map(_)) {
            return test(self);
        }
        let mut open = vec![self.clone()];
        let mut seen = BTreeSet::new();
        while let Some(value) = open.pop() {
            if let Some(found) = test(&value) {
                return Some(found);
            }
            match &value.data {
                Data::List(list) if seen.insert(Rc::as_ptr(list).addr()) => {
                    open.extend(list.items.iter().rev().cloned());
                }
                Data::Map(map) if seen.insert(map.identity()) => open.extend(map.borrow().values().rev().cloned()),
                _ => {}
            }
        }
        None
    }
}

/// A copy of a value that shares no map with it. `budget` is how many values may be copied; `None` where it is used
/// up, or the value nests without end.
pub fn copied(value: &Value, budget: &mut u64) -> Option<Value> {
    copied_within(value, budget, 0)
}

fn copied_within(value: &Value, budget: &mut u64, depth: usize) -> Option<Value> {
    *budget = budget.checked_sub(1).filter(|_| depth < COPIED_DEPTH)?;
    let data = match &value.data {
        Data::Map(map) => Data::Map(copied_map(map, budget, depth)?),
        Data::List(list) => {
            let items = list.items.iter().map(|item| copied_within(item, budget, depth + 1)).collect::<Option<_>>()?;
            Data::List(Rc::new(List { items, ..**list }))
        }
        data => data.clone(),
    };
    Some(Value { data, note: value.note })
}

fn copied_map(map: &Map, budget: &mut u64, depth: usize) -> Option<Map> {
    let entry = |(key, value): (_, Value)| Some((key, copied_within(&value, budget, depth + 1)?));
    let copy = Map::new(map.kind(), map.entries().into_iter().map(entry).collect::<Option<_>>()?);
    if let Some(note) = map.open() {
        copy.mark_open(note);
    }
    Some(copy)
}

impl Map {
    /// A copy that shares no map with it, for values that were read from files.
    #[must_use]
    pub fn deep_copy(&self) -> Self {
        copied_map(self, &mut u64::MAX.clone(), 0).unwrap_or_default()
    }
}
