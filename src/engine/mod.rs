//! The rule engine: resources and checks in, verdicts out.
//!
//! Owns the index from types to policies, the scope a policy is evaluated in, the relations between
//! resources, and the search for the value that decided. Knows no file format and no report.

mod blame;
mod catalog;
mod explain;
mod fingerprint;
mod index;
mod place;
mod reading;
mod relations;
mod scope;
mod verdict;
mod words;

pub use catalog::{Catalog, CustomPage, Selection, load, load_custom};
pub use explain::{Subject, explain};
pub use index::Index;

use crate::check::Meta;
use crate::finding::{Finding, Inconclusive};
use crate::model::{Lowered, ResourceId};
use crate::source::{Problem, Sources};
use rayon::prelude::*;
use std::sync::Arc;
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
}

impl Verdicts {
    fn append(mut self, mut other: Self) -> Self {
        self.findings.append(&mut other.findings);
        self.inconclusive.append(&mut other.inconclusive);
        self.problems.append(&mut other.problems);
        self
    }
}

/// Judges every resource by every policy that names its type.
pub fn evaluate(model: &Lowered, sources: &Sources, catalog: &Catalog<'_>) -> Verdicts {
    let index = Index::new(model, sources);
    let (pages, problems) = catalog.pages(&index, sources);
    let policies = index.policies(&pages);
    let numbers = 0..model.resources.len() as u32;
    let verdicts = numbers
        .into_par_iter()
        .map(ResourceId)
        .fold(Verdicts::default, |mut verdicts, id| {
            let mut judge =
                Judge { index: &index, sources, id, resource: index.get(id), verdicts: &mut verdicts, question: None };
            for name in index::names(judge.resource) {
                for (page, policy) in policies.get(name).into_iter().flatten() {
                    judge.policy(page, policy);
                }
            }
            verdicts
        })
        .reduce(Verdicts::default, Verdicts::append);
    let checks = pages.into_iter().map(|page| page.meta).collect();
    Verdicts { problems, checks, ..Verdicts::default() }.append(verdicts)
}
