//! Calls of functions and methods.

use super::argument::Argument;
use super::failure::{Failure, Outcome};
use super::function::{Gives, Knows, Parameter};
use super::{Call, Evaluator, Frame, Function};
use crate::lower::kubernetes::helm::value::{Data, List, Map, Place, PlacedText, TextBuilder, Value};
use crate::source::{Note, Span};

impl Evaluator<'_> {
    /// Calls a function, or a method of `receiver`.
    pub(super) fn call(
        &mut self,
        frame: &mut Frame,
        function: &'static Function,
        receiver: Option<Value>,
        arguments: &[Argument<'_>],
        place: Span,
    ) -> Outcome<Value> {
        self.step(1, place)?;
        let fixed = function.parameters.len();
        let fits = if function.rest.is_some() { arguments.len() >= fixed } else { arguments.len() == fixed };
        if !fits {
            let least = if function.rest.is_some() { "at least " } else { "" };
            let message = format!("`{}` takes {least}{fixed} arguments, not {}", function.name, arguments.len());
            return Err(Failure::new(place, message));
        }
        let piped = self.last_read.take();
        let mut values: Vec<Value> = receiver.into_iter().collect();
        for (at, argument) in arguments.iter().enumerate() {
            let parameter = function.parameters.get(at).copied().or(function.rest).unwrap_or(Parameter::Any);
            self.last_read = if matches!(argument, Argument::Value(_)) { piped.clone() } else { None };
            values.push(self.argument(frame, argument, parameter, place)?);
        }
        let unknown = match function.knows {
            Knows::Whole => values.iter().find(|value| !value.is_wholly_known()),
            Knows::Parts => values.iter().find(|value| value.is_unknown()),
            Knows::Anything => None,
        };
        if let Some(unknown) = unknown {
            let note = unknown.unknown_note().or(unknown.note);
            let is_filled = values.last().and_then(Value::as_text).is_some_and(PlacedText::is_filled);
            return Ok(match function.gives {
                Gives::Anything => Value::unknown(note),
                Gives::Text => Value::unknown_text(note, is_filled),
                Gives::FilledText => Value::unknown_text(note, true),
            });
        }
        let mut call = Call { evaluator: self, frame, arguments: values, span: place };
        let value = (function.run)(&mut call)?;
        if let Some(text) = value.as_text() {
            self.bytes(text.text().len(), place)?;
        }
        Ok(value)
    }
}

impl Call<'_, '_> {
    /// An error of the function.
    pub fn fail<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(Failure::new(self.span, message))
    }

    /// The same, because the last argument has no value.
    pub fn lacks<T>(&self, message: impl Into<String>) -> Outcome<T> {
        let failure = Failure::new(self.span, message);
        Err(Box::new(Failure { missing: self.evaluator.read_value(), ..*failure }))
    }

    /// A limit of ours that the function reached.
    pub fn limit<T>(&self, what: &str) -> Outcome<T> {
        Err(Failure::limit(self.span, what))
    }

    /// The argument `at`; nil where there is none.
    pub fn value(&self, at: usize) -> Value {
        self.arguments.get(at).cloned().unwrap_or_else(Value::nil)
    }

    /// The argument `at`, a string, with the place of what brought it.
    pub fn placed(&self, at: usize) -> PlacedText {
        let value = self.value(at);
        let Some(text) = value.as_text() else { return PlacedText::default() };
        if value.note.is_none() {
            return text.clone();
        }
        let mut builder = TextBuilder::default();
        builder.push_text(text, Place::noted(value.note));
        builder.finish()
    }

    /// The argument `at`, a string.
    pub fn text(&self, at: usize) -> &str {
        self.arguments.get(at).and_then(Value::as_str).unwrap_or_default()
    }

    /// The argument `at`, an integer.
    pub fn int(&self, at: usize) -> i64 {
        match self.arguments.get(at).map(|value| &value.data) {
            Some(Data::Integer(integer)) => integer.int64(),
            _ => 0,
        }
    }

    /// The argument `at`, a map; an empty one where it is nil.
    pub fn map(&self, at: usize) -> Map {
        self.arguments.get(at).and_then(Value::as_map).cloned().unwrap_or_default()
    }

    /// The argument `at`, a list.
    pub fn list(&self, at: usize) -> Option<&List> {
        self.arguments.get(at).and_then(Value::as_list)
    }

    /// The arguments from `at` on.
    pub fn rest(&self, at: usize) -> &[Value] {
        self.arguments.get(at..).unwrap_or_default()
    }

    /// The first note of the arguments.
    pub fn note(&self) -> Option<Note> {
        let note = |value: &Value| value.note.or_else(|| value.as_text().and_then(PlacedText::note));
        self.arguments.iter().rev().find_map(note)
    }

    /// A result that the arguments brought.
    pub fn result(&self, value: impl Into<Value>) -> Outcome<Value> {
        Ok(value.into().noted(self.note()))
    }

    /// A string that is not empty, and not known because of what `why` says.
    pub fn unknown_text(&mut self, why: &str) -> Outcome<Value> {
        let note = self.evaluator.notes.unknown(self.span, why);
        Ok(Value::unknown_text(Some(note), true))
    }

    /// A result that is not known because of what `why` says.
    pub fn unknown(&mut self, why: &str) -> Outcome<Value> {
        let note = self.evaluator.notes.unknown(self.span, why);
        Ok(Value::unknown(Some(note)))
    }
}
