//! What whoever rewrites a file asks of its layout.

use super::{Language, Layout, Line, Part};
use crate::source::Span;
use std::collections::BTreeSet;
use std::ops::Range;

impl Layout {
    /// The comment that holds a byte.
    pub fn comment_at(&self, at: u32) -> Option<Span> {
        let found = self.comments.iter().find(|comment| comment.start <= at && at <= comment.end);
        found.map(|comment| self.span(comment))
    }

    /// Blanks before the first character of a line.
    pub fn indent(&self, line: u32) -> usize {
        let text = self.source.slice(self.line_span(line));
        text.len() - text.trim_start().len()
    }

    /// The first byte of the line at which a comment about the whole file stands: before everything but a byte
    /// order mark and the directives of a Dockerfile.
    pub fn top(&self) -> u32 {
        let text = &self.source.text;
        let begin = text.len() - text.trim_start_matches('\u{feff}').len();
        if self.language != Language::Dockerfile {
            return begin as u32;
        }
        let is_directive = |line: &&str| {
            let name = line.trim_start().strip_prefix('#').and_then(|said| said.split_once('=')).map(|(name, _)| name);
            name.is_some_and(|name| ["syntax", "escape", "check"].contains(&name.trim().to_lowercase().as_str()))
        };
        let lines = text.get(begin..).unwrap_or_default().split_inclusive('\n').take_while(is_directive);
        begin as u32 + lines.map(|line| line.len() as u32).sum::<u32>()
    }

    /// Where the body of a block begins.
    pub fn body_of(&self, block: Span) -> Option<u32> {
        self.constructs.iter().find_map(|construct| match construct.part {
            Part::Block(inside) if self.span(&construct.range) == block => Some(inside),
            _ => None,
        })
    }

    /// What a comment at the end of a line, or directly above it, is about.
    pub fn subject_on(&self, line: u32) -> Option<Span> {
        self.on_line(line, true)
    }

    /// Whether there is a comment in a line.
    pub fn has_comment(&self, line: u32) -> bool {
        let span = self.line_span(line);
        self.comments.iter().any(|comment| comment.start < span.end && span.start < comment.end)
    }

    /// Whether nothing but comments stands between a byte and the beginning of a block or document.
    pub fn follows_opening(&self, at: u32) -> bool {
        self.head_of(Span::new(self.id, at, at)).is_some()
    }

    /// The first byte of the line that a document's content begins in.
    pub fn document_head(&self, document: Span) -> Option<u32> {
        let is_one = |part: Part, range: &Range<u32>| part == Part::Document && self.span(range) == document;
        self.constructs.iter().find(|construct| is_one(construct.part, &construct.range))?;
        let (first, last) = (self.line(document.start), self.line(document.end));
        let mut lines = (first..=last).filter(|line| matches!(self.what(*line), Line::Code(_)));
        lines.next().map(|line| self.source.lines().start_of(line))
    }

    /// The construct that an object is: a document, an element of a list, a block.
    pub fn object_at(&self, block: Range<u32>) -> Option<Span> {
        self.constructs.iter().find(|construct| construct.range == block).map(|found| self.span(&found.range))
    }

    /// The innermost construct that holds the value and begins before it: its entry.
    pub fn entry_at(&self, value: Range<u32>) -> Option<Span> {
        let holds = |range: &Range<u32>| range.start < value.start && value.end <= range.end;
        let found =
            self.constructs.iter().rev().find(|construct| construct.part == Part::Item && holds(&construct.range));
        found.map(|construct| self.span(&construct.range))
    }

    /// The bytes to remove so that a comment is gone: its line, where it stands alone there.
    pub fn with_line(&self, comment: Span) -> Range<u32> {
        let (first, last) = (self.line(comment.start), self.line(comment.end));
        if self.is_alone(comment) {
            let after = self.line_span(last).end + 1;
            return self.line_span(first).start..after.min(self.source.text.len() as u32);
        }
        let before = self.source.text.get(..comment.start as usize).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).len() as u32..comment.end
    }

    /// The bytes to remove so that entries are gone: their lines, and those of what holds nothing else.
    pub fn without(&self, entries: &BTreeSet<(u32, u32)>) -> Vec<Range<u32>> {
        let mut gone = entries.clone();
        for construct in self.constructs.iter().rev().filter(|construct| construct.part == Part::Item) {
            let range = &construct.range;
            let inside = |other: &Range<u32>| range.start <= other.start && other.end <= range.end && other != range;
            let mut children = self.constructs.iter().filter(|other| inside(&other.range)).peekable();
            let is_gone =
                |child: &Range<u32>| gone.iter().any(|(start, end)| *start <= child.start && child.end <= *end);
            if children.peek().is_some() && children.all(|child| is_gone(&child.range)) {
                gone.insert((range.start, range.end));
            }
        }
        let outermost = gone.iter().filter(|(start, end)| {
            !gone.iter().any(|other| other != &(*start, *end) && other.0 <= *start && *end <= other.1)
        });
        outermost.map(|(start, end)| self.lines_around(*start, *end)).collect()
    }

    fn lines_around(&self, start: u32, end: u32) -> Range<u32> {
        let after = self.line_span(self.line(end.saturating_sub(1).max(start))).end + 1;
        self.line_span(self.line(start)).start..after.min(self.source.text.len() as u32)
    }
}
