//! What a scalar means: the resolution rules of go-yaml.
//!
//! Source of the rules: `resolve.go` of gopkg.in/yaml.v2 as vendored by sigs.k8s.io/yaml, and of
//! gopkg.in/yaml.v3, and `strconv` of Go for the syntax of numbers.

use super::{Dialect, NodeKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecow::EcoString;

/// A tag that means something to go-yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// No tag.
    None,
    /// `!!str`, or any tag that nobody here knows: the text stays text.
    String,
    /// `!!bool`
    Bool,
    /// `!!int`
    Integer,
    /// `!!float`
    Float,
    /// `!!null`
    Null,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`
    Merge,
}

impl Tag {
    /// The tag with its handle resolved: `tag:yaml.org,2002:int`.
    pub fn of(full: &str) -> Self {
        match full.strip_prefix("tag:yaml.org,2002:") {
            Some("bool") => Self::Bool,
            Some("int") => Self::Integer,
            Some("float") => Self::Float,
            Some("null") => Self::Null,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ => Self::String,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bool => "!!bool",
            Self::Integer => "!!int",
            Self::Float => "!!float",
            Self::Null => "!!null",
            Self::Timestamp => "!!timestamp",
            Self::Binary => "!!binary",
            Self::Merge => "!!merge",
            Self::None | Self::String => "!!str",
        }
    }
}

/// The value of a scalar, or why it has none.
pub fn resolve(text: &str, plain: bool, tag: Tag, dialect: Dialect) -> Result<NodeKind, String> {
    let string = || NodeKind::String(EcoString::from(text));
    let resolved = match tag {
        Tag::None if !plain => return Ok(string()),
        Tag::String | Tag::Merge => return Ok(string()),
        Tag::Binary => return binary(text),
        Tag::None | Tag::Timestamp | Tag::Bool | Tag::Integer | Tag::Float | Tag::Null => untagged(text, dialect),
    };
    let fits = match (&resolved, tag) {
        (_, Tag::None)
        | (NodeKind::Bool(_), Tag::Bool)
        | (NodeKind::Integer(_), Tag::Integer)
        | (NodeKind::Float(_) | NodeKind::Integer(_), Tag::Float)
        | (NodeKind::Null, Tag::Null) => true,
        // Integers above 2^63 are floats here, and integers there.
        (NodeKind::Float(_), Tag::Integer) => integer(&text.replace('_', "")).is_some(),
        (NodeKind::String(_), Tag::Timestamp) => is_timestamp(text),
        _ => false,
    };
    if fits { Ok(resolved) } else { Err(format!("`{text}` is no {}", tag.name())) }
}

/// Whether a plain scalar with this text is a string, so that it needs no quotes.
pub fn is_plain_string(text: &str, dialect: Dialect) -> bool {
    !is_timestamp(text) && matches!(untagged(text, dialect), NodeKind::String(_))
}

/// The value of a plain scalar.
fn untagged(text: &str, dialect: Dialect) -> NodeKind {
    let first = text.bytes().next();
    let looked_up = match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(NodeKind::Null),
        "true" | "True" | "TRUE" => Some(NodeKind::Bool(true)),
        "false" | "False" | "FALSE" => Some(NodeKind::Bool(false)),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if dialect == Dialect::Kubernetes => {
            Some(NodeKind::Bool(true))
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if dialect == Dialect::Kubernetes => {
            Some(NodeKind::Bool(false))
        }
        ".nan" | ".NaN" | ".NAN" => Some(NodeKind::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(NodeKind::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(NodeKind::Float(f64::NEG_INFINITY)),
        _ => None,
    };
    let number = || match first {
        Some(b'.') => float(text),
        Some(b'+' | b'-' | b'0'..=b'9') => number(text),
        _ => None,
    };
    looked_up.or_else(number).unwrap_or_else(|| NodeKind::String(EcoString::from(text)))
}

fn number(text: &str) -> Option<NodeKind> {
    if !text.contains('_') {
        return integer(text).or_else(|| float(text));
    }
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain))
}

/// An integer as `strconv.ParseInt(…, 0, 64)`, then `ParseUint`, read it: `0x`, `0o`, `0b` and a leading
/// zero for octal.
fn integer(text: &str) -> Option<NodeKind> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, text.get(1..)?),
        b'+' => (false, true, text.get(1..)?),
        _ => (false, false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.bytes().all(|digit| digit.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
    match i64::try_from(value) {
        Ok(value) => Some(NodeKind::Integer(value)),
        Err(_) if signed => None,
        Err(_) => Some(NodeKind::Float(magnitude as f64)),
    }
}

/// A decimal number with fraction or exponent, when it is finite.
fn float(text: &str) -> Option<NodeKind> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) || !exponent_fits {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(NodeKind::Float)
}

/// The text that base64 stands for; bytes that are no text become U+FFFD.
fn binary(text: &str) -> Result<NodeKind, String> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    let bytes = STANDARD.decode(compact).map_err(|_| "`!!binary` value is no valid base64".to_owned())?;
    Ok(NodeKind::String(super::encoding::replace_invalid(&bytes).into()))
}

/// Whether `text` is a date, or a date and a time, in one of the four forms that go-yaml tries.
fn is_timestamp(text: &str) -> bool {
    let bounded = |part: &str, range: std::ops::RangeInclusive<u8>| {
        matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()) && {
            part.parse().is_ok_and(|number| range.contains(&number))
        }
    };
    let date = |date: &str| match date.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => {
            year.len() == 4
                && year.bytes().all(|byte| byte.is_ascii_digit())
                && bounded(month, 1..=12)
                && bounded(day, 1..=31)
        }
        _ => false,
    };
    let clock = |clock: &str| match clock.split(':').collect::<Vec<_>>().as_slice() {
        [hour, minute, second] => {
            let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
            bounded(hour, 0..=23)
                && bounded(minute, 0..=59)
                && bounded(second, 0..=59)
                && !fraction.is_empty()
                && fraction.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    };
    if let Some((day, time)) = text.split_once(['T', 't']) {
        let zone = |time: &str| {
            let (at, zone) = time.char_indices().find(|(_, c)| matches!(c, 'Z' | '+' | '-'))?;
            let offset = time.get(at + 1..)?;
            let is_zone = if zone == 'Z' {
                offset.is_empty()
            } else {
                offset.len() == 5
                    && offset.split_once(':').is_some_and(|(h, m)| bounded(h, 0..=24) && bounded(m, 0..=60))
            };
            is_zone.then_some(at)
        };
        return date(day) && zone(time).and_then(|at| time.get(..at)).is_some_and(clock);
    }
    match text.split_once(' ') {
        Some((day, time)) => date(day) && clock(time),
        None => date(text),
    }
}
