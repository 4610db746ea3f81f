//! What a function takes and gives.

use super::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::Value;

/// The types of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// `interface {}`
    Any,
    /// `string`
    String,
    /// `int`
    Int,
    /// `uint32`
    Uint32,
    /// `float64`
    Float,
    /// `bool`
    Bool,
    /// `map[string]interface {}`
    Map,
    /// `[]interface {}`
    List,
    /// `*semver.Version`
    Version,
    /// `time.Time`
    Time,
}

impl Parameter {
    /// A noun for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::String => "a string",
            Self::Int => "an int",
            Self::Uint32 => "an unsigned integer",
            Self::Float => "a float64",
            Self::Bool => "a bool",
            Self::Map => "a map",
            Self::List => "a list",
            Self::Version => "a semantic version",
            Self::Time => "a time",
        }
    }
}

/// What a function must know of its arguments. Where it does not, its result is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    /// All of them, and all in them.
    Whole,
    /// What they are; text and elements may be unknown in part.
    Parts,
    /// Nothing: it handles unknown arguments itself.
    Anything,
}

/// What is known of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Nothing.
    Anything,
    /// It is a string, and is not empty where its argument is not.
    Text,
    /// It is a string that is never empty.
    FilledText,
}

impl Function {
    /// A function that must know its arguments.
    pub const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        run: fn(&mut Call<'_, '_>) -> Outcome<Value>,
    ) -> Self {
        Self { name, parameters, rest: None, knows: Knows::Whole, gives: Gives::Anything, run }
    }

    /// The same function, which takes any number of arguments more.
    #[must_use]
    pub const fn and(self, rest: Parameter) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// The same function, whose arguments may be unknown in part.
    #[must_use]
    pub const fn of_parts(self) -> Self {
        Self { knows: Knows::Parts, ..self }
    }

    /// The same function, whose result is a string, empty only where its argument is.
    #[must_use]
    pub const fn gives_text(self) -> Self {
        Self { gives: Gives::Text, ..self }
    }

    /// The same function, whose result is a string and never empty.
    #[must_use]
    pub const fn gives_filled_text(self) -> Self {
        Self { gives: Gives::FilledText, ..self }
    }

    /// The same function, which handles unknown arguments itself.
    #[must_use]
    pub const fn of_anything(self) -> Self {
        Self { knows: Knows::Anything, ..self }
    }
}
