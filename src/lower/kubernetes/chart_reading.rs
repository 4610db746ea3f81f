//! Values of an installation, out of the values of a manifest or of Terraform.

use super::chart_use::ValuesLayer;
use super::helm::chart::{SetKind, Setting};
use crate::model::{Data, Text, Value};
use crate::source::{Sources, Span};
use crate::syntax::yaml::{self, Dialect, Entry, Mapping, Node, NodeKind};
use std::sync::Arc;

/// Why the values of an installation are not known, and where that is decided.
pub(super) struct NotKnown(pub &'static str, pub Span);

/// A mapping of values, or a text with one.
pub(super) fn layer(value: &Value, sources: &Sources) -> Result<ValuesLayer, NotKnown> {
    if value.is_unknown() {
        return Err(NotKnown("nothing here says what they are", value.origin.span));
    }
    let read = if value.as_str().is_some() { node_of_text(value, sources) } else { node(value) };
    let read = read.filter(|node| node.as_mapping().is_some() || node.is_null());
    read.map(|node| ValuesLayer::Content(Arc::new(node))).ok_or(NotKnown("they cannot be read", value.origin.span))
}

/// A value as a tree of YAML; `None` where a part of it is unknown.
fn node(value: &Value) -> Option<Node> {
    let kind = match &value.data {
        Data::Unknown(_) => return None,
        Data::Null(_) => NodeKind::Null,
        Data::Bool(truth) => NodeKind::Bool(*truth),
        Data::Number(number) => number.as_i64().map_or_else(|| NodeKind::Float(number.as_f64()), NodeKind::Integer),
        Data::String(text) => NodeKind::String(text.clone()),
        Data::Sequence(sequence) => {
            NodeKind::Sequence(Arc::new(sequence.items.iter().map(node).collect::<Option<Vec<_>>>()?))
        }
        Data::Mapping(mapping) if mapping.open.is_some() => return None,
        Data::Mapping(mapping) => {
            let entry = |(key, value): &(Text, Value)| {
                let key_span = value.origin.span.at_start();
                Some(Entry { key: key.clone(), key_span, value: node(value)? })
            };
            let entries = mapping.entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
            NodeKind::Mapping(Arc::new(Mapping { entries }))
        }
    };
    Some(Node::new(kind, value.origin.span))
}

/// The mapping in a text of YAML that is a value: with the places that its lines have in the file.
fn node_of_text(value: &Value, sources: &Sources) -> Option<Node> {
    let content = value.as_str()?;
    let span = value.origin.span;
    let written = yaml::string_text(sources.get(span.source).slice(span), content, span);
    let stream = yaml::read_first(&written, Dialect::Kubernetes);
    let is_read = stream.problems.is_empty();
    let root = stream.documents.into_iter().next().map(|document| document.root);
    root.filter(|root| is_read && (root.as_mapping().is_some() || root.is_null()))
}

/// A text at a key that is not empty.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// The elements of a list at a key; none where there is no list.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_items).unwrap_or_default()
}

/// Whether `true` stands at a key.
pub(super) fn is_true(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

/// A text, number or truth value as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match &value.data {
        Data::String(text) => Some(text.to_string()),
        Data::Number(number) => Some(number.to_short_text()),
        Data::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A single value at a path, as Flux sets it: text in quotes stays a text.
pub(super) fn setting_at(path: &str, value: &Value) -> Result<Setting, NotKnown> {
    let text = scalar(value).ok_or(NotKnown("a single value of `valuesFrom` is no text", value.origin.span))?;
    let is_quoted = ['\'', '"'].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
    let (kind, text) =
        if is_quoted { (SetKind::String, text.trim_matches(['\'', '"'])) } else { (SetKind::Typed, text.as_str()) };
    Ok(Setting { kind, text: format!("{path}={text}"), span: value.origin.span })
}

/// A single value, as an option of Helm gives it; commas in it separate nothing.
pub(super) fn setting(name: &str, value: &Value, kind: SetKind) -> Result<Setting, NotKnown> {
    let text = scalar(value).ok_or(NotKnown("a parameter is no text", value.origin.span))?;
    let is_list = text.starts_with('{') && text.ends_with('}');
    let text = if is_list { text } else { text.replace("\\,", ",").replace(',', "\\,") };
    Ok(Setting { kind, text: format!("{name}={text}"), span: value.origin.span })
}
