//! Why a rendering stopped.

use crate::source::Span;

/// An error of a template: Helm renders nothing of the chart then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The action at fault.
    pub span: Span,
    /// A sentence without full stop.
    pub message: String,
    /// Whether a limit of ours stopped it, so that Helm might have gone on.
    pub is_limit: bool,
}

/// A result, or the error that stops the rendering.
pub type Outcome<T> = Result<T, Box<Failure>>;

impl Failure {
    /// An error that Helm reports too.
    pub fn new(span: Span, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { span, message: message.into(), is_limit: false })
    }

    /// A limit that was reached.
    pub fn limit(span: Span, what: &str) -> Box<Self> {
        Box::new(Self { span, message: format!("the limit on {what} was reached"), is_limit: true })
    }
}
