//! The pipeline, top to bottom.

use crate::baseline::{Baseline, Comparison, Now};
use crate::discover::{Disk, Revision, RevisionError, Scope, Tree, WalkError};
use crate::engine::{self, Catalog, CustomPage, PolicySet, Selection, Subject, Verdicts};
use crate::environment::{self, Environment, Judged, Pass};
use crate::finding;
use crate::gate::{self, Evidence, Thresholds};
use crate::lower::{self, Inputs};
use crate::model::{Lowered, Text};
use crate::narrow::Narrow;
use crate::overrides::{self, Override};
use crate::report::{Explained, Report};
use crate::source::{LedgerEntry, Level, Sources, Status};
use crate::suppress::migrate::{self, Migration};
use crate::suppress::{Suppressions, Terms};
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
    /// Which suppressions hold.
    pub suppressing: Terms,
    /// When the gate is shut.
    pub thresholds: Thresholds,
    /// What was found before, so that it does not shut the gate.
    pub known: Known,
    /// Whether the whole root is read and judged, but only the paths given are reported on.
    pub only_given: bool,
}

impl Request {
    /// A request in one environment without name.
    pub fn with(inputs: Inputs) -> Self {
        let environment = Environment { inputs, ..Environment::default() };
        Self { environments: vec![environment], ..Self::default() }
    }

    fn catalog(&self, sources: &Sources) -> Result<Catalog<'_>, ScanError> {
        let catalog = Catalog::new(&self.custom, &self.policies, &self.selection, sources);
        catalog.map_err(ScanError::Selection)
    }

    fn environments(&self) -> Cow<'_, [Environment]> {
        if self.environments.is_empty() { vec![Environment::default()].into() } else { (&self.environments).into() }
    }
}

/// What is known before a scan.
#[derive(Clone, Debug, Default)]
pub enum Known {
    /// Nothing.
    #[default]
    Nothing,
    /// What a baseline says.
    Baseline(Baseline),
    /// What is found in the tree of this revision of git.
    Since(String),
}

/// Why there is no report at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The paths cannot be walked.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The tree that new findings are told apart by cannot be had.
    #[error("--new-since: {0}")]
    Revision(#[from] RevisionError),
    /// The choice of checks makes no sense.
    #[error("{0}")]
    Selection(String),
}

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
pub trait Watch {
    /// A phase begins; the one before is over.
    fn begins(&self, phase: Phase);
}

impl Watch for () {
    fn begins(&self, _phase: Phase) {}
}

/// Scans the files below `paths`.
pub fn scan(paths: &[PathBuf], request: &Request, watch: &dyn Watch) -> Result<Report, ScanError> {
    let past = match &request.known {
        Known::Since(reference) => {
            watch.begins(Phase::Past);
            Some(past(paths, request, reference)?)
        }
        Known::Baseline(_) | Known::Nothing => None,
    };
    watch.begins(Phase::Discover);
    if request.only_given {
        let (tree, given) = Disk::around(paths)?;
        return judge_watched(&tree.within(&request.scope), request, past.as_ref(), Some(&given), watch);
    }
    judge_watched(&Disk::tree(paths)?.within(&request.scope), request, past.as_ref(), None, watch)
}

/// What the same scan would have found in the tree of a revision. What could not be read then is no matter now.
fn past(paths: &[PathBuf], request: &Request, reference: &str) -> Result<Baseline, ScanError> {
    let Revision { tree, unreadable } = Revision::of(paths, request.only_given, reference)?;
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let judged = judged(&tree.within(&request.scope), request, &catalog, &sources, &());
    unreadable.check()?;
    Ok(Baseline::of(&judged.verdicts.findings, format!("was there at {reference}")))
}

/// Scans a tree: lowers its files to resources, judges them, and asks the gate.
pub fn judge(tree: &Tree, request: &Request) -> Result<Report, ScanError> {
    judge_watched(tree, request, None, None, &())
}

/// How the verdicts on `subject` came about in the files below `paths`: in the first environment in which there is
/// something to say.
pub fn explain(paths: &[PathBuf], request: &Request, subject: &Subject) -> Result<Explained, ScanError> {
    let tree = Disk::tree(paths)?.within(&request.scope);
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
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

/// What happens in the pass over each environment beside the judging.
struct Passes<'a> {
    watch: &'a dyn Watch,
    suppressions: Suppressions<'a>,
}

impl Pass for Passes<'_> {
    fn begins(&self, resources: usize) {
        self.watch.begins(Phase::Evaluate(resources));
    }

    fn judged(&mut self, environment: &Environment, lowered: &Lowered, verdicts: &mut Verdicts) {
        self.suppressions.mark(verdicts, lowered, environment.inputs.variables.workspace.as_deref());
    }
}

/// How other tools' suppressions below `paths` can be rewritten into ours, in the first environment.
pub fn migrate(tree: &Tree, request: &Request) -> Result<Migration, ScanError> {
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let suppressions = Suppressions::new(tree.files.as_ref(), &sources, &catalog, &request.suppressing);
    let environments = request.environments();
    let inputs = environments.first().map(|environment| environment.inputs.clone()).unwrap_or_default();
    let lowered = lower::lower(tree, &sources, &inputs);
    Ok(migrate::plan(suppressions, &lowered, inputs.variables.workspace.as_deref()))
}

fn judge_watched(
    tree: &Tree,
    request: &Request,
    past: Option<&Baseline>,
    given: Option<&[String]>,
    watch: &dyn Watch,
) -> Result<Report, ScanError> {
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let mut judged = judged(tree, request, &catalog, &sources, watch);
    let baseline = match &request.known {
        Known::Baseline(baseline) => Some(baseline),
        Known::Since(_) | Known::Nothing => past,
    };
    let comparison = baseline.map(|baseline| compare(baseline, &mut judged, tree, request, &catalog, &sources));

    let Judged { verdicts, mut ledger, secrets, resources, census: _ } = judged;
    let Verdicts { findings, inconclusive, problems, checks, newer } = verdicts;

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
        comparison,
        decision,
    })
}

/// The verdicts on a tree, one for each resource and environment.
fn judged(tree: &Tree, request: &Request, catalog: &Catalog<'_>, sources: &Sources, watch: &dyn Watch) -> Judged {
    watch.begins(Phase::Lower(tree.candidates.len()));
    let suppressions = Suppressions::new(tree.files.as_ref(), sources, catalog, &request.suppressing);
    let mut passes = Passes { watch, suppressions };
    let mut judged = environment::judge(tree, sources, catalog, &request.environments(), &mut passes);
    passes.suppressions.tell(&mut judged.verdicts);
    let Verdicts { findings, inconclusive, .. } = &mut judged.verdicts;
    overrides::apply(&request.overrides, findings, inconclusive, sources);
    judged
}

/// Suppresses what is known, before several findings become one: a new instance counts beside a known one.
fn compare(
    baseline: &Baseline,
    judged: &mut Judged,
    tree: &Tree,
    request: &Request,
    catalog: &Catalog<'_>,
    sources: &Sources,
) -> Comparison {
    let Judged { verdicts, ledger, census, .. } = judged;
    let is_read = |entry: &LedgerEntry| matches!(entry.status, Status::Evaluated | Status::Skipped);
    let is_whole = ledger.iter().all(is_read) && verdicts.problems.iter().all(|problem| problem.level != Level::Error);
    let environments: Vec<Text> = request.environments().iter().map(|environment| environment.name.clone()).collect();
    let now = Now {
        files: tree.files.as_ref(),
        starts: &tree.starts,
        census,
        sources,
        checks: &verdicts.checks,
        left_out: &|id| catalog.leaves_out(id, sources),
        inconclusive: &verdicts.inconclusive,
        is_whole,
        environments: &environments,
    };
    baseline.compare(&mut verdicts.findings, &now)
}
