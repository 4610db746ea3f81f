//! `alltrue([for …])` and `anytrue([for …])` of policies, decided by the first element that decides.
//!
//! A `for` whose condition is not known for one element is unknown as a whole; here the other elements
//! still count.

use super::{EvalError, Evaluator, Mode, open};
use crate::model::{Data, Type, Value};
use crate::source::Span;
use crate::syntax::hcl::{Call, Expr, ExprKind, For};

/// One element's vote.
enum Vote {
    /// It is not among those that the `for` gives.
    None,
    /// Its truth.
    Sure(Value),
    /// Its truth, if the condition turns out to be true.
    Doubtful(bool, Value),
    /// Its truth is not known.
    Open(Value),
}

/// The `for` of a call that is quantified, with the truth that decides alone.
pub(super) fn quantified<'e>(mode: Mode, name: &str, call: &'e Call) -> Option<(&'e For, bool)> {
    let decisive = match name {
        "alltrue" => false,
        "anytrue" => true,
        _ => return None,
    };
    match (mode, &call.args[..]) {
        (Mode::Policy, [argument]) if !call.expand => Some((list_for(argument)?, decisive)),
        _ => None,
    }
}

fn list_for(expr: &Expr) -> Option<&For> {
    match &expr.kind {
        ExprKind::Parens(inner) => list_for(inner),
        ExprKind::For(for_expr) if for_expr.key.is_none() => Some(for_expr),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// Whether all elements are true, or any is; `decisive` is the truth that one element decides with.
    pub(super) fn quantify(&self, for_expr: &For, decisive: bool, span: Span) -> Result<Value, EvalError> {
        let whole = self.evaluate(&for_expr.collection)?;
        // Of a list that may be longer, a known element may decide.
        let collection = open::known_part(&whole);
        let Some(elements) = self.elements(&collection, for_expr.collection.span)? else {
            return Ok(self.unknown(Type::Bool, [&*collection], span));
        };
        let key_name = for_expr.key_name.as_ref().map_or("", |name| name.name.as_str());
        let (mut open, mut failure) = (Vec::new(), None);
        open.extend(whole.is_unknown().then(|| whole.clone()));
        for (key, value) in elements {
            let element = value.trace;
            let bindings = [(for_expr.value_name.name.as_str(), value), (key_name, key)];
            match self.bind(&bindings).vote(for_expr) {
                Ok(Vote::Sure(value)) if value.as_bool() == Some(decisive) => {
                    let truth = self.outcome(Data::Bool(decisive), [&value], span);
                    return Ok(self.decided(truth, [value.trace, element], span));
                }
                Ok(Vote::Doubtful(truth, condition)) if truth == decisive => open.push(condition),
                Ok(Vote::Open(value)) => open.push(value),
                Ok(Vote::None | Vote::Sure(_) | Vote::Doubtful(..)) => {}
                Err(error) if error.fatal => return Err(error),
                // It does not matter when another element decides.
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            Some(error) => Err(error),
            None if open.is_empty() => {
                let truth = self.outcome(Data::Bool(!decisive), [&*collection], span);
                Ok(self.decided(truth, [collection.trace], span))
            }
            None => {
                let truth = self.unknown(Type::Bool, &open, span);
                Ok(self.decided(truth, open.iter().chain([&*collection]).map(|value| value.trace), span))
            }
        }
    }

    /// Returns the elements, with their numbers, that an undecided collection certainly has.
    pub fn certain_elements(&self, expr: &Expr) -> Result<Vec<(Value, Value)>, EvalError> {
        let whole = self.evaluate(expr)?;
        let known = whole.known_elements().unwrap_or_default().iter();
        Ok((0_i64..).zip(known).map(|(at, item)| (Value::number(at, item.origin.span), item.clone())).collect())
    }

    fn vote(&self, for_expr: &For) -> Result<Vote, EvalError> {
        let included = match &for_expr.condition {
            None => None,
            Some(condition) => match self.condition(condition)? {
                value if value.as_bool() == Some(false) => return Ok(Vote::None),
                value if value.is_unknown() => Some(value),
                _ => None,
            },
        };
        let value = self.evaluate(&for_expr.value)?;
        // As for Terraform's functions, null is not true.
        let value = if value.is_null() { Value { data: Data::Bool(false), ..value } } else { value };
        let value = self.converted(&value, &Type::Bool, "An element must be true or false", for_expr.value.span)?;
        Ok(match (included, value.as_bool()) {
            (_, None) => Vote::Open(value),
            (None, Some(_)) => Vote::Sure(value),
            (Some(condition), Some(truth)) => Vote::Doubtful(truth, condition),
        })
    }
}
