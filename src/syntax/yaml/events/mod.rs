//! The grammar of YAML 1.1: text to events.
//!
//! `kubectl` and Kustomize read with go-yaml, a port of libyaml. What those accept and refuse differs from
//! YAML 1.2 in many corners (tabs, `?` and `:` in flow collections, line breaks, anchors, directives), so this
//! is the same machine: a scanner that makes tokens, and a parser that makes events of them. Neither recurses.
//!
//! Only the first document of a text is read, as go-yaml's `Unmarshal` does.

mod block;
mod cursor;
mod parser;
mod plain;
mod property;
mod quoted;
mod scanner;
mod token;

pub use parser::{Event, EventKind, Parser, Properties};
pub use token::{Fault, Style};

/// The first character that no YAML text may hold, and where it is.
pub fn forbidden_character(text: &str) -> Option<Fault> {
    let suspicious = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte >= 0x7f;
    if !text.bytes().any(suspicious) {
        return None;
    }
    let forbidden = |c: char| match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    };
    let (at, found) = text.char_indices().find(|(_, c)| forbidden(*c))?;
    let message = format!("control character U+{:04X} is not allowed in YAML", u32::from(found));
    Some(Fault::new(message, at..at + found.len_utf8()))
}
