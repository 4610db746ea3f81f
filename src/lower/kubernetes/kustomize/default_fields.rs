//! The fields that Kustomize's transformers change when nobody configures them otherwise. Source: the
//! configuration built into Kustomize 5.5.
//!
//! A row is kinds and paths. A kind is `Kind`, `Kind@group` or `Kind:version`, `*` is every kind; a path
//! with `+` before it is made where it is absent; `{pod}` is where a kind keeps its pod's specification.

use super::field_path::FieldSpec;
use super::identity::GroupVersionKind;

/// Kinds, and the paths in objects of each.
pub type Table = &'static [(&'static str, &'static str)];

/// `namePrefix`
pub const NAME_PREFIX: Table = &[("*", "metadata/name")];

/// `nameSuffix`
pub const NAME_SUFFIX: Table = &[("*", "metadata/name")];

/// `namespace`, beside `metadata/namespace` and the subjects of role bindings, which have rules of their own.
pub const NAMESPACE: Table = &[
    ("Namespace", "+metadata/name"),
    ("APIService@apiregistration.k8s.io", "+spec/service/namespace"),
    ("CustomResourceDefinition@apiextensions.k8s.io", "spec/conversion/webhook/clientConfig/service/namespace"),
];

/// `labels` with `includeTemplates`, and a part of [`COMMON_LABELS`].
pub const TEMPLATE_LABELS: Table = &[
    ("*", "+metadata/labels"),
    (
        "Deployment ReplicaSet DaemonSet StatefulSet@apps Job@batch ReplicationController:v1",
        "+spec/template/metadata/labels",
    ),
    ("StatefulSet@apps", "+spec/volumeClaimTemplates[]/metadata/labels"),
    ("CronJob@batch", "+spec/jobTemplate/metadata/labels +spec/jobTemplate/spec/template/metadata/labels"),
];

/// `commonLabels`, and `labels` with `includeSelectors`: these and [`TEMPLATE_LABELS`].
pub const SELECTOR_LABELS: Table = &[
    ("Service:v1 ReplicationController:v1", "+spec/selector"),
    ("Deployment ReplicaSet DaemonSet StatefulSet@apps", "+spec/selector/matchLabels"),
    ("Job@batch PodDisruptionBudget@policy", "spec/selector/matchLabels"),
    ("CronJob@batch", "spec/jobTemplate/spec/selector/matchLabels"),
    (
        "Deployment@apps StatefulSet@apps",
        "{pod}/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels \
         {pod}/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels \
         {pod}/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels \
         {pod}/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels \
         {pod}/topologySpreadConstraints/labelSelector/matchLabels",
    ),
    (
        "NetworkPolicy@networking.k8s.io",
        "spec/podSelector/matchLabels spec/ingress/from/podSelector/matchLabels spec/egress/to/podSelector/matchLabels",
    ),
];

/// `commonAnnotations`
pub const COMMON_ANNOTATIONS: Table = &[
    ("*", "+metadata/annotations"),
    (
        "Deployment ReplicaSet DaemonSet StatefulSet Job@batch ReplicationController:v1",
        "+spec/template/metadata/annotations",
    ),
    ("CronJob@batch", "+spec/jobTemplate/metadata/annotations +spec/jobTemplate/spec/template/metadata/annotations"),
];

/// `images`, beside everything called `containers` and `initContainers` wherever it stands.
pub const IMAGES: Table = &[(
    "*",
    "+spec/containers[]/image +spec/initContainers[]/image \
     +spec/template/spec/containers[]/image +spec/template/spec/initContainers[]/image",
)];

/// `replicas`
pub const REPLICAS: Table = &[("Deployment ReplicationController ReplicaSet StatefulSet", "+spec/replicas")];

/// Where `$(NAME)` of `vars` is looked for.
pub const VAR_REFERENCES: Table = &[
    ("*", "metadata/labels metadata/annotations"),
    (
        "Pod Deployment ReplicaSet DaemonSet StatefulSet Job CronJob",
        "{pod}/containers/args {pod}/containers/command {pod}/containers/env/value {pod}/containers/volumeMounts/mountPath \
         {pod}/initContainers/args {pod}/initContainers/command {pod}/initContainers/env/value \
         {pod}/initContainers/volumeMounts/mountPath",
    ),
    ("Pod Deployment ReplicaSet DaemonSet Job", "{pod}/volumes/nfs/server"),
    ("CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server"),
    ("Deployment", "spec/template/metadata/annotations"),
    ("Ingress", "spec/rules/host spec/tls/hosts spec/tls/secretName"),
    ("Service", "spec/ports/port spec/ports/targetPort"),
    ("StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server"),
    ("PersistentVolume", "spec/nfs/server"),
];

const PODS: &str = "Pod PodTemplate Deployment ReplicaSet DaemonSet StatefulSet Job CronJob";
const SERVED_PODS: &str = "Pod StatefulSet Deployment ReplicationController CronJob Job DaemonSet";

/// Where an object of the kind is referred to by its name.
pub const NAME_REFERENCES: &[(&str, Table)] = &[
    ("Deployment", SCALE_TARGET),
    ("ReplicationController", SCALE_TARGET),
    ("ReplicaSet", SCALE_TARGET),
    ("StatefulSet", SCALE_TARGET),
    (
        "ConfigMap:v1",
        &[
            (
                PODS,
                "{pod}/volumes/configMap/name {pod}/volumes/projected/sources/configMap/name \
                 {pod}/containers/env/valueFrom/configMapKeyRef/name {pod}/containers/envFrom/configMapRef/name \
                 {pod}/initContainers/env/valueFrom/configMapKeyRef/name {pod}/initContainers/envFrom/configMapRef/name",
            ),
            ("Node", "spec/configSource/configMap"),
            ("Role ClusterRole", "rules/resourceNames"),
            ("Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"),
        ],
    ),
    (
        "Secret:v1",
        &[
            (
                PODS,
                "{pod}/volumes/secret/secretName {pod}/volumes/projected/sources/secret/name {pod}/imagePullSecrets/name \
                 {pod}/containers/env/valueFrom/secretKeyRef/name {pod}/containers/envFrom/secretRef/name \
                 {pod}/initContainers/env/valueFrom/secretKeyRef/name {pod}/initContainers/envFrom/secretRef/name",
            ),
            (
                "Ingress",
                r"spec/tls/secretName metadata/annotations/ingress.kubernetes.io\/auth-secret metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret",
            ),
            ("ServiceAccount", "imagePullSecrets/name"),
            (
                "StorageClass",
                "parameters/secretName parameters/adminSecretName parameters/userSecretName parameters/secretRef",
            ),
            ("Role ClusterRole", "rules/resourceNames"),
            ("Service@serving.knative.dev:v1", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
            ("PersistentVolume", "spec/azureFile/secretName"),
        ],
    ),
    (
        "Service:v1",
        &[
            ("StatefulSet@apps", "spec/serviceName"),
            (
                "Ingress",
                "spec/rules/http/paths/backend/serviceName spec/backend/serviceName \
                 spec/rules/http/paths/backend/service/name spec/defaultBackend/service/name",
            ),
            ("APIService@apiregistration.k8s.io", "spec/service/name"),
            (
                "ValidatingWebhookConfiguration@admissionregistration.k8s.io \
                 MutatingWebhookConfiguration@admissionregistration.k8s.io",
                "webhooks/clientConfig/service",
            ),
        ],
    ),
    ("Role@rbac.authorization.k8s.io", &[("RoleBinding@rbac.authorization.k8s.io", "roleRef/name")]),
    ("ClusterRole@rbac.authorization.k8s.io", &[(ROLE_BINDINGS, "roleRef/name")]),
    ("ServiceAccount:v1", &[(ROLE_BINDINGS, "subjects"), (SERVED_PODS, "{pod}/serviceAccountName")]),
    ("PersistentVolumeClaim:v1", &[(SERVED_PODS, "{pod}/volumes/persistentVolumeClaim/claimName")]),
    ("PersistentVolume:v1", &[("PersistentVolumeClaim", "spec/volumeName"), ("ClusterRole", "rules/resourceNames")]),
    (
        "StorageClass@storage.k8s.io:v1",
        &[
            ("PersistentVolume PersistentVolumeClaim", "spec/storageClassName"),
            ("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
        ],
    ),
    ("PriorityClass@scheduling.k8s.io:v1", &[(SERVED_PODS, "{pod}/priorityClassName")]),
    // The group holds a version there too, so no class is ever found.
    ("IngressClass@networking.k8s.io/v1:v1", &[("Ingress", "spec/ingressClassName")]),
    (
        "ValidatingAdmissionPolicy@admissionregistration.k8s.io",
        &[("ValidatingAdmissionPolicyBinding@admissionregistration.k8s.io", "spec/policyName")],
    ),
];

const SCALE_TARGET: Table = &[("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];
const ROLE_BINDINGS: &str = "RoleBinding@rbac.authorization.k8s.io ClusterRoleBinding@rbac.authorization.k8s.io";

/// The field specs of a table.
pub fn specs(table: Table) -> impl Iterator<Item = FieldSpec> {
    table.iter().flat_map(|(kinds, paths)| {
        kinds.split_whitespace().flat_map(move |kind| {
            let gvk = kind_pattern(kind);
            paths.split_whitespace().map(move |path| {
                let path_text = path.trim_start_matches('+').replace("{pod}", pod_specification(&gvk.kind));
                FieldSpec { gvk: gvk.clone(), path: path_text.into(), create: path.starts_with('+') }
            })
        })
    })
}

/// `Kind`, `Kind@group`, `Kind:version`, `Kind@group:version`, `*`.
pub fn kind_pattern(text: &str) -> GroupVersionKind {
    let (rest, version) = text.split_once(':').unwrap_or((text, ""));
    let (kind, group) = rest.split_once('@').unwrap_or((rest, ""));
    let kind = if kind == "*" { "" } else { kind };
    GroupVersionKind { group: group.into(), version: version.into(), kind: kind.into() }
}

/// Where objects of a kind keep the specification of their pods.
fn pod_specification(kind: &str) -> &'static str {
    match kind {
        "Pod" => "spec",
        "PodTemplate" => "template/spec",
        "CronJob" => "spec/jobTemplate/spec/template/spec",
        _ => "spec/template/spec",
    }
}
