//! Makes scanned text harmless to whatever reads the report.
//!
//! A name or a message from a scanned file can hold escape sequences for the terminal, characters that
//! reorder a line (bidi controls), and commands to the runner of a CI system: GitHub obeys a line that
//! begins with `::` and any line that holds `##[`, Azure Pipelines one that holds `##vso[`. Such characters
//! are shown as `\u{1b}`. Formats that escape losslessly in their own way (JSON) do so in `wire`.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` on one line: line ends and tabs become a space, characters with an effect become `\u{…}`.
pub fn inline(text: &str) -> Cow<'_, str> {
    rewrite(text, |char| if matches!(char, '\n' | '\r' | '\t') { Shown::Space } else { plain(char) })
}

/// A path on one line: characters with an effect become `\u{…}`, line ends and tabs too.
pub fn path(text: &str) -> Cow<'_, str> {
    rewrite(text, plain)
}

/// A line of source text: tabs stay, characters with an effect become `\u{…}`.
pub fn source_line(text: &str) -> Cow<'_, str> {
    rewrite(text, |char| if char == '\t' { Shown::AsIs } else { plain(char) })
}

/// A text of several lines: line ends and tabs stay, characters with an effect become `\u{…}`.
pub fn lines(text: &str) -> Cow<'_, str> {
    rewrite(text, |char| if matches!(char, '\n' | '\t') { Shown::AsIs } else { plain(char) })
}

/// Whether a character does something instead of being shown: C0, DEL, C1, bidi controls, separators of
/// lines and paragraphs, byte order mark.
pub fn has_effect(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether `text` is printable ASCII without command marks, as nearly all text is; quick to find out.
pub fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    text.bytes().all(|byte| {
        let is_mark = byte == before && matches!(byte, b':' | b'#');
        before = byte;
        matches!(byte, b' '..=b'~') && !is_mark
    })
}

/// Byte offset of the second `#` of a runner's command mark in `text`, at or after `from`.
pub fn command_mark(text: &str, from: usize) -> Option<usize> {
    let mut from = from;
    while let Some(at) = text.get(from..)?.find("##") {
        let second = from + at + 1;
        if text.get(second + 1..).is_some_and(|rest| rest.starts_with(['[', 'v', 'V'])) {
            return Some(second);
        }
        from = second;
    }
    None
}

enum Shown {
    AsIs,
    Space,
    Escaped,
}

fn plain(char: char) -> Shown {
    if has_effect(char) { Shown::Escaped } else { Shown::AsIs }
}

fn rewrite(text: &str, shown: impl Fn(char) -> Shown) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut mark = command_mark(text, 0);
    let mut at_word_start = true;
    for (at, char) in text.char_indices() {
        let is_command = at_word_start && text.get(at..).is_some_and(|rest| rest.starts_with("::"));
        match shown(char) {
            Shown::AsIs if mark == Some(at) => {
                mark = command_mark(text, at);
                escape(&mut out, char);
            }
            Shown::AsIs if is_command => escape(&mut out, char),
            Shown::AsIs => out.push(char),
            Shown::Space => out.push(' '),
            Shown::Escaped => escape(&mut out, char),
        }
        at_word_start = char.is_whitespace();
    }
    Cow::Owned(out)
}

fn escape(out: &mut String, char: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
}

#[cfg(test)]
mod tests {
    use super::{inline, lines, path, source_line};

    #[test]
    fn what_is_harmless_stays() {
        for text in ["", "arn:aws:s3:::logs", "a ## b", "é😀 ok", "# [x]"] {
            assert_eq!(inline(text), text);
        }
    }

    #[test]
    fn what_has_an_effect_is_shown() {
        assert_eq!(inline("a\u{1b}[31mb\u{202e}c\u{9b}d"), "a\\u{1b}[31mb\\u{202e}c\\u{9b}d");
        assert_eq!(inline("one\r\n\ttwo"), "one   two");
        assert_eq!(path("one\ntwo"), "one\\u{a}two");
        assert_eq!(source_line("\ta\r"), "\ta\\u{d}");
        assert_eq!(lines("a\n##vso[b]\n::c\u{1b}"), "a\n#\\u{23}vso[b]\n\\u{3a}:c\\u{1b}");
    }

    #[test]
    fn commands_to_a_runner_are_broken() {
        assert_eq!(inline("x\n::add-mask::y"), "x \\u{3a}:add-mask::y");
        assert_eq!(inline("::stop-commands::t"), "\\u{3a}:stop-commands::t");
        assert_eq!(inline("a ##[error]b ##vso[c]d ###[e"), "a #\\u{23}[error]b #\\u{23}vso[c]d ##\\u{23}[e");
    }
}
