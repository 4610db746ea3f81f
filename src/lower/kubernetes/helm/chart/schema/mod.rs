//! `values.schema.json`: JSON Schema, as far as it can be checked without fetching anything.
//!
//! The keywords of drafts 4 to 2020-12 are read as one language, for charts seldom name the draft. `format` is not
//! asserted, and a reference to another document asserts nothing.

mod assertion;
mod soundness;

use crate::limits::charts::{SCHEMA_FAULTS, SCHEMA_STEPS};
use crate::lower::kubernetes::helm::value::{Data, Value};
use crate::source::Note;
use assertion::Checker;
use serde_json::Value as Json;

/// A value that is not as the schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// A sentence without full stop.
    pub message: String,
    /// The values key at fault.
    pub note: Option<Note>,
}

/// Returns what in the values is not as the schema says, or what is wrong with the schema.
pub fn check(schema: &str, values: &Value) -> Vec<SchemaFault> {
    let fault = |message: String| vec![SchemaFault { message, note: None }];
    let schema: Json = match serde_json::from_str(schema.trim_start_matches('\u{feff}')) {
        Ok(schema) => schema,
        Err(error) => return fault(format!("the schema is not JSON: {error}")),
    };
    if let Some(message) = soundness::fault(&schema, 0) {
        return fault(message);
    }
    let mut checker = Checker { root: &schema, faults: Vec::new(), steps: SCHEMA_STEPS };
    checker.check(&schema, values, "", 0);
    checker.faults.truncate(SCHEMA_FAULTS);
    checker.faults
}

/// The name of a value's type in JSON. `None` where it is not known.
fn type_of(value: &Value) -> Option<&'static str> {
    Some(match &value.data {
        Data::Unknown => return None,
        Data::Nil | Data::Invalid => "null",
        Data::Bool(_) => "boolean",
        Data::Integer(_) | Data::Float(_) => "number",
        Data::String(_) => "string",
        Data::List(_) => "array",
        Data::Map(_) => "object",
        _ => return None,
    })
}

/// A number of a value.
fn number(value: &Value) -> Option<f64> {
    match &value.data {
        Data::Integer(integer) => Some(integer.value as f64),
        Data::Float(number) => Some(*number),
        _ => None,
    }
}

/// Whether a value is the constant of a schema.
fn equals(value: &Value, constant: &Json) -> bool {
    match (&value.data, constant) {
        (Data::Nil | Data::Invalid, Json::Null) => true,
        (Data::Bool(a), Json::Bool(b)) => a == b,
        (Data::String(a), Json::String(b)) => a.text() == b,
        (Data::Integer(_) | Data::Float(_), Json::Number(b)) => number(value) == b.as_f64(),
        (Data::List(a), Json::Array(b)) => a.items.len() == b.len() && a.items.iter().zip(b).all(|(a, b)| equals(a, b)),
        (Data::Map(a), Json::Object(b)) => {
            let a = a.borrow();
            a.len() == b.len() && b.iter().all(|(key, b)| a.get(key.as_str()).is_some_and(|a| equals(a, b)))
        }
        _ => false,
    }
}
