//! Blocks of which is not known whether, or how often, they are evaluated.

use super::failure::Outcome;
use super::walk::Flow;
use super::{Evaluator, Frame};
use crate::lower::kubernetes::helm::value::{Place, TextBuilder, Value};
use crate::source::{Note, Span};
use crate::syntax::gotemplate::{Block, BlockKind, Node, NodeKind};

impl Evaluator<'_> {
    /// Evaluates both branches for what they set, and writes one unknown text for whatever they would write. Their
    /// errors may never happen; only a limit stops the rendering.
    pub(super) fn uncertain_block(
        &mut self,
        frame: &mut Frame,
        block: &Block,
        value: Option<Value>,
        note: Option<Note>,
        span: Span,
        out: &mut TextBuilder,
    ) -> Outcome<Flow> {
        self.uncertain.push(note);
        let dot = value.filter(|_| block.kind != BlockKind::If);
        let first = match dot {
            Some(dot) => self.with_dot(frame, dot, false, &block.body, &mut TextBuilder::default()),
            None => self.walk(frame, &block.body, &mut TextBuilder::default()),
        };
        let second = match &block.otherwise {
            Some(nodes) => self.walk(frame, nodes, &mut TextBuilder::default()),
            None => Ok(Flow::Next),
        };
        self.uncertain.pop();
        for result in [first, second] {
            if let Err(failure) = result
                && failure.is_limit
            {
                return Err(failure);
            }
        }
        let place = frame.span(span);
        let default = Place { span: Some(place), ..Place::default() };
        // What would stand on lines of its own does so unknown as well.
        out.push(line_begin(&block.body).unwrap_or_default(), default);
        out.push_unknown(Some(place), note);
        out.push(if ends_line(&block.body) { "\n" } else { "" }, default);
        Ok(Flow::Next)
    }

    /// The value that a map's key gets: inside an uncertain block it is not known whether it gets it.
    pub fn stored(&self, value: Value) -> Value {
        match self.uncertain.first() {
            Some(note) => Value::unknown(*note),
            None => value,
        }
    }
}

/// The line break that the first text of a block begins with, and the blanks in front of what follows.
fn line_begin(body: &[Node]) -> Option<&str> {
    let Some(NodeKind::Text(text)) = body.first().map(|node| &node.kind) else { return None };
    let text = text.trim_start_matches([' ', '\r']);
    let end = text.len() - text.trim_start_matches(['\n', '\r', ' ']).len();
    let blank = text.get(..end).filter(|blank| blank.starts_with('\n') && !ends_line(body))?;
    blank.rfind('\n').and_then(|at| blank.get(at..))
}

/// Whether the last text of a block ends with a line break and the blanks in front of its `end`.
fn ends_line(body: &[Node]) -> bool {
    matches!(body.last().map(|node| &node.kind), Some(NodeKind::Text(text)) if text.trim_end_matches(' ').ends_with('\n'))
}
