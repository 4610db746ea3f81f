//! The evaluation of one root module with all it calls: what is shared by its instances.
//!
//! Values are computed when they are first asked for, and kept. Asking for one that is being computed
//! is a cycle; only those on it are lost.

use super::deployed::Passed;
use super::input::Input;
use super::inputs;
use super::instance::{Instance, ResourceInstance};
use super::loader::Loader;
use super::manifest::Manifest;
use super::memo::{Memo, Progress};
use super::module::Module;
use crate::expr::Budget;
use crate::model::{Address, Reach, Text, Unseen, Value, Why};
use crate::schema::{Family, Releases};
use crate::source::{Level, Problem, SourceId, Span};
use ecow::EcoString;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::rc::Rc;

/// What one root module and all it calls share.
pub(super) struct Evaluation<'a> {
    /// Where modules come from.
    pub loader: &'a Loader<'a>,
    /// What is asked for, through files that record what they were asked.
    pub input: Input<'a>,
    /// The directory of the root module.
    pub root: String,
    /// Values given to the root module from outside, by variable.
    pub given: BTreeMap<Text, Value>,
    /// Where values of sensitive variables are written.
    pub secrets: Vec<Span>,
    /// Whether the root module may be run with a version in which one side of `&&` and `||` decides alone.
    pub short_circuits: bool,
    /// `terraform.workspace`, where something names it.
    pub workspace: Option<String>,
    /// What `terraform init` installed.
    pub manifest: Manifest,
    /// Sources and major versions of the providers that `terraform init` locked, once one asks.
    pub locks: OnceCell<Vec<(EcoString, u16)>>,
    /// Releases of a provider that the module in a directory may be run with.
    pub releases: RefCell<HashMap<(String, Family), Releases>>,
    /// Steps and room that are left to the whole root.
    pub budget: Budget,
    /// The directories whose size the budget has grown by.
    granted: RefCell<HashSet<String>>,
    modules: RefCell<Vec<Rc<Instance>>>,
    named: RefCell<HashMap<Address, Named>>,
    problems: RefCell<Vec<Problem>>,
    reported: RefCell<HashSet<(Span, Level, String)>>,
    unseen: RefCell<Vec<Unseen>>,
    trail: RefCell<Vec<Subject>>,
    instances: Cell<usize>,
}

/// What an address in a symbolic reference names.
#[derive(Clone)]
pub(super) enum Named {
    /// One instance of a resource.
    Instance(Rc<Instance>, Rc<ResourceInstance>),
    /// All instances of a resource, when their keys are not known for sure.
    Instances(Rc<Instance>, usize),
}

/// Something that is being computed, for the words of a cycle.
#[derive(Clone)]
pub(super) struct Subject {
    /// Address of the module instance.
    pub module: Address,
    /// `local.`, `var.` …
    pub prefix: &'static str,
    /// Its name.
    pub name: EcoString,
    /// Its declaration.
    pub span: Span,
}

impl Subject {
    fn address(&self) -> Address {
        Address::other(Some(&self.module), ecow::eco_format!("{}{}", self.prefix, self.name))
    }
}

impl<'a> Evaluation<'a> {
    /// Nothing is evaluated yet.
    pub fn new(
        loader: &'a Loader<'a>,
        input: Input<'a>,
        module: &Module,
        passed: Option<&Passed>,
        budget: Budget,
    ) -> Self {
        let root = module.dir.as_str();
        let given = inputs::given(&input, module, passed);
        let (given, secrets, problems) = (given.values, given.secrets, given.problems);
        Self {
            loader,
            input,
            root: root.to_owned(),
            short_circuits: module.short_circuits,
            given,
            secrets,
            workspace: inputs::workspace(&input, root),
            manifest: Manifest::read(input.files, root),
            locks: OnceCell::new(),
            releases: RefCell::default(),
            budget,
            granted: RefCell::default(),
            modules: RefCell::default(),
            named: RefCell::default(),
            problems: RefCell::new(problems),
            reported: RefCell::default(),
            unseen: RefCell::default(),
            trail: RefCell::default(),
            instances: Cell::new(0),
        }
    }

    /// The value of `key`: kept, or computed by `compute`. In a cycle, or when references nest too
    /// deeply, what `broken` makes of the reason.
    pub fn follow<K: Hash + Eq + Clone, T: Clone>(
        &self,
        memo: &Memo<K, T>,
        key: &K,
        subject: impl FnOnce() -> Subject,
        compute: impl FnOnce() -> T,
        broken: impl FnOnce(Why, Span) -> T,
    ) -> T {
        match memo.progress(key) {
            Some(Progress::Done(value)) => return value,
            Some(Progress::Running) => {
                let subject = subject();
                let message = self.cycle(&subject);
                let span = subject.span;
                self.report(Problem::error(span, message.clone()));
                return broken(Why::Invalid(message.into()), span);
            }
            None => {}
        }
        let subject = subject();
        let limit = self.input.limits.reference_depth;
        if self.trail.borrow().len() >= limit {
            let message = format!(
                "`{}` was not evaluated: more than {limit} references lead to it, one within the other.",
                subject.address()
            );
            self.report(Problem::error(subject.span, message));
            return broken(Why::Limit("nested references".into()), subject.span);
        }
        memo.compute(key, || {
            self.trail.borrow_mut().push(subject);
            let value = compute();
            self.trail.borrow_mut().pop();
            value
        })
    }

    fn cycle(&self, subject: &Subject) -> String {
        let trail = self.trail.borrow();
        let end = subject.address();
        let addresses: Vec<_> = trail.iter().map(Subject::address).collect();
        let from = addresses.iter().rposition(|address| *address == end).unwrap_or(0);
        let members: Vec<_> = addresses.iter().skip(from).chain([&end]).map(|address| format!("`{address}`")).collect();
        format!("{} depends on itself: {}.", members.first().cloned().unwrap_or_default(), members.join(" needs "))
    }

    /// Keeps a problem, unless the same one was reported for another instance.
    pub fn report(&self, problem: Problem) {
        if self.reported.borrow_mut().insert((problem.span, problem.level, problem.message.clone())) {
            self.problems.borrow_mut().push(problem);
        }
    }

    /// All problems so far, in the order of their discovery.
    pub fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }

    /// Notes something that belongs to the unit and is not here.
    /// A limit that is reached by many blocks is one reason.
    pub fn miss(&self, unseen: Unseen) {
        let mut all = self.unseen.borrow_mut();
        let is_limit = |unseen: &Unseen| matches!(unseen.cause.why, Why::Limit(_)) && unseen.reach == Reach::Unit;
        if !(is_limit(&unseen) && all.last().is_some_and(is_limit)) {
            all.push(unseen);
        }
    }

    /// Returns all that belongs to the unit and is not here, sorted.
    pub fn take_unseen(&self) -> Vec<Unseen> {
        let mut unseen = self.unseen.take();
        let place = |unseen: &Unseen| (unseen.what.clone(), unseen.cause.why.clone(), unseen.cause.span.start);
        unseen.sort_by_key(place);
        unseen
    }

    /// Counts `count` more instances; false, with a problem, when they are too many.
    pub fn admit(&self, count: usize, span: Span) -> bool {
        let limit = self.input.limits.instances;
        let total = self.instances.get().saturating_add(count);
        if total > limit {
            let message =
                format!("More than {limit} instances of resources and modules; those of this block were left out.");
            self.report(Problem::error(span, message));
            return false;
        }
        self.instances.set(total);
        true
    }

    /// Adds an instance of a module and gives its number.
    pub fn add_module(&self, make: impl FnOnce(usize) -> Instance) -> Rc<Instance> {
        let id = self.modules.borrow().len();
        let instance = Rc::new(make(id));
        if self.granted.borrow_mut().insert(instance.module.dir.clone()) {
            self.budget.allow_source(instance.module.bytes);
            self.unseen.borrow_mut().extend(instance.module.unseen.iter().cloned());
        }
        let sources = self.input.sources;
        let bytes = instance.module.files.iter().map(|(_, source, _)| sources.get(*source).text.len()).sum();
        self.budget.allow_source(bytes);
        self.modules.borrow_mut().push(Rc::clone(&instance));
        instance
    }

    /// The instance of a module with that number.
    pub fn module(&self, id: usize) -> Option<Rc<Instance>> {
        self.modules.borrow().get(id).cloned()
    }

    /// Remembers what an address in a symbolic reference names.
    pub fn name(&self, address: Address, named: Named) {
        self.named.borrow_mut().entry(address).or_insert(named);
    }

    /// What an address in a symbolic reference names.
    pub fn named(&self, address: &Address) -> Option<Named> {
        self.named.borrow().get(address).cloned()
    }

    /// The module in a directory.
    pub fn declarations(&self, dir: &str) -> std::sync::Arc<Module> {
        self.loader.module(dir)
    }

    /// Returns the files of all modules that were reached, sorted and each once.
    pub fn parsed(&self) -> Vec<SourceId> {
        let modules = self.modules.borrow();
        let files = modules.iter().flat_map(|instance| instance.module.files.iter().map(|(_, source, _)| *source));
        let sources: BTreeSet<u32> = files.map(|source| source.0).collect();
        sources.into_iter().map(SourceId).collect()
    }
}
