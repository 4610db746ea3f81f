//! Why a rendering stopped.

use crate::source::Span;
use ecow::EcoString;

/// An error of a template: Helm renders nothing of the chart then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The action at fault.
    pub span: Span,
    /// A sentence without full stop.
    pub message: String,
    /// Whether a limit of ours stopped it, so that Helm might have gone on.
    pub is_limit: bool,
    /// The value that is missing, where that stopped it: the keys that lead to it in the values of the chart.
    pub missing: Option<Vec<EcoString>>,
}

/// A result, or the error that stops the rendering.
pub type Outcome<T> = Result<T, Box<Failure>>;

impl Failure {
    /// An error that Helm reports too.
    pub fn new(span: Span, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { span, message: message.into(), is_limit: false, missing: None })
    }

    /// A limit that was reached.
    pub fn limit(span: Span, what: &str) -> Box<Self> {
        let message = format!("the limit on {what} was reached");
        Box::new(Self { span, message, is_limit: true, missing: None })
    }
}
