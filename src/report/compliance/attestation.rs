//! An in-toto statement with the predicate `test-result` 0.1: what a release stage can require.
//!
//! The statement is not signed: whoever runs the scan signs it with the identity of that run. A test is a control,
//! named `FRAMEWORK/CONTROL`. Controls that nothing judged are no tests: they stand in a field of their own, which
//! consumers that do not know it leave unread.

use super::{Compliance, Outcome};
use crate::report::{HOMEPAGE, NAME, VERSION, wire};
use crate::source::sha256_hex;
use serde_json::{Map, Value as Json, json};
use std::io::{self, Write};

/// What an attestation is about.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The digest of the candidates of the tree: `dirHash` of in-toto, 64 hex digits.
    pub dir_hash: String,
    /// Path from the root and text of the configuration that the scan used.
    pub configuration: Option<(String, String)>,
}

pub(super) fn write(compliance: &Compliance<'_>, out: &mut dyn Write) -> io::Result<()> {
    let names = |outcomes: &[Outcome]| -> Vec<String> {
        let wanted = compliance.controls.iter().filter(|control| outcomes.contains(&control.outcome));
        wanted.map(|control| format!("{}/{}", compliance.framework.name, control.row.id)).collect()
    };
    let mut predicate = Map::new();
    predicate.insert("result".into(), result(compliance).into());
    predicate.insert("configuration".into(), configuration(compliance));
    predicate.insert("passedTests".into(), names(&[Outcome::Passed]).into());
    predicate.insert("warnedTests".into(), names(&[Outcome::Inconclusive, Outcome::Suppressed]).into());
    predicate.insert("failedTests".into(), names(&[Outcome::Failed]).into());
    predicate.insert(
        format!("{HOMEPAGE}/attestation/not-judged/v1"),
        json!({
            "notApplicable": names(&[Outcome::NotApplicable]),
            "switchedOff": names(&[Outcome::SwitchedOff]),
            "notCovered": names(&[Outcome::NotCovered]),
            "incomplete": compliance.caveat(),
        }),
    );
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": ".", "digest": { "dirHash": compliance.subject.dir_hash } }],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": predicate,
    });
    wire::write(&statement, out)
}

/// `PASSED` is said only of a whole scan in which something was judged and every control that was passed.
fn result(compliance: &Compliance<'_>) -> &'static str {
    let is_doubtful = [Outcome::Inconclusive, Outcome::Suppressed].iter().any(|outcome| compliance.count(*outcome) > 0);
    if compliance.count(Outcome::Failed) > 0 {
        "FAILED"
    } else if is_doubtful || compliance.caveat().is_some() || compliance.count(Outcome::Passed) == 0 {
        "WARNED"
    } else {
        "PASSED"
    }
}

/// What decided the result beside the files: the program, the catalog, the configuration.
fn configuration(compliance: &Compliance<'_>) -> Json {
    let framework = compliance.framework;
    let mut all = vec![
        json!({ "name": NAME, "uri": format!("pkg:cargo/{NAME}@{VERSION}") }),
        json!({
            "name": framework.name,
            "uri": framework.source,
            "digest": { "sha256": sha256_hex(framework.text.as_bytes()) },
        }),
    ];
    if let Some((path, text)) = &compliance.subject.configuration {
        all.push(json!({ "name": path, "digest": { "sha256": sha256_hex(text.as_bytes()) } }));
    }
    all.into()
}
