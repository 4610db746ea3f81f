//! Dependencies that are not in `charts/`, but in the same tree.
//!
//! `helm dependency build` would put them there: those of a `file://` repository certainly, and those that a registry
//! gives if it was filled from this tree. The latter is an assumption, and is said to be one.

use super::load::{Chart, Loader, within};
use super::metadata::{Dependency, Metadata};
use crate::lower::kubernetes::helm::functions::is_compatible;
use crate::source::{Files, Problem, Sources, join};
use ecow::EcoString;
use std::collections::HashMap;
use std::sync::Arc;

/// Reads the charts of a tree, with what they need of each other. A chart that several need is read once.
pub struct Charts<'t> {
    loader: Loader<'t>,
    directories: Vec<String>,
    /// Name and version of each, once they are asked for.
    named: Option<Vec<(EcoString, EcoString, String)>>,
    loaded: HashMap<String, Option<Arc<Chart>>>,
    /// Directories with those of the charts that they need by a path.
    parts: Vec<(String, String)>,
}

impl<'t> Charts<'t> {
    /// The charts in `files`, which stand in `directories`.
    pub fn new(files: &'t dyn Files, sources: &'t Sources, directories: Vec<String>) -> Self {
        Self {
            loader: Loader::new(files, sources),
            directories,
            named: None,
            loaded: HashMap::new(),
            parts: Vec::new(),
        }
    }

    /// Takes what could not be read, or was assumed, since the last call.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.loader.problems)
    }

    /// The charts that others need by a path (`file://`), so far: the directory of a chart, and that of its part.
    pub fn parts(&self) -> &[(String, String)] {
        &self.parts
    }

    /// The chart in a directory, read once. One that needs itself is read without itself.
    pub fn chart(&mut self, directory: &str) -> Option<Arc<Chart>> {
        if let Some(known) = self.loaded.get(directory) {
            return known.clone();
        }
        self.loaded.insert(directory.to_owned(), None);
        let mut chart = self.loader.directory(directory);
        if let Some(chart) = &mut chart {
            self.add_missing(chart, directory);
        }
        let chart = chart.map(Arc::new);
        self.loaded.insert(directory.to_owned(), chart.clone());
        chart
    }

    /// Adds the listed dependencies that the tree holds elsewhere.
    fn add_missing(&mut self, chart: &mut Chart, directory: &str) {
        let listed = chart.metadata.dependencies.clone().unwrap_or_default();
        for dependency in &listed {
            if chart.dependencies.iter().any(|inner| inner.metadata.name == dependency.name) {
                continue;
            }
            let Some((place, is_certain)) = self.place_of(dependency, directory) else { continue };
            if is_certain {
                self.parts.push((directory.to_owned(), place.clone()));
            }
            let Some(inner) = self.chart(&place) else { continue };
            let message =
                format!("dependency `{}` is not in `charts/`; the chart in `{place}` is evaluated", dependency.name);
            if let Some(span) = dependency.span {
                self.loader.problems.push(if is_certain {
                    Problem::note(span, message)
                } else {
                    Problem::warning(span, message)
                });
            }
            chart.dependencies.push(inner);
        }
    }

    /// The directory of a dependency, and whether it is certainly the one that is meant.
    fn place_of(&mut self, dependency: &Dependency, directory: &str) -> Option<(String, bool)> {
        if let Some(path) = dependency.repository.strip_prefix("file://") {
            let place = join(directory, path)?;
            return self.loader.files.is_file(&within(&place, "Chart.yaml")).then_some((place, true));
        }
        let found = self.named().iter().find(|(name, version, place)| {
            *name == dependency.name && place != directory && is_compatible(&dependency.version, version)
        });
        found.map(|(.., place)| (place.clone(), false))
    }

    fn named(&mut self) -> &[(EcoString, EcoString, String)] {
        if self.named.is_none() {
            let named = self.directories.iter().filter_map(|place| {
                let metadata = Metadata::of_chart(place, self.loader.files)?;
                Some((metadata.name, metadata.version, place.clone()))
            });
            self.named = Some(named.collect());
        }
        self.named.as_deref().unwrap_or_default()
    }
}
