//! The files that are judged, of all that are found.

use super::Tree;
use crate::source::{LedgerEntry, Paths, Status};

/// Which candidates are judged.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only these, where there is any.
    pub include: Paths,
    /// Not these.
    pub exclude: Paths,
}

impl Tree {
    /// Leaves out the candidates outside of `scope`; they stand in the ledger with the reason. They are still read
    /// where others refer to them, as to a module.
    #[must_use]
    pub fn within(mut self, scope: &Scope) -> Self {
        self.candidates.retain(|candidate| {
            let reason = if scope.exclude.matches(&candidate.path) {
                "excluded by the configuration"
            } else if !scope.include.is_empty() && !scope.include.matches(&candidate.path) {
                "not included by the configuration"
            } else {
                return true;
            };
            let entry = LedgerEntry::stopped(candidate.path.as_str(), candidate.kind, Status::Skipped, reason);
            self.left_out.push(entry);
            false
        });
        self
    }
}
