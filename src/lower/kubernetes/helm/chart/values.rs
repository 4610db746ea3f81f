//! Values of files: YAML nodes to the values of templates, each with the note of its key.

use crate::lower::kubernetes::helm::value::{Data, Map, Notes, Provenance, Value};
use crate::source::Note;
use crate::syntax::yaml::{Node, NodeKind};
use ecow::EcoString;

/// Returns the value of a node. Each number is a `float64`. `parent` and `name` lead to it.
pub fn of_node(content: &Node, notes: &mut Notes, parent: Option<Note>, name: EcoString) -> Value {
    let is_whole_file = parent.is_none() && name.is_empty();
    let note = (!is_whole_file).then(|| notes.add(Provenance::Key { span: content.span, parent, name }));
    let data = match &content.kind {
        NodeKind::Null => Data::Nil,
        NodeKind::Bool(value) => Data::Bool(*value),
        NodeKind::Integer(value) => Data::Float(*value as f64),
        NodeKind::Float(value) => Data::Float(*value),
        NodeKind::String(text) => Data::String(text.clone().into()),
        NodeKind::Sequence(items) => {
            let numbered = items.iter().enumerate();
            let items = numbered.map(|(at, item)| of_node(item, notes, note, format!("[{at}]").into())).collect();
            return Value { note, ..Value::list(items) };
        }
        NodeKind::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            let map: Map = entries
                .map(|entry| (entry.key.clone(), of_node(&entry.value, notes, note, entry.key.clone())))
                .collect();
            Data::Map(map)
        }
    };
    Value { data, note }
}

/// The values of a file: a map, empty where the file holds none.
pub fn of_file(root: Option<&Node>, notes: &mut Notes) -> Map {
    let value = root.map(|root| of_node(root, notes, None, EcoString::new()));
    value.as_ref().and_then(Value::as_map).cloned().unwrap_or_default()
}

/// Merges the values of a later file over those of an earlier one: maps are merged, all else is replaced.
pub fn merge_files(earlier: &Map, later: &Map) -> Map {
    let merged = Map::default();
    for (key, value) in earlier.entries() {
        merged.set(key, value);
    }
    for (key, value) in later.entries() {
        let both = value.as_map().cloned().zip(merged.get(&key).as_ref().and_then(Value::as_map).cloned());
        let value = match both {
            Some((later, earlier)) => Value { data: Data::Map(merge_files(&earlier, &later)), note: value.note },
            None => value,
        };
        merged.set(key, value);
    }
    merged
}
