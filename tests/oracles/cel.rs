//! Expressions: the canonical text of the value, or the class of the error.

use crate::Judged;
use crate::compare::Verdict;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Asks `gatelint inspect --cel` all cases of a file.
pub fn judge(path: &Path) -> Vec<Judged> {
    let text = std::fs::read_to_string(path).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint")).args(["inspect", "--cel"]).arg(path).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let answers = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let answers: BTreeMap<String, Json> = answers.map(|answer| (text_of(&answer, "id"), answer)).collect();
    text.lines().map(|line| one(&serde_json::from_str(line).unwrap(), &answers)).collect()
}

fn text_of(value: &Json, name: &str) -> String {
    value.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn one(case: &Json, answers: &BTreeMap<String, Json>) -> Judged {
    let id = text_of(case, "id");
    let answer = answers.get(&id).unwrap_or(&Json::Null);
    let wanted = &case["result"];
    let field = if wanted.get("error").is_some() { "error" } else { "cel" };
    let verdict = if text_of(answer, field) == text_of(wanted, field) && answer.get(field).is_some() {
        Verdict::Right
    } else if answer.get("unknown").is_some() {
        Verdict::Vague
    } else {
        Verdict::Wrong
    };
    let detail = format!("{}: {wanted}, but {answer}", text_of(case, "expr"));
    Judged { id, verdict, detail }
}
