//! How a file is laid out: its comments, and the constructs that a comment can be about.
//!
//! Owns the rule of where a comment belongs: behind code it is about what stands on its line, alone it is about
//! what stands directly beneath. Knows the three formats only through their constructs, and no directive.

mod dockerfile;
mod edit;
mod hcl;
mod language;
mod template;
mod yaml;

pub use language::{Language, Languages};

use crate::source::{Source, SourceId, Span};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What a construct is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A block; its body begins at that byte.
    Block(u32),
    /// An attribute, an entry, an element of a list, an instruction.
    Item,
    /// A stage of a Dockerfile, from its `FROM` to the next one.
    Stage,
    /// A YAML document.
    Document,
}

/// A stretch of a file that a comment can be about.
#[derive(Clone, Debug)]
struct Construct {
    range: Range<u32>,
    part: Part,
}

/// What stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Blank,
    Comment,
    /// `---` of YAML.
    Separator,
    /// Code, the first of it at that byte.
    Code(u32),
}

/// The layout of one file.
#[derive(Debug)]
pub struct Layout {
    id: SourceId,
    source: Arc<Source>,
    /// What it is written in.
    pub language: Language,
    /// In order.
    comments: Vec<Range<u32>>,
    /// By their first byte; what holds another comes before it.
    constructs: Vec<Construct>,
    /// The innermost block by the byte where its body begins.
    bodies: HashMap<u32, usize>,
    /// The documents, in order.
    documents: Vec<usize>,
}

/// One line of a comment, without the marks around it.
#[derive(Clone, Debug)]
pub struct Remark<'t> {
    /// What it says, without blanks around.
    pub text: &'t str,
    /// The place of that.
    pub span: Span,
    /// The place of the whole comment, marks included.
    pub comment: Span,
}

impl Layout {
    /// Lays out a file.
    pub fn new(id: SourceId, source: Arc<Source>, language: Language) -> Self {
        let (comments, mut constructs) = match language {
            Language::Terraform => hcl::read(id, &source.text),
            Language::Yaml => yaml::read(id, &source.text),
            Language::Template => template::read(&source.text),
            Language::Dockerfile => dockerfile::read(id, &source.text),
        };
        constructs.sort_by_key(|construct| (construct.range.start, std::cmp::Reverse(construct.range.end)));
        let (mut bodies, mut documents) = (HashMap::new(), Vec::new());
        for (number, construct) in constructs.iter().enumerate() {
            match construct.part {
                Part::Block(inside) => _ = bodies.insert(inside, number),
                Part::Document => documents.push(number),
                Part::Item | Part::Stage => {}
            }
        }
        Self { id, source, language, comments, constructs, bodies, documents }
    }

    /// The lines of all comments.
    pub fn remarks(&self) -> impl Iterator<Item = Remark<'_>> {
        self.comments.iter().flat_map(|range| self.lines_of(range))
    }

    fn lines_of(&self, range: &Range<u32>) -> impl Iterator<Item = Remark<'_>> {
        let comment = self.span(range);
        let text = self.source.slice(comment);
        // A comment of a template stands in an action.
        let inner =
            if text.starts_with("{{") { text.trim_start_matches(['{', '-', ' ', '\t', '\n', '\r']) } else { text };
        let inner =
            if text.starts_with("{{") { inner.trim_end_matches(['}', '-', ' ', '\t', '\n', '\r']) } else { inner };
        let before = text.find(inner).unwrap_or_default();
        let content = inner.strip_prefix("/*").map_or(inner, |inner| inner.strip_suffix("*/").unwrap_or(inner));
        let begin = range.start + (before + if content.len() < inner.len() { 2 } else { 0 }) as u32;
        let mut at = begin;
        content.split_inclusive('\n').map(move |line| {
            let said = line.trim_start().trim_start_matches(['#', '/', '*', ';']).trim_start();
            let start = at + (line.len() - said.len()) as u32;
            at += line.len() as u32;
            let said = said.trim_end();
            Remark { text: said, span: Span::new(self.id, start, start + said.len() as u32), comment }
        })
    }

    fn span(&self, range: &Range<u32>) -> Span {
        Span::new(self.id, range.start, range.end)
    }

    /// The text that was laid out.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The 1-based line of a byte.
    pub fn line(&self, at: u32) -> u32 {
        self.source.lines().line(at)
    }

    /// Whether nothing but blanks stands beside the comment in its first line.
    pub fn is_alone(&self, comment: Span) -> bool {
        !matches!(self.what(self.line(comment.start)), Line::Code(_))
    }

    /// Whether nothing but comments stands before it.
    pub fn is_at_top(&self, comment: Span) -> bool {
        (1..self.line(comment.start)).all(|line| !matches!(self.what(line), Line::Code(_))) && self.is_alone(comment)
    }

    /// What the comment is about: where it stands beside code, the construct there; alone, the one directly
    /// beneath. None where a blank line or the end follows.
    pub fn subject(&self, comment: Span, stages: bool) -> Option<Span> {
        let line = self.line(comment.start);
        match self.what(line) {
            Line::Code(_) => self.on_line(line, stages),
            _ => self.beneath(comment, stages),
        }
    }

    /// What stands directly beneath the comment, further comments between.
    pub fn beneath(&self, comment: Span, stages: bool) -> Option<Span> {
        let mut line = self.line(comment.end) + 1;
        while line <= self.source.lines().count() {
            match self.what(line) {
                Line::Comment => line += 1,
                Line::Code(_) => return self.on_line(line, stages),
                Line::Blank | Line::Separator => return None,
            }
        }
        None
    }

    /// The constructs that begin on a line, as far as none holds them; else the innermost that goes on there.
    fn on_line(&self, line: u32, stages: bool) -> Option<Span> {
        let Line::Code(first) = self.what(line) else { return None };
        let end = self.end_of(line);
        let counts = |construct: &&Construct| match construct.part {
            Part::Document => false,
            Part::Stage => stages,
            Part::Block(_) | Part::Item => true,
        };
        let from = self.constructs.partition_point(|construct| construct.range.start < first);
        let begins = self.constructs.get(from..).unwrap_or_default().iter();
        let begun = begins.take_while(|construct| construct.range.start < end).filter(counts);
        let all = begun.map(|construct| self.span(&construct.range)).reduce(Span::to);
        all.or_else(|| {
            let around = self.constructs.get(..from).unwrap_or_default().iter().rev().filter(counts);
            let mut around = around.filter(|construct| construct.range.end > first);
            around.next().map(|construct| self.span(&construct.range))
        })
    }

    /// The block or document of which the comment is the first thing.
    pub fn head_of(&self, comment: Span) -> Option<Span> {
        let before = self.code_before(comment.start);
        let start = |number: &usize| self.constructs.get(*number).map(|construct| construct.range.start);
        let begun = self.documents.partition_point(|number| start(number).is_some_and(|start| start <= comment.start));
        let document = begun.checked_sub(1).and_then(|last| self.documents.get(last)).copied();
        let document = document.filter(|number| {
            let opens =
                |construct: &Construct| construct.range.contains(&comment.start) && before <= construct.range.start;
            self.constructs.get(*number).is_some_and(opens)
        });
        let opened = self.bodies.get(&before).copied().max(document)?;
        self.constructs.get(opened).map(|construct| self.span(&construct.range))
    }

    /// The outermost block that the comment stands in, on a line between its first and its last.
    pub fn block_around(&self, comment: Span) -> Option<Span> {
        let line = self.line(comment.start);
        let mut blocks = self.constructs.iter().filter(|construct| matches!(construct.part, Part::Block(_)));
        let holds = |range: &Range<u32>| self.line(range.start) < line && line < self.line(range.end);
        blocks.find(|block| holds(&block.range)).map(|block| self.span(&block.range))
    }

    /// The line of the comment, and the next one.
    pub fn two_lines(&self, comment: Span) -> Span {
        let (first, last) = (self.line(comment.start), self.line(comment.end) + 1);
        let start = self.source.lines().start_of(first);
        Span::new(self.id, start, self.end_of(last.min(self.source.lines().count())))
    }

    /// The whole file.
    pub fn whole(&self) -> Span {
        Span::new(self.id, 0, self.source.text.len() as u32)
    }

    /// The bytes of a line, its end not included.
    pub fn line_span(&self, line: u32) -> Span {
        Span::new(self.id, self.source.lines().start_of(line), self.end_of(line))
    }

    /// What a comment in our words is about: as the first thing in a block or document all of that, else what
    /// stands beside or beneath.
    pub fn about(&self, comment: Span) -> Option<Span> {
        let head = if self.is_alone(comment) { self.head_of(comment) } else { None };
        head.or_else(|| self.subject(comment, true))
    }

    fn end_of(&self, line: u32) -> u32 {
        if line >= self.source.lines().count() {
            return self.source.text.len() as u32;
        }
        self.source.lines().start_of(line + 1) - 1
    }

    fn what(&self, line: u32) -> Line {
        let span = self.line_span(line);
        let bytes = self.source.slice(span);
        if matches!(self.language, Language::Yaml | Language::Template) && bytes.starts_with("---") {
            return Line::Separator;
        }
        let mut commented = false;
        let mut at = span.start;
        let after = self.comments.partition_point(|comment| comment.end <= span.start);
        for comment in self.comments.get(after..).unwrap_or_default() {
            if comment.start >= span.end {
                break;
            }
            commented = true;
            if let Some(code) = self.code_in(at, comment.start) {
                return Line::Code(code);
            }
            at = comment.end;
        }
        match self.code_in(at, span.end) {
            Some(code) => Line::Code(code),
            None if commented => Line::Comment,
            None => Line::Blank,
        }
    }

    /// The first byte that is no white space, nor of a byte order mark.
    fn code_in(&self, start: u32, end: u32) -> Option<u32> {
        let text = self.source.text.get(start as usize..end as usize)?;
        text.find(|c: char| !c.is_whitespace() && c != '\u{feff}').map(|found| start + found as u32)
    }

    /// The end of the code before a byte; comments are none.
    fn code_before(&self, at: u32) -> u32 {
        let mut at = at;
        loop {
            let text = self.source.text.get(..at as usize).unwrap_or_default();
            at = text.trim_end().len() as u32;
            let before = self.comments.partition_point(|comment| comment.start < at);
            match before.checked_sub(1).and_then(|last| self.comments.get(last)) {
                Some(comment) if comment.end >= at => at = comment.start,
                _ => return at,
            }
        }
    }
}
