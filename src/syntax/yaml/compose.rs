//! Events to nodes: anchors, aliases, tags, and the limits on depth and number.
//!
//! The stack of open collections is a list, so nesting costs no stack of the machine.

use super::document::Part;
use super::mapping::{self, Pair};
use super::scalar::{self, Tag};
use super::{Comment, DEPTH_LIMIT, Dialect, Document, Node, NodeKind, Stream};
use crate::source::{Problem, SourceId, Span};
use ecow::EcoString;
use granit_parser::{Event, Parser, ScalarStyle, ScanError};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads one document of `text` into `stream`. `budget` is the number of nodes that the text may still have.
pub fn document(source: SourceId, text: &str, part: &Part, dialect: Dialect, budget: &mut usize, stream: &mut Stream) {
    let span = Span::new(source, part.range.start as u32, part.range.end as u32);
    if let Some(content) = &part.misplaced {
        let place = Span::new(source, content.start as u32, content.end as u32);
        let problem = Problem::error(place, "nothing but a comment may follow `---` in its line");
        stream.problems.push(problem.with_help("Put it into the next line."));
        return;
    }
    let content = text.get(part.range.clone()).unwrap_or_default();
    let mut composer = Composer {
        source,
        text: content,
        offset: part.range.start,
        dialect,
        budget,
        open: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        comments: &mut stream.comments,
    };
    match composer.run() {
        Ok(root) => stream.documents.push(Document { root, span }),
        Err(problem) => stream.problems.push(problem),
    }
}

/// A collection that is not closed yet.
struct Open {
    anchor: Option<usize>,
    start: usize,
    size: usize,
    height: usize,
    block: bool,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<Pair>, key: Option<(Node, bool)> },
}

/// A node that an alias may stand for.
struct Anchored {
    name: EcoString,
    /// The node, once it is complete.
    node: Option<Node>,
    size: usize,
    height: usize,
}

/// A node that is complete.
struct Complete {
    node: Node,
    merges: bool,
    size: usize,
    height: usize,
}

struct Composer<'a, 'b> {
    source: SourceId,
    text: &'a str,
    offset: usize,
    dialect: Dialect,
    budget: &'b mut usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    root: Option<Node>,
    comments: &'b mut Vec<Comment>,
}

impl Composer<'_, '_> {
    fn run(&mut self) -> Result<Node, Problem> {
        let options = granit_parser::options! {
            emit_anchor_events: true,
            block_scalar_eof_without_line_feed: self.dialect == Dialect::Kustomize,
            max_buffered_comment_events: 100_000,
            flow_nesting_limit: DEPTH_LIMIT,
            block_nesting_limit: DEPTH_LIMIT,
            bom_inside_document_as_content: true,
        };
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| self.syntax_error(&error))?;
            let range = span.byte_range().unwrap_or_default();
            match event {
                Event::DocumentEnd | Event::StreamEnd => break,
                Event::Comment(..) => self.comment(range),
                Event::Scalar(value, style, anchor, tag) => {
                    self.anchor(anchor, &mut parser)?;
                    let tag = tag.map_or(Tag::None, |tag| Tag::of(&format!("{}{}", tag.handle(), tag.suffix())));
                    self.scalar(&value, style, anchor, tag, range)?;
                }
                Event::SequenceStart(style, anchor, _) => {
                    self.anchor(anchor, &mut parser)?;
                    let content = Content::Sequence(Vec::new());
                    self.begin(content, style == granit_parser::StructureStyle::Block, anchor, range.start)?;
                }
                Event::MappingStart(style, anchor, _) => {
                    self.anchor(anchor, &mut parser)?;
                    let content = Content::Mapping { pairs: Vec::new(), key: None };
                    self.begin(content, style == granit_parser::StructureStyle::Block, anchor, range.start)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(range.end)?,
                Event::Alias(id) => self.alias(id, range)?,
                Event::UnresolvedAlias(name) => {
                    return Err(Problem::error(self.span(range), format!("there is no anchor `&{name}` above")));
                }
                _ => {}
            }
        }
        Ok(self.root.take().unwrap_or_else(|| Node::new(NodeKind::Null, self.span(0..0))))
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, (self.offset + range.start) as u32, (self.offset + range.end) as u32)
    }

    fn syntax_error(&self, error: &ScanError) -> Problem {
        let at = error.marker().byte_offset().unwrap_or_default();
        let end = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
        Problem::error(self.span(at..end), error.kind().to_string())
    }

    fn comment(&mut self, range: std::ops::Range<usize>) {
        let before = self.text.get(..range.start).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let alone = line.trim().is_empty();
        self.comments.push(Comment { span: self.span(range), alone });
    }

    /// Takes the event with the name of the anchor, which follows the node's.
    fn anchor<'i, I: granit_parser::BorrowedInput<'i>>(
        &mut self,
        id: usize,
        parser: &mut Parser<'i, I>,
    ) -> Result<(), Problem> {
        if id == 0 {
            return Ok(());
        }
        let name = match parser.next_event() {
            Some(Ok((Event::Anchor(_, name), _))) => EcoString::from(name.as_ref()),
            Some(Err(error)) => return Err(self.syntax_error(&error)),
            _ => EcoString::new(),
        };
        self.anchors.insert(id, Anchored { name, node: None, size: 0, height: 0 });
        Ok(())
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Tag,
        range: std::ops::Range<usize>,
    ) -> Result<(), Problem> {
        let span = self.span(range);
        let plain = style == ScalarStyle::Plain;
        let kind = scalar::resolve(value, plain, tag, self.dialect).map_err(|message| Problem::error(span, message))?;
        let merges = value == "<<" && (plain && tag == Tag::None || tag == Tag::Merge);
        let node = Node::new(kind, span);
        self.close_anchor(anchor, &node, 1, 0);
        self.place(Complete { node, merges, size: 1, height: 0 })
    }

    fn begin(&mut self, content: Content, block: bool, anchor: usize, start: usize) -> Result<(), Problem> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(self.too_deep(start..start));
        }
        self.open.push(Open { anchor: (anchor != 0).then_some(anchor), start, size: 1, height: 0, block, content });
        Ok(())
    }

    fn too_deep(&self, range: std::ops::Range<usize>) -> Problem {
        Problem::error(self.span(range), format!("nested deeper than the limit of {DEPTH_LIMIT}"))
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
        let end = match last {
            Some(last) if open.block => last.end as usize - self.offset,
            _ => end,
        };
        let node = Node::new(kind, self.span(open.start..end));
        if let Some(id) = open.anchor {
            self.close_anchor(id, &node, open.size, open.height);
        }
        self.place(Complete { node, merges: false, size: open.size, height: open.height })
    }

    fn close_anchor(&mut self, id: usize, node: &Node, size: usize, height: usize) {
        if let Some(anchored) = self.anchors.get_mut(&id) {
            *anchored = Anchored { name: anchored.name.clone(), node: Some(node.clone()), size, height };
        }
    }

    fn alias(&mut self, id: usize, range: std::ops::Range<usize>) -> Result<(), Problem> {
        let span = self.span(range.clone());
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(Problem::error(span, "there is no such anchor above"));
        };
        let Some(node) = &anchored.node else {
            return Err(Problem::error(span, format!("the value of anchor `&{}` contains itself", anchored.name)));
        };
        if self.open.len() + anchored.height > DEPTH_LIMIT {
            return Err(self.too_deep(range));
        }
        let node = node.read_at(span, &anchored.name);
        let (size, height) = (anchored.size, anchored.height);
        self.place(Complete { node, merges: false, size, height })
    }

    /// Puts a complete node where it belongs.
    fn place(&mut self, complete: Complete) -> Result<(), Problem> {
        let Complete { node, merges, size, height } = complete;
        let is_key = matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }));
        if matches!(node.kind, NodeKind::Float(value) if !value.is_finite()) && !is_key {
            return Err(
                Problem::error(node.span, "infinity and NaN have no form in JSON").with_help("Put it in quotes.")
            );
        }
        if size == 1 || node.alias.is_some() {
            let Some(left) = self.budget.checked_sub(size) else {
                let message = format!("more values than the limit of {}", super::NODE_LIMIT);
                return Err(Problem::error(node.span, message));
            };
            *self.budget = left;
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.size += size;
        open.height = open.height.max(height + 1);
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { pairs, key } => match key.take() {
                None => *key = Some((node, merges)),
                Some((key, merges)) => pairs.push(Pair { key, merges, value: node }),
            },
        }
        Ok(())
    }
}
