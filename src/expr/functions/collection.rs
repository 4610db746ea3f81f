//! Functions of collections.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::convert;
use crate::model::{Data, Type, Value};
use std::sync::Arc;

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "length",
        params: &[Param::new("value", Shape::Any).unknown().dynamic()],
        variadic: None,
        returns: Returns::By(length_type),
        not_null: true,
        run: length,
    },
    Function {
        name: "tolist",
        params: &[Param::new("v", Shape::Any).nullable()],
        variadic: None,
        returns: Returns::By(tolist_type),
        not_null: false,
        run: |invocation| Ok(convert::convert(&invocation.args[0], &invocation.returns)?),
    },
];

fn length_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args[0].ty() {
        Type::Bool | Type::Number => {
            Err(FunctionError::argument(0, "The argument must be a string, a collection type, or a structural type."))
        }
        _ => Ok(Type::Number),
    }
}

fn length(invocation: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let count = match &invocation.args[0].data {
        Data::Sequence(sequence) => sequence.items.len(),
        Data::Mapping(mapping) => mapping.entries.len(),
        _ => return Ok(invocation.unknown()),
    };
    Ok(invocation.number(count as i64))
}

fn tolist_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args[0].ty() {
        Type::Tuple(elements) => match convert::unify(&elements) {
            Some(element) => Ok(Type::List(Arc::new(element))),
            None => Err(FunctionError::argument(0, "All elements must have one type.")),
        },
        Type::Set(element) => Ok(Type::List(element)),
        other => Ok(other),
    }
}
