//! The names of the formats.

use std::fmt;
use std::str::FromStr;

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// One line a finding, for problem matchers.
    Compact,
    /// Everything, for programs: `docs/report.schema.json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands, for annotations of GitHub Actions.
    Github,
    /// Code Quality, for GitLab.
    Gitlab,
    /// A SAST report, for GitLab.
    GitlabSast,
    /// `JUnit` XML, for test reports.
    Junit,
    /// Markdown, for job summaries and comments.
    Markdown,
    /// One page for a browser.
    Html,
    /// Generic issues, for SonarQube.
    Sonarqube,
    /// The Reviewdog Diagnostic Format.
    Rdjson,
    /// Checkstyle XML.
    Checkstyle,
    /// A table for spreadsheets.
    Csv,
}

impl Format {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 14] = [
        Self::Human,
        Self::Compact,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::GitlabSast,
        Self::Junit,
        Self::Markdown,
        Self::Html,
        Self::Sonarqube,
        Self::Rdjson,
        Self::Checkstyle,
        Self::Csv,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Compact => "compact",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::GitlabSast => "gitlab-sast",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Sonarqube => "sonarqube",
            Self::Rdjson => "rdjson",
            Self::Checkstyle => "checkstyle",
            Self::Csv => "csv",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.into_iter().map(Self::name).collect();
            format!("`{text}` is not a format: expected one of {}", names.join(", "))
        })
    }
}
