//! Edits of YAML: of a scalar or a list, and of a mapping that lacks a key.

use super::addition::{Added, Addition};
use super::{Edit, line_around, literal};
use crate::model::{Text, Value};
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node, NodeKind};

/// Puts a value in place of the scalar on one line, or of the list of scalars, that stands at a place.
pub fn replaced(span: Span, value: &Value, roots: &[Node], text: &str) -> Option<Edit> {
    let node = roots.iter().find_map(|root| find(root, span))?;
    let written = text.get(span.start as usize..span.end as usize)?;
    let edit = |start: u32, end: u32, text: String| Some(Edit { span: Span::new(span.source, start, end), text });
    match &node.kind {
        NodeKind::Mapping(_) => None,
        NodeKind::Sequence(items) if !written.starts_with('[') => {
            let (first, last) = (items.first()?.span, items.last()?.span);
            let is_scalar = |node: &Node| !matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_));
            let (line, _) = line_around(text, first.start as usize);
            let before = text.get(line..first.start as usize)?;
            let between = text.get(first.start as usize..last.end as usize)?;
            if !items.iter().all(is_scalar) || before.trim() != "-" || between.contains('#') {
                return None;
            }
            let new: Option<Vec<String>> = value.as_items()?.iter().map(literal::yaml).collect();
            edit(first.start, last.end, new?.join(&format!("\n{before}")))
        }
        _ if written.is_empty() || written.contains('\n') => None,
        _ => edit(span.start, span.end, literal::yaml(value)?),
    }
}

/// Removes the entry of a mapping whose value stands at `value`.
pub fn removed(value: Span, roots: &[Node], text: &str) -> Option<Edit> {
    let (entry, count) = roots.iter().find_map(|root| entry_of(root, value))?;
    let (start, _) = line_around(text, entry.key_span.start as usize);
    let written = text.get(..(value.end as usize).max(entry.key_span.end as usize))?.trim_end().len();
    let (_, end) = line_around(text, written);
    let before = text.get(start..entry.key_span.start as usize)?;
    let behind = text.get(written..end)?.trim_start();
    // The only entry leaves a mapping that is null, and the first one of a list's element has its dash.
    if count < 2 || !before.chars().all(|char| char == ' ') || !(behind.is_empty() || behind.starts_with('#')) {
        return None;
    }
    let end = text.get(end..)?.find('\n').map_or(text.len(), |line_end| end + line_end + 1);
    Some(Edit { span: Span::new(value.source, start as u32, end as u32), text: String::new() })
}

/// Adds what is absent from the mapping that stands at `around`.
pub fn added(around: Span, addition: &Addition, roots: &[Node], text: &str) -> Option<Vec<Edit>> {
    let node = roots.iter().find_map(|root| find(root, around))?;
    let NodeKind::Mapping(mapping) = &node.kind else { return None };
    let edit = |start: usize, end: usize, text: String| Edit {
        span: Span::new(around.source, start as u32, end as u32),
        text,
    };
    let (start, close) = (node.span.start as usize, node.span.end as usize);
    let written = text.get(start..close)?;
    let (line, line_end) = line_around(text, start);
    let indent = |at: usize| text.get(line..at).map(|before| before.chars().count());
    if written.starts_with('{') {
        let own_key = roots.iter().find_map(|root| entry_of(root, around)).map(|(entry, _)| entry.key_span);
        let is_alone = text.get(close..line_end).is_some_and(|rest| rest.trim().is_empty());
        if let Some(key) = own_key.filter(|_| mapping.entries.is_empty() && is_alone) {
            let lines = below(addition, indent(key.start as usize)? + 2)?;
            let blanks = text.get(..start)?.trim_end().len();
            return Some(vec![edit(blanks, close, format!("\n{}", lines.trim_end_matches('\n')))]);
        }
        if written.contains(['\n', '"']) {
            return None;
        }
        let inner = in_brackets(addition)?;
        let end = start + written.strip_suffix('}')?.trim_end().len();
        let text = if mapping.entries.is_empty() { inner } else { format!(", {inner}") };
        return Some(vec![edit(end, end, text)]);
    }
    let column = indent(start)?;
    let (mut edits, mut rest) = (Vec::new(), Addition::default());
    for (name, added) in &addition.0 {
        match mapping.entries.iter().find(|entry| entry.key == name.as_str()) {
            Some(entry) => {
                let one = Addition(vec![(name.clone(), added.clone())]);
                edits.push(filled(entry, &one, column, text)?);
            }
            None => rest.0.push((name.clone(), added.clone())),
        }
    }
    if !rest.0.is_empty() {
        let last = text.get(..close)?.trim_end().len();
        let (_, end) = line_around(text, last.max(start));
        edits.push(edit(end, end, format!("\n{}", below(&rest, column)?.trim_end_matches('\n'))));
    }
    Some(edits)
}

/// Gives a key a value that stands there without one.
fn filled(entry: &Entry, addition: &Addition, column: usize, text: &str) -> Option<Edit> {
    if !matches!(entry.value.kind, NodeKind::Null) || entry.value.alias.is_some() {
        return None;
    }
    let (_, line_end) = line_around(text, entry.key_span.end as usize);
    let end = (entry.value.span.end as usize).max(entry.key_span.end as usize);
    let rest = text.get(entry.key_span.end as usize..line_end)?.trim_start_matches([':', ' ', '~']);
    if end > line_end || !(rest.is_empty() || rest == "null") {
        return None;
    }
    let (line, _) = line_around(text, entry.key_span.start as usize);
    let before = text.get(line..entry.key_span.start as usize)?.to_owned();
    let lines = below(addition, column)?;
    let new = format!("{before}{}", lines.trim_start().trim_end_matches('\n'));
    Some(Edit { span: Span::new(entry.key_span.source, line as u32, line_end as u32), text: new })
}

/// Entries on lines of their own, with line ends.
pub(super) fn below(addition: &Addition, indent: usize) -> Option<String> {
    let blanks = " ".repeat(indent);
    let entry = |(key, added): &(Text, Added)| match added {
        Added::Value(value) => Some(format!("{blanks}{key}: {}\n", literal::yaml(value)?)),
        Added::Inside { is_block: true, addition } => {
            let lines = below(addition, indent + 4)?;
            Some(format!("{blanks}{key}:\n{blanks}  - {}", lines.trim_start()))
        }
        Added::Inside { is_block: false, addition } => {
            Some(format!("{blanks}{key}:\n{}", below(addition, indent + 2)?))
        }
    };
    addition.0.iter().map(entry).collect()
}

/// Entries on one line.
fn in_brackets(addition: &Addition) -> Option<String> {
    let entry = |(key, added): &(Text, Added)| match added {
        Added::Value(value) => Some(format!("{key}: {}", literal::yaml(value)?)),
        Added::Inside { is_block, addition } => {
            let inner = in_brackets(addition)?;
            Some(if *is_block { format!("{key}: [{{{inner}}}]") } else { format!("{key}: {{{inner}}}") })
        }
    };
    Some(addition.0.iter().map(entry).collect::<Option<Vec<String>>>()?.join(", "))
}

/// The node that stands at a place; one that was read through an alias stands elsewhere.
fn find(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span && node.alias.is_none() {
        return Some(node);
    }
    children(node).find_map(|child| find(child, span))
}

/// The entry whose value stands at a place, and how many the mapping has.
fn entry_of(node: &Node, span: Span) -> Option<(&Entry, usize)> {
    if let NodeKind::Mapping(mapping) = &node.kind {
        let own = mapping.entries.iter().find(|entry| entry.value.span == span && entry.value.alias.is_none());
        if let Some(entry) = own {
            return Some((entry, mapping.entries.len()));
        }
    }
    children(node).find_map(|child| entry_of(child, span))
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.kind {
        NodeKind::Mapping(mapping) => Box::new(mapping.entries.iter().map(|entry| &entry.value)),
        NodeKind::Sequence(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    }
}
