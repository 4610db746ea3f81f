//! Which value decided.
//!
//! After a condition gave false (or unknown), it is walked once more from the top: at each operator
//! the side that decided is followed, until an expression is left that only reads. What it reads is
//! to blame. Only failing conditions are walked, so passing ones cost nothing.

use super::reading::Reading;
use super::relations::RELATIONS;
use super::scope::PolicyScope;
use crate::expr::{Evaluator, Mode};
use crate::model::{Data, Step, Value};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Call, Expr, ExprKind, For, UnaryOp};

/// A name that a loop gave a value, with the way it was read.
struct Binding<'a> {
    name: &'a str,
    reading: Reading,
}

/// The walk over one condition.
pub struct Blame<'a> {
    scope: &'a PolicyScope<'a>,
    bindings: Vec<Binding<'a>>,
    /// The element that `each.value` stands for.
    each: Option<Reading>,
    /// The expressions at which the walk ended.
    decided: Vec<Span>,
}

/// What decided that an expression is what it is.
#[derive(Default)]
pub struct Deciding {
    /// What was read, best first.
    pub readings: Vec<Reading>,
    /// The sub-expressions that read it.
    pub expressions: Vec<Span>,
}

impl<'a> Blame<'a> {
    /// A walk in `scope`.
    pub fn new(scope: &'a PolicyScope<'a>) -> Self {
        Self { scope, bindings: Vec::new(), each: None, decided: Vec::new() }
    }

    /// Gives `each` the element that was read so.
    pub fn bind_each(&mut self, each: &Value, reading: Reading) {
        self.each = Some(reading);
        self.bindings.push(Binding { name: "each", reading: Reading::of_value(each, self.scope.resource) });
    }

    /// What decided that `expr` is what it is, best first. Empty when it reads nothing.
    pub fn deciding(&mut self, expr: &'a Expr) -> Vec<Reading> {
        let mut readings = Vec::new();
        self.decide(expr, &mut readings);
        readings
    }

    /// The same, with the sub-expressions that decided.
    pub fn explain(mut self, expr: &'a Expr) -> Deciding {
        let readings = self.deciding(expr);
        let mut expressions: Vec<Span> = Vec::new();
        for span in self.decided {
            if !expressions.contains(&span) {
                expressions.push(span);
            }
        }
        Deciding { readings, expressions }
    }

    /// Follows a traversal to what it read; `None` when the expression is something else.
    pub fn follow(&mut self, expr: &'a Expr) -> Option<Reading> {
        match &expr.kind {
            ExprKind::Parens(inner) => self.follow(inner),
            ExprKind::Root(name) => self.root(name),
            ExprKind::Attribute(base, name) => match &base.kind {
                ExprKind::Root(root) if root == "local" => self.follow_local(&name.name),
                ExprKind::Root(root) if root == "each" && name.name == "value" => self.each.clone(),
                _ => self.follow_attribute(base, &name.name),
            },
            ExprKind::Index(base, key) => {
                let base = self.follow(base)?;
                let key = self.value(key)?;
                let step = match &key.data {
                    Data::String(key) => Step::Key(key.clone()),
                    Data::Number(number) => Step::Index(number.as_i64()?),
                    _ => return None,
                };
                Some(base.step(&step))
            }
            ExprKind::Call(call) if short(call) == "try" => self.follow_try(call),
            _ => None,
        }
    }

    /// The first thing tried that is there. Where nothing is, what should have been is the first.
    fn follow_try(&mut self, call: &'a Call) -> Option<Reading> {
        let tried: Vec<Reading> = call.args.iter().filter_map(|arg| self.follow(arg)).collect();
        tried.iter().find(|reading| !reading.absent).or(tried.first()).cloned()
    }

    fn root(&mut self, name: &str) -> Option<Reading> {
        if let Some(binding) = self.bindings.iter().rev().find(|binding| binding.name == name) {
            return Some(binding.reading.clone());
        }
        match name {
            "attrs" => Some(Reading::of_resource(self.scope.resource, self.scope.resource)),
            _ => None,
        }
    }

    fn follow_attribute(&mut self, base: &'a Expr, name: &str) -> Option<Reading> {
        if matches!(&base.kind, ExprKind::Root(root) if root == "meta") {
            return self.written_meta(name);
        }
        if name == "attrs" {
            let owners = owner_steps(base)?;
            return Some(Reading::of_resource(self.scope.owner(owners)?, self.scope.resource));
        }
        Some(self.follow(base)?.step(&Step::Key(name.into())))
    }

    /// What of `meta` somebody wrote, rather than the frontend found. It may stand around the resource.
    fn written_meta(&self, name: &str) -> Option<Reading> {
        let around = (1..).map_while(|steps| self.scope.owner(steps)).last().unwrap_or(self.scope.resource);
        let is_written = matches!(name, "annotations" | "labels");
        is_written.then(|| Reading::of_meta(name, self.scope.resource, around))
    }

    fn follow_local(&mut self, name: &str) -> Option<Reading> {
        let expr = self.scope.local_expr(name)?;
        let bindings = std::mem::take(&mut self.bindings);
        let reading = self.follow(expr);
        self.bindings = bindings;
        reading
    }

    /// The value of `expr` with the loop names of the walk.
    pub fn value(&self, expr: &Expr) -> Option<Value> {
        let names: Vec<(&str, Value)> =
            self.bindings.iter().rev().map(|binding| (binding.name, binding.reading.value.clone())).collect();
        Evaluator::new(self.scope, Mode::Policy, self.scope.budget).bind(&names).evaluate(expr).ok()
    }

    fn is(&self, expr: &Expr, truth: bool) -> bool {
        self.value(expr).and_then(|value| value.as_bool()) == Some(truth)
    }

    fn decide(&mut self, expr: &'a Expr, found: &mut Vec<Reading>) {
        match &expr.kind {
            ExprKind::Parens(inner) | ExprKind::Unary(UnaryOp::Not, inner) => self.decide(inner, found),
            ExprKind::Binary(BinaryOp::And, left, right) => self.decide_sides(left, right, false, found),
            ExprKind::Binary(BinaryOp::Or, left, right) => self.decide_sides(left, right, true, found),
            ExprKind::Conditional(condition, then, otherwise) => {
                let chosen = if self.is(condition, true) { then } else { otherwise };
                self.decide(chosen, found);
                self.decide(condition, found);
            }
            ExprKind::Call(call) if matches!(short(call), "alltrue" | "anytrue") => {
                self.decide_all(call, found);
            }
            ExprKind::Attribute(base, name) if matches!(&base.kind, ExprKind::Root(root) if root == "local") => {
                self.decide_local(&name.name, expr, found);
            }
            _ => self.end_at(expr, found),
        }
    }

    /// The walk ends: whatever `expr` reads decided.
    fn end_at(&mut self, expr: &'a Expr, found: &mut Vec<Reading>) {
        self.decided.push(expr.span);
        self.reads(expr, found);
    }

    /// The side that alone gives `deciding`; both when neither does.
    fn decide_sides(&mut self, left: &'a Expr, right: &'a Expr, deciding: bool, found: &mut Vec<Reading>) {
        if self.is(left, deciding) {
            self.decide(left, found);
        } else if self.is(right, deciding) {
            self.decide(right, found);
        } else {
            self.decide(left, found);
            self.decide(right, found);
        }
    }

    fn decide_local(&mut self, name: &str, expr: &'a Expr, found: &mut Vec<Reading>) {
        let Some(local) = self.scope.local_expr(name) else { return self.end_at(expr, found) };
        let bindings = std::mem::take(&mut self.bindings);
        self.decide(local, found);
        self.bindings = bindings;
    }

    /// `alltrue` is decided by its first false element, `anytrue` by its first true one.
    fn decide_all(&mut self, call: &'a Call, found: &mut Vec<Reading>) {
        let deciding = short(call) == "anytrue";
        match call.args.first().map(|arg| &arg.kind) {
            Some(ExprKind::Tuple(items)) => {
                let decided = items.iter().find(|item| self.is(item, deciding));
                match decided {
                    Some(item) => self.decide(item, found),
                    None => items.iter().for_each(|item| self.decide(item, found)),
                }
            }
            Some(ExprKind::For(each)) => self.loop_over(each, Some(deciding), found),
            _ => call.args.iter().for_each(|arg| self.decide(arg, found)),
        }
    }

    /// The elements of a loop: the first one whose body is `deciding`, else all that the loop keeps.
    fn loop_over(&mut self, each: &'a For, deciding: Option<bool>, found: &mut Vec<Reading>) {
        let before = found.len();
        let Some(whole) = self.value(&each.collection) else { return self.end_at(&each.collection, found) };
        let readings = self.readings(&each.collection, &whole);
        for ((key, _), reading) in whole.elements().zip(readings) {
            let depth = self.bindings.len();
            if let Some(name) = &each.key_name {
                let key = Reading::of_value(&key, self.scope.resource);
                self.bindings.push(Binding { name: &name.name, reading: key });
            }
            self.bindings.push(Binding { name: &each.value_name.name, reading: reading.clone() });
            let kept = each.condition.as_ref().is_none_or(|condition| !self.is(condition, false));
            let decides = deciding.is_none_or(|truth| self.is(&each.value, truth));
            if kept && decides {
                if let Some(condition) = each.condition.as_ref().filter(|_| deciding.is_none()) {
                    self.decide(condition, found);
                }
                self.decide(&each.value, found);
                found.push(reading);
                self.bindings.truncate(depth);
                return;
            }
            self.bindings.truncate(depth);
        }
        if found.len() == before {
            self.end_at(&each.collection, found);
        }
    }

    /// How the elements of a collection were read.
    pub fn elements(&mut self, collection: &'a Expr) -> Vec<Reading> {
        self.value(collection).map(|whole| self.readings(collection, &whole)).unwrap_or_default()
    }

    /// The same, where it is known to be `whole`.
    fn readings(&mut self, collection: &'a Expr, whole: &Value) -> Vec<Reading> {
        let way = self.follow(collection).filter(|reading| !reading.absent);
        let judged = self.scope.resource;
        // What was computed has no path of its own: it is named after what it was computed from.
        let mut from = Vec::new();
        if way.is_none() {
            self.reads(collection, &mut from);
        }
        let from = from.first().map(|reading| reading.path.clone()).unwrap_or_default();
        let element = |(key, item): (Value, &Value)| {
            let step = match key.data {
                Data::Number(number) => Step::Index(number.as_i64().unwrap_or_default()),
                _ => Step::Key(key.as_str().unwrap_or_default().into()),
            };
            if let Some(reading) = &way {
                return reading.clone().step(&step);
            }
            let item = Value { sensitive: item.sensitive || whole.sensitive, ..item.clone() };
            Reading::of_value(&item, judged).own_block().element_of(&from, &step)
        };
        whole.elements().map(element).collect()
    }

    /// Everything that `expr` reads, in source order.
    fn reads(&mut self, expr: &'a Expr, found: &mut Vec<Reading>) {
        if let Some(reading) = self.follow(expr) {
            found.push(reading);
            return;
        }
        match &expr.kind {
            ExprKind::Attribute(base, name) => match &base.kind {
                ExprKind::Root(root) if root == "local" => self.decide_local(&name.name, base, found),
                _ => self.reads(base, found),
            },
            ExprKind::Call(call) if RELATIONS.contains(&short(call)) => {}
            ExprKind::Call(call) => call.args.iter().for_each(|arg| self.reads(arg, found)),
            ExprKind::For(each) => self.loop_over(each, None, found),
            ExprKind::Index(base, key) => {
                self.reads(base, found);
                self.reads(key, found);
            }
            ExprKind::Splat { base, .. } => self.reads(base, found),
            ExprKind::Unary(_, inner) | ExprKind::Parens(inner) => self.reads(inner, found),
            ExprKind::Binary(_, left, right) => {
                self.reads(left, found);
                self.reads(right, found);
            }
            ExprKind::Conditional(..) => self.decide(expr, found),
            ExprKind::Tuple(items) => items.iter().for_each(|item| self.reads(item, found)),
            ExprKind::Object(items) => items.iter().for_each(|item| self.reads(&item.value, found)),
            _ => {}
        }
    }
}

/// How many owners up `owner`, `owner.owner` leads.
fn owner_steps(expr: &Expr) -> Option<usize> {
    match &expr.kind {
        ExprKind::Root(root) if root == "owner" => Some(1),
        ExprKind::Attribute(base, name) if name.name == "owner" => Some(owner_steps(base)? + 1),
        _ => None,
    }
}

/// The name of a function without `core::`.
fn short(call: &Call) -> &str {
    call.name.name.strip_prefix("core::").unwrap_or(&call.name.name)
}
