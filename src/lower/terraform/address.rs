//! Addresses of instances, as Terraform prints them.

use crate::model::Text;
use std::fmt::{self, Write as _};

/// The key of one instance of a resource or module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Neither `count` nor `for_each`.
    None,
    /// Of `count`.
    Index(u64),
    /// Of `for_each`.
    Text(Text),
    /// Stands for instances that are not known, and may be none. Terraform has no word for it.
    Any,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Text(text) => write!(f, "[{}]", quoted(text)),
            Self::Any => f.write_str("[*]"),
        }
    }
}

/// A string as an HCL literal.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' => {
                out.push(c);
                if chars.peek() == Some(&'{') {
                    out.push(c);
                }
            }
            c if c.is_control() => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// An address as it lasts: the first instance of `count` is that of no `count`, since Terraform moves the one to the
/// other when `count` comes or goes.
pub(super) fn lasting(address: &Text) -> Text {
    if address.contains("[0]") { address.replace("[0]", "") } else { address.clone() }
}

/// `inner` in the module instance at `module`, which is empty for the root.
pub(super) fn within(module: &str, inner: impl fmt::Display) -> Text {
    if module.is_empty() { ecow::eco_format!("{inner}") } else { ecow::eco_format!("{module}.{inner}") }
}
