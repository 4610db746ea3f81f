//! `string.format(list)`: clauses like C's, read once for the check of a literal and for the result.

use super::super::function::{Answer, Failure, Row};
use super::super::text;
use super::super::types::CelType;
use super::super::value::{CelData, CelMap, CelValue};
use super::{conversions, lists, strings};
use crate::limits::cel::MOST_PRECISION;
use CelData::{Bool, Bytes, Double, Int, List, Map, Null, String, Uint};
use std::fmt::Write as _;

pub const ROWS: &[Row] = &[Row("format", "string.(list(dyn)) string", format)];

/// Digits after the point where a clause does not say how many.
const PRECISION: usize = 6;

/// A part of a format.
enum Part<'f> {
    Text(&'f str),
    Clause(char, usize),
}

/// The parts of a format; one that is no clause ends them with the reason.
fn parts(format: &str) -> Result<Vec<Part<'_>>, std::string::String> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        parts.push(Part::Text(before));
        if let Some(after) = after.strip_prefix('%') {
            parts.push(Part::Text("%"));
            rest = after;
            continue;
        }
        let (precision, after) = match after.strip_prefix('.') {
            None => (PRECISION, after),
            Some(digits) => {
                let length = digits.bytes().take_while(u8::is_ascii_digit).count();
                let (number, after) = digits.split_at(length);
                let number = number.parse().map_err(|_| "could not parse formatting clause: no precision")?;
                (number, after)
            }
        };
        let kind = after.chars().next().ok_or("unexpected end of string")?;
        if !"sdfebxXo".contains(kind) {
            let message = format!("could not parse formatting clause: unrecognized formatting clause \"{kind}\"");
            return Err(message);
        }
        if precision > MOST_PRECISION {
            return Err(format!("could not parse formatting clause: precision {precision} is too large"));
        }
        parts.push(Part::Clause(kind, precision));
        rest = after.get(kind.len_utf8()..).unwrap_or_default();
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

/// Checks a literal format against the types of the elements of a literal list.
pub fn check(format: &str, args: &[CelType]) -> Result<(), std::string::String> {
    let mut taken = 0;
    for part in parts(format)? {
        let Part::Clause(kind, _) = part else { continue };
        let ty = args.get(taken).ok_or_else(|| format!("index {taken} out of range"))?;
        if !accepts(kind, ty) {
            return Err(format!("error during formatting: {}", refused(kind, &ty.runtime_name())));
        }
        taken += 1;
    }
    if args.len() > taken {
        let given = args.len();
        return Err(format!("too many arguments supplied to string.format (expected {taken}, got {given})"));
    }
    Ok(())
}

fn accepts(kind: char, ty: &CelType) -> bool {
    use CelType as T;
    matches!(
        (kind, ty),
        (_, T::Dyn | T::Variable(_) | T::Parameter(_))
            | ('d' | 'b' | 'x' | 'X' | 'o', T::Int | T::Uint)
            | ('f' | 'e', T::Double)
            | ('b', T::Bool)
            | ('x' | 'X', T::String | T::Bytes)
            | (
                's',
                T::List(_)
                    | T::Map(_)
                    | T::Int
                    | T::Uint
                    | T::Double
                    | T::Bool
                    | T::String
                    | T::Timestamp
                    | T::Bytes
                    | T::Duration
                    | T::Type(_)
                    | T::Null
            )
    )
}

/// Why a clause cannot format a value.
fn refused(kind: char, given: &str) -> std::string::String {
    let only = match kind {
        'd' => "decimal clause can only be used on integers",
        'f' => "fixed-point clause can only be used on doubles",
        'e' => "scientific clause can only be used on doubles",
        'b' => "only integers and bools can be formatted as binary",
        'o' => "octal clause can only be used on integers",
        's' => {
            "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"
        }
        _ => "only integers, byte buffers, and strings can be formatted as hex",
    };
    format!("{only}, was given {given}")
}

fn format(args: &[CelValue]) -> Answer {
    let parts = parts(strings::text(args, 0)?)?;
    let values = lists::list(args, 1)?;
    let mut out = std::string::String::new();
    let mut taken = 0;
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Clause(kind, precision) => {
                let (value, _) = values.get(taken).ok_or_else(|| format!("index {taken} out of range"))?;
                out.push_str(&clause(kind, precision, &value.data)?);
                taken += 1;
            }
        }
    }
    CelData::string(out).into()
}

fn clause(kind: char, precision: usize, value: &CelData) -> Result<std::string::String, Failure> {
    if value.as_unknown().is_some() {
        return Err(Failure::Undecided);
    }
    Ok(match (kind, value) {
        ('s', value) => shown(value)?,
        ('d', Int(value)) => value.to_string(),
        ('d', Uint(value)) => value.to_string(),
        ('f', value) => fixed(number(kind, value)?, precision),
        ('e', value) => scientific(number(kind, value)?, precision),
        ('b', Bool(value)) => u8::from(*value).to_string(),
        ('b', Uint(value)) => format!("{value:b}"),
        ('b', Int(value)) => signed(*value, |size| format!("{size:b}")),
        ('o', Uint(value)) => format!("{value:o}"),
        ('o', Int(value)) => signed(*value, |size| format!("{size:o}")),
        ('x' | 'X', value) => {
            let digits = match value {
                Int(value) => signed(*value, |size| format!("{size:x}")),
                Uint(value) => format!("{value:x}"),
                String(text) => hex(text.as_bytes()),
                Bytes(bytes) => hex(bytes),
                other => return Err(mismatch(kind, other)),
            };
            if kind == 'X' { digits.to_uppercase() } else { digits }
        }
        (kind, other) => return Err(mismatch(kind, other)),
    })
}

fn mismatch(kind: char, value: &CelData) -> Failure {
    format!("error during formatting: {}", refused(kind, &value.ty().runtime_name())).into()
}

/// The number of a clause for floats, which the strings that stand for none have too.
fn number(kind: char, value: &CelData) -> Result<f64, Failure> {
    match value {
        Double(value) => Ok(*value),
        String(text) => match text.as_str() {
            "NaN" => Ok(f64::NAN),
            "Infinity" => Ok(f64::INFINITY),
            "-Infinity" => Ok(f64::NEG_INFINITY),
            _ => Err(mismatch(kind, value)),
        },
        _ => Err(mismatch(kind, value)),
    }
}

fn signed(value: i64, digits: fn(u64) -> std::string::String) -> std::string::String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", digits(value.unsigned_abs()))
}

fn hex(bytes: &[u8]) -> std::string::String {
    bytes.iter().fold(std::string::String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn not_finite(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        _ if value.is_infinite() => Some(if value > 0.0 { "∞" } else { "-∞" }),
        _ => None,
    }
}

/// A float with so many digits after the point, and commas between groups of three before it.
fn fixed(value: f64, precision: usize) -> std::string::String {
    if let Some(word) = not_finite(value) {
        return word.into();
    }
    let text = format!("{value:.precision$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = std::string::String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
}

/// A float with one digit before the point and its power of ten: `1.052033×10⁰³`. What is written as a precision is
/// a width there: there are always six digits after the point.
fn scientific(value: f64, width: usize) -> std::string::String {
    if let Some(word) = not_finite(value) {
        return word.into();
    }
    let text = format!("{value:.PRECISION$e}");
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = power.strip_prefix('-').map_or(("", power), |digits| ("⁻", digits));
    let raised = |digit: char| {
        let at = digit.to_digit(10).unwrap_or(0) as usize;
        "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(at).unwrap_or('⁰')
    };
    let power: std::string::String = format!("{digits:0>2}").chars().map(raised).collect();
    let text = format!("{mantissa}×10{sign}{power}");
    format!("{text:>width$}")
}

/// A value as `%s` shows it.
fn shown(value: &CelData) -> Result<std::string::String, Failure> {
    Ok(match value {
        Null => "null".into(),
        List(list) => {
            let items: Result<Vec<_>, Failure> = list.iter().map(|item| nested(&item.data)).collect();
            format!("[{}]", items?.join(", "))
        }
        Map(map) => map_text(map)?,
        CelData::Unknown(_) => return Err(Failure::Undecided),
        CelData::Ip(_) | CelData::Cidr(..) => return Err(mismatch('s', value)),
        other => conversions::as_string(other).map_err(|_| mismatch('s', other))?,
    })
}

fn map_text(map: &CelMap) -> Result<std::string::String, Failure> {
    if map.open().is_some() {
        return Err(Failure::Undecided);
    }
    let mut entries = Vec::new();
    for (key, value) in map.iter() {
        if !matches!(key.data, String(_) | Bool(_) | Int(_) | Uint(_)) {
            let name = key.data.ty().runtime_name();
            return Err(format!("no formatting function for map key of type {name}").into());
        }
        entries.push(format!("{}:{}", nested(&key.data)?, nested(&value.data)?));
    }
    entries.sort();
    Ok(format!("{{{}}}", entries.join(", ")))
}

/// A value within another one: strings have quotes, and floats six digits.
fn nested(value: &CelData) -> Result<std::string::String, Failure> {
    Ok(match value {
        String(text) => format!("{:?}", text.as_str()),
        Bytes(_) => format!("b{:?}", shown(value)?),
        Double(number) if !number.is_finite() => format!("{:?}", text::float(*number)),
        Double(number) => format!("{number:.PRECISION$}"),
        CelData::Timestamp(_) => format!("timestamp({:?})", shown(value)?),
        CelData::Duration(_) => format!("duration({:?})", shown(value)?),
        other => shown(other)?,
    })
}
