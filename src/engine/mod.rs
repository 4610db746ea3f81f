//! The rule engine: resources and checks in, verdicts out.
//!
//! Owns the index from types to policies, the scope a policy is evaluated in, the relations between
//! resources, and the search for the value that decided. Knows no file format and no report.

mod access_path;
mod accounts;
mod catalog;
mod check_names;
mod custom_page;
mod deciding;
mod documents;
mod edges;
mod evidence;
mod explain;
mod firewalls;
mod fixing;
mod functions;
mod identity;
mod index;
mod inputs;
mod joins;
mod known_types;
mod labels;
mod mocks;
mod owned;
mod paths;
mod place;
mod policytest;
mod question;
mod relations;
mod scope;
mod tables;
mod terraform_policy;
mod unjudged;
mod unseen;
mod verdict;

pub use catalog::{Catalog, Chosen, Selection, load, load_custom};
pub use check_names::CheckNames;
pub use custom_page::{CustomPage, latest};
pub use explain::{Subject, explain};
pub use functions::capability::BASELINE as BASELINE_CAPABILITIES;
pub use index::Index;
pub use inputs::Given;
pub use policytest::{MockOutcome, MockResult, read_test, run_test};
pub use terraform_policy::{LoadedPolicies, PolicySet, load_policies};
pub use unjudged::unjudged;

use crate::check::{Meta, Page};
use crate::expr::functions as language;
use crate::finding::{Evaluated, Tally, Verdicts};
use crate::graph::Graph;
use crate::model::{Lowered, ResourceId, Text};
use crate::source::{Problem, Sources};
use documents::Documents;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use verdict::Judge;

/// What the evaluation of a model gave.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Verdicts of the checks that are selected.
    pub selected: Verdicts,
    /// Verdicts of the checks that are mentioned and not selected: they decide whether a suppression is used.
    pub mentioned: Verdicts,
    /// The checks that would be selected if they were not newer than the edition that is pinned, sorted by id.
    pub newer: Vec<Arc<Meta>>,
}

/// Evaluates every policy that names its type on every resource: of the checks that are selected, and of those that
/// are `mentioned`.
pub fn evaluate(model: &Lowered, sources: &Sources, catalog: &Catalog<'_>, mentioned: &BTreeSet<Text>) -> Evaluation {
    let index = Index::new(model, sources);
    let chosen = catalog.pages(&index, sources, mentioned);
    let Judged { mut selected, mut mentioned, tallies: _ } = judge(&index, &chosen.pages, &chosen.mentioned, sources);
    paths::judge(&index, catalog, &chosen.pages, sources, &mut selected);
    paths::judge(&index, catalog, &chosen.mentioned, sources, &mut mentioned);
    selected.problems.splice(0..0, chosen.problems);
    Evaluation { selected, mentioned, newer: chosen.newer }
}

/// Returns what leads where in a model, by the rules in the binary and those on the pages of a catalog, and defects of
/// the rules.
pub fn graph(model: &Lowered, sources: &Sources, catalog: &Catalog<'_>) -> (Graph, Vec<Problem>) {
    let index = Index::new(model, sources);
    let pages = catalog.pages(&index, sources, &BTreeSet::new()).pages;
    edges::graph(&index, &catalog.edges(sources), &pages, sources)
}

/// Verdicts of selected and of mentioned pages, and the tallies of all of them in their order.
#[derive(Default)]
struct Judged {
    selected: Verdicts,
    mentioned: Verdicts,
    tallies: Vec<Tally>,
}

impl Judged {
    fn append(mut self, mut other: Self) -> Self {
        for (verdicts, more) in [(&mut self.selected, &mut other.selected), (&mut self.mentioned, &mut other.mentioned)]
        {
            verdicts.fails.append(&mut more.fails);
            verdicts.inconclusive.append(&mut more.inconclusive);
            verdicts.problems.append(&mut more.problems);
        }
        if self.tallies.is_empty() {
            self.tallies = other.tallies;
        } else {
            self.tallies.iter_mut().zip(other.tallies).for_each(|(tally, more)| *tally += more);
        }
        self
    }
}

/// Evaluates every policy of `selected` and `mentioned` pages that names its type on every resource.
fn judge(index: &Index, selected: &[Arc<Page>], mentioned: &[Arc<Page>], sources: &Sources) -> Judged {
    let policies = index.policies(selected.iter().chain(mentioned));
    let pages = selected.len() + mentioned.len();
    let numbers = 0..index.len() as u32;
    let mut judged = numbers
        .into_par_iter()
        .map(ResourceId)
        .fold(Judged::default, |mut judged, id| {
            judged.tallies.resize(pages, Tally::default());
            let documents = Documents::default();
            for (number, page, policy, sharing) in index.judging(id, &policies) {
                let verdicts = if number < selected.len() { &mut judged.selected } else { &mut judged.mentioned };
                let Some(tally) = judged.tallies.get_mut(number) else { continue };
                let (resource, documents) = (index.get(id), &documents);
                Judge { index, sources, id, resource, documents, verdicts, tally, sharing, question: None }
                    .policy(page, policy);
            }
            judged
        })
        .reduce(Judged::default, Judged::append);
    judged.tallies.resize(pages, Tally::default());
    let mut evaluated = selected.iter().chain(mentioned).zip(std::mem::take(&mut judged.tallies));
    let mut evaluated = evaluated.by_ref().map(|(page, tally)| Evaluated { check: page.meta.clone(), tally });
    judged.selected.checks = evaluated.by_ref().take(selected.len()).collect();
    judged.mentioned.checks = evaluated.collect();
    judged
}

/// How often the conditions of the checks that are selected came to each result, by resource.
pub fn tallies(model: &Lowered, sources: &Sources, catalog: &Catalog<'_>) -> Vec<Tally> {
    let index = Index::new(model, sources);
    let pages = catalog.pages(&index, sources, &BTreeSet::new()).pages;
    let policies = index.policies(&pages);
    let numbers = 0..index.len() as u32;
    let tallied = numbers.into_par_iter().map(ResourceId).map(|id| {
        let (mut verdicts, mut all, documents) = (Verdicts::default(), Tally::default(), Documents::default());
        for (_, page, policy, sharing) in index.judging(id, &policies) {
            let (index, documents, resource) = (&index, &documents, index.get(id));
            let (verdicts, tally) = (&mut verdicts, &mut all);
            Judge { index, sources, id, resource, documents, verdicts, tally, sharing, question: None }
                .policy(page, policy);
        }
        all
    });
    tallied.collect()
}

/// Whether a function of policies asks for other resources than the one that is judged.
pub fn is_relation(name: &str) -> bool {
    [&relations::RELATIONS[..], &accounts::RELATIONS, &firewalls::RELATIONS].iter().any(|names| names.contains(&name))
}

/// The names of all functions that a policy may call, without `core::`, sorted.
pub fn vocabulary() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut names: Vec<&str> = language::names().chain(functions::names()).collect();
        names.extend(relations::RELATIONS.into_iter().chain(accounts::RELATIONS).chain(firewalls::RELATIONS));
        names.sort_unstable();
        names.dedup();
        names
    });
    &NAMES
}
