//! Terragrunt: configurations that say which module is deployed, and with which inputs.
//!
//! Owns the units of a tree: for each `terragrunt.hcl` that deploys something, the module and the values of its
//! variables, as far as the tree tells. Evaluates no module. What only a run knows (the outputs of dependencies, the
//! account, the output of commands) is unknown.

mod config;
mod evaluation;
mod generated;
mod paths;
mod reader;
mod scope;
mod stack;
mod unit;

use super::deployed::DeployedUnit;
use crate::lower::FrontendInput;
use crate::source::{Kind, LedgerEntry, Problem, Status, extension};
use paths::{STACK_FILE, UNIT_FILE};
use reader::Reader;
use std::collections::BTreeSet;

/// What the Terragrunt files of a tree deploy.
#[derive(Default)]
pub(super) struct Terragrunt {
    /// The units, in the order of their paths.
    pub units: Vec<DeployedUnit>,
    /// An entry for each file.
    pub ledger: Vec<LedgerEntry>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
}

impl Terragrunt {
    /// Evaluates all of them.
    pub fn read(input: &FrontendInput<'_>) -> Self {
        let kinds = [Kind::Terragrunt];
        let paths: Vec<&str> = input.of(&kinds).map(|candidate| candidate.path.as_str()).collect();
        if paths.is_empty() {
            return Self::default();
        }
        let reader = Reader::new(input.files, input.sources);
        let mut found = Self::default();
        let mut without_module: BTreeSet<&str> = BTreeSet::new();
        let mut evaluated: BTreeSet<&str> = BTreeSet::new();
        for path in &paths {
            match paths::name(path) {
                UNIT_FILE => match unit::deployed(&reader, path, None) {
                    Some(unit) => {
                        evaluated.insert(path);
                        found.units.push(unit);
                    }
                    None => _ = without_module.insert(path),
                },
                STACK_FILE => {
                    evaluated.insert(path);
                    found.units.extend(stack::units(&reader, path));
                }
                _ => {}
            }
        }
        // What a stack copies is deployed where the stack says, also where the copy is there from an earlier run.
        let of_stack = |unit: &&DeployedUnit| paths::name(&unit.file) == STACK_FILE;
        let copies: BTreeSet<String> = found.units.iter().filter(of_stack).map(|unit| unit.path.clone()).collect();
        let is_copy = |unit: &DeployedUnit| paths::name(&unit.file) != STACK_FILE && copies.contains(&unit.path);
        found.units.retain(|unit| !reader.is_template(&unit.file) && !is_copy(unit));
        found.units.sort_by(|a, b| a.path.cmp(&b.path));
        for path in &paths {
            let entry = |status, reason: &str| LedgerEntry::stopped(*path, Kind::Terragrunt, status, reason);
            let unseen = found.units.iter().find(|unit| unit.file == **path).and_then(|unit| unit.missing.as_deref());
            found.ledger.push(if let Some(reason) = reader.broken(path) {
                entry(if evaluated.contains(path) { Status::Partial } else { Status::Failed }, &reason)
            } else if let Some(reason) = unseen {
                entry(Status::Skipped, reason)
            } else if evaluated.contains(path) || reader.is_used(path) {
                LedgerEntry::evaluated(*path, Kind::Terragrunt)
            } else if extension(path) == "json" {
                entry(Status::Skipped, "a Terragrunt configuration in JSON, which is not evaluated")
            } else if without_module.contains(path) {
                let reason = "a Terragrunt configuration that deploys nothing: it names no `source`, and no module lies \
                              beside it";
                LedgerEntry::undeployed(*path, Kind::Terragrunt, reason)
            } else {
                LedgerEntry::undeployed(*path, Kind::Terragrunt, "a Terragrunt configuration that no unit includes")
            });
        }
        found.problems = reader.take_problems();
        found
    }
}
