//! `gatelint test`: the examples of the user's own checks, and the tests of policies.

use super::args::Test;
use super::{custom, policytest};
use crate::engine;
use crate::examples;
use crate::gate::Exit;
use crate::report::neutral;
use crate::source::Sources;
use rayon::prelude::*;
use std::io::Write as _;

/// Runs the examples of all pages and the tests of all policies below the paths, and says which fail and why.
pub fn run(args: &Test) -> anyhow::Result<Exit> {
    let pages = custom::pages(&args.paths)?;
    let tested = policytest::run(&args.paths, &custom::input_values(&args.input)?)?;
    let sources = Sources::default();
    let outcomes: Vec<(usize, Vec<String>)> = pages
        .par_iter()
        .map(|custom| match engine::load_custom(custom, &sources) {
            Err(problems) => (1, problems.iter().map(|problem| custom::told(problem, &sources)).collect()),
            Ok(page) => {
                let failed = page.examples.iter().filter_map(|example| {
                    let wrong = examples::verify(&custom.id, Some(custom), example).err()?;
                    let (start, _) = sources.get(example.span.source).places(example.span);
                    Some(format!("{}:{}:1: error: {wrong}", custom.path, start.line))
                });
                (page.examples.len(), failed.collect())
            }
        })
        .collect();
    let mut out = std::io::stdout().lock();
    let failures: Vec<&String> = outcomes.iter().flat_map(|(_, failures)| failures).chain(&tested.failures).collect();
    for line in failures.iter().copied().chain(&tested.skipped) {
        writeln!(out, "{}", neutral::lines(line))?;
    }
    let examples: usize = outcomes.iter().map(|(examples, _)| examples).sum();
    let mut summary = Vec::new();
    if !pages.is_empty() || tested.files == 0 {
        summary.push(format!("{} pages, {examples} examples", pages.len()));
    }
    if tested.files > 0 {
        summary.push(format!("{} policy tests, {} mocks", tested.files, tested.mocks));
    }
    if !tested.skipped.is_empty() {
        summary.push(format!("{} skipped", tested.skipped.len()));
    }
    writeln!(out, "{}, {} failed", summary.join(", "), failures.len())?;
    Ok(if failures.is_empty() { Exit::Open } else { Exit::Findings })
}
