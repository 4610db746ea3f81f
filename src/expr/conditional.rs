//! `condition ? then : otherwise`.

use super::choices::either;
use super::equality::same;
use super::unknowns::{is_never_null, not_null, refined};
use super::{EvalError, Evaluator, Mode, convert};
use crate::model::{Data, Type, Value};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};

impl Evaluator<'_> {
    pub(super) fn conditional(
        &self,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        span: Span,
    ) -> Result<Value, EvalError> {
        if self.mode == Mode::Policy {
            return self.choice(condition, then, otherwise, span);
        }
        // Both branches are evaluated: they must fit together, whichever is chosen.
        let then = Branch::of(self, then)?;
        let otherwise = Branch::of(self, otherwise)?;
        let ty = common_type(&then, &otherwise).ok_or_else(|| {
            let message = "The two results of the conditional must have one type, but one is";
            EvalError::new(format!("{message} {} and the other {}.", then.ty, otherwise.ty), span)
        })?;
        let condition = self.condition(condition)?;
        let Some(truth) = condition.as_bool() else {
            return Ok(self.undecided(&condition, &then, &otherwise, ty, span));
        };
        let sensitive = condition.sensitive || then.is_sensitive() || otherwise.is_sensitive();
        let chosen = if truth { then } else { otherwise };
        let value = chosen.result?;
        let value = match ty {
            Some(ty) => self.converted(&value, &ty, "The result of the conditional does not fit", chosen.span)?,
            None => value,
        };
        Ok(Value { sensitive, ..value })
    }

    /// The condition as bool or unknown bool.
    pub(super) fn condition(&self, expr: &Expr) -> Result<Value, EvalError> {
        let condition = self.evaluate(expr)?;
        if condition.is_null() {
            return Err(EvalError::new("The condition is null; it must be true or false.", expr.span));
        }
        if condition.is_unknown() {
            return Ok(condition);
        }
        self.converted(&condition, &Type::Bool, "The condition must be true or false", expr.span)
    }

    /// The result for a condition that is not known, with what both branches have in common.
    fn undecided(&self, condition: &Value, then: &Branch, otherwise: &Branch, ty: Option<Type>, span: Span) -> Value {
        let (Ok(a), Ok(b)) = (&then.result, &otherwise.result) else {
            let operands = [Some(condition), then.result.as_ref().ok(), otherwise.result.as_ref().ok()];
            return self.unknown(ty.unwrap_or(Type::Dynamic), operands.into_iter().flatten(), span);
        };
        let operands = [condition, a, b];
        if a.is_null() && b.is_null() {
            return self.outcome(Data::Null(ty.unwrap_or(Type::Dynamic)), operands, span);
        }
        let never_null = is_never_null(a) && is_never_null(b);
        if let Some(list) = self.list_of_length(&operands, ty.as_ref(), span) {
            return list;
        }
        let ty = ty.unwrap_or(Type::Dynamic);
        let result = either(self.unknown(ty.clone(), operands, span), [a, b], &ty);
        let result = if never_null { not_null(result) } else { result };
        refined(result, |refinement| match (&a.data, &b.data) {
            (Data::Number(x), Data::Number(y)) => {
                refinement.at_least = Some(x.min(y).clone());
                refinement.at_most = Some(x.max(y).clone());
            }
            _ if never_null && is_collection(&then.ty) && then.ty == otherwise.ty => {
                if let (Some((x, most)), Some((y, more))) = (lengths(a), lengths(b)) {
                    refinement.min_length = x.min(y);
                    refinement.max_length = most.zip(more).map(|(most, more)| most.max(more));
                }
            }
            _ => {}
        })
    }

    /// Where both branches are lists of one known length, the result is a list of unknown elements.
    fn list_of_length(&self, operands: &[&Value; 3], ty: Option<&Type>, span: Span) -> Option<Value> {
        let (Some(Type::List(element)), [_, a, b]) = (ty, operands) else { return None };
        let length = a.as_items()?.len();
        if b.as_items()?.len() != length || a.ty() != b.ty() {
            return None;
        }
        let item = self.unknown((**element).clone(), operands.iter().copied(), span);
        let pairs = a.as_items()?.iter().zip(b.as_items()?);
        let items = pairs.map(|(a, b)| either(item.clone(), [a, b], element)).collect();
        let data = if length == 0 { a.data.clone() } else { convert::list_of(items) };
        Some(self.outcome(data, operands.iter().copied(), span))
    }

    /// The conditional of a policy: only the branch that counts is evaluated, and kept as it is.
    fn choice(&self, condition: &Expr, then: &Expr, otherwise: &Expr, span: Span) -> Result<Value, EvalError> {
        let condition = self.condition(condition)?;
        if let Some(truth) = condition.as_bool() {
            let value = self.evaluate(if truth { then } else { otherwise })?;
            return Ok(self.chosen(value, &condition, span));
        }
        match (self.evaluate(then), self.evaluate(otherwise)) {
            (Err(error), _) | (_, Err(error)) if error.fatal => Err(error),
            (Ok(a), Ok(b)) if same(&a, &b) == Some(true) => Ok(a),
            (a, b) => {
                let operands = [Some(&condition), a.as_ref().ok(), b.as_ref().ok()];
                let result = self.unknown(Type::Dynamic, operands.into_iter().flatten(), span);
                let never_null = a.is_ok_and(|a| is_never_null(&a)) && b.is_ok_and(|b| is_never_null(&b));
                Ok(if never_null { not_null(result) } else { result })
            }
        }
    }
}

/// One branch: its result, and the type it has or would have had.
struct Branch {
    result: Result<Value, EvalError>,
    ty: Type,
    span: Span,
}

impl Branch {
    fn of(evaluator: &Evaluator<'_>, expr: &Expr) -> Result<Self, EvalError> {
        let result = evaluator.evaluate(expr);
        let ty = match &result {
            Ok(value) => value.ty(),
            Err(error) if error.fatal => return Err(error.clone()),
            Err(_) => type_of_failed(expr),
        };
        Ok(Self { result, ty, span: expr.span })
    }

    fn is_sensitive(&self) -> bool {
        self.result.as_ref().is_ok_and(|value| value.sensitive)
    }

    fn is_plain_null(&self) -> bool {
        matches!(&self.result, Ok(value) if matches!(value.data, Data::Null(Type::Dynamic)))
    }
}

/// Operators and templates have their type even when they fail.
fn type_of_failed(expr: &Expr) -> Type {
    use crate::syntax::hcl::{BinaryOp, UnaryOp};
    match &expr.kind {
        ExprKind::Parens(inner) => type_of_failed(inner),
        ExprKind::Template(parts) if parts.len() > 1 => Type::String,
        ExprKind::Unary(UnaryOp::Not, _) => Type::Bool,
        ExprKind::Unary(UnaryOp::Negate, _) => Type::Number,
        ExprKind::Binary(operator, ..) => match operator {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => {
                Type::Number
            }
            _ => Type::Bool,
        },
        _ => Type::Dynamic,
    }
}

/// The type of the result: `None` when the branches have no type in common, `Some(None)` when the chosen
/// branch stays as it is.
#[expect(clippy::option_option, reason = "no type in common and no conversion are two things")]
fn common_type(then: &Branch, otherwise: &Branch) -> Option<Option<Type>> {
    if then.is_plain_null() {
        return Some(Some(otherwise.ty.clone()));
    }
    if otherwise.is_plain_null() {
        return Some(Some(then.ty.clone()));
    }
    if then.ty == Type::Dynamic || otherwise.ty == Type::Dynamic || then.ty == otherwise.ty {
        return Some((then.ty == otherwise.ty).then(|| then.ty.clone()));
    }
    convert::unify(&[then.ty.clone(), otherwise.ty.clone()]).map(Some)
}

fn is_collection(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_))
}

fn lengths(value: &Value) -> Option<(u64, Option<u64>)> {
    match &value.data {
        Data::Sequence(sequence) => Some((sequence.items.len() as u64, Some(sequence.items.len() as u64))),
        Data::Mapping(mapping) => Some((mapping.entries.len() as u64, Some(mapping.entries.len() as u64))),
        Data::Unknown(unknown) => Some((unknown.refinement.min_length, unknown.refinement.max_length)),
        _ => None,
    }
}
