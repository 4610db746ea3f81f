//! Instance keys, in the notation of Terraform: `[0]`, `["eu"]`.

use super::Text;
use std::fmt::{self, Write as _};

/// The key of one instance of a resource or module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Neither `count` nor `for_each`.
    None,
    /// Of `count`.
    Index(u64),
    /// Of `for_each`.
    Text(Text),
    /// Stands for instances that are unknown, and may not exist. Terraform has no notation for it.
    Any,
}

impl Key {
    /// Whether the stable address keeps it. The first instance of `count` is the same resource as the one without
    /// `count`: Terraform moves the one to the other when `count` comes or goes.
    pub(super) fn is_stable(&self) -> bool {
        !matches!(self, Self::None | Self::Index(0))
    }
}

/// A key, without its opening bracket, and what follows its closing one.
pub(super) fn split_key(text: &str) -> Option<(Key, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (index, rest) = text.split_once(']')?;
        return Some((index.parse().map_or(Key::Any, Key::Index), rest));
    };
    let mut key = Text::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((Key::Text(key), quoted.get(at + 1..)?.strip_prefix(']')?)),
            '\\' => match chars.next()?.1 {
                'n' => key.push('\n'),
                'r' => key.push('\r'),
                't' => key.push('\t'),
                'u' => {
                    let digits: String = chars.by_ref().take(4).map(|(_, digit)| digit).collect();
                    key.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                escaped => key.push(escaped),
            },
            '$' | '%' => {
                key.push(c);
                // The doubled mark before a brace stands for one.
                if quoted.get(at + 1..).is_some_and(|rest| rest.starts_with(c) && rest.get(1..2) == Some("{")) {
                    chars.next();
                }
            }
            c => key.push(c),
        }
    }
    None
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
