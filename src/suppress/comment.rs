//! A new suppression comment: where it has to stand, for whoever adds one.

use super::layout::{Language, Languages, Layout};
use super::migrate::{Anchor, find};
use crate::source::{LedgerEntry, Sources, Span};

/// What the file at a path is written in, as far as it has comments.
pub fn language(path: &str, ledger: &[LedgerEntry]) -> Option<Language> {
    Languages::new(ledger).of(path)
}

/// The place and the text of a comment that says `text` about what stands at `target`: the entry, block or instruction
/// that begins on its first line. None where there is no place for one.
pub fn comment(target: Span, sources: &Sources, language: Language, text: &str) -> Option<(Span, String)> {
    let source = sources.get(target.source);
    let layout = Layout::new(target.source, source.clone(), language);
    let line = layout.line(target.start);
    let subject = layout.subject_on(line)?;
    let mark = if language == Language::Template { ("{{- /* ", " */}}") } else { ("# ", "") };
    let text = format!("{}{text}{}", mark.0, mark.1);
    let end = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    let above = |at: u32, indent: usize| {
        let blanks = " ".repeat(indent);
        (Span::new(target.source, at, at), format!("{blanks}{text}{end}"))
    };
    // One above is read with the line that it is about; not every place has one.
    let begin = layout.line_span(layout.line(subject.start)).start;
    if layout.subject_on(layout.line(subject.start)) == Some(subject) && !layout.follows_opening(begin) {
        return Some(above(begin, layout.indent(layout.line(subject.start))));
    }
    match find(&layout, subject, None)? {
        Anchor::Above(at, indent) => Some(above(at, indent.unwrap_or_else(|| layout.indent(layout.line(at))))),
        Anchor::Top(at) => Some(above(at, 0)),
        Anchor::Behind(at) => Some((Span::new(target.source, at, at), format!(" {text}"))),
        Anchor::InPlace => None,
    }
}
