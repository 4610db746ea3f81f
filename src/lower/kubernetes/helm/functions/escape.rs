//! Go's escaping functions: `html`, `js` and `urlquery`.

use super::short::A;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::text::{is_printable, print};
use crate::lower::kubernetes::helm::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("html", &[], |call| escape(call, html)).and(A).of_parts(),
    Function::new("js", &[], |call| escape(call, js)).and(A).of_parts(),
    Function::new("urlquery", &[], |call| escape(call, query)).and(A).of_parts(),
];

fn escape(call: &mut Call<'_, '_>, change: fn(&str) -> String) -> Outcome<Value> {
    // A nil is written as an action would write it.
    let shown = |value: &Value| if value.is_nil() { "<no value>".into() } else { value.clone() };
    let arguments: Vec<Value> = call.arguments.iter().map(shown).collect();
    call.result(print(&arguments).map(change))
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' | '\0'..='\x1f' => out.extend([format!("\\u{:04X}", u32::from(c))]),
            _ if is_printable(c) => out.push(c),
            _ => out.extend([format!("\\u{:04X}", u32::from(c))]),
        }
    }
    out
}

/// `url.QueryEscape`.
pub fn query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.extend([format!("%{byte:02X}")]),
        }
    }
    out
}
