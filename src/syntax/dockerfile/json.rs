//! The exec form: a JSON array of strings.

use crate::source::Derived;
use std::ops::Range;

/// What an argument that begins with `[` is.
#[derive(Debug)]
pub(super) enum Array {
    /// An array of strings: each decoded, with its bytes, quotes included.
    Strings(Vec<(String, Range<usize>)>),
    /// An array, but not of strings only. BuildKit refuses it.
    Mixed,
    /// No JSON: it is read as a shell command.
    Other,
}

/// Reads `text`, which begins at byte `base` of the line.
pub(super) fn array(text: &str, base: usize) -> Array {
    if !text.starts_with('[') {
        return Array::Other;
    }
    let mut strings = Vec::new();
    let mut at = skip_blank(text, 1);
    if text.as_bytes().get(at) == Some(&b']') {
        return if text.get(at + 1..).is_some_and(|rest| rest.trim().is_empty()) {
            Array::Strings(strings)
        } else {
            Array::Other
        };
    }
    loop {
        let Some(end) = string_end(text, at) else { return mixed_or_other(text) };
        let Some(decoded) = text.get(at..end).and_then(|literal| serde_json::from_str::<String>(literal).ok()) else {
            return Array::Other;
        };
        strings.push((decoded, base + at..base + end));
        at = skip_blank(text, end);
        match text.as_bytes().get(at) {
            Some(b',') => at = skip_blank(text, at + 1),
            Some(b']') if text.get(at + 1..).is_some_and(|rest| rest.trim().is_empty()) => {
                return Array::Strings(strings);
            }
            _ => return Array::Other,
        }
    }
}

fn mixed_or_other(text: &str) -> Array {
    // The depth of values is bounded by serde_json itself.
    if serde_json::from_str::<Vec<serde_json::Value>>(text).is_ok() { Array::Mixed } else { Array::Other }
}

fn skip_blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

/// One past the closing quote of the string that begins at `at`.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(at);
    if bytes.next()?.1 != b'"' {
        return None;
    }
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => {
                bytes.next()?;
            }
            _ => {}
        }
    }
    None
}

/// The decoded text of the string literal at `range` of `line`, with the place of each byte.
pub fn decode(line: &Derived<'_>, range: Range<usize>) -> Derived<'static> {
    let inner = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
    let text = line.text().get(inner.clone()).unwrap_or_default();
    let mut decoded = Derived::empty(line.source(), line.offset(inner.start));
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let plain = rest.find('\\').unwrap_or(rest.len());
        if plain > 0 {
            decoded.push_all(&line.slice(inner.start + at..inner.start + at + plain));
            at += plain;
            continue;
        }
        let length = escape_length(rest);
        let literal = format!("\"{}\"", rest.get(..length).unwrap_or_default());
        let value = serde_json::from_str::<String>(&literal).unwrap_or_default();
        decoded.push_replacement(&value, line.span(inner.start + at..inner.start + at + length), None);
        at += length;
    }
    decoded
}

/// The bytes of the escape that `text` begins with; a surrogate pair is one.
fn escape_length(text: &str) -> usize {
    let length = match text.as_bytes().get(1) {
        Some(b'u') if text.get(6..8) == Some("\\u") && text.get(2..3).is_some_and(|c| c.eq_ignore_ascii_case("d")) => {
            12
        }
        Some(b'u') => 6,
        _ => 2,
    };
    length.min(text.len())
}
