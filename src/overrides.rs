//! What is decided about checks for some paths only.

use crate::check::Settings;
use crate::finding::{Finding, Inconclusive};
use crate::source::{Paths, Sources, Span};

/// Decisions about checks in some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// The files.
    pub paths: Paths,
    /// The decisions.
    pub settings: Settings,
}

/// Leaves out what is off where it stands, and makes the rest as bad as it is there. Of several overrides that decide
/// about one thing, the last one counts.
pub fn apply(
    overrides: &[Override],
    findings: &mut Vec<Finding>,
    inconclusive: &mut Vec<Inconclusive>,
    sources: &Sources,
) {
    if overrides.is_empty() {
        return;
    }
    let at = |span: Span| {
        let path = sources.get(span.source).path.clone();
        overrides.iter().rev().filter(move |one| one.paths.matches(&path)).map(|one| &one.settings)
    };
    let runs = |span: Span, id: &str| at(span).find_map(|settings| settings.runs(id)) != Some(false);
    findings.retain(|finding| runs(finding.place, &finding.check.id));
    inconclusive.retain(|verdict| runs(verdict.place, &verdict.check.id));
    for finding in findings {
        if let Some(severity) = at(finding.place).find_map(|settings| settings.severity(&finding.check.id)) {
            finding.severity = severity;
        }
    }
}
