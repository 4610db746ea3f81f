//! Quantities of Kubernetes: `100m`, `1.5Gi`, `1e3`.
//!
//! Read and written as `k8s.io/apimachinery/pkg/api/resource` does: exact down to 10⁻⁹, rounded away from zero there.

use std::cmp::Ordering;

/// A quantity.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// In units of 10⁻⁹.
    nanos: i128,
    notation: Notation,
}

/// How a quantity is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    /// `1Ki`
    Binary,
    /// `1k`
    Decimal,
    /// `1e3`
    Exponent,
}

/// One, in units of 10⁻⁹.
const ONE: i128 = 1_000_000_000;

const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Quantity {
    /// Reads a quantity.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".to_owned();
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(unsigned);
        let (mut number, mut fraction) = (unsigned.get(..whole).unwrap_or_default().to_owned(), 0);
        let mut rest = unsigned.get(whole..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('.') {
            fraction = digits(after);
            number.push_str(after.get(..fraction).unwrap_or_default());
            rest = after.get(fraction..).unwrap_or_default();
        }
        if text.is_empty() || number.is_empty() && !rest.is_empty() {
            return Err(wrong());
        }
        let letters = rest.bytes().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
        let tail = rest.get(letters..).unwrap_or_default();
        let tail = tail.strip_prefix(['+', '-']).unwrap_or(tail);
        if digits(tail) != tail.len() {
            return Err(wrong());
        }
        let (notation, exponent) = suffix(rest).ok_or("unable to parse quantity's suffix")?;
        let mantissa: i128 = if number.is_empty() { 0 } else { number.parse().unwrap_or(i128::MAX) };
        let mut nanos = match notation {
            Notation::Binary => {
                let value = mantissa.saturating_mul(1 << exponent);
                let limit = i128::from(i64::MAX).saturating_mul(ONE);
                scaled(value, 9 - fraction as i32).min(limit)
            }
            Notation::Decimal | Notation::Exponent => scaled(mantissa, exponent - fraction as i32 + 9),
        };
        let is_small = notation == Notation::Binary && nanos < ONE && nanos > 0;
        if text.starts_with('-') {
            nanos = -nanos;
        }
        Ok(Self { nanos, notation: if is_small { Notation::Decimal } else { notation } })
    }

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self { nanos: i128::from(number) * ONE, notation: Notation::Decimal }
    }

    /// Rounds away from zero to thousandths, as the API server does in lists of resources.
    #[must_use]
    pub fn in_thousandths(self) -> Self {
        let (unit, rest) = (ONE / 1000, self.nanos % (ONE / 1000));
        let up = if rest == 0 { 0 } else { unit * rest.signum() };
        Self { nanos: self.nanos - rest + up, ..self }
    }

    /// Orders by amount.
    pub fn compare(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }

    /// Returns the whole number, when it is one that fits.
    pub fn integer(&self) -> Option<i64> {
        if self.nanos % ONE == 0 { i64::try_from(self.nanos / ONE).ok() } else { None }
    }

    /// Returns the nearest float.
    pub fn float(&self) -> f64 {
        self.nanos as f64 / ONE as f64
    }

    /// Adds; the result is written as `self`, or as `other` if `self` is zero.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        let notation = if self.nanos == 0 { other.notation } else { self.notation };
        Self { nanos: self.nanos.saturating_add(other.nanos), notation }
    }

    /// Subtracts; written as the sum is.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.add(&Self { nanos: other.nanos.saturating_neg(), notation: other.notation })
    }

    /// Returns the canonical text: the largest suffix by which the number is whole.
    pub fn text(&self) -> String {
        if self.nanos == 0 {
            return "0".into();
        }
        let whole = self.nanos % ONE == 0;
        if self.notation == Notation::Binary && whole && (self.nanos / ONE).abs() >= 1024 {
            let (mut number, mut power) = (self.nanos / ONE, 0);
            while number % 1024 == 0 && power + 1 < BINARY.len() {
                number /= 1024;
                power += 1;
            }
            return format!("{number}{}", BINARY.get(power).unwrap_or(&""));
        }
        let (mut number, mut exponent) = (self.nanos, -9);
        while number % 1000 == 0 {
            number /= 1000;
            exponent += 3;
        }
        match DECIMAL.iter().find(|(_, of)| *of == exponent) {
            Some((suffix, _)) if self.notation != Notation::Exponent => format!("{number}{suffix}"),
            _ if exponent == 0 => number.to_string(),
            _ => format!("{number}e{exponent}"),
        }
    }
}

/// `value` × 10^`power`, rounded away from zero.
fn scaled(value: i128, power: i32) -> i128 {
    let factor = 10_i128.saturating_pow(power.unsigned_abs());
    if power >= 0 {
        return value.saturating_mul(factor);
    }
    let rest = i128::from(value % factor != 0);
    value / factor + rest
}

/// How a suffix writes numbers, and its exponent: of 2 for binary suffixes, else of 10.
fn suffix(text: &str) -> Option<(Notation, i32)> {
    if let Some((_, exponent)) = DECIMAL.iter().find(|(suffix, _)| *suffix == text) {
        return Some((Notation::Decimal, *exponent));
    }
    if let Some(power) = BINARY.iter().position(|suffix| *suffix == text) {
        return Some((Notation::Binary, 10 * power as i32));
    }
    let exponent = text.strip_prefix(['e', 'E'])?.parse().ok()?;
    Some((Notation::Exponent, exponent))
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn quantities_are_written_canonically() {
        let cases = [
            ("1.5G", "1500M"),
            ("0.5", "500m"),
            ("1Gi", "1Gi"),
            ("1024", "1024"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1e3"),
            ("0.1m", "100u"),
            ("1.123456789123", "1123456790n"),
            ("-0.50", "-500m"),
            ("0.5Ki", "512"),
            (".", "0"),
        ];
        for (text, canonical) in cases {
            assert_eq!(Quantity::parse(text).unwrap().text(), canonical, "{text}");
        }
        for text in ["", " 1", "1KB", "1gi", "abc", "1 Gi", "1ee3"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }
}
