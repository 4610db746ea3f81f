//! The types of expressions, and the notation that signatures are written in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum CelType {
    /// Not known before the evaluation.
    Dyn,
    /// The type of `null`.
    Null,
    /// `bool`
    Bool,
    /// `int`: 64 bits with a sign.
    Int,
    /// `uint`: 64 bits without a sign.
    Uint,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// `google.protobuf.Duration`
    Duration,
    /// A list of elements.
    List(Arc<CelType>),
    /// A map of keys to values.
    Map(Arc<(CelType, CelType)>),
    /// The type of a type.
    Type(Arc<CelType>),
    /// `optional_type`
    Optional(Arc<CelType>),
    /// A scalar or null: `google.protobuf.Int32Value` and its like.
    Wrapper(Arc<CelType>),
    /// A type of a library, of which only its functions know more.
    Opaque(&'static str),
    /// An object with fixed fields, such as `request`.
    Object(Arc<FieldTypes>),
    /// A type parameter of a signature.
    Parameter(char),
    /// A type that is still to be found, by its number.
    Variable(usize),
}

/// A type with fixed fields.
#[derive(Clone, Debug)]
pub struct FieldTypes {
    /// The name of the type.
    pub name: String,
    /// The types of its fields.
    pub fields: BTreeMap<String, CelType>,
}

impl PartialEq for FieldTypes {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Types of libraries: their names in signatures, and in Kubernetes.
const OPAQUE: [(&str, &str); 11] = [
    ("quantity", "kubernetes.Quantity"),
    ("url", "kubernetes.URL"),
    ("ip", "net.IP"),
    ("cidr", "net.CIDR"),
    ("semver", "kubernetes.Semver"),
    ("format", "kubernetes.NamedFormat"),
    ("authorizer", "kubernetes.authorization.Authorizer"),
    ("path_check", "kubernetes.authorization.PathCheck"),
    ("group_check", "kubernetes.authorization.GroupCheck"),
    ("resource_check", "kubernetes.authorization.ResourceCheck"),
    ("decision", "kubernetes.authorization.Decision"),
];

impl CelType {
    /// A list of elements of a type.
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    /// A map.
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new((key, value)))
    }

    /// An optional value of a type.
    pub fn optional(of: Self) -> Self {
        Self::Optional(Arc::new(of))
    }

    /// The type of a type.
    pub fn type_of(of: Self) -> Self {
        Self::Type(Arc::new(of))
    }

    /// Returns the type that an expression names: `string`, `google.protobuf.Duration`, `net.IP`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "int" => Self::Int,
            "uint" => Self::Uint,
            "double" => Self::Double,
            "string" => Self::String,
            "bytes" => Self::Bytes,
            "null_type" => Self::Null,
            "dyn" => Self::Dyn,
            "list" => Self::list(Self::Dyn),
            "map" => Self::map(Self::Dyn, Self::Dyn),
            "type" => Self::type_of(Self::Dyn),
            "optional_type" => Self::optional(Self::Dyn),
            "google.protobuf.Timestamp" => Self::Timestamp,
            "google.protobuf.Duration" => Self::Duration,
            _ => Self::Opaque(OPAQUE.iter().find(|(_, full)| *full == name)?.1),
        })
    }

    /// Returns the type of the field of a wrapper message, by the name of the message.
    pub fn wrapped(message: &str) -> Option<Self> {
        Some(match message.strip_prefix("google.protobuf.")?.strip_suffix("Value")? {
            "Bool" => Self::Bool,
            "Bytes" => Self::Bytes,
            "Double" | "Float" => Self::Double,
            "Int32" | "Int64" => Self::Int,
            "UInt32" | "UInt64" => Self::Uint,
            "String" => Self::String,
            _ => return None,
        })
    }

    /// Reads a type from the beginning of a signature, and returns what follows it. A single capital is a parameter.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let length = text.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(text.len());
        let (name, rest) = text.split_at(length);
        if let [letter @ b'A'..=b'Z'] = name.as_bytes() {
            return Some((Self::Parameter(char::from(*letter)), rest));
        }
        let simple = match name {
            "timestamp" => Some(Self::Timestamp),
            "duration" => Some(Self::Duration),
            _ => OPAQUE.iter().find(|(short, _)| *short == name).map(|(_, full)| Self::Opaque(full)),
        };
        if let Some(simple) = simple {
            return Some((simple, rest));
        }
        let Some(inner) = rest.strip_prefix('(').filter(|_| matches!(name, "list" | "map" | "optional" | "type"))
        else {
            return Some((Self::named(name)?, rest));
        };
        let (first, rest) = Self::read(inner)?;
        if name == "map" {
            let (second, rest) = Self::read(rest.strip_prefix(", ")?)?;
            return Some((Self::map(first, second), rest.strip_prefix(')')?));
        }
        let rest = rest.strip_prefix(')')?;
        let ty = match name {
            "list" => Self::list(first),
            "optional" => Self::optional(first),
            _ => Self::type_of(first),
        };
        Some((ty, rest))
    }

    /// Returns it with each type in it that is no compound replaced by what `replace` gives for it.
    #[must_use]
    pub(super) fn replaced(&self, replace: &mut impl FnMut(&Self) -> Option<Self>) -> Self {
        if let Some(other) = replace(self) {
            return other;
        }
        match self {
            Self::List(element) => Self::list(element.replaced(replace)),
            Self::Map(entry) => Self::map(entry.0.replaced(replace), entry.1.replaced(replace)),
            Self::Type(of) => Self::type_of(of.replaced(replace)),
            Self::Optional(of) => Self::optional(of.replaced(replace)),
            other => other.clone(),
        }
    }

    /// Returns the name that `format` and `type()` print.
    pub fn runtime_name(&self) -> String {
        match self {
            Self::List(_) => "list".into(),
            Self::Map(_) => "map".into(),
            Self::Type(_) => "type".into(),
            Self::Optional(_) => "optional_type".into(),
            Self::Null => "null_type".into(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for CelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn | Self::Parameter(_) | Self::Variable(_) => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Timestamp => f.write_str("google.protobuf.Timestamp"),
            Self::Duration => f.write_str("google.protobuf.Duration"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Map(entry) => write!(f, "map({}, {})", entry.0, entry.1),
            Self::Type(of) => write!(f, "type({of})"),
            Self::Optional(of) => write!(f, "optional_type({of})"),
            Self::Wrapper(of) => write!(f, "wrapper({of})"),
            Self::Opaque(name) => f.write_str(name),
            Self::Object(object) => f.write_str(&object.name),
        }
    }
}
