//! From the text of a literal back to where it is written.
//!
//! Knows what the parser does to a literal: escapes are resolved and indentation is taken away.

use crate::source::{Derived, Span};

/// Returns `content`, the text of the string literal that is written as `raw` at `span`, with the place of each byte;
/// `None` when it is no literal or has interpolations.
pub fn literal_text(raw: &str, content: &str, span: Span) -> Option<Derived<'static>> {
    let is_quoted = raw.starts_with('"');
    let start = if is_quoted {
        1
    } else if raw.starts_with("<<") {
        raw.find('\n')? + 1
    } else {
        return None;
    };
    let inside = Span::new(span.source, span.start + start as u32, span.end);
    template_text(raw.get(start..)?, content, inside, is_quoted)
}

/// As [`literal_text`], of a literal part of a template: `raw` is what stands between its quotes or interpolations.
pub fn template_text(raw: &str, content: &str, span: Span, is_quoted: bool) -> Option<Derived<'static>> {
    Derived::aligned(raw, content, span.source, span.start as usize, |written, text| {
        let (next, wanted) = (written.chars().next()?, text.chars().next()?);
        if next == '\\' && is_quoted {
            Some((escape_length(written), wanted.len_utf8()))
        } else if written.starts_with("$${") || written.starts_with("%%{") {
            Some((3, 2))
        } else {
            // Indentation that was taken away.
            (next != wanted && next.is_whitespace()).then_some((next.len_utf8(), 0))
        }
    })
}

/// The length of the backslash escape that `written` begins with.
fn escape_length(written: &str) -> usize {
    match written.as_bytes().get(1) {
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    }
}
