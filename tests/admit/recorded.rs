//! The requests of a real API server (Kubernetes 1.36), which are not part of the repository: skipped without them.

use crate::dispatcher::{Connection, verify};
use crate::webhook::Webhook;
use gatelint::admit::{Evaluator, Subject, read, subject};
use gatelint::discover::Memory;
use gatelint::scan::{self, Request};
use gatelint::source::Sources;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The bodies, in the order of their arrival; none where they are not at hand.
fn bodies(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let shared = std::env::var_os("GATELINT_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("admit").join(name);
    let _ = fs::remove_dir_all(&to);
    fs::create_dir_all(&to).unwrap();
    let archive = shared.join("vectors/admission.tar.xz");
    let unpacked = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(&to).output();
    let requests = to.join("admission/requests");
    if !unpacked.is_ok_and(|output| output.status.success()) || !requests.is_dir() {
        eprintln!("skipped: the recorded requests are not at hand");
        return Vec::new();
    }
    let mut paths: Vec<PathBuf> = fs::read_dir(requests).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn the_api_server_takes_every_answer() {
    let bodies = bodies("answers");
    let webhook = Webhook::start("admission: {mode: deny}\n", &[]);
    let mut connection = Connection::open(&webhook);
    let mut denied = 0;
    for (path, body) in &bodies {
        let review: Json = serde_json::from_slice(body).unwrap();
        let response = connection.post(body, "600s").unwrap();
        let outcome = verify(&review, &response).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(outcome.sent, outcome.warnings, "{}", path.display());
        let incomplete = outcome.annotations.iter().find(|(key, _)| key == "incomplete");
        assert_eq!(incomplete, None, "{}", path.display());
        if let Some((code, message)) = outcome.denied {
            denied += 1;
            assert_eq!(code, 403, "{}", path.display());
            assert!(message.contains("Fix: ") && message.chars().count() <= 1_000, "{}: {message}", path.display());
        }
    }
    assert!(bodies.is_empty() || denied > 50 && denied < bodies.len() / 2, "{denied} of {}", bodies.len());
}

/// R-ADM-16: what a scan of a file with the object finds, but for what depends on other objects.
#[test]
fn an_object_is_judged_as_a_scan_judges_it() {
    let request = Request::default();
    let sources = Sources::default();
    let catalog = request.catalog(&sources).unwrap().preloaded(&["kubernetes", "paths"], &sources);
    let evaluator = Evaluator::new(&request, &sources, &catalog);
    let (mut compared, mut open) = (0, BTreeSet::new());
    for (path, body) in bodies("scans") {
        let review = read(&body).unwrap();
        let Some(Subject { object, .. }) = subject(&review.request, false) else { continue };
        let judged = evaluator.judged(object);
        let of = |findings: &[gatelint::finding::Finding]| -> BTreeSet<String> {
            let counting = findings.iter().filter(|finding| finding.counts());
            counting.map(|finding| format!("{} {}", finding.check.id, finding.resource)).collect()
        };
        let tree = Memory::tree([("object.json", object)]);
        let report = scan::judge(&tree, &request).unwrap();
        let (webhook, file) = (of(&judged.findings), of(&report.findings));
        assert!(webhook.is_subset(&file), "{}: {:?}", path.display(), webhook.difference(&file));
        let undecided: BTreeSet<String> = judged.inconclusive.iter().map(|one| one.check.id.to_string()).collect();
        for only in file.difference(&webhook) {
            let check = only.split(' ').next().unwrap_or_default();
            assert!(undecided.contains(check), "{}: {only}", path.display());
            open.insert(check.to_owned());
        }
        compared += 1;
    }
    assert!(compared == 0 || compared > 196, "{compared}");
    // Relations, every one of them.
    assert!(compared == 0 || open.contains("kubernetes/availability/no-disruption-budget"), "{open:?}");
    assert!(open.len() < 20, "{open:?}");
}
