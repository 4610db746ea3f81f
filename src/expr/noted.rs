//! What the evaluator writes into a trace. Without one, each of these costs a branch.

use super::trace::{Mark, Owed, Trace};
use super::{EvalError, Evaluator};
use crate::model::{Data, Step, TraceId, Value};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Call, Expr, ExprKind, TemplatePart, UnaryOp};
use std::borrow::Cow;

impl Trace {
    /// Gives the result of an expression its node. What the expressions in it gave since `outer` are its operands,
    /// unless the evaluation itself has said what its result is owed to.
    pub(super) fn note(&self, outer: Mark, expr: &Expr, result: &mut Result<Value, EvalError>) {
        let operands = self.end(outer);
        let node = match result {
            Ok(value) => {
                value.trace = noted(self, expr, value, operands);
                value.trace
            }
            Err(_) => self.add(expr.span, Owed::Computed(operands)),
        };
        self.operand(node);
    }
}

impl Evaluator<'_> {
    /// The value of an expression that is evaluated in the middle of another one, but is no part of it.
    pub fn evaluate_apart(&self, expr: &Expr) -> Result<Value, EvalError> {
        let outer = self.trace.map(Trace::begin);
        let result = self.evaluate(expr);
        if let (Some(trace), Some(outer)) = (self.trace, outer) {
            trace.end(outer);
        }
        result
    }

    /// A value that `owed` gives, where somebody asks.
    pub(super) fn owed(&self, value: Value, span: Span, owed: impl FnOnce(&Value) -> Owed) -> Value {
        match self.trace {
            None => value,
            Some(trace) => Value { trace: trace.add(span, owed(&value)), ..value },
        }
    }

    /// A value that a condition chose.
    pub(super) fn chosen(&self, value: Value, condition: &Value, span: Span) -> Value {
        let sensitive = value.sensitive || condition.sensitive;
        let owed = |value: &Value| Owed::Choice { chosen: value.trace, because: condition.trace };
        Value { sensitive, ..self.owed(value, span, owed) }
    }

    /// A truth that these operands give, whatever the others are.
    pub(super) fn decided(&self, truth: Value, by: impl IntoIterator<Item = Option<TraceId>>, span: Span) -> Value {
        self.owed(truth, span, |_| Owed::Decided(by.into_iter().flatten().collect()))
    }

    /// The value of a name, which something else holds.
    pub(super) fn held<'v>(&self, value: &'v Value, name: &str, span: Span) -> Cow<'v, Value> {
        if self.trace.is_none() || value.trace.is_some() {
            return Cow::Borrowed(value);
        }
        Cow::Owned(self.named(value.clone(), name, &[], span))
    }

    /// The value of a name of the scope that was read with the first of the names after it.
    pub(super) fn named(&self, value: Value, name: &str, following: &[Option<&str>], span: Span) -> Value {
        let Some(trace) = self.trace.filter(|_| value.trace.is_none()) else { return value };
        let mut node = trace.add(span, Owed::Name(name.into()));
        for name in following.iter().flatten() {
            let step = Step::Key((*name).into());
            node = trace.add(span, Owed::Step { base: node, step, key: None, value: value.clone() });
        }
        Value { trace: node, ..value }
    }

    /// Reads the attribute `name` of `base`. A part of what the expression put together itself keeps its node.
    pub(super) fn read_attribute(&self, base: &Value, name: &str, span: Span) -> Result<Value, EvalError> {
        let result = self.attribute(base, name, span);
        match &result {
            Ok(value) if value.trace.is_some() => result,
            _ => self.read(base, || Some(Step::Key(name.into())), None, result, span),
        }
    }

    /// Reads the element `key` of `base`.
    pub(super) fn read_index(&self, base: &Value, key: &Value, span: Span) -> Result<Value, EvalError> {
        let result = self.index(base, key, span);
        let step = || match &key.data {
            Data::String(key) => Some(Step::Key(key.clone())),
            Data::Number(number) => number.as_i64().map(Step::Index),
            _ => None,
        };
        match (&result, &key.data) {
            (Ok(value), Data::String(_)) if value.trace.is_some() => result,
            _ => self.read(base, step, key.trace, result, span),
        }
    }

    fn read(
        &self,
        base: &Value,
        step: impl FnOnce() -> Option<Step>,
        key: Option<TraceId>,
        result: Result<Value, EvalError>,
        span: Span,
    ) -> Result<Value, EvalError> {
        let Some(trace) = self.trace else { return result };
        let value = || result.as_ref().map_or_else(|_| Value::null(span), Value::clone);
        let owed = match step() {
            Some(step) => Owed::Step { base: base.trace, step, key, value: value() },
            None => Owed::Computed([base.trace, key].into_iter().flatten().collect()),
        };
        let node = trace.add(span, owed);
        match result {
            Ok(value) => Ok(Value { trace: node, ..value }),
            Err(error) => {
                trace.operand(node);
                Err(error)
            }
        }
    }

    /// Gives the elements of a collection that is walked their nodes. `items` are the elements as they stand in it.
    pub(super) fn walked<'v>(
        &self,
        collection: &Value,
        items: impl Iterator<Item = &'v Value>,
        elements: &mut [(Value, Value)],
        span: Span,
    ) {
        let Some(trace) = self.trace else { return };
        for (at, (item, (key, value))) in (0..).zip(items.zip(elements)) {
            let step = match &key.data {
                Data::String(key) if collection.as_mapping().is_some() => Step::Key(key.clone()),
                _ => Step::Index(at),
            };
            key.trace = trace.add(span, Owed::Given(key.clone()));
            value.trace = trace.element(collection, step, item, span);
        }
    }

    /// Evaluates an argument of which something may be absent. Where it is, what is noted is what would have been read.
    pub(super) fn attempt(&self, arg: &Expr) -> Result<Value, EvalError> {
        let strict = self.strictly();
        let Some(trace) = self.trace else { return strict.evaluate(arg) };
        let before = trace.begin();
        let result = strict.evaluate(arg);
        if result.as_ref().is_err_and(|error| !error.fatal) {
            trace.end(before);
            let _ = strict.loosely().evaluate(arg);
        }
        result
    }

    /// The elements of `list` that decide whether all are true, or any is: the first one that does, else the unknown
    /// ones, else all.
    pub(super) fn deciding_elements(&self, name: &str, args: &[Value]) -> Option<Box<[TraceId]>> {
        self.trace?;
        let decisive = match name {
            "alltrue" => false,
            "anytrue" => true,
            _ => return None,
        };
        let items = args.first()?.as_items()?;
        // Null is not true.
        let decides = |item: &&Value| if item.is_null() { !decisive } else { item.as_bool() == Some(decisive) };
        let mut deciding: Vec<&Value> = items.iter().find(decides).into_iter().collect();
        if deciding.is_empty() {
            deciding = items.iter().filter(|item| item.is_unknown()).collect();
        }
        if deciding.is_empty() {
            deciding = items.iter().collect();
        }
        // What has no node of its own is read as a part of the whole.
        let nodes: Option<Box<[TraceId]>> = deciding.iter().map(|item| item.trace).collect();
        nodes.filter(|nodes| !nodes.is_empty())
    }
}

/// The node of what `expr` gave.
fn noted(trace: &Trace, expr: &Expr, value: &Value, operands: Box<[TraceId]>) -> Option<TraceId> {
    let span = expr.span;
    let is_own = |id: &TraceId| trace.node(*id).is_some_and(|node| node.span == span);
    let owed = match (&expr.kind, value.trace) {
        (ExprKind::Root(_) | ExprKind::SplatElement, Some(id)) if !is_own(&id) => Owed::Bound(id),
        (_, Some(id)) if passes_on(&expr.kind) || is_own(&id) => return Some(id),
        (ExprKind::Call(call), _) if is_try(call) => Owed::FirstValid { value: value.clone(), tried: operands },
        (ExprKind::Splat { .. }, _) => Owed::Computed(operands.first().copied().into_iter().collect()),
        (kind, _) if is_truth(kind) => Owed::Decided(operands),
        _ => Owed::Computed(operands),
    };
    trace.add(span, owed)
}

/// Whether the result of an expression may be that of another one, as it is.
fn passes_on(kind: &ExprKind) -> bool {
    match kind {
        ExprKind::Parens(_)
        | ExprKind::Root(_)
        | ExprKind::Attribute(..)
        | ExprKind::Index(..)
        | ExprKind::SplatElement => true,
        ExprKind::Template(parts) => matches!(&parts[..], [TemplatePart::Interpolation(_)]),
        _ => false,
    }
}

/// Whether the operands of an expression decide what it is, each by its own truth.
fn is_truth(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Unary(UnaryOp::Not, _)
            | ExprKind::Binary(BinaryOp::And | BinaryOp::Or, ..)
            | ExprKind::Conditional(..)
    )
}

fn is_try(call: &Call) -> bool {
    !call.expand && call.name.name.strip_prefix("core::").unwrap_or(&call.name.name) == "try"
}
