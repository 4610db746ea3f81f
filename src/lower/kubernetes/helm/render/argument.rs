//! Arguments, checked against what a parameter takes as Go's reflection does.

use super::failure::{Failure, Outcome};
use super::function::Parameter;
use super::{Evaluator, Frame};
use crate::lower::kubernetes::helm::value::{Data, Element, IntegerKind, MapKind, Value};
use crate::source::Span;
use crate::syntax::gotemplate::{Operand, OperandKind};

/// An argument: a word, or the value of the command before.
#[derive(Clone, Debug)]
pub(super) enum Argument<'a> {
    Word(&'a Operand),
    Value(Value),
}

impl<'a> Argument<'a> {
    /// The words of a command behind its first one, and the value that is piped into it.
    pub(super) fn all(rest: &'a [Operand], last: Option<Value>) -> Vec<Self> {
        rest.iter().map(Argument::Word).chain(last.map(Argument::Value)).collect()
    }
}

impl Evaluator<'_> {
    /// Evaluates an argument for a parameter.
    pub(super) fn argument(
        &mut self,
        frame: &mut Frame,
        argument: &Argument<'_>,
        parameter: Parameter,
        place: Span,
    ) -> Outcome<Value> {
        let word = match argument {
            Argument::Value(value) => return check(value.clone(), parameter, place),
            Argument::Word(word) => word,
        };
        let place = frame.span(word.span);
        let wrong =
            |found: &str| Err(Failure::new(place, format!("{} is expected here, not {found}", parameter.name())));
        match (&word.kind, parameter) {
            (OperandKind::Nil, Parameter::Any | Parameter::Map | Parameter::List | Parameter::Version) => {
                Ok(Value::nil())
            }
            (OperandKind::Nil, _) => wrong("nil"),
            (OperandKind::Number(number), Parameter::Int | Parameter::Uint32) => {
                let value = match parameter {
                    Parameter::Uint32 => number.unsigned.and_then(|value| i64::try_from(value).ok()),
                    _ => number.integer,
                };
                match value {
                    Some(value) => Ok(Value::int(value)),
                    None => wrong("this number"),
                }
            }
            (OperandKind::Number(number), Parameter::Float) => match number.float {
                Some(value) => Ok(value.into()),
                None => wrong("this number"),
            },
            (OperandKind::Bool(value), Parameter::Bool | Parameter::Any) => Ok((*value).into()),
            (OperandKind::String(text), Parameter::String | Parameter::Any) => Ok(text.clone().into()),
            (OperandKind::Number(_), parameter) if parameter != Parameter::Any => wrong("a number"),
            (OperandKind::Bool(_), _) => wrong("a bool"),
            (OperandKind::String(_), _) => wrong("a string"),
            _ => {
                let value = self.operand(frame, word)?;
                check(value, parameter, place)
            }
        }
    }
}

/// Whether a parameter takes a value, as Go's assignability has it.
fn check(mut value: Value, parameter: Parameter, place: Span) -> Outcome<Value> {
    let fits = match (&value.data, parameter) {
        (Data::Unknown, _) => true,
        (Data::Invalid, Parameter::Any | Parameter::Map | Parameter::List | Parameter::Version) => {
            value.data = Data::Nil;
            true
        }
        (_, Parameter::Any) => true,
        (Data::String(_), Parameter::String) | (Data::Bool(_), Parameter::Bool) => true,
        (Data::Integer(integer), Parameter::Int) => integer.kind == IntegerKind::Int,
        (Data::Float(_), Parameter::Float) => true,
        (Data::Map(map), Parameter::Map) => map.kind() != MapKind::Strings,
        (Data::List(list), Parameter::List) => list.element == Element::Any,
        (Data::Version(_), Parameter::Version) | (Data::Time(_), Parameter::Time) => true,
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    let found = if value.is_nil() { "nil".into() } else { value.type_name() };
    Err(Failure::new(place, format!("{} is expected here, not a value of type {found}", parameter.name())))
}
