//! Functions whose result differs from run to run: unknown here, once their arguments are right.

use super::{Function, Param, Returns, Shape};

const TEXT: Returns = Returns::Always(Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("bcrypt", &[Param::new("str", Shape::String)], TEXT, |call| Ok(call.open("bcrypt")))
        .variadic(Param::new("cost", Shape::Number)),
    Function::new("plantimestamp", &[], TEXT, |call| Ok(call.open("plantimestamp"))),
    Function::new("timestamp", &[], TEXT, |call| Ok(call.open("timestamp"))),
    Function::new("uuid", &[], TEXT, |call| Ok(call.open("uuid"))),
];
