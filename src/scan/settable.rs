//! Where the inputs would be set that verdicts and units lack, in each environment that lacks them.

use super::Analysis;
use crate::discover::Tree;
use crate::environment::Environment;
use crate::lower;
use crate::model::{LackedInput, SettableInput, Text};
use std::collections::BTreeSet;

/// An input that can be set, with the environments that lack it and would have it from the same file.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The input.
    pub input: SettableInput,
    /// Their names; none where none is named.
    pub environments: Vec<Text>,
}

/// Where inputs would be set that units of `tree` lack, each place once, in the order of `lacked`.
pub fn settable(analysis: &Analysis<'_>, tree: &Tree, lacked: &[LackedInput]) -> Vec<Setting> {
    let units: BTreeSet<&str> = lacked.iter().map(|one| one.unit.as_str()).collect();
    let tree = analysis.of_units(tree, &units);
    analysis.sources.begin();
    let mut settings: Vec<Setting> = Vec::new();
    for environment in analysis.request.environments().iter() {
        let own: Vec<&LackedInput> = lacked.iter().filter(|one| is_evaluated_in(one, environment, analysis)).collect();
        if own.is_empty() {
            continue;
        }
        let found = lower::settable(&tree, analysis.sources, &environment.inputs, &own);
        for (lacked, input) in own.into_iter().zip(found) {
            if let Some(mut input) = input {
                input.is_secret |= lacked.is_secret;
                add(&mut settings, &input, &lacked.environment);
            }
        }
    }
    // A secret is written into no file that others get: it stays with whoever deploys, in the environment of the
    // program, or in a file that the repository ignores.
    settings.retain(|setting| !setting.input.is_secret || !tree.files.is_committed(&setting.input.file));
    settings
}

/// Whether an input is lacked with the values of an environment. The sets of values of a chart are the same in each.
fn is_evaluated_in(lacked: &LackedInput, environment: &Environment, analysis: &Analysis<'_>) -> bool {
    let all = analysis.request.environments();
    let is_first = all.first().is_some_and(|first| first.name == environment.name);
    let is_named = all.iter().any(|one| one.name == lacked.environment);
    environment.name == lacked.environment || !is_named && is_first
}

fn add(settings: &mut Vec<Setting>, input: &SettableInput, environment: &Text) {
    let is_same = |known: &Setting| known.input.file == input.file && known.input.path == input.path;
    let at = settings.iter().position(is_same).unwrap_or_else(|| {
        settings.push(Setting { input: input.clone(), environments: Vec::new() });
        settings.len() - 1
    });
    let Some(at) = settings.get_mut(at) else { return };
    at.input.is_secret |= input.is_secret;
    if !environment.is_empty() && !at.environments.contains(environment) {
        at.environments.push(environment.clone());
    }
}
