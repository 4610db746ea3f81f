//! The functions of the language, and how they are called.
//!
//! A file of this folder has the functions of one topic and a table of them. The protocol (arity,
//! conversion of arguments, nulls, unknowns, sensitivity, origins) is that of Terraform's type system
//! and stands in [`call`]; a function sees arguments that satisfy its parameters.

mod address;
mod automaton;
mod base64;
mod call;
mod charset;
mod cidr;
mod collection;
mod csv;
mod datetime;
mod datetime_text;
mod filesystem;
mod float_math;
mod format;
mod glob;
mod hash;
mod impure;
mod invocation;
mod json;
mod mapping;
mod members;
mod numeric;
mod pattern;
mod pieces;
mod rsa;
mod sensitivity;
mod sequence;
mod set;
mod string;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod type_conversion;
mod yaml;
mod yaml_read;
mod yaml_text;

pub use super::unknowns::collect_causes;
pub use automaton::found_in;
pub use invocation::{FunctionError, Invocation};
pub use pieces::{Holes, Pieces};

use crate::model::{Type, Value};
use std::sync::{Arc, LazyLock};

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Its name, without `core::`.
    pub name: &'static str,
    /// Parameters that must be given.
    pub params: &'static [Param],
    /// What further arguments must satisfy, where there may be any.
    pub variadic: Option<Param>,
    /// The type of the result, also when it is unknown.
    pub returns: Returns,
    /// Whether an unknown result is known not to be null.
    pub not_null: bool,
    /// What it does to the pieces of texts that are known in part.
    pub pieces: Pieces,
    /// Whether it takes apart a text that nobody marked, in which names may tell of secrets.
    pub decodes: bool,
    /// Computes the result.
    pub run: fn(&mut Invocation<'_>) -> Result<Value, FunctionError>,
}

impl Function {
    /// A function whose result is never null.
    pub const fn new(
        name: &'static str,
        params: &'static [Param],
        returns: Returns,
        run: fn(&mut Invocation<'_>) -> Result<Value, FunctionError>,
    ) -> Self {
        Self { name, params, variadic: None, returns, not_null: true, pieces: Pieces::Lost, decodes: false, run }
    }

    /// Accepts further arguments.
    #[must_use]
    pub const fn variadic(mut self, param: Param) -> Self {
        self.variadic = Some(param);
        self
    }

    /// It makes a text of texts, of whose pieces something is still known.
    #[must_use]
    pub const fn piecewise(mut self, pieces: Pieces) -> Self {
        self.pieces = pieces;
        self
    }

    /// It takes a text apart.
    #[must_use]
    pub const fn decoding(mut self) -> Self {
        self.decodes = true;
        self
    }

    /// Its result may be null.
    #[must_use]
    pub const fn may_be_null(mut self) -> Self {
        self.not_null = false;
        self
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a permission of its own, as in go-cty")]
pub struct Param {
    /// Its name in messages.
    pub name: &'static str,
    /// What arguments are converted to.
    pub shape: Shape,
    /// Whether null is accepted.
    pub allow_null: bool,
    /// Whether the function runs with an unknown argument; without, its result is unknown then.
    /// Collections with unknown elements are known themselves and are always passed.
    pub allow_unknown: bool,
    /// Whether it also runs when not even the type of the argument is known.
    pub allow_dynamic: bool,
    /// Whether the function itself takes care of sensitivity; without, anything sensitive in the
    /// argument makes the whole result sensitive.
    pub allow_sensitive: bool,
}

impl Param {
    /// A parameter that accepts no null and no unknown.
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, allow_null: false, allow_unknown: false, allow_dynamic: false, allow_sensitive: false }
    }

    /// Accepts null too.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// Accepts unknown values too.
    #[must_use]
    pub const fn unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// Accepts values whose type is not known too.
    #[must_use]
    pub const fn dynamic(mut self) -> Self {
        self.allow_dynamic = true;
        self
    }

    /// Takes care of sensitivity.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.allow_sensitive = true;
        self
    }
}

/// A type that can be written down in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything; not converted.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(…)`
    List(&'static Shape),
    /// `set(…)`
    Set(&'static Shape),
    /// `map(…)`
    Map(&'static Shape),
}

impl Shape {
    /// The type it stands for.
    pub fn to_type(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(element) => Type::List(Arc::new(element.to_type())),
            Self::Set(element) => Type::Set(Arc::new(element.to_type())),
            Self::Map(element) => Type::Map(Arc::new(element.to_type())),
        }
    }
}

/// The type of a result.
#[derive(Clone, Copy, Debug)]
pub enum Returns {
    /// Always the same.
    Always(Shape),
    /// Computed from the arguments, which may be unknown or null where their parameters allow it and
    /// are of unknown type only with [`Param::allow_dynamic`]. Its error is one that occurs whether or
    /// not the arguments are known.
    By(fn(&[Value]) -> Result<Type, FunctionError>),
}

/// All functions, sorted as [`by_length`] does.
static SORTED: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let mut all: Vec<_> = TABLES.iter().flat_map(|table| table.iter()).collect();
    all.sort_by_key(|function| by_length(function.name));
    all
});

/// An order of names in which most are told apart by a number.
pub fn by_length(name: &str) -> (usize, &str) {
    (name.len(), name)
}

/// Functions that see expressions, types, or other files: the evaluator's own.
const SPECIAL: [&str; 5] = ["can", "convert", "templatefile", "templatestring", "try"];

/// The names of all functions, without `core::`, in no order.
pub fn names() -> impl Iterator<Item = &'static str> {
    SORTED.iter().map(|function| function.name).chain(SPECIAL)
}

/// The function `name`, which is given without `core::`.
pub fn find(name: &str) -> Option<&'static Function> {
    let at = SORTED.binary_search_by_key(&by_length(name), |function| by_length(function.name)).ok()?;
    SORTED.get(at).copied()
}

/// The table of each file.
const TABLES: &[&[Function]] = &[
    base64::TABLE,
    charset::TABLE,
    cidr::TABLE,
    collection::TABLE,
    csv::TABLE,
    datetime::TABLE,
    filesystem::TABLE,
    format::TABLE,
    hash::TABLE,
    impure::TABLE,
    json::TABLE,
    mapping::TABLE,
    numeric::TABLE,
    pattern::TABLE,
    rsa::TABLE,
    sensitivity::TABLE,
    sequence::TABLE,
    set::TABLE,
    string::TABLE,
    type_conversion::TABLE,
    yaml::TABLE,
];
