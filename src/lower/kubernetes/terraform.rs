//! Objects that Terraform's `kubernetes` provider makes.
//!
//! `kubernetes_deployment.web` describes a `Deployment`: its blocks and arguments are the object's fields in
//! snake case, lists of fields are repeated blocks with a name in the singular, and a field with fields is a
//! block that stands once. The object, its pods and its containers become resources of the very types that
//! manifests give, owned by the Terraform resource; so one check judges both. Places and unknowns are kept.
//!
//! Source of the names: the provider's schema (hashicorp/kubernetes 2.x) against the API's own.

use super::Object;
use super::resource::{Placement, add_placed};
use crate::model::{Data, Format, Lowered, Mapping, Resource, ResourceId, Text, Value};
use crate::source::{Sources, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Adds the objects that Terraform resources of `lowered` describe. Returns the files of manifests that they were
/// decoded from.
pub fn add_described(lowered: &mut Lowered, sources: &Sources) -> BTreeSet<String> {
    let mut manifests = BTreeSet::new();
    for at in 0..lowered.resources.len() {
        let Some(resource) = lowered.resources.get(at) else { break };
        if resource.format != Format::Terraform || !resource.type_name.starts_with("kubernetes_") {
            continue;
        }
        let file = Text::from(sources.get(resource.block.source).path.as_str());
        let Some(mut object) = object(resource, file) else { continue };
        let kind = object.value.get("kind").map(|kind| kind.origin.written());
        let elsewhere = kind.filter(|kind| sources.get(kind.source).path != object.file.as_str());
        if let Some(kind) = elsewhere {
            manifests.insert(sources.get(kind.source).path.clone());
            (object.block, object.header) = (object.value.origin.written(), kind);
        }
        let placement = Placement {
            format: Format::Terraform,
            address: Some(resource.address.clone()),
            owner: Some(ResourceId(at as u32)),
            unit: resource.unit,
            call: resource.call.clone(),
            doubt: resource.doubt.clone(),
            has_places: elsewhere.is_some(),
        };
        add_placed(lowered, &placement, object);
    }
    manifests
}

/// The object that a resource describes, if it describes one.
fn object(resource: &Resource, file: Text) -> Option<Object> {
    let at = |value| Object { value, file, block: resource.block, header: resource.header, is_hashed: false };
    if resource.type_name == "kubernetes_manifest" {
        let manifest = resource.attrs.get("manifest")?;
        manifest.get("kind")?.as_str()?;
        return Some(at(manifest.clone()));
    }
    let (api_version, kind) = kind_of(&resource.type_name)?;
    let fields = written(resource.attrs.as_mapping()?).filter(|(name, _)| !NOT_FIELDS.contains(&name.as_str()));
    let mut entries: Vec<(Text, Value)> =
        fields.map(|(name, value)| field(kind, name, value, resource.header)).collect();
    move_fields(&resource.type_name, kind, &mut entries, resource.header);
    entries.push(("apiVersion".into(), Value::string(api_version, resource.header)));
    entries.push(("kind".into(), Value::string(kind, resource.header)));
    Some(at(mapping(entries, Some(resource.header), &resource.attrs)))
}

/// Puts the fields that the provider has elsewhere where the API has them.
fn move_fields(type_name: &str, kind: &str, entries: &mut [(Text, Value)], header: Span) {
    match kind {
        "PersistentVolume" => {
            let Some(spec) = part(entries, "spec") else { return };
            let Some(at) = spec.entries.iter().position(|(key, _)| key == "persistentVolumeSource") else { return };
            if spec.entries.get(at).is_some_and(|(_, source)| source.as_mapping().is_some()) {
                let (_, source) = spec.entries.remove(at);
                for (name, value) in source.as_mapping().into_iter().flat_map(|source| &source.entries) {
                    spec.set(name.clone(), value.clone());
                }
            }
        }
        "DaemonSet" => {
            let Some(spec) = part(entries, "spec") else { return };
            if let Some(at) = spec.entries.iter().position(|(key, _)| key == "strategy") {
                let (_, strategy) = spec.entries.remove(at);
                spec.set("updateStrategy", strategy);
            }
        }
        // Its name is the one that it has in every namespace.
        "ServiceAccount" if type_name.starts_with("kubernetes_default_service_account") => {
            if let Some(metadata) = part(entries, "metadata").filter(|metadata| metadata.get("name").is_none()) {
                metadata.set("name", Value::string("default", metadata.header.unwrap_or(header)));
            }
        }
        _ => {}
    }
}

fn part<'e>(entries: &'e mut [(Text, Value)], name: &str) -> Option<&'e mut Mapping> {
    entries.iter_mut().find(|(key, _)| key == name)?.1.as_mapping_mut()
}

/// Arguments that say how Terraform goes about it.
const NOT_FIELDS: [&str; 15] = [
    "auto_approve",
    "binary_data_wo_revision",
    "data_wo_revision",
    "field_manager",
    "force",
    "id",
    "target_state",
    "timeouts",
    "wait",
    "wait_for_completion",
    "wait_for_default_service_account",
    "wait_for_load_balancer",
    "wait_for_rollout",
    "wait_for_service_account_token",
    "wait_until_bound",
];

/// `apiVersion` and `kind` by type of resource, without the version that newer names end in.
const KINDS: [(&str, &str, &str); 38] = [
    ("api_service", "apiregistration.k8s.io/v1", "APIService"),
    ("certificate_signing_request", "certificates.k8s.io/v1", "CertificateSigningRequest"),
    ("cluster_role", "rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("cluster_role_binding", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("config_map", "v1", "ConfigMap"),
    ("cron_job", "batch/v1", "CronJob"),
    ("csi_driver", "storage.k8s.io/v1", "CSIDriver"),
    ("daemon_set", "apps/v1", "DaemonSet"),
    ("daemonset", "apps/v1", "DaemonSet"),
    ("default_service_account", "v1", "ServiceAccount"),
    ("deployment", "apps/v1", "Deployment"),
    ("endpoint_slice", "discovery.k8s.io/v1", "EndpointSlice"),
    ("endpoints", "v1", "Endpoints"),
    ("horizontal_pod_autoscaler", "autoscaling/v2", "HorizontalPodAutoscaler"),
    ("ingress", "networking.k8s.io/v1", "Ingress"),
    ("ingress_class", "networking.k8s.io/v1", "IngressClass"),
    ("job", "batch/v1", "Job"),
    ("limit_range", "v1", "LimitRange"),
    ("mutating_webhook_configuration", "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"),
    ("namespace", "v1", "Namespace"),
    ("network_policy", "networking.k8s.io/v1", "NetworkPolicy"),
    ("persistent_volume", "v1", "PersistentVolume"),
    ("persistent_volume_claim", "v1", "PersistentVolumeClaim"),
    ("pod", "v1", "Pod"),
    ("pod_disruption_budget", "policy/v1", "PodDisruptionBudget"),
    ("pod_security_policy", "policy/v1beta1", "PodSecurityPolicy"),
    ("priority_class", "scheduling.k8s.io/v1", "PriorityClass"),
    ("replication_controller", "v1", "ReplicationController"),
    ("resource_quota", "v1", "ResourceQuota"),
    ("role", "rbac.authorization.k8s.io/v1", "Role"),
    ("role_binding", "rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("runtime_class", "node.k8s.io/v1", "RuntimeClass"),
    ("secret", "v1", "Secret"),
    ("service", "v1", "Service"),
    ("service_account", "v1", "ServiceAccount"),
    ("stateful_set", "apps/v1", "StatefulSet"),
    ("storage_class", "storage.k8s.io/v1", "StorageClass"),
    ("validating_webhook_configuration", "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
];

fn kind_of(type_name: &str) -> Option<(&'static str, &'static str)> {
    let name = type_name.strip_prefix("kubernetes_")?;
    let name = match name.rsplit_once('_') {
        Some((name, version)) if version.starts_with('v') && version.contains(|c: char| c.is_ascii_digit()) => name,
        _ => name,
    };
    KINDS.iter().find(|(known, ..)| *known == name).map(|(_, version, kind)| (*version, *kind))
}

/// An argument or block of the block `parent` as a field.
fn field(parent: &str, name: &str, value: &Value, header: Span) -> (Text, Value) {
    let is_map = value.as_mapping().is_some();
    if is_map && MAPS.contains(&name) {
        return (camel_case(name), value.clone());
    }
    if let Some(plural) = plural(parent, name, value) {
        let several = if is_map { Value::tuple(vec![value.clone()], value.origin.span) } else { value.clone() };
        return (plural.into(), repeated(name, &several));
    }
    let value = match blocks(value) {
        Some([single]) => block(name, single, header),
        Some(_) => repeated(name, value),
        None if is_map => block(name, value, header),
        None => value.clone(),
    };
    (camel_case(name), value)
}

/// Arguments whose keys are the user's own.
const MAPS: [&str; 21] = [
    "annotations",
    "binary_data",
    "data",
    "default",
    "default_request",
    "hard",
    "labels",
    "limits",
    "manifest",
    "match_labels",
    "max",
    "max_limit_request_ratio",
    "min",
    "node_selector",
    "options",
    "overhead",
    "parameters",
    "requests",
    "selector",
    "string_data",
    "volume_attributes",
];

/// The elements of a list of blocks.
fn blocks(value: &Value) -> Option<&[Value]> {
    value.as_items().filter(|items| items.iter().all(|item| item.as_mapping().is_some() || item.is_unknown()))
}

/// Blocks of one name as a list.
fn repeated(name: &str, value: &Value) -> Value {
    let Data::Sequence(sequence) = &value.data else { return value.clone() };
    let mut sequence = (**sequence).clone();
    for item in &mut sequence.items {
        *item = block(name, item, item.origin.span);
    }
    Value { data: Data::Sequence(Arc::new(sequence)), ..value.clone() }
}

/// One block, or the object that some write for one, as a mapping of fields.
fn block(name: &str, value: &Value, header: Span) -> Value {
    let Some(fields) = value.as_mapping() else { return value.clone() };
    let header = fields.header.unwrap_or(header);
    let entries = written(fields).map(|(key, value)| field(name, key, value, header));
    mapping(entries.collect(), Some(header), value)
}

/// The arguments and blocks that are there. An empty list says as much as none, and is what generated blocks
/// without instances look like.
fn written(fields: &Mapping) -> impl Iterator<Item = &(Text, Value)> {
    fields.entries.iter().filter(|(_, value)| !value.as_items().is_some_and(<[Value]>::is_empty))
}

fn mapping(entries: Vec<(Text, Value)>, header: Option<Span>, like: &Value) -> Value {
    Value { data: Data::Mapping(Arc::new(Mapping::object(entries, header))), ..like.clone() }
}

/// The field's name when blocks of this name are elements of a list.
fn plural(parent: &str, name: &str, value: &Value) -> Option<&'static str> {
    let is_blocks = blocks(value).is_some() || value.as_mapping().is_some() || value.is_unknown();
    let found = match (parent, name) {
        ("node_affinity", "required_during_scheduling_ignored_during_execution")
        | ("ephemeral", "volume_claim_template") => return None,
        // Strategies of a PodSecurityPolicy.
        ("fs_group" | "run_as_group" | "run_as_user" | "se_linux" | "supplemental_groups", "rule") => return None,
        ("fs_group" | "run_as_group" | "run_as_user" | "supplemental_groups", "range") => "ranges",
        ("ServiceAccount", "secret") => "secrets",
        ("ServiceAccount", "image_pull_secret") | (_, "image_pull_secrets") => "imagePullSecrets",
        (
            "container" | "init_container" | "spec" | "ingress" | "egress" | "subset" | "EndpointSlice",
            "port" | "ports",
        ) if is_blocks => "ports",
        ("http", "path") if is_blocks => "paths",
        ("spec", "limit") => "limits",
        ("spec", "metric") => "metrics",
        ("scale_up" | "scale_down", "policy") => "policies",
        ("dns_config", "option") => "options",
        ("projected", "sources") => "sources",
        ("config_map" | "secret" | "downward_api", "items") => "items",
        ("spec", "ingress") => "ingress",
        ("spec", "egress") => "egress",
        ("spec", "tls") => "tls",
        ("ingress", "from") => "from",
        ("egress", "to") => "to",
        ("affinity" | "pod_affinity" | "pod_anti_affinity", "required_during_scheduling_ignored_during_execution") => {
            "requiredDuringSchedulingIgnoredDuringExecution"
        }
        (_, "preferred_during_scheduling_ignored_during_execution") => {
            "preferredDuringSchedulingIgnoredDuringExecution"
        }
        // An argument of that name is no block.
        (_, name) => {
            let known = PLURALS.iter().find(|(singular, _)| *singular == name).filter(|_| is_blocks);
            return known.map(|(_, plural)| *plural);
        }
    };
    Some(found)
}

/// Blocks that are elements of a list wherever they stand.
const PLURALS: [(&str, &str); 33] = [
    ("address", "addresses"),
    ("allowed_flex_volumes", "allowedFlexVolumes"),
    ("allowed_host_paths", "allowedHostPaths"),
    ("allowed_topologies", "allowedTopologies"),
    ("cluster_role_selectors", "clusterRoleSelectors"),
    ("container", "containers"),
    ("endpoint", "endpoints"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("ephemeral_container", "ephemeralContainers"),
    ("host_aliases", "hostAliases"),
    ("host_ports", "hostPorts"),
    ("http_header", "httpHeaders"),
    ("init_container", "initContainers"),
    ("match_expression", "matchExpressions"),
    ("match_expressions", "matchExpressions"),
    ("match_fields", "matchFields"),
    ("match_label_expressions", "matchLabelExpressions"),
    ("node_selector_term", "nodeSelectorTerms"),
    ("not_ready_address", "notReadyAddresses"),
    ("on_pod_condition", "onPodConditions"),
    ("readiness_gate", "readinessGates"),
    ("rule", "rules"),
    ("subject", "subjects"),
    ("subset", "subsets"),
    ("sysctl", "sysctls"),
    ("toleration", "tolerations"),
    ("topology_spread_constraint", "topologySpreadConstraints"),
    ("volume", "volumes"),
    ("volume_claim_template", "volumeClaimTemplates"),
    ("volume_device", "volumeDevices"),
    ("volume_mount", "volumeMounts"),
    ("webhook", "webhooks"),
];

/// The API's name of an argument. It keeps acronyms in capitals, has a plural that is no list, or is another word, where
/// this table says so.
fn camel_case(name: &str) -> Text {
    const SPELLINGS: [(&str, &str); 31] = [
        ("ceph_fs", "cephfs"),
        ("ceph_monitors", "monitors"),
        ("client_ip", "clientIP"),
        ("cluster_ip", "clusterIP"),
        ("cluster_ips", "clusterIPs"),
        ("condition", "conditions"),
        ("data_disk_uri", "diskURI"),
        ("dataset_uuid", "datasetUUID"),
        ("disk_uri", "diskURI"),
        ("downward_api", "downwardAPI"),
        ("endpoints_name", "endpoints"),
        ("external_ips", "externalIPs"),
        ("host_ip", "hostIP"),
        ("host_ipc", "hostIPC"),
        ("host_pid", "hostPID"),
        ("insecure_skip_tls_verify", "insecureSkipTLSVerify"),
        ("load_balancer_ip", "loadBalancerIP"),
        ("non_resource_urls", "nonResourceURLs"),
        ("pd_id", "pdID"),
        ("pod_cidr", "podCIDR"),
        ("pod_ip", "podIP"),
        ("rados_user", "user"),
        ("rbd_image", "image"),
        ("rbd_pool", "pool"),
        ("run_as_username", "runAsUserName"),
        ("set_hostname_as_fqdn", "setHostnameAsFQDN"),
        ("storage_provisioner", "provisioner"),
        ("target_cpu_utilization_percentage", "targetCPUUtilizationPercentage"),
        ("target_ww_ns", "targetWWNs"),
        ("timezone", "timeZone"),
        ("volume_id", "volumeID"),
    ];
    if let Some((_, spelling)) = SPELLINGS.iter().find(|(known, _)| *known == name) {
        return Text::from(*spelling);
    }
    let mut spelling = Text::new();
    let mut capital = false;
    for letter in name.chars() {
        match (letter, capital) {
            ('_', _) => capital = true,
            (letter, true) => {
                spelling.push(letter.to_ascii_uppercase());
                capital = false;
            }
            (letter, false) => spelling.push(letter),
        }
    }
    spelling
}

#[cfg(test)]
mod tests;
