//! The gate: findings and ledger in, exit code out. It never looks at the output format.

use crate::check::Severity;
use crate::finding::Finding;
use crate::source::{LedgerEntry, Level, Problem, Status};

/// The process's exit code, DESIGN §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything was evaluated, nothing at or above the threshold.
    Open = 0,
    /// 1: findings at or above the threshold.
    Findings = 1,
    /// 2: wrong usage, broken configuration, or a defect of gatelint.
    Usage = 2,
    /// 3: nothing to scan was found.
    Nothing = 3,
    /// 4: no such findings, but the scan is incomplete.
    Incomplete = 4,
}

/// When the gate is shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Findings at least that bad shut it; `None` for none.
    pub fail_on: Option<Severity>,
    /// Whether what was skipped for a stated reason counts as incomplete.
    pub require_complete: bool,
    /// Whether it is fine that nothing was there to evaluate, as of changed files that hold nothing to judge.
    pub allow_nothing: bool,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { fail_on: Some(Severity::Low), require_complete: false, allow_nothing: false }
    }
}

/// What the gate decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The exit code.
    pub exit: Exit,
    /// One line for people: "shut: 3 findings at or above low".
    pub reason: String,
    /// The threshold that held; `None` for `--fail-on none`.
    pub fail_on: Option<Severity>,
}

/// Decides.
pub fn decide(thresholds: &Thresholds, findings: &[Finding], problems: &[Problem], ledger: &[LedgerEntry]) -> Decision {
    let fail_on = thresholds.fail_on;
    let counts = |finding: &&Finding| {
        finding.suppressed.is_none() && fail_on.is_some_and(|threshold| finding.severity >= threshold)
    };
    let shutting = findings.iter().filter(counts).count();
    let with = |wanted: &[Status]| ledger.iter().filter(|entry| wanted.contains(&entry.status)).count();
    let unread = with(&[Status::Failed, Status::Partial]);
    let skipped = with(&[Status::Skipped]);
    let errors = problems.iter().filter(|problem| problem.level == Level::Error).count();
    let decision = |exit, reason| Decision { exit, reason, fail_on };
    if let Some(threshold) = fail_on.filter(|_| shutting > 0) {
        return decision(Exit::Findings, format!("shut: {} at or above {threshold}", counted(shutting, "finding")));
    }
    if ledger.len() == skipped && !thresholds.allow_nothing {
        let reason = match skipped {
            0 => "shut: nothing to scan was found".to_owned(),
            _ => format!("shut: nothing was evaluated, {} skipped", counted(skipped, "file")),
        };
        return decision(Exit::Nothing, reason);
    }
    if unread > 0 || errors > 0 {
        let reason = match unread {
            0 => format!("shut: {} left something unevaluated", counted(errors, "problem")),
            _ => format!("shut: {} could not be read whole", counted(unread, "file")),
        };
        return decision(Exit::Incomplete, reason);
    }
    if thresholds.require_complete && skipped > 0 {
        return decision(
            Exit::Incomplete,
            format!("shut: {} skipped and completeness is required", counted(skipped, "file")),
        );
    }
    decision(Exit::Open, "open".to_owned())
}

/// "1 finding", "2 findings".
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
