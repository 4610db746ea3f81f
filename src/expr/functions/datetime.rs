//! Functions of timestamps that do not ask a clock.

use super::datetime_text::Timestamp;
use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::go::duration;

const TEXT: Returns = Returns::Always(Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "formatdate",
        &[Param::new("format", Shape::String), Param::new("time", Shape::String)],
        TEXT,
        |call| {
            let formatted =
                timestamp(call, 1)?.format(call.text(0)).map_err(|message| FunctionError::argument(0, message))?;
            Ok(call.string(formatted))
        },
    ),
    Function::new(
        "timeadd",
        &[Param::new("timestamp", Shape::String), Param::new("duration", Shape::String)],
        TEXT,
        |call| {
            let duration = duration(call, 1)?;
            Ok(call.string(timestamp(call, 0)?.plus(duration).to_rfc3339()))
        },
    ),
    Function::new(
        "timecmp",
        &[Param::new("timestamp_a", Shape::String), Param::new("timestamp_b", Shape::String)],
        Returns::Always(Shape::Number),
        |call| {
            let order = timestamp(call, 0)?.instant.cmp(&timestamp(call, 1)?.instant);
            Ok(call.number(order as i64))
        },
    ),
];

/// The nanoseconds of an argument such as `1h30m`.
fn duration(call: &Invocation<'_>, index: usize) -> Result<i64, FunctionError> {
    duration::parse(call.text(index)).ok_or_else(|| {
        let message = format!(
            "`{}` is not a duration; write numbers with units, like `1h30m` (`h`, `m`, `s`, `ms`, `us`, `ns`).",
            call.text(index)
        );
        FunctionError::argument(index, message)
    })
}

fn timestamp(call: &Invocation<'_>, index: usize) -> Result<Timestamp, FunctionError> {
    Timestamp::parse(call.text(index)).map_err(|message| FunctionError::argument(index, message))
}
