//! Templates of Gatekeeper in Rego, on objects: the messages of their violations, as OPA gives them.

use crate::Judged;
use crate::compare::Verdict;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Scans the documents of a folder, and compares what is said of each constraint and object.
pub fn judge(folder: &Path) -> Vec<Judged> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rego");
    std::fs::create_dir_all(&root).unwrap();
    let documents: Vec<String> = read("documents.jsonl").lines().map(|line| format!("---\n{line}\n")).collect();
    std::fs::write(root.join("all.yaml"), documents.concat()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["scan", "--no-config", "--format", "json", "--check", "kubernetes/admission/denied-by-policy"])
        .arg(&root)
        .output()
        .unwrap();
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let message = finding["message"].as_str().unwrap().split_once("': ").unwrap().1;
        said.entry(question(finding)).or_default().push(message.to_owned());
    }
    let vague: Vec<String> = report["inconclusive"].as_array().unwrap().iter().map(question).collect();
    let answers = read("answers.jsonl");
    answers.lines().map(|line| one(&serde_json::from_str(line).unwrap(), &said, &vague)).collect()
}

/// `Constraint/name:Deployment/web`, of `Deployment/shop/web/admission/Constraint/name/Deny/0`.
fn question(of: &Json) -> String {
    let (object, decision) = of["resource"].as_str().unwrap().split_once("/admission/").unwrap();
    let mut object = object.split('/');
    let (kind, name) = (object.next().unwrap(), object.next_back().unwrap());
    let constraint: Vec<&str> = decision.split('/').take(2).collect();
    format!("{}:{kind}/{name}", constraint.join("/"))
}

fn one(answer: &Json, said: &BTreeMap<String, Vec<String>>, vague: &[String]) -> Judged {
    let id = answer["id"].as_str().unwrap().to_owned();
    let mut messages = said.get(&id).cloned().unwrap_or_default();
    messages.sort();
    let verdict = if vague.contains(&id) {
        Verdict::Vague
    } else if answer["violations"] == Json::from(messages.clone()) {
        Verdict::Right
    } else {
        Verdict::Wrong
    };
    Judged { detail: format!("{answer}, but {messages:?}"), id, verdict }
}
