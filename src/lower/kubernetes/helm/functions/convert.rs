//! What functions make of values of other types: github.com/spf13/cast, and the conversions of sprig.

use crate::lower::kubernetes::helm::text::value_text;
use crate::lower::kubernetes::helm::value::{Data, PlacedText, Value, lossy};

/// A value as an `int64`; 0 where it is none.
pub fn int64(value: &Value) -> i64 {
    match &value.data {
        Data::Integer(integer) => integer.int64(),
        Data::Float(number) => float_to_int(*number),
        Data::Bool(value) => i64::from(*value),
        Data::String(text) => integer_of(text.text()).unwrap_or(0),
        Data::Duration(_) => 0,
        _ => 0,
    }
}

/// A float without its fraction; what does not fit is the smallest integer, as on the processors that Helm runs on.
pub fn float_to_int(number: f64) -> i64 {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if (-BOUND..BOUND).contains(&number) { number as i64 } else { i64::MIN }
}

/// A string as an integer in Go's notation: `0x1f`, `010`, `1_000`. Zeros behind a point are taken off.
fn integer_of(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    crate::syntax::gotemplate::parse_integer(whole)
}

/// A value as a `float64`; 0 where it is none.
pub fn float64(value: &Value) -> f64 {
    match &value.data {
        Data::Integer(integer) => integer.value as f64,
        Data::Float(number) => *number,
        Data::Bool(value) => f64::from(u8::from(*value)),
        Data::String(text) => float_of(text.text()).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// A string as a float in Go's notation (`strconv.ParseFloat`).
pub fn float_of(text: &str) -> Option<f64> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    match bare.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" if bare.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    if !bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') || bare.contains('_') {
        return None;
    }
    if bare.starts_with("0x") || bare.starts_with("0X") {
        return crate::syntax::gotemplate::Number::parse(text).ok().filter(|_| text.contains(['p', 'P']))?.float;
    }
    // A number too large for a float is an error in Go.
    bare.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| sign * number)
}

/// A value as a string (`strval` of sprig).
pub fn string(value: &Value) -> PlacedText {
    match &value.data {
        Data::Bytes(bytes) => lossy(bytes).into(),
        _ => value_text(value),
    }
}

/// Whether a value is the zero value of its type (`empty` of sprig). `None` when that is not known.
pub fn is_empty(value: &Value) -> Option<bool> {
    value.truth().map(|truth| !truth)
}
