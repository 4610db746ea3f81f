//! Terraform and OpenTofu: from `.tf` and `.tf.json` files to resource instances.
//!
//! The way: `load` reads the files of a directory, `module` sorts their blocks, `roots` says which
//! directories are judged on their own, and an `evaluation` of each of those makes instances of modules
//! and resources, whose expressions see names through `scope`. `emit` turns them into resources. Knows
//! no checks.
//!
//! Each root is evaluated on one thread, lazily: a value is computed when it is first asked for.

mod address;
mod blocks;
mod body;
mod calls;
mod emit;
mod evaluation;
mod ids;
mod imports;
mod input;
mod inputs;
mod instance;
mod json;
mod ledger;
mod load;
mod loader;
mod module;
mod moves;
mod overrides;
mod policy_document;
mod remote_state;
mod repeat;
mod resource_values;
mod roots;
mod scope;
mod sources;
mod tags;
mod variables;

pub use input::{Assignment, Directory, Input, Limits, Variables};

use crate::expr::Budget;
use crate::model::{Format, Lowered, Unit};
use crate::source::{Problem, Span};
use evaluation::Evaluation;
use instance::Instance;
use loader::Loader;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Stack of a thread that evaluates, in bytes. References nest (a local in a local in an argument …), as
/// deep as [`crate::expr::limits::DEEP`] allows.
const STACK: usize = 128 << 20;

/// Evaluates every root module among the directories with all it calls.
pub fn lower(input: &Input) -> Lowered {
    let loader = Loader::new(*input);
    let mut directories: Vec<String> = input
        .directories
        .iter()
        .filter(|directory| directory.files.iter().any(|(_, kind)| load::is_configuration(*kind)))
        .map(|directory| directory.path.clone())
        .collect();
    directories.sort();
    directories.dedup();
    directories.par_iter().for_each(|dir| _ = loader.module(dir));
    let roots = roots::roots(&loader, &directories);
    let mut lowered = Lowered::default();
    for part in evaluated(&loader, &roots) {
        lowered.append(part);
    }
    for module in loader.all() {
        lowered.problems.extend(module.problems.iter().cloned());
    }
    lowered.problems.extend(undeclared(&loader, &roots));
    lowered.ledger = ledger::entries(&loader, &roots, &lowered.problems);
    lowered
}

/// The roots one by one, in their order, evaluated on as many threads as rayon has.
fn evaluated(loader: &Loader, roots: &[String]) -> Vec<Lowered> {
    let next = AtomicUsize::new(0);
    let work = |budget: fn() -> Budget| {
        let take = || roots.get(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(take).map(|root| (root, guarded(loader, root, budget()))).collect::<Vec<_>>()
    };
    let threads = rayon::current_num_threads().min(roots.len());
    let mut done: Vec<(&String, Lowered)> = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || work(Budget::deep));
        let started: Vec<_> = (0..threads).map(start).collect();
        started.into_iter().flatten().filter_map(|thread| thread.join().ok()).flatten().collect()
    });
    // What is left when the system refused the threads; here the stack is small.
    done.extend(work(Budget::new));
    done.sort_by_key(|(root, _)| *root);
    done.into_iter().map(|(_, lowered)| lowered).collect()
}

/// One root module; a defect in its evaluation loses no other one.
fn guarded(loader: &Loader, root: &str, budget: Budget) -> Lowered {
    catch_unwind(AssertUnwindSafe(|| evaluate(loader, root, budget))).unwrap_or_else(|_| {
        let message = format!("The evaluation of the root module in `{root}` broke off. This is a defect of gatelint.");
        let source = loader.module(root).files.first().map(|(_, source, _)| *source);
        let problems = source.map(|source| Problem::error(Span::new(source, 0, 0), message));
        Lowered { problems: problems.into_iter().collect(), ..Lowered::default() }
    })
}

/// One root module with all it calls.
fn evaluate(loader: &Loader, root: &str, budget: Budget) -> Lowered {
    let mut lowered = Lowered::default();
    let evaluation = Evaluation::new(loader, root, budget);
    let instance = evaluation.add_module(|id| Instance::root(id, loader.module(root)));
    emit::resources(&evaluation, &instance, &mut lowered);
    let outputs = emit::outputs(&evaluation, &instance);
    lowered.add_unit(Unit { format: Format::Terraform, path: root.to_owned(), implicit: false, outputs });
    lowered.problems = evaluation.take_problems();
    lowered.secrets.clone_from(&evaluation.secrets);
    lowered
}

/// Variables of the command line that no root module declares.
fn undeclared(loader: &Loader, roots: &[String]) -> Vec<Problem> {
    let declared = |name: &str| roots.iter().any(|root| loader.module(root).variables.contains_key(name));
    let mut problems = Vec::new();
    for assignment in &loader.input.variables.command_line {
        if let Assignment::Value { name, text } = assignment
            && !declared(name)
        {
            let source = loader.input.sources.add_input(format!("--var {name}"), text.clone());
            let span = Span::new(source, 0, text.len() as u32);
            problems.push(Problem::warning(span, format!("No root module declares the variable `{name}`.")));
        }
    }
    problems
}

#[cfg(test)]
mod tests;
