//! The tree of a YAML or JSON text.

use crate::source::{Problem, Span};
use ecow::EcoString;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

/// Everything that was read from one text.
#[derive(Debug, Default)]
pub struct Stream {
    /// Its documents in order, without those that could not be read.
    pub documents: Vec<Document>,
    /// Its comments in order.
    pub comments: Vec<Comment>,
    /// What could not be read: each error lost one document.
    pub problems: Vec<Problem>,
    /// Tags of an application's own, such as `!reset`: the place where the tagged node begins, and the tag.
    pub tags: Vec<(Span, EcoString)>,
    /// The bytes, in the derived text that was read, of the scalars that have a [`Passage`].
    passages: Vec<Range<u32>>,
}

/// The number of a scalar whose text was put together, in the [`Stream`] that it was read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage(NonZeroU32);

impl Stream {
    /// The same, whose problems are about syntax.
    pub(super) fn with_problems_of_syntax(mut self) -> Self {
        self.problems = Problem::of_syntax(self.problems);
        self
    }

    /// Adds a scalar that has more to be said of it than its place.
    pub(super) fn add_passage(&mut self, range: Range<usize>) -> Option<Passage> {
        self.passages.push(range.start as u32..range.end as u32);
        NonZeroU32::new(self.passages.len() as u32).map(Passage)
    }

    /// The bytes of a scalar in the text that was read.
    pub fn passage(&self, passage: Passage) -> Range<usize> {
        let range = self.passages.get(passage.0.get() as usize - 1).cloned().unwrap_or_default();
        range.start as usize..range.end as usize
    }
}

/// One document that could be read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its content; null when it is empty.
    pub root: Node,
    /// Its content and everything around it up to the separators.
    pub span: Span,
}

/// A comment, from `#` to the end of the line, without the line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes, `#` included.
    pub span: Span,
    /// Whether nothing but blanks stands before it in its line.
    pub alone: bool,
}

/// A value in the tree. Cloning shares.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its exact bytes: with quotes, brackets, or the indicator of a block scalar; without tag and anchor.
    /// For a block collection from its first to its last value. Empty for a value that is left out.
    pub span: Span,
    /// Where the pieces of its text are found, when it is a scalar that is not known or that something brought.
    pub passage: Option<Passage>,
    /// How it came here, when it was written elsewhere.
    pub alias: Option<Arc<Alias>>,
}

/// The alias through which a node was read; [`Node::span`] is then the place of the alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Name of the anchor.
    pub anchor: EcoString,
    /// Where the anchored node is written.
    pub written: Span,
    /// The alias through which *that* was read.
    pub next: Option<Arc<Alias>>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true`, and what the dialect takes for it.
    Bool(bool),
    /// An integer that fits.
    Integer(i64),
    /// Any other number; always finite.
    Float(f64),
    /// Text.
    String(EcoString),
    /// A list.
    Sequence(Arc<Vec<Node>>),
    /// A mapping.
    Mapping(Arc<Mapping>),
}

/// Entries in the order of first mention, each key once; merge keys are resolved.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, as the string that the loader makes of it.
    pub key: EcoString,
    /// The bytes of the key as it is written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Mapping {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }
}

impl Node {
    /// A node written at `span`.
    pub fn new(kind: NodeKind, span: Span) -> Self {
        Self { kind, span, passage: None, alias: None }
    }

    /// The value of `key`, when it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key)
    }

    /// The mapping, when it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let NodeKind::Mapping(mapping) = &self.kind { Some(mapping) } else { None }
    }

    /// The elements, when it is a list.
    pub fn as_items(&self) -> Option<&[Self]> {
        if let NodeKind::Sequence(items) = &self.kind { Some(items) } else { None }
    }

    /// The text, when it is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let NodeKind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, NodeKind::Null)
    }

    /// The same value, read through an alias at `span`.
    #[must_use]
    pub(super) fn read_at(&self, span: Span, anchor: &EcoString) -> Self {
        let alias = Alias { anchor: anchor.clone(), written: self.span, next: self.alias.clone() };
        Self { kind: self.kind.clone(), span, passage: self.passage, alias: Some(Arc::new(alias)) }
    }
}
