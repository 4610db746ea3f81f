//! What goes wrong while an expression is evaluated.

use crate::source::Span;
use thiserror::Error;

/// An expression that has no value. `try` and `can` catch it unless it is [`EvalError::fatal`].
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct EvalError {
    /// What is wrong, in one sentence with a period.
    pub message: String,
    /// The sub-expression at fault.
    pub span: Span,
    /// Whether `try` and `can` cannot catch it: an undeclared name, an unknown function, a limit.
    pub fatal: bool,
}

impl EvalError {
    /// An error that `try` and `can` catch.
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span, fatal: false }
    }

    /// An error that nothing catches.
    pub fn fatal(message: impl Into<String>, span: Span) -> Self {
        Self { fatal: true, ..Self::new(message, span) }
    }
}
