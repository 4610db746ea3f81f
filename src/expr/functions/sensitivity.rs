//! Functions of what must not be shown. Values keep their origins.

use super::{Function, Param, Returns, Shape};
use crate::model::{Data, Type, Value};

const VALUE: &[Param] = &[Param::new("value", Shape::Any).nullable().unknown().dynamic().sensitive()];
const SAME: Returns = Returns::By(|args| Ok(args.first().map_or(Type::Dynamic, Value::ty)));

pub(super) const TABLE: &[Function] = &[
    // Which values are ephemeral the scope knows; elsewhere none is.
    Function::new("ephemeralasnull", VALUE, SAME, |call| {
        Ok(call.args.first().cloned().unwrap_or_else(|| call.unknown()))
    })
    .may_be_null(),
    Function::new("issensitive", VALUE, Returns::Always(Shape::Bool), |call| {
        Ok(match call.args.first() {
            Some(Value { sensitive: true, .. }) => call.bool(true),
            Some(Value { data: Data::Unknown(_), .. }) | None => call.unknown(),
            Some(_) => call.bool(false),
        })
    }),
    Function::new("nonsensitive", VALUE, SAME, |call| {
        let value = call.args.first().cloned().unwrap_or_else(|| call.unknown());
        Ok(Value { sensitive: false, ..value })
    })
    .may_be_null(),
    Function::new("sensitive", VALUE, SAME, |call| {
        let value = call.args.first().cloned().unwrap_or_else(|| call.unknown());
        Ok(Value { sensitive: true, ..value })
    })
    .may_be_null(),
];
