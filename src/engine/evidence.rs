//! How a verdict came about: the policy is evaluated once more, with a trace.
//!
//! Owns the second evaluation and its budget. Nothing happens for a condition that holds, unless somebody asks.

use super::Index;
use super::access_path::AccessPath;
use super::deciding::{Deciding, TraceReader};
use super::scope::PolicyScope;
use crate::check::Policy;
use crate::expr::trace::Owed;
use crate::expr::{Budget, Evaluator, Mode, Trace};
use crate::model::{Data, ResourceId, Step, Value};
use crate::syntax::hcl::Expr;
use std::cell::OnceCell;

/// What the second evaluation may use and where it is noted, for one policy on one resource.
pub struct Notebook {
    budget: Budget,
    trace: Trace,
}

impl Default for Notebook {
    fn default() -> Self {
        Self { budget: Budget::trace(), trace: Trace::default() }
    }
}

/// How the verdicts of one policy on one resource came about.
pub struct Evidence<'a> {
    scope: PolicyScope<'a>,
    trace: &'a Trace,
}

/// An element of an `enforce`'s `for_each`.
pub struct Element<'a> {
    /// `each.key` and `each.value`.
    pub each: Value,
    /// Its place among the elements.
    pub at: usize,
    /// All of them.
    pub elements: &'a Elements<'a>,
}

/// What a `for_each` walks over. It is evaluated with a trace when that is first needed.
pub struct Elements<'a> {
    collection: &'a Expr,
    are_certain: bool,
    traced: OnceCell<Option<Collection>>,
}

/// A collection that was evaluated with a trace.
struct Collection {
    whole: Value,
    /// The elements that it certainly has, where it is undecided.
    certain: Vec<(Value, Value)>,
}

impl<'a> Elements<'a> {
    /// The elements of `collection`.
    pub fn new(collection: &'a Expr) -> Self {
        Self { collection, are_certain: false, traced: OnceCell::new() }
    }

    /// The elements that `collection`, which is undecided, certainly has.
    pub fn certain(collection: &'a Expr) -> Self {
        Self { are_certain: true, ..Self::new(collection) }
    }
}

impl Collection {
    /// Returns the element of a number, and the step to it.
    fn element(&self, at: usize) -> Option<(Step, &Value)> {
        let step = Step::Index(i64::try_from(at).ok()?);
        match &self.whole.data {
            Data::Sequence(sequence) => Some((step, sequence.items.get(at)?)),
            Data::Mapping(mapping) => mapping.entries.get(at).map(|(key, item)| (Step::Key(key.clone()), item)),
            _ => self.certain.get(at).map(|(_, item)| (step, item)),
        }
    }
}

impl<'a> Evidence<'a> {
    /// The evidence for the verdicts of `policy` on the resource `id`, once it is asked for.
    pub fn new(index: &'a Index<'a>, policy: &'a Policy, id: ResourceId, notebook: &'a Notebook) -> Self {
        let trace = &notebook.trace;
        Self { scope: PolicyScope::new(index, policy, id, &notebook.budget).traced(trace), trace }
    }

    /// Returns what decided that `expr` is what it is, for an element where there is one.
    pub fn deciding(&self, expr: &Expr, element: Option<&Element>) -> Deciding {
        self.judged(element, |evidence, each| {
            let value = evidence.evaluate(expr, each);
            value.and_then(|value| value.trace).map(|node| evidence.reader().deciding(node)).unwrap_or_default()
        })
    }

    /// Returns what `at` names: what it reads, or a value that it computes.
    pub fn pointed_at(&self, at: &Expr, element: Option<&Element>) -> Option<AccessPath> {
        self.judged(element, |evidence, each| {
            let value = evidence.evaluate(at, each)?;
            let read = value.trace.and_then(|node| evidence.reader().access(node));
            let computed = || AccessPath::pointed_at(&value, evidence.scope.resource);
            read.or_else(|| (!evidence.scope.is_own(&value)).then(computed))
        })
    }

    /// Returns how an element was read.
    pub fn element(&self, element: &Element) -> AccessPath {
        self.judged(Some(element), |evidence, each| {
            let value = each.and_then(|each| each.get("value")).or_else(|| element.each.get("value"));
            let read = value.and_then(|value| value.trace).and_then(|node| evidence.reader().access(node));
            read.unwrap_or_else(|| AccessPath::of_value(value.unwrap_or(&element.each), evidence.scope.resource))
        })
    }

    /// Asks something with `each` bound to an element, and forgets the nodes that were made for it.
    fn judged<T>(&self, element: Option<&Element>, ask: impl FnOnce(&Self, Option<&Value>) -> T) -> T {
        let collection = element.and_then(|Element { elements, .. }| {
            elements.traced.get_or_init(|| self.collection(elements.collection, elements.are_certain)).as_ref()
        });
        let (nodes, locals) = (self.trace.len(), self.scope.locals_read());
        let each = element.map(|element| self.each(element, collection));
        let answer = ask(self, each.as_ref());
        // A local that was read for the first time keeps its nodes, and all that come before.
        if self.scope.locals_read() == locals {
            self.trace.truncate(nodes);
        }
        answer
    }

    /// `each` for an element of a collection, with the node of its value.
    fn each(&self, element: &Element, collection: Option<&Collection>) -> Value {
        let mut each = element.each.clone();
        let found = collection.and_then(|collection| Some((collection.element(element.at)?, &collection.whole)));
        if let (Some(((step, item), whole)), Some(each)) = (found, each.as_mapping_mut()) {
            let trace = self.trace.element(whole, step, item, element.elements.collection.span);
            each.set("value", Value { sensitive: item.sensitive || whole.sensitive, trace, ..item.clone() });
        }
        let trace = self.trace.add(each.origin.span, Owed::Given(each.clone()));
        Value { trace, ..each }
    }

    fn collection(&self, expr: &Expr, are_certain: bool) -> Option<Collection> {
        let whole = self.evaluate(expr, None)?;
        let certain = || self.evaluator().certain_elements(expr).ok();
        Some(Collection { whole, certain: are_certain.then(certain).flatten().unwrap_or_default() })
    }

    fn evaluate(&self, expr: &Expr, each: Option<&Value>) -> Option<Value> {
        let names: Vec<(&str, Value)> = each.map(|each| ("each", each.clone())).into_iter().collect();
        self.evaluator().bind(&names).evaluate_apart(expr).ok()
    }

    fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(&self.scope, Mode::Policy, self.scope.budget).traced(Some(self.trace))
    }

    fn reader(&self) -> TraceReader<'_> {
        TraceReader { trace: self.trace, scope: &self.scope }
    }
}
