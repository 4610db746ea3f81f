//! The rule engine: resources and checks in, verdicts out.
//!
//! Owns the index from types to policies, the scope a policy is evaluated in, the relations between
//! resources, and the search for the value that decided. Knows no file format and no report.

mod blame;
mod catalog;
mod explain;
mod functions;
mod identity;
mod index;
mod inputs;
mod mocks;
mod place;
mod policytest;
mod reading;
mod relations;
mod scope;
mod terraform_policy;
mod verdict;

pub use catalog::{Catalog, Chosen, CustomPage, Selection, latest, load, load_custom};
pub use explain::{Subject, explain};
pub use index::Index;
pub use inputs::Given;
pub use policytest::{MockOutcome, MockResult, read_test, run_test};
pub use terraform_policy::{LoadedPolicies, PolicySet, load_policies};

use crate::check::{Meta, Page};
use crate::expr::functions as language;
use crate::finding::{Finding, Inconclusive};
use crate::model::{Lowered, ResourceId};
use crate::source::{Problem, Sources};
use rayon::prelude::*;
use std::sync::{Arc, LazyLock};
use verdict::Judge;

/// What the evaluation of all checks on all resources gave, in the order of the resources.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Fails.
    pub findings: Vec<Finding>,
    /// Verdicts that could not be given.
    pub inconclusive: Vec<Inconclusive>,
    /// Defects of checks, and limits that were reached.
    pub problems: Vec<Problem>,
    /// The checks that had something to judge, sorted by id.
    pub checks: Vec<Arc<Meta>>,
    /// Those that would have had, were they not newer than the edition that is pinned, sorted by id.
    pub newer: Vec<Arc<Meta>>,
}

impl Verdicts {
    /// These and others.
    #[must_use]
    pub fn append(mut self, mut other: Self) -> Self {
        self.findings.append(&mut other.findings);
        self.inconclusive.append(&mut other.inconclusive);
        self.problems.append(&mut other.problems);
        self.checks.append(&mut other.checks);
        self.newer.append(&mut other.newer);
        self
    }
}

/// Judges every resource by every policy that names its type.
pub fn evaluate(model: &Lowered, sources: &Sources, catalog: &Catalog<'_>) -> Verdicts {
    let index = Index::new(model, sources);
    let Chosen { pages, newer, problems } = catalog.pages(&index, sources);
    Verdicts { problems, newer, ..Verdicts::default() }.append(judge(&index, pages, sources))
}

/// Judges every resource by every policy of `pages` that names its type.
fn judge(index: &Index, pages: Vec<Page>, sources: &Sources) -> Verdicts {
    let policies = index.policies(&pages);
    let numbers = 0..index.len() as u32;
    let verdicts = numbers
        .into_par_iter()
        .map(ResourceId)
        .fold(Verdicts::default, |mut verdicts, id| {
            let mut judge =
                Judge { index, sources, id, resource: index.get(id), verdicts: &mut verdicts, question: None };
            for name in index::names(judge.resource) {
                for (page, policy) in policies.get(name).into_iter().flatten() {
                    judge.policy(page, policy);
                }
            }
            verdicts
        })
        .reduce(Verdicts::default, Verdicts::append);
    Verdicts { checks: pages.into_iter().map(|page| page.meta).collect(), ..verdicts }
}

/// The names of all functions that a policy may call, without `core::`, sorted.
pub fn vocabulary() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut names: Vec<&str> = language::names().chain(functions::names()).chain(relations::RELATIONS).collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    &NAMES
}
