//! Environments: the same files, judged with the values of each.
//!
//! Owns what one pass over the files gives, and how the passes of several environments become one result. Knows
//! nothing of suppressions, gate and reports.

use crate::discover::Tree;
use crate::engine::{self, Catalog, Verdicts};
use crate::finding::{Finding, Identity, Inconclusive};
use crate::lower::{self, Inputs};
use crate::model::{Inventory, Lowered, Text};
use crate::source::{LedgerEntry, Sources, Span};
use std::collections::BTreeMap;

/// One set of values from outside, such as those of production.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Its name; empty where there is only one and nobody named it.
    pub name: Text,
    /// Its values.
    pub inputs: Inputs,
    /// Paths from the root of the overlays, or directories of manifests, that belong to it. What belongs to
    /// others is not judged in it; what belongs to none is judged in each.
    pub overlays: Vec<String>,
}

/// What the evaluation of all environments gave.
#[derive(Debug, Default)]
pub struct Judged {
    /// Verdicts, each with the environment it holds in; problems of lowering are among the problems.
    pub verdicts: Verdicts,
    /// Every candidate file once, with the least that any environment made of it, sorted.
    pub ledger: Vec<LedgerEntry>,
    /// Places whose text must not be shown.
    pub secrets: Vec<Span>,
    /// How many resources there are, at most, in one environment.
    pub resources: usize,
    /// Who lives where.
    pub inventory: Inventory,
}

/// Someone who takes part in the pass over each environment.
pub trait Pass {
    /// That many resources are about to be judged.
    fn begins(&self, resources: usize);
    /// The verdicts on what was made of the files in one environment, before that is gone.
    fn judged(&mut self, environment: &Environment, lowered: &Lowered, verdicts: &mut Verdicts);
}

/// Lowers and judges the tree in each of `environments`, one pass after the other.
pub fn judge(
    tree: &Tree,
    sources: &Sources,
    catalog: &Catalog<'_>,
    environments: &[Environment],
    pass: &mut dyn Pass,
) -> Judged {
    let mut judged = Judged::default();
    for environment in environments {
        let mut lowered = lower::lower(tree, sources, &environment.inputs);
        pass.begins(lowered.resources.len());
        let mut verdicts = engine::evaluate(&lowered, sources, catalog);
        pass.judged(environment, &lowered, &mut verdicts);
        judged.inventory.take(&lowered, sources);
        judged.verdicts.problems.append(&mut lowered.problems);
        judged.ledger.append(&mut lowered.ledger);
        judged.secrets.append(&mut lowered.secrets);
        judged.resources = judged.resources.max(lowered.resources.len());
        judged.take(verdicts, environment, environments);
    }
    judged.settle();
    judged
}

impl Judged {
    /// Takes in the verdicts of one environment, as far as it is what they are about.
    fn take(&mut self, verdicts: Verdicts, environment: &Environment, all: &[Environment]) {
        let elsewhere = |unit: &str| !environment.owns(unit) && all.iter().any(|other| other.owns(unit));
        let names: &[Text] = if environment.name.is_empty() { &[] } else { std::slice::from_ref(&environment.name) };
        let of = |identity: Identity| Identity { environment: environment.name.clone(), ..identity };
        let Verdicts { findings, inconclusive, problems, checks, newer } = verdicts;
        let findings = findings.into_iter().filter(|finding| !elsewhere(&finding.unit));
        let findings =
            findings.map(|finding| Finding { environments: names.to_vec(), identity: of(finding.identity), ..finding });
        self.verdicts.findings.extend(findings);
        let inconclusive = inconclusive.into_iter().filter(|verdict| !elsewhere(&verdict.unit));
        let inconclusive = inconclusive.map(|verdict| Inconclusive {
            environments: names.to_vec(),
            identity: of(verdict.identity),
            ..verdict
        });
        self.verdicts.inconclusive.extend(inconclusive);
        self.verdicts.problems.extend(problems);
        self.verdicts.checks.extend(checks);
        self.verdicts.newer.extend(newer);
    }

    /// Makes one of what several environments said alike.
    fn settle(&mut self) {
        for metas in [&mut self.verdicts.checks, &mut self.verdicts.newer] {
            metas.sort_by(|a, b| a.id.cmp(&b.id));
            metas.dedup_by(|a, b| a.id == b.id);
        }
        let mut files: BTreeMap<String, LedgerEntry> = BTreeMap::new();
        for entry in self.ledger.drain(..) {
            match files.get_mut(&entry.file) {
                Some(known) if known.status >= entry.status => {}
                Some(known) => *known = entry,
                None => {
                    files.insert(entry.file.clone(), entry);
                }
            }
        }
        self.ledger = files.into_values().collect();
    }
}

impl Environment {
    /// Whether what is evaluated at the path `unit` belongs to it.
    fn owns(&self, unit: &str) -> bool {
        let below = |overlay: &String| {
            unit.strip_prefix(overlay.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.overlays.iter().any(below)
    }
}
