//! Parameters of a constraint by the schema of its template: the defaults that the API server adds, and what it refuses.
//!
//! The schema is the one of a CustomResourceDefinition that Gatekeeper makes of the template.

use crate::model::{Data, Value};
use crate::source::Span;

/// A schema, of which the fields that matter here are read.
#[derive(Clone, Copy)]
pub struct ParameterSchema<'v> {
    schema: &'v Value,
    /// Whether fields that it does not name are kept: `legacySchema`.
    is_legacy: bool,
}

impl<'v> ParameterSchema<'v> {
    /// The schema of a template's parameters.
    pub fn new(schema: &'v Value, is_legacy: bool) -> Self {
        Self { schema, is_legacy }
    }

    fn field(self, name: &str) -> Option<&'v Value> {
        self.schema.get(name).filter(|value| !value.is_null())
    }

    fn of(self, schema: &'v Value) -> Self {
        Self { schema, ..self }
    }

    /// The schema of a field of an object; `None` where nothing is said of it.
    fn property(self, name: &str) -> Option<Self> {
        let additional = || self.field("additionalProperties").filter(|value| value.as_mapping().is_some());
        self.field("properties")
            .and_then(|properties| properties.get(name))
            .or_else(additional)
            .map(|found| self.of(found))
    }

    fn elements(self) -> Option<Self> {
        self.field("items").map(|found| self.of(found))
    }

    /// The default of the whole value.
    fn default(self) -> Option<&'v Value> {
        self.field("default")
    }

    /// Adds the defaults of fields that are absent, and of fields that are null though they may not be. A field that is
    /// absent itself gets no parts. Source: pkg/apiserver/schema/defaulting in kubernetes/apiextensions-apiserver.
    pub fn complete(self, value: Option<&Value>) -> Option<Value> {
        let is_nullable = || self.field("nullable").and_then(Value::as_bool) == Some(true);
        let given = value.filter(|value| !value.is_null() || is_nullable());
        let mut completed = given.or(self.default())?.clone();
        let properties = self.field("properties").and_then(Value::as_mapping);
        let additional = self.field("additionalProperties").filter(|found| found.as_mapping().is_some());
        if let Some(fields) = completed.as_mapping_mut() {
            for (name, schema) in properties.into_iter().flat_map(|properties| &properties.entries) {
                match self.of(schema).complete(fields.get(name)) {
                    Some(value) => fields.set(name.clone(), value),
                    // A null that may not stand there.
                    None => drop(fields.remove(name)),
                }
            }
            let is_named = |name: &str| properties.is_some_and(|properties| properties.get(name).is_some());
            if let Some(schema) = additional {
                for (_, value) in fields.entries.iter_mut().filter(|(name, _)| !is_named(name)) {
                    if let Some(completed) = self.of(schema).complete(Some(value)) {
                        *value = completed;
                    }
                }
            }
        } else if let (Some(items), Some(schema)) = (completed.as_items_mut(), self.elements()) {
            for item in items {
                if let Some(completed) = schema.complete(Some(item)) {
                    *item = completed;
                }
            }
        }
        Some(completed)
    }

    /// Returns what the API server refuses of parameters that have their defaults, with the places. `path` is the way to
    /// them.
    pub fn refused(self, value: &Value, path: &str) -> Vec<(String, Span)> {
        let mut refused = Vec::new();
        self.check(value, path, &mut refused);
        refused
    }

    fn check(self, value: &Value, path: &str, refused: &mut Vec<(String, Span)>) {
        if value.is_unknown() {
            return;
        }
        let place = value.origin.span;
        if let Some(wanted) = self.field("type").and_then(Value::as_str)
            && !is_of_type(value, wanted)
        {
            refused.push((format!("`{path}` is not of the type `{wanted}`, which the template wants"), place));
            return;
        }
        if let Some(fields) = value.as_mapping() {
            let header = fields.header.unwrap_or(place);
            for name in self.field("required").and_then(Value::as_items).unwrap_or_default() {
                let Some(name) = name.as_str().filter(|name| fields.get(name).is_none() && fields.open.is_none())
                else {
                    continue;
                };
                refused.push((format!("`{path}.{name}` is absent, and the template requires it"), header));
            }
            for (name, value) in &fields.entries {
                match self.property(name) {
                    Some(schema) => schema.check(value, &format!("{path}.{name}"), refused),
                    None if self.keeps_all() => {}
                    None => {
                        let message = format!("`{path}.{name}` is unknown to the template's schema");
                        refused.push((message, value.origin.span));
                    }
                }
            }
        } else if let (Some(items), Some(schema)) = (value.as_items(), self.elements()) {
            for (at, item) in items.iter().enumerate() {
                schema.check(item, &format!("{path}[{at}]"), refused);
            }
        }
    }

    /// Whether an object may have fields that the schema does not name.
    fn keeps_all(self) -> bool {
        let is_true = |name: &str| self.field(name).and_then(Value::as_bool) == Some(true);
        self.is_legacy || is_true("x-kubernetes-preserve-unknown-fields") || is_true("additionalProperties")
    }
}

/// Whether a value is of a type of a schema. A number in YAML may be an integer.
fn is_of_type(value: &Value, wanted: &str) -> bool {
    match (wanted, &value.data) {
        (_, Data::Unknown(_) | Data::Null(_)) => true,
        ("string", data) => matches!(data, Data::String(_)),
        ("boolean", data) => matches!(data, Data::Bool(_)),
        ("integer" | "number", data) => matches!(data, Data::Number(_)),
        ("array", _) => value.as_items().is_some(),
        ("object", _) => value.as_mapping().is_some(),
        _ => true,
    }
}
