//! Words of the domain that many checks need, as functions of the policy language.

use crate::expr::EvalError;
use crate::model::Value;
use crate::source::Span;

/// Calls the domain function `name`, when it is one.
pub fn call(name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
    let _ = (name, args, span);
    None
}
