//! Pipelines, commands and their first words.

use super::argument::Argument;
use super::failure::{Failure, Outcome};
use super::function::Parameter;
use super::{Evaluator, Frame};
use crate::lower::kubernetes::helm::value::{Data, Value};
use crate::source::Span;
use crate::syntax::gotemplate::{Command, Number, Operand, OperandKind, Pipeline};

impl Evaluator<'_> {
    /// Evaluates a pipeline, and sets its variables.
    pub(super) fn pipeline(&mut self, frame: &mut Frame, pipeline: &Pipeline) -> Outcome<Value> {
        let value = self.value(frame, pipeline)?;
        for variable in &pipeline.variables {
            if pipeline.assigns {
                let place = frame.span(variable.span);
                self.set(frame, &variable.name, value.clone(), place)?;
            } else {
                self.declare(frame, variable.name.clone(), value.clone());
            }
        }
        Ok(value)
    }

    /// Evaluates the commands of a pipeline.
    pub(super) fn value(&mut self, frame: &mut Frame, pipeline: &Pipeline) -> Outcome<Value> {
        let mut value: Option<Value> = None;
        self.last_read = None;
        for command in &pipeline.commands {
            self.step(1, pipeline.span)?;
            let mut next = self.command(frame, command, value)?;
            // A nil interface is no value from here on.
            if matches!(next.data, Data::Nil) {
                next.data = Data::Invalid;
            }
            value = Some(next);
        }
        Ok(value.unwrap_or_else(|| Data::Invalid.into()))
    }

    fn command(&mut self, frame: &mut Frame, command: &Command, last: Option<Value>) -> Outcome<Value> {
        let Some((first, rest)) = command.operands.split_first() else { return Ok(Data::Invalid.into()) };
        let place = frame.span(first.span);
        match &first.kind {
            OperandKind::Function(name) => return self.function(frame, name, command, rest, last),
            OperandKind::Field(names) => {
                let (dot, is_element) = (frame.dot.clone(), frame.is_element);
                return self.chain(frame, dot, is_element, names, first.span, rest, last);
            }
            OperandKind::Variable(name, names) if !names.is_empty() => {
                let value = Self::variable(frame, name, place)?;
                return self.chain(frame, value, false, names, first.span, rest, last);
            }
            OperandKind::Chain(inner, names) => {
                let value = self.operand(frame, inner)?;
                return self.chain(frame, value, false, names, first.span, rest, last);
            }
            _ => {}
        }
        if !rest.is_empty() || last.is_some() {
            return Err(Failure::new(place, "arguments are given to something that is not a function"));
        }
        if matches!(first.kind, OperandKind::Nil) {
            return Err(Failure::new(place, "`nil` is not a command"));
        }
        self.operand(frame, first)
    }

    fn variable(frame: &Frame, name: &str, span: Span) -> Outcome<Value> {
        let bound = frame.variables.iter().rev().find(|bound| bound.name == name);
        let value = bound.map(|bound| bound.value.clone());
        value.ok_or_else(|| Failure::new(span, format!("variable `{name}` is not set")))
    }

    /// Evaluates a word without arguments, whatever type it has.
    pub(super) fn operand(&mut self, frame: &mut Frame, operand: &Operand) -> Outcome<Value> {
        let place = frame.span(operand.span);
        Ok(match &operand.kind {
            OperandKind::Dot => frame.dot.clone(),
            OperandKind::Nil => Value::nil(),
            OperandKind::Bool(value) => (*value).into(),
            OperandKind::Number(number) => ideal(number, place)?,
            OperandKind::String(text) => text.clone().into(),
            OperandKind::Function(name) => {
                let command = Command { span: operand.span, operands: Vec::new() };
                self.function(frame, name, &command, &[], None)?
            }
            OperandKind::Field(names) => {
                let (dot, is_element) = (frame.dot.clone(), frame.is_element);
                self.chain(frame, dot, is_element, names, operand.span, &[], None)?
            }
            OperandKind::Variable(name, names) => {
                let value = Self::variable(frame, name, place)?;
                if names.is_empty() { value } else { self.chain(frame, value, false, names, operand.span, &[], None)? }
            }
            OperandKind::Chain(inner, names) => {
                let value = self.operand(frame, inner)?;
                self.chain(frame, value, false, names, operand.span, &[], None)?
            }
            OperandKind::Pipeline(pipeline) => self.pipeline(frame, pipeline)?,
        })
    }

    fn function(
        &mut self,
        frame: &mut Frame,
        name: &str,
        command: &Command,
        rest: &[Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        let place = frame.span(command.span);
        let Some(function) = self.library.function(name) else {
            return Err(Failure::new(place, format!("function `{name}` does not exist")));
        };
        if matches!(name, "and" | "or") {
            return self.decide(frame, name == "or", rest, last, place);
        }
        self.call(frame, function, None, &Argument::all(rest, last), place)
    }

    /// `and` and `or`: the first argument that decides, or the last one. The rest is not evaluated.
    fn decide(
        &mut self,
        frame: &mut Frame,
        wanted: bool,
        rest: &[Operand],
        last: Option<Value>,
        place: Span,
    ) -> Outcome<Value> {
        let mut arguments = Argument::all(rest, last);
        let Some(final_argument) = arguments.pop() else {
            return Err(Failure::new(place, "`and` and `or` need an argument"));
        };
        let mut unknown: Option<Value> = None;
        let opened = self.uncertain.len();
        let mut decided = None;
        for argument in arguments {
            let value = match self.argument(frame, &argument, Parameter::Any, place) {
                Err(failure) if unknown.is_some() && !failure.is_limit => break,
                value => value?,
            };
            match value.truth() {
                Some(truth) if truth == wanted => {
                    decided = Some(value);
                    break;
                }
                Some(_) => {}
                None => {
                    // Whether what follows is evaluated is not known, and neither is the result.
                    let note = value.unknown_note();
                    unknown.get_or_insert(Value::unknown(note));
                    self.uncertain.push(note);
                }
            }
        }
        let result = match decided {
            Some(value) => Ok(value),
            None => self.argument(frame, &final_argument, Parameter::Any, place),
        };
        self.uncertain.truncate(opened);
        match (unknown, result) {
            (Some(_), Ok(value)) if value.truth() == Some(wanted) && matches!(value.data, Data::Bool(_)) => Ok(value),
            (Some(unknown), Ok(_)) => Ok(unknown),
            (Some(unknown), Err(failure)) if !failure.is_limit => Ok(unknown),
            (_, result) => result,
        }
    }
}

/// The value of a constant where no type is wanted.
fn ideal(number: &Number, span: Span) -> Outcome<Value> {
    use crate::syntax::gotemplate::Ideal;
    let value = match number.ideal {
        Ideal::Integer => number.integer.map(Value::int),
        Ideal::Float => number.float.map(Value::from),
        Ideal::Complex => number.complex.map(|(real, imaginary)| Data::Complex(real, imaginary).into()),
        Ideal::Overflow => None,
    };
    value.ok_or_else(|| Failure::new(span, "this number is larger than any integer"))
}
