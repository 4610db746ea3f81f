//! What a structural schema says: which fields an object of a custom kind has, and what stands in them.
//!
//! Knows no definitions and no objects. Source: Kubernetes, "Specifying a structural schema" and "Field pruning" of the
//! tasks on custom resources.

use crate::model::{Data, Value};

/// What may stand in a value, by a structural schema.
#[derive(Clone, Copy)]
pub(super) struct CustomSchema<'s> {
    /// `None` where nothing is said of it.
    said: Option<&'s Value>,
    /// Whether it is of an object of its own, which has `apiVersion`, `kind` and `metadata`.
    is_object: bool,
}

/// What a value is.
#[derive(Clone, Copy)]
pub(super) enum CustomShape<'s> {
    /// Anything: the schema does not say, or not all of it is known.
    Any,
    /// An object with fields of its own.
    Object,
    /// Values by any key.
    Map(CustomSchema<'s>),
    /// Values in order.
    List(CustomSchema<'s>),
    String,
    Number,
    Bool,
    IntOrString,
}

impl CustomShape<'_> {
    pub fn word(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Map(_) => "a map",
            Self::List(_) => "a list",
            Self::String | Self::Any => "a string",
            Self::Number => "a number",
            Self::Bool => "a bool",
            Self::IntOrString => "a number or a string",
        }
    }
}

/// What every object has.
const OF_EVERY_OBJECT: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl<'s> CustomSchema<'s> {
    /// The schema that is written in a value.
    pub fn of(said: &'s Value) -> Self {
        let is_object = said.get("x-kubernetes-embedded-resource").and_then(Value::as_bool) == Some(true);
        Self { said: Some(said), is_object }
    }

    /// The schema of what is not compared.
    fn of_anything() -> Self {
        Self { said: None, is_object: false }
    }

    fn get(self, key: &str) -> Option<&'s Value> {
        self.said?.get(key)
    }

    /// The same as the schema of a whole object.
    pub fn of_object(self) -> Self {
        Self { is_object: true, ..self }
    }

    pub fn shape(self) -> CustomShape<'s> {
        if self.is_true("x-kubernetes-int-or-string") {
            return CustomShape::IntOrString;
        }
        match self.get("type").and_then(Value::as_str) {
            _ if self.is_object => CustomShape::Object,
            Some("object") if self.get("properties").is_some() => CustomShape::Object,
            Some("object") => self.inside("additionalProperties").map_or(CustomShape::Any, CustomShape::Map),
            Some("array") => self.inside("items").map_or(CustomShape::Any, CustomShape::List),
            Some("string") => CustomShape::String,
            Some("integer" | "number") => CustomShape::Number,
            Some("boolean") => CustomShape::Bool,
            _ => CustomShape::Any,
        }
    }

    /// The fields with a schema.
    pub fn fields(self) -> impl Iterator<Item = (&'s str, Self)> {
        let said = self.get("properties").and_then(Value::as_mapping).into_iter();
        let said = said.flat_map(|mapping| &mapping.entries).map(|(name, schema)| (name.as_str(), Self::of(schema)));
        let common = OF_EVERY_OBJECT.iter().filter(move |_| self.is_object).map(|name| (*name, Self::of_anything()));
        common.chain(said.filter(move |(name, _)| !self.is_object || !OF_EVERY_OBJECT.contains(name)))
    }

    pub fn field(self, name: &str) -> Option<Self> {
        if self.is_object && OF_EVERY_OBJECT.contains(&name) {
            return Some(Self::of_anything());
        }
        self.get("properties")?.get(name).map(Self::of)
    }

    /// What stands in the objects that are values of it: its own fields, or those of its elements.
    pub fn inner(self) -> Option<Self> {
        match self.shape() {
            CustomShape::Object => Some(self),
            CustomShape::Map(inner) | CustomShape::List(inner) => inner.inner(),
            _ => None,
        }
    }

    /// Whether fields without a schema stay, or may have one that is not known here.
    pub fn keeps_unknown(self) -> bool {
        let properties = self.get("properties");
        let is_whole = |value: &Value| value.as_mapping().is_some_and(|mapping| mapping.open.is_none());
        self.is_true("x-kubernetes-preserve-unknown-fields")
            || self.get("additionalProperties").is_some()
            || !properties.is_some_and(is_whole)
            || !self.said.is_some_and(is_whole)
    }

    /// Whether a field, of which `said` is said, must be given: what has a default is there.
    pub fn requires(self, name: &str, said: CustomSchema<'_>) -> bool {
        let required = self.get("required").and_then(Value::as_items).unwrap_or_default();
        required.iter().any(|one| one.as_str() == Some(name))
            && !OF_EVERY_OBJECT.contains(&name)
            && said.get("default").is_none()
    }

    fn inside(self, key: &str) -> Option<Self> {
        self.get(key).filter(|inner| matches!(inner.data, Data::Mapping(_))).map(Self::of)
    }

    fn is_true(self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool) == Some(true)
    }
}
