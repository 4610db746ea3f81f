//! Plans and states, as `terraform show -json` and `tofu show -json` print them: a second source of values for
//! resources.
//!
//! `document` finds the sections of the text, `value` makes values of them, `declared` knows the arguments that the plan
//! says are written. `resource` makes resources of a plan alone; `join` puts the values of a plan into the resources of
//! the configuration beside it, which gives the places. `home` says which configuration that is.
//!
//! What a plan deletes or forgets, deposed objects, and drift are not resources. An action, an ephemeral resource and a
//! write-only argument are in no plan with their values.

mod declared;
mod document;
mod home;
mod join;
mod read;
mod resource;
mod value;

pub(super) use read::Plan;

use super::MadeFrom;
use super::loader::Loader;
use crate::lower::FrontendInput;
use crate::source::{Kind, LedgerEntry, Problem, Span, Status, join};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The plans and states of a tree.
#[derive(Default)]
pub(super) struct Plans {
    /// Those that could be read, in the order of their paths.
    pub read: Vec<Plan>,
    /// The entries of all of them.
    pub ledger: Vec<LedgerEntry>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// The directory of their configuration, where it is named.
    named: Option<String>,
}

impl Plans {
    /// Reads the plans and states among the candidates.
    pub fn read(input: &FrontendInput<'_>) -> Self {
        let candidates: Vec<_> = input.of(&[Kind::TerraformPlan, Kind::TerraformState]).collect();
        let read = |candidate: &&crate::discover::Candidate| {
            (candidate.path.clone(), Plan::read(input.files, input.sources, &candidate.path, candidate.kind))
        };
        let named = input.inputs.first().and_then(|inputs| join(input.directory, inputs.plan_for.as_deref()?));
        let mut planned = Self { named, ..Self::default() };
        for (path, read) in candidates.par_iter().map(read).collect::<Vec<_>>() {
            match read {
                Ok(plan) => {
                    planned.ledger.push(planned_entry(&plan));
                    planned.read.push(plan);
                }
                Err(stopped) => {
                    let stop = if stopped.status == Status::Skipped { LedgerEntry::undeployed } else { failed };
                    planned.ledger.push(stop(path, stopped.kind, stopped.reason));
                    planned.problems.extend(stopped.problem);
                }
            }
        }
        planned
    }

    /// The units of a tree with these roots, and what is wrong: each plan decides about the root that it was made of.
    pub fn units(&self, loader: &Loader<'_>, roots: Vec<String>) -> (Vec<MadeFrom>, Vec<Problem>) {
        let (mut units, mut problems): (Vec<MadeFrom>, Vec<Problem>) = Default::default();
        for (number, plan) in self.read.iter().enumerate() {
            let root = plan.home(loader, self.named.as_deref());
            if root.is_none() && self.named.is_some() {
                let message = format!(
                    "There is no configuration in `{}`, which `--plan-for` names.",
                    self.named.as_deref().unwrap_or_default()
                );
                problems.push(Problem::error(Span::new(plan.source, 0, 0), message));
            }
            units.push(MadeFrom { root, plan: Some(number), unit: None });
        }
        let planned: BTreeSet<&String> = units.iter().filter_map(|unit| unit.root.as_ref()).collect();
        let others = roots.into_iter().filter(|root| !planned.contains(root)).collect::<Vec<_>>();
        units.extend(others.into_iter().map(|root| MadeFrom { root: Some(root), plan: None, unit: None }));
        let path = |unit: &MadeFrom| {
            let plan = unit.plan.and_then(|plan| self.read.get(plan)).map(|plan| plan.path.clone());
            (unit.root.clone().or_else(|| plan.clone()), plan)
        };
        units.sort_by_cached_key(path);
        (units, problems)
    }
}

fn failed<P: Into<String>, R: Into<String>>(path: P, kind: Kind, reason: R) -> LedgerEntry {
    LedgerEntry::stopped(path, kind, Status::Failed, reason)
}

fn planned_entry(plan: &Plan) -> LedgerEntry {
    if plan.resources.is_empty() && !plan.deleted.is_empty() {
        let reason = "a plan that only deletes; nothing of it will exist";
        return LedgerEntry::undeployed(plan.path.as_str(), plan.kind(), reason);
    }
    LedgerEntry::evaluated(plan.path.as_str(), plan.kind())
}
