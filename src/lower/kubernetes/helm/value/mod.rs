//! Go's values, as Helm's templates see them.
//!
//! Templates tell `int` from `int64` and `[]string` from `[]interface {}`, and change maps in place; so these are
//! values of their own, made for one rendering. Each knows what brought it: the note of a key in a values file,
//! or of the reason why it is not known.

mod bytes;
mod files;
mod glob;
mod list;
mod map;
pub mod moment;
mod note;
mod number;
mod object;
mod text;
mod version;
mod walk;

pub use bytes::lossy;
pub use files::ChartFiles;
pub use list::{Element, List};
pub use map::{Map, MapKind};
pub use moment::Moment;
pub use note::{Notes, Provenance};
pub use number::{Integer, IntegerKind};
pub use object::{Field, Object, ObjectKind};
pub use text::{Place, PlacedText, TEXT_LIMIT, TextBuilder};
pub use version::Version;
pub use walk::copied;

use crate::source::Note;
use ecow::EcoString;
use std::rc::Rc;
use std::sync::Arc;

/// A value, and what brought it. Cloning shares.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// What brought it; of an unknown value, why it is not known.
    pub note: Option<Note>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// No value at all: what a pipeline makes of nil.
    Invalid,
    /// Nil.
    Nil,
    /// `bool`
    Bool(bool),
    /// An integer.
    Integer(Integer),
    /// `float64`
    Float(f64),
    /// `complex128`
    Complex(f64, f64),
    /// `string`
    String(PlacedText),
    /// `[]uint8`
    Bytes(Arc<[u8]>),
    /// Another slice.
    List(Rc<List>),
    /// A map with strings as keys.
    Map(Map),
    /// A struct, or a pointer to one.
    Object(Rc<Object>),
    /// `.Files`
    Files(Rc<ChartFiles>),
    /// A semantic version.
    Version(Rc<Version>),
    /// `time.Time`
    Time(Moment),
    /// `time.Duration`, in nanoseconds.
    Duration(i64),
    /// An error as a value, as `fail` never gives but `mustX` of old charts compare.
    Error(EcoString),
    /// Not known. The note says why.
    Unknown,
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self { data, note: None }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Data::Bool(value).into()
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Data::Float(value).into()
    }
}

impl From<PlacedText> for Value {
    fn from(text: PlacedText) -> Self {
        Data::String(text).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        PlacedText::from(text).into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        PlacedText::from(text).into()
    }
}

impl From<EcoString> for Value {
    fn from(text: EcoString) -> Self {
        PlacedText::from(text).into()
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Data::Map(map).into()
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Data::List(Rc::new(list)).into()
    }
}

impl Value {
    /// Nil.
    pub fn nil() -> Self {
        Data::Nil.into()
    }

    /// An `int`.
    pub fn int(value: i64) -> Self {
        Data::Integer(Integer { value: i128::from(value), kind: IntegerKind::Int }).into()
    }

    /// A `uint8`.
    pub fn byte(value: u8) -> Self {
        Data::Integer(Integer { value: i128::from(value), kind: IntegerKind::Uint8 }).into()
    }

    /// An `int64`.
    pub fn int64(value: i64) -> Self {
        Data::Integer(Integer { value: i128::from(value), kind: IntegerKind::Int64 }).into()
    }

    /// A value that is not known for the reason of `note`.
    pub fn unknown(note: Option<Note>) -> Self {
        Self { data: Data::Unknown, note }
    }

    /// A string that is not known for the reason of `note`; `filled` says that it is not empty.
    pub fn unknown_text(note: Option<Note>, filled: bool) -> Self {
        Self { note, ..PlacedText::unknown(note, filled).into() }
    }

    /// A `[]interface {}`.
    pub fn list(items: Vec<Self>) -> Self {
        List::of(Element::Any, items).into()
    }

    /// A `[]string`.
    pub fn strings<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        List::of(Element::String, items.into_iter().map(Into::into).collect()).into()
    }

    /// The same value, brought by `note` where neither it nor a part of its text says anything itself.
    #[must_use]
    pub fn noted(mut self, note: Option<Note>) -> Self {
        if self.note.is_none() && self.as_text().is_none_or(|text| text.note().is_none()) {
            self.note = note;
        }
        self
    }

    /// Whether it is nil or no value.
    pub fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil | Data::Invalid)
    }

    /// Whether it is not known as a whole.
    pub fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown)
    }

    /// The string, when it is one.
    pub fn as_text(&self) -> Option<&PlacedText> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// The string, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(PlacedText::text)
    }

    /// The list, when it is one.
    pub fn as_list(&self) -> Option<&List> {
        if let Data::List(list) = &self.data { Some(list) } else { None }
    }

    /// The map, when it is one.
    pub fn as_map(&self) -> Option<&Map> {
        if let Data::Map(map) = &self.data { Some(map) } else { None }
    }

    /// Whether a condition takes it for true. `None` when that is not known.
    pub fn truth(&self) -> Option<bool> {
        Some(match &self.data {
            Data::Invalid | Data::Nil => false,
            Data::Bool(value) => *value,
            Data::Integer(integer) => integer.value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Data::String(text) if text.is_known() => !text.text().is_empty(),
            Data::String(text) => return text.is_filled().then_some(true),
            Data::Bytes(bytes) => !bytes.is_empty(),
            Data::List(list) => !list.items.is_empty(),
            Data::Map(map) if map.open().is_some() => return (!map.borrow().is_empty()).then_some(true),
            Data::Map(map) => !map.borrow().is_empty(),
            Data::Duration(value) => *value != 0,
            Data::Object(_) | Data::Version(_) | Data::Time(_) | Data::Error(_) => true,
            Data::Files(files) => !files.is_empty(),
            Data::Unknown => return None,
        })
    }

    /// Its type, as `%T` writes it.
    pub fn type_name(&self) -> EcoString {
        match &self.data {
            Data::Invalid | Data::Nil | Data::Unknown => "<nil>".into(),
            Data::Bool(_) => "bool".into(),
            Data::Integer(integer) => integer.kind.name().into(),
            Data::Float(_) => "float64".into(),
            Data::Complex(..) => "complex128".into(),
            Data::String(_) => "string".into(),
            Data::Bytes(_) => "[]uint8".into(),
            Data::List(list) => list.element.list_name().into(),
            Data::Map(map) => map.kind().name().into(),
            Data::Object(object) => object.kind.type_name().into(),
            Data::Files(_) => "engine.files".into(),
            Data::Version(_) => "*semver.Version".into(),
            Data::Time(_) => "time.Time".into(),
            Data::Duration(_) => "time.Duration".into(),
            Data::Error(_) => "*errors.errorString".into(),
        }
    }

    /// Its kind, as Go's `reflect` names it.
    pub fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Invalid | Data::Nil | Data::Unknown => "invalid",
            Data::Bool(_) => "bool",
            Data::Integer(integer) => integer.kind.name(),
            Data::Float(_) => "float64",
            Data::Complex(..) => "complex128",
            Data::String(_) => "string",
            Data::Bytes(_) | Data::List(_) => "slice",
            Data::Map(_) | Data::Files(_) => "map",
            Data::Object(object) if object.kind.is_pointer() => "ptr",
            Data::Version(_) | Data::Error(_) => "ptr",
            Data::Object(_) | Data::Time(_) => "struct",
            Data::Duration(_) => "int64",
        }
    }
}
