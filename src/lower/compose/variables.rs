//! The variables of a project: what its env files set.

use super::dotenv;
use super::interpolation::Variables;
use crate::model::{Text, Value};
use crate::source::{Files, Problem, SourceId, Sources};
use std::collections::BTreeMap;

/// The variables of some env files, and those of the project around.
#[derive(Default)]
pub(super) struct Environment<'a> {
    own: BTreeMap<Text, Value>,
    outer: Option<&'a dyn Variables>,
}

impl<'a> Environment<'a> {
    /// No files yet, in a project whose variables are stronger.
    pub(super) fn within(outer: Option<&'a dyn Variables>) -> Self {
        Self { own: BTreeMap::new(), outer }
    }

    /// Adds what a file sets; `false` where there is none.
    pub(super) fn add(&mut self, path: &str, reading: &mut EnvReading<'_>) -> bool {
        let Some(file) = reading.read(path, &*self, false) else { return false };
        self.own.extend(file);
        true
    }
}

impl Variables for Environment<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.outer.and_then(|outer| outer.get(name)).or_else(|| self.own.get(name))
    }
}

/// The reading of env files for one unit.
pub(super) struct EnvReading<'a> {
    /// The tree.
    pub files: &'a dyn Files,
    /// Where the texts are kept.
    pub sources: &'a Sources,
    /// The files that were read.
    pub read: Vec<SourceId>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl EnvReading<'_> {
    /// The variables that a file sets, if it is there.
    pub(super) fn read(&mut self, path: &str, outer: &dyn Variables, raw: bool) -> Option<BTreeMap<Text, Value>> {
        if !self.files.is_file(path) {
            return None;
        }
        let text = || String::from_utf8(self.files.read(path).ok()?).ok();
        let source = self.sources.of_file(path).or_else(|| Some(self.sources.add(path, text()?)))?;
        self.read.push(source);
        let file = dotenv::read(source, &self.sources.get(source).text, outer, raw);
        self.problems.extend(file.problems);
        Some(file.values)
    }
}
