//! Targets: what each builds, with what it inherits, once for each combination of its matrix.

use super::scope::{BakeScope, Shared};
use crate::limits::bake::{INHERITANCE_DEPTH, MAX_TARGETS};
use crate::model::{Data, Mapping, Text, Value};
use crate::source::{Problem, Sources, Span};
use crate::syntax::hcl::{Block, Body, Property};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A target.
pub(super) struct Target {
    /// Its name.
    pub name: Text,
    /// Its attributes, those that it inherits among them.
    pub attrs: Value,
    /// Whether it is built, and not only inherited from.
    pub is_built: bool,
    /// The whole block.
    pub block: Span,
    /// The announcing part of it.
    pub header: Span,
}

/// What a property of a file in JSON is.
pub(super) fn property(path: &[&str], name: &str) -> Property {
    match (path, name) {
        ([], "target" | "group" | "variable" | "function") => Property::Block { labels: 1 },
        _ => Property::Argument,
    }
}

/// The targets of the files, each of which overrides those before it.
pub(super) fn targets(bodies: &[Body], sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Target> {
    let shared = Shared::default();
    let scope = BakeScope::new(bodies, sources, &shared);
    let blocks = || bodies.iter().flat_map(|body| body.blocks_of("target"));
    let mut by_name: BTreeMap<Text, Vec<&Block>> = BTreeMap::new();
    for block in blocks() {
        if let Some(label) = block.labels.first() {
            by_name.entry(label.name.clone()).or_default().push(block);
        }
    }
    let resolver = Resolver { scope: &scope, by_name: &by_name };
    let mut inherited: BTreeSet<Text> = BTreeSet::new();
    for inherits in blocks().filter_map(|block| block.body.attribute("inherits")) {
        let names = scope.with(BTreeMap::new()).quiet(&inherits.value);
        inherited.extend(
            names
                .iter()
                .flat_map(|names| names.as_items().unwrap_or_default())
                .filter_map(Value::as_str)
                .map(Text::from),
        );
    }
    let groups =
        bodies.iter().flat_map(|body| body.blocks_of("group")).filter_map(|group| group.body.attribute("targets"));
    let grouped: Vec<Value> = groups.map(|targets| scope.evaluate(&targets.value)).collect();
    let grouped: BTreeSet<&str> =
        grouped.iter().flat_map(|names| names.as_items().unwrap_or_default()).filter_map(Value::as_str).collect();
    let mut targets = Vec::new();
    for (name, blocks) in &by_name {
        let Some(last) = blocks.last() else { continue };
        let is_built = !inherited.contains(name) || grouped.contains(name.as_str());
        for locals in resolver.combinations(blocks) {
            let scope = scope.with(locals);
            let own = blocks.iter().rev().find_map(|block| block.body.attribute("name"));
            let own = own.map(|attribute| scope.evaluate(&attribute.value));
            let own = own.as_ref().and_then(Value::as_str).map_or_else(|| name.clone(), Text::from);
            let attrs = Resolver { scope: &scope, ..resolver }.attrs(name, last.header, 0);
            targets.push(Target { name: own, attrs, is_built, block: last.span, header: last.header });
        }
        if targets.len() > MAX_TARGETS {
            let message = format!("the file has more than {MAX_TARGETS} targets; the rest is not read");
            problems.push(Problem::error(last.header, message));
            break;
        }
    }
    problems.extend(shared.into_problems());
    targets
}

#[derive(Clone, Copy)]
struct Resolver<'a, 'b> {
    scope: &'a BakeScope<'b>,
    by_name: &'a BTreeMap<Text, Vec<&'b Block>>,
}

impl Resolver<'_, '_> {
    /// The combinations of the values of a matrix: one without names where there is none.
    fn combinations(&self, blocks: &[&Block]) -> Vec<BTreeMap<Text, Value>> {
        let mut all = vec![BTreeMap::new()];
        let matrix = blocks.iter().rev().find_map(|block| block.body.attribute("matrix"));
        let Some(matrix) = matrix.map(|attribute| self.scope.evaluate(&attribute.value)) else { return all };
        for (name, values) in matrix.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
            let values = values.as_items().unwrap_or_default();
            let with = |locals: &BTreeMap<Text, Value>, value: &Value| {
                let mut locals = locals.clone();
                locals.insert(name.clone(), value.clone());
                locals
            };
            all = all
                .iter()
                .flat_map(|locals| values.iter().map(move |value| with(locals, value)))
                .take(MAX_TARGETS)
                .collect();
        }
        all
    }

    /// The attributes of a target: what it inherits, then what its own blocks say. `args`, `labels` and `contexts` are
    /// joined by name, everything else is replaced.
    fn attrs(&self, name: &str, header: Span, depth: usize) -> Value {
        let mut entries: BTreeMap<Text, Value> = BTreeMap::new();
        let mut add = |name: &Text, value: Value| {
            let joined = match (entries.remove(name), matches!(name.as_str(), "args" | "labels" | "contexts")) {
                (Some(before), true) => joined(before, &value),
                _ => value,
            };
            entries.insert(name.clone(), joined);
        };
        let blocks = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        for block in blocks {
            let inherits = block.body.attribute("inherits").filter(|_| depth < INHERITANCE_DEPTH);
            let names = inherits.map(|attribute| self.scope.evaluate(&attribute.value));
            for base in names.iter().flat_map(|names| names.as_items().unwrap_or_default()).filter_map(Value::as_str) {
                let base = self.attrs(base, header, depth + 1);
                for (name, value) in base.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
                    add(name, value.clone());
                }
            }
        }
        for block in blocks {
            for attribute in block.body.attributes() {
                if !matches!(attribute.name.name.as_str(), "inherits" | "matrix" | "name") {
                    add(&attribute.name.name, self.scope.evaluate(&attribute.value));
                }
            }
        }
        let mapping = Mapping::object(entries.into_iter().collect(), Some(header));
        Value::new(Data::Mapping(Arc::new(mapping)), header)
    }
}

/// Two mappings as one, in which the later one counts.
fn joined(mut before: Value, later: &Value) -> Value {
    match (before.as_mapping_mut(), later.as_mapping()) {
        (Some(mapping), Some(more)) => {
            more.entries.iter().for_each(|(name, value)| mapping.set(name.clone(), value.clone()));
            before
        }
        _ => later.clone(),
    }
}
