//! Binary floats of a chosen precision, with the rounding of Go's `big.Float` (to nearest, ties to even).
#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::many_single_char_names,
    reason = "lengths and exponents stay below 2^21; formulas name mantissas m, n and exponents e, f"
)]

use super::Number;
use crate::limits::numbers::MAX_DIGITS;
pub(super) use crate::limits::numbers::MAX_EXPONENT;
use num_bigint::{BigInt, BigUint, Sign};
use std::borrow::Cow;
use std::cmp::Ordering;

/// Bits of a number that was written, in a configuration or a file.
pub(super) const PRECISION: usize = 512;
/// Bits of a number that a 64-bit float was made from.
const DOUBLE_PRECISION: usize = 53;
/// A number that is no [`Number::Int`].
#[derive(Clone, Debug)]
pub enum Float {
    /// `-0`, which equals `0` and prints with its sign.
    NegativeZero,
    /// Positive or negative infinity.
    Infinite {
        /// The sign.
        negative: bool,
    },
    /// `mantissa * 2^exponent`; the mantissa is odd and has at most `precision` bits.
    Finite {
        /// Odd.
        mantissa: BigInt,
        /// Power of two.
        exponent: i64,
        /// Bits that results of arithmetic with it keep.
        precision: usize,
    },
}

impl Float {
    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::NegativeZero => true,
            Self::Infinite { negative } => *negative,
            Self::Finite { mantissa, .. } => mantissa.sign() == Sign::Minus,
        }
    }

    /// The bits of its digits before or behind the point.
    pub(super) fn bits(&self) -> u64 {
        match self {
            Self::NegativeZero | Self::Infinite { .. } => 0,
            Self::Finite { mantissa, exponent, .. } => mantissa.bits() + exponent.unsigned_abs(),
        }
    }

    pub(super) fn is_integer(&self) -> bool {
        match self {
            Self::NegativeZero => true,
            Self::Infinite { .. } => false,
            Self::Finite { exponent, .. } => *exponent >= 0,
        }
    }

    fn precision(&self) -> usize {
        if let Self::Finite { precision, .. } = self { *precision } else { PRECISION }
    }

    pub(super) fn to_f64(&self) -> f64 {
        match self {
            Self::NegativeZero => -0.0,
            Self::Infinite { negative: false } => f64::INFINITY,
            Self::Infinite { negative: true } => f64::NEG_INFINITY,
            Self::Finite { mantissa, exponent, .. } => to_f64(mantissa, *exponent),
        }
    }
}

/// The digits are rounded by the standard library's parser, which is exact also below the normal range.
fn to_f64(mantissa: &BigInt, exponent: i64) -> f64 {
    let (sign, magnitude) = mantissa.clone().into_parts();
    let top = magnitude.bits() as i64 + exponent;
    let value = if top > 1024 {
        f64::INFINITY
    } else if top < -1080 {
        0.0
    } else {
        decimal_text(&magnitude, exponent).parse().unwrap_or(f64::INFINITY)
    };
    if sign == Sign::Minus { -value } else { value }
}

fn decimal_text(magnitude: &BigUint, exponent: i64) -> String {
    let shift = exponent.unsigned_abs() as usize;
    if exponent >= 0 {
        (magnitude << shift).to_string()
    } else {
        format!("{}e-{shift}", magnitude * BigUint::from(5u8).pow(shift as u32))
    }
}

/// `mantissa * 2^exponent`, rounded to `precision` bits; `sticky` says that a bit below was lost.
pub(super) fn rounded(mantissa: BigInt, exponent: i64, precision: usize, sticky: bool) -> Number {
    let (sign, mut magnitude) = mantissa.into_parts();
    let mut exponent = exponent;
    if magnitude == BigUint::ZERO {
        return Number::Int(0);
    }
    let bits = magnitude.bits() as usize;
    if bits > precision {
        let excess = bits - precision;
        let half = magnitude.bit(excess as u64 - 1);
        let below = sticky || (magnitude.trailing_zeros().unwrap_or(0) as usize) < excess - 1;
        magnitude >>= excess;
        exponent += excess as i64;
        if half && (below || magnitude.bit(0)) {
            magnitude += 1u8;
        }
    }
    let zeros = magnitude.trailing_zeros().unwrap_or(0) as usize;
    magnitude >>= zeros;
    exponent += zeros as i64;
    let negative = sign == Sign::Minus;
    let top = magnitude.bits() as i64 + exponent;
    if top > MAX_EXPONENT {
        return Float::Infinite { negative }.into();
    }
    if top < -MAX_EXPONENT {
        return if negative { Float::NegativeZero.into() } else { Number::Int(0) };
    }
    let mantissa = BigInt::from_biguint(sign, magnitude);
    if exponent >= 0
        && top <= 63
        && let Ok(value) = i64::try_from(&mantissa << exponent as usize)
    {
        return Number::Int(value);
    }
    Float::Finite { mantissa, exponent, precision }.into()
}

/// `mantissa * 2^exponent` with at least the usual precision, and as much as it needs.
pub(super) fn exact(mantissa: BigInt, exponent: i64) -> Number {
    let precision = PRECISION.max(mantissa.bits() as usize);
    rounded(mantissa, exponent, precision, false)
}

/// The quotient `numerator / denominator * 2^exponent` rounded to `precision` bits.
pub(super) fn quotient(numerator: &BigInt, denominator: &BigUint, exponent: i64, precision: usize) -> Number {
    let wanted = precision + 2 + denominator.bits() as usize;
    let shift = wanted.saturating_sub(numerator.bits() as usize);
    let shifted = numerator << shift;
    let (sign, magnitude) = shifted.into_parts();
    let whole = &magnitude / denominator;
    let sticky = &whole * denominator != magnitude;
    // The lost part must not look like a tie.
    let whole = if sticky { (whole << 1usize) + 1u8 } else { whole << 1usize };
    rounded(BigInt::from_biguint(sign, whole), exponent - shift as i64 - 1, precision, sticky)
}

pub(super) fn integer_of(text: &str, base: u32) -> Option<BigInt> {
    if !(2..=36).contains(&base) || text.len() > MAX_DIGITS {
        return None;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let magnitude = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

/// Order by value.
pub(super) fn compare(a: &Float, b: &Float) -> Ordering {
    let rank = |float: &Float| match float {
        Float::Infinite { negative: true } => -2,
        Float::Infinite { negative: false } => 2,
        Float::NegativeZero => 0,
        Float::Finite { mantissa, .. } if mantissa.sign() == Sign::NoSign => 0,
        Float::Finite { mantissa, .. } if mantissa.sign() == Sign::Minus => -1,
        Float::Finite { .. } => 1,
    };
    let order = rank(a).cmp(&rank(b));
    match (order, a, b) {
        (
            Ordering::Equal,
            Float::Finite { mantissa: m, exponent: e, .. },
            Float::Finite { mantissa: n, exponent: f, .. },
        ) => {
            let (top, other) = (m.bits() as i64 + e, n.bits() as i64 + f);
            let by_size = top.cmp(&other);
            let by_size = if m.sign() == Sign::Minus { by_size.reverse() } else { by_size };
            by_size.then_with(|| {
                // Of equal size, so the difference of the exponents is that of the precisions at most.
                let low = *e.min(f);
                (m << (e - low) as usize).cmp(&(n << (f - low) as usize))
            })
        }
        _ => order,
    }
}

impl Number {
    /// As a float; an integer gets the precision of a literal.
    pub(super) fn widened(&self) -> Cow<'_, Float> {
        match self {
            Self::Int(value) => {
                Cow::Owned(Float::Finite { mantissa: BigInt::from(*value), exponent: 0, precision: PRECISION })
            }
            Self::Big(float) => Cow::Borrowed(float),
        }
    }

    /// Mantissa and exponent of a finite number.
    pub(super) fn parts(&self) -> Option<(BigInt, i64)> {
        match &*self.widened() {
            Float::NegativeZero => Some((BigInt::ZERO, 0)),
            Float::Infinite { .. } => None,
            Float::Finite { mantissa, exponent, .. } => Some((mantissa.clone(), *exponent)),
        }
    }

    fn precision(&self) -> usize {
        if let Self::Big(float) = self { float.precision() } else { PRECISION }
    }

    /// The number when it is an integer, of any size.
    pub fn integer(&self) -> Option<BigInt> {
        let (mantissa, exponent) = self.parts()?;
        (exponent >= 0).then(|| mantissa << exponent as usize)
    }

    /// The nearest integer towards zero; an infinity is its own.
    #[must_use]
    pub fn truncated(&self) -> Self {
        match self.parts() {
            Some((mantissa, exponent)) if exponent < 0 => {
                let (sign, magnitude) = mantissa.into_parts();
                let whole = BigInt::from_biguint(sign, magnitude >> exponent.unsigned_abs() as usize);
                rounded(whole, 0, self.precision(), false)
            }
            _ => self.clone(),
        }
    }

    /// The greatest integer that is not above.
    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.truncated();
        if whole > *self { whole.subtract(&Self::Int(1)).unwrap_or(whole) } else { whole }
    }

    /// The least integer that is not below.
    #[must_use]
    pub fn ceil(&self) -> Self {
        let whole = self.truncated();
        if whole < *self { whole.add(&Self::Int(1)).unwrap_or(whole) } else { whole }
    }

    /// With the other sign; zero gives the negative zero.
    #[must_use]
    pub fn negated(&self) -> Self {
        match self {
            Self::Int(0) => Float::NegativeZero.into(),
            Self::Int(value) => value.checked_neg().map_or_else(|| exact(-BigInt::from(*value), 0), Self::Int),
            Self::Big(float) => match &**float {
                Float::NegativeZero => Self::Int(0),
                Float::Infinite { negative } => Float::Infinite { negative: !negative }.into(),
                Float::Finite { mantissa, exponent, precision } => rounded(-mantissa, *exponent, *precision, false),
            },
        }
    }

    /// Without its sign.
    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() { self.negated() } else { self.clone() }
    }

    /// The sum; `None` for infinities of opposite signs.
    pub fn add(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Some(Self::Int(sum));
        }
        let (Some((m, e)), Some((n, f))) = (self.parts(), other.parts()) else {
            return match (self.is_infinite(), other.is_infinite()) {
                (true, true) if self.is_negative() != other.is_negative() => None,
                (true, _) => Some(self.clone()),
                _ => Some(other.clone()),
            };
        };
        if m.sign() == Sign::NoSign && n.sign() == Sign::NoSign {
            return Some(if self.is_negative() && other.is_negative() { self.clone() } else { Self::Int(0) });
        }
        let precision = self.precision().max(other.precision());
        Some(sum(m, e, n, f, precision))
    }

    /// The difference; `None` for infinities of the same sign.
    pub fn subtract(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(difference) = a.checked_sub(*b)
        {
            return Some(Self::Int(difference));
        }
        self.add(&other.negated())
    }

    /// The product, with all the bits it needs up to 512; `None` for zero times infinity.
    pub fn multiply(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
            && (product != 0 || (*a >= 0 && *b >= 0))
        {
            return Some(Self::Int(product));
        }
        let negative = self.is_negative() != other.is_negative();
        let (Some((m, e)), Some((n, f))) = (self.parts(), other.parts()) else {
            return (!self.is_zero() && !other.is_zero()).then(|| Float::Infinite { negative }.into());
        };
        let product = m * n;
        if product.sign() == Sign::NoSign {
            return Some(if negative { Float::NegativeZero.into() } else { Self::Int(0) });
        }
        let needed = product.bits() as usize - product.trailing_zeros().unwrap_or(0) as usize;
        let precision = self.precision().max(other.precision()).max(needed.min(PRECISION));
        Some(rounded(product, e + f, precision, false))
    }

    /// The quotient: a number by zero is infinite; `None` for zero by zero and infinity by infinity.
    pub fn divide(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && *a > 0
            && *b > 0
            && a % b == 0
        {
            return Some(Self::Int(a / b));
        }
        let negative = self.is_negative() != other.is_negative();
        let zero = || if negative { Float::NegativeZero.into() } else { Self::Int(0) };
        match (self.parts(), other.parts()) {
            (None, None) => None,
            (None, Some(_)) => Some(Float::Infinite { negative }.into()),
            (Some(_), None) => Some(zero()),
            (Some(_), Some((n, _))) if n.sign() == Sign::NoSign => {
                (!self.is_zero()).then(|| Float::Infinite { negative }.into())
            }
            (Some((m, _)), Some(_)) if m.sign() == Sign::NoSign => Some(zero()),
            (Some((m, e)), Some((n, f))) => {
                let (sign, denominator) = n.into_parts();
                let numerator = if sign == Sign::Minus { -m } else { m };
                Some(quotient(&numerator, &denominator, e - f, self.precision().max(other.precision())))
            }
        }
    }

    /// What is left of a division that rounds towards zero, with the sign of the dividend; a number
    /// modulo zero is itself; an infinity on either side gives one.
    pub fn modulo(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && *a > 0
            && *b > 0
        {
            return Some(Self::Int(a % b));
        }
        if self.is_infinite() || other.is_infinite() {
            return self.multiply(other);
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        let whole = self.divide(other)?.truncated().integer()?;
        let precision = self.precision();
        let ((m, e), (n, f)) = (self.parts()?, other.parts()?);
        let product = rounded(n * whole, f, precision, false);
        let (product, g) = product.parts()?;
        if m.sign() == Sign::NoSign && product.sign() == Sign::NoSign {
            return Some(Self::Int(0));
        }
        Some(sum(m, e, -product, g, precision))
    }
}

impl From<BigInt> for Number {
    fn from(value: BigInt) -> Self {
        exact(value, 0)
    }
}

impl From<f64> for Number {
    /// Exactly; what is not a number becomes zero, which callers rule out.
    fn from(value: f64) -> Self {
        if value.is_nan() {
            return Self::Int(0);
        }
        if value.is_infinite() {
            return Float::Infinite { negative: value < 0.0 }.into();
        }
        if value == 0.0 {
            return if value.is_sign_negative() { Float::NegativeZero.into() } else { Self::Int(0) };
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = i64::from((bits >> 52) as u16 & 0x7ff);
        let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
        let mantissa = BigInt::from(mantissa);
        rounded(if value < 0.0 { -mantissa } else { mantissa }, exponent, DOUBLE_PRECISION, false)
    }
}

/// The sum of two finite numbers, not both zero.
fn sum(m: BigInt, e: i64, n: BigInt, f: i64, precision: usize) -> Number {
    let (top, bottom) = if m.bits() as i64 + e >= n.bits() as i64 + f { ((m, e), (n, f)) } else { ((n, f), (m, e)) };
    let ((m, e), (n, f)) = (top, bottom);
    if n.sign() == Sign::NoSign {
        return rounded(m, e, precision, false);
    }
    if m.sign() == Sign::NoSign {
        return rounded(n, f, precision, false);
    }
    // What lies far below the last bit that is kept can only break a tie.
    let gap = precision as i64 + 4;
    let low = e.min(f);
    let reach = m.bits() as i64 + e - low;
    if reach > 2 * gap + precision as i64 && f + (n.bits() as i64) < e - gap {
        let shifted = m << gap as usize;
        let nudge = if n.sign() == Sign::Minus { -BigInt::from(1) } else { BigInt::from(1) };
        return rounded(shifted + nudge, e - gap, precision, true);
    }
    rounded((m << (e - low) as usize) + (n << (f - low) as usize), low, precision, false)
}
