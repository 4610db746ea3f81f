//! Optional values. What is not evaluated unless it is needed (`or`, `orValue`, `optMap`) is the evaluator's.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelValue};
use super::lists::list;
use CelData::{Bool, Optional};
use std::sync::Arc;

pub const ROWS: &[Row] = &[
    Row("optional.of", "(A) optional(A)", of),
    Row("optional.ofNonZeroValue", "(A) optional(A)", of_non_zero),
    Row("optional.none", "() optional(A)", none),
    Row("value", "optional(A).() A", value),
    Row("hasValue", "optional(A).() bool", has_value),
    Row("optional.unwrap", "(list(optional(A))) list(A)", unwrap),
    Row("unwrapOpt", "list(optional(A)).() list(A)", unwrap),
    Row("or", "optional(A).(optional(A)) optional(A)", first),
    Row("orValue", "optional(A).(A) A", first),
];

fn of(args: &[CelValue]) -> Answer {
    Optional(args.first().cloned().map(Arc::new)).into()
}

fn of_non_zero(args: &[CelValue]) -> Answer {
    Optional(args.first().filter(|arg| !arg.data.is_zero()).cloned().map(Arc::new)).into()
}

fn none(_: &[CelValue]) -> Answer {
    Optional(None).into()
}

fn optional(args: &[CelValue]) -> Result<Option<&CelValue>, Failure> {
    match args.first().map(|arg| &arg.data) {
        Some(Optional(value)) => Ok(value.as_deref()),
        _ => Err(no_overload()),
    }
}

fn value(args: &[CelValue]) -> Answer {
    optional(args)?.cloned().ok_or_else(|| "optional.none() dereference".into())
}

fn has_value(args: &[CelValue]) -> Answer {
    Bool(optional(args)?.is_some()).into()
}

fn unwrap(args: &[CelValue]) -> Answer {
    let mut values = Vec::new();
    for item in list(args, 0)?.iter() {
        match &item.data {
            Optional(value) => values.extend(value.as_deref().cloned()),
            CelData::Unknown(_) => return Err(Failure::Undecided),
            _ => return Err(no_overload()),
        }
    }
    CelData::list_of(values).into()
}

/// What the evaluator gives when the optional has a value.
fn first(args: &[CelValue]) -> Answer {
    args.first().cloned().ok_or_else(no_overload)
}
