//! Types of values, as Terraform has them. Kubernetes and Dockerfile values use a part of them.

use super::Text;
use std::fmt;
use std::sync::Arc;

/// The type of a value. Collections have one element type; tuples and objects one per element.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Not known before evaluation (`any`, the type of an untyped null).
    Dynamic,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(T)`
    List(Arc<Type>),
    /// `set(T)`
    Set(Arc<Type>),
    /// `map(T)`
    Map(Arc<Type>),
    /// `tuple([…])`
    Tuple(Arc<Vec<Type>>),
    /// `object({…})`
    Object(Arc<ObjectType>),
}

/// What a type is, whatever its elements are: quickly told of a value, however large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in `Type`")]
pub enum TypeKind {
    Dynamic,
    Bool,
    Number,
    String,
    List,
    Set,
    Map,
    Tuple,
    Object,
}

impl Type {
    /// What it is.
    pub fn kind(&self) -> TypeKind {
        match self {
            Self::Dynamic => TypeKind::Dynamic,
            Self::Bool => TypeKind::Bool,
            Self::Number => TypeKind::Number,
            Self::String => TypeKind::String,
            Self::List(_) => TypeKind::List,
            Self::Set(_) => TypeKind::Set,
            Self::Map(_) => TypeKind::Map,
            Self::Tuple(_) => TypeKind::Tuple,
            Self::Object(_) => TypeKind::Object,
        }
    }
}

/// The attributes of an object type, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct ObjectType {
    /// Name and type, sorted by name.
    pub fields: Vec<(Text, Type)>,
    /// Names that a value converted to this type may lack (`optional(T)`), sorted.
    pub optional: Vec<Text>,
}

impl ObjectType {
    /// The type of one attribute.
    pub fn get(&self, name: &str) -> Option<&Type> {
        let at = self.fields.binary_search_by(|(key, _)| key.as_str().cmp(name)).ok()?;
        self.fields.get(at).map(|(_, ty)| ty)
    }
}

impl fmt::Display for TypeKind {
    /// The word for it in messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dynamic => "value",
            Self::Bool => "bool",
            Self::Number => "number",
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::Map => "map",
            Self::Tuple => "tuple",
            Self::Object => "object",
        })
    }
}

impl fmt::Display for Type {
    /// As in a type constraint: `list(string)`, `object({a = number})`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("dynamic"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                let elements: Vec<_> = elements.iter().map(ToString::to_string).collect();
                write!(f, "tuple([{}])", elements.join(", "))
            }
            Self::Object(object) => {
                let fields: Vec<_> = object.fields.iter().map(|(key, ty)| format!("{key} = {ty}")).collect();
                write!(f, "object({{{}}})", fields.join(", "))
            }
        }
    }
}
