//! A part of an object while it is completed: fields are added where they are absent.

use crate::model::{Cause, Data, Mapping, SequenceKind, Text, Type, Value, Why};
use crate::source::Span;
use serde_json::Value as Json;
use std::sync::Arc;

/// A mapping of an object. What is added has the place that announces the mapping.
pub struct ObjectPart<'m> {
    fields: &'m mut Mapping,
    place: Span,
}

impl<'m> ObjectPart<'m> {
    /// Returns the mapping that a value is; `None` of any other value.
    pub fn of(value: &'m mut Value) -> Option<Self> {
        let span = value.origin.span;
        let fields = value.as_mapping_mut()?;
        let place = fields.header.unwrap_or(span);
        Some(Self { fields, place })
    }

    /// Returns a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// Returns the value at the end of some fields.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.get(first)?, |value, name| value.get(name))
    }

    /// Whether a field is there, known or not.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there is another field than one, or may be.
    pub fn has_other_than(&self, name: &str) -> bool {
        self.fields.open.is_some() || self.fields.entries.iter().any(|(other, _)| other != name)
    }

    /// Returns the text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Returns why a field is not known; nothing of one that is known or absent.
    pub fn causes(&self, name: &str) -> Option<Vec<Cause>> {
        match self.get(name) {
            Some(value) => value.as_unknown().map(|unknown| unknown.causes.clone()),
            None => self.fields.open.as_ref().map(|causes| causes.to_vec()),
        }
    }

    /// Returns what of another place may stand here: a cause that the cluster decides.
    pub fn cluster(&self, what: &str) -> Vec<Cause> {
        vec![Cause { why: Why::Cluster(what.into()), span: self.place }]
    }

    /// Returns the place of what is added.
    pub fn place(&self) -> Span {
        self.place
    }

    /// Sets a field to a value as it is written in JSON.
    pub fn set_json(&mut self, name: &str, given: &Json) {
        let value = made(given, self.place);
        self.fields.set(name, value);
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: Value) {
        self.fields.set(name, value);
    }

    /// Removes a field, and returns what was there.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name)
    }

    /// Adds a field that is absent.
    pub fn add(&mut self, name: &str, given: impl Into<Json>) {
        let place = self.place;
        self.add_value(name, || made(&given.into(), place));
    }

    /// Adds a field that is absent, with a value of the model.
    pub fn add_value(&mut self, name: &str, value: impl FnOnce() -> Value) {
        if self.has(name) {
            return;
        }
        let value = match &self.fields.open {
            Some(causes) => Value::unknown_of(Type::Dynamic, causes.to_vec(), self.place),
            None => value(),
        };
        self.fields.set(name, value);
    }

    /// Adds a field that is there, with a value that is not known.
    pub fn add_unknown(&mut self, name: &str, ty: Type, causes: Vec<Cause>) {
        let place = self.place;
        self.add_value(name, || Value::unknown_of(ty, causes, place));
    }

    /// Adds a field that the cluster decides: its value, and whether it is there at all.
    pub fn leave_to_cluster(&mut self, name: &str, what: &str) {
        self.add_unknown(name, Type::Dynamic, self.cluster(what));
    }

    /// Says that there may be more fields than these.
    pub fn open(&mut self, causes: Vec<Cause>) {
        self.fields.open.get_or_insert_with(|| Arc::new(causes));
    }

    /// Completes what stands in a field.
    pub fn inside(&mut self, name: &str, complete: impl FnOnce(&mut ObjectPart<'_>)) {
        if let Some(mut part) = self.fields.get_mut(name).and_then(ObjectPart::of) {
            complete(&mut part);
        }
    }

    /// Completes what stands in a field, which is there in any case.
    pub fn always(&mut self, name: &str, complete: impl FnOnce(&mut ObjectPart<'_>)) {
        let place = self.place;
        self.add_value(name, || Value::object(Vec::new(), place));
        self.inside(name, complete);
    }

    /// Completes each element of a list.
    pub fn each(&mut self, name: &str, mut complete: impl FnMut(&mut ObjectPart<'_>)) {
        let items = self.fields.get_mut(name).and_then(Value::as_items_mut);
        for mut part in items.into_iter().flatten().filter_map(ObjectPart::of) {
            complete(&mut part);
        }
    }

    /// Adds elements to a list, which may be absent.
    pub fn append(&mut self, name: &str, added: &[Json]) {
        if added.is_empty() {
            return;
        }
        let place = self.place;
        self.add_value(name, || Value::tuple(Vec::new(), place));
        if let Some(items) = self.fields.get_mut(name).and_then(Value::as_items_mut) {
            items.extend(added.iter().map(|item| made(item, place)));
        }
    }
}

/// A value as it is written in JSON, at a place.
fn made(given: &Json, place: Span) -> Value {
    match given {
        Json::Null => Value::null(place),
        Json::Bool(value) => Value::bool(*value, place),
        Json::Number(number) => Value::number(number.as_i64().unwrap_or_default(), place),
        Json::String(text) => Value::string(text.as_str(), place),
        Json::Array(items) => {
            let items = items.iter().map(|item| made(item, place)).collect();
            let sequence = crate::model::Sequence { kind: SequenceKind::Tuple, items, header: Some(place) };
            Value::new(Data::Sequence(Arc::new(sequence)), place)
        }
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (Text::from(name.as_str()), made(value, place)));
            let mapping = Mapping::object(fields.collect(), Some(place));
            Value::new(Data::Mapping(Arc::new(mapping)), place)
        }
    }
}
