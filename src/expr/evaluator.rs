//! The evaluator: an expression, a scope and a budget give a value.

use super::{Budget, EvalError, Mode, Scope};
use crate::model::Value;
use crate::source::Span;
use crate::syntax::hcl::{Expr, TemplatePart};

/// Evaluates expressions with the names of one scope. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Evaluator<'a> {
    /// What names mean.
    pub scope: &'a dyn Scope,
    /// Which of the two dialects.
    pub mode: Mode,
    /// What may still be used.
    pub budget: &'a Budget,
    bindings: &'a [(&'a str, Value)],
    outer: Option<&'a Evaluator<'a>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator without names of its own.
    pub fn new(scope: &'a dyn Scope, mode: Mode, budget: &'a Budget) -> Self {
        Self { scope, mode, budget, bindings: &[], outer: None }
    }

    /// An evaluator that knows some more names, before all others: loop variables, `each`.
    #[must_use]
    pub fn bind<'b>(&'b self, bindings: &'b [(&'b str, Value)]) -> Evaluator<'b> {
        Evaluator { bindings, outer: Some(self), ..*self }
    }

    /// The value of an expression.
    pub fn evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        self.budget.step(expr.span)?;
        Err(EvalError::new("Not yet.", expr.span))
    }

    /// The value of a template, as of a file or a string that holds one: of a single interpolation its
    /// value, else a string. `span` is the place of the whole.
    pub fn template(&self, parts: &[TemplatePart], span: Span) -> Result<Value, EvalError> {
        let _ = parts;
        Err(EvalError::new("Not yet.", span))
    }
}
