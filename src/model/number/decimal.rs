//! Decimal text of numbers, both ways, with the digits that Go's `big.Float` reads and prints.
#![allow(
    clippy::cast_possible_wrap,
    reason = "lengths and exponents stay below 2^21; formulas name mantissas m, n and exponents e, f"
)]

use super::Number;
use super::float::{Float, MAX_EXPONENT, PRECISION, integer_of, quotient, rounded};
use num_bigint::{BigInt, BigUint, Sign};

/// Exponents of ten beyond this are refused before they are computed. Digits before the exponent may
/// still bring a number back in range.
const MAX_DECIMAL_EXPONENT: i64 = MAX_EXPONENT * 4;

/// `[+-] digits [. digits] [e [+-] digits]`, with `p` for a power of two instead of `e`, or `Inf`. After `p` the exponent is one of two.
pub(super) fn parse(text: &str) -> Option<Number> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if rest == "Inf" || rest == "inf" {
        return Some(Float::Infinite { negative }.into());
    }
    let (mantissa, exponent, binary) = match rest.find(['e', 'E', 'p', 'P']) {
        Some(at) => {
            let exponent = parse_exponent(rest.get(at + 1..)?)?;
            let is_binary = rest.get(at..)?.starts_with(['p', 'P']);
            (rest.get(..at)?, if is_binary { 0 } else { exponent }, if is_binary { exponent } else { 0 })
        }
        None => (rest, 0, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = integer_of(&digits, 10)?;
    if value.sign() == Sign::NoSign {
        return Some(if negative { Float::NegativeZero.into() } else { Number::Int(0) });
    }
    let value = if negative { -value } else { value };
    let exponent = exponent.checked_sub(fraction.len() as i64)?;
    if exponent.abs() > MAX_DECIMAL_EXPONENT || binary.abs() > MAX_EXPONENT {
        return None;
    }
    let power = BigUint::from(5u8).pow(exponent.unsigned_abs() as u32);
    Some(if exponent >= 0 {
        rounded(value * BigInt::from(power), exponent + binary, PRECISION, false)
    } else {
        quotient(&value, &power, exponent + binary, PRECISION)
    })
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Digits of `0.d1d2d3… * 10^point`, without zeros at the end.
pub(super) struct Decimal {
    pub(super) digits: Vec<u8>,
    pub(super) point: i64,
}

impl Decimal {
    pub(super) fn of(magnitude: &BigUint, exponent: i64) -> Self {
        let shift = exponent.unsigned_abs() as usize;
        let scaled = if exponent >= 0 { magnitude << shift } else { magnitude * BigUint::from(5u8).pow(shift as u32) };
        let mut digits = scaled.to_string().into_bytes();
        let point = digits.len() as i64 + exponent.min(0);
        trim(&mut digits);
        Self { digits, point }
    }

    pub(super) fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    fn round_up(&mut self, length: usize) {
        self.digits.truncate(length);
        while let Some(last) = self.digits.last_mut() {
            if *last < b'9' {
                *last += 1;
                return;
            }
            self.digits.pop();
        }
        self.digits.push(b'1');
        self.point += 1;
    }

    fn round_down(&mut self, length: usize) {
        self.digits.truncate(length);
        trim(&mut self.digits);
    }

    pub(super) fn round(&mut self, length: usize) {
        let next = self.at(length);
        let tie = next == b'5' && length + 1 == self.digits.len();
        let odd = length > 0 && self.at(length - 1) % 2 == 1;
        if next > b'5' || (next == b'5' && (!tie || odd)) { self.round_up(length) } else { self.round_down(length) }
    }
}

fn trim(digits: &mut Vec<u8>) {
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
}

/// The shortest text that reads as the same number at its precision, without exponent.
pub(super) fn text(float: &Float) -> String {
    match float {
        Float::NegativeZero => "-0".into(),
        Float::Infinite { negative: false } => "+Inf".into(),
        Float::Infinite { negative: true } => "-Inf".into(),
        Float::Finite { mantissa, exponent, precision } => {
            let sign = if mantissa.sign() == Sign::Minus { "-" } else { "" };
            let (_, magnitude) = mantissa.clone().into_parts();
            format!("{sign}{}", plain(&shortest(&magnitude, *exponent, *precision)))
        }
    }
}

/// Ten significant digits, with an exponent below `1e-4` and from `1e+10` on.
pub(super) fn short_text(float: &Float) -> String {
    const DIGITS: usize = 10;
    let Float::Finite { mantissa, exponent, .. } = float else { return text(float) };
    let sign = if mantissa.sign() == Sign::Minus { "-" } else { "" };
    let (_, magnitude) = mantissa.clone().into_parts();
    if magnitude == BigUint::ZERO {
        return "0".into();
    }
    let mut decimal = Decimal::of(&magnitude, *exponent);
    if decimal.digits.len() > DIGITS {
        decimal.round(DIGITS);
    }
    let power = decimal.point - 1;
    if (-4..DIGITS as i64).contains(&power) {
        return format!("{sign}{}", plain(&decimal));
    }
    let digits = String::from_utf8_lossy(&decimal.digits);
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let direction = if power < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}e{direction}{:02}", power.abs())
}

/// The algorithm of Go's `roundShortest`: walk the digits of the number and of the bounds of the interval
/// that rounds to it, and stop where they part.
pub(super) fn shortest(magnitude: &BigUint, exponent: i64, precision: usize) -> Decimal {
    let mut decimal = Decimal::of(magnitude, exponent);
    let widen = (precision + 1).saturating_sub(magnitude.bits() as usize);
    let mantissa = magnitude << widen;
    let exponent = exponent - widen as i64;
    let lower = Decimal::of(&(&mantissa - 1u8), exponent);
    let upper = Decimal::of(&(&mantissa + 1u8), exponent);
    let inclusive = !mantissa.bit(1);
    for index in 0..decimal.digits.len() {
        let (digit, low, high) = (decimal.at(index), lower.at(index), upper.at(index));
        let down = low != digit || (inclusive && index + 1 == lower.digits.len());
        let up = digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
        match (down, up) {
            (true, true) => decimal.round(index + 1),
            (true, false) => decimal.round_down(index + 1),
            (false, true) => decimal.round_up(index + 1),
            (false, false) => continue,
        }
        break;
    }
    decimal
}

fn plain(decimal: &Decimal) -> String {
    let digits = String::from_utf8_lossy(&decimal.digits);
    let length = digits.len() as i64;
    if decimal.point <= 0 {
        return format!("0.{}{digits}", "0".repeat(decimal.point.unsigned_abs() as usize));
    }
    if decimal.point >= length {
        return format!("{digits}{}", "0".repeat((decimal.point - length) as usize));
    }
    let (whole, fraction) = digits.split_at(decimal.point as usize);
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::Number;

    /// Texts and results that Terraform 1.11.4 printed.
    #[test]
    fn numbers_print_as_in_terraform() {
        let number = |text: &str| Number::parse(text).unwrap();
        assert_eq!(number("1e3").to_string(), "1000");
        assert_eq!(number("0.1").to_string(), "0.1");
        assert_eq!(number("-0").to_string(), "-0");
        assert_eq!(number("007").to_string(), "7");
        assert_eq!(number("0.1").add(&number("0.2")).unwrap().to_string(), "0.3");
        let third = number("1").divide(&number("3")).unwrap();
        assert_eq!(third.multiply(&number("3")).unwrap(), number("1"));
        assert!(third.to_string().len() > 150);
        assert_eq!(number("-7.5").modulo(&number("2")).unwrap().to_string(), "-1.5");
        assert_eq!(number("-7").modulo(&number("3")).unwrap().to_string(), "-1");
        assert_eq!(number("9223372036854775807").add(&number("1")).unwrap().to_string(), "9223372036854775808");
        assert_eq!(Number::from(0.1).to_string(), "0.1");
        assert_eq!(number("3p2").to_string(), "12");
        assert_eq!(number("1e30").modulo(&number("7")).unwrap().to_string(), "1");
        assert!(Number::parse("0x10").is_none() && Number::parse("1 ").is_none() && Number::parse("").is_none());
    }
}
