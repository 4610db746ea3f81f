//! Errors of a compilation and of an evaluation.

use crate::model::TraceId;
use crate::source::{Problem, Span};

/// Why an expression cannot be compiled.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    /// What is wrong: a clause without period, in the API server's words where it is not a matter of syntax.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl CompileError {
    /// What is wrong at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span }
    }

    /// Returns it as a problem.
    pub fn problem(&self) -> Problem {
        Problem::error(self.span, self.message.as_str())
    }
}

/// Why an expression has no value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct CelError {
    /// What the API server says.
    pub message: String,
    /// What was evaluated last.
    pub trace: Option<TraceId>,
    /// Whether it ends the evaluation, whatever stands beside: a limit was reached.
    pub is_final: bool,
}

impl CelError {
    /// An error that another operand may make void.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), trace: None, is_final: false }
    }
}
