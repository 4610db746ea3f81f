//! What the evaluation found out: findings and inconclusive verdicts.

use crate::check::{Meta, Severity};
use crate::model::{Cause, Text};
use crate::source::Span;
use std::sync::Arc;

/// A fail: one check on one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: Arc<Meta>,
    /// How bad it is: the check's own severity unless the configuration changed it.
    pub severity: Severity,
    /// What is wrong, one sentence with a period; sensitive values redacted.
    pub message: String,
    /// Address of the resource.
    pub resource: Text,
    /// Addresses of further resources with the same cause at the same place (instances, callers,
    /// overlays), sorted; `resource` is not among them.
    pub also: Vec<Text>,
    /// The value at fault, or the header of the block that lacks it.
    pub place: Span,
    /// The block, document or instruction that was judged.
    pub block: Span,
    /// Attribute path of the value in the resource: `ingress[0].cidr_blocks`; empty for the resource itself.
    pub path: Text,
    /// The way of the value, nearest first, then other places that matter.
    pub labels: Vec<Label>,
    /// Identity over time: 16 lower-case hex digits of check, resource and path.
    pub fingerprint: String,
    /// Why it does not count, when it is suppressed.
    pub suppressed: Option<Suppressed>,
}

/// A further place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What is there: "default of variable `acl`".
    pub message: String,
    /// Where.
    pub span: Span,
    /// Whether it is a step on the way of the value; else it is another place that matters.
    pub hop: bool,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The comment or annotation, where it stands in a source; none when the configuration did it.
    pub span: Option<Span>,
    /// The reason given.
    pub reason: Option<String>,
    /// What did it: `comment`, `config`, `annotation`, `baseline`.
    pub by: &'static str,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds, as `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// A verdict that could not be given.
#[derive(Clone, Debug)]
pub struct Inconclusive {
    /// The check.
    pub check: Arc<Meta>,
    /// Address of the resource.
    pub resource: Text,
    /// The value that is not known, in the resource.
    pub place: Span,
    /// The inputs that are missing, with the places where they would be set.
    pub because: Vec<Cause>,
}
