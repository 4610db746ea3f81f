//! What a reader could not make sense of.

use super::Span;

/// How bad a problem is for the completeness of the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; everything was still evaluated.
    Note,
    /// Something was left out or assumed for a reason that is stated; the scan is complete.
    Warning,
    /// Something could not be evaluated: the file is `partial` or `failed`, and the gate exits 4.
    Error,
}

impl Level {
    /// The word for it, as compilers, SARIF and editors have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing a parser, a lowering or the evaluation has to say about the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// What, where and what to do, in one sentence; never Rust's `Debug`.
    pub message: String,
    /// The place at fault.
    pub span: Span,
    /// A second sentence with advice, where there is any.
    pub help: Option<String>,
}

impl Problem {
    /// Something could not be evaluated.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Error, message: message.into(), span, help: None }
    }

    /// Something was left out or assumed, for the reason given.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(span, message) }
    }

    /// Something worth knowing.
    pub fn note(span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::error(span, message) }
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
