//! Conversions between types, and the one type that several can be converted to.

use crate::model::{Data, Number, Text, Type, Value};

/// `value` as `to`; the message of the error completes "… : ".
pub fn convert(value: &Value, to: &Type) -> Result<Value, String> {
    if *to == Type::Dynamic || value.ty() == *to {
        return Ok(value.clone());
    }
    Err(format!("{to} required."))
}

/// The type that values of all these types can be converted to.
pub fn unify(types: &[Type]) -> Option<Type> {
    let first = types.first().cloned().unwrap_or(Type::Dynamic);
    types.iter().all(|ty| *ty == first).then_some(first)
}

/// The text of a string, number or bool; `None` for all others and for null.
pub fn to_text(value: &Value) -> Option<Text> {
    match &value.data {
        Data::String(text) => Some(text.clone()),
        Data::Number(number) => Some(number.to_string().into()),
        Data::Bool(true) => Some("true".into()),
        Data::Bool(false) => Some("false".into()),
        _ => None,
    }
}

/// The number of a number, or of a string that reads as one.
pub fn to_number(value: &Value) -> Option<Number> {
    match &value.data {
        Data::Number(number) => Some(number.clone()),
        Data::String(text) => Number::parse(text),
        _ => None,
    }
}

/// The truth of a bool, or of the strings `true`, `false`, `1`, `0`.
pub fn to_bool(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Bool(value) => Some(*value),
        Data::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
