//! How far a scan is, for those who look on.

use crate::model::Lowered;

/// What a scan is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Find the files.
    Discover,
    /// Do all of it with the files of an older revision.
    Past,
    /// Read, parse and lower that many candidates.
    Lower(usize),
    /// Judge that many resources.
    Evaluate(usize),
    /// Write the reports of that many findings, which is the caller's to do.
    Report(usize),
}

/// Someone who looks on, to show how far a scan is. It changes nothing.
pub trait Progress {
    /// A phase begins; the one before is over.
    fn begins(&self, phase: Phase);

    /// The model of one environment was evaluated, and will be dropped.
    fn evaluated(&self, _model: &Lowered) {}
}

impl Progress for () {
    fn begins(&self, _phase: Phase) {}
}
