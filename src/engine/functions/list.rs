//! Lists.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Data, Type, Value};

/// `last(list)`: the last element; null of an empty list.
pub fn last(args: &Arguments) -> Result<Value, EvalError> {
    let list = args.get(0)?;
    match &list.data {
        Data::Unknown(_) => Ok(args.unknown(Type::Dynamic)),
        Data::Null(_) => Ok(Value::null(args.span)),
        Data::Sequence(sequence) => Ok(sequence.items.last().cloned().unwrap_or_else(|| Value::null(args.span))),
        _ => Err(args.wrong("takes a list")),
    }
}
