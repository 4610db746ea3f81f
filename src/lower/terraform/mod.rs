//! Terraform and OpenTofu: from `.tf` and `.tf.json` files to resource instances.
//!
//! The way: `load` reads the files of a directory, `module` sorts their blocks, `roots` says which
//! directories are judged on their own, and an `evaluation` of each of those makes instances of modules
//! and resources. `plan` reads what Terraform planned, which decides the values of the resources of its root. An expression is evaluated in a `scope`, whose names lead on to what `names` says. `emit` turns the
//! instances into resources. `callers` knows the files that call modules and are not evaluated. Knows no checks.
//!
//! Each root is evaluated on one thread, lazily: a value is computed when it is first asked for.

mod blocks;
mod body;
mod callers;
mod calls;
mod declaration;
mod deployed;
mod emit;
mod ephemeral;
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
mod placeholder;
mod plan;
mod policy_document;
mod provided;
mod providers;
mod refused;
mod releases;
mod remote_state;
mod repeat;
mod repetition;
mod resource_values;
mod roots;
mod scope;
mod settable;
mod sources;
mod stacks;
mod tags;
mod terragrunt;
mod typed;
mod variables;
mod versions;

pub use input::{Assignment, Directory, Input, Limits, Variables};

use super::{DependsOn, Frontend, FrontendInput, Inputs, Parsed, UnitPlan};
use crate::discover::kind_of;
use crate::expr::Budget;
use crate::model::{Format, LackedInput, Lowered, Reads, SettableInput, Unit};
use crate::source::prose::sentence;
use crate::source::{
    Files, Kind, LedgerEntry, Problem, Recording, Sources, Span, Status, ancestors, parent, suggestion,
};
use callers::Callers;
use deployed::DeployedUnit;
use ecow::EcoString;
use evaluation::Evaluation;
use instance::Instance;
use loader::{Loader, Modules};
use plan::{Plan, Plans};
use rayon::prelude::*;
use roots::Calls;
use scope::ModuleScope;
use stacks::Stacks;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use terragrunt::Terragrunt;

/// Stack of a thread that evaluates, in bytes. References nest (a local in a local in an argument …), as
/// deep as [`crate::expr::limits::DEEP`] allows.
const STACK: usize = 128 << 20;

/// The format. Its units are the root modules, each with all it calls: with the values that Terraform loads, or once for
/// each unit of Terragrunt and each component of a Stack that deploys it.
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
            Kind::TerraformPlan,
            Kind::TerraformState,
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
    /// What Terragrunt and Stacks deploy.
    units: Vec<DeployedUnit>,
    /// The entries of their files, and what is wrong with those.
    told: (Vec<LedgerEntry>, Vec<Problem>),
    /// Directories of modules that only tests call.
    undeployed: BTreeSet<String>,
    plans: Vec<UnitPlan>,
    /// What each of the units is made from.
    made_from: Vec<MadeFrom>,
    /// What Terraform planned.
    planned: Plans,
}

/// What a unit is made from.
#[derive(Clone, Debug)]
struct MadeFrom {
    /// The directory of a root module.
    root: Option<String>,
    /// The number of a plan.
    plan: Option<usize>,
    /// The number of what deploys the module with inputs of its own.
    unit: Option<usize>,
}

impl<'t> Configuration<'t> {
    fn read(input: &FrontendInput<'t>) -> Self {
        let Terragrunt { mut units, mut ledger, mut problems } = Terragrunt::read(input);
        let stacks = Stacks::read(input);
        units.extend(stacks.units);
        ledger.extend(stacks.ledger);
        problems.extend(stacks.problems);
        let mut configuration = Self {
            files: input.files,
            sources: input.sources,
            directory: input.directory,
            directories: directories(input),
            modules: Modules::default(),
            callers: Callers::read(input),
            units,
            told: (ledger, problems),
            undeployed: BTreeSet::new(),
            plans: Vec::new(),
            made_from: Vec::new(),
            planned: Plans::read(input),
        };
        let variables = Variables::default();
        let loader = configuration.loader(&variables, Limits::default());
        let directories = configuration.directories.iter();
        let modules = directories.filter(|dir| dir.files.iter().any(|(_, kind)| load::is_configuration(*kind)));
        let modules: Vec<String> = modules.map(|directory| directory.path.clone()).collect();
        modules.par_iter().for_each(|dir| _ = loader.module(dir));
        let is_tested = |dir: &String| ancestors(dir).any(|above| configuration.callers.tested.contains(above));
        let (tested, deployed): (Vec<String>, Vec<String>) = modules.into_iter().partition(is_tested);
        let mut calls = Calls::written(&loader);
        let mut roots = calls.roots(&deployed);
        let undecided = calls.undecided(&roots);
        if !undecided.is_empty() {
            for inputs in &input.inputs {
                let variables = inputs.variables.from_directory(configuration.directory);
                let loader = configuration.loader(&variables, inputs.limits);
                let found = on_threads(&undecided, |root, budget| called(&loader, root, budget));
                calls.add(found.into_iter().flatten());
            }
            roots = calls.roots(&deployed);
        }
        let mut reached = calls.reached(&roots);
        // A module that Terragrunt or a Stack deploys is evaluated as it is deployed.
        let of_unit = |unit: &DeployedUnit| [unit.module.clone(), unit.passed.beside.clone()];
        let modules: BTreeSet<String> = configuration.units.iter().flat_map(of_unit).flatten().collect();
        reached.extend(calls.reached(&modules.iter().cloned().collect::<Vec<_>>()));
        roots.retain(|root| !modules.contains(root));
        let loader = configuration.loader(&variables, Limits::default());
        let (mut made_from, mut problems) = configuration.planned.units(&loader, roots);
        let units = (0..).zip(&configuration.units);
        made_from.extend(units.map(|(number, unit)| MadeFrom {
            root: unit.module.clone(),
            plan: None,
            unit: Some(number),
        }));
        configuration.planned.problems.append(&mut problems);
        configuration.undeployed = tested.into_iter().filter(|dir| !reached.contains(dir)).collect();
        configuration.plans =
            made_from.iter().enumerate().map(|(index, unit)| configuration.unit(index, unit)).collect();
        configuration.made_from = made_from;
        configuration
    }

    fn unit(&self, index: usize, made_from: &MadeFrom) -> UnitPlan {
        if let Some(unit) = made_from.unit.and_then(|unit| self.units.get(unit)) {
            return UnitPlan { index, path: unit.path.clone(), depends_on: DependsOn::Variables };
        }
        match (&made_from.root, made_from.plan.and_then(|plan| self.planned.read.get(plan))) {
            (None, Some(plan)) => UnitPlan { index, path: plan.path.clone(), depends_on: DependsOn::Nothing },
            (root, _) => UnitPlan { index, path: root.clone().unwrap_or_default(), depends_on: DependsOn::Variables },
        }
    }

    /// The directories of the root modules, sorted, each once.
    fn roots(&self) -> Vec<String> {
        let beside = self.units.iter().filter_map(|unit| unit.passed.beside.as_ref());
        let roots: BTreeSet<&String> =
            self.made_from.iter().filter_map(|unit| unit.root.as_ref()).chain(beside).collect();
        roots.into_iter().cloned().collect()
    }

    fn loader<'a>(&'a self, variables: &'a Variables, limits: Limits) -> Loader<'a> {
        let (files, sources, directories) = (self.files, self.sources, self.directories.as_slice());
        Loader::new(Input { files, sources, directories, variables, limits }, &self.modules)
    }

    /// What a planned unit stands for.
    fn root<'a>(&'a self, plan: &'a UnitPlan) -> Option<Root<'a>> {
        let made_from = self.made_from.get(plan.index)?;
        let unit = made_from.unit.and_then(|unit| self.units.get(unit));
        Some(Root {
            path: &plan.path,
            module: made_from.root.as_deref().unwrap_or(&plan.path),
            unit,
            plan: made_from.plan.and_then(|plan| self.planned.read.get(plan)),
            is_only_planned: made_from.root.is_none() && unit.is_none(),
        })
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
        let roots: Vec<Root<'_>> = plans.iter().filter_map(|plan| self.root(plan)).collect();
        let loader = self.loader(&variables, inputs.limits);
        on_threads(&roots, |root, budget| match root.plan.filter(|_| root.is_only_planned) {
            Some(plan) => plan.alone(),
            None => guarded(&loader, root, budget),
        })
    }

    fn settable(&self, plan: &UnitPlan, lacked: &LackedInput, inputs: &Inputs) -> Option<SettableInput> {
        let variables = inputs.variables.from_directory(self.directory);
        // What is deployed with inputs of its own has them elsewhere.
        let root = self.root(plan).filter(|root| root.unit.is_none() && !root.is_only_planned)?;
        settable::variable(&self.loader(&variables, inputs.limits), root.module, &lacked.cause)
    }

    fn finish(&self, inputs: &Inputs, lowered: &mut Lowered) {
        let variables = inputs.variables.from_directory(self.directory);
        let loader = self.loader(&variables, inputs.limits);
        let roots = self.roots();
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
        lowered.ledger.extend(self.planned.ledger.iter().chain(&self.told.0).cloned());
        lowered.problems.extend(self.planned.problems.iter().chain(&self.told.1).cloned());
    }
}

/// A root module that is evaluated.
#[derive(Clone, Copy)]
struct Root<'a> {
    /// The path of the unit.
    path: &'a str,
    /// The directory of the module.
    module: &'a str,
    /// What deploys it with inputs of its own.
    unit: Option<&'a DeployedUnit>,
    /// What Terraform planned for it.
    plan: Option<&'a Plan>,
    /// Whether there is nothing but that.
    is_only_planned: bool,
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

/// What `work` makes of the roots, in their order, on as many threads as rayon has.
fn on_threads<R: Copy + Sync, T: Send>(roots: &[R], work: impl Fn(R, Budget) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let share = |budget: fn() -> Budget| {
        let take = || {
            let at = next.fetch_add(1, Ordering::Relaxed);
            roots.get(at).map(|root| (at, *root))
        };
        std::iter::from_fn(take).map(|(at, root)| (at, work(root, budget().shared_by(roots.len())))).collect::<Vec<_>>()
    };
    let threads = rayon::current_num_threads().min(roots.len());
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || share(Budget::deep));
        let started: Vec<_> = (0..threads).map(start).collect();
        started.into_iter().flatten().filter_map(|thread| thread.join().ok()).flatten().collect()
    });
    // What is left when the system refused the threads; here the stack is small.
    done.extend(share(Budget::new));
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

/// The directories that a root module and all it calls call: caller and called. Empty where the evaluation breaks off,
/// which is reported when the root is lowered.
fn called(loader: &Loader, root: &str, budget: Budget) -> Vec<(String, String)> {
    let walk = || {
        let module = loader.module(root);
        let evaluation = Evaluation::new(loader, loader.input, &module, None, budget);
        let mut open = vec![evaluation.add_module(|id| Instance::root(id, module))];
        let mut found = Vec::new();
        while let Some(instance) = open.pop() {
            let names = ModuleScope::of(&evaluation, &instance);
            for name in instance.module.calls.keys() {
                let called = names.called_instances(name);
                let instances = called.instances.iter().flatten().filter_map(|id| evaluation.module(*id));
                for child in instances {
                    found.push((instance.module.dir.clone(), child.module.dir.clone()));
                    open.push(child);
                }
            }
        }
        found
    };
    catch_unwind(AssertUnwindSafe(walk)).unwrap_or_default()
}

/// One root module; a defect in its evaluation loses no other one.
fn guarded(loader: &Loader, root: Root<'_>, budget: Budget) -> Lowered {
    catch_unwind(AssertUnwindSafe(|| evaluate(loader, root, budget))).unwrap_or_else(|_| {
        let name = root.module;
        let message = format!("The evaluation of the root module in `{name}` broke off. This is a defect of gatelint.");
        let source = loader.module(name).files.first().map(|(_, source, _)| *source);
        let problems = source.map(|source| Problem::error(Span::new(source, 0, 0), message));
        Lowered { problems: problems.into_iter().collect(), ..Lowered::default() }
    })
}

/// One root module with all it calls, as it is planned where there is a plan of it.
fn evaluate(loader: &Loader, root: Root<'_>, budget: Budget) -> Lowered {
    let mut lowered = Lowered::default();
    let of_unit = root.unit.into_iter().flat_map(|unit| &unit.read).copied();
    if let Some(unseen) = root.unit.and_then(|unit| unit.unseen.clone()) {
        let reads = Reads { sources: of_unit.collect(), ..Reads::default() };
        lowered.add_unit(Unit { reads, unseen: vec![unseen], ..Unit::new(Format::Terraform, root.path) });
        return lowered;
    }
    let files = Recording::new(loader.input.files);
    let input = Input { files: &files, ..loader.input };
    let passed = root.unit.map(|unit| &unit.passed);
    let added = root.unit.map(|unit| unit.added.as_slice()).unwrap_or_default();
    let module = loader.with_files(root.module, added);
    let mut evaluation = Evaluation::new(loader, input, &module, passed, budget);
    if let Some(plan) = root.plan {
        evaluation.given.extend(plan.variables.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    if !added.is_empty() {
        module.problems.iter().for_each(|problem| evaluation.report(problem.clone()));
    }
    let instance = evaluation.add_module(|id| Instance::root(id, module));
    emit::resources(&evaluation, &instance, &mut lowered);
    let outputs = emit::outputs(&evaluation, &instance);
    let sources = evaluation.parsed().into_iter().chain(of_unit).collect();
    let reads = Reads { sources, answers: files.answers(), templates: files.templates() };
    let unseen = evaluation.take_unseen();
    lowered.add_unit(Unit { reads, outputs, unseen, ..Unit::new(Format::Terraform, root.path) });
    lowered.problems = evaluation.take_problems();
    lowered.secrets.clone_from(&evaluation.secrets);
    if let Some(plan) = root.plan {
        let is_asked_about = loader.input.directories.iter().any(|directory| directory.path == root.module);
        plan.decide(&mut lowered, is_asked_about);
    }
    lowered
}

/// Variables of the command line and of the configuration that no root module declares.
fn undeclared(loader: &Loader, roots: &[String]) -> Vec<Problem> {
    let Input { sources, variables, .. } = &loader.input;
    let mut problems = Vec::new();
    let mut compare = |assignment: &Assignment, span: &dyn Fn(&str, &str) -> Span| {
        let Assignment::Value { name, text } = assignment else { return };
        let modules: Vec<_> = roots.iter().map(|root| loader.module(root)).collect();
        if modules.iter().any(|module| module.variables.contains_key(name.as_str()) || !module.unseen.is_empty()) {
            return;
        }
        let known = modules.iter().flat_map(|module| module.variables.keys().map(EcoString::as_str));
        let message = format!("No root module declares the variable `{name}`{}", suggestion(name, known));
        problems.push(Problem::warning(span(name, text), sentence(&message)));
    };
    for assignment in &variables.command_line {
        compare(assignment, &|name, text| {
            Span::new(sources.add_input(format!("--var {name}"), text), 0, text.len() as u32)
        });
    }
    // A configuration is for the whole repository, of which other parts may have root modules.
    if !roots.is_empty() {
        variables.configured.iter().for_each(|(assignment, place)| compare(assignment, &|_, _| place.span(sources)));
    }
    problems
}

#[cfg(test)]
mod tests;
