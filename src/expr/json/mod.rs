//! JSON text of values, both ways, exactly as `jsonencode` and `jsondecode` of Terraform.

mod read;

pub use read::{from_encoded, from_json, from_written};

use super::limits::STRING_BYTES;
use crate::model::{Data, Value};
use std::fmt::Write as _;

/// The text that `jsonencode` gives: no spaces, keys in order, `<`, `>`, `&`, U+2028 and U+2029 escaped,
/// numbers with all their digits. Sensitivity is ignored. The error, of unknowns and infinities, is a
/// clause without period.
pub fn to_json(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    write_value(value, &mut out)?;
    Ok(out)
}

fn write_value(value: &Value, out: &mut String) -> Result<(), String> {
    if out.len() > STRING_BYTES {
        return Err(format!("the text is longer than {STRING_BYTES} bytes"));
    }
    match &value.data {
        Data::Null(_) => out.push_str("null"),
        Data::Bool(true) => out.push_str("true"),
        Data::Bool(false) => out.push_str("false"),
        Data::Number(number) if number.is_infinite() => return Err("an infinite number has no JSON form".into()),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::String(text) => write_string(text, out),
        Data::Sequence(sequence) => {
            out.push('[');
            for (index, item) in sequence.items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out)?;
            }
            out.push(']');
        }
        Data::Mapping(mapping) => {
            out.push('{');
            for (index, (key, item)) in mapping.entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_value(item, out)?;
            }
            out.push('}');
        }
        Data::Unknown(_) => return Err("the value is not wholly known".into()),
    }
    Ok(())
}

/// A JSON string as Go's encoder writes it.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{0}'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
