//! Slices.

use super::Value;

/// A slice. Templates never change one in place.
#[derive(Clone, Debug)]
pub struct List {
    /// Its elements.
    pub items: Vec<Value>,
    /// The type of its elements.
    pub element: Element,
    /// Whether its order differs from run to run, as that of `keys`.
    pub unordered: bool,
    /// Whether it is a nil slice, which JSON writes as `null`.
    pub nil: bool,
}

/// The types of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `interface {}`
    Any,
    /// `string`
    String,
    /// `int`
    Int,
    /// `map[string]interface {}`
    Map,
    /// `[]interface {}`
    List,
    /// The strings of `.Capabilities.APIVersions`.
    ApiVersion,
    /// Pointers to the structs of `Chart.yaml`: the name of the type.
    Pointer(&'static str),
}

impl List {
    /// A slice of some type.
    pub fn of(element: Element, items: Vec<Value>) -> Self {
        Self { items, element, unordered: false, nil: false }
    }
}

impl List {
    /// A nil slice.
    pub fn nil(element: Element) -> Self {
        Self { items: Vec::new(), element, unordered: false, nil: true }
    }
}

impl Element {
    /// The name of a slice of these.
    pub fn list_name(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::String => "[]string",
            Self::Int => "[]int",
            Self::Map => "[]map[string]interface {}",
            Self::List => "[][]interface {}",
            Self::ApiVersion => "chartutil.VersionSet",
            Self::Pointer(name) => name,
        }
    }
}
