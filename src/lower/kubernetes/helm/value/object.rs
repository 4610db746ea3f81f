//! The structs that Helm gives its templates.

use super::Value;

/// A struct with its exported fields in order.
#[derive(Clone, Debug)]
pub struct Object {
    /// Which struct it is.
    pub kind: ObjectKind,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in Go.
    pub name: &'static str,
    /// Its name in JSON and YAML; empty when it is left out there.
    pub json: &'static str,
    /// Whether it is left out of JSON and YAML when it is empty.
    pub omits_empty: bool,
    /// Its value.
    pub value: Value,
}

/// The structs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// `.Chart`
    Chart,
    /// `.Capabilities`
    Capabilities,
    /// `.Capabilities.KubeVersion`
    KubeVersion,
    /// `.Capabilities.HelmVersion`
    HelmVersion,
    /// An element of `.Chart.Dependencies`.
    Dependency,
    /// An element of `.Chart.Maintainers`.
    Maintainer,
}

impl ObjectKind {
    /// The name of the type, with the star of a pointer.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Chart => "struct { chart.Metadata; IsRoot bool }",
            Self::Capabilities => "*chartutil.Capabilities",
            Self::KubeVersion => "chartutil.KubeVersion",
            Self::HelmVersion => "version.BuildInfo",
            Self::Dependency => "*chart.Dependency",
            Self::Maintainer => "*chart.Maintainer",
        }
    }

    /// Whether templates hold a pointer to it.
    pub fn is_pointer(self) -> bool {
        self.type_name().starts_with('*')
    }
}

impl Object {
    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// What its `String` method gives, where it has one.
    pub fn string(&self) -> Option<String> {
        let field = match self.kind {
            ObjectKind::KubeVersion => "Version",
            _ => return None,
        };
        self.get(field).and_then(Value::as_str).map(str::to_owned)
    }
}
