//! The values of expressions.
//!
//! What an expression reads from an object stays a value of the model until something computes with it: lists and
//! maps are shared, and their parts are converted when they are read. An unknown value keeps its causes.

use super::quantity::Quantity;
use super::types::CelType;
use super::version::Version;
use crate::model::{Cause, Data, Mapping, Sequence, Text, TraceId, Unknown, Value};
use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::Arc;

/// A value, and what it is owed to.
#[derive(Clone, Debug)]
pub struct CelValue {
    /// What it is.
    pub data: CelData,
    /// Its node in the trace, in an evaluation that keeps one.
    pub trace: Option<TraceId>,
    /// Whether it must not be shown.
    pub sensitive: bool,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum CelData {
    /// `null`
    Null,
    /// A `bool`.
    Bool(bool),
    /// An `int`.
    Int(i64),
    /// A `uint`.
    Uint(u64),
    /// A `double`.
    Double(f64),
    /// A `string`.
    String(Text),
    /// `bytes`
    Bytes(Arc<[u8]>),
    /// A point in time.
    Timestamp(Timestamp),
    /// A length of time in nanoseconds.
    Duration(i64),
    /// A list.
    List(CelList),
    /// A map, or an object.
    Map(CelMap),
    /// A type.
    Type(CelType),
    /// `optional.of(x)`, `optional.none()`
    Optional(Option<Arc<CelValue>>),
    /// A quantity of Kubernetes: `1Gi`.
    Quantity(Arc<Quantity>),
    /// A URL or a path on a server.
    Url(Arc<super::url::Url>),
    /// An IP address.
    Ip(IpAddr),
    /// An address with the length of its network's prefix.
    Cidr(IpAddr, u8),
    /// A semantic version.
    Semver(Arc<Version>),
    /// A named format of strings.
    Format(&'static str),
    /// Not known, and why.
    Unknown(Arc<Unknown>),
}

/// A list.
#[derive(Clone, Debug)]
pub enum CelList {
    /// As it is in an object.
    Model(Arc<Sequence>),
    /// As an expression made it.
    Made(Arc<Vec<CelValue>>),
}

/// A map.
#[derive(Clone, Debug)]
pub enum CelMap {
    /// As it is in an object.
    Model(Arc<Mapping>),
    /// As an expression made it: each key once, in order of their first mention.
    Made(Arc<Vec<(CelValue, CelValue)>>),
}

impl From<CelData> for CelValue {
    fn from(data: CelData) -> Self {
        Self { data, trace: None, sensitive: false }
    }
}

impl From<&Value> for CelValue {
    fn from(value: &Value) -> Self {
        let data = match &value.data {
            Data::Null(_) => CelData::Null,
            Data::Bool(value) => CelData::Bool(*value),
            Data::Number(number) => number.as_i64().map_or_else(|| CelData::Double(number.as_f64()), CelData::Int),
            Data::String(text) => CelData::String(text.clone()),
            Data::Sequence(sequence) => CelData::List(CelList::Model(sequence.clone())),
            Data::Mapping(mapping) => CelData::Map(CelMap::Model(mapping.clone())),
            Data::Unknown(unknown) => CelData::Unknown(unknown.clone()),
        };
        Self { data, trace: value.trace, sensitive: value.sensitive }
    }
}

impl CelData {
    /// A string.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::String(text.into())
    }

    /// A list of values without traces.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(CelList::Made(Arc::new(items.into_iter().map(CelValue::from).collect())))
    }

    /// A list of values.
    pub fn list_of(items: Vec<CelValue>) -> Self {
        Self::List(CelList::Made(Arc::new(items)))
    }

    /// A map with these entries, whose keys differ.
    pub fn map_of(entries: Vec<(CelValue, CelValue)>) -> Self {
        Self::Map(CelMap::Made(Arc::new(entries)))
    }

    /// A map with these fields.
    pub fn fields<'a>(fields: impl IntoIterator<Item = (&'a str, CelValue)>) -> Self {
        Self::map_of(fields.into_iter().map(|(name, value)| (Self::string(name).into(), value)).collect())
    }

    /// An unknown, for these causes.
    pub fn unknown(causes: Vec<Cause>) -> Self {
        Self::Unknown(Arc::new(Unknown {
            ty: crate::model::Type::Dynamic,
            causes,
            symbol: None,
            refinement: crate::model::Refinement::default(),
        }))
    }

    /// Returns the type as far as `type()` tells it: without the types of elements.
    pub fn ty(&self) -> CelType {
        match self {
            Self::Null => CelType::Null,
            Self::Bool(_) => CelType::Bool,
            Self::Int(_) => CelType::Int,
            Self::Uint(_) => CelType::Uint,
            Self::Double(_) => CelType::Double,
            Self::String(_) => CelType::String,
            Self::Bytes(_) => CelType::Bytes,
            Self::Timestamp(_) => CelType::Timestamp,
            Self::Duration(_) => CelType::Duration,
            Self::List(_) => CelType::list(CelType::Dyn),
            Self::Map(_) => CelType::map(CelType::Dyn, CelType::Dyn),
            Self::Type(_) => CelType::type_of(CelType::Dyn),
            Self::Optional(_) => CelType::optional(CelType::Dyn),
            Self::Quantity(_) => CelType::Opaque("kubernetes.Quantity"),
            Self::Url(_) => CelType::Opaque("kubernetes.URL"),
            Self::Ip(_) => CelType::Opaque("net.IP"),
            Self::Cidr(..) => CelType::Opaque("net.CIDR"),
            Self::Semver(_) => CelType::Opaque("kubernetes.Semver"),
            Self::Format(_) => CelType::Opaque("kubernetes.NamedFormat"),
            Self::Unknown(_) => CelType::Dyn,
        }
    }

    /// Returns whether a value may stand where a signature has `ty`.
    pub fn is_a(&self, ty: &CelType) -> bool {
        match (self, ty) {
            (_, CelType::Dyn | CelType::Parameter(_) | CelType::Variable(_)) | (Self::Unknown(_), _) => true,
            (Self::List(_), CelType::List(_))
            | (Self::Map(_), CelType::Map(_))
            | (Self::Type(_), CelType::Type(_))
            | (Self::Optional(_), CelType::Optional(_)) => true,
            (other, ty) => other.ty() == *ty,
        }
    }

    /// Returns the unknown, when it is one.
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        if let Self::Unknown(unknown) = self { Some(unknown) } else { None }
    }

    /// Returns the text, when it is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Returns whether it is the zero of its type: `optional.ofNonZeroValue` makes nothing of it.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) => *value == 0,
            Self::Uint(value) => *value == 0,
            Self::Double(value) => *value == 0.0,
            Self::String(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Duration(nanoseconds) => *nanoseconds == 0,
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Optional(value) => value.is_none(),
            _ => false,
        }
    }
}

impl CelValue {
    /// The same value with another node of the trace.
    #[must_use]
    pub fn traced(self, trace: Option<TraceId>) -> Self {
        Self { trace, ..self }
    }
}

impl CelList {
    /// Returns whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many elements there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Model(sequence) => sequence.items.len(),
            Self::Made(items) => items.len(),
        }
    }

    /// Returns an element, and the value of the model that it is.
    pub fn get(&self, at: usize) -> Option<(CelValue, Option<&Value>)> {
        match self {
            Self::Model(sequence) => sequence.items.get(at).map(|item| (item.into(), Some(item))),
            Self::Made(items) => items.get(at).map(|item| (item.clone(), None)),
        }
    }

    /// Returns the elements.
    pub fn iter(&self) -> impl Iterator<Item = CelValue> {
        (0..self.len()).filter_map(|at| self.get(at)).map(|(item, _)| item)
    }
}

impl CelMap {
    /// Returns whether there is no known entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Model(mapping) => mapping.entries.len(),
            Self::Made(entries) => entries.len(),
        }
    }

    /// Returns why there may be more entries.
    pub fn open(&self) -> Option<&Arc<Vec<Cause>>> {
        if let Self::Model(mapping) = self { mapping.open.as_ref() } else { None }
    }

    /// Returns an entry by its number, and the value of the model that it is.
    pub fn entry(&self, at: usize) -> Option<(CelValue, CelValue, Option<&Value>)> {
        match self {
            Self::Model(mapping) => {
                let (key, value) = mapping.entries.get(at)?;
                Some((CelData::String(key.clone()).into(), value.into(), Some(value)))
            }
            Self::Made(entries) => entries.get(at).map(|(key, value)| (key.clone(), value.clone(), None)),
        }
    }

    /// Returns the entries.
    pub fn iter(&self) -> impl Iterator<Item = (CelValue, CelValue)> {
        (0..self.len()).filter_map(|at| self.entry(at)).map(|(key, value, _)| (key, value))
    }
}
