//! JSON as `kubectl` reads it: objects one behind the other.

use super::mapping::Entries;
use super::{DEPTH_LIMIT, Document, Entry, Mapping, NODE_LIMIT, Node, NodeKind, Stream};
use crate::source::{Derived, Problem, Span};
use crate::syntax::json::{self, Kind, Reader, Rules};
use std::sync::Arc;

const RULES: Rules = Rules { depth: DEPTH_LIMIT, values: NODE_LIMIT, trailing_commas: false };

/// Whether `kubectl` takes the text for JSON.
pub fn begins_as_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads all values of `text`. Nothing behind a syntax error can be read, for JSON has no separators.
pub fn read(text: &Derived<'_>) -> Stream {
    let mut reader = Reader::new(text, RULES);
    let mut stream = Stream::default();
    loop {
        let start = reader.offset();
        if reader.is_end() {
            return stream;
        }
        let read = reader.value().map_err(|error| Problem::error(error.span(text), error.message));
        match read.and_then(|root| node(&root, text)) {
            Ok(root) => stream.documents.push(Document { root, span: text.span(start..reader.offset()) }),
            Err(problem) => {
                stream.problems.push(problem);
                return stream;
            }
        }
    }
}

fn node(json: &json::Node, text: &Derived<'_>) -> Result<Node, Problem> {
    let span = text.span(json.at.clone());
    let kind = match &json.kind {
        Kind::Null | Kind::Unknown => NodeKind::Null,
        Kind::Bool(value) => NodeKind::Bool(*value),
        Kind::Number(digits) => number(digits, span)?,
        Kind::String(text) => NodeKind::String(text.clone()),
        Kind::Array(items) => {
            let items = items.iter().map(|item| node(item, text)).collect::<Result<_, _>>()?;
            NodeKind::Sequence(Arc::new(items))
        }
        Kind::Object(members) => {
            let mut entries = Entries::default();
            for member in members {
                let (key, key_span) = (member.name.clone(), text.span(member.name_at.clone()));
                entries.put(Entry { key, key_span, value: node(&member.value, text)? });
            }
            NodeKind::Mapping(Arc::new(Mapping { entries: entries.into_list() }))
        }
    };
    Ok(Node::new(kind, span))
}

fn number(digits: &str, span: Span) -> Result<NodeKind, Problem> {
    if let Ok(value) = digits.parse() {
        return Ok(NodeKind::Integer(value));
    }
    let float = digits.parse::<f64>().ok().filter(|value| value.is_finite());
    float.map(NodeKind::Float).ok_or_else(|| Problem::error(span, format!("The number `{digits}` is too large.")))
}
