//! R-ADM-1, 2, 3, 7, 11: the protocol.

use crate::dispatcher::{Connection, verify};
use crate::objects::{created, deployment, privileged};
use crate::webhook::{NAME, Webhook};
use serde_json::{Value as Json, json};

const DENY: &str = "admission: {mode: deny}\n";

#[test]
fn a_denial_is_http_200_with_the_uid_and_version_of_its_review() {
    let webhook = Webhook::start(DENY, &[]);
    let mut connection = Connection::open(&webhook);
    for version in ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"] {
        let mut review = created(&deployment("web", &privileged()));
        review["apiVersion"] = version.into();
        let response = connection.post(review.to_string().as_bytes(), "600s").unwrap();
        assert_eq!(response.code, 200);
        assert!(response.head.to_lowercase().contains("content-type: application/json"), "{}", response.head);
        let answer: Json = serde_json::from_str(&response.body).unwrap();
        assert_eq!((&answer["apiVersion"], &answer["kind"]), (&json!(version), &json!("AdmissionReview")));
        assert_eq!(answer["response"]["uid"], review["request"]["uid"]);
        assert_eq!(answer["response"]["status"]["code"], 403);
        assert!(verify(&review, &response).unwrap().denied.is_some());
    }
}

#[test]
fn a_dry_run_has_the_same_verdict() {
    let webhook = Webhook::start(DENY, &[]);
    let mut connection = Connection::open(&webhook);
    for container in [privileged(), json!({})] {
        let mut review = created(&deployment("web", &container));
        let real = connection.review(&review);
        review["request"]["dryRun"] = true.into();
        assert_eq!(connection.review(&review), real);
    }
}

#[test]
fn what_is_no_review_is_refused_and_the_webhook_goes_on() {
    let webhook = Webhook::start("", &[]);
    let post = |kind: &str, length: usize, more: &str| {
        format!(
            "POST /validate HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{more}\r\n"
        )
    };
    let json = "application/json";
    let large = 11 << 20;
    let cases: [(u16, String, Vec<u8>); 12] = [
        (400, post(json, 1, ""), b"{".to_vec()),
        (400, post(json, 0, ""), Vec::new()),
        (400, post(json, 2, ""), b"{}".to_vec()),
        (400, post(json, 3, ""), b"\xff{}".to_vec()),
        (400, post(json, 68, ""), br#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"       }"#.to_vec()),
        (
            400,
            post(json, 77, ""),
            br#"{"apiVersion":"admission.k8s.io/v2","kind":"AdmissionReview","request":{"uid"}"#[..77].to_vec(),
        ),
        (400, post(json, 30_000, ""), b"[".repeat(30_000)),
        (415, post("text/plain", 2, ""), b"{}".to_vec()),
        (415, "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n".into(), b"{}".to_vec()),
        (405, "GET /validate HTTP/1.1\r\nHost: a\r\n\r\n".into(), Vec::new()),
        (404, "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".into(), Vec::new()),
        (413, post(json, large, ""), Vec::new()),
    ];
    for (code, head, body) in cases {
        let response = Connection::open(&webhook).raw(&head, &body).unwrap();
        assert_eq!(response.code, code, "{head}{response:?}");
        assert!(response.body.ends_with('\n'), "{response:?}");
        if code == 405 {
            assert!(response.head.to_lowercase().contains("allow: post"), "{}", response.head);
        }
    }
    // Without a length, the body is counted while it is read.
    let chunked =
        "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let body = [format!("{large:x}\r\n").into_bytes(), vec![b' '; large], b"\r\n0\r\n\r\n".to_vec()].concat();
    assert_eq!(Connection::open(&webhook).raw(chunked, &body).unwrap().code, 413);
    assert!(Connection::open(&webhook).review(&created(&deployment("web", &json!({})))).denied.is_none());
    assert_eq!(webhook.metric("gatelint_admission_requests_total{verdict=\"error\"}"), 13.0);
}

#[test]
fn the_largest_update_of_a_config_map_is_read() {
    let webhook = Webhook::start("", &[]);
    let object = |end: &str| {
        json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "big", "namespace": "shop"},
               "data": {"text": "<".repeat(700_000), "end": end}})
    };
    let review = crate::objects::review("UPDATE", Some(&object("a")), Some(&object("b")));
    // The API server writes `<` with six bytes.
    let body = review.to_string().replace('<', "\\u003c");
    assert!(body.len() > 8 << 20, "{}", body.len());
    let response = Connection::open(&webhook).post(body.as_bytes(), "600s").unwrap();
    assert_eq!(verify(&review, &response).unwrap().denied, None);
}
