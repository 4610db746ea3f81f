//! Terraform and OpenTofu: from `.tf` and `.tf.json` files to resource instances.
//!
//! The way: `load` reads the files of a directory, `module` sorts their blocks, `roots` says which
//! directories are judged on their own, and an `evaluation` of each of those makes instances of modules
//! and resources. An expression is evaluated in a `scope`, whose names lead on to what `names` says. `emit` turns the
//! instances into resources. `callers` knows the files that call modules and are not evaluated. Knows no checks.
//!
//! Each root is evaluated on one thread, lazily: a value is computed when it is first asked for.

mod blocks;
mod body;
mod callers;
mod calls;
mod declaration;
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
mod manifest;
mod memo;
mod mistake;
mod module;
mod moves;
mod names;
mod overrides;
mod policy_document;
mod providers;
mod releases;
mod remote_state;
mod repeat;
mod repetition;
mod resource_values;
mod roots;
mod scope;
mod sources;
mod tags;
mod typed;
mod variables;

pub use input::{Assignment, Directory, Input, Limits, Variables};

use super::{DependsOn, Frontend, FrontendInput, Inputs, Parsed, UnitPlan};
use crate::discover::kind_of;
use crate::expr::Budget;
use crate::model::{Format, Lowered, Reads, Unit};
use crate::source::{Files, Kind, LedgerEntry, Problem, Recording, Sources, Span, Status, ancestors, parent};
use callers::Callers;
use evaluation::Evaluation;
use instance::Instance;
use loader::{Loader, Modules};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Stack of a thread that evaluates, in bytes. References nest (a local in a local in an argument …), as
/// deep as [`crate::expr::limits::DEEP`] allows.
const STACK: usize = 128 << 20;

/// The format. Its units are the root modules, each with all it calls.
pub struct Terraform;

impl Frontend for Terraform {
    fn kinds(&self) -> &'static [Kind] {
        &[
            Kind::Terraform,
            Kind::TerraformJson,
            Kind::TerraformVariables,
            Kind::TerraformTest,
            Kind::TerraformQuery,
            Kind::TerraformStack,
            Kind::Terragrunt,
        ]
    }

    fn read<'t>(&self, input: FrontendInput<'t>) -> Box<dyn Parsed + 't> {
        Box::new(Configuration::read(&input))
    }
}

/// The modules of a tree, parsed.
struct Configuration<'t> {
    files: &'t dyn Files,
    sources: &'t Sources,
    /// The working directory.
    directory: &'t str,
    directories: Vec<Directory>,
    modules: Modules,
    callers: Callers,
    /// Directories of modules that only tests call.
    undeployed: BTreeSet<String>,
    plans: Vec<UnitPlan>,
}

impl<'t> Configuration<'t> {
    fn read(input: &FrontendInput<'t>) -> Self {
        let mut configuration = Self {
            files: input.files,
            sources: input.sources,
            directory: input.directory,
            directories: directories(input),
            modules: Modules::default(),
            callers: Callers::read(input),
            undeployed: BTreeSet::new(),
            plans: Vec::new(),
        };
        let variables = Variables::default();
        let loader = configuration.loader(&variables, Limits::default());
        let directories = configuration.directories.iter();
        let modules = directories.filter(|dir| dir.files.iter().any(|(_, kind)| load::is_configuration(*kind)));
        let modules: Vec<String> = modules.map(|directory| directory.path.clone()).collect();
        modules.par_iter().for_each(|dir| _ = loader.module(dir));
        let is_tested = |dir: &String| ancestors(dir).any(|above| configuration.callers.tested.contains(above));
        let (tested, deployed): (Vec<String>, Vec<String>) = modules.into_iter().partition(is_tested);
        let roots = roots::roots(&loader, &deployed);
        let reached = roots::reached(&loader, &roots);
        let plan = |(index, path)| UnitPlan { index, path, depends_on: DependsOn::Variables };
        let plans = roots.into_iter().enumerate().map(plan).collect();
        configuration.undeployed = tested.into_iter().filter(|dir| !reached.contains(dir)).collect();
        configuration.plans = plans;
        configuration
    }

    fn loader<'a>(&'a self, variables: &'a Variables, limits: Limits) -> Loader<'a> {
        let (files, sources, directories) = (self.files, self.sources, self.directories.as_slice());
        Loader::new(Input { files, sources, directories, variables, limits }, &self.modules)
    }

    /// The entries of files and directories that a module needs, that could not be read, and that are no candidates.
    fn failed<'a>(&'a self, loader: &Loader<'a>) -> impl Iterator<Item = LedgerEntry> + 'a {
        let candidates = self.directories.iter().flat_map(|directory| &directory.files);
        let candidates: BTreeSet<&str> = candidates.map(|(path, _)| path.as_str()).collect();
        let failed = loader.all().into_iter().flat_map(|module| module.failed.clone());
        failed.filter(move |(path, _)| !candidates.contains(path.as_str())).map(|(path, error)| {
            let kind = kind_of(&path).unwrap_or(Kind::Directory);
            LedgerEntry::stopped(path, kind, Status::Failed, error.to_string())
        })
    }
}

impl Parsed for Configuration<'_> {
    fn plans(&self) -> &[UnitPlan] {
        &self.plans
    }

    fn lower(&self, plans: &[&UnitPlan], inputs: &Inputs) -> Vec<Lowered> {
        let variables = inputs.variables.from_directory(self.directory);
        let roots: Vec<&str> = plans.iter().map(|plan| plan.path.as_str()).collect();
        evaluated(&self.loader(&variables, inputs.limits), &roots)
    }

    fn finish(&self, inputs: &Inputs, lowered: &mut Lowered) {
        let variables = inputs.variables.from_directory(self.directory);
        let loader = self.loader(&variables, inputs.limits);
        let roots: Vec<String> = self.plans.iter().map(|plan| plan.path.clone()).collect();
        for module in loader.all() {
            lowered.problems.extend(module.problems.iter().cloned());
        }
        lowered.problems.extend(undeclared(&loader, &roots));
        let entries = ledger::entries(&loader, &roots, &lowered.problems).into_iter().map(|entry| {
            let is_left = entry.status == Status::Evaluated && self.undeployed.contains(parent(&entry.file));
            let reason = "only tests call this module, so it is not deployed";
            if is_left { LedgerEntry::undeployed(entry.file, entry.kind, reason) } else { entry }
        });
        lowered.ledger.extend(entries);
        lowered.ledger.extend(self.failed(&loader));
        lowered.ledger.extend(self.callers.ledger.iter().cloned());
        lowered.problems.extend(self.callers.problems.iter().cloned());
    }
}

/// The directories that hold files of modules, sorted, each with its files.
fn directories(input: &FrontendInput<'_>) -> Vec<Directory> {
    let mut directories: BTreeMap<&str, Vec<(String, Kind)>> = BTreeMap::new();
    for file in input.of(&[Kind::Terraform, Kind::TerraformJson, Kind::TerraformVariables]) {
        directories.entry(parent(&file.path)).or_default().push((file.path.clone(), file.kind));
    }
    let directory = |(path, files): (&str, _)| Directory { path: path.to_owned(), files };
    directories.into_iter().map(directory).collect()
}

/// The roots one by one, in their order, evaluated on as many threads as rayon has.
fn evaluated(loader: &Loader, roots: &[&str]) -> Vec<Lowered> {
    let next = AtomicUsize::new(0);
    let work = |budget: fn() -> Budget| {
        let take = || {
            let at = next.fetch_add(1, Ordering::Relaxed);
            roots.get(at).map(|root| (at, *root))
        };
        std::iter::from_fn(take).map(|(at, root)| (at, guarded(loader, root, budget()))).collect::<Vec<_>>()
    };
    let threads = rayon::current_num_threads().min(roots.len());
    let mut done: Vec<(usize, Lowered)> = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || work(Budget::deep));
        let started: Vec<_> = (0..threads).map(start).collect();
        started.into_iter().flatten().filter_map(|thread| thread.join().ok()).flatten().collect()
    });
    // What is left when the system refused the threads; here the stack is small.
    done.extend(work(Budget::new));
    done.sort_by_key(|(at, _)| *at);
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
    let files = Recording::new(loader.input.files);
    let input = Input { files: &files, ..loader.input };
    let evaluation = Evaluation::new(loader, input, root, budget);
    let instance = evaluation.add_module(|id| Instance::root(id, loader.module(root)));
    emit::resources(&evaluation, &instance, &mut lowered);
    let outputs = emit::outputs(&evaluation, &instance);
    let reads = Reads { sources: evaluation.parsed(), answers: files.answers() };
    let unseen = evaluation.take_unseen();
    lowered.add_unit(Unit { reads, outputs, unseen, ..Unit::new(Format::Terraform, root) });
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
