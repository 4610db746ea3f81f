//! The evaluator: an expression, a scope and a budget give a value.

use super::normal_form::normalized;
use super::{Budget, EvalError, ExprScope, Mode, Trace, convert, unknowns};
use crate::model::{Data, Hop, HopKind, Origin, Type, Value, Why};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};
use std::sync::Arc;

/// Evaluates expressions with the names of one scope. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Evaluator<'a> {
    /// What names mean.
    pub scope: &'a dyn ExprScope,
    /// Which of the two dialects.
    pub mode: Mode,
    /// What may still be used.
    pub budget: &'a Budget,
    /// Whether what is absent is an error: always in configurations, in policies inside `try` and `can`.
    pub(super) strict: bool,
    /// Whether it renders a template, which may not render others.
    pub(super) in_template: bool,
    /// Where it notes what decides, when somebody asks.
    pub(super) trace: Option<&'a Trace>,
    bindings: &'a [(&'a str, Value)],
    outer: Option<&'a Evaluator<'a>>,
}

/// The name under which the element of the innermost splat is bound; no identifier is written so.
pub(super) const SPLAT_ELEMENT: &str = "*";

impl<'a> Evaluator<'a> {
    /// An evaluator without names of its own.
    pub fn new(scope: &'a dyn ExprScope, mode: Mode, budget: &'a Budget) -> Self {
        Self {
            scope,
            mode,
            budget,
            strict: mode == Mode::Configuration,
            in_template: false,
            trace: None,
            bindings: &[],
            outer: None,
        }
    }

    /// An evaluator that knows some more names, before all others: loop variables, `each`.
    #[must_use]
    pub fn bind<'b>(&'b self, bindings: &'b [(&'b str, Value)]) -> Evaluator<'b> {
        Evaluator { bindings, outer: Some(self), ..*self }
    }

    /// The value of a name that was bound.
    pub(super) fn bound(&self, name: &str) -> Option<&Value> {
        let mut evaluator = Some(self);
        while let Some(inner) = evaluator {
            if let Some((_, value)) = inner.bindings.iter().find(|(bound, _)| *bound == name) {
                return Some(value);
            }
            evaluator = inner.outer;
        }
        None
    }

    /// The value of an expression.
    ///
    /// Its origin leads to where it was written; of what operators and functions computed, to the
    /// operand that decided. An error is the first that Terraform would report.
    pub fn evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        let _level = self.budget.enter(expr.span)?;
        let outer = self.trace.map(Trace::begin);
        let mut result = self.dispatch(expr);
        self.open(&mut result);
        // All others only pass on what was made before.
        if let ExprKind::Tuple(_) | ExprKind::Object(_) | ExprKind::For(_) | ExprKind::Call(_) | ExprKind::Splat { .. } =
            expr.kind
            && let Ok(value) = &result
        {
            self.budget.unfolds(value, expr.span)?;
        }
        if let (Some(trace), Some(outer)) = (self.trace, outer) {
            trace.note(outer, expr, &mut result);
        }
        result
    }

    /// The truth of a policy's condition, which may be null or unknown.
    pub fn truth(&self, expr: &Expr) -> Result<Value, EvalError> {
        let value = self.evaluate(expr)?;
        if value.is_null() || value.is_unknown() {
            return Ok(value);
        }
        let mut truth = self.converted(&value, &Type::Bool, "A condition must be true or false", expr.span);
        self.open(&mut truth);
        truth
    }

    /// In a policy, nothing is known of what is made of a value of the wrong kind.
    fn open(&self, result: &mut Result<Value, EvalError>) {
        if let Err(error) = result
            && let Some(place) = error.judged
            && self.mode == Mode::Policy
            && !self.strict
            && !error.fatal
        {
            let message = std::mem::take(&mut error.message);
            *result = Ok(Value::unknown(Why::Malformed(message), place));
        }
    }

    fn dispatch(&self, expr: &Expr) -> Result<Value, EvalError> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Null => Ok(Value::null(span)),
            ExprKind::Bool(value) => Ok(Value::bool(*value, span)),
            ExprKind::Number(text) => number(text, span),
            ExprKind::String(text) => {
                Ok(Value::string(if text.is_ascii() { text.clone() } else { normalized(text) }, span))
            }
            ExprKind::Template(parts) => self.template(parts, span),
            ExprKind::Root(_) | ExprKind::Attribute(..) | ExprKind::Index(..) => self.traversal(expr),
            ExprKind::SplatElement => self
                .bound(SPLAT_ELEMENT)
                .cloned()
                .ok_or_else(|| EvalError::fatal("There is no splat around this.", span)),
            ExprKind::Splat { base, rest, .. } => self.splat(base, rest, span),
            ExprKind::Call(call) => self.call(call, span),
            ExprKind::Unary(operator, operand) => self.unary(*operator, operand, span),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, span),
            ExprKind::Conditional(condition, then, otherwise) => self.conditional(condition, then, otherwise, span),
            ExprKind::Tuple(items) => self.tuple(items, span),
            ExprKind::Object(items) => self.object(items, span),
            ExprKind::For(for_expr) => self.for_loop(for_expr, span),
            ExprKind::Parens(inner) => self.evaluate(inner),
        }
    }

    /// An evaluator in which absent attributes are errors.
    pub fn strictly(&self) -> Evaluator<'_> {
        Evaluator { strict: true, bindings: &[], outer: Some(self), ..*self }
    }

    /// The same, where what is absent is null again.
    pub(super) fn loosely(self) -> Self {
        Self { strict: false, ..self }
    }

    /// An evaluator that notes in `trace` what decides, where one is given.
    #[must_use]
    pub fn traced(self, trace: Option<&'a Trace>) -> Self {
        Self { trace, ..self }
    }

    /// An evaluator for the text of a template.
    pub(super) fn in_template(self) -> Self {
        Evaluator { in_template: true, ..self }
    }

    /// What an operator or a function made of its operands, those first that decided. It stands where
    /// the expression stands and came the way of an operand.
    pub(super) fn outcome<'v>(
        &self,
        data: Data,
        operands: impl IntoIterator<Item = &'v Value> + Clone,
        span: Span,
    ) -> Value {
        let sensitive = operands.clone().into_iter().any(|operand| operand.sensitive);
        Value { data, origin: self.origin_of(operands, span), sensitive, trace: None }
    }

    /// The origin of what was made of some operands at `span`. In a policy, where `span` lies in the
    /// check, that of the first operand that comes from what is checked.
    pub(super) fn origin_of<'v>(&self, operands: impl IntoIterator<Item = &'v Value> + Clone, span: Span) -> Origin {
        if self.mode == Mode::Policy {
            let data = operands.clone().into_iter().find(|operand| operand.origin.span.source != span.source);
            if let Some(operand) = data {
                return operand.origin.clone();
            }
        }
        let mut ways = operands.into_iter().filter_map(|operand| operand.origin.via.as_ref());
        let first = ways.by_ref().find_map(plain_way);
        let via = first.map(|first| joined(first, ways));
        Origin { span, via }
    }

    /// An unknown of a type, never null, because of everything unknown in the operands.
    pub(super) fn unknown<'v>(
        &self,
        ty: Type,
        operands: impl IntoIterator<Item = &'v Value> + Clone,
        span: Span,
    ) -> Value {
        let origin = self.origin_of(operands.clone(), span);
        unknowns::unknown_because(ty, operands, span).with_origin(origin)
    }

    /// `value` as `ty`, for the purpose that the message names.
    #[expect(clippy::unused_self, reason = "reads as a step of the evaluation")]
    pub(super) fn converted(&self, value: &Value, ty: &Type, what: &str, span: Span) -> Result<Value, EvalError> {
        convert::convert(value, ty).map_err(|message| EvalError::new(format!("{what}: {message}."), span).on([value]))
    }
}

/// The way, with those of other values that took part. What came the same way is told of once.
fn joined<'v>(way: Arc<Hop>, others: impl Iterator<Item = &'v Arc<Hop>>) -> Arc<Hop> {
    let mut beside: Vec<Arc<Hop>> = way.beside.iter().flatten().cloned().collect();
    let known = beside.len();
    for other in others {
        let is_same = |hop: &Hop| hop.span == other.span && hop.kind == other.kind;
        if !is_same(&way) && !beside.iter().any(|hop| is_same(hop)) {
            beside.extend(plain_way(other));
        }
    }
    if beside.len() == known { way } else { Arc::new(Hop { beside: Some(beside.into()), ..(*way).clone() }) }
}

/// The way without what was encoded on it: the result is no longer that text. A template that stands in the
/// configuration is left out, and the way of what was put into it goes on.
pub(super) fn plain_way(way: &Arc<Hop>) -> Option<Arc<Hop>> {
    let hops = || std::iter::successors(Some(&**way), |hop| hop.next.as_deref());
    if hops().all(|hop| hop.encoded.is_none()) {
        return Some(way.clone());
    }
    let mut hops: Vec<&Hop> = hops().collect();
    let is_in_place = |hop: &&&Hop| matches!(&hop.kind, HopKind::Template(path) if path.is_empty());
    let template = hops.last().filter(is_in_place).copied();
    hops.truncate(hops.len() - usize::from(template.is_some()));
    let put_in = template.and_then(|hop| plain_way(hop.beside.as_ref()?.first()?));
    hops.iter().rev().fold(put_in, |next, hop| Some(Arc::new(Hop { next, encoded: None, ..(*hop).clone() })))
}

fn number(text: &str, span: Span) -> Result<Value, EvalError> {
    let number = crate::model::Number::parse(text);
    let number = number.ok_or_else(|| EvalError::new(format!("The number {text} is out of range."), span))?;
    Ok(Value::number(number, span))
}
