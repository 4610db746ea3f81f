//! Functions whose result differs from run to run: unknown here, once their arguments are right.

use super::{Function, Invocation, Param, Returns, Shape};
use crate::model::Data;
use crate::model::{Cause, Refinement, Type, Unknown, Value, Why};
use std::sync::Arc;

const TEXT: Returns = Returns::Always(Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("bcrypt", &[Param::new("str", Shape::String)], TEXT, |call| Ok(unknown(call, "bcrypt")))
        .variadic(Param::new("cost", Shape::Number)),
    Function::new("plantimestamp", &[], TEXT, |call| Ok(unknown(call, "plantimestamp"))),
    Function::new("timestamp", &[], TEXT, |call| Ok(unknown(call, "timestamp"))),
    Function::new("uuid", &[], TEXT, |call| Ok(unknown(call, "uuid"))),
];

/// A string that is not null, for the reason that `function` gives it.
fn unknown(call: &Invocation<'_>, function: &str) -> Value {
    let causes = vec![Cause { why: Why::Function(function.into()), span: call.span }];
    let refinement = Refinement { not_null: true, ..Refinement::default() };
    call.data(Data::Unknown(Arc::new(Unknown { ty: Type::String, causes, symbol: None, refinement })))
}
