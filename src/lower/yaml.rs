//! YAML nodes to values, and values that something brought.
//!
//! Owns how a file of YAML becomes a source, and what the places in it become in the model. Knows no format that is
//! written in YAML.

use crate::model::{Cause, Data, HopKind, Mapping, MappingKind, Number, Origin, Sequence, SequenceKind, Text, Value};
use crate::source::{Files, ReadError, SourceId, Sources, Span};
use crate::syntax::yaml::{self, Alias, Entry, Node, NodeKind};
use std::sync::Arc;

/// The source of a file of YAML: read now, or when its kind was found out.
pub fn source_of(path: &str, files: &dyn Files, sources: &Sources) -> Result<SourceId, ReadError> {
    let read = || files.read(path).map(|bytes| sources.add(path, yaml::decode(&bytes).text));
    sources.of_file(path).map_or_else(read, Ok)
}

/// What is known of the text that nodes were read from, beside their places.
pub trait Telling {
    /// The value of a node, with all that is known of it.
    fn tell(&self, node: &Node, value: Value) -> Value;

    /// Whether an entry is one: the key is known.
    fn has(&self, entry: &Entry) -> bool;

    /// Why a mapping may have more entries than those with known keys; `None` where it has not.
    fn open(&self, mapping: &yaml::Mapping) -> Option<Arc<Vec<Cause>>>;
}

/// A file: every value stands where it is written.
impl Telling for () {
    fn tell(&self, _: &Node, value: Value) -> Value {
        value
    }

    fn has(&self, _: &Entry) -> bool {
        true
    }

    fn open(&self, _: &yaml::Mapping) -> Option<Arc<Vec<Cause>>> {
        None
    }
}

/// The value of a node. `header` is the place that announces it: the key in front of it; for an element of a
/// list, and for a whole document, `None` stands for its own first key.
///
/// Every value's origin is its exact bytes; one that was read through an alias stands at the alias, with a hop
/// to where it is written.
pub fn value(node: &Node, header: Option<Span>) -> Value {
    told_value(node, header, &())
}

/// The same for a node of a text that was put together.
pub fn told_value(node: &Node, header: Option<Span>, telling: &impl Telling) -> Value {
    let data = match &node.kind {
        NodeKind::Null => return telling.tell(node, Value::null(node.span).with_origin(origin(node))),
        NodeKind::Bool(value) => Data::Bool(*value),
        NodeKind::Integer(value) => Data::Number(Number::from(*value)),
        NodeKind::Float(value) => Data::Number(number(*value)),
        NodeKind::String(text) => Data::String(text.clone()),
        NodeKind::Sequence(items) => {
            // One in brackets ends with its bracket, one below its key with its last item.
            let is_below = items.last().is_some_and(|last| last.span.end == node.span.end);
            let items = items.iter().map(|item| told_value(item, None, telling)).collect();
            let header = header.filter(|_| is_below);
            Data::Sequence(Arc::new(Sequence { kind: SequenceKind::Tuple, items, header }))
        }
        NodeKind::Mapping(mapping) => {
            let header = header.or_else(|| mapping.entries.first().map(|entry| entry.key_span));
            let entries = mapping.entries.iter().filter(|entry| telling.has(entry));
            let value = |entry: &Entry| told_value(&entry.value, Some(entry.key_span), telling);
            let mut entries: Vec<(Text, Value)> = entries.map(|entry| (entry.key.clone(), value(entry))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            let header = header.or(Some(node.span));
            let open = telling.open(mapping);
            Data::Mapping(Arc::new(Mapping { kind: MappingKind::Object, entries, header, open }))
        }
    };
    telling.tell(node, Value::new(data, node.span).with_origin(origin(node)))
}

/// An integer where the loader, which goes through JSON, makes one; else the shortest decimal that means the
/// same float, so that `0.1` equals the `0.1` of a policy.
fn number(value: f64) -> Number {
    const EXACT: f64 = 9_223_372_036_854_775_808.0;
    if value.fract() == 0.0 && (-EXACT..EXACT).contains(&value) {
        return Number::from(value as i64);
    }
    Number::parse(&format!("{value:e}")).unwrap_or_else(|| Number::from(value))
}

fn origin(node: &Node) -> Origin {
    let aliases: Vec<&Alias> = std::iter::successors(node.alias.as_deref(), |alias| alias.next.as_deref()).collect();
    let Some(last) = aliases.last() else { return Origin::at(node.span) };
    let mut origin = Origin::at(last.written);
    for (at, alias) in aliases.iter().enumerate().rev() {
        let read = if at == 0 { node.span } else { aliases.get(at - 1).map_or(node.span, |outer| outer.written) };
        origin = origin.read_at(read, HopKind::Anchor(alias.anchor.clone()));
    }
    origin
}

/// `value` with a hop put before the way of each value in it.
pub fn read_through(mut value: Value, kind: &HopKind) -> Value {
    let span = value.origin.span;
    value.origin = value.origin.read_at(span, kind.clone());
    value.data = match value.data {
        Data::Sequence(mut sequence) => {
            let items = &mut Arc::make_mut(&mut sequence).items;
            *items = std::mem::take(items).into_iter().map(|item| read_through(item, kind)).collect();
            Data::Sequence(sequence)
        }
        Data::Mapping(mut mapping) => {
            for (_, item) in &mut Arc::make_mut(&mut mapping).entries {
                let taken = std::mem::replace(item, Value::null(span));
                *item = read_through(taken, kind);
            }
            Data::Mapping(mapping)
        }
        other => other,
    };
    value
}
