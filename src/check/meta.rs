//! What a check says of itself.

use super::Edition;
use crate::model::Text;
use crate::source::suggestion;
use std::fmt;
use std::str::FromStr;

/// How bad a finding is. Ordered: `Info < Low < … < Critical`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Defence in depth.
    Low,
    /// A weakness that needs another one to be used.
    Medium,
    /// Exploitable, or an outage waiting.
    High,
    /// Open to everyone now.
    Critical,
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|severity| severity.name() == text);
        found.ok_or_else(|| {
            let hint = suggestion(&text.to_lowercase(), Self::ALL.into_iter().map(Self::name));
            format!("`{text}` is not a severity: expected critical, high, medium, low or info{hint}")
        })
    }
}

/// What kind of failure a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the field's")]
pub enum Category {
    PublicExposure,
    AccessControl,
    Isolation,
    EncryptionAtRest,
    EncryptionInTransit,
    Secrets,
    Network,
    Logging,
    Resilience,
    SupplyChain,
    Maintenance,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::PublicExposure,
        Self::AccessControl,
        Self::Isolation,
        Self::EncryptionAtRest,
        Self::EncryptionInTransit,
        Self::Secrets,
        Self::Network,
        Self::Logging,
        Self::Resilience,
        Self::SupplyChain,
        Self::Maintenance,
    ];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PublicExposure => "public-exposure",
            Self::AccessControl => "access-control",
            Self::Isolation => "isolation",
            Self::EncryptionAtRest => "encryption-at-rest",
            Self::EncryptionInTransit => "encryption-in-transit",
            Self::Secrets => "secrets",
            Self::Network => "network",
            Self::Logging => "logging",
            Self::Resilience => "resilience",
            Self::SupplyChain => "supply-chain",
            Self::Maintenance => "maintenance",
        }
    }
}

impl FromStr for Category {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|category| category.name() == text);
        found.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|category| category.name()).collect();
            format!("`{text}` is not a category: expected one of {}", names.join(", "))
        })
    }
}

/// How many of a check's findings the owner of the resource would fix, measured on repositories that nobody here wrote.
/// Ordered: `Low < … < VeryHigh`. The words are those of code scanning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Fewer than half.
    Low,
    /// At least half.
    Medium,
    /// At least three of four.
    High,
    /// At least nine of ten.
    VeryHigh,
}

impl Precision {
    /// All of them, best first.
    pub const ALL: [Self; 4] = [Self::VeryHigh, Self::High, Self::Medium, Self::Low];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::VeryHigh => "very-high",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|precision| precision.name() == text);
        found.ok_or_else(|| format!("`{text}` is not a precision; use very-high, high, medium or low"))
    }
}

/// The front matter of a check, with its prose.
#[derive(Clone, Debug)]
pub struct Meta {
    /// The path in the folder without `.md`: `aws/s3/public-acl`.
    pub id: Text,
    /// Names the failure, in a few words.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What kind of failure it is.
    pub category: Category,
    /// Whether it runs unless asked for.
    pub default_on: bool,
    /// Why it does not run unless asked for, one line.
    pub off_because: Option<String>,
    /// How many of its findings are worth fixing, where that was measured.
    pub precision: Option<Precision>,
    /// Ids of broader checks: where one of them fails on the same thing, a finding is folded into that one.
    pub part_of: Vec<Text>,
    /// The edition it came with.
    pub since: Edition,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// Ids of other tools for the same idea: tool and ids, in page order.
    pub aliases: Vec<(String, Vec<String>)>,
    /// Frameworks and their controls, in page order.
    pub frameworks: Vec<(String, Vec<String>)>,
    /// Where to read on: absolute URLs.
    pub references: Vec<String>,
    /// Why it matters, in Markdown.
    pub rationale: String,
    /// What to do, in Markdown.
    pub fix: String,
    /// Type patterns of its policies, sorted.
    pub targets: Vec<Text>,
}
