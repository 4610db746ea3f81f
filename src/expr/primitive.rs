//! Primitive values read as each other, and what is known of types: what conversion and comparison share.

use crate::model::{Data, Number, Type, Value};

/// Returns the number of a number, or of a string that reads as one.
pub fn to_number(value: &Value) -> Option<Number> {
    match &value.data {
        Data::Number(number) => Some(number.clone()),
        Data::String(text) => Number::parse(text),
        _ => None,
    }
}

/// Returns the truth of a bool, or of the strings `true`, `false`, `1`, `0`.
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

/// Returns whether a part of the type is not known.
pub fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(items) => items.iter().any(has_dynamic),
        Type::Object(object) => object.fields.iter().any(|(_, ty)| has_dynamic(ty)),
    }
}
