//! Values as text: as `string()` converts them, and canonically, as a test compares them.

use super::value::{CelData, CelValue};
use crate::go::duration;
use std::fmt::Write as _;

/// The first power of ten that `%g` writes with an exponent.
const FIRST_EXPONENT: i32 = 6;

/// Returns a float as Go's `%g` writes it: the shortest digits, with an exponent below 10⁻⁴ and from 10⁶ on.
pub fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    if (-4..FIRST_EXPONENT).contains(&power) {
        return value.to_string();
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", power.abs())
}

/// Returns seconds with as many digits as they need: `0.5s`.
pub fn seconds(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let (whole, rest) = (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
    let fraction = format!("{rest:09}");
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}s")
}

/// Returns a value as it stands in a message: a string without quotes.
pub fn plain(value: &CelData) -> String {
    match value {
        CelData::String(text) => text.to_string(),
        CelData::Double(value) => float(*value),
        CelData::Int(value) => value.to_string(),
        CelData::Uint(value) => value.to_string(),
        other => canonical(other),
    }
}

/// Returns a string with quotes and escapes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns a value with its type: `1`, `1u`, `1.0`, `"s"`, `b"<hex>"`, `duration("1m0s")`.
pub fn canonical(value: &CelData) -> String {
    match value {
        CelData::Null => "null".into(),
        CelData::Bool(value) => value.to_string(),
        CelData::Int(value) => value.to_string(),
        CelData::Uint(value) => format!("{value}u"),
        CelData::Double(value) if value.is_finite() => {
            let text = float(*value);
            if text.contains(['.', 'e']) { text } else { format!("{text}.0") }
        }
        CelData::Double(value) => format!("double(\"{}\")", float(*value)),
        CelData::String(text) => quoted(text),
        CelData::Bytes(bytes) => {
            let digits: String = bytes.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
            format!("b\"{digits}\"")
        }
        CelData::Timestamp(moment) => format!("timestamp(\"{moment}\")"),
        CelData::Duration(nanoseconds) => format!("duration(\"{}\")", duration::write(*nanoseconds)),
        CelData::List(list) => {
            let items: Vec<String> = list.iter().map(|item| canonical(&item.data)).collect();
            format!("[{}]", items.join(", "))
        }
        CelData::Map(map) => {
            let entry = |(key, value): (CelValue, CelValue)| (canonical(&key.data), canonical(&value.data));
            let mut entries: Vec<(String, String)> = map.iter().map(entry).collect();
            entries.sort();
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", entries.join(", "))
        }
        CelData::Type(ty) => format!("type({})", ty.runtime_name()),
        CelData::Optional(None) => "optional.none()".into(),
        CelData::Optional(Some(value)) => format!("optional.of({})", canonical(&value.data)),
        CelData::Quantity(quantity) => format!("kubernetes.Quantity({})", quoted(&quantity.text())),
        CelData::Url(url) => format!("kubernetes.URL({})", quoted(url.text())),
        CelData::Ip(address) => format!("net.IP(\"{address}\")"),
        CelData::Cidr(address, length) => format!("net.CIDR(\"{address}/{length}\")"),
        CelData::Semver(version) => format!("kubernetes.Semver({})", quoted(&version.text())),
        CelData::Format(name) => format!("kubernetes.NamedFormat({})", quoted(name)),
        CelData::Unknown(_) => "unknown".into(),
    }
}
