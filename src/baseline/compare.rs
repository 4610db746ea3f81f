//! A baseline against a scan: first by identity, then, for what is left, by resources that live elsewhere now.

use super::Baseline;
use crate::check::Meta;
use crate::finding::{Evaluated, Finding, Identity, Judged, Suppressed, SuppressedBy};
use crate::model::{Inventory, Text};
use crate::source::{Files, LedgerEntry, Level, Sources, Status, is_within};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

/// What a scan was asked, beside what it found: it decides whether what is not found any more is fixed.
pub struct CurrentScan<'a> {
    /// The files.
    pub files: &'a dyn Files,
    /// The paths from the root that were scanned.
    pub starts: &'a [String],
    /// The texts of the scan.
    pub sources: &'a Sources,
    /// The names of the environments that were evaluated; one without name where there are none.
    pub environments: Vec<Text>,
    /// The ids in the baseline of checks that exist and were not to take part.
    pub left_out: BTreeSet<Text>,
}

/// What came out, as identities of now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Found before and now.
    pub known: Vec<Identity>,
    /// Found before, judged now, and not found.
    pub fixed: Vec<Identity>,
    /// Found before, and not judged now: it lies elsewhere, its check was left out, an input or a file was missing.
    pub open: Vec<Identity>,
    /// Found now only.
    pub new: Vec<Identity>,
}

impl CurrentScan<'_> {
    /// An entry in the environments that it is of: one from before there were any holds in each.
    fn in_environments(&self, entry: Identity) -> Vec<Identity> {
        if !entry.environment.is_empty() || self.environments.contains(&entry.environment) {
            return vec![entry];
        }
        let of = |environment: &Text| Identity { environment: environment.clone(), ..entry.clone() };
        self.environments.iter().map(of).collect()
    }
}

impl Baseline {
    /// The ids of the checks in it.
    pub fn checks(&self) -> BTreeSet<&Text> {
        self.entries.iter().map(|entry| &entry.check).collect()
    }

    /// Suppresses what is known among the findings. What is suppressed already is left alone.
    pub fn compare(&self, judged: &mut Judged, now: &CurrentScan<'_>) -> Comparison {
        let is_whole = is_whole(judged);
        let Judged { findings, inconclusive, inventory, checks, .. } = judged;
        let undecided = inconclusive.iter().map(|verdict| &verdict.identity).collect();
        let there = ScanFacts { now, inventory, undecided, is_whole };
        let renamed = renamed(checks);
        let of_now = |entry: &Identity| Identity {
            check: renamed.get(entry.check.as_str()).map_or(&entry.check, |meta| &meta.id).clone(),
            resource: inventory.moved(&entry.home, &entry.resource),
            ..entry.clone()
        };
        let entries = self.entries.iter().map(of_now).flat_map(|entry| now.in_environments(entry));
        let mut comparison = Comparison::default();

        let mut left = Unmatched::new(entries, Clone::clone);
        self.take(findings, &mut comparison, |finding| left.take(&finding.identity));
        // What has got a suppression of its own needs no entry.
        for finding in findings.iter().filter(|finding| finding.suppressed.is_some() && !is_known(finding)) {
            left.take(&finding.identity);
        }
        let (gone, left): (Vec<_>, Vec<_>) = left.into_entries().partition(|entry| there.lacks(entry));
        let mut gone = Unmatched::new(gone, elsewhere);
        self.take(findings, &mut comparison, |finding| gone.take(&elsewhere(&finding.identity)));

        self.take(findings, &mut comparison, |finding| {
            self.covered.iter().any(|entry| entry.covers(finding, now.sources))
        });

        for entry in left.into_iter().chain(gone.into_entries()) {
            let decided = there.decides(&entry);
            if decided { &mut comparison.fixed } else { &mut comparison.open }.push(entry);
        }
        let live = findings.iter().filter(|finding| finding.suppressed.is_none());
        comparison.new = live.map(|finding| finding.identity.clone()).collect();
        comparison
    }

    /// Suppresses the findings that count and that `knows`.
    fn take(&self, findings: &mut [Finding], comparison: &mut Comparison, mut knows: impl FnMut(&Finding) -> bool) {
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            if knows(finding) {
                comparison.known.push(finding.identity.clone());
                finding.suppressed = Some(Suppressed {
                    span: None,
                    reason: Some(self.reason.clone()),
                    by: SuppressedBy::Baseline,
                    owner: None,
                    until: None,
                });
            }
        }
    }
}

/// Whether a baseline suppresses it.
pub fn is_known(finding: &Finding) -> bool {
    finding.suppressed.as_ref().is_some_and(|suppressed| suppressed.by == SuppressedBy::Baseline)
}

/// What stays of an identity when the resource lives elsewhere.
fn elsewhere(identity: &Identity) -> Identity {
    Identity { home: Text::new(), ..identity.clone() }
}

/// Entries that wait for the findings that they are of, each for one.
struct Unmatched<K> {
    entries: HashMap<K, Vec<Identity>>,
}

impl<K: Hash + Eq> Unmatched<K> {
    fn new(entries: impl IntoIterator<Item = Identity>, key: impl Fn(&Identity) -> K) -> Self {
        let mut waiting: HashMap<K, Vec<Identity>> = HashMap::new();
        for entry in entries {
            waiting.entry(key(&entry)).or_default().push(entry);
        }
        Self { entries: waiting }
    }

    /// Whether one of them waited; then no longer.
    fn take(&mut self, key: &K) -> bool {
        self.entries.get_mut(key).and_then(Vec::pop).is_some()
    }

    /// Those that still wait, sorted.
    fn into_entries(self) -> impl Iterator<Item = Identity> {
        let mut entries: Vec<Identity> = self.entries.into_values().flatten().collect();
        entries.sort();
        entries.into_iter()
    }
}

/// What is there now.
struct ScanFacts<'a> {
    now: &'a CurrentScan<'a>,
    inventory: &'a Inventory,
    undecided: HashSet<&'a Identity>,
    /// Whether all files could be read, and all that is in them understood.
    is_whole: bool,
}

/// Whether all files could be read, and all that is in them understood.
fn is_whole(judged: &Judged) -> bool {
    let is_read = |entry: &LedgerEntry| matches!(entry.status, Status::Evaluated | Status::Skipped);
    let has_errors = judged.problems.iter().any(|problem| problem.level == Level::Error);
    !has_errors && judged.ledger.iter().all(is_read)
}

impl ScanFacts<'_> {
    fn has(&self, entry: &Identity) -> bool {
        self.inventory.has(&entry.home, &entry.resource)
    }

    /// Whether the resource of an entry is no longer where it was: it may have moved.
    fn lacks(&self, entry: &Identity) -> bool {
        let files = self.now.files;
        let is_gone = !files.is_dir(&entry.home) && !files.is_file(&entry.home);
        is_gone || self.scans(&entry.home) && !self.has(entry)
    }

    /// Whether what an entry is about was judged, or there is surely nothing left of it.
    fn decides(&self, entry: &Identity) -> bool {
        let is_evaluated = self.now.environments.contains(&entry.environment);
        let is_inconclusive = self.undecided.contains(&Identity { path: Text::new(), ..entry.clone() });
        let is_sure = self.has(entry) || self.is_whole;
        let is_left_out = self.now.left_out.contains(&entry.check);
        is_evaluated && self.scans(&entry.home) && is_sure && !is_inconclusive && !is_left_out
    }

    fn scans(&self, home: &str) -> bool {
        self.now.starts.iter().any(|start| is_within(home, start))
    }
}

/// The checks by the ids that they once had.
fn renamed(checks: &[Evaluated]) -> HashMap<&str, &Meta> {
    let mut renamed = HashMap::new();
    for Evaluated { check: meta, .. } in checks {
        for (_, ids) in meta.aliases.iter().filter(|(tool, _)| tool == "gatelint") {
            renamed.extend(ids.iter().map(|id| (id.as_str(), meta.as_ref())));
        }
    }
    renamed
}
