//! Objects and reviews as a real API server sends them, in their short form.

use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// A Deployment without a fault at or above `medium`, but for what `container` says.
pub fn deployment(name: &str, container: &Json) -> Json {
    let mut whole = json!({
        "name": "app", "image": "registry.example.com/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "resources": {"limits": {"cpu": "1", "memory": "64Mi"}, "requests": {"cpu": "1", "memory": "64Mi"}},
        "livenessProbe": {"httpGet": {"path": "/live", "port": 8080}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}},
        "securityContext": {
            "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true,
            "runAsNonRoot": true, "runAsUser": 20000, "runAsGroup": 20000, "seccompProfile": {"type": "RuntimeDefault"}
        }
    });
    merge(&mut whole, container);
    let labels = json!({"app.kubernetes.io/name": name});
    json!({
        "kind": "Deployment", "apiVersion": "apps/v1",
        "metadata": {"name": name, "namespace": "shop", "labels": labels.clone()},
        "spec": {"replicas": 3, "selector": {"matchLabels": labels.clone()}, "template": {
            "metadata": {"labels": labels},
            "spec": {"automountServiceAccountToken": false, "serviceAccountName": name, "containers": [whole]}
        }}
    })
}

/// The container of it that a check finds fault with at severity `high` or worse.
pub fn privileged() -> Json {
    json!({"securityContext": {"privileged": true, "allowPrivilegeEscalation": null}})
}

fn merge(into: &mut Json, from: &Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Json::Null), value);
            }
            into.retain(|_, value| !value.is_null());
        }
        (into, from) => *into = from.clone(),
    }
}

/// A review of an operation on an object, or on the object that it replaces.
pub fn review(operation: &str, object: Option<&Json>, old: Option<&Json>) -> Json {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let uid = format!("705ab4f5-6393-11e8-b7cc-{:012}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let subject = object.or(old).expect("an object");
    let text = |path: &str| subject.pointer(path).and_then(Json::as_str).unwrap_or_default().to_owned();
    let (group, version) = match text("/apiVersion").split_once('/') {
        Some((group, version)) => (group.to_owned(), version.to_owned()),
        None => (String::new(), text("/apiVersion")),
    };
    json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": uid, "kind": {"group": group, "version": version, "kind": text("/kind")},
            "resource": {"group": group, "version": version, "resource": text("/kind").to_lowercase() + "s"},
            "name": text("/metadata/name"), "namespace": text("/metadata/namespace"), "operation": operation,
            "userInfo": {"username": "kubernetes-admin"}, "object": object, "oldObject": old, "dryRun": false,
            "options": null
        }
    })
}

/// The creation of an object.
pub fn created(object: &Json) -> Json {
    review("CREATE", Some(object), None)
}
