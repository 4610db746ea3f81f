//! What names an object: group, version and kind, name and namespace.

use super::scope;
use crate::model::{Text, Value};
use std::fmt;

/// Group, version and kind. In a selector an empty part stands for any.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionKind {
    /// `apps`; empty for the core group.
    pub group: Text,
    /// `v1`
    pub version: Text,
    /// `Deployment`
    pub kind: Text,
}

impl GroupVersionKind {
    /// From `apiVersion` and `kind`.
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        Self { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// As written in `apiVersion`.
    pub fn api_version(&self) -> Text {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version).into() }
    }

    /// Whether `pattern` selects it: each part that the pattern has must be equal.
    pub fn is_selected_by(&self, pattern: &Self) -> bool {
        let fits = |pattern: &Text, part: &Text| pattern.is_empty() || pattern == part;
        fits(&pattern.group, &self.group) && fits(&pattern.version, &self.version) && fits(&pattern.kind, &self.kind)
    }

    /// Whether objects of this kind live outside of namespaces. Kinds that Kubernetes does not define live in one.
    pub fn is_cluster_scoped(&self) -> bool {
        scope::is_cluster_scoped(&self.group, &self.version, &self.kind)
    }
}

/// What names one object.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// What it is.
    pub gvk: GroupVersionKind,
    /// Its name.
    pub name: Text,
    /// Its namespace as written; empty when there is none.
    pub namespace: Text,
}

impl Identity {
    /// The identity that the content of an object gives.
    pub fn of(value: &Value) -> Self {
        let metadata = value.get("metadata");
        let field = |name| metadata.and_then(|metadata| metadata.get(name)).map(scalar_text).unwrap_or_default();
        Self { gvk: kind_of(value), name: field("name"), namespace: field("namespace") }
    }

    /// The namespace that counts when two identities are compared: none and `default` are the same.
    pub fn effective_namespace(&self) -> &str {
        if self.gvk.is_cluster_scoped() {
            "_non_namespaceable_"
        } else if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    /// Whether both name the same object.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk && self.effective_namespace() == other.effective_namespace()
    }

    /// A form in which two identities are equal when they name the same object.
    pub fn normalized(mut self) -> Self {
        self.namespace = self.effective_namespace().into();
        self
    }
}

impl fmt::Display for Identity {
    /// `Deployment web`, with the namespace where there is one: `Deployment prod/web`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.gvk.kind)?;
        let separator = if self.namespace.is_empty() { "" } else { "/" };
        write!(f, " {}{separator}{}", self.namespace, self.name)
    }
}

/// Group, version and kind of an object.
pub fn kind_of(value: &Value) -> GroupVersionKind {
    let field = |name| value.get(name).map(scalar_text).unwrap_or_default();
    GroupVersionKind::new(&field("apiVersion"), &field("kind"))
}

/// The text of a scalar as Kustomize, which edits text, would see it; empty for null and collections.
pub fn scalar_text(value: &Value) -> Text {
    use crate::model::Data;
    match &value.data {
        Data::String(text) => text.clone(),
        Data::Bool(truth) => truth.to_string().into(),
        Data::Number(number) => number.to_string().into(),
        Data::Null(_) | Data::Sequence(_) | Data::Mapping(_) | Data::Unknown(_) => Text::new(),
    }
}
