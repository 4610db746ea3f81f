//! Entries to mappings: what keys become, which of equal keys counts, and merge keys.

use super::{Dialect, Entry, Mapping, Node, NodeKind};
use crate::source::{Problem, Span};
use ecow::{EcoString, eco_format};
use std::collections::HashMap;

/// One entry as it is written.
#[derive(Debug)]
pub struct Pair {
    /// The key.
    pub key: Node,
    /// Whether the key is the merge key, `<<`.
    pub merges: bool,
    /// The value.
    pub value: Node,
}

/// The mapping of `pairs`, or what is wrong with them.
pub fn build(pairs: Vec<Pair>, dialect: Dialect) -> Result<Mapping, Problem> {
    let mut entries = Entries::with_capacity(pairs.len());
    match dialect {
        Dialect::Kubernetes => {
            for pair in pairs {
                if pair.merges {
                    merge(&pair.value, &mut |entry| entries.put(entry))?;
                } else {
                    let key = key_as_string(&pair.key)?;
                    entries.put(Entry { key, key_span: pair.key.span, value: pair.value });
                }
            }
        }
        Dialect::Kustomize => {
            let mut merged = None;
            for pair in pairs {
                if !pair.merges {
                    entries.put_new(pair)?;
                } else if merged.replace(pair.value).is_some() {
                    return Err(Problem::error(pair.key.span, "duplicate merge key `<<`"));
                }
            }
            let written = entries.list.len();
            if let Some(merged) = merged {
                merge(&merged, &mut |entry| entries.put_behind(written, entry))?;
            }
        }
    }
    Ok(Mapping { entries: entries.list })
}

/// Gives the entries of a merge key's value in the order in which later ones count.
fn merge(value: &Node, put: &mut dyn FnMut(Entry)) -> Result<(), Problem> {
    let refuse = |span| Problem::error(span, "the merge key `<<` takes a mapping or a list of mappings");
    let mut put_all = |from: &Node| {
        let mapping = from.as_mapping().ok_or_else(|| refuse(from.span))?;
        for entry in &mapping.entries {
            let mut entry = entry.clone();
            if let Some(alias) = &from.alias {
                entry.value = entry.value.read_at(from.span, &alias.anchor);
            }
            put(entry);
        }
        Ok(())
    };
    match &value.kind {
        NodeKind::Mapping(_) => put_all(value),
        NodeKind::Sequence(items) if value.alias.is_none() => items.iter().rev().try_for_each(put_all),
        _ => Err(refuse(value.span)),
    }
}

/// The key as the string that sigs.k8s.io/yaml makes of it.
fn key_as_string(key: &Node) -> Result<EcoString, Problem> {
    match &key.kind {
        NodeKind::String(text) => Ok(text.clone()),
        NodeKind::Bool(value) => Ok(eco_format!("{value}")),
        NodeKind::Integer(value) => Ok(eco_format!("{value}")),
        NodeKind::Float(value) => float_as_key(*value).ok_or_else(|| invalid_key(key.span, "a number above 2^63")),
        NodeKind::Null => Err(invalid_key(key.span, "null")),
        NodeKind::Sequence(_) => Err(invalid_key(key.span, "a list")),
        NodeKind::Mapping(_) => {
            Err(invalid_key(key.span, "a mapping")
                .with_help("A template placeholder such as `{{ x }}` must be quoted."))
        }
    }
}

fn invalid_key(span: Span, what: &str) -> Problem {
    Problem::error(span, format!("a key must be a string; this one is {what}"))
}

/// As Go prints a float of 32 bits with `%g`; `None` for the integers that fit into 64 bits only without a
/// sign, which sigs.k8s.io/yaml refuses.
fn float_as_key(value: f64) -> Option<EcoString> {
    let narrow = value as f32;
    if (9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&value) {
        return None;
    }
    if narrow.is_nan() {
        return Some(".nan".into());
    }
    if narrow.is_infinite() {
        return Some(if narrow > 0.0 { ".inf" } else { "-.inf" }.into());
    }
    let scientific = format!("{narrow:e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if (-4..6).contains(&exponent) {
        return Some(eco_format!("{narrow}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(eco_format!("{mantissa}e{sign}{:02}", exponent.abs()))
}

/// Entries with an index once there are many.
#[derive(Debug, Default)]
pub struct Entries {
    list: Vec<Entry>,
    index: Option<HashMap<EcoString, usize>>,
}

/// From so many entries on, keys are looked up in an index.
const INDEXED_FROM: usize = 16;

impl Entries {
    fn with_capacity(count: usize) -> Self {
        Self { list: Vec::with_capacity(count), index: None }
    }

    /// The entries in order of first mention.
    pub fn into_list(self) -> Vec<Entry> {
        self.list
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.list.iter().position(|entry| entry.key == key),
        }
    }

    /// Adds an entry; the one of the same key that was there goes.
    pub fn put(&mut self, entry: Entry) {
        match self.position(&entry.key) {
            Some(at) => {
                if let Some(place) = self.list.get_mut(at) {
                    *place = entry;
                }
            }
            None => self.push(entry),
        }
    }

    fn push(&mut self, entry: Entry) {
        if let Some(index) = &mut self.index {
            index.insert(entry.key.clone(), self.list.len());
        }
        self.list.push(entry);
        if self.index.is_none() && self.list.len() >= INDEXED_FROM {
            self.index = Some(self.list.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect());
        }
    }

    /// Adds an entry unless one of the first `written` has its key.
    fn put_behind(&mut self, written: usize, entry: Entry) {
        if self.position(&entry.key).is_none_or(|at| at >= written) {
            self.put(entry);
        }
    }

    /// Adds an entry whose key must be a string that is not there yet.
    fn put_new(&mut self, pair: Pair) -> Result<(), Problem> {
        let Node { kind: NodeKind::String(key), span, .. } = pair.key else {
            return key_as_string(&pair.key).and_then(|_| Err(invalid_key(pair.key.span, "none")));
        };
        if self.position(&key).is_some() {
            return Err(Problem::error(span, format!("key `{key}` is already there")));
        }
        self.push(Entry { key, key_span: span, value: pair.value });
        Ok(())
    }
}
