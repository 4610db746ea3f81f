//! R-ADM-10, 12, 13, 15: time, certificates, probes, the end.

use crate::dispatcher::{Caller, Connection, verify};
use crate::objects::{created, deployment, privileged};
use crate::webhook::{Authority, NAME, Webhook, write_certificate};
use serde_json::json;
use std::fs;
use std::time::{Duration, Instant};

/// Waits until something is so.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// While the only thread is busy, others are answered without a verdict.
#[test]
fn at_the_deadline_it_answers_as_it_is_told_to() {
    let mut large = deployment("large", &privileged());
    let container = large["spec"]["template"]["spec"]["containers"][0].clone();
    large["spec"]["template"]["spec"]["containers"] = json!(vec![container; 300]);
    let (large, small) = (created(&large).to_string(), created(&deployment("web", &json!({}))));
    for (closed, flags) in [(false, vec!["--threads", "1"]), (true, vec!["--threads", "1", "--fail-closed"])] {
        let webhook = Webhook::start("", &flags);
        let mut told = None;
        std::thread::scope(|scope| {
            let busy = scope.spawn(|| Connection::open(&webhook).post(large.as_bytes(), "600s").unwrap());
            while told.is_none() && !busy.is_finished() {
                // On a slow machine the body itself may not arrive in time, and the connection is closed.
                let response = Connection::open(&webhook).post(small.to_string().as_bytes(), "100ms");
                let Some(response) = response.ok().filter(|response| response.code != 408) else { continue };
                let outcome = verify(&small, &response).unwrap();
                let message = outcome.denied.as_ref().map(|(_, message)| message).or(outcome.warnings.first());
                told = message.filter(|text| text.contains("before the deadline")).map(|_| outcome.denied.is_some());
            }
            assert_eq!(busy.join().unwrap().code, 200);
        });
        assert_eq!(told, Some(closed));
    }
}

#[test]
fn a_new_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let webhook = Webhook::start("", &["--tls-refresh", "50ms"]);
    let review = created(&deployment("web", &json!({})));
    let mut old = Connection::open(&webhook);
    let other = Authority::new();
    let trusting = || Caller { authority: Some(other.pem()), ..Caller::default() };
    assert!(Connection::with(&webhook, &trusting()).is_err());
    write_certificate(&webhook.folder, &other, NAME);
    eventually("the new certificate", || Connection::with(&webhook, &trusting()).is_ok());
    assert!(Connection::with(&webhook, &Caller::default()).is_err());
    assert_eq!(old.review(&review).denied, None, "a connection that is open stays");
    fs::write(webhook.folder.join("tls.crt"), "nothing").unwrap();
    let failures = "gatelint_admission_certificate_reads_total{result=\"failure\"}";
    eventually("the failure is counted", || webhook.metric(failures) > 0.0);
    assert!(Connection::with(&webhook, &trusting()).is_ok());
}

#[test]
fn clients_check_the_name_and_the_webhook_checks_clients_if_told_to() {
    let plain = Webhook::start("", &["--tls-refresh", "50ms"]);
    assert!(Connection::with(&plain, &Caller::default()).is_ok());
    write_certificate(&plain.folder, &plain.authority, "other.gatelint.svc");
    eventually("the wrong name is refused", || Connection::with(&plain, &Caller::default()).is_err());
    let webhook = Webhook::start("", &["--client-ca", "ca.crt"]);
    let review = created(&deployment("web", &json!({})));
    let ask = |identity| {
        let caller = Caller { identity, ..Caller::default() };
        let body = review.to_string();
        Connection::with(&webhook, &caller).and_then(|mut connection| connection.post(body.as_bytes(), "600s"))
    };
    assert!(ask(None).is_err());
    assert!(ask(Some(Authority::new().sign("api-server"))).is_err());
    assert_eq!(ask(Some(webhook.authority.sign("api-server"))).unwrap().code, 200);
}

#[test]
fn it_speaks_tls_1_2_and_1_3_and_nothing_else() {
    let webhook = Webhook::start("", &[]);
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let caller = Caller { versions: Some(&[version]), ..Caller::default() };
        assert!(Connection::with(&webhook, &caller).is_ok());
    }
    use std::io::{Read as _, Write as _};
    let mut plain = std::net::TcpStream::connect(webhook.reviews).unwrap();
    plain.write_all(b"POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"));
}

#[test]
fn probes_and_metrics_have_a_port_of_their_own() {
    let webhook = Webhook::start("admission: {mode: deny}\n", &[]);
    assert_eq!(webhook.probe("/healthz").0, 200);
    eventually("ready", || webhook.probe("/readyz").0 == 200);
    assert_eq!(webhook.probe("/validate").0, 404);
    let mut connection = Connection::open(&webhook);
    for container in [privileged(), json!({}), json!({})] {
        let _ = connection.review(&created(&deployment("web", &container)));
    }
    let (_, text) = webhook.probe("/metrics");
    assert_eq!(webhook.metric("gatelint_admission_requests_total{verdict=\"deny\"}"), 1.0, "{text}");
    assert_eq!(webhook.metric("gatelint_admission_duration_seconds_count"), 3.0, "{text}");
    assert_eq!(webhook.metric("gatelint_admission_duration_seconds_bucket{le=\"+Inf\"}"), 3.0, "{text}");
    let hit = "gatelint_admission_findings_total{check=\"kubernetes/container/privileged\",mode=\"deny\"}";
    assert_eq!(webhook.metric(hit), 1.0, "{text}");
}

/// A retry is answered as the first try was.
#[test]
fn the_same_request_has_the_same_answer() {
    let webhook = Webhook::start("admission: {mode: deny}\n", &[]);
    let body = created(&deployment("web", &privileged())).to_string();
    let answers: Vec<String> =
        (0..3).map(|_| Connection::open(&webhook).post(body.as_bytes(), "600s").unwrap().body).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[test]
fn asked_to_end_it_finishes_what_it_began_and_exits_with_0() {
    let mut webhook = Webhook::start("", &[]);
    eventually("ready", || webhook.probe("/readyz").0 == 200);
    let review = created(&deployment("web", &json!({})));
    let (mut idle, mut busy) = (Connection::open(&webhook), Connection::open(&webhook));
    assert!(idle.review(&review).denied.is_none());
    let began = Instant::now();
    webhook.terminate();
    eventually("not ready", || webhook.probe("/readyz").0 == 503);
    assert!(busy.review(&review).denied.is_none(), "the endpoint may still be known");
    let status = webhook.child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10));
}
