//! Functions of numbers.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape, float_math};
use crate::model::{Data, Number, Type, Value};
use num_bigint::BigInt;

const NUMBER: Returns = Returns::Always(Shape::Number);
const NUM: Param = Param::new("num", Shape::Number);
const NUMBERS: Param = Param::new("numbers", Shape::Number);

pub(super) const TABLE: &[Function] = &[
    Function::new("abs", &[NUM], NUMBER, |call| Ok(call.number(call.numeral(0).absolute()))),
    Function::new("ceil", &[NUM], NUMBER, |call| Ok(call.number(unsigned_zero(call.numeral(0).ceil())))),
    Function::new("floor", &[NUM], NUMBER, |call| Ok(call.number(unsigned_zero(call.numeral(0).floor())))),
    Function::new("log", &[NUM, Param::new("base", Shape::Number)], NUMBER, log),
    Function::new("max", &[], NUMBER, |call| extreme(call, |candidate, best| candidate > best)).variadic(NUMBERS),
    Function::new("min", &[], NUMBER, |call| extreme(call, |candidate, best| candidate < best)).variadic(NUMBERS),
    Function::new(
        "parseint",
        &[Param::new("number", Shape::Any), Param::new("base", Shape::Number)],
        Returns::By(parseint_type),
        parseint,
    ),
    Function::new("pow", &[NUM, Param::new("power", Shape::Number)], NUMBER, pow),
    Function::new("signum", &[NUM], NUMBER, |call| Ok(call.number(call.integer(0)?.signum()))),
];

/// Rounding goes through integers, which have no negative zero.
fn unsigned_zero(number: Number) -> Number {
    if number.is_zero() { Number::Int(0) } else { number }
}

/// Computed in 64-bit floats. A logarithm of zero is infinite; one that is no number is an error.
fn log(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let result = float_math::ln(call.numeral(0).as_f64()) / float_math::ln(call.numeral(1).as_f64());
    if result.is_nan() {
        return Err("There is no such logarithm: number and base must be positive, and the base not 1.".into());
    }
    Ok(call.number(result))
}

/// Computed in 64-bit floats; what is too large is infinite.
fn pow(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let result = float_math::power(call.numeral(0).as_f64(), call.numeral(1).as_f64());
    if result.is_nan() {
        return Err("A fractional power of a negative number is not a number.".into());
    }
    Ok(call.number(result))
}

/// The argument that wins, with its own origin.
fn extreme(call: &Invocation<'_>, wins: fn(&Number, &Number) -> bool) -> Result<Value, FunctionError> {
    let mut best: Option<(&Number, &Value)> = None;
    for arg in &call.args {
        if let Data::Number(candidate) = &arg.data
            && best.is_none_or(|(best, _)| wins(candidate, best))
        {
            best = Some((candidate, arg));
        }
    }
    best.map(|(_, value)| value.clone()).ok_or_else(|| "At least one number is required.".into())
}

fn parseint_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args.first().map(Value::ty) {
        Some(Type::String) => Ok(Type::Number),
        _ => Err(FunctionError::argument(0, "A string is required.")),
    }
}

/// An integer of any size in a base from 2 to 62, without prefix. Above 36, upper case letters are
/// digits of their own.
fn parseint(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let base = u32::try_from(call.integer(1)?)
        .ok()
        .filter(|base| (2..=62).contains(base))
        .ok_or_else(|| FunctionError::argument(1, "The base must be a whole number between 2 and 62."))?;
    let text = call.text(0);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let invalid = || FunctionError::argument(0, format!("`{text}` is not a whole number in base {base}."));
    if digits.is_empty() || digits.len() > 1 << 16 {
        return Err(invalid());
    }
    let mut value = BigInt::ZERO;
    for digit in digits.bytes() {
        let digit = match digit {
            b'0'..=b'9' => u32::from(digit - b'0'),
            b'a'..=b'z' => u32::from(digit - b'a') + 10,
            b'A'..=b'Z' if base > 36 => u32::from(digit - b'A') + 36,
            b'A'..=b'Z' => u32::from(digit - b'A') + 10,
            _ => return Err(invalid()),
        };
        if digit >= base {
            return Err(invalid());
        }
        value = value * base + digit;
    }
    let value = if text.starts_with('-') { -value } else { value };
    Ok(call.number(Number::from(value)))
}
