//! The gate: findings and ledger in, exit code out. It never looks at the output format.

use crate::check::Severity;

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

/// What the gate decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The exit code.
    pub exit: Exit,
    /// One line for people: "closed: 3 findings at or above low".
    pub reason: String,
    /// The threshold that held; `None` for `--fail-on none`.
    pub fail_on: Option<Severity>,
}
