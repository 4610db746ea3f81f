//! What is known of the cluster that a policy is evaluated for: namespaces, objects of parameters, custom kinds.

use super::request::GroupVersion;
use super::selector::{Labels, Match, Selector};
use crate::model::{Cause, Value, Why};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A cluster.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// Namespaces by name.
    namespaces: BTreeMap<String, Value>,
    /// All objects that may be parameters, by kind, in order of name.
    objects: BTreeMap<GroupVersion, Vec<Value>>,
    /// Custom kinds.
    custom: BTreeSet<GroupVersion>,
    /// Group and name of custom kinds, and whether their objects live in namespaces.
    custom_scopes: BTreeMap<(String, String), bool>,
    /// Whether there may be objects that are not known: before a deployment, most of a cluster is elsewhere. The place
    /// that stands for them.
    open: Option<Span>,
}

/// What stands for the parameters of a binding.
#[derive(Clone, Debug)]
pub enum Params {
    /// Null: the policy has none, or the binding names none.
    None,
    /// These objects, in order of namespace and name.
    Objects(Vec<Value>),
    /// They may exist, and are not known.
    Unknown(Vec<Cause>),
    /// There are none, and the binding says that the policy then does not apply.
    Skipped,
    /// The API server cannot find them: its message.
    Error(String),
}

/// The text at the end of some steps.
fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    path.iter().try_fold(value, |value, name| value.get(name)).and_then(Value::as_str).unwrap_or_default()
}

/// Returns group, version and kind of an object.
pub fn kind_of(object: &Value) -> GroupVersion {
    split(text(object, &["apiVersion"]), text(object, &["kind"]))
}

/// Returns a group, a version and a name of `apiVersion` and the name.
pub fn split(api_version: &str, name: &str) -> GroupVersion {
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    GroupVersion { group: group.into(), version: version.into(), name: name.into() }
}

impl Cluster {
    /// A cluster of which everything is known.
    pub fn closed(objects: Vec<Value>, custom: Vec<(GroupVersion, bool)>) -> Self {
        Self::of(objects, custom, None)
    }

    /// A cluster of which there is more than these objects.
    pub fn open(objects: Vec<Value>, place: Span) -> Self {
        Self::of(objects, Vec::new(), Some(place))
    }

    fn of(objects: Vec<Value>, mut custom: Vec<(GroupVersion, bool)>, open: Option<Span>) -> Self {
        let mut namespaces = BTreeMap::new();
        let mut by_kind: BTreeMap<GroupVersion, Vec<Value>> = BTreeMap::new();
        for object in objects {
            match text(&object, &["kind"]) {
                "Namespace" => {
                    let name = text(&object, &["metadata", "name"]);
                    namespaces.insert(name.to_owned(), labelled(&object, name));
                }
                "CustomResourceDefinition" => custom.extend(defined(&object)),
                _ => {}
            }
            by_kind.entry(kind_of(&object)).or_default().push(object);
        }
        for objects in by_kind.values_mut() {
            objects.sort_by(|a, b| text(a, &["metadata", "name"]).cmp(text(b, &["metadata", "name"])));
        }
        let mut custom_scopes = BTreeMap::new();
        for (kind, namespaced) in &custom {
            custom_scopes.entry((kind.group.clone(), kind.name.clone())).or_insert(*namespaced);
        }
        let custom = custom.into_iter().map(|(kind, _)| kind).collect();
        Self { namespaces, objects: by_kind, custom, custom_scopes, open }
    }

    /// Returns a namespace that is known.
    pub fn namespace(&self, name: &str) -> Option<&Value> {
        self.namespaces.get(name)
    }

    /// Returns why a namespace that is not known may exist all the same; `None` if it does not.
    pub fn unknown_namespace(&self, name: &str) -> Option<Vec<Cause>> {
        let span = self.open?;
        Some(vec![Cause { why: Why::Cluster(format!("the namespace `{name}`").into()), span }])
    }

    /// Returns the labels of a namespace; the error if it does not exist.
    pub fn namespace_labels(&self, name: &str) -> Result<Labels, String> {
        if let Some(namespace) = self.namespace(name) {
            return Ok(Labels::of(namespace));
        }
        match self.unknown_namespace(name) {
            Some(causes) => Ok(Labels::unknown(vec![(NAME_LABEL.into(), name.into())], causes)),
            None => Err(format!("namespaces \"{name}\" not found")),
        }
    }

    /// Returns whether the API server knows a kind.
    pub fn serves(&self, kind: &GroupVersion) -> bool {
        // Only kinds of Kubernetes have a group without dots or below k8s.io. Of those, these versions are served.
        let is_own = !kind.group.contains('.') || kind.group.ends_with(".k8s.io");
        let is_served = kind.version == "v1" || kind.group == "autoscaling" && kind.version == "v2";
        is_own && is_served && !kind.name.is_empty()
            || self.custom.contains(kind)
            || self.open.is_some() && !kind.version.is_empty()
    }

    /// Returns whether objects of a kind live in namespaces.
    pub fn is_namespaced(&self, kind: &GroupVersion) -> bool {
        let custom = self.custom_scopes.get(&(kind.group.clone(), kind.name.clone()));
        let is_outside =
            || CLUSTER_SCOPED.contains(&kind.name.as_str()) || CLUSTER_GROUPS.contains(&kind.group.as_str());
        custom.copied().unwrap_or_else(|| !is_outside())
    }

    /// Finds the parameters that `paramRef` names, for a request in a namespace, or why that is not
    /// known.
    pub fn params(&self, kind: Option<&GroupVersion>, reference: &Value, namespace: Result<&str, &[Cause]>) -> Params {
        let Some(kind) = kind else { return Params::None };
        let wanted = text(reference, &["namespace"]);
        let in_namespace = match (self.is_namespaced(kind), wanted) {
            (true, "") if namespace == Ok("") => {
                let message = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources";
                return Params::Error(message.into());
            }
            (true, "") => match namespace {
                Ok(namespace) => namespace,
                Err(causes) => return Params::Unknown(causes.to_vec()),
            },
            (false, wanted) if !wanted.is_empty() => {
                let message = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`";
                return Params::Error(message.into());
            }
            (_, wanted) => wanted,
        };
        let name = text(reference, &["name"]);
        let selector = reference.get("selector").map(|selector| Selector::read(Some(selector)));
        let found: Vec<Value> = self
            .objects
            .get(kind)
            .into_iter()
            .flatten()
            .filter(|object| self.namespace_of(object, kind) == in_namespace)
            .filter(|object| match &selector {
                _ if !name.is_empty() => text(object, &["metadata", "name"]) == name,
                Some(selector) => selector.matches(&Labels::of(object)) == Match::Yes,
                None => false,
            })
            .cloned()
            .collect();
        if !found.is_empty() {
            return Params::Objects(found);
        }
        if let Some(span) = self.open {
            let what = format!("the {} of the binding's paramRef", kind.name);
            return Params::Unknown(vec![Cause { why: Why::Cluster(what.into()), span }]);
        }
        if text(reference, &["parameterNotFoundAction"]) != "Deny" {
            return Params::Skipped;
        }
        Params::Error("no params found for policy binding with `Deny` parameterNotFoundAction".into())
    }

    /// The namespace of an object; empty for a kind without namespaces.
    fn namespace_of<'v>(&self, object: &'v Value, kind: &GroupVersion) -> &'v str {
        match text(object, &["metadata", "namespace"]) {
            _ if !self.is_namespaced(kind) => "",
            "" => "default",
            namespace => namespace,
        }
    }
}

/// The label by which a namespace has its name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// A namespace with the label that the API server adds.
fn labelled(namespace: &Value, name: &str) -> Value {
    let span = namespace.origin.span;
    let mut namespace = namespace.clone();
    let Some(fields) = namespace.as_mapping_mut() else { return namespace };
    let mut metadata = fields.get("metadata").cloned().unwrap_or_else(|| Value::object(Vec::new(), span));
    if let Some(parts) = metadata.as_mapping_mut() {
        let mut labels = parts.get("labels").cloned().unwrap_or_else(|| Value::object(Vec::new(), span));
        if let Some(entries) = labels.as_mapping_mut() {
            entries.set(NAME_LABEL, Value::string(name, span));
        }
        parts.set("labels", labels);
    }
    fields.set("metadata", metadata);
    namespace
}

/// The kinds that a CustomResourceDefinition defines.
fn defined(object: &Value) -> Vec<(GroupVersion, bool)> {
    let (group, name) = (text(object, &["spec", "group"]), text(object, &["spec", "names", "kind"]));
    let namespaced = text(object, &["spec", "scope"]) != "Cluster";
    let versions = object.get("spec").and_then(|spec| spec.get("versions")).and_then(Value::as_items);
    let version = |version: &Value| {
        let version = text(version, &["name"]).to_owned();
        (GroupVersion { group: group.into(), version, name: name.into() }, namespaced)
    };
    versions.unwrap_or_default().iter().map(version).collect()
}

/// Groups of Gatekeeper whose objects all live outside of namespaces.
const CLUSTER_GROUPS: [&str; 3] = ["constraints.gatekeeper.sh", "expansion.gatekeeper.sh", "templates.gatekeeper.sh"];

/// Kinds of Kubernetes whose objects live outside of namespaces.
const CLUSTER_SCOPED: &[&str] = &[
    "APIService",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "ComponentStatus",
    "CSIDriver",
    "CSINode",
    "CustomResourceDefinition",
    "DeviceClass",
    "DeviceTaintRule",
    "FlowSchema",
    "IngressClass",
    "IPAddress",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ResourceSlice",
    "RuntimeClass",
    "SelfSubjectAccessReview",
    "SelfSubjectReview",
    "SelfSubjectRulesReview",
    "ServiceCIDR",
    "StorageClass",
    "StorageVersion",
    "StorageVersionMigration",
    "SubjectAccessReview",
    "TokenReview",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
];
