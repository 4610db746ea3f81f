//! `gatelint test`: the examples of the user's own checks.

use super::args::Test;
use super::custom;
use crate::engine;
use crate::examples;
use crate::gate::Exit;
use crate::source::Sources;
use rayon::prelude::*;
use std::io::Write as _;

/// Runs the examples of all pages below the paths, and says which fail and why.
pub fn run(args: &Test) -> anyhow::Result<Exit> {
    let pages = custom::pages(&args.paths)?;
    let sources = Sources::default();
    let outcomes: Vec<(usize, Vec<String>)> = pages
        .par_iter()
        .map(|custom| match engine::load_custom(custom, &sources) {
            Err(problems) => {
                let say = |problem: &crate::source::Problem| {
                    let (start, _) = sources.get(problem.span.source).places(problem.span);
                    format!("{}:{}:{}: error: {}", custom.path, start.line, start.column, problem.message)
                };
                (1, problems.iter().map(say).collect())
            }
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
    let failures: Vec<&String> = outcomes.iter().flat_map(|(_, failures)| failures).collect();
    for failure in &failures {
        writeln!(out, "{failure}")?;
    }
    let examples: usize = outcomes.iter().map(|(examples, _)| examples).sum();
    writeln!(out, "{} pages, {examples} examples, {} failed", pages.len(), failures.len())?;
    Ok(if failures.is_empty() { Exit::Open } else { Exit::Findings })
}
