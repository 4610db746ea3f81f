//! What a function sees of its call.

use crate::expr::{Budget, EvalError, Mode, Scope};
use crate::model::{Cause, Data, Number, Text, Type, Unknown, Value};
use crate::source::Span;

/// One call.
pub struct Invocation<'a> {
    /// The arguments, converted to their parameters.
    pub args: Vec<Value>,
    /// The place of each argument.
    pub spans: &'a [Span],
    /// The place of the call.
    pub span: Span,
    /// The type that [`super::Returns`] gave.
    pub returns: Type,
    /// Names, files and domain functions.
    pub scope: &'a dyn Scope,
    /// How absent attributes and the like behave.
    pub mode: Mode,
    /// What may still be used. Anything that can grow large is asked for here *before* it is made.
    pub budget: &'a Budget,
}

impl Invocation<'_> {
    /// A string made by the function.
    pub fn string(&self, text: impl Into<Text>) -> Value {
        Value::string(text, self.span)
    }

    /// A number made by the function.
    pub fn number(&self, number: impl Into<Number>) -> Value {
        Value::number(number, self.span)
    }

    /// A truth made by the function.
    pub fn bool(&self, value: bool) -> Value {
        Value::bool(value, self.span)
    }

    /// Any data made by the function.
    pub fn data(&self, data: Data) -> Value {
        Value::new(data, self.span)
    }

    /// An unknown result of the expected type, because of everything unknown in the arguments.
    pub fn unknown(&self) -> Value {
        let mut causes = Vec::new();
        for arg in &self.args {
            collect_causes(arg, &mut causes);
        }
        Value::unknown_of(self.returns.clone(), causes, self.span)
    }

    /// `data`, decided by `value`: the result leads to where that came from.
    pub fn decided_by(&self, data: Data, value: &Value) -> Value {
        let sensitive = value.sensitive;
        Value { data, origin: value.origin.clone(), sensitive }
    }
}

/// Adds the causes of everything unknown in `value` that are not there yet.
pub fn collect_causes(value: &Value, causes: &mut Vec<Cause>) {
    match &value.data {
        Data::Unknown(unknown) => add_causes(unknown, causes),
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| collect_causes(item, causes)),
        Data::Mapping(mapping) => mapping.entries.iter().for_each(|(_, item)| collect_causes(item, causes)),
        _ => {}
    }
}

fn add_causes(unknown: &Unknown, causes: &mut Vec<Cause>) {
    for cause in &unknown.causes {
        if !causes.contains(cause) {
            causes.push(cause.clone());
        }
    }
}

/// Why a function has no result.
#[derive(Clone, Debug)]
pub struct FunctionError {
    /// What is wrong, one sentence with a period.
    pub message: String,
    /// The argument at fault.
    pub argument: Option<usize>,
    /// Set when `try` and `can` must not catch it.
    pub fatal: bool,
}

impl FunctionError {
    /// An argument is wrong.
    pub fn argument(index: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), argument: Some(index), fatal: false }
    }
}

impl From<String> for FunctionError {
    fn from(message: String) -> Self {
        Self { message, argument: None, fatal: false }
    }
}

impl From<&str> for FunctionError {
    fn from(message: &str) -> Self {
        message.to_string().into()
    }
}

impl From<EvalError> for FunctionError {
    fn from(error: EvalError) -> Self {
        Self { message: error.message, argument: None, fatal: error.fatal }
    }
}
