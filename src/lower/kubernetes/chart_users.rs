//! Who installs charts of the tree: Argo CD's applications, Flux's releases.
//!
//! A path of a chart counts from the root of its repository. Which repository that is cannot be known here; where the
//! tree holds a chart at that path, it is the one that is meant.
//!
//! Sources: the user guide of Argo CD ("Helm", "Multiple sources", "List generator") and the reference of Flux's
//! `helm.toolkit.fluxcd.io/v2`.

mod argo;
mod flux;

use super::Object;
use super::chart_reading::NotKnown;
use super::chart_use::ChartUse;
use crate::model::Text;
use crate::source::{Files, Problem, Sources};

/// What the objects of a tree install.
#[derive(Default)]
pub(super) struct Installations {
    /// The installations of charts in the tree.
    pub uses: Vec<ChartUse>,
    /// What of them is not known.
    pub problems: Vec<Problem>,
}

/// Finds the installations that objects describe.
pub(super) fn installations(objects: &[&Object], files: &dyn Files, sources: &Sources) -> Installations {
    let mut finder = Finder { objects, files, sources, found: Installations::default() };
    for object in objects {
        let group = object.field("apiVersion").and_then(|version| version.split('/').next()).unwrap_or_default();
        match (group, object.field("kind").unwrap_or_default()) {
            ("argoproj.io", "Application") => finder.application(&object.value),
            ("argoproj.io", "ApplicationSet") => finder.application_set(&object.value),
            ("helm.toolkit.fluxcd.io", "HelmRelease") => finder.helm_release(&object.value),
            _ => {}
        }
    }
    finder.found
}

/// Looks for installations.
struct Finder<'o> {
    objects: &'o [&'o Object],
    files: &'o dyn Files,
    sources: &'o Sources,
    found: Installations,
}

impl Finder<'_> {
    /// Whether a directory holds a chart.
    fn is_chart(&self, directory: &str) -> bool {
        let path = if directory.is_empty() { "Chart.yaml".to_owned() } else { format!("{directory}/Chart.yaml") };
        self.files.is_file(&path)
    }

    /// Keeps an installation, or says why it does not count.
    fn keep(&mut self, name: &Text, chart: &str, made: Result<ChartUse, NotKnown>) {
        match made {
            Ok(used) => self.found.uses.push(used),
            Err(NotKnown(why, span)) => {
                let message = format!("{name} installs the chart `{chart}` with values that are unknown: {why}");
                self.found.problems.push(Problem::warning(span, message));
            }
        }
    }
}
