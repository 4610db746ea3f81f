//! A request to the API server, as policies see it.

use crate::cel::{CelData, CelValue};
use crate::model::{Cause, Mapping, Value};

/// A group, a version, and a kind or a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersion {
    /// Empty for the core group.
    pub group: String,
    /// `v1`
    pub version: String,
    /// A kind (`Deployment`) or a resource (`deployments`).
    pub name: String,
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// The name.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
    /// The id; empty if it has none.
    pub uid: String,
    /// What else is known of the user.
    pub extra: Vec<(String, Vec<String>)>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct AdmissionRequest {
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`.
    pub operation: String,
    /// The kind of the object, as the policy asked for it.
    pub kind: GroupVersion,
    /// Its resource.
    pub resource: GroupVersion,
    /// The kind of the request itself.
    pub request_kind: GroupVersion,
    /// Its resource.
    pub request_resource: GroupVersion,
    /// `status`, `scale`; empty for the object itself.
    pub subresource: String,
    /// The name of the object.
    pub name: String,
    /// Its namespace; empty for an object without one.
    pub namespace: String,
    /// Why the namespace is not known; `None` where it is.
    pub unknown_namespace: Option<Vec<Cause>>,
    /// Who asks; `None` if that is not known, as before a deployment.
    pub user: Option<User>,
    /// The object; `None` where it is deleted.
    pub object: Option<Value>,
    /// The object as it was.
    pub old_object: Option<Value>,
    /// Whether nobody sends it: Gatekeeper asks about an object that a controller will make.
    pub is_generated: bool,
}

/// Returns the resource of a kind: `deployments`, `networkpolicies`.
pub fn plural(kind: &str) -> String {
    let kind = kind.to_lowercase();
    let before = kind.get(..kind.len().saturating_sub(1)).unwrap_or_default();
    match kind.chars().last() {
        Some('s') if kind.ends_with("points") => kind,
        Some('s' | 'x') => format!("{kind}es"),
        Some('h') if kind.ends_with("ch") || kind.ends_with("sh") => format!("{kind}es"),
        Some('y') if !before.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{before}ies"),
        _ => format!("{kind}s"),
    }
}

fn text(text: &str) -> CelValue {
    CelData::string(text).into()
}

fn texts(texts: &[String]) -> CelValue {
    CelData::list(texts.iter().map(CelData::string)).into()
}

fn triple(of: &GroupVersion, last: &'static str) -> CelValue {
    CelData::fields([("group", text(&of.group)), ("version", text(&of.version)), (last, text(&of.name))]).into()
}

impl AdmissionRequest {
    /// Returns `request`. What is empty is absent. `unknown` stands for who asks where that is not known.
    pub fn value(&self, unknown: &CelValue) -> CelValue {
        let user = match &self.user {
            None => unknown.clone(),
            Some(user) => user.value(),
        };
        let options = match self.operation.as_str() {
            "UPDATE" => "UpdateOptions",
            "DELETE" => "DeleteOptions",
            _ => "CreateOptions",
        };
        let options = CelData::fields([("apiVersion", text("meta.k8s.io/v1")), ("kind", text(options))]);
        let mut fields = vec![
            ("kind", triple(&self.kind, "kind")),
            ("resource", triple(&self.resource, "resource")),
            ("requestKind", triple(&self.request_kind, "kind")),
            ("requestResource", triple(&self.request_resource, "resource")),
            ("operation", text(&self.operation)),
            ("userInfo", user),
            ("dryRun", CelData::Bool(false).into()),
            ("options", options.into()),
        ];
        let named = [("name", &self.name), ("namespace", &self.namespace), ("subResource", &self.subresource)];
        fields
            .extend(named.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, text(value))));
        if let Some(causes) = &self.unknown_namespace {
            fields.push(("namespace", CelData::unknown(causes.clone()).into()));
        }
        if !self.subresource.is_empty() {
            fields.push(("requestSubResource", text(&self.subresource)));
        }
        CelData::fields(fields).into()
    }
}

impl User {
    fn value(&self) -> CelValue {
        let mut fields = Vec::new();
        if !self.name.is_empty() {
            fields.push(("username", text(&self.name)));
        }
        if !self.uid.is_empty() {
            fields.push(("uid", text(&self.uid)));
        }
        if !self.groups.is_empty() {
            fields.push(("groups", texts(&self.groups)));
        }
        if !self.extra.is_empty() {
            let entries = self.extra.iter().map(|(key, values)| (text(key), texts(values)));
            fields.push(("extra", CelData::map_of(entries.collect()).into()));
        }
        CelData::fields(fields).into()
    }
}

/// Returns `namespaceObject`: what the API server shows of a namespace.
pub fn namespace_value(namespace: &Value) -> CelValue {
    let part = |name: &str| namespace.get(name).and_then(Value::as_mapping);
    let mut fields = Vec::new();
    if let Some(metadata) = part("metadata") {
        let shown = [
            ("name", "name"),
            ("generateName", "generateName"),
            ("namespace", "namespace"),
            ("labels", "labels"),
            ("annotations", "annotations"),
            ("uid", "UID"),
            ("creationTimestamp", "creationTimestamp"),
            ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds"),
            ("deletionTimestamp", "deletionTimestamp"),
            ("generation", "generation"),
            ("resourceVersion", "resourceVersion"),
            ("finalizers", "finalizers"),
        ];
        fields.push(("metadata", shown_fields(metadata, &shown)));
    }
    if let Some(spec) = part("spec") {
        fields.push(("spec", shown_fields(spec, &[("finalizers", "finalizers")])));
    }
    if let Some(status) = part("status") {
        fields.push(("status", shown_fields(status, &[("phase", "phase"), ("conditions", "conditions")])));
    }
    CelData::fields(fields).into()
}

/// The fields of a part that are shown, by their names there and here.
fn shown_fields(part: &Mapping, shown: &[(&'static str, &'static str)]) -> CelValue {
    let field = |(name, shown): &(&str, &'static str)| {
        let value = part.get(name).filter(|value| !value.is_null())?;
        let moment =
            name.ends_with("Timestamp").then(|| value.as_str()?.parse().ok().map(CelData::Timestamp)).flatten();
        Some((*shown, moment.map_or_else(|| value.into(), CelValue::from)))
    };
    CelData::fields(shown.iter().filter_map(field)).into()
}
