//! Amounts that are written as text: Kubernetes quantities and Go durations.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Data, Number, Type, Value};

/// `quantity(value)`: the number that a Kubernetes quantity stands for: `"100m"` is 0.1, `"1Gi"` is
/// 1073741824. Null for null.
pub fn quantity(args: &Arguments) -> Result<Value, EvalError> {
    amount(args, "takes a quantity", |text| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let factor = match text.get(digits.len()..)? {
            "" => 1.0,
            "n" => 1e-9,
            "u" => 1e-6,
            "m" => 1e-3,
            "k" => 1e3,
            "M" => 1e6,
            "G" => 1e9,
            "T" => 1e12,
            "P" => 1e15,
            "E" => 1e18,
            "Ki" => 1024.0,
            "Mi" => 1024f64.powi(2),
            "Gi" => 1024f64.powi(3),
            "Ti" => 1024f64.powi(4),
            "Pi" => 1024f64.powi(5),
            "Ei" => 1024f64.powi(6),
            _ => return None,
        };
        Some(digits.parse::<f64>().ok()? * factor)
    })
}

/// `duration_seconds(value)`: the seconds of a Go duration (`"1h30m"`), a number of seconds, or a
/// number with `d`. Null for null.
pub fn duration_seconds(args: &Arguments) -> Result<Value, EvalError> {
    amount(args, "takes a duration", |text| {
        let mut rest = text;
        let mut seconds = 0.0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number: f64 = rest.get(..digits)?.parse().ok()?;
            rest = rest.get(digits..)?;
            let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            seconds += number
                * match rest.get(..unit)? {
                    "" | "s" => 1.0,
                    "ms" => 1e-3,
                    "us" | "µs" => 1e-6,
                    "ns" => 1e-9,
                    "m" => 60.0,
                    "h" => 3600.0,
                    "d" => 86400.0,
                    _ => return None,
                };
            rest = rest.get(unit..)?;
        }
        Some(seconds)
    })
}

fn amount(args: &Arguments, takes: &str, parse: impl Fn(&str) -> Option<f64>) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    Ok(match &value.data {
        Data::Number(_) => value.clone(),
        Data::Unknown(_) => args.unknown(Type::Number),
        Data::String(text) => match parse(text.trim()) {
            Some(number) => Value::number(Number::from(number), args.span),
            None => return Err(args.wrong(takes)),
        },
        Data::Null(_) => Value::null(args.span),
        _ => return Err(args.wrong(takes)),
    })
}
