//! Environments: the same files, evaluated with the values of each.
//!
//! Owns what each environment holds, and how the results of several environments become one. Knows nothing of
//! suppressions, gate and reports.

use crate::discover::Tree;
use crate::engine::Verdicts;
use crate::finding::{Finding, Identity, Inconclusive};
use crate::lower::{self, Inputs};
use crate::model::{Inventory, Lowered, Resource, Text};
use crate::source::{LedgerEntry, Sources, Span, is_within};
use std::collections::BTreeMap;

/// One set of values from outside, such as those of production.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Its name; empty where there is only one and nobody named it.
    pub name: Text,
    /// Its values.
    pub inputs: Inputs,
    /// Paths from the root of the overlays, or directories of manifests, that belong to it.
    pub overlays: Vec<String>,
    /// Those that belong to other environments of the configuration, whether or not they are evaluated.
    pub elsewhere: Vec<String>,
}

impl Environment {
    /// Whether what lives at the path `home` is deployed in it: what an environment names is deployed in those that
    /// name it, and what none names is deployed in each.
    fn deploys(&self, home: &str) -> bool {
        let named = |overlays: &[String]| overlays.iter().any(|overlay| is_within(home, overlay));
        named(&self.overlays) || !named(&self.elsewhere)
    }
}

/// Lowers the tree in each of the environments, in their order, without the resources that are deployed elsewhere.
pub fn each<'a>(
    tree: &'a Tree,
    sources: &'a Sources,
    environments: &'a [Environment],
) -> impl Iterator<Item = (&'a Environment, Lowered)> {
    let inputs: Vec<&Inputs> = environments.iter().map(|environment| &environment.inputs).collect();
    environments.iter().zip(lower::each(tree, sources, &inputs)).map(|(environment, mut lowered)| {
        if !environment.elsewhere.is_empty() {
            let deployed =
                |lowered: &Lowered, resource: &Resource| environment.deploys(&lowered.home(resource, sources));
            lowered.retain(deployed);
        }
        (environment, lowered)
    })
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

impl Judged {
    /// Takes in what one environment gave.
    pub fn take(&mut self, environment: &Environment, mut lowered: Lowered, verdicts: Verdicts, sources: &Sources) {
        self.inventory.take(&lowered, sources);
        self.verdicts.problems.append(&mut lowered.problems);
        self.ledger.append(&mut lowered.ledger);
        self.secrets.append(&mut lowered.secrets);
        self.resources = self.resources.max(lowered.resources.len());
        let names: &[Text] = if environment.name.is_empty() { &[] } else { std::slice::from_ref(&environment.name) };
        let of = |identity: Identity| Identity { environment: environment.name.clone(), ..identity };
        let Verdicts { findings, inconclusive, problems, checks, newer } = verdicts;
        let findings = findings.into_iter().map(|finding| Finding {
            environments: names.to_vec(),
            identity: of(finding.identity),
            ..finding
        });
        self.verdicts.findings.extend(findings);
        let inconclusive = inconclusive.into_iter().map(|verdict| Inconclusive {
            environments: names.to_vec(),
            identity: of(verdict.identity),
            ..verdict
        });
        self.verdicts.inconclusive.extend(inconclusive);
        self.verdicts.problems.extend(problems);
        self.verdicts.checks.extend(checks);
        self.verdicts.newer.extend(newer);
    }

    /// Merges what several environments reported alike.
    pub fn settle(&mut self) {
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
