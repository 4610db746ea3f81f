//! What the judging of resources costs: one policy on one resource, over the shipped checks.
//!
//! `cargo bench --bench policies` prints nanoseconds; the goal is at most 500 for each condition.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark talks to whoever runs it")]

use gatelint::check;
use gatelint::discover::Memory;
use gatelint::engine::{self, Catalog, Index, PolicySet, Selection};
use gatelint::lower;
use gatelint::model::{Lowered, Resource};
use gatelint::source::Sources;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Rounds of which the fastest counts.
const ROUNDS: usize = 5;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let sources = Sources::default();
    let pages: Vec<_> = check::pages().iter().filter_map(|page| engine::load(page, &sources).ok()).collect();
    // Every passing and failing example of every page, as one tree of roots.
    let examples = pages.iter().flat_map(|page| &page.examples).enumerate();
    let files: Vec<(String, &str)> = examples
        .flat_map(|(at, example)| {
            example.files.iter().map(move |(name, text)| (format!("e{at}/{name}"), text.as_str()))
        })
        .collect();
    let tree = Memory::tree(files.iter().map(|(name, text)| (name.as_str(), *text)));
    let lowered = lower::lower(&tree, &sources, &lower::Inputs::default());
    let policies = PolicySet::default();
    let selection = Selection::default();
    let catalog = Catalog::new(&[], &policies, &selection, &sources).expect("all checks can be chosen");
    let conditions = conditions(&lowered, &pages);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread starts");
    let index = Index::new(&lowered, &sources);
    let reading = single.install(|| fastest(|| drop(catalog.pages(&index, &sources, &BTreeSet::new()))));
    let whole = single.install(|| fastest(|| drop(engine::evaluate(&lowered, &sources, &catalog, &BTreeSet::new()))));
    let each = whole.saturating_sub(reading).as_nanos() as f64 / conditions.max(1) as f64;
    println!("{} pages, {} resources, {conditions} conditions", pages.len(), lowered.resources.len());
    println!("{each:.0} ns a condition on one thread, with placing the findings");
    println!("{:.1} ms to read all pages on one thread", reading.as_secs_f64() * 1e3);
}

fn fastest(mut run: impl FnMut()) -> Duration {
    let round = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}

/// How many conditions are evaluated at most: those of each policy on each resource of its types.
fn conditions(lowered: &Lowered, pages: &[check::Page]) -> usize {
    let names = |resource: &Resource| -> Vec<String> {
        let families = resource.families.iter().map(|family| (*family).to_owned());
        std::iter::once(resource.type_name.to_string()).chain(families).collect()
    };
    let resources: Vec<Vec<String>> = lowered.resources.iter().map(names).collect();
    let policies = pages.iter().flat_map(|page| &page.policies);
    policies
        .map(|policy| {
            let judged =
                |names: &&Vec<String>| names.iter().any(|name| policy.patterns.iter().any(|p| p.matches(name)));
            resources.iter().filter(judged).count() * policy.enforces.len()
        })
        .sum()
}
