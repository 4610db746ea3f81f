//! R-ADM-8, 9: which requests are evaluated.

use crate::dispatcher::{Connection, Outcome};
use crate::objects::{created, deployment, privileged, review};
use crate::webhook::Webhook;
use serde_json::{Value as Json, json};

const DENY: &str = "admission: {mode: deny}\n";

#[test]
fn what_changes_no_object_is_admitted_without_a_word() {
    let webhook = Webhook::start(DENY, &[]);
    let mut connection = Connection::open(&webhook);
    let bad = deployment("web", &privileged());
    assert!(connection.review(&created(&bad)).denied.is_some());
    let mut admitted = vec![review("DELETE", None, Some(&bad)), review("CONNECT", Some(&bad), None)];
    for part in ["status", "scale", "ephemeralcontainers", "resize", "eviction", "binding"] {
        let mut update = review("UPDATE", Some(&bad), Some(&deployment("web", &json!({}))));
        update["request"]["subResource"] = part.into();
        admitted.push(update);
    }
    let changed = |change: fn(&mut Json)| {
        let mut new = bad.clone();
        change(&mut new);
        review("UPDATE", Some(&new), Some(&bad))
    };
    admitted.push(changed(|object| object["metadata"]["resourceVersion"] = "2".into()));
    admitted.push(changed(|object| object["metadata"]["finalizers"] = json!(["a/b"])));
    admitted.push(changed(|object| object["metadata"]["labels"]["team"] = "a".into()));
    admitted.push(changed(|object| object["status"] = json!({"replicas": 2})));
    // Nothing may keep an object from going away.
    admitted.push(changed(|object| {
        object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        object["spec"]["replicas"] = 0.into();
    }));
    admitted.push(created(&json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"},
                                  "spec": {"privileged": true}})));
    for review in admitted {
        assert_eq!(connection.review(&review), Outcome::default(), "{review}");
    }
}

/// Metadata can be the fault: then it is new, and counts.
#[test]
fn a_change_of_annotations_is_evaluated() {
    let webhook = Webhook::start(DENY, &[]);
    let mut connection = Connection::open(&webhook);
    let old = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web", "namespace": "shop"},
                     "spec": {"ingressClassName": "nginx", "tls": [{"hosts": ["a.example.com"], "secretName": "tls"}],
                              "rules": [{"host": "a.example.com", "http": {"paths": []}}]}});
    let mut new = old.clone();
    new["metadata"]["annotations"] = json!({"nginx.ingress.kubernetes.io/server-snippet": "return 200;"});
    let (_, message) = connection.review(&review("UPDATE", Some(&new), Some(&old))).denied.unwrap();
    assert!(message.contains("kubernetes/ingress/snippet"), "{message}");
    let mut again = new.clone();
    again["metadata"]["labels"] = json!({"a": "b"});
    assert_eq!(connection.review(&review("UPDATE", Some(&again), Some(&new))), Outcome::default());
}

#[test]
fn with_ratchet_an_old_violation_only_warns() {
    let bad = deployment("web", &privileged());
    let mut scaled = bad.clone();
    scaled["spec"]["replicas"] = 5.into();
    let mut worse = bad.clone();
    worse["spec"]["template"]["spec"]["hostPID"] = true.into();
    let strict = Webhook::start(DENY, &[]);
    let mut connection = Connection::open(&strict);
    assert!(connection.review(&review("UPDATE", Some(&scaled), Some(&bad))).denied.is_some());
    let webhook = Webhook::start(DENY, &["--ratchet"]);
    let mut connection = Connection::open(&webhook);
    let outcome = connection.review(&review("UPDATE", Some(&scaled), Some(&bad)));
    assert_eq!(outcome.denied, None);
    assert!(outcome.warnings.iter().any(|line| line.starts_with("kubernetes/container/privileged: ")), "{outcome:?}");
    let outcome = connection.review(&review("UPDATE", Some(&worse), Some(&bad)));
    let (_, message) = outcome.denied.unwrap();
    assert!(message.contains("kubernetes/pod/host-pid") && !message.contains("container/privileged"), "{message}");
    assert!(connection.review(&created(&bad)).denied.is_some(), "a new object has no past");
}

/// A relation to other objects cannot be seen, and is no reason to deny.
#[test]
fn what_depends_on_other_objects_is_inconclusive() {
    let configuration = "admission: {rules: [{checks: [kubernetes/availability/no-disruption-budget], mode: deny}]}\n";
    let webhook = Webhook::start(configuration, &[]);
    let outcome = Connection::open(&webhook).review(&created(&deployment("web", &json!({}))));
    assert_eq!(outcome, Outcome::default());
    assert!(webhook.metric("gatelint_admission_inconclusive_total") > 0.0);
}
