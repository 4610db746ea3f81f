//! From the text of a string back to where it is written.
//!
//! Knows what the loaders do to a string: escapes are resolved, lines are folded, indentation is taken away.

use crate::source::{Derived, Span};

/// Returns `content`, the text of the string that is written as `raw` at `span`, with the place of each byte. What
/// cannot be followed stands for the whole.
pub fn string_text(raw: &str, content: &str, span: Span) -> Derived<'static> {
    let placed = match raw.as_bytes().first() {
        Some(b'|' | b'>') => block(raw, content, span),
        Some(quote @ (b'"' | b'\'')) => {
            raw.get(1..).and_then(|inner| flow(inner, content, span, 1, Some(char::from(*quote))))
        }
        _ => flow(raw, content, span, 0, None),
    };
    placed.unwrap_or_else(|| {
        let mut whole = Derived::empty(span.source, span.start as usize);
        whole.push_replacement(content, span, None);
        whole
    })
}

/// A block scalar: each line that is written is one of the text, without its indentation; between them stand line
/// breaks, or the blank that one was folded to.
fn block(raw: &str, content: &str, span: Span) -> Option<Derived<'static>> {
    let mut lines = raw.split_inclusive('\n');
    let mut at = lines.next()?.len();
    let mut derived = Derived::empty(span.source, span.start as usize);
    let mut read = 0;
    for line in lines {
        let bare = line.trim_end_matches('\n').trim_end_matches('\r');
        let written = bare.trim_start_matches(' ');
        if !written.is_empty() {
            let rest = content.get(read..)?;
            let breaks = rest.len() - rest.trim_start_matches('\n').len();
            let folded = usize::from(breaks == 0 && read > 0 && rest.starts_with(' '));
            let before = breaks + folded;
            let indented = rest.get(before..)?;
            // A line that is indented more keeps what is more.
            let kept = indented.len() - indented.trim_start_matches(' ').len();
            let start = at + (bare.len() - written.len()).checked_sub(kept)?;
            let break_place = Span::new(span.source, span.start + start as u32, span.start + start as u32);
            derived.push_replacement(rest.get(..before)?, break_place, None);
            let text = raw.get(start..at + bare.len())?;
            if !indented.starts_with(text) {
                return None;
            }
            derived.push_verbatim(text, span.source, span.start as usize + start);
            read += before + text.len();
        }
        at += line.len();
    }
    derived.push_replacement(content.get(read..)?, span.at_end(), None);
    (derived.text() == content).then_some(derived)
}

/// A plain or quoted scalar: a run of white space with line breaks is one blank, or line breaks.
fn flow(raw: &str, content: &str, span: Span, inset: usize, quote: Option<char>) -> Option<Derived<'static>> {
    Derived::aligned(raw, content, span.source, span.start as usize + inset, |written, text| {
        match written.chars().next()? {
            '\\' if quote == Some('"') => escape(written, text.chars().next()?),
            '\'' if quote == Some('\'') => Some((2, 1)),
            ' ' | '\t' | '\r' | '\n' if fold(written) > 0 => {
                let breaks = text.len() - text.trim_start_matches('\n').len();
                Some((fold(written), breaks.max(1)))
            }
            _ => None,
        }
    })
}

/// The length of the white space that `written` begins with, when a line break is in it.
fn fold(written: &str) -> usize {
    let length = written.len() - written.trim_start_matches([' ', '\t', '\r', '\n']).len();
    if written.get(..length).is_some_and(|blank| blank.contains('\n')) { length } else { 0 }
}

/// The length of an escape and of what it stands for. An escaped line break stands for nothing.
fn escape(written: &str, wanted: char) -> Option<(usize, usize)> {
    Some(match written.as_bytes().get(1)? {
        b'x' => (4, wanted.len_utf8()),
        b'u' => (6, wanted.len_utf8()),
        b'U' => (10, wanted.len_utf8()),
        b'\n' | b'\r' => (1 + fold(written.get(1..)?), 0),
        _ => (2, wanted.len_utf8()),
    })
}

#[cfg(test)]
mod tests {
    use super::string_text;
    use crate::source::{SourceId, Span};

    /// Where `part` of the text is written.
    fn place<'a>(raw: &'a str, content: &str, part: &str) -> &'a str {
        let derived = string_text(raw, content, Span::new(SourceId(0), 0, raw.len() as u32));
        assert_eq!(derived.text(), content);
        let at = content.find(part).unwrap();
        let span = derived.span(at..at + part.len());
        &raw[span.start as usize..span.end as usize]
    }

    #[test]
    fn lines_of_block_scalars_have_places() {
        let raw = "|-\n  a: 1\n\n    b: 2\n";
        assert_eq!(place(raw, "a: 1\n\n  b: 2", "b: 2"), "b: 2");
        assert_eq!(place(">\n  a: [1,\n  2]\n\n  b: 2\n", "a: [1, 2]\nb: 2\n", "b: 2"), "b: 2");
        assert_eq!(place(">\n  a: [1,\n  2]\n\n  b: 2\n", "a: [1, 2]\nb: 2\n", "2]"), "2]");
    }

    #[test]
    fn quoted_and_plain_strings_have_places() {
        assert_eq!(place("\"a: \\\"x\\\"\\nb: 2\"", "a: \"x\"\nb: 2", "b: 2"), "b: 2");
        assert_eq!(place("\"a\\\n   b\"", "ab", "b"), "b");
        assert_eq!(place("'a: ''x''\n\n  b: 2'", "a: 'x'\nb: 2", "b: 2"), "b: 2");
        assert_eq!(place("{a: 1,\n   b: 2}", "{a: 1, b: 2}", "b: 2"), "b: 2");
    }

    #[test]
    fn what_cannot_be_followed_stands_for_the_whole() {
        assert_eq!(place("'a'", "b", "b"), "'a'");
    }
}
