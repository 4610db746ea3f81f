//! The pipeline, top to bottom.

mod explain;
mod migrate;
mod progress;
mod request;

pub use explain::explain;
pub use migrate::migrate;
pub use progress::{Phase, Progress};
pub use request::{Known, Request, ScanError};

use crate::baseline::{Baseline, Comparison, CurrentScan};
use crate::discover::{Disk, Revision, Tree};
use crate::engine::{self, Catalog, Verdicts};
use crate::environment::{self, Judged};
use crate::finding;
use crate::gate::{self, Evidence};
use crate::model::Text;
use crate::overrides;
use crate::report::Report;
use crate::report_filter::OnlyPaths;
use crate::source::{LedgerEntry, Level, Sources, Status};
use crate::suppress::Suppressions;
use std::path::PathBuf;

/// Scans the files below `paths`.
pub fn scan(paths: &[PathBuf], request: &Request, progress: &dyn Progress) -> Result<Report, ScanError> {
    let past = match &request.known {
        Known::Since(reference) => Some(past(paths, request, reference, progress)?),
        Known::Baseline(_) | Known::Nothing => None,
    };
    progress.begins(Phase::Discover);
    let (tree, given) = if request.only_given {
        let (tree, given) = Disk::around(paths)?;
        (tree, Some(given))
    } else {
        (Disk::tree(paths)?, None)
    };
    report(&tree.within(&request.scope), request, past.as_ref(), given.as_deref(), progress)
}

/// Scans a tree: lowers its files to resources, judges them, and asks the gate.
pub fn judge(tree: &Tree, request: &Request) -> Result<Report, ScanError> {
    report(tree, request, None, None, &())
}

/// What the same scan would have found in the tree of a revision. What could not be read then is no matter now.
fn past(paths: &[PathBuf], request: &Request, reference: &str, progress: &dyn Progress) -> Result<Baseline, ScanError> {
    progress.begins(Phase::Past);
    let Revision { tree, unreadable } = Revision::of(paths, request.only_given, reference)?;
    let (sources, tree) = (Sources::default(), tree.within(&request.scope));
    let catalog = request.catalog(&sources)?;
    let judged = Scan { tree: &tree, request, sources: &sources, catalog: &catalog }.judged(&());
    unreadable.check()?;
    Ok(Baseline::of(&judged.verdicts.findings, format!("was there at {reference}")))
}

/// From a tree to a report: on all of it, or on the paths `given`; `past` is what a revision knows.
fn report(
    tree: &Tree,
    request: &Request,
    past: Option<&Baseline>,
    given: Option<&[String]>,
    progress: &dyn Progress,
) -> Result<Report, ScanError> {
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let scan = Scan { tree, request, sources: &sources, catalog: &catalog };
    let mut judged = scan.judged(progress);
    let comparison = request.known.baseline().or(past).map(|baseline| scan.compared(baseline, &mut judged));

    let Judged { verdicts, mut ledger, secrets, resources, inventory: _ } = judged;
    let Verdicts { findings, inconclusive, problems, checks, newer } = verdicts;
    let mut findings = finding::merge(findings, &sources);
    let mut inconclusive = finding::merge_inconclusive(inconclusive, &sources);
    let mut problems = finding::sort_problems(problems, &sources);
    if let Some(given) = given {
        let report_filter = OnlyPaths::new(given, &sources);
        report_filter.findings(&mut findings);
        report_filter.inconclusive(&mut inconclusive);
        report_filter.problems(&mut problems);
        report_filter.ledger(&mut ledger);
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

/// A scan of one tree on its way.
struct Scan<'a> {
    tree: &'a Tree,
    request: &'a Request,
    sources: &'a Sources,
    catalog: &'a Catalog<'a>,
}

impl Scan<'_> {
    /// The verdicts, one for each resource and environment, with those that are suppressed marked.
    fn judged(&self, progress: &dyn Progress) -> Judged {
        let Self { tree, request, sources, catalog } = *self;
        progress.begins(Phase::Lower(tree.candidates.len()));
        let mut suppressions = Suppressions::new(tree.files.as_ref(), sources, catalog, &request.suppressing);
        let mut judged = Judged::default();
        for (environment, lowered) in environment::each(tree, sources, &request.environments()) {
            progress.begins(Phase::Evaluate(lowered.resources.len()));
            let mut verdicts = engine::evaluate(&lowered, sources, catalog);
            suppressions.mark(&mut verdicts, &lowered, environment.inputs.variables.workspace.as_deref());
            judged.take(environment, lowered, verdicts, sources);
        }
        judged.settle();
        suppressions.tell(&mut judged.verdicts);
        let Verdicts { findings, inconclusive, .. } = &mut judged.verdicts;
        overrides::apply(&request.overrides, findings, inconclusive, sources);
        judged
    }

    /// Suppresses what is known, before several findings become one: a new instance counts beside a known one.
    fn compared(&self, baseline: &Baseline, judged: &mut Judged) -> Comparison {
        let Judged { verdicts, ledger, inventory, .. } = judged;
        let is_read = |entry: &LedgerEntry| matches!(entry.status, Status::Evaluated | Status::Skipped);
        let has_errors = verdicts.problems.iter().any(|problem| problem.level == Level::Error);
        let environments = self.request.environments();
        let environments: Vec<Text> = environments.iter().map(|environment| environment.name.clone()).collect();
        let now = CurrentScan {
            files: self.tree.files.as_ref(),
            starts: &self.tree.starts,
            inventory,
            sources: self.sources,
            checks: &verdicts.checks,
            left_out: &|id| self.catalog.leaves_out(id, self.sources),
            inconclusive: &verdicts.inconclusive,
            is_whole: !has_errors && ledger.iter().all(is_read),
            environments: &environments,
        };
        baseline.compare(&mut verdicts.findings, &now)
    }
}
