//! The `.policytest.hcl` files of `gatelint test`.

use super::custom::{self, POLICY, POLICY_TEST};
use crate::engine::{self, CustomPage, MockResult};
use crate::source::{Problem, Sources};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// What became of all tests.
#[derive(Debug, Default)]
pub struct Tested {
    /// Files of tests.
    pub files: usize,
    /// Mocks that were judged.
    pub mocks: usize,
    /// One line for each that failed.
    pub failures: Vec<String>,
    /// One line for each mock that could not be judged.
    pub skipped: Vec<String>,
}

/// Runs all tests below `paths`. One without targets tests all policies below `paths`, or those beside it
/// where there are none.
pub fn run(paths: &[PathBuf], inputs: &[(String, String)]) -> anyhow::Result<Tested> {
    let tests = custom::files(paths, POLICY_TEST)?;
    let policies = custom::files(paths, POLICY)?;
    let all: Vec<Tested> = tests.par_iter().map(|test| one(test, &policies, inputs)).collect();
    let mut tested = Tested { files: tests.len(), ..Tested::default() };
    for mut one in all {
        tested.mocks += one.mocks;
        tested.failures.append(&mut one.failures);
        tested.skipped.append(&mut one.skipped);
    }
    Ok(tested)
}

fn one(test: &CustomPage, policies: &[CustomPage], inputs: &[(String, String)]) -> Tested {
    let sources = Sources::default();
    match outcomes(test, policies, inputs, &sources) {
        Ok(tested) => tested,
        Err(problems) => {
            let failures = problems.iter().map(|problem| custom::told(problem, &sources)).collect();
            Tested { failures, ..Tested::default() }
        }
    }
}

fn outcomes(
    test: &CustomPage,
    policies: &[CustomPage],
    inputs: &[(String, String)],
    sources: &Sources,
) -> Result<Tested, Vec<Problem>> {
    let source = sources.add(test.path.as_str(), test.text.as_str());
    let file = engine::read_test(source, &test.text)?;
    let beside = Path::new(&test.path).parent().unwrap_or(Path::new(""));
    let wanted = match &file.targets {
        Some(targets) => {
            let mut wanted = Vec::new();
            for target in targets {
                let found = custom::files(&[beside.join(target.path.as_str())], POLICY).unwrap_or_default();
                if found.is_empty() {
                    let message = format!("Target `{}` does not match any policy file.", target.path);
                    return Err(vec![Problem::error(target.span, message)]);
                }
                wanted.extend(found);
            }
            wanted
        }
        None if policies.is_empty() => custom::files(&[beside.to_owned()], POLICY).unwrap_or_default(),
        None => policies.to_vec(),
    };
    let mut tested = Tested::default();
    for outcome in engine::run_test(&file, &wanted, inputs, sources)? {
        let (start, _) = sources.get(outcome.span.source).places(outcome.span);
        let place = format!("{}:{}:{}", test.path, start.line, start.column);
        tested.mocks += 1;
        match outcome.result {
            MockResult::Passed => {}
            MockResult::Failed(why) => tested.failures.push(format!("{place}: error: {why}")),
            MockResult::Skipped(why) => tested.skipped.push(format!("{place}: note: skipped: {why}")),
        }
    }
    Ok(tested)
}
