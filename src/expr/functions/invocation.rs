//! What a function sees of its call.

use crate::expr::decoding::EncodedText;
use crate::expr::equality::equal;
use crate::expr::unknowns::{collect_causes, not_null};
use crate::expr::{Budget, EvalError, ExprScope, Mode, limits, normalized};
use crate::model::{Cause, Data, Number, Sequence, SequenceKind, Type, Value, Why};
use crate::source::Span;
use std::sync::Arc;

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
    pub scope: &'a dyn ExprScope,
    /// How absent attributes and the like behave.
    pub mode: Mode,
    /// What may still be used. Anything that can grow large is asked for here *before* it is made.
    pub budget: &'a Budget,
}

impl Invocation<'_> {
    /// A string made by the function, in normal form C as all of Terraform's are.
    pub fn string(&self, text: impl AsRef<str>) -> Value {
        Value::string(normalized(text.as_ref()), self.span)
    }

    /// A string for a list. (One that is the result itself is charged to the budget by the protocol.)
    pub fn element_string(&self, text: impl AsRef<str>) -> Result<Value, FunctionError> {
        self.budget.bytes(text.as_ref().len(), self.span)?;
        Ok(self.string(text))
    }

    /// A list made by the function.
    pub fn list(&self, element: Type, items: Vec<Value>) -> Value {
        self.data(Data::Sequence(Arc::new(Sequence::new(SequenceKind::List(element), items))))
    }

    /// A list of strings made by the function; fails when it is over the limit.
    pub fn strings<T: AsRef<str>>(&self, texts: impl IntoIterator<Item = T>) -> Result<Value, FunctionError> {
        let mut items = Vec::new();
        for text in texts {
            items.push(self.element_string(text)?);
            if items.len() > limits::ELEMENTS {
                break;
            }
        }
        self.budget.elements(items.len(), self.span)?;
        Ok(self.list(Type::String, items))
    }

    /// The text of an argument, a string that may be known in part, to be decoded: parts that have no place of
    /// their own stand at the call. `None` where nothing is known of it.
    pub fn encoded(&self, index: usize) -> Option<EncodedText<'_>> {
        EncodedText::of_argument(self.args.get(index)?, self.scope.sources(), self.span)
    }

    /// The text of an argument that is a known string.
    pub fn text(&self, index: usize) -> &str {
        self.args.get(index).and_then(Value::as_str).unwrap_or_default()
    }

    /// The number of an argument that is a known number.
    pub fn numeral(&self, index: usize) -> Number {
        match self.args.get(index).map(|arg| &arg.data) {
            Some(Data::Number(number)) => number.clone(),
            _ => Number::Int(0),
        }
    }

    /// The integer of an argument that is a known number.
    pub fn integer(&self, index: usize) -> Result<i64, FunctionError> {
        let number = self.numeral(index);
        number
            .as_i64()
            .ok_or_else(|| FunctionError::argument(index, format!("A whole number is required, not {number}.")))
    }

    /// The elements of an argument that is a known tuple, list or set.
    pub fn items(&self, index: usize) -> &[Value] {
        self.args.get(index).and_then(Value::as_items).unwrap_or_default()
    }

    /// A number made by the function.
    pub fn number(&self, number: impl Into<Number>) -> Value {
        Value::number(number, self.span)
    }

    /// A number of things.
    pub fn count(&self, things: usize) -> Value {
        self.number(bound(things as u64))
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

    /// A text that the function `name` gives in Terraform and that is not computed here.
    pub fn open(&self, name: &str) -> Value {
        let cause = Cause { why: Why::Function(name.into()), span: self.span };
        not_null(Value::unknown_of(Type::String, vec![cause], self.span))
    }

    /// Whether two values are equal in the dialect of the call; `None` when that is not known.
    pub fn equal(&self, a: &Value, b: &Value) -> Option<bool> {
        equal(self.mode, a, b)
    }

    /// `data`, decided by `value`: the result leads to where that came from, unless it is written in the
    /// text of the call itself.
    pub fn decided_by(&self, data: Data, value: &Value) -> Value {
        let made = Value { sensitive: value.sensitive, ..self.data(data) };
        if value.origin.span.source == self.span.source { made } else { made.with_origin(value.origin.clone()) }
    }
}

/// A number of things as a number; none is so large that it does not fit.
pub fn bound(things: u64) -> Number {
    Number::Int(i64::try_from(things).unwrap_or(i64::MAX))
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
        Self { message: error.message.into(), argument: None, fatal: error.fatal }
    }
}
