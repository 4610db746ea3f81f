//! Texts to values: JSON, YAML and TOML, with the numbers that Go makes of them.

use crate::lower::kubernetes::helm::value::{Data, Element, List, Map, Value};
use crate::source::{Derived, SourceId};
use crate::syntax::yaml::{self, Dialect, Node, NodeKind};

/// What a reader says of a broken text, in the words of the program that Helm uses; `None` where they are not known.
pub type Words = Option<String>;

/// Reads JSON: each number is a `float64`.
pub fn json_value(text: &str) -> Result<Value, Words> {
    let read: serde_json::Value = serde_json::from_str(text).map_err(|error| json_message(text, &error))?;
    Ok(of_json(&read))
}

/// What Go says of broken JSON.
fn json_message(text: &str, error: &serde_json::Error) -> Words {
    if error.is_eof() || text.trim().is_empty() {
        return Some("unexpected end of JSON input".into());
    }
    let first = text.trim_start().chars().next();
    let first = first.filter(|first| first.is_ascii() && !"{[\"tfn-0123456789'\\".contains(*first))?;
    Some(format!("invalid character '{first}' looking for beginning of value"))
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::nil(),
        serde_json::Value::Bool(value) => (*value).into(),
        serde_json::Value::Number(number) => {
            number.as_f64().or_else(|| number.to_string().parse().ok()).unwrap_or(0.0).into()
        }
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => Value::list(items.iter().map(of_json).collect()),
        serde_json::Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.as_str().into(), of_json(value))).collect::<Map>().into()
        }
    }
}

/// Reads the first document of a YAML text, as sigs.k8s.io/yaml does: through JSON, so that each number is a
/// `float64`.
pub fn yaml_value(text: &str) -> Result<Value, Words> {
    let stream = yaml::read_first(&Derived::file(SourceId(u32::MAX), text), Dialect::Kubernetes);
    if !stream.problems.is_empty() {
        return Err(None);
    }
    Ok(stream.documents.first().map_or_else(Value::nil, |document| yaml_node_value(&document.root)))
}

/// The value of a YAML node, without a note.
pub fn yaml_node_value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Null => Value::nil(),
        NodeKind::Bool(value) => (*value).into(),
        NodeKind::Integer(value) => (*value as f64).into(),
        NodeKind::Float(value) => (*value).into(),
        NodeKind::String(text) => text.clone().into(),
        NodeKind::Sequence(items) => Value::list(items.iter().map(yaml_node_value).collect()),
        NodeKind::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            entries.map(|entry| (entry.key.clone(), yaml_node_value(&entry.value))).collect::<Map>().into()
        }
    }
}

/// Reads TOML: integers are `int64`.
pub fn toml_value(text: &str) -> Result<Value, Words> {
    let table: toml::Table = text.parse().map_err(|_: toml::de::Error| None)?;
    Ok(of_toml(&toml::Value::Table(table)))
}

fn of_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(value) => Value::int64(*value),
        toml::Value::Float(value) => (*value).into(),
        toml::Value::Boolean(value) => (*value).into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => {
            let is_table = !items.is_empty() && items.iter().all(toml::Value::is_table);
            let element = if is_table { Element::Map } else { Element::Any };
            let list = List::of(element, items.iter().map(of_toml).collect());
            Data::List(list.into()).into()
        }
        toml::Value::Table(entries) => {
            entries.iter().map(|(key, value)| (key.as_str().into(), of_toml(value))).collect::<Map>().into()
        }
    }
}
