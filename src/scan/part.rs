//! A scan of some units again, in a process that keeps what it found out of the others: a language server.
//!
//! What is returned is not merged, so that parts can be joined before that.

use super::{Phase, Progress, Request, Scan};
use crate::discover::Tree;
use crate::engine::Catalog;
use crate::environment;
use crate::finding::Judged;
use crate::model::{Format, Lowered, Owns, Resource};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// The files and directories that each unit was made from, by the path of the unit. Units of several formats in one
/// directory are one entry.
pub type UnitFiles = BTreeMap<String, BTreeSet<String>>;

/// What a scan of some units gave.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Findings and verdicts, one for each resource and environment.
    pub judged: Judged,
    /// What the units were made from.
    pub units: UnitFiles,
    /// Whether units are evaluated by what stands in others: there are admission policies, or builds of Dockerfiles.
    pub joined: bool,
    /// The directories of the units that own each of their files by itself, sorted.
    pub apart: Vec<String>,
}

/// Scans the candidates of `tree`. `sources` and `catalog` may have served for other parts before, and keep what they
/// read.
pub fn part(tree: &Tree, request: &Request, sources: &Sources, catalog: &Catalog<'_>) -> Part {
    sources.begin();
    let watcher = Watcher { sources, seen: Mutex::default() };
    let judged = Scan { tree, request, sources, catalog }.judged(&watcher);
    let Seen { units, apart, joined } = watcher.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    Part { judged, units, joined, apart: apart.into_iter().collect() }
}

/// The model of the candidates of `tree` in the first environment.
pub fn lowered(tree: &Tree, request: &Request, sources: &Sources) -> Lowered {
    sources.begin();
    let environments = request.environments();
    let first = environments.get(..1).unwrap_or_default();
    environment::each(tree, sources, first).next().map(|(_, lowered)| lowered).unwrap_or_default()
}

/// The kinds of objects by which others are evaluated.
const POLICIES: [&str; 5] = [
    "ConstraintTemplate",
    "ExpansionTemplate",
    "NamespacedValidatingPolicy",
    "ValidatingAdmissionPolicy",
    "ValidatingPolicy",
];

struct Watcher<'s> {
    sources: &'s Sources,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    units: UnitFiles,
    apart: BTreeSet<String>,
    joined: bool,
}

impl Progress for Watcher<'_> {
    fn begins(&self, _phase: Phase) {}

    fn evaluated(&self, model: &Lowered) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let is_policy = |resource: &Resource| POLICIES.contains(&resource.type_name.as_str());
        seen.joined |= model.resources.iter().any(is_policy);
        for unit in &model.units {
            seen.joined |= unit.format == Format::Compose;
            if unit.owns == Owns::Files {
                seen.apart.insert(unit.path.clone());
            }
            let files = seen.units.entry(unit.path.clone()).or_default();
            files.extend(unit.reads.answers.keys().cloned());
            files.extend(unit.reads.sources.iter().map(|id| self.sources.get(*id).path.clone()));
        }
    }
}
