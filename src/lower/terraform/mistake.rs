//! Mistakes in the declaration of a resource: what its provider would refuse.
//!
//! Owns their kinds, by which the checks below `terraform/schema` select them. Knows no schema.

use crate::model::{Text, Value};
use crate::source::Span;

/// One mistake, with its place.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    /// Its kind.
    pub rule: Rule,
    /// The argument, block or type.
    pub name: Text,
    /// What is wrong, as a sentence.
    pub message: Text,
    /// Where.
    pub place: Span,
    /// The argument that was probably meant.
    pub meant: Option<&'static str>,
}

/// Kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// No release of the provider has the type.
    Type,
    /// No release has the argument or block.
    Argument,
    /// A block is written as an argument, or the reverse.
    Placement,
    /// The value is of another type, and cannot be converted.
    Value,
    /// An argument or block that must be given is absent.
    Required,
    /// The provider sets the attribute itself.
    ReadOnly,
    /// The releases that may be installed no longer have it.
    Removed,
    /// A reference to an attribute that the type does not have.
    Reference,
}

impl Rule {
    /// The word for it in `meta.schema_problems`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Argument => "argument",
            Self::Placement => "placement",
            Self::Value => "value",
            Self::Required => "required",
            Self::ReadOnly => "read-only",
            Self::Removed => "removed",
            Self::Reference => "reference",
        }
    }
}

impl Mistake {
    /// The mistake as policies see it: `{ rule, name, message, meant, at }`. The value of `at` stands at the place.
    pub fn value(&self) -> Value {
        let entries = vec![
            ("rule".into(), Value::string(self.rule.name(), self.place)),
            ("name".into(), Value::string(self.name.clone(), self.place)),
            ("message".into(), Value::string(self.message.clone(), self.place)),
            (
                "meant".into(),
                self.meant.map_or_else(|| Value::null(self.place), |name| Value::string(name, self.place)),
            ),
            ("at".into(), Value::string(self.name.clone(), self.place)),
        ];
        Value::object(entries, self.place)
    }
}
