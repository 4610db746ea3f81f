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
    /// The `definitions` of an OpenAPI document.
    Document {
        /// The definitions.
        definitions: Value,
        /// Whether Kubernetes' own types count besides: when objects were read before the document was named.
        beside_builtin: bool,
    },
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
        /// Whether a reference may lead to one of Kubernetes' own types.
        beside_builtin: bool,
    },
}

impl Schemas {
    /// The schema of an object, by its `apiVersion` and `kind`.
    pub fn of(&self, object: &Value) -> Option<Schema<'_>> {
        let (_, _) = (object.get("apiVersion")?, object.get("kind")?);
        let gvk = kind_of(object);
        let builtin = || merge_keys::root(&gvk.group, &gvk.version, &gvk.kind).map(Schema::Type);
        match self {
            Self::Builtin => builtin(),
            Self::Document { definitions, beside_builtin } => {
                let schemas = definitions.as_mapping()?.entries.iter().map(|(_, schema)| schema);
                let is_of_kind = |schema: &&Value| {
                    let kinds = schema.get("x-kubernetes-group-version-kind").and_then(Value::as_items);
                    kinds.unwrap_or_default().iter().any(|kind| {
                        let part = |name| kind.get(name).and_then(Value::as_str).unwrap_or_default();
                        part("group") == gvk.group && part("version") == gvk.version && part("kind") == gvk.kind
                    })
                };
                let own = schemas.into_iter().find(is_of_kind).map(|schema| Schema::Custom {
                    definitions,
                    schema,
                    beside_builtin: *beside_builtin,
                });
                own.or_else(|| builtin().filter(|_| *beside_builtin))
            }
        }
    }
}

impl<'a> Schema<'a> {
    /// The schema of a field.
    pub fn field(self, key: &str) -> Option<Self> {
        match self.resolved()? {
            Self::Type(name) | Self::Field(Shape::Object(name)) => shape(name, key).map(Self::Field),
            Self::Field(_) => None,
            Self::Custom { definitions, schema, beside_builtin } => {
                let property = schema.get("properties").and_then(|properties| properties.get(key));
                let schema = property.or_else(|| schema.get("additionalProperties"))?;
                Some(Self::Custom { definitions, schema, beside_builtin })
            }
        }
    }

    /// The schema of the elements of a list.
    pub fn elements(self) -> Option<Self> {
        match self.resolved()? {
            Self::Field(Shape::List(name) | Shape::Merged(name, _)) => Some(Self::Type(name)),
            Self::Type(_) | Self::Field(Shape::Object(_)) => None,
            Self::Custom { definitions, schema, beside_builtin } => {
                Some(Self::Custom { definitions, schema: schema.get("items")?, beside_builtin })
            }
        }
    }

    /// The keys by which a list is merged (none: as a set of plain values); `None` when it is replaced.
    pub fn merge_keys(self) -> Option<Vec<&'a str>> {
        match self.resolved()? {
            Self::Field(Shape::Merged(_, keys)) => Some(keys.to_vec()),
            Self::Type(_) | Self::Field(_) => None,
            Self::Custom { schema, .. } => {
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
    fn resolved(self) -> Option<Self> {
        let Self::Custom { definitions, mut schema, beside_builtin } = self else { return Some(self) };
        for _ in 0..8 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
                return Some(Self::Custom { definitions, schema, beside_builtin });
            };
            let name = reference.rsplit('/').next()?;
            match definitions.get(name) {
                Some(definition) => schema = definition,
                None if beside_builtin => return merge_keys::named(name.rsplit('.').next()?).map(Self::Type),
                None => return None,
            }
        }
        None
    }
}

fn shape(type_name: &str, key: &str) -> Option<Shape> {
    merge_keys::fields(type_name).iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape)
}
