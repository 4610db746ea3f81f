//! Numbers with a chosen count of digits: what `%e`, `%f` and `%g` print, as Go's `big.Float` does.
//!
//! Digits are those of the exact binary number, rounded half to even.

use super::Number;
use super::decimal::{Decimal, shortest};
use super::float::Float;
use num_bigint::BigUint;

/// Digits of `%g` beyond which a shortest number takes an exponent.
const SHORTEST_DIGITS: i64 = 6;

impl Number {
    /// `-12.50`: `digits` digits after the point. Infinities are `+Inf` and `-Inf`.
    pub fn to_fixed(&self, digits: usize) -> String {
        self.with_decimal(false, |decimal| {
            let kept = decimal.point.saturating_add(places(digits));
            // Digits before the first one are zeros, and of a number that rounds to nothing none is left.
            match usize::try_from(kept) {
                Ok(kept) => decimal.round(kept),
                Err(_) => decimal.digits.clear(),
            }
            fixed(decimal, digits)
        })
    }

    /// `-1.25e+01`: `digits` digits after the point.
    pub fn to_scientific(&self, digits: usize) -> String {
        self.with_decimal(false, |decimal| {
            decimal.round(digits + 1);
            scientific(decimal, digits)
        })
    }

    /// `%g`: `digits` significant digits, or as many as it takes to read the number again; with an
    /// exponent when it is below -4 or beyond the digits. Zeros at the end are left out.
    pub fn to_general(&self, digits: Option<usize>) -> String {
        self.with_decimal(digits.is_none(), |decimal| {
            if let Some(digits) = digits {
                decimal.round(digits.max(1));
            }
            let length = places(decimal.digits.len());
            let bound = match digits {
                Some(digits) => {
                    let digits = places(digits.max(1));
                    if digits > length && length >= decimal.point { length } else { digits }
                }
                None => SHORTEST_DIGITS,
            };
            let exponent = decimal.point - 1;
            if !decimal.digits.is_empty() && (exponent < -4 || exponent >= bound) {
                scientific(decimal, decimal.digits.len().saturating_sub(1))
            } else {
                fixed(decimal, usize::try_from(length - decimal.point).unwrap_or(0))
            }
        })
    }

    /// The text of the magnitude, with the sign put before it.
    fn with_decimal(&self, short: bool, write: impl FnOnce(&mut Decimal) -> String) -> String {
        let Some((mantissa, exponent)) = self.parts() else { return self.to_string() };
        let (_, magnitude) = mantissa.into_parts();
        let mut decimal = match &*self.widened() {
            _ if magnitude == BigUint::ZERO => Decimal { digits: Vec::new(), point: 0 },
            Float::Finite { precision, .. } if short => shortest(&magnitude, exponent, *precision),
            _ => Decimal::of(&magnitude, exponent),
        };
        let sign = if self.is_negative() { "-" } else { "" };
        format!("{sign}{}", write(&mut decimal))
    }
}

/// A count of digits, which the memory bounds.
fn places(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn fixed(decimal: &Decimal, digits: usize) -> String {
    let digit = |at: i64| usize::try_from(at).map_or('0', |at| char::from(decimal.at(at)));
    let mut text = String::new();
    if decimal.point > 0 {
        text.extend((0..decimal.point).map(digit));
    } else {
        text.push('0');
    }
    if digits > 0 {
        text.push('.');
        text.extend((0..places(digits)).map(|place| digit(decimal.point + place)));
    }
    text
}

fn scientific(decimal: &Decimal, digits: usize) -> String {
    let exponent = if decimal.digits.is_empty() { 0 } else { decimal.point - 1 };
    let mut text = String::from(char::from(decimal.at(0)));
    if digits > 0 {
        text.push('.');
        text.extend((1..=digits).map(|place| char::from(decimal.at(place))));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{text}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::Number;

    /// Expected values: what Terraform 1.11.4 printed, and the documentation of Go's `fmt`.
    #[test]
    fn digits_are_rounded_like_go() {
        let number = |text: &str| Number::parse(text).unwrap();
        assert_eq!(number("3.14159").to_fixed(2), "3.14");
        assert_eq!(number("0.005").to_fixed(1), "0.0");
        assert_eq!(number("2.5").to_fixed(0), "2");
        assert_eq!(number("0.5").to_fixed(0), "0");
        assert_eq!(number("-0.96").to_fixed(1), "-1.0");
        assert_eq!(number("12345.678").to_scientific(6), "1.234568e+04");
        assert_eq!(number("0").to_scientific(6), "0.000000e+00");
        assert_eq!(number("1e100").to_general(None), "1e+100");
        assert_eq!(number("1000000").to_general(None), "1e+06");
        assert_eq!(number("123456").to_general(None), "123456");
        assert_eq!(number("0.0001").to_general(None), "0.0001");
        assert_eq!(number("3.14159").to_general(Some(3)), "3.14");
        assert_eq!(number("0").to_general(None), "0");
    }
}
