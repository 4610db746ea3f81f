//! Compose files merged: what a later file says of the same thing.
//!
//! Source of the rules: the Compose Specification, "Merge", and compose-go 2.16. Both sides are in the long form. Names
//! are merged one by one; of lists the elements that are the same thing are merged and the others added; commands and
//! the test of a health check are replaced. `!reset` takes away what was there, `!override` replaces it as a whole.

use super::{mounts, ports};
use crate::limits::compose::VALUE_DEPTH;
use crate::lower::yaml::read_through;
use crate::model::{Data, HopKind, Mapping, Value};
use crate::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where values begin that a tag marks.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// `!reset`
    pub reset: BTreeSet<(SourceId, u32)>,
    /// `!override`
    pub replace: BTreeSet<(SourceId, u32)>,
}

impl Marks {
    fn is_in(marks: &BTreeSet<(SourceId, u32)>, span: Span) -> bool {
        !marks.is_empty() && marks.contains(&(span.source, span.start))
    }

    fn resets(&self, value: &Value) -> bool {
        Self::is_in(&self.reset, value.origin.span)
    }

    fn replaces(&self, value: &Value) -> bool {
        Self::is_in(&self.replace, value.origin.span)
    }
}

/// How one side is merged into the other.
pub(super) struct Merge<'a> {
    /// The marks of the stronger side.
    pub marks: &'a Marks,
    /// The hop of what the stronger side brings, where it stands in another file.
    pub hop: Option<HopKind>,
}

impl Merge<'_> {
    /// A whole file into another one.
    pub(super) fn files(&self, base: Value, over: &Value) -> Value {
        self.value(base, over, &mut Vec::new())
    }

    /// One service into another one.
    pub(super) fn services(&self, base: Value, over: &Value) -> Value {
        self.value(base, over, &mut vec!["services", "*"])
    }

    fn brought(&self, value: &Value) -> Value {
        let value = self.without_reset(value.clone());
        match &self.hop {
            Some(hop) => read_through(value, hop),
            None => value,
        }
    }

    /// What a value adds where nothing was: what is reset in it is not there.
    fn without_reset(&self, mut value: Value) -> Value {
        if self.marks.reset.is_empty() {
            return value;
        }
        let kept = |item: &Value| !self.marks.resets(item);
        match &mut value.data {
            Data::Mapping(mapping) => {
                let entries = mapping.entries.iter().filter(|(_, item)| kept(item));
                let entries = entries.map(|(key, item)| (key.clone(), self.without_reset(item.clone()))).collect();
                *mapping = Arc::new(Mapping { entries, ..(**mapping).clone() });
            }
            Data::Sequence(_) => {
                let items = value.as_items().unwrap_or_default().iter().filter(|item| kept(item));
                let items = items.map(|item| self.without_reset(item.clone())).collect();
                if let Some(all) = value.as_items_mut() {
                    *all = items;
                }
            }
            _ => {}
        }
        value
    }

    fn value<'v>(&self, mut base: Value, over: &'v Value, path: &mut Vec<&'v str>) -> Value {
        if over.is_null() {
            return base;
        }
        if base.is_null() || self.marks.replaces(over) || path.len() > VALUE_DEPTH || is_replaced(path, &base, over) {
            return self.brought(over);
        }
        match (&base.data, &over.data) {
            (Data::Mapping(_), Data::Mapping(more)) => {
                if let Some(mapping) = base.as_mapping_mut() {
                    for (key, item) in &more.entries {
                        if self.marks.resets(item) {
                            mapping.remove(key);
                            continue;
                        }
                        path.push(key);
                        let merged = match mapping.remove(key) {
                            Some(before) => self.value(before, item, path),
                            None => self.brought(item),
                        };
                        path.pop();
                        mapping.set(key.clone(), merged);
                    }
                    if let Some(open) = &more.open {
                        mapping.open = Some(Arc::clone(open));
                    }
                }
                base
            }
            (Data::Sequence(_), Data::Sequence(more)) => {
                let key = key_of(path);
                if let Some(items) = base.as_items_mut() {
                    let mut places: BTreeMap<String, usize> = BTreeMap::new();
                    let numbered = items.iter().enumerate();
                    places.extend(numbered.filter_map(|(at, item)| Some((key(item)?, at))));
                    for item in more.items.iter().filter(|item| !self.marks.resets(item)) {
                        let name = key(item);
                        let before = name.as_ref().and_then(|name| places.get(name)).and_then(|at| items.get_mut(*at));
                        // The same thing said again: the later one counts.
                        if let Some(before) = before {
                            *before = self.brought(item);
                        } else {
                            places.extend(name.map(|name| (name, items.len())));
                            items.push(self.brought(item));
                        }
                    }
                }
                base
            }
            _ => self.brought(over),
        }
    }
}

/// Whether a value is replaced as a whole by a later one.
fn is_replaced(path: &[&str], base: &Value, over: &Value) -> bool {
    let driver = |value: &Value| value.get("driver").and_then(Value::as_str).map(str::to_owned);
    match path {
        ["services", _, "command" | "entrypoint"] | ["services", _, "healthcheck", "test"] => true,
        ["services", _, "logging"] => {
            let (one, other) = (driver(base), driver(over));
            one.is_some() && other.is_some() && one != other
        }
        _ => false,
    }
}

/// What tells the elements of a list apart.
fn key_of(path: &[&str]) -> fn(&Value) -> Option<String> {
    match path {
        ["services", _, "ports"] => ports::key,
        ["services", _, "volumes" | "devices" | "secrets" | "configs"] => mounts::key,
        ["services", _, "env_file"] => |value| Some(value.get("path")?.as_str()?.to_owned()),
        _ => |value| value.as_str().map(str::to_owned),
    }
}
