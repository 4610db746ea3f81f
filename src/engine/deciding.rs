//! What decided a result: what was read for it, best first, and the expressions that read it.
//!
//! Reads a trace: follows what each result is owed to until an access is left. Knows no expressions, so that the trace
//! of any language will do whose names are those of a policy's scope.

use super::access_path::AccessPath;
use super::scope::PolicyScope;
use crate::expr::trace::{Owed, Trace};
use crate::model::{Step, TraceId, Value};
use crate::source::Span;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// What decided a result.
#[derive(Default)]
pub struct Deciding {
    /// What was read, best first.
    pub accesses: Vec<AccessPath>,
    /// The expressions that read it, each once.
    pub expressions: Vec<Span>,
}

/// A trace, with what its names stand for.
#[derive(Clone, Copy)]
pub struct TraceReader<'a> {
    /// The nodes.
    pub trace: &'a Trace,
    /// The policy and the resource that they are about.
    pub scope: &'a PolicyScope<'a>,
}

/// Something that a walk comes by.
enum Visit {
    Access(AccessPath),
    /// An expression that decides by what it reads.
    Expression(Span),
}

/// A walk from a result to what it is owed to.
struct Walk<'a, F> {
    reader: TraceReader<'a>,
    seen: HashSet<TraceId>,
    visit: F,
}

impl TraceReader<'_> {
    /// Returns what decided the result of the node.
    pub fn deciding(&self, node: TraceId) -> Deciding {
        let mut deciding = Deciding::default();
        let Deciding { accesses, expressions } = &mut deciding;
        let visit = |visit| {
            match visit {
                Visit::Access(access) => accesses.push(access),
                Visit::Expression(span) if !expressions.contains(&span) => expressions.push(span),
                Visit::Expression(_) => {}
            }
            ControlFlow::Continue(())
        };
        let _ = self.walk(visit).decisions(node);
        deciding
    }

    /// Returns how the result of the node was read; `None` when it was computed.
    pub fn access(&self, id: TraceId) -> Option<AccessPath> {
        let node = self.trace.node(id)?;
        match &node.owed {
            Owed::Name(name) => (name == "attrs").then(|| self.resource(0)).flatten(),
            Owed::Bound(node) => self.access(*node),
            Owed::Choice { chosen, .. } => self.access((*chosen)?),
            Owed::Given(value) => Some(AccessPath::of_value(value, self.scope.resource)),
            Owed::FirstValid { value, .. } => {
                let computed = || AccessPath::of_value(value, self.scope.resource).own_block();
                let read = value.trace.and_then(|node| self.access(node));
                read.or_else(|| (!self.scope.is_own(value)).then(computed))
            }
            Owed::Step { base, step, value, .. } => self.step((*base)?, step, value),
            Owed::Element { of, step, value } => {
                let whole = of.and_then(|of| self.access(of)).filter(|whole| !whole.absent);
                Some(whole.map_or_else(|| self.made(*of, step, value), |whole| whole.step(step)))
            }
            Owed::Decided(_) | Owed::Computed(_) => None,
        }
    }

    fn step(&self, base: TraceId, step: &Step, value: &Value) -> Option<AccessPath> {
        match step {
            Step::Key(name) if name == "attrs" && self.owners(base).is_some() => {
                return self.resource(self.owners(base)?);
            }
            Step::Key(name) if self.is_meta(base) => return self.written_meta(name),
            _ => {}
        }
        if let Some(base) = self.access(base) {
            return Some(base.step(step));
        }
        // An element of a list that was made of what was read in the judged resource.
        let is_made = matches!(step, Step::Index(_)) && self.first(base, Some).is_some();
        is_made.then(|| self.made(Some(base), step, value))
    }

    /// An element of what was computed. It has no path of its own: it is named after what that was computed from.
    fn made(&self, of: Option<TraceId>, step: &Step, value: &Value) -> AccessPath {
        let named = |access: AccessPath| Some(access.path).filter(|path| !path.is_empty());
        let from = of.and_then(|of| self.first(of, named)).unwrap_or_default();
        let access = AccessPath::of_value(value, self.scope.resource);
        // What the policy put together stands nowhere; what is in it stands where it was read.
        let access = if self.scope.is_own(value) { access } else { access.own_block() };
        let made = access.element_of(&from, step);
        match value.trace.and_then(|node| self.access(node)) {
            Some(read) => read.known_as(made.stable),
            None => made,
        }
    }

    /// The attributes of the resource that `owner`, so many times, leads to.
    fn resource(&self, owners: usize) -> Option<AccessPath> {
        Some(AccessPath::of_resource(self.scope.owner(owners)?, self.scope.resource))
    }

    /// How many owners up the result of the node is; `None` when it is no owner.
    fn owners(&self, id: TraceId) -> Option<usize> {
        match &self.trace.node(id)?.owed {
            Owed::Name(name) if name == "owner" => Some(1),
            Owed::Step { base, step: Step::Key(key), .. } if key == "owner" => Some(self.owners((*base)?)? + 1),
            _ => None,
        }
    }

    fn is_meta(&self, id: TraceId) -> bool {
        self.trace.node(id).is_some_and(|node| matches!(&node.owed, Owed::Name(name) if name == "meta"))
    }

    /// What of `meta` somebody wrote, rather than the frontend found. It may stand around the resource.
    fn written_meta(&self, name: &str) -> Option<AccessPath> {
        let around = (1..).map_while(|steps| self.scope.owner(steps)).last().unwrap_or(self.scope.resource);
        let is_written = matches!(name, "annotations" | "labels");
        is_written.then(|| AccessPath::of_meta(name, self.scope.resource, around))
    }

    /// The first of what was read for the result that `wanted` accepts.
    fn first<T>(&self, id: TraceId, wanted: impl Fn(AccessPath) -> Option<T>) -> Option<T> {
        let mut found = None;
        let visit = |visit| {
            if let Visit::Access(access) = visit {
                found = wanted(access);
            }
            if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let _ = self.walk(visit).reads(id);
        found
    }

    fn walk<F: FnMut(Visit) -> ControlFlow<()>>(&self, visit: F) -> Walk<'_, F> {
        Walk { reader: *self, seen: HashSet::new(), visit }
    }
}

impl<F: FnMut(Visit) -> ControlFlow<()>> Walk<'_, F> {
    /// Follows the operands that decide, down to expressions that decide by what they read.
    fn decisions(&mut self, id: TraceId) -> ControlFlow<()> {
        let Some(node) = self.reader.trace.node(id) else { return ControlFlow::Continue(()) };
        match &node.owed {
            Owed::Decided(by) => by.iter().try_for_each(|operand| self.decisions(*operand)),
            Owed::Choice { chosen, because } => {
                chosen.iter().chain(because).try_for_each(|operand| self.decisions(*operand))
            }
            Owed::Element { .. } => self.reads(id),
            _ => {
                (self.visit)(Visit::Expression(node.span))?;
                self.reads(id)
            }
        }
    }

    /// Visits what was read for the result, in source order.
    fn reads(&mut self, id: TraceId) -> ControlFlow<()> {
        if !self.seen.insert(id) {
            return ControlFlow::Continue(());
        }
        let Some(node) = self.reader.trace.node(id) else { return ControlFlow::Continue(()) };
        let is_choice = matches!(node.owed, Owed::Choice { .. });
        if let Some(access) = self.reader.access(id).filter(|_| !is_choice) {
            return (self.visit)(Visit::Access(access));
        }
        match &node.owed {
            Owed::Decided(_) | Owed::Choice { .. } => self.decisions(id),
            Owed::Computed(operands) | Owed::FirstValid { tried: operands, .. } => {
                operands.iter().try_for_each(|operand| self.reads(*operand))
            }
            Owed::Step { base, key, .. } => base.iter().chain(key).try_for_each(|operand| self.reads(*operand)),
            Owed::Bound(node) => self.reads(*node),
            Owed::Name(_) | Owed::Given(_) | Owed::Element { .. } => ControlFlow::Continue(()),
        }
    }
}
