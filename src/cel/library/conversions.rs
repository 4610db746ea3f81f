//! `int()`, `string()` and the other conversions of the language.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::text;
use super::super::value::{CelData, CelValue};
use crate::go::duration;
use CelData::{Bool, Bytes, Double, Duration, Int, String, Timestamp, Uint};

pub const ROWS: &[Row] = &[
    Row("bool", "(bool) bool", same),
    Row("bool", "(string) bool", bool),
    Row("bytes", "(bytes) bytes", same),
    Row("bytes", "(string) bytes", bytes),
    Row("double", "(double) double", same),
    Row("double", "(int) double", double),
    Row("double", "(string) double", double),
    Row("double", "(uint) double", double),
    Row("duration", "(duration) duration", same),
    Row("duration", "(int) duration", length),
    Row("duration", "(string) duration", length),
    Row("dyn", "(A) dyn", same),
    Row("int", "(int) int", same),
    Row("int", "(double) int", int),
    Row("int", "(duration) int", int),
    Row("int", "(string) int", int),
    Row("int", "(timestamp) int", int),
    Row("int", "(uint) int", int),
    Row("string", "(string) string", same),
    Row("string", "(bool) string", string),
    Row("string", "(bytes) string", string),
    Row("string", "(double) string", string),
    Row("string", "(duration) string", string),
    Row("string", "(int) string", string),
    Row("string", "(timestamp) string", string),
    Row("string", "(uint) string", string),
    Row("string", "(ip) string", string),
    Row("string", "(cidr) string", string),
    Row("timestamp", "(timestamp) timestamp", same),
    Row("timestamp", "(int) timestamp", moment),
    Row("timestamp", "(string) timestamp", moment),
    Row("type", "(A) type(A)", type_of),
    Row("uint", "(uint) uint", same),
    Row("uint", "(double) uint", uint),
    Row("uint", "(int) uint", uint),
    Row("uint", "(string) uint", uint),
];

/// The argument.
fn only(args: &[CelValue]) -> Result<&CelData, Failure> {
    args.first().map(|arg| &arg.data).ok_or_else(no_overload)
}

fn unreadable(to: &str) -> Failure {
    format!("type conversion error from 'string' to '{to}'").into()
}

fn same(args: &[CelValue]) -> Answer {
    args.first().cloned().ok_or_else(no_overload)
}

fn type_of(args: &[CelValue]) -> Answer {
    CelData::Type(only(args)?.ty()).into()
}

fn bool(args: &[CelValue]) -> Answer {
    match only(args)?.as_str() {
        Some("1" | "t" | "T" | "TRUE" | "true" | "True") => Bool(true).into(),
        Some("0" | "f" | "F" | "FALSE" | "false" | "False") => Bool(false).into(),
        _ => Err(unreadable("bool")),
    }
}

fn bytes(args: &[CelValue]) -> Answer {
    Bytes(only(args)?.as_str().ok_or_else(no_overload)?.as_bytes().into()).into()
}

fn double(args: &[CelValue]) -> Answer {
    Double(match only(args)? {
        Int(value) => *value as f64,
        Uint(value) => *value as f64,
        String(text) => {
            let value: f64 = text.parse().map_err(|_| unreadable("double"))?;
            let names_infinity = text.trim_start_matches(['+', '-']).starts_with(['i', 'I']);
            if value.is_infinite() && !names_infinity {
                return Err(unreadable("double"));
            }
            value
        }
        _ => return Err(no_overload()),
    })
    .into()
}

fn int(args: &[CelValue]) -> Answer {
    let overflow = || Failure::from("integer overflow");
    Int(match only(args)? {
        // 2^63 is the first float that does not fit.
        Double(value) if value.abs() < 9_223_372_036_854_775_808.0 => *value as i64,
        Double(_) => return Err(overflow()),
        Uint(value) => i64::try_from(*value).map_err(|_| overflow())?,
        String(text) => text.parse().map_err(|_| unreadable("int"))?,
        Timestamp(moment) => moment.as_nanosecond().div_euclid(1_000_000_000) as i64,
        Duration(nanoseconds) => *nanoseconds,
        _ => return Err(no_overload()),
    })
    .into()
}

fn uint(args: &[CelValue]) -> Answer {
    let overflow = || Failure::from("unsigned integer overflow");
    Uint(match only(args)? {
        Double(value) if *value >= 0.0 && *value < 18_446_744_073_709_551_616.0 => *value as u64,
        Double(_) => return Err(overflow()),
        Int(value) => u64::try_from(*value).map_err(|_| overflow())?,
        String(text) if !text.starts_with('+') => text.parse().map_err(|_| unreadable("uint"))?,
        String(_) => return Err(unreadable("uint")),
        _ => return Err(no_overload()),
    })
    .into()
}

fn string(args: &[CelValue]) -> Answer {
    CelData::string(as_string(only(args)?)?).into()
}

/// Returns what `string()` makes of a value.
pub fn as_string(value: &CelData) -> Result<std::string::String, Failure> {
    Ok(match value {
        String(text) => text.to_string(),
        Bool(value) => value.to_string(),
        Bytes(bytes) => std::string::String::from_utf8(bytes.to_vec())
            .map_err(|_| "invalid UTF-8 in bytes, cannot convert to string")?,
        Double(value) => text::float(*value),
        Int(value) => value.to_string(),
        Uint(value) => value.to_string(),
        Duration(nanoseconds) => text::seconds(*nanoseconds),
        Timestamp(moment) => moment.to_string(),
        CelData::Ip(address) => address.to_string(),
        CelData::Cidr(address, length) => format!("{address}/{length}"),
        CelData::Type(ty) => ty.runtime_name(),
        _ => return Err(no_overload()),
    })
}

fn length(args: &[CelValue]) -> Answer {
    Duration(match only(args)? {
        Int(nanoseconds) => *nanoseconds,
        String(text) => duration::parse(text).ok_or_else(|| unreadable("google.protobuf.Duration"))?,
        _ => return Err(no_overload()),
    })
    .into()
}

fn moment(args: &[CelValue]) -> Answer {
    let moment = match only(args)? {
        Int(seconds) => jiff::Timestamp::from_second(*seconds).map_err(|_| "timestamp overflow")?,
        String(text) => parsed(text).ok_or_else(|| unreadable("google.protobuf.Timestamp"))?,
        _ => return Err(no_overload()),
    };
    if is_in_range(&moment) { Timestamp(moment).into() } else { Err("timestamp overflow".into()) }
}

/// Returns whether a moment lies in the years 1 to 9999.
pub fn is_in_range(moment: &jiff::Timestamp) -> bool {
    (-62_135_596_800..=253_402_300_799).contains(&moment.as_second())
}

/// A moment as RFC 3339 has it, and no looser: `2006-01-02T15:04:05.999Z`.
fn parsed(text: &str) -> Option<jiff::Timestamp> {
    let (clock, zone) = match text.strip_suffix('Z') {
        Some(clock) => (clock, "+00:00"),
        None => text.split_at_checked(text.len().checked_sub(6)?)?,
    };
    let like = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                b'+' => matches!(byte, b'+' | b'-'),
                other => byte == other,
            })
    };
    let (seconds, fraction) = clock.split_once('.').map_or((clock, None), |(clock, digits)| (clock, Some(digits)));
    let is_fraction = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_shaped = like(seconds, "0000-00-00T00:00:00") && like(zone, "+00:00") && fraction.is_none_or(is_fraction);
    // Go knows no leap second.
    if !is_shaped || seconds.ends_with(":60") || zone.get(1..3)? > "23" || zone.get(4..)? > "59" {
        return None;
    }
    text.parse().ok()
}
