//! Which lists of Kubernetes' own types are merged by key. Source: the patch strategies in the OpenAPI
//! document of Kubernetes 1.21, the one inside Kustomize 5.5; only what leads to such a list is here.

/// What a field holds, as far as merging cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object of the type.
    Object(&'static str),
    /// A list of objects of the type that is replaced whole.
    List(&'static str),
    /// A list of objects of the type that is merged by the keys; of plain values when there are no keys.
    Merged(&'static str, &'static [&'static str]),
}

use Shape::{List, Merged, Object};

/// The type of an object by group, version and kind.
pub fn root(group: &str, version: &str, kind: &str) -> Option<&'static str> {
    let is_known = ROOTS.iter().any(|(its_group, versions, kinds)| {
        *its_group == group && versions.contains(&version) && kinds.split(' ').any(|known| known == kind)
    });
    is_known.then(|| named(kind).unwrap_or("Metadata"))
}

/// The type of that name, when it is here.
pub fn named(name: &str) -> Option<&'static str> {
    TYPES.iter().map(|(known, _)| *known).find(|known| *known == name)
}

/// The fields of a type.
pub fn fields(type_name: &str) -> &'static [(&'static str, Shape)] {
    TYPES.iter().find(|(name, _)| *name == type_name).map_or(&[], |(_, fields)| fields)
}

/// Group, versions, kinds.
const ROOTS: &[(&str, &[&str], &str)] = &[
    (
        "",
        &["v1"],
        "Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume \
         PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
    ),
    ("admissionregistration.k8s.io", &["v1", "v1beta1"], "MutatingWebhookConfiguration ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io", &["v1", "v1beta1"], "CustomResourceDefinition"),
    ("apiregistration.k8s.io", &["v1", "v1beta1"], "APIService"),
    ("apps", &["v1"], "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet"),
    ("autoscaling", &["v1", "v2beta1", "v2beta2"], "HorizontalPodAutoscaler"),
    ("batch", &["v1"], "CronJob Job"),
    ("batch", &["v1beta1"], "CronJob"),
    ("certificates.k8s.io", &["v1", "v1beta1"], "CertificateSigningRequest"),
    ("coordination.k8s.io", &["v1", "v1beta1"], "Lease"),
    ("discovery.k8s.io", &["v1", "v1beta1"], "EndpointSlice"),
    ("events.k8s.io", &["v1", "v1beta1"], "Event"),
    ("extensions", &["v1beta1"], "Ingress"),
    ("flowcontrol.apiserver.k8s.io", &["v1beta1"], "FlowSchema PriorityLevelConfiguration"),
    ("networking.k8s.io", &["v1"], "Ingress IngressClass NetworkPolicy"),
    ("networking.k8s.io", &["v1beta1"], "Ingress IngressClass"),
    ("node.k8s.io", &["v1", "v1beta1"], "RuntimeClass"),
    ("policy", &["v1", "v1beta1"], "PodDisruptionBudget"),
    ("policy", &["v1beta1"], "PodSecurityPolicy"),
    ("rbac.authorization.k8s.io", &["v1", "v1beta1"], "ClusterRole ClusterRoleBinding Role RoleBinding"),
    ("scheduling.k8s.io", &["v1", "v1beta1"], "PriorityClass"),
    ("storage.k8s.io", &["v1", "v1beta1"], "CSIDriver CSINode StorageClass VolumeAttachment"),
    ("storage.k8s.io", &["v1beta1"], "CSIStorageCapacity"),
];

const METADATA: (&str, Shape) = ("metadata", Object("ObjectMeta"));
const TEMPLATE: (&str, Shape) = ("template", Object("PodTemplateSpec"));
const CONDITIONS: (&str, Shape) = ("conditions", Merged("", &["type"]));
const STATUS: (&str, Shape) = ("status", Object("Status"));
const NAMED_ENV: (&str, Shape) = ("env", Merged("", &["name"]));
const DEVICES: (&str, Shape) = ("volumeDevices", Merged("", &["devicePath"]));
const MOUNTS: (&str, Shape) = ("volumeMounts", Merged("", &["mountPath"]));

/// The fields of each type.
const TYPES: &[(&str, &[(&str, Shape)])] = &[
    ("Metadata", &[METADATA]),
    ("ObjectMeta", &[("finalizers", Merged("", &[])), ("ownerReferences", Merged("", &["uid"]))]),
    ("Status", &[CONDITIONS]),
    ("MutatingWebhookConfiguration", &[METADATA, ("webhooks", Merged("", &["name"]))]),
    ("ValidatingWebhookConfiguration", &[METADATA, ("webhooks", Merged("", &["name"]))]),
    ("APIService", &[METADATA, STATUS]),
    ("ComponentStatus", &[METADATA, CONDITIONS]),
    ("Namespace", &[METADATA, STATUS]),
    ("Node", &[METADATA, ("spec", Object("NodeSpec")), ("status", Object("NodeStatus"))]),
    ("NodeSpec", &[("podCIDRs", Merged("", &[]))]),
    ("NodeStatus", &[CONDITIONS, ("addresses", Merged("", &["type"]))]),
    ("PersistentVolumeClaim", &[METADATA, STATUS]),
    ("PodDisruptionBudget", &[METADATA, STATUS]),
    ("Service", &[METADATA, ("spec", Object("ServiceSpec")), STATUS]),
    ("ServiceSpec", &[("ports", Merged("", &["port", "protocol"]))]),
    ("ServiceAccount", &[METADATA, ("secrets", Merged("", &["name"]))]),
    ("CSINode", &[METADATA, ("spec", Object("CSINodeSpec"))]),
    ("CSINodeSpec", &[("drivers", Merged("", &["name"]))]),
    ("Deployment", &[METADATA, ("spec", Object("TemplateSpec")), STATUS]),
    ("ReplicaSet", &[METADATA, ("spec", Object("TemplateSpec")), STATUS]),
    ("DaemonSet", &[METADATA, ("spec", Object("TemplateSpec")), STATUS]),
    ("ReplicationController", &[METADATA, ("spec", Object("TemplateSpec")), STATUS]),
    ("Job", &[METADATA, ("spec", Object("TemplateSpec")), STATUS]),
    ("TemplateSpec", &[TEMPLATE]),
    ("StatefulSet", &[METADATA, ("spec", Object("StatefulSetSpec")), STATUS]),
    ("StatefulSetSpec", &[TEMPLATE, ("volumeClaimTemplates", List("PersistentVolumeClaim"))]),
    ("CronJob", &[METADATA, ("spec", Object("CronJobSpec"))]),
    ("CronJobSpec", &[("jobTemplate", Object("JobTemplateSpec"))]),
    ("JobTemplateSpec", &[METADATA, ("spec", Object("TemplateSpec"))]),
    ("Pod", &[METADATA, ("spec", Object("PodSpec")), ("status", Object("PodStatus"))]),
    ("PodTemplate", &[METADATA, TEMPLATE]),
    ("PodTemplateSpec", &[METADATA, ("spec", Object("PodSpec"))]),
    ("PodStatus", &[CONDITIONS, ("podIPs", Merged("", &["ip"]))]),
    (
        "PodSpec",
        &[
            ("containers", Merged("Container", &["name"])),
            ("initContainers", Merged("Container", &["name"])),
            ("ephemeralContainers", Merged("EphemeralContainer", &["name"])),
            ("volumes", Merged("Volume", &["name"])),
            ("imagePullSecrets", Merged("", &["name"])),
            ("hostAliases", Merged("", &["ip"])),
            ("topologySpreadConstraints", Merged("", &["topologyKey", "whenUnsatisfiable"])),
        ],
    ),
    ("Container", &[("ports", Merged("", &["containerPort", "protocol"])), NAMED_ENV, DEVICES, MOUNTS]),
    ("EphemeralContainer", &[NAMED_ENV, DEVICES, MOUNTS]),
    ("Volume", &[("ephemeral", Object("EphemeralVolumeSource"))]),
    ("EphemeralVolumeSource", &[("volumeClaimTemplate", Object("Metadata"))]),
];
