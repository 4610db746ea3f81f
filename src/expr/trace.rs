//! The trace of an evaluation: what was read, and which operands decided each result.
//!
//! Owns the nodes, which an evaluator adds when it is asked to keep a trace. A node has the place of an expression and
//! edges to the nodes that its result is owed to; a value names its node ([`Value::trace`]). Knows no language and no
//! resources: what a name stands for, and where a value was written, is for whoever reads the trace.

use crate::model::{Step, Text, TraceId, Value};
use crate::source::Span;
use std::cell::{Ref, RefCell};
use std::num::NonZeroU32;

/// One result of an evaluation.
#[derive(Debug)]
pub struct TraceNode {
    /// The expression that gave it.
    pub span: Span,
    /// What it is owed to.
    pub owed: Owed,
}

/// What a result is owed to.
#[derive(Debug)]
pub enum Owed {
    /// A name was read, and its value is the scope's.
    Name(Text),
    /// A name was read that is bound to the result of another node.
    Bound(TraceId),
    /// An attribute or an element was read.
    Step {
        /// What it was read from.
        base: Option<TraceId>,
        /// Which one.
        step: Step,
        /// What said which one, unless that is written as a name.
        key: Option<TraceId>,
        /// What was there; null when it is absent.
        value: Value,
    },
    /// One element of a collection that was walked.
    Element {
        /// The collection.
        of: Option<TraceId>,
        /// Which element.
        step: Step,
        /// The element as it stands in the collection.
        value: Value,
    },
    /// Nothing was read: a key or an index that a walk counted out.
    Given(Value),
    /// One of several results was passed on as it is.
    Choice {
        /// That one.
        chosen: Option<TraceId>,
        /// What chose it.
        because: Option<TraceId>,
    },
    /// The first of several results that can be had was passed on as it is.
    FirstValid {
        /// That one.
        value: Value,
        /// What was tried, that one included.
        tried: Box<[TraceId]>,
    },
    /// A truth: these operands give it, whatever the others are.
    Decided(Box<[TraceId]>),
    /// Anything else that was computed, of these operands.
    Computed(Box<[TraceId]>),
}

/// The nodes of one or several evaluations.
#[derive(Debug, Default)]
pub struct Trace {
    nodes: RefCell<Vec<TraceNode>>,
    /// The results so far of the expressions in each expression that is being evaluated.
    operands: RefCell<Vec<TraceId>>,
}

/// A number of operands that were there before.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

impl Trace {
    /// Adds a node.
    pub fn add(&self, span: Span, owed: Owed) -> Option<TraceId> {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(TraceNode { span, owed });
        u32::try_from(nodes.len()).ok().and_then(NonZeroU32::new).map(TraceId)
    }

    /// Returns a node; `None` for one of another trace.
    pub fn node(&self, id: TraceId) -> Option<Ref<'_, TraceNode>> {
        let at = usize::try_from(id.0.get()).ok()? - 1;
        Ref::filter_map(self.nodes.borrow(), |nodes| nodes.get(at)).ok()
    }

    /// Returns how many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    /// Returns whether nothing has been evaluated.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all nodes but the first `length`, which no value may name any more.
    pub fn truncate(&self, length: usize) {
        self.nodes.borrow_mut().truncate(length);
    }

    /// Adds a node for the element `item` of `collection` that is there at `step`.
    pub fn element(&self, collection: &Value, step: Step, item: &Value, span: Span) -> Option<TraceId> {
        let value = Value { sensitive: item.sensitive || collection.sensitive, ..item.clone() };
        self.add(span, Owed::Element { of: collection.trace, step, value })
    }

    /// Begins an expression: what is evaluated from now on belongs to it.
    pub(super) fn begin(&self) -> Mark {
        Mark(self.operands.borrow().len())
    }

    /// Notes a result as an operand of the expression that is being evaluated.
    pub(super) fn operand(&self, id: Option<TraceId>) {
        self.operands.borrow_mut().extend(id);
    }

    /// Ends an expression and returns the results of the expressions in it, in order.
    pub(super) fn end(&self, since: Mark) -> Box<[TraceId]> {
        let mut operands = self.operands.borrow_mut();
        let start = since.0.min(operands.len());
        operands.drain(start..).collect()
    }
}
