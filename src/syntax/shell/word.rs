//! Words: quotes and escapes removed, expansions named.

use super::{Part, Word};
use ecow::EcoString;
use std::ops::Range;
use tree_sitter::Node;

/// The word that `node` is.
pub(super) fn word(node: Node<'_>, text: &str) -> Word {
    let mut builder = Builder { text, parts: Vec::new(), quoted: false };
    builder.add(node, 0);
    Word { range: range(node, text), parts: builder.parts }
}

/// The bytes of a node. The grammar counts the blanks before an expansion in a string to it.
pub(super) fn range(node: Node<'_>, text: &str) -> Range<u32> {
    let all = text.get(node.byte_range()).unwrap_or_default();
    let blanks = if node.kind() == "expansion" { all.len() - all.trim_start().len() } else { 0 };
    (node.start_byte() + blanks) as u32..node.end_byte() as u32
}

/// The text of a node.
pub(super) fn written<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    let range = range(node, text);
    text.get(range.start as usize..range.end as usize).unwrap_or_default()
}

struct Builder<'a> {
    text: &'a str,
    parts: Vec<Part>,
    quoted: bool,
}

impl Builder<'_> {
    fn push(&mut self, text: &str) {
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Text(text.into()));
        }
    }

    /// Concatenations hold strings, which hold expansions: three levels suffice, deeper is computed.
    fn add(&mut self, node: Node<'_>, depth: u32) {
        let written = written(node, self.text);
        match node.kind() {
            _ if depth > 3 => self.parts.push(Part::Computed),
            "raw_string" => self.push(written.strip_prefix('\'').and_then(|s| s.strip_suffix('\'')).unwrap_or(written)),
            "ansi_c_string" => {
                let inner = written.strip_prefix("$'").and_then(|s| s.strip_suffix('\'')).unwrap_or(written);
                self.push(&unescape(inner, |_| true));
            }
            "string" => {
                self.quoted = true;
                self.string(node, depth);
                self.quoted = false;
            }
            "translated_string" => {
                let mut cursor = node.walk();
                node.named_children(&mut cursor).for_each(|child| self.add(child, depth + 1));
            }
            "concatenation" | "command_name" => {
                let mut cursor = node.walk();
                node.children(&mut cursor).for_each(|child| self.add(child, depth + 1));
            }
            "simple_expansion" => self.variable(node, written.trim_start_matches('$')),
            "expansion" => {
                let mut cursor = node.walk();
                let name = node.named_children(&mut cursor).find(|child| child.kind() == "variable_name");
                self.variable(node, name.map_or("", |name| super::word::written(name, self.text)));
            }
            "command_substitution" | "process_substitution" | "arithmetic_expansion" | "array" | "ERROR" => {
                self.parts.push(Part::Computed);
            }
            _ => self.push(&unescape(written, |_| false)),
        }
    }

    /// A string in double quotes: what stands between the expansions is text, blanks included.
    fn string(&mut self, node: Node<'_>, depth: u32) {
        let mut cursor = node.walk();
        let mut at = node.start_byte() + 1;
        let end = node.end_byte().saturating_sub(1).max(at);
        let before = self.parts.len();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() != "string_content") {
            self.quoted_text(at, range(child, self.text).start as usize);
            self.add(child, depth + 1);
            at = child.end_byte();
        }
        self.quoted_text(at, end);
        if self.parts.len() == before {
            self.push("");
        }
    }

    fn quoted_text(&mut self, start: usize, end: usize) {
        let text = self.text.get(start..end).unwrap_or_default();
        if !text.is_empty() {
            let special = |c| matches!(c, '"' | '\\' | '$' | '`' | '\n');
            self.push(&unescape_only(text, special));
        }
    }

    fn variable(&mut self, node: Node<'_>, name: &str) {
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        self.parts.push(if is_name {
            Part::Variable {
                name: name.into(),
                written: written(node, self.text).into(),
                range: range(node, self.text),
                quoted: self.quoted,
            }
        } else {
            Part::Computed
        });
    }
}

/// Removes the backslash before every character; `ansi` names the ones that stand for another.
fn unescape(text: &str, ansi: fn(char) -> bool) -> EcoString {
    if !text.contains('\\') {
        return text.into();
    }
    let mut out = EcoString::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') if ansi('n') => out.push('\n'),
            Some('t') if ansi('t') => out.push('\t'),
            Some('\n') | None => {}
            Some(c) => out.push(c),
        }
    }
    out
}

/// Removes the backslash before the characters for which it is special.
fn unescape_only(text: &str, special: fn(char) -> bool) -> EcoString {
    if !text.contains('\\') {
        return text.into();
    }
    let mut out = EcoString::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && special(*next) => {
                let next = chars.next().filter(|next| *next != '\n');
                out.extend(next);
            }
            _ => out.push(c),
        }
    }
    out
}
