//! The pipeline, top to bottom.

use crate::discover::{Disk, Scope, Tree, WalkError};
use crate::engine::{self, Catalog, CustomPage, PolicySet, Selection, Subject, Verdicts};
use crate::environment::{self, Environment, Judged};
use crate::finding;
use crate::gate::{self, Evidence, Thresholds};
use crate::lower::{self, Inputs};
use crate::narrow::Narrow;
use crate::overrides::{self, Override};
use crate::report::{Explained, Report};
use crate::source::Sources;
use std::borrow::Cow;
use std::path::PathBuf;

/// Everything that decides the result of a scan beside the files.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The environments to judge in; one without name where there is none.
    pub environments: Vec<Environment>,
    /// Which files are judged.
    pub scope: Scope,
    /// Which checks take part.
    pub selection: Selection,
    /// What is decided about checks for some paths only.
    pub overrides: Vec<Override>,
    /// Checks that are not in the binary.
    pub custom: Vec<CustomPage>,
    /// Policies written for Terraform Policy, and values of inputs.
    pub policies: PolicySet,
    /// When the gate is shut.
    pub thresholds: Thresholds,
    /// Whether the whole root is read and judged, but only the paths given are reported on.
    pub only_given: bool,
}

impl Request {
    /// A request in one environment without name.
    pub fn with(inputs: Inputs) -> Self {
        let environment = Environment { inputs, ..Environment::default() };
        Self { environments: vec![environment], ..Self::default() }
    }

    fn environments(&self) -> Cow<'_, [Environment]> {
        if self.environments.is_empty() { vec![Environment::default()].into() } else { (&self.environments).into() }
    }
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
        return judge_watched(&tree.within(&request.scope), request, Some(&given), watch);
    }
    judge_watched(&Disk::tree(paths)?.within(&request.scope), request, None, watch)
}

/// Scans a tree: lowers its files to resources, judges them, and asks the gate.
pub fn judge(tree: &Tree, request: &Request) -> Result<Report, ScanError> {
    judge_watched(tree, request, None, &())
}

/// How the verdicts on `subject` came about in the files below `paths`: in the first environment in which there is
/// something to say.
pub fn explain(paths: &[PathBuf], request: &Request, subject: &Subject) -> Result<Explained, ScanError> {
    let tree = Disk::tree(paths)?.within(&request.scope);
    let sources = Sources::default();
    let catalog = Catalog::new(&request.custom, &request.policies, &request.selection, &sources);
    let catalog = catalog.map_err(ScanError::Selection)?;
    let mut explained = Explained { sensitive: Vec::new(), explanations: Vec::new(), sources };
    for environment in request.environments().iter() {
        let lowered = lower::lower(&tree, &explained.sources, &environment.inputs);
        explained.explanations = engine::explain(&lowered, &explained.sources, &catalog, subject);
        explained.sensitive = lowered.secrets;
        if !explained.explanations.is_empty() {
            break;
        }
    }
    Ok(explained)
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
    let evaluate = |resources| watch.begins(Phase::Evaluate(resources));
    let judged = environment::judge(tree, &sources, &catalog, &request.environments(), &evaluate);

    let Judged { verdicts, mut ledger, secrets, resources } = judged;
    let Verdicts { mut findings, mut inconclusive, problems, checks, newer } = verdicts;
    overrides::apply(&request.overrides, &mut findings, &mut inconclusive, &sources);

    let mut findings = finding::merge(findings, &sources);
    let mut inconclusive = finding::merge_inconclusive(inconclusive, &sources);
    let mut problems = finding::sort_problems(problems, &sources);
    if let Some(given) = given {
        let narrow = Narrow::new(given, &sources);
        narrow.findings(&mut findings);
        narrow.inconclusive(&mut inconclusive);
        narrow.problems(&mut problems);
        narrow.ledger(&mut ledger);
    }

    let evidence = Evidence {
        sources: &sources,
        findings: &findings,
        inconclusive: &inconclusive,
        problems: &problems,
        ledger: &ledger,
    };
    let decision = gate::decide(&request.thresholds, evidence);
    Ok(Report {
        sensitive: secrets,
        resources,
        checks,
        newer,
        sources,
        findings,
        inconclusive,
        problems,
        ledger,
        decision,
    })
}
