//! Which value decided.
//!
//! After a condition gave false (or unknown), it is walked once more from the top: at each operator
//! the side that decided is followed, until an expression is left that only reads. What it reads is
//! to blame. Only failing conditions are walked, so passing ones cost nothing.

use super::reading::Reading;
use super::relations::RELATIONS;
use super::scope::PolicyScope;
use crate::expr::{Evaluator, Mode};
use crate::model::{Data, Step, Text, Value};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Call, Expr, ExprKind, For, ObjectItem, TemplatePart, UnaryOp};

/// A name that a loop gave a value, with the way it was read.
struct Binding<'a> {
    name: &'a str,
    reading: Reading,
}

/// How an element of a list that the policy made was read.
enum Kept {
    /// It was passed on as it is.
    Passed(Reading),
    /// It was put together of these parts, or computed of none.
    Built(Vec<(Text, Reading)>),
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

    /// Follows a traversal, by the choices on its way, to what it read; `None` when the expression is something else.
    pub fn follow(&mut self, expr: &'a Expr) -> Option<Reading> {
        match &expr.kind {
            ExprKind::Parens(inner) => self.follow(inner),
            ExprKind::Conditional(condition, then, otherwise) => {
                self.follow(if self.is(condition, true) { then } else { otherwise })
            }
            ExprKind::Root(name) => self.root(name),
            ExprKind::Attribute(base, name) => match &base.kind {
                ExprKind::Root(root) if root == "local" => self.follow_local(&name.name),
                ExprKind::Root(root) if root == "each" && name.name == "value" => self.each.clone(),
                _ => self.follow_attribute(base, &name.name),
            },
            ExprKind::Index(base, key) => {
                let key = self.value(key)?;
                let step = match &key.data {
                    Data::String(key) => Step::Key(key.clone()),
                    Data::Number(number) => Step::Index(number.as_i64()?),
                    _ => return None,
                };
                match (self.follow(base), step) {
                    (Some(base), step) => Some(base.step(&step)),
                    // An element of a list that the policy made.
                    (None, Step::Index(at)) => self.made_element(base, at),
                    (None, Step::Key(_)) => None,
                }
            }
            ExprKind::Call(call) if short(call) == "try" => self.follow_try(call),
            _ => None,
        }
    }

    /// An element of a list that the policy made of what it read in the judged resource.
    fn made_element(&mut self, list: &'a Expr, at: i64) -> Option<Reading> {
        let mut from = Vec::new();
        self.reads(list, &mut from);
        from.first()?;
        self.elements(list).into_iter().nth(usize::try_from(at).ok()?)
    }

    /// What is tried first and is there. Where nothing is, what should have been is the first.
    fn follow_try(&mut self, call: &'a Call) -> Option<Reading> {
        for arg in &call.args {
            if let Some(value) = self.value_if_there(arg) {
                return self.follow(arg).or_else(|| self.computed(&value));
            }
        }
        call.args.iter().find_map(|arg| self.follow(arg))
    }

    /// A value that the policy computed, unless it is its own.
    fn computed(&self, value: &Value) -> Option<Reading> {
        let reading = || Reading::of_value(value, self.scope.resource).own_block();
        (!self.scope.is_own(value)).then(reading)
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
        let names = self.names();
        Evaluator::new(self.scope, Mode::Policy, self.scope.budget).bind(&names).evaluate(expr).ok()
    }

    /// The same where what is absent is an error, as in `try`.
    fn value_if_there(&self, expr: &Expr) -> Option<Value> {
        let names = self.names();
        let evaluator = Evaluator::new(self.scope, Mode::Policy, self.scope.budget);
        evaluator.bind(&names).strictly().evaluate(expr).ok()
    }

    fn names(&self) -> Vec<(&'a str, Value)> {
        self.bindings.iter().rev().map(|binding| (binding.name, binding.reading.value.clone())).collect()
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
        let depth = self.bindings.len();
        for (key, reading) in self.rounds(each) {
            self.bind_round(each, &key, &reading);
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
        if let Some(way) = self.follow(collection).filter(|reading| !reading.absent) {
            return whole.elements().map(|(key, _)| way.clone().step(&step_to(&key))).collect();
        }
        // What was computed has no path of its own: it is named after what it was computed from.
        let mut from = Vec::new();
        self.reads(collection, &mut from);
        let from = from.iter().find(|reading| !reading.path.is_empty()).map(|reading| reading.path.clone());
        let from = from.unwrap_or_default();
        let mut kept = self.kept(collection).into_iter();
        let element = |(key, item): (Value, &Value)| {
            let item = Value { sensitive: item.sensitive || whole.sensitive, ..item.clone() };
            let reading = Reading::of_value(&item, self.scope.resource);
            // What the policy put together stands nowhere; what is in it stands where it was read.
            let reading = if self.scope.is_own(&item) { reading } else { reading.own_block() };
            let made = reading.element_of(&from, &step_to(&key));
            match kept.next() {
                Some(Kept::Passed(read)) => read.known_as(made.lasting),
                Some(Kept::Built(parts)) => made.built_of(parts),
                None => made,
            }
        };
        whole.elements().map(element).collect()
    }

    /// How a list that a `for` makes was read, by the elements that it keeps.
    fn kept(&mut self, list: &'a Expr) -> Vec<Kept> {
        match &list.kind {
            ExprKind::Parens(inner) => self.kept(inner),
            ExprKind::Attribute(base, name) if matches!(&base.kind, ExprKind::Root(root) if root == "local") => {
                let Some(local) = self.scope.local_expr(&name.name) else { return Vec::new() };
                let bindings = std::mem::take(&mut self.bindings);
                let kept = self.kept(local);
                self.bindings = bindings;
                kept
            }
            ExprKind::For(each) if each.key.is_none() => {
                let depth = self.bindings.len();
                let mut kept = Vec::new();
                for (key, reading) in self.rounds(each) {
                    self.bind_round(each, &key, &reading);
                    if each.condition.as_ref().is_none_or(|condition| self.is(condition, true)) {
                        kept.push(self.made(&each.value));
                    }
                    self.bindings.truncate(depth);
                }
                kept
            }
            _ => Vec::new(),
        }
    }

    /// How what a `for` makes of an element was read.
    fn made(&mut self, value: &'a Expr) -> Kept {
        if let Some(read) = self.follow(value) {
            return Kept::Passed(read);
        }
        let ExprKind::Object(items) = &value.kind else { return Kept::Built(Vec::new()) };
        let part = |item: &'a ObjectItem| match &item.key.kind {
            ExprKind::Root(name) | ExprKind::String(name) => Some((name.clone(), self.follow(&item.value)?)),
            _ => None,
        };
        Kept::Built(items.iter().filter_map(part).collect())
    }

    /// The rounds of a loop: the key, and how the element was read.
    fn rounds(&mut self, each: &'a For) -> Vec<(Value, Reading)> {
        let Some(whole) = self.value(&each.collection) else { return Vec::new() };
        let readings = self.readings(&each.collection, &whole);
        whole.elements().map(|(key, _)| key).zip(readings).collect()
    }

    /// Gives the names of a loop the values of one round.
    fn bind_round(&mut self, each: &'a For, key: &Value, reading: &Reading) {
        if let Some(name) = &each.key_name {
            let key = Reading::of_value(key, self.scope.resource);
            self.bindings.push(Binding { name: &name.name, reading: key });
        }
        self.bindings.push(Binding { name: &each.value_name.name, reading: reading.clone() });
    }

    /// Everything that `expr` reads, in source order.
    fn reads(&mut self, expr: &'a Expr, found: &mut Vec<Reading>) {
        let is_choice = matches!(expr.kind, ExprKind::Conditional(..));
        if let Some(reading) = self.follow(expr).filter(|_| !is_choice) {
            found.push(reading);
            return;
        }
        match &expr.kind {
            ExprKind::Template(parts) => parts.iter().flat_map(in_part).for_each(|expr| self.reads(expr, found)),
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

/// The step to the element of that key or index.
fn step_to(key: &Value) -> Step {
    match &key.data {
        Data::Number(number) => Step::Index(number.as_i64().unwrap_or_default()),
        _ => Step::Key(key.as_str().unwrap_or_default().into()),
    }
}

/// The expressions in a part of a template.
fn in_part(part: &TemplatePart) -> Vec<&Expr> {
    match part {
        TemplatePart::Literal(..) => Vec::new(),
        TemplatePart::Interpolation(expr) | TemplatePart::For { collection: expr, .. } => vec![expr],
        TemplatePart::If { condition, then, otherwise, .. } => {
            std::iter::once(condition).chain(then.iter().chain(otherwise).flat_map(in_part)).collect()
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
