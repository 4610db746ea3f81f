//! Values as people read them: short, on one line, without secrets.

use super::neutral;
use crate::model::{Data, Value};
use std::fmt::Write;

/// Characters of a value that are shown.
const MOST_CHARACTERS: usize = 160;
/// Nesting that is shown.
const MOST_DEPTH: u32 = 3;

/// `value` as Terraform would write it, cut to what fits a line; `<redacted>` for what is secret.
pub fn value(value: &Value) -> String {
    let mut out = String::new();
    write(value, MOST_DEPTH, &mut out);
    cut(&neutral::inline(&out), MOST_CHARACTERS)
}

/// `text`, or its first characters and `…`.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn write(value: &Value, depth: u32, out: &mut String) {
    if value.sensitive {
        out.push_str("<redacted>");
        return;
    }
    // What will be cut off need not be made.
    if depth == 0 || out.len() > 4 * MOST_CHARACTERS {
        out.push('…');
        return;
    }
    match &value.data {
        Data::Null(_) => out.push_str("null"),
        Data::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Data::Number(number) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "{number}");
        }
        Data::String(text) => {
            let text = cut(text, MOST_CHARACTERS).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(out, "\"{text}\"");
        }
        Data::Sequence(sequence) => {
            out.push('[');
            for (at, item) in sequence.items.iter().enumerate().take(MOST_CHARACTERS) {
                out.push_str(if at == 0 { "" } else { ", " });
                self::write(item, depth - 1, out);
            }
            out.push(']');
        }
        Data::Mapping(mapping) => {
            out.push('{');
            for (at, (key, item)) in mapping.entries.iter().enumerate().take(MOST_CHARACTERS) {
                let _ = write!(out, "{}{key} = ", if at == 0 { "" } else { ", " });
                self::write(item, depth - 1, out);
            }
            out.push('}');
        }
        Data::Unknown(unknown) => {
            let why = unknown.causes.first().map(|cause| cause.why.to_string()).unwrap_or_default();
            let _ = write!(out, "unknown ({why})");
        }
    }
}
