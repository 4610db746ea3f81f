//! Decimal numbers of any size, for the functions that compute with fractions: github.com/shopspring/decimal.

use num_bigint::BigInt;

/// Digits behind the point of a quotient.
const DIVISION_DIGITS: i64 = 16;

/// `digits` times ten to the power of `exponent`.
#[derive(Clone, Debug, Default)]
pub struct Decimal {
    digits: BigInt,
    exponent: i64,
}

impl Decimal {
    /// The shortest decimal that means the same float. `None` for infinity.
    pub fn of(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i64);
        let digits = mantissa.replace('.', "").parse().ok()?;
        Some(Self { digits, exponent: exponent.parse::<i64>().ok()? - fraction })
    }

    /// The digits for a smaller exponent.
    fn scaled(&self, exponent: i64) -> BigInt {
        &self.digits * BigInt::from(10).pow((self.exponent - exponent).max(0) as u32)
    }

    fn combine(&self, other: &Self, step: fn(BigInt, BigInt) -> BigInt) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { digits: step(self.scaled(exponent), other.scaled(exponent)), exponent }
    }

    /// The sum.
    pub fn add(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a + b)
    }

    /// The difference.
    pub fn subtract(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a - b)
    }

    /// The product.
    pub fn multiply(&self, other: &Self) -> Self {
        Self { digits: &self.digits * &other.digits, exponent: self.exponent + other.exponent }
    }

    /// The quotient, rounded half away from zero. `None` for a division by zero.
    pub fn divide(&self, other: &Self) -> Option<Self> {
        if other.digits == BigInt::ZERO {
            return None;
        }
        // self / other = (a * 10^(x - y + 16) / b) * 10^-16
        let shift = self.exponent - other.exponent + DIVISION_DIGITS;
        let power = BigInt::from(10).pow(shift.unsigned_abs() as u32);
        let (numerator, denominator) = if shift >= 0 {
            (&self.digits * power, other.digits.clone())
        } else {
            (self.digits.clone(), &other.digits * power)
        };
        let negative = (numerator < BigInt::ZERO) != (denominator < BigInt::ZERO);
        let magnitude = |number: BigInt| if number < BigInt::ZERO { -number } else { number };
        let (numerator, denominator) = (magnitude(numerator), magnitude(denominator));
        let rounded = (numerator * BigInt::from(2) + &denominator) / (denominator * BigInt::from(2));
        let digits = if negative { -rounded } else { rounded };
        Some(Self { digits, exponent: -DIVISION_DIGITS })
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(0.0)
    }
}
