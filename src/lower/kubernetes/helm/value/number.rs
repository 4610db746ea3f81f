//! Integers with their Go types.

/// An integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Its value, within the bounds of its type.
    pub value: i128,
    /// Its type.
    pub kind: IntegerKind,
}

/// The types of integers that a template can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerKind {
    /// `int`, of 64 bits.
    Int,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint8`
    Uint8,
    /// `uint64`
    Uint64,
}

impl IntegerKind {
    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
        }
    }

    /// Whether it has no sign.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::Uint8 | Self::Uint64)
    }
}

impl Integer {
    /// Its value as an `int64`, wrapped where it does not fit.
    pub fn int64(self) -> i64 {
        self.value as i64
    }
}
