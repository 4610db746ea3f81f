//! The pipeline, top to bottom.

mod analysis;
mod explain;
mod known;
mod mend;
mod migrate;
mod part;
mod progress;
mod request;
mod settable;

pub use analysis::{Analysis, Settled};
pub use explain::explain;
use mend::propose;
pub use mend::{Changed, Fixed, Mended, mend, mend_more, proved};
pub use migrate::migrate;
pub use part::{Part, UnitFiles, lowered, part};
pub use progress::{Phase, Progress};
pub use request::{Known, Request, ScanError};
pub use settable::{Setting, settable};

use crate::baseline::Baseline;
use crate::discover::{Disk, Tree};
use crate::engine::{self, Catalog, Evaluation};
use crate::environment;
use crate::finding::{self, Judged};
use crate::gate::{self, Evidence};
use crate::model::Text;
use crate::overrides;
use crate::report::Report;
use crate::report_filter::OnlyPaths;
use crate::source::{Sources, Span};
use crate::suppress::Suppressions;
use known::past;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Scans the files below `paths`.
pub fn scan(paths: &[PathBuf], request: &Request, progress: &dyn Progress) -> Result<Report, ScanError> {
    let past = past(paths, request, progress)?;
    progress.begins(Phase::Discover);
    let (tree, given) = if request.only_given {
        let (tree, given) = Disk::around(paths)?;
        (tree, Some(given))
    } else {
        (request.tree(paths)?, None)
    };
    report(&tree.within(&request.scope), request, past.as_ref(), given.as_deref(), progress)
}

/// Scans a tree: lowers its files to resources, judges them, and asks the gate.
pub fn judge(tree: &Tree, request: &Request) -> Result<Report, ScanError> {
    report(tree, request, None, None, &())
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
    finding::fold(&mut judged.findings);
    judged.merge(&sources);
    if let Some(given) = given {
        OnlyPaths::new(given, &sources).apply(&mut judged);
    }
    if request.fixes {
        propose(&mut judged.findings, tree, request, &sources)?;
    }
    let decision = gate::decide(&request.thresholds, Evidence::of(&judged, &sources));
    let asks_for_info = request.asks_for_info();
    Ok(Report { comparison, asks_for_info, ..Report::new(judged, sources, decision) })
}

/// A scan of one tree on its way.
struct Scan<'a> {
    tree: &'a Tree,
    request: &'a Request,
    sources: &'a Sources,
    catalog: &'a Catalog<'a>,
}

impl Scan<'_> {
    /// The findings and inconclusive verdicts, one for each resource and environment, with the suppressed ones marked.
    fn judged(&self, progress: &dyn Progress) -> Judged {
        let Self { tree, request, sources, catalog } = *self;
        progress.begins(Phase::Lower(tree.candidates.len()));
        let mut suppressions = Suppressions::new(tree.files.as_ref(), sources, catalog, &request.suppressing);
        let mut judged = Judged::default();
        for (environment, mut lowered) in environment::each(tree, sources, &request.environments()) {
            if let Some(what) = &request.surroundings {
                lowered.surround(what, Span::new(sources.add_input(what.as_str(), ""), 0, 0));
            }
            progress.begins(Phase::Evaluate(lowered.resources.len()));
            let standing = lowered.resources.iter().filter(|resource| !resource.is_deleted()).count();
            judged.resources = judged.resources.max(standing);
            let workspace = environment.inputs.variables.workspace.as_deref();
            suppressions.read(&lowered);
            let Evaluation { selected, mentioned, newer } =
                engine::evaluate(&lowered, sources, catalog, &suppressions.mentioned());
            let suppressed = suppressions.apply(&selected, &lowered, workspace);
            // Whether a suppression is used does not depend on the choice of checks.
            suppressions.apply(&mentioned, &lowered, workspace);
            judged.newer.extend(newer);
            progress.evaluated(&lowered);
            judged.coverage.take(&lowered, engine::unjudged(&lowered, catalog));
            judged.take(&environment.name, lowered, selected, suppressed, sources);
        }
        if let Some(lowered) = suppressions.resources() {
            let Evaluation { selected, newer, .. } = engine::evaluate(&lowered, sources, catalog, &BTreeSet::new());
            let suppressed = suppressions.apply_configured(&selected, &lowered);
            judged.newer.extend(newer);
            judged.take(&Text::new(), lowered, selected, suppressed, sources);
        }
        judged.settle();
        judged.coverage.settle(sources);
        overrides::apply(&request.overrides, &mut judged.findings, &mut judged.inconclusive, sources);
        judged
    }
}
