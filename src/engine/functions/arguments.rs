//! The arguments of a domain function, read leniently: null is absent, a string is a list of one.

pub use crate::expr::unknowns::collect_causes;

use crate::expr::EvalError;
use crate::expr::truth::{Truth, any};
use crate::model::{Data, Type, Value};
use crate::source::{Sources, Span};

/// What a domain function was called with.
pub struct Arguments<'a> {
    /// The function.
    pub word: &'a str,
    /// The arguments.
    pub values: &'a [Value],
    /// The call.
    pub span: Span,
    /// The texts, for places inside of strings.
    pub sources: &'a Sources,
}

impl<'a> Arguments<'a> {
    /// The argument at a position; an error when there is none.
    pub fn get(&self, at: usize) -> Result<&'a Value, EvalError> {
        self.values.get(at).ok_or_else(|| self.wrong(&format!("takes at least {} arguments", at + 1)))
    }

    /// A string; `None` when it is null or unknown.
    pub fn text(&self, at: usize) -> Result<Option<&'a str>, EvalError> {
        let value = self.get(at)?;
        match &value.data {
            Data::String(text) => Ok(Some(text)),
            // Files hold numbers and truths where a text is meant, too; they fit no pattern.
            Data::Null(_) | Data::Unknown(_) | Data::Number(_) | Data::Bool(_) => Ok(None),
            _ => Err(self.wrong("takes a string")),
        }
    }

    /// The elements of a list, or the one value that is none; nothing for null.
    pub fn items(&self, at: usize) -> Result<&'a [Value], EvalError> {
        Ok(items(self.get(at)?))
    }

    /// An error that names the function.
    pub fn wrong(&self, what: &str) -> EvalError {
        EvalError::new(format!("`{}` {what}.", self.word), self.span)
    }

    /// An unknown result of a type, for the reasons of the arguments.
    pub fn unknown(&self, ty: Type) -> Value {
        let mut causes = Vec::new();
        self.values.iter().for_each(|value| collect_causes(value, &mut causes));
        Value::unknown_of(ty, causes, self.span)
    }

    /// Whether `holds` for any of the elements of a list, or for the one value that is none. One for which it gives
    /// nothing is not known.
    pub fn any(&self, at: usize, holds: impl Fn(&Value) -> Option<bool>) -> Result<Value, EvalError> {
        Ok(self.answer(any(self.items(at)?.iter().map(|value| Truth::of(holds(value), value)))))
    }

    /// A known truth.
    pub fn truth(&self, truth: bool) -> Value {
        Value::bool(truth, self.span)
    }

    /// A truth, known or not.
    pub fn answer(&self, truth: Truth) -> Value {
        match truth {
            Truth::Known(truth) => self.truth(truth),
            Truth::Unknown(causes) => Value::unknown_of(Type::Bool, causes, self.span),
        }
    }
}

/// The elements of a list, or the one value that is none; nothing for null. Those of a list that may be longer are
/// followed by one that is not known.
pub fn items(value: &Value) -> &[Value] {
    match &value.data {
        Data::Null(_) => &[],
        Data::Unknown(unknown) => unknown.refinement.elements.with_rest().unwrap_or(std::slice::from_ref(value)),
        Data::Sequence(sequence) => &sequence.items,
        _ => std::slice::from_ref(value),
    }
}

/// Returns the elements of a field; of what is not known, that itself is the one element.
pub fn items_of<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    if value.is_unknown() { std::slice::from_ref(value) } else { value.get(key).map(items).unwrap_or_default() }
}
