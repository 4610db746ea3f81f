//! `.Capabilities`: what Helm says of a cluster that it does not ask.

use crate::lower::kubernetes::helm::value::{Data, Element, Field, List, Object, ObjectKind, Value};
use ecow::EcoString;
use std::rc::Rc;

/// The version of Helm that is followed.
const HELM_VERSION: &str = "v3.22";
/// The version of Go that this version of Helm is built with.
const GO_VERSION: &str = "go1.26.8";

/// The group versions that Helm 3.22 knows without a cluster, in its order.
const API_VERSIONS: &str = "v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 \
    admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2 \
    authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 \
    authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 batch/v1 batch/v1beta1 certificates.k8s.io/v1 \
    certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 \
    coordination.k8s.io/v1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 \
    extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 \
    flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 lifecycle.k8s.io/v1alpha1 \
    networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 \
    policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 \
    resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 \
    scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 storage.k8s.io/v1beta1 \
    storage.k8s.io/v1 storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1 storagemigration.k8s.io/v1beta1 \
    apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1";

/// A version of Kubernetes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeVersion {
    /// `v1.33.0`
    pub version: EcoString,
    major: EcoString,
    minor: EcoString,
}

impl KubeVersion {
    /// Reads a version such as `1.33` or `v1.33.2-eks-1`. What stands behind the numbers is kept only in part.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.trim().strip_prefix('v').unwrap_or(text.trim());
        let end = bare.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(bare.len());
        let end = bare.get(..end)?.trim_end_matches('.').len();
        let parts: Vec<u64> = bare.get(..end)?.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let [major, minor, ..] = parts.as_slice() else { return None };
        let numbers: Vec<String> = parts.iter().map(u64::to_string).collect();
        Some(Self {
            version: format!("v{}", numbers.join(".")).into(),
            major: major.to_string().into(),
            minor: minor.to_string().into(),
        })
    }
}

fn field(name: &'static str, value: impl Into<Value>) -> Field {
    Field { name, json: name, omits_empty: false, value: value.into() }
}

fn object(kind: ObjectKind, fields: Vec<Field>) -> Value {
    Data::Object(Rc::new(Object { kind, fields })).into()
}

/// `.Capabilities`, with versions that the user names beside those that Helm knows.
pub fn capabilities(kube: &KubeVersion, more: &[String]) -> Value {
    let known = API_VERSIONS.split_whitespace().chain(more.iter().map(String::as_str));
    let versions = List::of(Element::ApiVersion, known.map(Value::from).collect());
    let kube_version = vec![
        field("Version", kube.version.clone()),
        field("Major", kube.major.clone()),
        field("Minor", kube.minor.clone()),
    ];
    let lower = |name, json, value: &str| Field { name, json, omits_empty: true, value: value.into() };
    let helm_version = vec![
        lower("Version", "version", HELM_VERSION),
        lower("GitCommit", "git_commit", ""),
        lower("GitTreeState", "git_tree_state", ""),
        lower("GoVersion", "go_version", GO_VERSION),
    ];
    object(
        ObjectKind::Capabilities,
        vec![
            field("KubeVersion", object(ObjectKind::KubeVersion, kube_version)),
            field("APIVersions", versions),
            field("HelmVersion", object(ObjectKind::HelmVersion, helm_version)),
        ],
    )
}
