//! Operators.

use super::equality::equal;
use super::unknowns::{is_never_null, not_null};
use super::{EvalError, Evaluator, Mode};
use crate::model::{Data, Number, Type, Value};
use crate::source::Span;
use crate::syntax::hcl::{BinaryOp, Expr, UnaryOp};
use std::cmp::Ordering;

impl Evaluator<'_> {
    pub(super) fn unary(&self, operator: UnaryOp, operand: &Expr, span: Span) -> Result<Value, EvalError> {
        let wanted = if operator == UnaryOp::Not { Type::Bool } else { Type::Number };
        let value = self.operand(operand, &wanted)?;
        let data = match &value.data {
            Data::Bool(value) => Data::Bool(!value),
            Data::Number(number) => Data::Number(number.negated()),
            _ => return Ok(not_null(self.unknown(wanted, [&value], span))),
        };
        Ok(self.outcome(data, [&value], span))
    }

    pub(super) fn binary(&self, operator: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Result<Value, EvalError> {
        use BinaryOp as Op;
        match operator {
            Op::And | Op::Or if self.mode == Mode::Policy => self.three_valued(operator, left, right, span),
            Op::And | Op::Or if self.scope.short_circuits() => self.symmetric(operator, left, right, span),
            Op::And | Op::Or => {
                let (a, b) = self.operands(left, right, &Type::Bool)?;
                match (&a.data, &b.data) {
                    (Data::Bool(x), Data::Bool(y)) => {
                        let decisive = operator == Op::Or;
                        let operands = if *x == decisive || *y != decisive { [&a, &b] } else { [&b, &a] };
                        let value = if decisive { *x || *y } else { *x && *y };
                        Ok(self.outcome(Data::Bool(value), operands, span))
                    }
                    _ => Ok(not_null(self.unknown(Type::Bool, [&a, &b], span))),
                }
            }
            Op::Equal | Op::NotEqual => {
                let (a, b) = self.both(left, right)?;
                self.budget.walk([&a, &b], span)?;
                let mut result = match equal(self.mode, &a, &b) {
                    Some(equal) => self.outcome(Data::Bool(equal == (operator == Op::Equal)), [&a, &b], span),
                    None => not_null(self.unknown(Type::Bool, [&a, &b], span)),
                };
                result.sensitive = super::set::is_sensitive(&a) || super::set::is_sensitive(&b);
                Ok(result)
            }
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                let (a, b) = self.operands(left, right, &Type::Number)?;
                match compare(operator, &a, &b) {
                    Some(value) => Ok(self.outcome(Data::Bool(value), [&a, &b], span)),
                    None => Ok(not_null(self.unknown(Type::Bool, [&a, &b], span))),
                }
            }
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo => {
                let (a, b) = self.operands(left, right, &Type::Number)?;
                match (&a.data, &b.data) {
                    (Data::Number(x), Data::Number(y)) => {
                        let number =
                            calculate(operator, x, y).ok_or_else(|| EvalError::new(UNDEFINED, span).on([&a, &b]))?;
                        Ok(self.outcome(Data::Number(number), [&a, &b], span))
                    }
                    _ => Ok(not_null(self.unknown(Type::Number, [&a, &b], span))),
                }
            }
        }
    }

    /// `&&` and `||` of a policy: a side that decides decides alone, whatever the other is.
    fn three_valued(&self, operator: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Result<Value, EvalError> {
        let decisive = operator == BinaryOp::Or;
        let left = match self.operand(left, &Type::Bool) {
            Ok(value) if value.as_bool() == Some(decisive) => {
                return Ok(self.decided(self.outcome(value.data.clone(), [&value], span), [value.trace], span));
            }
            Err(error) if error.fatal => return Err(error),
            other => other,
        };
        let right = match self.operand(right, &Type::Bool) {
            Ok(value) if value.as_bool() == Some(decisive) => {
                return Ok(self.decided(self.outcome(value.data.clone(), [&value], span), [value.trace], span));
            }
            Err(error) if error.fatal => return Err(error),
            other => other,
        };
        match (left, right) {
            (Ok(a), Ok(b)) if a.is_unknown() || b.is_unknown() => {
                // What is known of the other side does not matter.
                let open = [&a, &b].map(|side| side.trace.filter(|_| side.is_unknown()));
                Ok(self.decided(not_null(self.unknown(Type::Bool, [&a, &b], span)), open, span))
            }
            (Ok(a), Ok(b)) => Ok(self.outcome(Data::Bool(!decisive), [&a, &b], span)),
            // The unknown side may turn out to decide, and then the error does not matter.
            (Ok(a), Err(_)) | (Err(_), Ok(a)) if a.is_unknown() => {
                Ok(self.decided(not_null(self.unknown(Type::Bool, [&a], span)), [a.trace], span))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// `&&` and `||` of a configuration since Terraform 1.12 and OpenTofu 1.10: both sides are evaluated, and one that
    /// decides makes the error of the other one vanish. Null never holds: it decides `&&`, and is an error of `||` that
    /// nothing else decides.
    fn symmetric(&self, operator: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Result<Value, EvalError> {
        let decisive = operator == BinaryOp::Or;
        let (left_side, right_side) = (self.side(left)?, self.side(right)?);
        let sides = [&left_side, &right_side];
        let values = || sides.into_iter().filter_map(|side| side.as_ref().ok());
        let decides = |value: &&Value| value.as_bool() == Some(decisive) || (!decisive && value.is_null());
        let winner = values().find(decides);
        let sensitive = values().any(|value| value.sensitive);
        let result = match (winner, &left_side, &right_side) {
            (Some(value), ..) => self.outcome(Data::Bool(decisive), [value], span),
            // The unknown side may turn out to decide.
            _ if values().any(Value::is_unknown) => {
                not_null(self.unknown(Type::Bool, values().collect::<Vec<_>>(), span))
            }
            (None, Err(error), _) | (None, _, Err(error)) => return Err(error.clone()),
            (None, Ok(a), _) if a.is_null() => return Err(EvalError::new(NULL_OPERAND, left.span)),
            (None, _, Ok(b)) if b.is_null() => return Err(EvalError::new(NULL_OPERAND, right.span)),
            (None, Ok(a), Ok(b)) => self.outcome(Data::Bool(!decisive), [a, b], span),
        };
        Ok(Value { sensitive, ..result })
    }

    /// A side of `&&` or `||`: a bool, null or unknown, or the error that it fails with. What is of another type, and
    /// what nothing may catch, is an error of the whole.
    fn side(&self, expr: &Expr) -> Result<Result<Value, EvalError>, EvalError> {
        match self.evaluate(expr) {
            Ok(value) => self.converted(&value, &Type::Bool, "Unsuitable operand", expr.span).map(Ok),
            Err(error) if error.fatal => Err(error),
            Err(error) => Ok(Err(error)),
        }
    }

    fn both(&self, left: &Expr, right: &Expr) -> Result<(Value, Value), EvalError> {
        Ok((self.evaluate(left)?, self.evaluate(right)?))
    }

    fn operands(&self, left: &Expr, right: &Expr, ty: &Type) -> Result<(Value, Value), EvalError> {
        Ok((self.operand(left, ty)?, self.operand(right, ty)?))
    }

    /// An operand, converted and not null.
    fn operand(&self, expr: &Expr, ty: &Type) -> Result<Value, EvalError> {
        let value = self.evaluate(expr)?;
        let value = match (&value.data, ty) {
            (Data::Bool(_), Type::Bool) | (Data::Number(_), Type::Number) => value,
            _ => self.converted(&value, ty, "Unsuitable operand", expr.span)?,
        };
        if value.is_null() {
            return Err(EvalError::new(NULL_OPERAND, expr.span));
        }
        Ok(value)
    }
}

const NULL_OPERAND: &str = "An operand is null where a value is needed.";
const UNDEFINED: &str = "The result is not defined: zero by zero, or infinity with infinity.";

fn calculate(operator: BinaryOp, a: &Number, b: &Number) -> Option<Number> {
    match operator {
        BinaryOp::Add => a.add(b),
        BinaryOp::Subtract => a.subtract(b),
        BinaryOp::Multiply => a.multiply(b),
        BinaryOp::Divide => a.divide(b),
        _ => a.modulo(b),
    }
}

/// A comparison of numbers, decided from what is known of unknown ones where that is enough.
fn compare(operator: BinaryOp, a: &Value, b: &Value) -> Option<bool> {
    if let (Data::Number(a), Data::Number(b)) = (&a.data, &b.data) {
        let order = a.cmp(b);
        return Some(match operator {
            BinaryOp::Less => order == Ordering::Less,
            BinaryOp::LessOrEqual => order != Ordering::Greater,
            BinaryOp::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        });
    }
    if !is_never_null(a) || !is_never_null(b) {
        return None;
    }
    match operator {
        BinaryOp::Less => is_less(a, b, true),
        BinaryOp::LessOrEqual => is_less(a, b, false),
        BinaryOp::Greater => is_less(b, a, true),
        _ => is_less(b, a, false),
    }
}

/// Whether `a` is below `b` (or not above it, unless `strictly`) for all or for none of the possible numbers.
fn is_less(a: &Value, b: &Value, strictly: bool) -> Option<bool> {
    let ((a_least, a_most), (b_least, b_most)) = (bounds(a), bounds(b));
    let below = |x: &Number, y: &Number| if strictly { x < y } else { x <= y };
    if let (Some(a), Some(b)) = (a_most, b_least)
        && below(a, b)
    {
        return Some(true);
    }
    match (a_least, b_most) {
        (Some(a), Some(b)) if !below(a, b) => Some(false),
        _ => None,
    }
}

fn bounds(value: &Value) -> (Option<&Number>, Option<&Number>) {
    match &value.data {
        Data::Number(number) => (Some(number), Some(number)),
        Data::Unknown(unknown) => (unknown.refinement.at_least.as_ref(), unknown.refinement.at_most.as_ref()),
        _ => (None, None),
    }
}
