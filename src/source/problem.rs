//! What a reader could not make sense of.

use super::Span;
use super::prose::sentence;

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

/// What a problem is about, for those that treat some problems differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Something in the input.
    #[default]
    Input,
    /// Text of the input that its reader cannot make sense of.
    Syntax,
    /// Something that belongs to the input and is elsewhere: it would have to be fetched or generated.
    Elsewhere,
    /// Something that the tool of the format refuses. What it says was evaluated all the same, as far as it goes.
    Refused,
    /// A check that cannot be evaluated: a defect of its page.
    Check,
}

/// One thing a parser, a lowering or the evaluation has to say about the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// What it is about.
    pub kind: ProblemKind,
    /// What, where and what to do: a sentence with a full stop; never Rust's `Debug`.
    pub message: String,
    /// The place at fault.
    pub span: Span,
    /// A second sentence with advice, where there is any.
    pub help: Option<String>,
}

impl Problem {
    /// Something could not be evaluated. The message is made a sentence.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        let (level, kind) = (Level::Error, ProblemKind::default());
        Self { level, kind, message: sentence(&message.into()), span, help: None }
    }

    /// Something was left out or assumed, for the reason given.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(span, message) }
    }

    /// The tool of the format refuses this; here it was evaluated all the same.
    pub fn refused(span: Span, message: impl Into<String>) -> Self {
        Self::warning(span, message).about(ProblemKind::Refused)
    }

    /// Something worth knowing.
    pub fn note(span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::error(span, message) }
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(self, kind: ProblemKind) -> Self {
        Self { kind, ..self }
    }

    /// The problems of a reader, which are about the syntax of its text.
    pub fn of_syntax(problems: Vec<Self>) -> Vec<Self> {
        problems.into_iter().map(|problem| problem.about(ProblemKind::Syntax)).collect()
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(sentence(&help.into()));
        self
    }
}
