//! Every limit of evaluation, in one place, and the budget that counts against them.
//!
//! A limit that is reached is a fatal error that names it: `try` and `can` do not catch it, and the
//! value that was asked for is unknown for that reason.

use super::EvalError;
use crate::go::re2;
use crate::limits::evaluation::{
    BYTES_PER_STEP, ELEMENTS_PER_STEP, FILE_STEPS, PATTERNS, STEPS_PER_BYTE, TOTAL_PER_BYTE,
};
pub use crate::limits::evaluation::{
    DEEP, DEPTH, DOCUMENT_BYTES, ELEMENTS, LEAST_POLICY_STEPS, LEAST_STEPS, POLICY_STEPS, SHARED_POLICY_STEPS,
    SHARED_STEPS, STATEMENTS, STEPS, STRING_BYTES, SYMBOL_BYTES, TOTAL, VALUE_DEPTH,
};
use crate::model::{Data, Value};
use crate::source::Span;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// What one evaluation may still use. Shared by everything that belongs to it.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    /// The steps that messages name.
    allowed: u64,
    total: Cell<u64>,
    depth: Cell<u32>,
    deepest: u32,
    /// The patterns that were compiled.
    patterns: RefCell<HashSet<Box<str>>>,
}

/// One level down, for as long as it lives.
#[derive(Debug)]
pub struct Level<'a>(&'a Budget);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.depth.set(self.0.depth.get() + 1);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: Cell::new(STEPS),
            allowed: STEPS,
            total: Cell::new(TOTAL),
            depth: Cell::new(DEPTH),
            deepest: DEPTH,
            patterns: RefCell::default(),
        }
    }
}

impl Budget {
    /// A full budget.
    pub fn new() -> Self {
        Self::default()
    }

    /// A budget for evaluations on a thread with a stack of at least 128 MiB, where references nest.
    pub fn deep() -> Self {
        Self { depth: Cell::new(DEEP), deepest: DEEP, ..Self::default() }
    }

    /// A budget for one policy on one resource.
    pub fn policy() -> Self {
        Self::default().with_steps(POLICY_STEPS)
    }

    /// A budget for one policy on one of so many resources.
    pub fn policy_on(resources: usize) -> Self {
        let share = SHARED_POLICY_STEPS / resources.max(1) as u64;
        Self::default().with_steps(share.clamp(LEAST_POLICY_STEPS, POLICY_STEPS))
    }

    /// A budget for the evaluation of a policy on one resource once more, with a trace: for each of its expressions,
    /// and for what was tried in vain.
    pub fn trace() -> Self {
        Self::default().with_steps(2 * POLICY_STEPS)
    }

    /// The share of one unit, where there are so many.
    #[must_use]
    pub fn shared_by(self, units: usize) -> Self {
        self.with_steps((SHARED_STEPS / units.max(1) as u64).clamp(LEAST_STEPS, STEPS))
    }

    fn with_steps(self, steps: u64) -> Self {
        Self { steps: Cell::new(steps), allowed: steps, ..self }
    }

    /// Grants what a source of `bytes` may use beyond the base, so that large inputs are not cut short.
    pub fn allow_source(&self, bytes: usize) {
        let bytes = bytes as u64;
        self.steps.set(self.steps.get().saturating_add(bytes * STEPS_PER_BYTE));
        self.total.set(self.total.get().saturating_add(bytes * TOTAL_PER_BYTE));
    }

    /// Uses one step and goes one level down, until the result is dropped.
    #[inline]
    pub fn enter(&self, span: Span) -> Result<Level<'_>, EvalError> {
        self.steps(1, span)?;
        let left = self.depth.get().checked_sub(1);
        self.depth.set(left.ok_or_else(|| exceeded("nested evaluations", u64::from(self.deepest), span))?);
        Ok(Level(self))
    }

    /// Uses some steps, as for a function that walks a collection.
    #[inline]
    pub fn steps(&self, count: u64, span: Span) -> Result<(), EvalError> {
        take(&self.steps, count).ok_or_else(|| exceeded("evaluation steps", self.allowed, span))
    }

    /// Uses the steps of reading a text of so many bytes.
    pub fn text(&self, bytes: usize, span: Span) -> Result<(), EvalError> {
        self.steps(bytes as u64 / BYTES_PER_STEP, span)
    }

    /// Uses the steps of opening and reading a file of so many bytes.
    pub fn file(&self, bytes: usize, span: Span) -> Result<(), EvalError> {
        self.steps(FILE_STEPS, span)?;
        self.text(bytes, span)
    }

    /// Uses the steps of walking over values once, with all that is in them.
    pub fn walk<'v>(&self, values: impl IntoIterator<Item = &'v Value>, span: Span) -> Result<(), EvalError> {
        let (mut left, mut steps) = (ELEMENTS, 0);
        for value in values {
            weigh(value, &mut left, &mut steps);
        }
        self.steps(steps + ((ELEMENTS - left) / ELEMENTS_PER_STEP) as u64, span)
    }

    /// Uses the steps of walking over the fields of objects, and over the elements of each.
    pub fn walk_fields(&self, objects: &[Value], span: Span) -> Result<(), EvalError> {
        let count = |value: &Value| value.as_items().map_or(1, <[Value]>::len);
        let fields = objects.iter().filter_map(Value::as_mapping).flat_map(|mapping| &mapping.entries);
        let elements: usize = fields.map(|(_, value)| count(value)).sum();
        self.steps((elements / ELEMENTS_PER_STEP) as u64, span)
    }

    /// Uses the steps of compiling a pattern, which takes them once while few patterns are in use.
    pub fn pattern(&self, pattern: &str, span: Span) -> Result<(), EvalError> {
        let mut patterns = self.patterns.borrow_mut();
        if patterns.contains(pattern) {
            return Ok(());
        }
        if patterns.len() < PATTERNS {
            patterns.insert(pattern.into());
        }
        self.steps(re2::cost(pattern), span)
    }

    /// Uses room for a collection of `count` elements.
    pub fn elements(&self, count: usize, span: Span) -> Result<(), EvalError> {
        if count > ELEMENTS {
            return Err(exceeded("elements of a collection", ELEMENTS as u64, span));
        }
        // An element takes about as much room as this many bytes of text.
        self.room(count as u64 * 64, span)
    }

    /// Refuses a value that unfolds to too many elements, or nests too deeply. Values share their parts,
    /// so that little room can hold more elements than anything could walk.
    pub fn unfolds(&self, value: &Value, span: Span) -> Result<(), EvalError> {
        if !matches!(value.data, Data::Sequence(_) | Data::Mapping(_)) {
            return Ok(());
        }
        let mut left = ELEMENTS;
        let fits = count_down(value, &mut left, VALUE_DEPTH);
        // Walking is that much cheaper than evaluating.
        self.steps((ELEMENTS - left) as u64 / 32, span)?;
        if fits { Ok(()) } else { Err(exceeded("nested elements of a value", ELEMENTS as u64, span)) }
    }

    /// Uses the room and the steps of a policy document of `count` bytes, which is put together and read.
    pub fn document(&self, count: usize, span: Span) -> Result<(), EvalError> {
        if count > DOCUMENT_BYTES {
            return Err(exceeded("bytes of a policy document", DOCUMENT_BYTES as u64, span));
        }
        self.bytes(count, span)?;
        self.text(count * 16, span)
    }

    /// Uses room for a string of `count` bytes.
    pub fn bytes(&self, count: usize, span: Span) -> Result<(), EvalError> {
        if count > STRING_BYTES {
            return Err(exceeded("bytes of a string", STRING_BYTES as u64, span));
        }
        self.room(count as u64, span)
    }

    fn room(&self, count: u64, span: Span) -> Result<(), EvalError> {
        take(&self.total, count).ok_or_else(|| exceeded("bytes of all values of an evaluation", TOTAL, span))
    }
}

/// Takes the elements of a value from those that are left; false when there are too few, or too many
/// levels of them.
fn count_down(value: &Value, left: &mut usize, depth: u32) -> bool {
    let (count, items): (usize, &mut dyn Iterator<Item = &Value>) = match &value.data {
        Data::Sequence(sequence) => (sequence.items.len(), &mut sequence.items.iter()),
        Data::Mapping(mapping) => (mapping.entries.len(), &mut mapping.entries.iter().map(|(_, value)| value)),
        _ => return true,
    };
    let Some(rest) = left.checked_sub(count).filter(|_| depth > 0) else { return false };
    *left = rest;
    for item in items {
        if !count_down(item, left, depth - 1) {
            return false;
        }
    }
    true
}

/// Adds the steps of the texts and large numbers in a value, and takes its elements from those that are left.
fn weigh(value: &Value, left: &mut usize, steps: &mut u64) {
    match &value.data {
        Data::String(text) => *steps += text.len() as u64 / BYTES_PER_STEP,
        Data::Number(number) => *steps += number.cost(),
        Data::Sequence(sequence) => {
            *left = left.saturating_sub(sequence.items.len());
            for item in &sequence.items {
                if *left > 0 {
                    weigh(item, left, steps);
                }
            }
        }
        Data::Mapping(mapping) => {
            *left = left.saturating_sub(mapping.entries.len());
            for (_, item) in &mapping.entries {
                if *left > 0 {
                    weigh(item, left, steps);
                }
            }
        }
        _ => {}
    }
}

#[inline]
fn take(left: &Cell<u64>, count: u64) -> Option<()> {
    left.set(left.get().checked_sub(count)?);
    Some(())
}

/// The error of a limit.
pub fn exceeded(name: &str, limit: u64, span: Span) -> EvalError {
    EvalError::fatal(
        format!("The limit of {limit} {name} was reached. Split the expression or shrink its input."),
        span,
    )
}
