//! Checks as ValidatingAdmissionPolicies: how many there are, and that they say what the checks say.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use gatelint::check;
use gatelint::engine;
use gatelint::export::{self, Action, Refusal};
use gatelint::source::Sources;
use rayon::prelude::*;
use std::process::Command;

/// Checks of what is written that ask for something which the API server fills in, or adds, before it asks a policy.
const FILLED_IN: [&str; 11] = [
    "kubernetes/availability/autoscaler-single-replica",
    "kubernetes/availability/no-restart-policy",
    "kubernetes/availability/no-rolling-update",
    "kubernetes/availability/undecided-anti-affinity",
    "kubernetes/network/no-selector",
    "kubernetes/pod/deprecated-service-account-field",
    "kubernetes/pod/host-path",
    "kubernetes/pod/token-mount",
    "kubernetes/resources/ephemeral-storage",
    "kubernetes/resources/implicit-request",
    "kubernetes/workload/naked-pod",
];

/// Every policy that is given out is proved on the examples of its page; here it is held that the translation reaches as
/// far as it did, and that few translations fail their proof.
#[test]
fn most_checks_are_exported() {
    let pages: Vec<_> = check::pages().iter().filter(|page| page.id.starts_with("kubernetes/")).collect();
    let outcomes: Vec<(&str, Result<_, Refusal>)> = pages
        .par_iter()
        .map(|page| {
            let sources = Sources::default();
            let read = engine::load(page, &sources).unwrap_or_else(|problems| panic!("{}: {problems:?}", page.id));
            (page.id, export::policy(&read, None))
        })
        .collect();
    let differs = |id: &str| outcomes.iter().any(|(other, outcome)| *other == id && is_different(outcome));
    assert!(FILLED_IN.iter().all(|id| differs(id)), "a policy sees what is written after all");
    let differing: Vec<String> = outcomes
        .iter()
        .filter_map(|(id, outcome)| match outcome {
            Err(reason @ Refusal::Differs(_)) if !FILLED_IN.contains(id) => Some(format!("{id}: {reason}")),
            _ => None,
        })
        .collect();
    let exported = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    for (id, outcome) in &outcomes {
        if let Err(reason) = outcome {
            eprintln!("{id}: {reason}");
        }
    }
    eprintln!("{exported} of {} checks are exported", outcomes.len());
    // Nothing that differs is given out; these are what the translator could still learn.
    assert!(differing.len() <= 10, "{}", differing.join("\n"));
    assert!(exported >= 150, "{exported}");
}

fn is_different<T>(outcome: &Result<T, Refusal>) -> bool {
    matches!(outcome, Err(Refusal::Differs(_)))
}

/// The command prints what the API takes, and says what it leaves out.
#[test]
fn the_command_prints_policies_and_lists_the_rest_with_reasons() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint")).args(["export", "vap"]).args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, out, errors) = run(&["CKV_K8S_16", "kubernetes/network/no-policy", "--action", "warn"]);
    assert_eq!(code, 0);
    assert!(out.contains("kind: ValidatingAdmissionPolicy\n") && out.contains("validationActions: [Warn]"), "{out}");
    assert!(errors.starts_with("kubernetes/network/no-policy: not exported: "), "{errors}");
    let (code, out, errors) = run(&["kubernetes/network/no-policy"]);
    assert_eq!((code, out.as_str()), (2, ""), "{errors}");
    let (code, _, errors) = run(&["kubernetes/nothing"]);
    assert!(code == 2 && errors.contains("kubernetes/nothing"), "{errors}");
}

/// A name of a policy is a DNS name, and its text is what the reader of manifests reads.
#[test]
fn a_policy_has_a_name_that_the_api_takes() {
    let page = check::pages().iter().find(|page| page.id == "kubernetes/container/privileged").unwrap();
    let page = engine::load(page, &Sources::default()).unwrap();
    let exported = export::policy(&page, None).unwrap();
    let is_dns = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    assert!(exported.name.chars().all(is_dns), "{}", exported.name);
    let yaml = exported.yaml(Action::Deny);
    assert!(yaml.contains(&format!("policyName: {}", exported.name)), "{yaml}");
}
