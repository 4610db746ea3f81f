//! Lines of a rendered text of which nothing is known, made into something that YAML has a place for.
//!
//! Such a line may hold entries of a mapping, elements of a list, the value of a key, more of a text, or nothing. A
//! stand-in is written for each of them that is possible there: an entry whose key is unknown, so that the mapping may
//! have more entries; an unknown element; an unknown value. That what is unknown is indented no less than where it
//! begins is assumed: `toYaml`, `nindent` and blocks of lines write it so.
//!
//! Knows the indentation of block style YAML, and no more of YAML. Where that is not enough, the YAML reader refuses the
//! text, and [`commented`] remains.

use super::outline::{BlockScalar, Level, Outline, column};
use crate::source::{Derived, PLACEHOLDER, PieceKind};
use std::ops::Range;

/// A text that can be read, and the bytes in it that stand for what is unknown.
pub(super) struct Readable {
    /// The text.
    pub text: Derived<'static>,
    /// Lines of it, as bytes.
    pub gaps: Vec<Range<usize>>,
}

/// What is written in place of a line, at a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StandIn {
    /// An entry of a mapping, with an unknown key.
    Entry(usize),
    /// An element of a list.
    Element(usize),
    /// A value below its key, or a line of a text.
    Text(usize),
    /// Nothing that is read: what it would say is unknown already, or nothing around it is known.
    Comment,
}

/// The text with stand-ins for the lines of which nothing is known.
pub(super) fn marked(text: &Derived<'static>) -> Readable {
    let lines = lines(text);
    let next = next_lines(text, &lines);
    let mut writer = Writer::new(text);
    let mut outline = Outline::default();
    let mut has_value = false;
    for (line, next) in lines.iter().zip(next) {
        let content = text.text().get(line.clone()).unwrap_or_default();
        if !is_gap(text, line) {
            outline.take(content);
            has_value = false;
            writer.keep(line);
            continue;
        }
        let stand_ins = stand_ins(&outline, column(content), next, has_value);
        has_value |= outline.awaits.is_some() && stand_ins.iter().any(|made| matches!(made, StandIn::Text(_)));
        if let (Some(scalar), Some(StandIn::Text(at))) = (&mut outline.scalar, stand_ins.first()) {
            scalar.indent.get_or_insert(*at);
        }
        writer.replace(line, &stand_ins);
    }
    writer.made
}

/// The text with every line that holds unknown text as a comment.
pub(super) fn commented(text: &Derived<'static>) -> Readable {
    let mut writer = Writer::new(text);
    for line in lines(text) {
        if text.pieces(line.clone()).any(|piece| piece.kind == PieceKind::Unknown) {
            writer.replace(&line, &[StandIn::Comment]);
        } else {
            writer.keep(&line);
        }
    }
    writer.made
}

/// What a line of unknown text at a column may stand for. `next` is the next line of which something is known: its
/// column, and whether it is an element of a list. `has_value` says that the key above has an unknown value already.
fn stand_ins(outline: &Outline, at: usize, next: Option<(usize, bool)>, has_value: bool) -> Vec<StandIn> {
    let mut found = Vec::new();
    match (&outline.scalar, outline.awaits) {
        (Some(BlockScalar { holder, indent }), _) => {
            let least = indent.unwrap_or(holder + 1);
            found.push(StandIn::Text(at.max(least)));
            if at > *holder || indent.is_none() {
                return found;
            }
        }
        (None, Some(key)) => match next {
            Some((next, true)) if next >= key => return vec![StandIn::Element(next)],
            Some((next, false)) if next > key => return vec![StandIn::Entry(next)],
            _ => {
                found.push(if has_value { StandIn::Comment } else { StandIn::Text(key + 1) });
                if at > key {
                    return found;
                }
            }
        },
        (None, None) if outline.levels.is_empty() => {
            return vec![match next {
                Some((next, true)) => StandIn::Element(next),
                Some((next, false)) => StandIn::Entry(next),
                None => StandIn::Comment,
            }];
        }
        (None, None) => {}
    }
    let deepest = outline.levels.last().map_or(0, |level| level.column);
    let least = next.map_or(0, |(next, _)| next).max(at.min(deepest));
    // What follows as an element of a list would end up in the mapping that holds the list.
    let is_possible = |level: &&Level| level.column >= least && (level.is_list || next != Some((level.column, true)));
    let stand_in = |level: &Level| {
        if level.is_list { StandIn::Element(level.column) } else { StandIn::Entry(level.column) }
    };
    found.extend(outline.levels.iter().rev().filter(is_possible).map(stand_in));
    found
}

/// Whether a line holds unknown text and nothing else.
fn is_gap(text: &Derived<'_>, line: &Range<usize>) -> bool {
    let content = text.text().get(line.clone()).unwrap_or_default();
    is_unknown(content) && text.pieces(line.clone()).any(|piece| piece.kind == PieceKind::Unknown)
}

fn is_unknown(line: &str) -> bool {
    line.contains(PLACEHOLDER) && line.chars().all(|c| c == PLACEHOLDER || c.is_whitespace())
}

/// The bytes of the lines of a text, with their ends.
fn lines(text: &Derived<'_>) -> Vec<Range<usize>> {
    let mut at = 0;
    let range = |line: &str| {
        at += line.len();
        at - line.len()..at
    };
    text.text().split_inclusive('\n').map(range).collect()
}

/// For each line, what follows it first that is no comment and not unknown: its column, and whether it is an element of
/// a list.
fn next_lines(text: &Derived<'_>, lines: &[Range<usize>]) -> Vec<Option<(usize, bool)>> {
    let mut next = None;
    let mut found: Vec<_> = lines
        .iter()
        .rev()
        .map(|line| {
            let after = next;
            let content = text.text().get(line.clone()).unwrap_or_default();
            let bare = content.trim();
            if !bare.is_empty() && !bare.starts_with('#') && !is_unknown(content) {
                next = Some((column(content), bare == "-" || bare.starts_with("- ")));
            }
            after
        })
        .collect();
    found.reverse();
    found
}

/// Writes the new text.
struct Writer<'t> {
    text: &'t Derived<'static>,
    made: Readable,
}

impl<'t> Writer<'t> {
    fn new(text: &'t Derived<'static>) -> Self {
        let span = text.span(0..0);
        let made = Readable { text: Derived::empty(span.source, span.start as usize), gaps: Vec::new() };
        Self { text, made }
    }

    fn keep(&mut self, line: &Range<usize>) {
        self.made.text.push_all(&self.text.slice(line.clone()));
    }

    fn replace(&mut self, line: &Range<usize>, stand_ins: &[StandIn]) {
        let content = self.text.text().get(line.clone()).unwrap_or_default();
        let start = line.start + (content.len() - content.trim_start().len());
        let unknown = self.text.slice(start..line.start + content.trim_end().len());
        let place = self.text.span(line.clone()).at_start();
        for stand_in in stand_ins {
            let before = match stand_in {
                StandIn::Entry(at) | StandIn::Text(at) => " ".repeat(*at),
                StandIn::Element(at) => " ".repeat(*at) + "- ",
                StandIn::Comment => "# ".to_owned(),
            };
            self.made.text.push_replacement(&before, place, None);
            let begin = self.made.text.text().len();
            self.made.text.push_all(&unknown);
            self.made.gaps.push(begin..self.made.text.text().len());
            if let StandIn::Entry(_) = stand_in {
                self.made.text.push_replacement(": ", place, None);
                self.made.text.push_all(&unknown);
            }
            self.made.text.push_replacement("\n", place, None);
        }
    }
}
