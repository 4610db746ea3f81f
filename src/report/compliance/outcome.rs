//! From the verdicts of checks to the outcome of a control.

use crate::check::{self, Meta};
use crate::finding::{Finding, Inconclusive, Tally};
use crate::report::Report;
use std::collections::HashSet;

/// What came of a control. Of several that hold, the first one in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A check that covers it failed on a resource.
    Failed,
    /// A check that covers it lacks an input on a resource.
    Inconclusive,
    /// Checks failed, and all of these findings are suppressed, or switched off for their paths.
    Suppressed,
    /// Checks that cover it passed on resources, and came to nothing else.
    Passed,
    /// Checks cover it, and no resource is of a kind that they judge.
    NotApplicable,
    /// Checks cover it, and all of them are switched off.
    SwitchedOff,
    /// No check covers it.
    NotCovered,
}

impl Outcome {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 7] = [
        Self::Failed,
        Self::Inconclusive,
        Self::Suppressed,
        Self::Passed,
        Self::NotApplicable,
        Self::SwitchedOff,
        Self::NotCovered,
    ];

    /// The word for it in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Suppressed => "suppressed",
            Self::Passed => "passed",
            Self::NotApplicable => "not applicable",
            Self::SwitchedOff => "switched off",
            Self::NotCovered => "not covered",
        }
    }
}

/// A control with what the checks that cover it found.
#[derive(Debug)]
pub struct Control<'r> {
    /// The row of the catalog.
    pub row: &'r check::Control,
    /// What came of it.
    pub outcome: Outcome,
    /// The checks that cover it, sorted by id, with how often each came to each result.
    pub checks: Vec<(&'r Meta, Tally)>,
    /// Findings that count. Folded ones are among them: they fail the control whatever tells of them.
    pub failed: Vec<&'r Finding>,
    /// Findings that are suppressed.
    pub suppressed: Vec<&'r Finding>,
    /// Verdicts that could not be given.
    pub inconclusive: Vec<&'r Inconclusive>,
}

impl<'r> Control<'r> {
    /// Collects what the checks `covering` a control found, and decides its outcome.
    pub fn new(
        row: &'r check::Control,
        covering: Vec<&'r Meta>,
        report: &'r Report,
        runs: impl Fn(&Meta) -> bool,
    ) -> Self {
        let ids: HashSet<&str> = covering.iter().map(|check| check.id.as_str()).collect();
        let is_covering = |check: &Meta| ids.contains(check.id.as_str());
        let tally = |check: &Meta| {
            let judged = report.checks.binary_search_by(|evaluated| evaluated.check.id.cmp(&check.id)).ok();
            judged.and_then(|at| report.checks.get(at)).map_or_else(Tally::default, |evaluated| evaluated.tally)
        };
        let findings = report.findings.iter().filter(|finding| is_covering(&finding.check));
        let (suppressed, failed) = findings.partition::<Vec<_>, _>(|finding| finding.suppressed.is_some());
        let inconclusive: Vec<_> = report.inconclusive.iter().filter(|one| is_covering(&one.check)).collect();
        let checks: Vec<_> = covering.into_iter().map(|check| (check, tally(check))).collect();
        let any = |of: fn(&Tally) -> u32| checks.iter().any(|(_, tally)| of(tally) > 0);
        let outcome = if checks.is_empty() {
            Outcome::NotCovered
        } else if !failed.is_empty() {
            Outcome::Failed
        } else if !inconclusive.is_empty() {
            Outcome::Inconclusive
        } else if any(|tally| tally.fail) || any(|tally| tally.inconclusive) {
            Outcome::Suppressed
        } else if any(|tally| tally.pass) {
            Outcome::Passed
        } else if checks.iter().any(|(check, _)| runs(check)) {
            Outcome::NotApplicable
        } else {
            Outcome::SwitchedOff
        };
        Self { row, outcome, checks, failed, suppressed, inconclusive }
    }

    /// How many verdicts of its checks are passes.
    pub fn passes(&self) -> u32 {
        self.checks.iter().map(|(_, tally)| tally.pass).sum()
    }
}
