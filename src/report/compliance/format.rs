//! The names of the formats of a report by controls.

use std::fmt;
use std::str::FromStr;

/// A format of the report by controls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComplianceFormat {
    /// For people at a terminal.
    #[default]
    Human,
    /// For programs: `docs/compliance.schema.json`.
    Json,
    /// For wikis and comments.
    Markdown,
    /// One file, to read and to print.
    Html,
    /// An in-toto statement with a test result.
    Attestation,
}

impl ComplianceFormat {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 5] = [Self::Human, Self::Json, Self::Markdown, Self::Html, Self::Attestation];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Attestation => "attestation",
        }
    }
}

impl fmt::Display for ComplianceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ComplianceFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is not a format of this report: expected one of {names}")
        })
    }
}
