//! What a user decides about checks, by globs of ids.

use super::Severity;
use crate::model::Text;
use globset::{Glob, GlobMatcher};
use std::collections::{BTreeMap, BTreeSet};

/// What is decided about a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It does not run.
    Off,
    /// It runs, also where it does not by default.
    On,
    /// Its findings are that bad; whether it runs stays as it is.
    Severity(Severity),
}

/// Decisions in the order they were written: of those about one thing, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Settings(Vec<(GlobMatcher, Setting)>);

impl Settings {
    /// Adds what is decided about the checks whose ids `glob` fits; an id is such a glob.
    pub fn add(&mut self, glob: &str, setting: Setting) -> Result<(), globset::Error> {
        self.0.push((Glob::new(glob)?.compile_matcher(), setting));
        Ok(())
    }

    /// Replaces the names that `meaning` knows by the ids that it gives.
    pub fn translate(&mut self, meaning: &BTreeMap<String, BTreeSet<Text>>) {
        let matcher = |id: &Text| Glob::new(&globset::escape(id)).ok().map(|glob| glob.compile_matcher());
        for (written, setting) in std::mem::take(&mut self.0) {
            match meaning.get(written.glob().glob()) {
                Some(ids) => self.0.extend(ids.iter().filter_map(matcher).map(|id| (id, setting))),
                None => self.0.push((written, setting)),
            }
        }
    }

    /// Whether the check runs; `None` where nothing is decided.
    pub fn runs(&self, id: &str) -> Option<bool> {
        self.last(id, |setting| match setting {
            Setting::Off => Some(false),
            Setting::On => Some(true),
            Setting::Severity(_) => None,
        })
    }

    /// How bad its findings are; `None` where nothing is decided.
    pub fn severity(&self, id: &str) -> Option<Severity> {
        self.last(id, |setting| if let Setting::Severity(severity) = setting { Some(severity) } else { None })
    }

    fn last<T>(&self, id: &str, decided: impl Fn(Setting) -> Option<T>) -> Option<T> {
        self.0.iter().rev().filter(|(glob, _)| glob.is_match(id)).find_map(|(_, setting)| decided(*setting))
    }
}
