//! What is left of a written object once it was decoded into its kind: no nulls, no fields that are empty and are left
//! out then, quantities as they are written canonically.
//!
//! Owns which fields of Kubernetes' kinds are left out when they are empty: those whose Go type is no pointer and whose
//! tag says `omitempty`. Source: the types of k8s.io/api 0.36.

use crate::cel::Quantity;
use crate::model::{Data, Value};
use crate::schema::{Argument, Body, Nesting, Shape, ValueType};

/// Flags that are left out when they are false.
const FLAGS: [&str; 15] = [
    "chapAuthDiscovery",
    "chapAuthSession",
    "clusterScope",
    "globalDefault",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "paused",
    "publishNotReadyAddresses",
    "readOnly",
    "sslEnabled",
    "stdin",
    "stdinOnce",
    "tty",
    "unschedulable",
];

/// Numbers that are left out when they are zero.
const NUMBERS: [&str; 7] =
    ["generation", "healthCheckNodePort", "hostPort", "initialDelaySeconds", "minReadySeconds", "nodePort", "number"];

/// The same in probes.
const NUMBERS_OF_PROBES: [&str; 4] = ["failureThreshold", "periodSeconds", "successThreshold", "timeoutSeconds"];

/// Fields that hold a probe.
const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// Texts that stay though they are empty, with the fields that they stand in; of those without, any.
const TEXTS: &[(&str, &[&str])] = &[
    ("apiGroup", &["dataSource", "dataSourceRef", "parameters", "resource"]),
    ("driver", &[]),
    ("fsType", &["azureDisk", "local"]),
    ("ingressClassName", &[]),
    ("key", &["configMapKeyRef", "items", "matchExpressions", "matchFields", "secretKeyRef", "taints"]),
    ("kind", &["dataSource", "dataSourceRef", "ownerReferences", "parameters", "roleRef", "subjects"]),
    ("loadBalancerClass", &[]),
    ("path", &["hostPath", "items", "nfs", "service"]),
    ("pathType", &[]),
    ("runtimeClassName", &[]),
    ("schedule", &[]),
    ("server", &[]),
    ("service", &["grpc"]),
    ("serviceName", &[]),
    ("timeZone", &[]),
    ("type", &["hostPath"]),
    ("url", &[]),
    ("value", &["httpHeaders", "options", "sysctls"]),
];

/// Lists that stay though they are empty, with the fields or kinds that they stand in.
const LISTS: &[(&str, &[&str])] = &[
    ("containers", &["spec"]),
    ("endpoints", &["EndpointSlice"]),
    ("limits", &["spec"]),
    ("nodeSelectorTerms", &[]),
    ("paths", &["http"]),
    ("ports", &["EndpointSlice"]),
    ("rules", &["ClusterRole", "Role", "podFailurePolicy", "successPolicy"]),
    ("sources", &["projected"]),
    ("values", &["onExitCodes"]),
    ("verbs", &["rules"]),
];

/// Whether a list names a field that stands in another one.
fn names(list: &[(&str, &[&str])], name: &str, around: &str) -> bool {
    list.iter().any(|(listed, places)| *listed == name && (places.is_empty() || places.contains(&around)))
}

/// Takes out of an object what decoding takes out. `around` is the field that it stands in, or its kind.
pub fn decode(value: &mut Value, body: Body, around: &str) {
    let Some(mapping) = value.as_mapping_mut() else { return };
    mapping.entries.retain(|(_, value)| !value.is_null());
    for (name, value) in &mut mapping.entries {
        if let Some(said) = body.get(name) {
            field(value, said, name);
        }
    }
    mapping.entries.retain(|(name, value)| body.get(name).is_none_or(|said| !is_left_out(name, value, said, around)));
}

fn field(value: &mut Value, said: Argument, name: &str) {
    let Some((nesting, body)) = said.body() else { return plain(value, said.value_type(), name) };
    match (nesting, &value.data) {
        (Nesting::Single, _) => decode(value, body, name),
        (Nesting::List | Nesting::Set, Data::Sequence(_)) => {
            value.as_items_mut().into_iter().flatten().for_each(|item| decode(item, body, name));
        }
        (Nesting::Map, Data::Mapping(_)) => {
            let entries = value.as_mapping_mut().map(|mapping| &mut mapping.entries);
            entries.into_iter().flatten().for_each(|(_, item)| decode(item, body, name));
        }
        _ => {}
    }
}

fn plain(value: &mut Value, wanted: ValueType, name: &str) {
    match wanted.shape() {
        Shape::Quantity => canonical(value, false),
        // Those of a claim have another type in some releases.
        Shape::Any if name == "resources" => {
            let amounts = value.as_mapping_mut().map(|mapping| &mut mapping.entries);
            amounts.into_iter().flatten().for_each(|(_, amounts)| resources(amounts));
        }
        Shape::Map(element) if element.shape() == Shape::Quantity => resources(value),
        Shape::List(element) => {
            value.as_items_mut().into_iter().flatten().for_each(|item| plain(item, element, name));
        }
        _ => {}
    }
}

/// Amounts by the names of resources.
fn resources(value: &mut Value) {
    let entries = value.as_mapping_mut().map(|mapping| &mut mapping.entries);
    entries.into_iter().flatten().for_each(|(_, amount)| canonical(amount, true));
}

/// Writes a quantity canonically; in a list of resources, there are no smaller parts than thousandths.
fn canonical(value: &mut Value, is_resource: bool) {
    let text = match &value.data {
        Data::String(text) => text.to_string(),
        Data::Number(number) => number.to_string(),
        _ => return,
    };
    let Ok(quantity) = Quantity::parse(&text) else { return };
    let quantity = if is_resource { quantity.in_thousandths() } else { quantity };
    value.data = Data::String(quantity.text().into());
}

fn is_left_out(name: &str, value: &Value, said: Argument, around: &str) -> bool {
    match &value.data {
        Data::Bool(false) => FLAGS.contains(&name) && !(name == "readOnly" && matches!(around, "azureDisk" | "csi")),
        Data::Number(number) if number.as_i64() == Some(0) => {
            NUMBERS.contains(&name) || NUMBERS_OF_PROBES.contains(&name) && PROBES.contains(&around)
        }
        Data::String(text) => text.is_empty() && !names(TEXTS, name, around) && name != "storageClassName",
        Data::Sequence(sequence) => sequence.items.is_empty() && !names(LISTS, name, around),
        Data::Mapping(mapping) => mapping.entries.is_empty() && mapping.open.is_none() && is_map(said),
        _ => false,
    }
}

/// Whether a field has entries of any name, and no type with fields of its own.
fn is_map(said: Argument) -> bool {
    match said.body() {
        Some((nesting, _)) => nesting == Nesting::Map,
        None => matches!(said.value_type().shape(), Shape::Map(_)),
    }
}
