//! `tostring` and its siblings. Values keep their origins.

use super::{Function, FunctionError, Param, Returns, Shape};
use crate::expr::convert::convert;
use crate::model::{Type, Value};

const VALUE: &[Param] = &[Param::new("v", Shape::Any).nullable().unknown().dynamic().sensitive()];

pub(super) const TABLE: &[Function] = &[
    conversion("tobool", |args| converted_type(args, Shape::Bool)),
    conversion("tolist", |args| converted_type(args, Shape::List(&Shape::Any))),
    conversion("tomap", |args| converted_type(args, Shape::Map(&Shape::Any))),
    conversion("tonumber", |args| converted_type(args, Shape::Number)),
    conversion("toset", |args| converted_type(args, Shape::Set(&Shape::Any))),
    conversion("tostring", |args| converted_type(args, Shape::String)),
];

const fn conversion(name: &'static str, returns: fn(&[Value]) -> Result<Type, FunctionError>) -> Function {
    Function::new(name, VALUE, Returns::By(returns), |call| {
        let Some(value) = call.args.first() else { return Ok(call.unknown()) };
        convert(value, &call.returns)
            .map_err(|message| FunctionError::argument(0, format!("Cannot be converted: {message}.")))
    })
    .may_be_null()
}

fn converted_type(args: &[Value], shape: Shape) -> Result<Type, FunctionError> {
    let wanted = shape.to_type();
    let Some(value) = args.first() else { return Ok(wanted) };
    match convert(value, &wanted) {
        Ok(value) => Ok(value.ty()),
        Err(message) => Err(FunctionError::argument(0, format!("Cannot be converted: {message}."))),
    }
}
