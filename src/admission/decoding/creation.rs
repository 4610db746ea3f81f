//! What the API server adds to an object after decoding and before policies see it: identity, status, and what its own
//! admission plugins set that are on by default.
//!
//! What the cluster chooses (addresses, ports, ids) is not known. What only an object of the cluster would add (limits of a
//! `LimitRange`, a priority class for all, webhooks that change objects) is not added. Sources: pkg/registry/*/strategy.go and
//! plugin/pkg/admission in kubernetes/kubernetes, 1.36.

use super::part::ObjectPart;
use crate::model::{Cause, Data, Text, Type, Value};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What the plugin for service accounts asks for of an account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The namespace, if it is known.
    pub namespace: Option<Text>,
    /// Whether its token is mounted, if it says.
    pub mounts: Option<bool>,
    /// Secrets for pulling images.
    pub pull_secrets: Option<Value>,
}

/// Adds what every new object has. `namespace` is why its namespace is not known.
pub fn identity(object: &mut ObjectPart<'_>, namespace: Option<&[Cause]>) {
    object.inside("metadata", |metadata| {
        for name in ["creationTimestamp", "generation", "managedFields", "uid"] {
            metadata.take(name);
            metadata.leave_to_cluster(name, &format!("`metadata.{name}`"));
        }
        if metadata.has("generateName") {
            metadata.leave_to_cluster("name", "the name of the object");
        }
        if let Some(causes) = namespace {
            metadata.add_unknown("namespace", Type::String, causes.to_vec());
        }
    });
}

/// Sets the status of a new object, which nobody can give it.
pub fn status(group: &str, kind: &str, object: &mut ObjectPart<'_>) {
    let status = match (group, kind) {
        ("apps", "Deployment") | ("batch" | "flowcontrol.apiserver.k8s.io", _) | ("", "ResourceQuota") => {
            json!({})
        }
        ("", "Service") | ("networking.k8s.io", "Ingress") => json!({"loadBalancer": {}}),
        ("", "PersistentVolume" | "PersistentVolumeClaim" | "Pod") => json!({"phase": "Pending"}),
        ("", "Namespace") => json!({"phase": "Active"}),
        ("" | "apps", "ReplicaSet" | "ReplicationController") => json!({"replicas": 0}),
        ("apps", "StatefulSet") => json!({"availableReplicas": 0, "replicas": 0}),
        ("apps", "DaemonSet") => json!({
            "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
        }),
        ("autoscaling", "HorizontalPodAutoscaler") => json!({"currentMetrics": null, "desiredReplicas": 0}),
        ("policy", "PodDisruptionBudget") => json!({
            "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0,
        }),
        ("apiextensions.k8s.io", _) => {
            object.take("status");
            object.leave_to_cluster("status", "the status of the definition");
            return;
        }
        _ => return,
    };
    object.set_json("status", &status);
    object.inside("status", |status| match (group, kind) {
        ("", "Pod") => status.leave_to_cluster("qosClass", "the class of the pod"),
        ("", "PersistentVolume") => status.leave_to_cluster("lastPhaseTransitionTime", "the time of the creation"),
        _ => {}
    });
}

/// Adds what is chosen for objects of a kind.
pub fn chosen(group: &str, kind: &str, object: &mut ObjectPart<'_>) {
    match (group, kind) {
        ("", "Namespace") => object.inside("spec", |spec| spec.add("finalizers", json!(["kubernetes"]))),
        ("", "Service") => object.inside("spec", addresses),
        ("", "PersistentVolumeClaim") => {
            object.inside("metadata", |metadata| {
                metadata.append("finalizers", &[json!("kubernetes.io/pvc-protection")]);
            });
            object.inside("spec", |spec| {
                spec.leave_to_cluster("storageClassName", "the default storage class");
                same_source(spec);
            });
        }
        ("", "PersistentVolume") => object.inside("metadata", |metadata| {
            metadata.append("finalizers", &[json!("kubernetes.io/pv-protection")]);
        }),
        ("networking.k8s.io", "Ingress") => {
            const OLD: &str = "kubernetes.io/ingress.class";
            let annotations = object.get("metadata").and_then(|metadata| metadata.get("annotations"));
            if annotations.is_none_or(|annotations| annotations.get(OLD).is_none()) {
                object.inside("spec", |spec| spec.leave_to_cluster("ingressClassName", "the default ingress class"));
            }
        }
        ("apps", "DaemonSet") => object.inside("metadata", |metadata| {
            metadata.always("annotations", |annotations| {
                annotations.set_json("deprecated.daemonset.template.generation", &json!("1"));
            });
        }),
        ("batch", "Job") => job(object),
        _ => {}
    }
}

/// The old field and the new one name the same source of a claim.
fn same_source(spec: &mut ObjectPart<'_>) {
    if let Some(source) = spec.get("dataSource").cloned() {
        spec.add_value("dataSourceRef", || source);
    } else if let Some(source) = spec.get("dataSourceRef").filter(|source| source.get("namespace").is_none()).cloned() {
        spec.add_value("dataSource", || source);
    }
}

/// Addresses and ports of a service.
fn addresses(spec: &mut ObjectPart<'_>) {
    let kind = spec.text("type").unwrap_or_default().to_owned();
    if kind == "ExternalName" {
        return;
    }
    match spec.text("clusterIP").map(str::to_owned) {
        Some(address) if !address.is_empty() => spec.add("clusterIPs", json!([address])),
        _ => {
            spec.leave_to_cluster("clusterIP", "the address of the service");
            spec.leave_to_cluster("clusterIPs", "the addresses of the service");
        }
    }
    spec.leave_to_cluster("ipFamilies", "the families of addresses");
    if spec.text("clusterIP") == Some("None") && !spec.has("selector") {
        spec.leave_to_cluster("ipFamilyPolicy", "the families of addresses");
    } else {
        spec.add("ipFamilyPolicy", "SingleStack");
    }
    let is_allocated = spec.get("allocateLoadBalancerNodePorts").and_then(Value::as_bool) != Some(false);
    if kind == "NodePort" || kind == "LoadBalancer" && is_allocated {
        spec.each("ports", |port| port.leave_to_cluster("nodePort", "the port on the nodes"));
    }
    if kind == "LoadBalancer" && spec.text("externalTrafficPolicy") == Some("Local") {
        spec.leave_to_cluster("healthCheckNodePort", "the port on the nodes");
    }
}

/// What is not known of a job.
const ID: &str = "the id of the job";

/// A job selects its pods by an id of its own, which its template has as a label.
fn job(object: &mut ObjectPart<'_>) {
    let name = object.get("metadata").and_then(|metadata| metadata.get("name")).cloned();
    let labelled = |labels: &mut ObjectPart<'_>| {
        for label in ["batch.kubernetes.io/controller-uid", "controller-uid"] {
            labels.leave_to_cluster(label, ID);
        }
        for label in ["batch.kubernetes.io/job-name", "job-name"] {
            if let Some(name) = name.clone() {
                labels.add_value(label, || name);
            }
        }
    };
    let is_manual = object.at(&["spec", "manualSelector"]).and_then(Value::as_bool);
    if is_manual != Some(false) {
        return;
    }
    let labels = [object.at(&["metadata", "labels"]), object.at(&["spec", "template", "metadata", "labels"])];
    let shares_labels = match labels.map(|labels| labels.map(|labels| &labels.data)) {
        [Some(Data::Mapping(own)), Some(Data::Mapping(of_template))] => Arc::ptr_eq(own, of_template),
        _ => false,
    };
    object.inside("spec", |spec| {
        let selected = |labels: &mut ObjectPart<'_>| {
            labels.leave_to_cluster("batch.kubernetes.io/controller-uid", ID);
        };
        spec.inside("template", |template| template.inside("metadata", |metadata| metadata.always("labels", labelled)));
        spec.always("selector", |selector| selector.always("matchLabels", selected));
    });
    // The labels that a job takes from its template are the same map to the API server: what is added to one is in both.
    if shares_labels {
        object.inside("metadata", |metadata| metadata.inside("labels", labelled));
    }
}

/// Adds to a pod what the plugins `ServiceAccount`, `DefaultTolerationSeconds` and `Priority` add.
pub fn pod(spec: &mut ObjectPart<'_>, accounts: &dyn Fn(&str) -> Option<Account>) {
    spec.add("serviceAccountName", "default");
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        spec.set("serviceAccount", account);
    }
    let account = spec.text("serviceAccountName").and_then(accounts).unwrap_or_default();
    if let Some(secrets) = account.pull_secrets {
        spec.add_value("imagePullSecrets", || secrets);
    }
    let mounts = spec.get("automountServiceAccountToken").cloned();
    match mounts.as_ref().map(|mounts| (mounts.as_bool(), mounts.as_unknown())) {
        Some((_, Some(unknown))) => leave_volumes_open(spec, &unknown.causes),
        Some((Some(false), _)) => {}
        None if account.mounts == Some(false) => {}
        _ => mount_token(spec),
    }
    tolerations(spec);
    match spec.text("priorityClassName").map(str::to_owned).as_deref() {
        None if spec.has("priorityClassName") => spec.leave_to_cluster("priority", "the priority class"),
        None => spec.add("priority", 0),
        Some("system-cluster-critical") => spec.add("priority", 2_000_000_000),
        Some("system-node-critical") => spec.add("priority", 2_000_001_000),
        Some(_) => spec.leave_to_cluster("priority", "the priority class"),
    }
    if spec.text("priorityClassName").is_none_or(|name| name.starts_with("system-")) {
        spec.add("preemptionPolicy", "PreemptLowerPriority");
    }
    spec.leave_to_cluster("preemptionPolicy", "the priority class");
}

/// Where the token of an account is mounted.
const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// How the volume of the token is called, with a random end.
const TOKEN_VOLUME: &str = "kube-api-access-";

/// What stands for the random end: no policy can depend on it, and policies read the names of all volumes.
const RANDOM_END: &str = "xxxxx";

fn mount_token(spec: &mut ObjectPart<'_>) {
    let names = spec.get("volumes").and_then(Value::as_items).unwrap_or_default().iter();
    let mut names = names.filter_map(|volume| volume.get("name"));
    let own = names.find(|name| name.as_str().is_some_and(|name| name.starts_with(TOKEN_VOLUME))).cloned();
    let has_own = own.is_some();
    let name = own.unwrap_or_else(|| Value::string(format!("{TOKEN_VOLUME}{RANDOM_END}"), spec.place()));
    let mut is_needed = false;
    for list in ["initContainers", "containers"] {
        spec.each(list, |container| {
            let mounts = container.get("volumeMounts").and_then(Value::as_items).unwrap_or_default();
            if mounts.iter().any(|mount| mount.get("mountPath").and_then(Value::as_str) == Some(TOKEN_PATH)) {
                return;
            }
            is_needed = true;
            container.append("volumeMounts", &[json!({"readOnly": true, "mountPath": TOKEN_PATH})]);
            container.each("volumeMounts", |mount| mount.add_value("name", || name.clone()));
        });
    }
    if has_own || !is_needed {
        return;
    }
    let item = |key: &str| json!({"key": key, "path": key});
    let namespace = json!({"apiVersion": "v1", "fieldPath": "metadata.namespace"});
    let sources = json!([
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [item("ca.crt")]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": namespace}]}},
    ]);
    spec.append("volumes", &[json!({"projected": {"defaultMode": 420, "sources": sources}})]);
    spec.each("volumes", |volume| volume.add_value("name", || name.clone()));
}

/// Says that there may be more volumes than the written ones.
fn leave_volumes_open(spec: &mut ObjectPart<'_>, causes: &[Cause]) {
    let open = |part: &mut ObjectPart<'_>, list: &str| {
        let known = part.get(list).and_then(Value::as_items).map(<[Value]>::to_vec).unwrap_or_default();
        part.set(list, Value::open_list(known, causes.to_vec(), part.place()));
    };
    open(spec, "volumes");
    for list in ["initContainers", "containers"] {
        spec.each(list, |container| open(container, "volumeMounts"));
    }
}

/// A pod stays five minutes on a node that is lost, unless it says otherwise.
fn tolerations(spec: &mut ObjectPart<'_>) {
    let written = spec.get("tolerations").and_then(Value::as_items).unwrap_or_default();
    let has = |taint: &str| {
        let field = |toleration: &Value, name: &str, wanted: &str| match toleration.get(name) {
            None => true,
            Some(value) => value.as_str().is_none_or(|text| text.is_empty() || text == wanted),
        };
        written.iter().any(|one| field(one, "key", taint) && field(one, "effect", "NoExecute"))
    };
    let added =
        ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].into_iter().filter(|taint| !has(taint));
    let added: Vec<Json> = added
        .map(|taint| json!({"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}))
        .collect();
    spec.append("tolerations", &added);
}
