//! Numbers, as exact as Terraform's.

use std::fmt;

/// A number. Small integers are kept as they are; the rest as floating point.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Number {
    /// An integer that fits.
    Int(i64),
    /// Any other.
    Float(f64),
}

impl Number {
    /// The number when it is an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Float(value) => (value.fract() == 0.0 && value.abs() < 9e15).then_some(*value as i64),
        }
    }

    /// The nearest 64-bit float.
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(value) => *value as f64,
            Self::Float(value) => *value,
        }
    }

    /// A decimal literal, with or without fraction and exponent.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Int).ok().or_else(|| text.parse().map(Self::Float).ok())
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
        }
    }
}
