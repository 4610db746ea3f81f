//! Numbers, as exact as Terraform's: integers that fit are kept as they are, all others are binary
//! floats with the precision that Terraform's have.

mod decimal;
mod float;
mod format;

use float::Float;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A number. An integer that fits is always [`Number::Int`], except the negative zero.
#[derive(Clone, Debug)]
pub enum Number {
    /// An integer that fits.
    Int(i64),
    /// Any other: a fraction, a large integer, an infinity, the negative zero.
    Big(Arc<Float>),
}

impl Number {
    /// The number when it is an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Big(float) => matches!(**float, Float::NegativeZero).then_some(0),
        }
    }

    /// The nearest 64-bit float.
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(value) => *value as f64,
            Self::Big(float) => float.to_f64(),
        }
    }

    /// A decimal literal with or without sign, fraction and exponent, or `Inf`, as `tonumber` reads it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            // The standard parser agrees with ours on plain integers and is much faster.
            [b'0'..=b'9', ..] if text.len() < 19 => text.parse().map(Self::Int).ok().or_else(|| decimal::parse(text)),
            _ => decimal::parse(text),
        }
    }

    /// An integer of any size in a base of 2 to 36, lower- or upper-case digits, with or without sign.
    pub fn parse_integer(text: &str, base: u32) -> Option<Self> {
        float::integer_of(text, base).map(|value| float::exact(value, 0))
    }

    /// The digits of an integer (sign included), and nothing for all other numbers.
    pub fn to_integer_text(&self, base: u8) -> Option<String> {
        self.integer().map(|value| value.to_str_radix(base.into()))
    }

    /// The text with ten significant digits, with an exponent where that is shorter: Go's `%.10g`, by
    /// which Terraform orders sets of collections.
    pub fn to_short_text(&self) -> String {
        decimal::short_text(&self.widened())
    }

    /// Positive infinity.
    pub fn infinity() -> Self {
        Float::Infinite { negative: false }.into()
    }

    /// Negative infinity.
    pub fn negative_infinity() -> Self {
        Float::Infinite { negative: true }.into()
    }

    /// Whether it is an infinity.
    pub fn is_infinite(&self) -> bool {
        matches!(self, Self::Big(float) if matches!(**float, Float::Infinite { .. }))
    }

    /// The steps of writing it in decimal, about: the square of its digits.
    pub fn cost(&self) -> u64 {
        match self {
            Self::Int(_) => 0,
            Self::Big(float) => {
                let bits = float.bits();
                (bits * bits) >> 13
            }
        }
    }

    /// Whether it is zero of either sign.
    pub fn is_zero(&self) -> bool {
        self.as_i64() == Some(0)
    }

    /// Whether it is below zero or the negative zero.
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Int(value) => *value < 0,
            Self::Big(float) => float.is_negative(),
        }
    }

    /// Whether it has no fraction; infinities are no integers.
    pub fn is_integer(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Big(float) => float.is_integer(),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Float> for Number {
    fn from(value: Float) -> Self {
        Self::Big(Arc::new(value))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    /// By value: the two zeros are equal, and precision does not matter.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            _ => float::compare(&self.widened(), &other.widened()),
        }
    }
}

impl fmt::Display for Number {
    /// The shortest decimal text that gives the same number, never with an exponent; `+Inf`, `-Inf`, `-0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Big(float) => f.write_str(&decimal::text(float)),
        }
    }
}
