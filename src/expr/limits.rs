//! Every limit of evaluation, in one place, and the budget that counts against them.
//!
//! A limit that is reached is a fatal error that names it: `try` and `can` do not catch it, and the
//! value that was asked for is unknown for that reason.

use super::EvalError;
use crate::source::Span;
use std::cell::Cell;

/// Steps (expressions and function calls) of one evaluation.
pub const STEPS: u64 = 20_000_000;
/// Elements of one collection.
pub const ELEMENTS: usize = 1_000_000;
/// Bytes of one string: 16 MiB.
pub const STRING_BYTES: usize = 16 << 20;
/// Elements and string bytes that one evaluation makes in all.
pub const TOTAL: u64 = 128 << 20;
/// Nesting of one evaluation.
pub const DEPTH: u32 = 1024;

/// What one evaluation may still use. Shared by everything that belongs to it.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    total: Cell<u64>,
    depth: Cell<u32>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: Cell::new(STEPS), total: Cell::new(TOTAL), depth: Cell::new(DEPTH) }
    }
}

impl Budget {
    /// A full budget.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses one step and goes one level down; [`Budget::leave`] comes back up.
    pub fn enter(&self, span: Span) -> Result<(), EvalError> {
        let left = self.depth.get().checked_sub(1);
        self.depth.set(left.ok_or_else(|| exceeded("nested evaluations", u64::from(DEPTH), span))?);
        self.steps(1, span)
    }

    /// Comes back up one level.
    pub fn leave(&self) {
        self.depth.set(self.depth.get() + 1);
    }

    /// Uses some steps, as for a function that walks a collection.
    pub fn steps(&self, count: u64, span: Span) -> Result<(), EvalError> {
        take(&self.steps, count).ok_or_else(|| exceeded("evaluation steps", STEPS, span))
    }

    /// Uses room for a collection of `count` elements.
    pub fn elements(&self, count: usize, span: Span) -> Result<(), EvalError> {
        if count > ELEMENTS {
            return Err(exceeded("elements of a collection", ELEMENTS as u64, span));
        }
        // An element takes about as much room as this many bytes of text.
        self.room(count as u64 * 64, span)
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
