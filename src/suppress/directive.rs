//! A suppression as it was read, whoever's words it is written in.

use super::Date;
use super::addresses::Addresses;
use crate::finding::SuppressedBy;
use crate::model::ResourceId;
use crate::source::{Paths, Span};
use globset::GlobMatcher;
use regex::Regex;

/// In whose words a suppression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// `gatelint:ignore`, and entries of our configuration.
    Gatelint,
    /// `checkov:skip=`, `bridgecrew:skip=`, `cortex:skip=` and annotations.
    Checkov,
    /// `trivy:ignore:`, `tfsec:ignore:`, `.trivyignore`.
    Trivy,
    /// `kics-scan`.
    Kics,
    /// `hadolint ignore=`.
    Hadolint,
    /// `ts:skip=` and an annotation.
    Terrascan,
    /// Annotations.
    KubeLinter,
    /// Annotations.
    Polaris,
    /// `# check=skip=`.
    BuildKit,
    /// An annotation.
    KubeScore,
    /// Exceptions.
    Kubescape,
}

impl Syntax {
    /// The tool, as pages name it among their aliases.
    pub fn tool(self) -> &'static str {
        match self {
            Self::Gatelint => "gatelint",
            Self::Checkov => "checkov",
            Self::Trivy => "trivy",
            Self::Kics => "kics",
            Self::Hadolint => "hadolint",
            Self::Terrascan => "terrascan",
            Self::KubeLinter => "kube-linter",
            Self::Polaris => "polaris",
            Self::BuildKit => "buildkit",
            Self::KubeScore => "kube-score",
            Self::Kubescape => "kubescape",
        }
    }
}

/// One suppression.
#[derive(Clone, Debug)]
pub struct Directive {
    /// In whose words.
    pub syntax: Syntax,
    /// What carries it.
    pub by: SuppressedBy,
    /// Where it stands: the words of a comment, the key of an annotation, an entry.
    pub place: Span,
    /// The checks it is about.
    pub checks: Choice,
    /// Why.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Until>,
    /// What it is about.
    pub scope: Scope,
    /// What must hold of the resource and the run.
    pub condition: Condition,
    /// Why it says nothing: it cannot be understood.
    pub fault: Option<Fault>,
}

/// The checks that a suppression is about, in the words of its tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// These.
    Only(Vec<Named>),
    /// All that the tool has, but these.
    AllBut(Vec<Named>),
}

/// A check as it is written: an id, another name, or a glob of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// The last day of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    /// The day.
    pub date: Date,
    /// Where it is written.
    pub span: Span,
}

/// What cannot be understood of a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong and what to write, without a period.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What a suppression is about.
#[derive(Clone, Debug)]
pub enum Scope {
    /// What begins or lies there.
    Places(Vec<Span>),
    /// One object of the model and its parts.
    Object(ResourceId),
    /// What stands in some files and has some address; without globs in any.
    Anywhere {
        /// The files.
        paths: Paths,
        /// The addresses.
        addresses: Addresses,
    },
    /// Kubernetes objects that one of these describes.
    Objects(Vec<Designator>),
}

/// A description of Kubernetes objects: all that is given must fit.
#[derive(Clone, Debug, Default)]
pub struct Designator {
    /// Fields of the object (`kind`, `name`, `namespace`) and labels, with what they must be.
    pub attributes: Vec<(String, Regex)>,
}

/// What must hold besides, for a suppression to count.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// Attributes of the resource or of the block at fault: path and value as text.
    pub attributes: Vec<(String, String)>,
    /// Terraform's workspace, with `*` for any text.
    pub workspace: Option<GlobMatcher>,
}

impl Directive {
    /// A comment about `scope` that names `checks`.
    pub fn comment(syntax: Syntax, place: Span, checks: Choice, scope: Scope) -> Self {
        Self {
            syntax,
            by: SuppressedBy::Comment,
            place,
            checks,
            reason: None,
            owner: None,
            until: None,
            scope,
            condition: Condition::default(),
            fault: None,
        }
    }

    /// The same, which says nothing because of `message` at `span`.
    #[must_use]
    pub fn with_fault(mut self, message: impl Into<String>, span: Span) -> Self {
        self.fault.get_or_insert(Fault { message: message.into(), span });
        self
    }

    /// Whether it is written for gatelint.
    pub fn is_ours(&self) -> bool {
        self.syntax == Syntax::Gatelint
    }

    /// The names that are written.
    pub fn named(&self) -> &[Named] {
        let (Choice::Only(named) | Choice::AllBut(named)) = &self.checks;
        named
    }
}

impl Scope {
    /// What a comment is about that is only about places: nothing where there are none.
    pub fn of(place: Option<Span>) -> Self {
        Self::Places(place.into_iter().collect())
    }
}
