//! Errors of an evaluation.

use crate::model::TraceId;

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
