//! How the lists in an object are merged: by Kubernetes' own types, or by an OpenAPI document that an
//! `openapi` field names.

use super::identity::kind_of;
use super::merge_keys::{self, Shape};
use crate::model::Value;

/// What is known of the types of all objects.
#[derive(Clone, Debug, Default)]
pub enum Schemas {
    /// Kubernetes' own types.
    #[default]
    Builtin,
    /// The `definitions` of an OpenAPI document, which take the place of Kubernetes' own.
    Document(Value),
}

/// What is known of one value.
#[derive(Clone, Copy, Debug)]
pub enum Schema<'a> {
    /// An object of one of Kubernetes' types.
    Type(&'static str),
    /// A field of one of Kubernetes' types.
    Field(Shape),
    /// A schema of a document, with the definitions it may refer to.
    Custom {
        /// All definitions.
        definitions: &'a Value,
        /// The schema.
        schema: &'a Value,
    },
}

impl Schemas {
    /// The schema of an object, by its `apiVersion` and `kind`.
    pub fn of(&self, object: &Value) -> Option<Schema<'_>> {
        let (_, _) = (object.get("apiVersion")?, object.get("kind")?);
        let gvk = kind_of(object);
        match self {
            Self::Builtin => merge_keys::root(&gvk.group, &gvk.version, &gvk.kind).map(Schema::Type),
            Self::Document(definitions) => {
                let schemas = definitions.as_mapping()?.entries.iter().map(|(_, schema)| schema);
                let is_of_kind = |schema: &&Value| {
                    let kinds = schema.get("x-kubernetes-group-version-kind").and_then(Value::as_items);
                    kinds.unwrap_or_default().iter().any(|kind| {
                        let part = |name| kind.get(name).and_then(Value::as_str).unwrap_or_default();
                        part("group") == gvk.group && part("version") == gvk.version && part("kind") == gvk.kind
                    })
                };
                schemas.into_iter().find(is_of_kind).map(|schema| Schema::Custom { definitions, schema })
            }
        }
    }
}

impl<'a> Schema<'a> {
    /// The schema of a field.
    pub fn field(self, key: &str) -> Option<Self> {
        match self {
            Self::Type(name) => shape(name, key).map(Self::Field),
            Self::Field(Shape::Object(name)) => shape(name, key).map(Self::Field),
            Self::Field(_) => None,
            Self::Custom { definitions, .. } => {
                let schema = self.resolved()?;
                let property = schema.get("properties").and_then(|properties| properties.get(key));
                let property = property.or_else(|| schema.get("additionalProperties"))?;
                Some(Self::Custom { definitions, schema: property })
            }
        }
    }

    /// The schema of the elements of a list.
    pub fn elements(self) -> Option<Self> {
        match self {
            Self::Field(Shape::List(name) | Shape::Merged(name, _)) => Some(Self::Type(name)),
            Self::Type(_) | Self::Field(Shape::Object(_)) => None,
            Self::Custom { definitions, .. } => {
                let items = self.resolved()?.get("items")?;
                Some(Self::Custom { definitions, schema: items })
            }
        }
    }

    /// The keys by which a list is merged (none: as a set of plain values); `None` when it is replaced.
    pub fn merge_keys(self) -> Option<Vec<&'a str>> {
        match self {
            Self::Field(Shape::Merged(_, keys)) => Some(keys.to_vec()),
            Self::Type(_) | Self::Field(_) => None,
            Self::Custom { .. } => {
                let schema = self.resolved()?;
                schema.get("x-kubernetes-patch-strategy")?.as_str().filter(|strategy| strategy.contains("merge"))?;
                let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_items);
                if let Some(keys) = keys {
                    return Some(keys.iter().filter_map(Value::as_str).collect());
                }
                Some(schema.get("x-kubernetes-patch-merge-key").and_then(Value::as_str).into_iter().collect())
            }
        }
    }

    /// The schema that `$ref` leads to. A definition that only refers on is followed a few times.
    fn resolved(self) -> Option<&'a Value> {
        let Self::Custom { definitions, mut schema } = self else { return None };
        for _ in 0..8 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some(schema) };
            schema = definitions.get(reference.rsplit('/').next()?)?;
        }
        None
    }
}

fn shape(type_name: &str, key: &str) -> Option<Shape> {
    merge_keys::fields(type_name).iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape)
}
