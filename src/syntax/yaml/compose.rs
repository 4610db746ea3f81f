//! Events to nodes: anchors, aliases, tags, and the limits on depth and number.
//!
//! The stack of open collections is a list, so nesting costs no stack of the machine.

use super::document::Part;
use super::events::{Event, EventKind, Fault, Parser, Properties, Style, forbidden_character};
use super::mapping::{self, Pair};
use super::scalar::{self, Tag};
use super::{Comment, DEPTH_LIMIT, Dialect, Document, NODE_LIMIT, Node, NodeKind, Stream};
use crate::source::{Derived, Problem, Span};
use ecow::EcoString;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Reads one document of `text` into `stream`. `budget` is the number of nodes that the text may still have.
/// `ends_lines` says that the loader ends every line, also the last one.
pub fn document(
    text: &Derived<'_>,
    part: &Part,
    dialect: Dialect,
    ends_lines: bool,
    budget: &mut usize,
    stream: &mut Stream,
) {
    let content = text.text().get(part.range.clone()).unwrap_or_default();
    let content = content.trim_start_matches('\u{feff}');
    let place = Place { text, offset: part.range.end - content.len(), end: part.range.end };
    if let Some(content) = &part.misplaced {
        let span = text.span(content.clone());
        let problem = Problem::error(span, "nothing but a comment may follow `---` in its line");
        stream.problems.push(problem.with_help("Put it into the next line."));
        return;
    }
    if let Some(fault) = forbidden_character(content) {
        stream.problems.push(place.problem(fault));
        return;
    }
    let unended = ends_lines && !content.is_empty() && !content.ends_with('\n');
    let ended = unended.then(|| format!("{content}\n"));
    let mut parser = Parser::new(ended.as_deref().unwrap_or(content));
    let mut composer = Composer {
        place,
        dialect,
        budget,
        stream,
        open: Vec::new(),
        names: HashMap::new(),
        anchored: Vec::new(),
        root: None,
    };
    let root = composer.run(&mut parser);
    stream.comments.extend(parser.comments().iter().map(|range| {
        let line = content.get(..range.start).unwrap_or_default().rsplit(['\n', '\r']).next().unwrap_or_default();
        Comment { span: place.span(range.clone()), alone: line.trim_start_matches('\u{feff}').trim().is_empty() }
    }));
    match root {
        Ok(root) => stream.documents.push(Document { root, span: place.span(0..content.len()) }),
        Err(problem) => stream.problems.push(problem),
    }
}

/// Where a document lies.
#[derive(Clone, Copy)]
struct Place<'t> {
    text: &'t Derived<'t>,
    offset: usize,
    end: usize,
}

impl Place<'_> {
    fn span(self, range: Range<usize>) -> Span {
        let at = |offset: usize| (self.offset + offset).min(self.end);
        self.text.span(at(range.start)..at(range.end))
    }

    /// The bytes of the text, when more is to be said of them than their place.
    fn told(self, range: &Range<usize>) -> Option<Range<usize>> {
        let at = |offset: usize| (self.offset + offset).min(self.end);
        let range = at(range.start)..at(range.end);
        (!self.text.is_plain_file() && !self.text.is_plain(range.clone())).then_some(range)
    }

    fn problem(self, fault: Fault) -> Problem {
        Problem::error(self.span(fault.range), fault.message)
    }
}

/// A collection that is not closed yet.
struct Open {
    anchor: Option<usize>,
    start: usize,
    weight: Weight,
    /// Whether brackets end it.
    bracketed: bool,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<Pair>, key: Option<(Node, bool)> },
}

/// What a node costs wherever it stands.
#[derive(Clone, Copy)]
struct Weight {
    /// Nodes, those behind aliases included.
    size: usize,
    /// Collections in collections; 0 for a scalar.
    height: usize,
}

const SCALAR: Weight = Weight { size: 1, height: 0 };

/// A node that an alias may stand for.
struct Anchored {
    /// `None` while it is still open.
    node: Option<Node>,
    weight: Weight,
}

struct Composer<'a, 'b> {
    place: Place<'a>,
    dialect: Dialect,
    budget: &'b mut usize,
    stream: &'b mut Stream,
    open: Vec<Open>,
    /// Name of an anchor to the last node that has it.
    names: HashMap<&'a str, usize>,
    anchored: Vec<Anchored>,
    root: Option<Node>,
}

impl<'a> Composer<'a, '_> {
    fn run(&mut self, parser: &mut Parser<'a>) -> Result<Node, Problem> {
        loop {
            let Event { kind, range } = parser.next().map_err(|fault| self.place.problem(fault))?;
            match kind {
                EventKind::Scalar(text, style, properties) => self.scalar(&text, style, &properties, range)?,
                EventKind::SequenceStart(bracketed, properties) => {
                    self.begin(Content::Sequence(Vec::new()), bracketed, &properties, range)?;
                }
                EventKind::MappingStart(bracketed, properties) => {
                    let content = Content::Mapping { pairs: Vec::new(), key: None };
                    self.begin(content, bracketed, &properties, range)?;
                }
                EventKind::SequenceEnd | EventKind::MappingEnd => self.end(range.end)?,
                EventKind::Alias(name) => self.alias(name, range)?,
                EventKind::End => {
                    let empty = || Node::new(NodeKind::Null, self.place.span(range));
                    return Ok(self.root.take().unwrap_or_else(empty));
                }
            }
        }
    }

    /// Notes the anchor of a node that begins.
    fn anchor(&mut self, properties: &Properties<'a>) -> Option<usize> {
        let name = properties.anchor?;
        self.anchored.push(Anchored { node: None, weight: SCALAR });
        let number = self.anchored.len() - 1;
        self.names.insert(name, number);
        Some(number)
    }

    /// Notes a tag that only an application knows, for a node that begins at `start`.
    fn note_tag(&mut self, properties: &Properties<'a>, start: usize) {
        if let Some(tag) = properties.tag.as_deref().filter(|tag| tag.len() > 1 && tag.starts_with('!')) {
            self.stream.tags.push((self.place.span(start..start), EcoString::from(tag)));
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: Style,
        properties: &Properties<'a>,
        range: Range<usize>,
    ) -> Result<(), Problem> {
        self.note_tag(properties, range.start);
        let passage = self.place.told(&range).and_then(|told| self.stream.add_passage(told));
        let span = self.place.span(range);
        let anchor = self.anchor(properties);
        let tag = properties.tag.as_deref().map_or(Tag::None, Tag::of);
        let is_plain = style == Style::Plain;
        let kind = scalar::resolve(text, is_plain, tag, self.dialect);
        let node = Node { passage, ..Node::new(kind.map_err(|message| Problem::error(span, message))?, span) };
        let is_merge_key = text == "<<" && (is_plain && tag == Tag::None || tag == Tag::Merge);
        self.complete(anchor, node, SCALAR, is_merge_key)
    }

    fn begin(
        &mut self,
        content: Content,
        bracketed: bool,
        properties: &Properties<'a>,
        range: Range<usize>,
    ) -> Result<(), Problem> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(self.too_deep(range));
        }
        self.note_tag(properties, range.start);
        let anchor = self.anchor(properties);
        let weight = Weight { size: 1, height: 1 };
        self.open.push(Open { anchor, start: range.start, weight, bracketed, content });
        Ok(())
    }

    fn too_deep(&self, range: Range<usize>) -> Problem {
        Problem::error(self.place.span(range), format!("nested deeper than the limit of {DEPTH_LIMIT}"))
    }

    fn end(&mut self, end: usize) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (kind, last) = match open.content {
            Content::Sequence(items) => {
                let last = items.last().map(|node| node.span);
                (NodeKind::Sequence(Arc::new(items)), last)
            }
            Content::Mapping { pairs, .. } => {
                let last = pairs.last().map(|pair| pair.key.span.to(pair.value.span));
                (NodeKind::Mapping(Arc::new(mapping::build(pairs, self.dialect)?)), last)
            }
        };
        let mut span = self.place.span(open.start..end);
        if !open.bracketed {
            span = self.place.span(open.start..open.start);
            let last = last.filter(|last| last.source == span.source);
            span = last.map_or(span, |last| Span { end: last.end.max(span.start), ..span });
        }
        self.complete(open.anchor, Node::new(kind, span), open.weight, false)
    }

    /// A node that is complete: an alias may stand for it, and it counts.
    fn complete(
        &mut self,
        anchor: Option<usize>,
        node: Node,
        weight: Weight,
        is_merge_key: bool,
    ) -> Result<(), Problem> {
        if let Some(anchored) = anchor.and_then(|number| self.anchored.get_mut(number)) {
            *anchored = Anchored { node: Some(node.clone()), weight };
        }
        self.spend(1, node.span)?;
        self.put(node, weight, is_merge_key)
    }

    fn spend(&mut self, nodes: usize, span: Span) -> Result<(), Problem> {
        // The last node is never spent: nothing left says that there was too much.
        if *self.budget <= nodes {
            *self.budget = 0;
            let message =
                format!("more values than the limit of {NODE_LIMIT}, each alias counted with what it stands for");
            return Err(Problem::error(span, message));
        }
        *self.budget -= nodes;
        Ok(())
    }

    fn alias(&mut self, name: &str, range: Range<usize>) -> Result<(), Problem> {
        let span = self.place.span(range.clone());
        let Some(anchored) = self.names.get(name).and_then(|number| self.anchored.get(*number)) else {
            return Err(Problem::error(span, format!("no anchor `&{name}` stands above in this document")));
        };
        let weight = anchored.weight;
        let Some(node) = &anchored.node else {
            return Err(Problem::error(span, format!("the value of anchor `&{name}` contains itself")));
        };
        let node = node.read_at(span, &EcoString::from(name));
        if self.open.len() + weight.height > DEPTH_LIMIT {
            return Err(self.too_deep(range));
        }
        self.spend(weight.size, span)?;
        self.put(node, weight, false)
    }

    /// Puts a node where it belongs.
    fn put(&mut self, node: Node, weight: Weight, is_merge_key: bool) -> Result<(), Problem> {
        let is_key = matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }));
        if matches!(node.kind, NodeKind::Float(value) if !value.is_finite()) && !is_key {
            let problem = Problem::error(node.span, "infinity and NaN have no form in JSON");
            return Err(problem.with_help("Put it in quotes."));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.weight.size += weight.size;
        open.weight.height = open.weight.height.max(weight.height + 1);
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { pairs, key } => match key.take() {
                None => *key = Some((node, is_merge_key)),
                Some((key, merges)) => pairs.push(Pair { key, merges, value: node }),
            },
        }
        Ok(())
    }
}
