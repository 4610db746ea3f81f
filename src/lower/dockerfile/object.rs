//! Making objects of the model.

use crate::model::{Data, Mapping, Text, Value};
use crate::source::Span;
use std::sync::Arc;

/// An object under construction. What is written nowhere stands at its header.
pub(super) struct Object {
    entries: Vec<(Text, Value)>,
    header: Span,
}

impl Object {
    /// An object announced at `header`.
    pub(super) fn new(header: Span) -> Self {
        Self { entries: Vec::new(), header }
    }

    /// Sets an attribute.
    pub(super) fn set(&mut self, name: &str, value: Value) -> &mut Self {
        self.entries.push((name.into(), value));
        self
    }

    /// Sets an attribute, to null where there is no value.
    pub(super) fn set_or_null(&mut self, name: &str, value: Option<Value>) -> &mut Self {
        let value = value.unwrap_or_else(|| Value::null(self.header));
        self.set(name, value)
    }

    /// Sets a string that is told, not written.
    pub(super) fn text(&mut self, name: &str, text: impl Into<Text>) -> &mut Self {
        self.set(name, Value::string(text, self.header))
    }

    /// Sets a truth that is told, not written.
    pub(super) fn bool(&mut self, name: &str, value: bool) -> &mut Self {
        self.set(name, Value::bool(value, self.header))
    }

    /// Sets a number that is told, not written.
    pub(super) fn number(&mut self, name: &str, value: usize) -> &mut Self {
        self.set(name, Value::number(i64::try_from(value).unwrap_or(i64::MAX), self.header))
    }

    /// Sets a list.
    pub(super) fn list(&mut self, name: &str, items: Vec<Value>) -> &mut Self {
        self.set(name, Value::tuple(items, self.header))
    }

    /// The object, which stands at `span`.
    pub(super) fn value(self, span: Span) -> Value {
        Value::new(Data::Mapping(Arc::new(Mapping::object(self.entries, Some(self.header)))), span)
    }
}
