//! What is known before a scan: what a baseline lists, or what the same scan would have found in a revision.

use super::{Known, Phase, Progress, Request, Scan, ScanError};
use crate::baseline::{Baseline, Comparison, CurrentScan};
use crate::discover::Revision;
use crate::finding::Judged;
use crate::model::Text;
use crate::source::Sources;
use std::path::PathBuf;

/// What the same scan would have found in the tree of a revision, where one is asked for. What could not be read then is
/// no matter now.
pub(super) fn past(
    paths: &[PathBuf],
    request: &Request,
    progress: &dyn Progress,
) -> Result<Option<Baseline>, ScanError> {
    let Known::Since(reference) = &request.known else { return Ok(None) };
    progress.begins(Phase::Past);
    let Revision { tree, unreadable } = Revision::of(paths, request.only_given, reference)?;
    let (sources, tree) = (Sources::default(), tree.within(&request.scope));
    let catalog = request.catalog(&sources)?;
    let judged = Scan { tree: &tree, request, sources: &sources, catalog: &catalog }.judged(&());
    unreadable.check()?;
    Ok(Some(Baseline::of(&judged.findings, format!("was there at {reference}"))))
}

impl Scan<'_> {
    /// Suppresses what is known, before several findings become one: a new instance counts beside a known one.
    pub(super) fn compared(&self, baseline: &Baseline, judged: &mut Judged) -> Comparison {
        let environments = self.request.environments();
        let is_left_out = |id: &&&Text| self.catalog.leaves_out(id, self.sources);
        let now = CurrentScan {
            files: self.tree.files.as_ref(),
            starts: &self.tree.starts,
            sources: self.sources,
            environments: environments.iter().map(|environment| environment.name.clone()).collect(),
            left_out: baseline.checks().iter().filter(is_left_out).map(|id| (*id).clone()).collect(),
        };
        baseline.compare(judged, &now)
    }
}
