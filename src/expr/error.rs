//! What goes wrong while an expression is evaluated.

use crate::model::secrecy::is_sensitive;
use crate::model::{Text, Value};
use crate::source::Span;
use thiserror::Error;

/// What is told of an error that would quote something sensitive.
const HIDDEN: &str = "The expression has no value; the reason is not shown, since an operand is sensitive.";

/// An expression that has no value. `try` and `can` catch it unless it is [`EvalError::fatal`].
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct EvalError {
    /// What is wrong, in one sentence with a period.
    pub message: Text,
    /// The sub-expression at fault.
    pub span: Span,
    /// Whether `try` and `can` cannot catch it: an undeclared name, an unknown function, a limit.
    pub fatal: bool,
    /// The place of the value at fault, where that stands in what a policy judges: its author's mistake, and
    /// not the policy's.
    pub judged: Option<Span>,
}

impl EvalError {
    /// An error that `try` and `can` catch.
    pub fn new(message: impl Into<Text>, span: Span) -> Self {
        Self { message: message.into(), span, fatal: false, judged: None }
    }

    /// An error that nothing catches.
    pub fn fatal(message: impl Into<Text>, span: Span) -> Self {
        Self { fatal: true, ..Self::new(message, span) }
    }

    /// The same error, of an operation on `operands`: at fault is the first of them, or in them, that is there and
    /// not written in the text of the expression itself.
    #[must_use]
    pub fn on<'v>(self, operands: impl IntoIterator<Item = &'v Value> + Clone) -> Self {
        let error = self.hiding(operands.clone());
        let culprit = || operands.into_iter().find_map(|value| place_beyond(value, error.span));
        let judged = error.judged.or_else(culprit);
        Self { judged, ..error }
    }

    /// The same error, with a message that quotes nothing where one of the values that it is about is sensitive.
    #[must_use]
    pub fn hiding<'v>(self, values: impl IntoIterator<Item = &'v Value>) -> Self {
        if values.into_iter().any(is_sensitive) { Self { message: HIDDEN.into(), ..self } } else { self }
    }
}

/// The place of `value`, or of the first value in it, that is there and stands in another text than `span`.
fn place_beyond(value: &Value, span: Span) -> Option<Span> {
    if value.is_null() {
        return None;
    }
    if value.origin.span.source != span.source {
        return Some(value.origin.span);
    }
    value.elements().find_map(|(_, element)| place_beyond(element, span))
}
