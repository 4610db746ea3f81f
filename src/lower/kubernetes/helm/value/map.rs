//! Maps, which templates change in place and share.

use super::{Data, Value};
use crate::source::Note;
use ecow::EcoString;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A map with strings as keys, in their order. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Map {
    kind: MapKind,
    content: Rc<Content>,
}

#[derive(Debug, Default)]
struct Content {
    entries: RefCell<BTreeMap<EcoString, Value>>,
    /// Why it may have more keys, when it may.
    open: Cell<Option<Note>>,
}

/// The types of maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapKind {
    /// `map[string]interface {}`
    Any,
    /// `chartutil.Values`
    Values,
    /// `map[string]string`
    Strings,
}

impl MapKind {
    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Values => "chartutil.Values",
            Self::Strings => "map[string]string",
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new(MapKind::Any, BTreeMap::new())
    }
}

impl FromIterator<(EcoString, Value)> for Map {
    fn from_iter<T: IntoIterator<Item = (EcoString, Value)>>(entries: T) -> Self {
        Self::new(MapKind::Any, entries.into_iter().collect())
    }
}

impl Map {
    /// A map of some type.
    pub fn new(kind: MapKind, entries: BTreeMap<EcoString, Value>) -> Self {
        Self { kind, content: Rc::new(Content { entries: RefCell::new(entries), open: Cell::default() }) }
    }

    /// Its type.
    pub fn kind(&self) -> MapKind {
        self.kind
    }

    /// Its entries, to read. They must not be held across an evaluation.
    pub fn borrow(&self) -> Ref<'_, BTreeMap<EcoString, Value>> {
        self.content.entries.borrow()
    }

    /// The value of `key`; unknown where the map may have it.
    pub fn get(&self, key: &str) -> Option<Value> {
        let known = self.borrow().get(key).cloned();
        known.or_else(|| self.open().map(|note| Value::unknown(Some(note))))
    }

    /// Whether it certainly has `key`.
    pub fn contains(&self, key: &str) -> bool {
        self.borrow().contains_key(key)
    }

    /// Why it may have more keys than those that are known, when it may.
    pub fn open(&self) -> Option<Note> {
        self.content.open.get()
    }

    /// Says that it may have more keys, for the reason of `note`.
    pub fn mark_open(&self, note: Note) {
        self.content.open.set(Some(note));
    }

    /// Says that it, and each map in it, may have more keys, for the reason of `note`.
    pub fn set_open(&self, note: Note) {
        self.mark_open(note);
        for (_, value) in self.entries() {
            if let Data::Map(inner) = &value.data
                && inner.open().is_none()
            {
                inner.set_open(note);
            }
        }
    }

    /// Sets `key`.
    pub fn set(&self, key: impl Into<EcoString>, value: Value) {
        self.content.entries.borrow_mut().insert(key.into(), value);
    }

    /// Removes `key`, and returns what was there.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.content.entries.borrow_mut().remove(key)
    }

    /// Whether both are one map.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.content, &other.content)
    }

    /// A copy of the entries, for a walk during which the map may change.
    pub fn entries(&self) -> Vec<(EcoString, Value)> {
        self.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// The same map under another name of its type.
    #[must_use]
    pub fn renamed(&self, kind: MapKind) -> Self {
        Self { kind, content: self.content.clone() }
    }

    /// What tells it from every other map while it lives.
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.content).addr()
    }
}
