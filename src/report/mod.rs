//! Formats of the report, one file each. Each is a function from a [`Report`] to text; none of them
//! decides anything, and only `human` knows miette.

use crate::check::Meta;
use crate::finding::{Finding, Inconclusive};
use crate::gate::Decision;
use crate::source::{LedgerEntry, Problem, Sources, Span};
use std::sync::Arc;

/// Everything a scan found out, in the order of the output.
#[derive(Debug)]
pub struct Report {
    /// The texts that places point into.
    pub sources: Sources,
    /// All checks that took part, fired or not, sorted by id.
    pub checks: Vec<Arc<Meta>>,
    /// Findings, sorted by file, place, check, resource. Suppressed ones are among them.
    pub findings: Vec<Finding>,
    /// Inconclusive verdicts, sorted alike.
    pub inconclusive: Vec<Inconclusive>,
    /// What could not be read or evaluated, sorted by file and place.
    pub problems: Vec<Problem>,
    /// Every candidate file once, sorted by path.
    pub ledger: Vec<LedgerEntry>,
    /// Places in the sources whose text is secret: every format shows `<redacted:N>` there, `N` being the
    /// number of characters. In any order; they may overlap.
    pub sensitive: Vec<Span>,
    /// How many resources were judged.
    pub resources: usize,
    /// The gate's decision.
    pub decision: Decision,
}
