//! Fields and elements: what is there, what is absent, what is not known.

use super::super::compare;
use super::super::error::CelError;
use super::super::function::Failure;
use super::super::library;
use super::super::program::Read;
use super::super::text::plain;
use super::super::value::{CelData, CelValue};
use super::{Evaluated, Evaluator, cost, unknown, written};
use crate::model::{Cause, Step, Text, TraceId, Value};
use crate::source::Span;
use std::sync::Arc;

/// What a look into a value finds.
enum Found {
    /// A part, and the value of the model that it is.
    Part(CelValue, Option<Value>),
    /// Nothing, with the error of reading it plainly.
    Absent(String),
    /// Nothing that is known.
    Unknown(Vec<Cause>),
    /// What can hold no such part.
    Wrong(String),
}

fn field(base: &CelData, name: &str) -> Found {
    let absent = || Found::Absent(format!("no such key: {name}"));
    match base {
        CelData::Unknown(unknown) => Found::Unknown(unknown.causes.clone()),
        CelData::Map(map) => match compare::find(map, &CelData::string(name)) {
            Some((value, model)) => Found::Part(value, model.cloned()),
            None => map.open().map_or_else(absent, |causes| Found::Unknown((**causes).clone())),
        },
        CelData::List(_) => Found::Wrong(format!("unsupported index type 'string' in list: {name}")),
        _ => absent(),
    }
}

fn element(base: &CelData, key: &CelData) -> Found {
    if let CelData::Unknown(unknown) = key {
        return Found::Unknown(unknown.causes.clone());
    }
    match base {
        CelData::Unknown(unknown) => Found::Unknown(unknown.causes.clone()),
        CelData::Map(map) => match compare::find(map, key) {
            Some((value, model)) => Found::Part(value, model.cloned()),
            None => match map.open() {
                Some(causes) => Found::Unknown((**causes).clone()),
                None => Found::Absent(format!("no such key: {}", plain(key))),
            },
        },
        CelData::List(list) => match library::index(key) {
            Ok(at) => match usize::try_from(at).ok().and_then(|at| list.get(at)) {
                Some((item, model)) => Found::Part(item, model.cloned()),
                None => Found::Absent(format!("index out of bounds: {at}")),
            },
            Err(Failure::Error(message)) => Found::Wrong(message),
            Err(Failure::Undecided) => Found::Unknown(Vec::new()),
        },
        _ => Found::Absent(format!("no such key: {}", plain(key))),
    }
}

impl Evaluator<'_> {
    pub(super) fn select(&mut self, base: &CelValue, name: &Text, read: Read, span: Span) -> Evaluated {
        let step = Step::Key(name.clone());
        self.read(base, |data| field(data, name), Some(&step), None, read, span)
    }

    pub(super) fn index(&mut self, base: &CelValue, key: &CelValue, read: Read, span: Span) -> Evaluated {
        let step = match &key.data {
            CelData::String(text) => Some(Step::Key(text.clone())),
            CelData::Int(at) => Some(Step::Index(*at)),
            _ => None,
        };
        self.read(base, |data| element(data, &key.data), step.as_ref(), key.trace, read, span)
    }

    fn read(
        &mut self,
        base: &CelValue,
        look: impl Fn(&CelData) -> Found,
        step: Option<&Step>,
        key: Option<TraceId>,
        read: Read,
        span: Span,
    ) -> Evaluated {
        // What is read from an optional is optional: nothing comes of nothing.
        let (inner, read) = match (&base.data, read) {
            (CelData::Optional(None), Read::Test) => {
                return Ok(self.computed(CelData::Bool(false).into(), [base.trace], span));
            }
            (CelData::Optional(None), _) => return Ok(base.clone()),
            (CelData::Optional(Some(inner)), Read::Plain) => (&**inner, Read::Optional),
            (CelData::Optional(Some(inner)), read) => (&**inner, read),
            (_, read) => (base, read),
        };
        let found = look(&inner.data);
        let is_free = read == Read::Test || read == Read::Optional && matches!(found, Found::Absent(_));
        self.pay(if is_free { 0 } else { cost::READ })?;
        let from = inner.trace.or(base.trace);
        let sensitive = base.sensitive;
        let note = |model: Option<&Value>| self.stepped(from, step.cloned(), key, || written(model, span), span);
        match (found, read) {
            (Found::Part(CelValue { data: CelData::Unknown(unknown), .. }, model), Read::Test)
                if unknown.may_be_absent() =>
            {
                let data = CelData::Unknown(unknown);
                Ok(CelValue { data, trace: note(model.as_ref()), sensitive: false })
            }
            (Found::Part(_, model), Read::Test) => {
                Ok(CelValue { data: CelData::Bool(true), trace: note(model.as_ref()), sensitive: false })
            }
            (Found::Part(value, model), read) => {
                // A part of what the expression put together itself keeps its node.
                let trace = if value.trace.is_some() { value.trace } else { note(model.as_ref()) };
                let value = CelValue { trace, sensitive: sensitive || value.sensitive, ..value };
                if read == Read::Plain || value.data.as_unknown().is_some() {
                    return Ok(value);
                }
                let data = CelData::Optional(Some(Arc::new(value)));
                Ok(CelValue { data, trace, sensitive })
            }
            (Found::Unknown(causes), _) => Ok(CelValue { trace: note(None), sensitive, ..unknown(causes) }),
            (Found::Absent(_), Read::Test) => {
                Ok(CelValue { data: CelData::Bool(false), trace: note(None), sensitive: false })
            }
            (Found::Absent(_), Read::Optional) => {
                Ok(CelValue { data: CelData::Optional(None), trace: note(None), sensitive })
            }
            (Found::Absent(message) | Found::Wrong(message), _) => {
                Err(CelError { message, trace: note(None), is_final: false })
            }
        }
    }
}
