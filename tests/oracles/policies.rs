//! Admission requests: whether an object may come in, the message, and the warnings.

use crate::Judged;
use crate::compare::Verdict;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Asks `gatelint inspect --admission` all requests of the files in a folder.
pub fn judge(folder: &Path) -> Vec<Judged> {
    ["policies.jsonl", "real.jsonl"].into_iter().flat_map(|file| file_of(&folder.join(file))).collect()
}

fn file_of(path: &Path) -> Vec<Judged> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelint"));
    let output = command.args(["inspect", "--admission"]).arg(path).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let answers = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let answers: BTreeMap<String, Json> = answers.map(|answer| (answer["id"].to_string(), answer)).collect();
    let mut judged = Vec::new();
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let answer = &answers[&case["id"].to_string()];
        for (at, request) in case["requests"].as_array().unwrap().iter().enumerate() {
            let wanted = &request["raw"];
            if wanted.get("not_applicable").is_none() {
                let id = format!("{}#{at}", case["id"].as_str().unwrap());
                judged.push(one(id, wanted, &answer["requests"][at]));
            }
        }
    }
    judged
}

fn warnings(answer: &Json) -> Vec<&str> {
    let mut warnings: Vec<&str> =
        answer["warnings"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    warnings.sort_unstable();
    warnings
}

fn one(id: String, wanted: &Json, answer: &Json) -> Judged {
    let is_same = answer["allowed"] == wanted["allowed"]
        && answer["message"] == wanted["message"]
        && warnings(answer) == warnings(wanted);
    let verdict = match answer.get("allowed") {
        _ if is_same => Verdict::Right,
        None => Verdict::Vague,
        Some(_) => Verdict::Wrong,
    };
    let wanted = format!("{} {} {:?}", wanted["allowed"], wanted["message"], warnings(wanted));
    Judged { id, verdict, detail: format!("{wanted}, but {answer}") }
}
