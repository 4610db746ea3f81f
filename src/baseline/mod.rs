//! What was found before, so that only what is new shuts the gate.
//!
//! Owns the file of known findings, that of Checkov, and the comparison with a scan: what is known, what is fixed,
//! what is new. Knows findings by their [`Identity`] only: no line, no message. Reads no files itself.

mod checkov;
mod compare;
mod file;

pub use compare::{Comparison, CurrentScan, is_known};
pub use file::BaselineError;

use crate::finding::{Finding, Identity};
use checkov::Covered;

/// What was found before.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Each finding; those that share an identity as often as they were found.
    entries: Vec<Identity>,
    /// What Checkov says to have found: any number of findings each.
    covered: Vec<Covered>,
    /// What is said of a finding that is known: "known in `baseline.jsonl`".
    reason: String,
}

impl Baseline {
    /// Reads a file of known findings, ours or a `.checkov.baseline`, that lies in the directory `directory`, counted
    /// from the root of the scan. `reason` is said of what is known.
    pub fn read(text: &str, directory: &str, reason: impl Into<String>) -> Result<Self, BaselineError> {
        let (entries, covered) = match checkov::read(text, directory) {
            Some(covered) => (Vec::new(), covered),
            None => (file::read(text)?, Vec::new()),
        };
        Ok(Self { entries, covered, reason: reason.into() })
    }

    /// The findings of another scan that count. `reason` is said of what is known.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>, reason: impl Into<String>) -> Self {
        let live = findings.into_iter().filter(|finding| finding.suppressed.is_none());
        Self {
            entries: live.map(|finding| finding.identity.clone()).collect(),
            covered: Vec::new(),
            reason: reason.into(),
        }
    }

    /// Whether it is a file of another tool, which is read but never written.
    pub fn is_foreign(&self) -> bool {
        !self.covered.is_empty()
    }
}

/// The text of a file that holds `entries`, which are sorted by it.
pub fn write(entries: Vec<Identity>) -> String {
    file::write(entries)
}
