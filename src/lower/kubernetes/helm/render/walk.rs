//! Nodes, one after the other, and what they write.

use super::failure::{Failure, Outcome};
use super::{Bound, Evaluator, Frame};
use crate::lower::kubernetes::helm::text::write_value;
use crate::lower::kubernetes::helm::value::{Data, Integer, Place, TextBuilder, Value};
use crate::source::Span;
use crate::syntax::gotemplate::{Block, BlockKind, Node, NodeKind, Pipeline};
use ecow::EcoString;

/// What comes after a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next one.
    Next,
    /// The end of the loop.
    Break,
    /// The next element of the loop.
    Continue,
}

impl Evaluator<'_> {
    /// Evaluates nodes in order, and writes what they give.
    pub(super) fn walk(&mut self, frame: &mut Frame, nodes: &[Node], out: &mut TextBuilder) -> Outcome<Flow> {
        for node in nodes {
            self.step(1, node.span)?;
            let flow = self.node(frame, node, out)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn node(&mut self, frame: &mut Frame, node: &Node, out: &mut TextBuilder) -> Outcome<Flow> {
        match &node.kind {
            NodeKind::Text(text) => {
                self.bytes(text.len(), node.span)?;
                frame.literal(out, text, node.span);
            }
            NodeKind::Action(pipeline) => {
                let value = self.pipeline(frame, pipeline)?;
                if pipeline.variables.is_empty() {
                    self.write(frame, &value, node.span, out)?;
                }
            }
            NodeKind::Block(block) => return self.block(frame, block, node.span, out),
            NodeKind::Break => return Ok(Flow::Break),
            NodeKind::Continue => return Ok(Flow::Continue),
            NodeKind::Call(name, pipeline) => {
                let data = match pipeline {
                    Some(pipeline) => self.pipeline(frame, pipeline)?,
                    None => Data::Invalid.into(),
                };
                self.call_template(frame, name, data, out, node.span)?;
            }
            NodeKind::Broken => {
                let span = frame.span(node.span);
                let why = self.notes.unknown(span, "this action cannot be read");
                out.push_unknown(Some(span), Some(why));
            }
        }
        Ok(Flow::Next)
    }

    /// Writes the value of an action.
    fn write(&mut self, frame: &Frame, value: &Value, span: Span, out: &mut TextBuilder) -> Outcome<()> {
        let default = frame.place(span);
        let before = out.len();
        match &value.data {
            Data::Invalid | Data::Nil => out.push("<no value>", default),
            Data::Unknown => out.push_unknown(default.span, value.note),
            Data::String(text) => out.push_text(text, Place::noted(value.note).or(default)),
            // Go finds the methods of a pointer only here, where it can take the address.
            Data::Object(object) if object.string().is_some() => {
                out.push(&object.string().unwrap_or_default(), default);
            }
            _ => {
                let mut text = TextBuilder::default();
                write_value(&mut text, value, 0);
                out.push_text(&text.finish(), Place::noted(value.note).or(default));
            }
        }
        self.bytes(out.len() - before, span)
    }

    fn block(&mut self, frame: &mut Frame, block: &Block, span: Span, out: &mut TextBuilder) -> Outcome<Flow> {
        let outer = frame.variables.len();
        let flow = if let Some(pipeline) = &block.pipeline {
            self.branch(frame, block, pipeline, span, out)
        } else {
            let why = self.notes.unknown(frame.span(span), "the condition of this block cannot be read");
            self.uncertain_block(frame, block, None, Some(why), span, out)
        };
        frame.variables.truncate(outer);
        flow
    }

    fn branch(
        &mut self,
        frame: &mut Frame,
        block: &Block,
        pipeline: &Pipeline,
        span: Span,
        out: &mut TextBuilder,
    ) -> Outcome<Flow> {
        if block.kind == BlockKind::Range {
            return self.range(frame, block, pipeline, span, out);
        }
        let value = self.pipeline(frame, pipeline)?;
        let Some(truth) = value.truth() else {
            let note = value.unknown_note();
            return self.uncertain_block(frame, block, Some(value), note, span, out);
        };
        match (truth, block.kind) {
            (true, BlockKind::With) => self.with_dot(frame, value, false, &block.body, out),
            (true, _) => self.walk(frame, &block.body, out),
            (false, _) => self.walk(frame, block.otherwise.as_deref().unwrap_or_default(), out),
        }
    }

    /// Evaluates nodes with another dot.
    pub(super) fn with_dot(
        &mut self,
        frame: &mut Frame,
        dot: Value,
        is_element: bool,
        nodes: &[Node],
        out: &mut TextBuilder,
    ) -> Outcome<Flow> {
        let outer = std::mem::replace(&mut frame.dot, dot);
        let outer_is_element = std::mem::replace(&mut frame.is_element, is_element);
        let flow = self.walk(frame, nodes, out);
        frame.dot = outer;
        frame.is_element = outer_is_element;
        flow
    }

    fn range(
        &mut self,
        frame: &mut Frame,
        block: &Block,
        pipeline: &Pipeline,
        span: Span,
        out: &mut TextBuilder,
    ) -> Outcome<Flow> {
        let outer = frame.variables.len();
        // The variables of a range are set for each element, not to the collection.
        let collection = self.value(frame, pipeline)?;
        if !pipeline.assigns {
            for variable in &pipeline.variables {
                self.declare(frame, variable.name.clone(), Data::Invalid.into());
            }
        }
        let base = frame.variables.len();
        let place = frame.span(pipeline.span);
        let elements: Vec<(Value, Value)> = match &collection.data {
            Data::Unknown => {
                let note = collection.note;
                return self.uncertain_block(frame, block, Some(Value::unknown(note)), note, span, out);
            }
            Data::Invalid | Data::Nil => Vec::new(),
            Data::List(list) => (0..).map(Value::int).zip(list.items.iter().cloned()).collect(),
            Data::Bytes(bytes) => {
                self.step(bytes.len() as u64, place)?;
                (0..).map(Value::int).zip(bytes.iter().copied().map(Value::byte)).collect()
            }
            Data::Map(map) => {
                map.entries().into_iter().map(|(key, value)| (Value::from(key).noted(value.note), value)).collect()
            }
            Data::Files(files) => files.elements(),
            Data::Integer(integer) => {
                if pipeline.variables.len() > 1 {
                    return Err(Failure::new(place, "a number gives one variable to iterate with"));
                }
                let count = integer.value.max(0) as u64;
                self.step(count, place)?;
                let element =
                    |at| Value { data: Data::Integer(Integer { value: at, ..*integer }), note: collection.note };
                (0..i128::from(count)).map(|at| (element(at), element(at))).collect()
            }
            _ => {
                let name = collection.type_name();
                return Err(Failure::new(place, format!("`range` cannot iterate over a value of type {name}")));
            }
        };
        if elements.is_empty() {
            frame.variables.truncate(outer);
            return self.walk(frame, block.otherwise.as_deref().unwrap_or_default(), out);
        }
        let is_counted = matches!(collection.data, Data::Integer(_));
        for (key, element) in elements {
            self.step(1, place)?;
            frame.variables.truncate(base);
            let element = element.noted(collection.note);
            match pipeline.variables.as_slice() {
                [] => {}
                [value] => self.set(frame, &value.name, element.clone(), place)?,
                [index, value, ..] => {
                    self.set(frame, &index.name, key, place)?;
                    self.set(frame, &value.name, element.clone(), place)?;
                }
            }
            let flow = self.with_dot(frame, element, !is_counted, &block.body, out)?;
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    /// Declares a variable.
    pub(super) fn declare(&mut self, frame: &mut Frame, name: EcoString, value: Value) {
        frame.variables.push(Bound { name, value, certainty: self.uncertain.len() });
    }

    /// Sets a variable that was declared. What an uncertain block sets of those outside is not known afterwards.
    pub(super) fn set(&mut self, frame: &mut Frame, name: &str, value: Value, span: Span) -> Outcome<()> {
        let Some(bound) = frame.variables.iter_mut().rev().find(|bound| bound.name == name) else {
            return Err(Failure::new(span, format!("variable `{name}` is not set before it is assigned")));
        };
        let uncertain = self.uncertain.get(bound.certainty..).and_then(<[_]>::first);
        bound.value = uncertain.map_or(value, |note| Value::unknown(*note));
        Ok(())
    }
}
