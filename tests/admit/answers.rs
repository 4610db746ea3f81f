//! R-ADM-4, 5, 6: what is answered, and by which mode.

use crate::dispatcher::{Connection, Outcome};
use crate::objects::{created, deployment, privileged};
use crate::webhook::Webhook;
use serde_json::json;

#[test]
fn a_denial_names_checks_address_and_fix_in_a_thousand_characters() {
    let webhook = Webhook::start("admission: {mode: deny}\n", &[]);
    let mut connection = Connection::open(&webhook);
    let mut object = deployment("web", &privileged());
    let (code, message) = connection.review(&created(&object)).denied.unwrap();
    assert_eq!(code, 403);
    for part in ["kubernetes/container/privileged: ", "Deployment/shop/web/container/app", "Fix: Remove `privileged`"] {
        assert!(message.contains(part), "{message}");
    }
    let containers: Vec<_> = (0..30)
        .map(|number| {
            let mut container = object["spec"]["template"]["spec"]["containers"][0].clone();
            container["name"] = format!("app-{number}").into();
            container
        })
        .collect();
    object["spec"]["template"]["spec"]["containers"] = json!(containers);
    let (_, message) = connection.review(&created(&object)).denied.unwrap();
    assert!(message.chars().count() <= 1_000 && message.ends_with(" more"), "{message}");
}

/// `critical` and `high` before `medium`; the API server passes all of them on.
#[test]
fn warnings_are_sorted_cut_and_counted() {
    let webhook = Webhook::start("", &[]);
    let mut connection = Connection::open(&webhook);
    let mut object = deployment("web", &privileged());
    let long = "x".repeat(63);
    let containers: Vec<_> = (0..40)
        .map(|number| {
            json!({"name": format!("c{number}"), "image": format!("{long}/{long}/{long}/{long}:latest"),
                   "securityContext": {"privileged": number == 39}})
        })
        .collect();
    object["spec"]["template"]["spec"]["containers"] = json!(containers);
    let outcome = connection.review(&created(&object));
    assert_eq!(outcome.denied, None);
    assert_eq!(outcome.warnings, outcome.sent, "the API server drops or cuts a warning");
    assert!(outcome.sent.iter().all(|line| line.len() <= 256), "{outcome:#?}");
    assert!(outcome.sent[0].starts_with("kubernetes/container/privileged: "), "{outcome:#?}");
    let (rest, first) = (outcome.sent.last().unwrap(), outcome.sent.len() - 1);
    let more: usize = rest.strip_prefix('+').and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap();
    assert!(more > 10 && first > 5, "{rest}");
}

/// A warning with a control character is dropped whole by the API server, and a terminal would obey a message.
#[test]
fn what_an_object_says_cannot_hide_a_finding() {
    let mut container = privileged();
    container["name"] = "app\u{1b}[2J\n::error::\u{202e}".into();
    let object = deployment("web", &container);
    let webhook = Webhook::start("", &[]);
    let outcome = Connection::open(&webhook).review(&created(&object));
    assert!(!outcome.sent.is_empty());
    assert_eq!(outcome.warnings, outcome.sent);
    let webhook = Webhook::start("admission: {mode: deny}\n", &[]);
    let (_, message) = Connection::open(&webhook).review(&created(&object)).denied.unwrap();
    assert!(!message.contains(['\u{1b}', '\n', '\u{202e}']), "{message:?}");
}

#[test]
fn modes_go_by_check_severity_and_namespace() {
    let configuration = "\
admission:
  mode: warn
  rules:
    - namespaces: [sandbox-*]
      mode: audit
    - checks: [CKV_K8S_16]
      severity: high
      mode: deny
";
    let webhook = Webhook::start(configuration, &[]);
    let mut connection = Connection::open(&webhook);
    let mut review = |namespace: &str, container| {
        let mut object = deployment("web", &container);
        object["metadata"]["namespace"] = namespace.into();
        connection.review(&created(&object))
    };
    let (_, message) = review("shop", privileged()).denied.unwrap();
    assert!(message.contains("kubernetes/container/privileged"), "{message}");
    let root = json!({"securityContext": {"runAsNonRoot": false, "runAsUser": 0}});
    let warned = review("shop", root.clone());
    assert!(warned.denied.is_none() && !warned.warnings.is_empty(), "{warned:?}");
    for container in [privileged(), root] {
        let Outcome { denied, warnings, annotations, .. } = review("sandbox-1", container);
        assert_eq!((denied, warnings), (None, Vec::new()));
        assert!(annotations.iter().any(|(key, value)| key.starts_with("kubernetes.") && value.starts_with("audit: ")));
    }
}

/// The same words as in a comment of a file, with the same rules.
#[test]
fn an_annotation_suppresses_by_the_rules_of_the_configuration() {
    let with = |value: &str| {
        let mut object = deployment("web", &privileged());
        object["metadata"]["annotations"] = json!({"gatelint.github.io/ignore": value});
        created(&object)
    };
    let ids = "kubernetes/container/privileged";
    let webhook = Webhook::start("admission: {mode: deny}\nsuppressions: {require-reason: true}\n", &[]);
    let mut connection = Connection::open(&webhook);
    let outcome = connection.review(&with(&format!("{ids} until=2026-02-01 owner=web -- the node agent")));
    assert!(outcome.denied.is_none(), "{outcome:?}");
    let suppressed = outcome.annotations.iter().find(|(key, _)| key == "suppressed").unwrap();
    assert!(suppressed.1.contains("kubernetes/container/privileged (the node agent)"), "{suppressed:?}");
    for void in [ids.to_owned(), format!("{ids} until=2025-12-31 -- too old")] {
        assert!(connection.review(&with(&void)).denied.is_some(), "{void}");
    }
    let never = "admission: {mode: deny}\nsuppressions: {never: [kubernetes/container/privileged]}\n";
    let webhook = Webhook::start(never, &[]);
    assert!(Connection::open(&webhook).review(&with(&format!("{ids} -- please"))).denied.is_some());
}
