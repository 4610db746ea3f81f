//! What the real tools answered, asked of gatelint: Terraform 1.11.4, `kubectl` 1.32.4 and its
//! Kustomize 5.5, Helm 3.22, OPA 1.17.1.
//!
//! Two collections. Ours is `tests/data`, recorded by `tests/data/record`, and holds always. The large one is
//! the folder `vectors` of `../shared` (or of `GATELINT_SHARED`), and is skipped with a message where it is absent.
//! Where gatelint answers otherwise, `docs/oracles.md` says why; a row there that no longer differs is a failure.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]
#![allow(clippy::print_stdout, reason = "what was skipped, and how much agreed, is for the reader of the test")]

mod answer;
mod cel;
mod compare;
mod exceptions;
mod helm;
mod kubernetes;
mod modules;
mod policies;
mod rego;
mod shared;
mod values;
mod walkthrough;

use compare::Verdict;
use std::path::{Path, PathBuf};

/// How one question was answered.
pub struct Judged {
    /// The question.
    pub id: String,
    /// How the answers relate.
    pub verdict: Verdict,
    /// Both answers, for the reader of a failure.
    pub detail: String,
}

/// Fails unless the answers differ exactly where `docs/oracles.md` says so.
#[track_caller]
fn settle(set: &str, judged: &[Judged]) {
    let excused = exceptions::of(set);
    let told = |one: &Judged| {
        let Judged { id, verdict, detail } = one;
        match excused.iter().find(|exception| exception.id == *id) {
            None if *verdict == Verdict::Right => None,
            None => Some(format!("{verdict:?} {id}: {detail}")),
            Some(_) if *verdict == Verdict::Right => Some(format!("{id} agrees now: take it out of docs/oracles.md")),
            Some(listed) if listed.verdict == *verdict => None,
            Some(listed) => Some(format!("{id} is {verdict:?}, not {:?} as listed", listed.verdict)),
        }
    };
    let mut wrong: Vec<String> = judged.iter().filter_map(told).collect();
    let unasked = excused.iter().filter(|exception| judged.iter().all(|one| one.id != exception.id));
    wrong.extend(unasked.map(|exception| format!("{} stands in docs/oracles.md, but is no question", exception.id)));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let excused = excused.len();
    println!("{set}: {} of {} as the oracle, {excused} listed", judged.len() - excused, judged.len());
}

#[test]
fn templates_in_rego_say_what_opa_says() {
    settle("rego", &rego::judge(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rego")));
}

#[test]
fn expressions_give_what_terraform_gives() {
    let Some(terraform) = shared::terraform() else { return };
    settle("expressions", &values::judge(&terraform.join("expressions.jsonl")));
}

#[test]
fn unknown_values_spread_as_in_terraform() {
    let Some(terraform) = shared::terraform() else { return };
    settle("unknown", &values::judge(&terraform.join("unknown.jsonl")));
}

#[test]
fn modules_give_what_terraform_plans() {
    let Some(terraform) = shared::terraform() else { return };
    settle("modules", &modules::judge(&terraform.join("modules")));
}

#[test]
fn kustomizations_give_what_kubectl_renders() {
    let Some(cases) = shared::kustomize() else { return };
    settle("kustomize", &kubernetes::kustomizations(&cases));
}

#[test]
fn cel_gives_what_the_api_server_evaluates() {
    let Some(cases) = shared::cel() else { return };
    settle("cel", &cel::judge(&cases.join("cel.jsonl")));
}

#[test]
fn policies_decide_as_the_api_server() {
    let Some(cases) = shared::cel() else { return };
    settle("policies", &policies::judge(&cases));
}

#[test]
fn manifests_give_what_kubectl_reads() {
    let Some(cases) = shared::yaml() else { return };
    settle("yaml", &kubernetes::manifests(&cases));
}

#[test]
fn templates_give_what_helm_renders() {
    let Some(cases) = shared::helm() else { return };
    settle("helm-templates", &helm::templates(&cases.join("templates")));
}

#[test]
fn charts_are_put_together_as_helm_does() {
    let Some(cases) = shared::helm() else { return };
    settle("helm-mechanics", &helm::mechanics(&cases.join("mechanics")));
}

#[test]
fn public_charts_give_what_helm_renders() {
    let Some(cases) = shared::helm() else { return };
    settle("helm-charts", &helm::charts(&cases.join("charts")));
}

/// A part of our own collection.
fn ours(part: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(part)
}

#[test]
fn our_expressions_give_what_terraform_gives() {
    settle("our expressions", &values::judge_in(&ours("vectors/expressions.jsonl"), &ours("expressions")));
}

#[test]
fn our_modules_give_what_terraform_plans() {
    settle("our modules", &modules::judge(&ours("modules")));
}

#[test]
fn our_kustomizations_give_what_kubectl_renders() {
    settle("our kustomize", &kubernetes::kustomizations(&ours("kustomize")));
}

#[test]
fn our_manifests_give_what_kubectl_reads() {
    settle("our yaml", &kubernetes::values(&ours("vectors/yaml.jsonl")));
}
