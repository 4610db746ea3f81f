//! The pipeline, top to bottom.

use crate::discover::{Disk, Tree, WalkError};
use crate::engine::{self, Catalog, CustomPage, PolicySet, Selection, Subject};
use crate::finding;
use crate::gate::{self, Thresholds};
use crate::lower::{self, Inputs};
use crate::narrow::Narrow;
use crate::report::{Explained, Report};
use crate::source::Sources;
use std::path::PathBuf;

/// Everything that decides the result of a scan beside the files.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Values from outside: variables, build arguments.
    pub inputs: Inputs,
    /// Which checks take part.
    pub selection: Selection,
    /// Checks that are not in the binary.
    pub custom: Vec<CustomPage>,
    /// Policies written for Terraform Policy, and values of inputs.
    pub policies: PolicySet,
    /// When the gate is shut.
    pub thresholds: Thresholds,
    /// Whether the whole root is read and judged, but only the paths given are reported on.
    pub only_given: bool,
}

/// Why there is no report at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The paths cannot be walked.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The choice of checks makes no sense.
    #[error("{0}")]
    Selection(String),
}

/// What a scan is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Find the files.
    Discover,
    /// Read, parse and lower that many candidates.
    Lower(usize),
    /// Judge that many resources.
    Evaluate(usize),
    /// Write the reports of that many findings, which is the caller's to do.
    Report(usize),
}

/// Someone who looks on, to show how far a scan is. It changes nothing.
pub trait Watch {
    /// A phase begins; the one before is over.
    fn begins(&self, phase: Phase);
}

impl Watch for () {
    fn begins(&self, _phase: Phase) {}
}

/// Scans the files below `paths`.
pub fn scan(paths: &[PathBuf], request: &Request, watch: &dyn Watch) -> Result<Report, ScanError> {
    watch.begins(Phase::Discover);
    if request.only_given {
        let (tree, given) = Disk::around(paths)?;
        return judge_watched(&tree, request, Some(&given), watch);
    }
    judge_watched(&Disk::tree(paths)?, request, None, watch)
}

/// Scans a tree: lowers its files to resources, judges them, and asks the gate.
pub fn judge(tree: &Tree, request: &Request) -> Result<Report, ScanError> {
    judge_watched(tree, request, None, &())
}

/// How the verdicts on `subject` came about in the files below `paths`.
pub fn explain(paths: &[PathBuf], request: &Request, subject: &Subject) -> Result<Explained, ScanError> {
    let tree = Disk::tree(paths)?;
    let sources = Sources::default();
    let catalog = Catalog::new(&request.custom, &request.policies, &request.selection, &sources);
    let catalog = catalog.map_err(ScanError::Selection)?;
    let lowered = lower::lower(&tree, &sources, &request.inputs);
    let explanations = engine::explain(&lowered, &sources, &catalog, subject);
    Ok(Explained { sensitive: lowered.secrets, sources, explanations })
}

fn judge_watched(
    tree: &Tree,
    request: &Request,
    given: Option<&[String]>,
    watch: &dyn Watch,
) -> Result<Report, ScanError> {
    let sources = Sources::default();
    let catalog = Catalog::new(&request.custom, &request.policies, &request.selection, &sources);
    let catalog = catalog.map_err(ScanError::Selection)?;
    watch.begins(Phase::Lower(tree.candidates.len()));
    let mut lowered = lower::lower(tree, &sources, &request.inputs);
    watch.begins(Phase::Evaluate(lowered.resources.len()));
    let verdicts = engine::evaluate(&lowered, &sources, &catalog);

    let mut findings = finding::merge(verdicts.findings, &sources);
    let mut inconclusive = finding::merge_inconclusive(verdicts.inconclusive, &sources);
    let mut problems = finding::sort_problems(lowered.problems.drain(..).chain(verdicts.problems).collect(), &sources);
    let mut ledger = std::mem::take(&mut lowered.ledger);
    ledger.sort();
    if let Some(given) = given {
        let narrow = Narrow::new(given, &sources);
        narrow.findings(&mut findings);
        narrow.inconclusive(&mut inconclusive);
        narrow.problems(&mut problems);
        narrow.ledger(&mut ledger);
    }

    let decision = gate::decide(&request.thresholds, &findings, &problems, &ledger);
    Ok(Report {
        sensitive: std::mem::take(&mut lowered.secrets),
        resources: lowered.resources.len(),
        checks: verdicts.checks,
        sources,
        findings,
        inconclusive,
        problems,
        ledger,
        decision,
    })
}
