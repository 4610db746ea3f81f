//! The recorded answers of `kubectl kustomize` 5.5, where they are at hand: `GATELINT_KUSTOMIZE_VECTORS` names
//! the folder that holds a folder per case.

use super::{Build, Texts, build};
use crate::model::{Data, Value};
use crate::source::{Entry, Files, ReadError, Sources};
use serde_json::Value as Json;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A directory of the disk.
struct Directory(PathBuf);

impl Files for Directory {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        fs::read(self.0.join(path)).map_err(|_| ReadError::Missing(path.to_owned()))
    }

    fn list(&self, _: &str) -> Vec<Entry> {
        Vec::new()
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.join(path).is_file()
    }

    fn is_dir(&self, path: &str) -> bool {
        self.0.join(path).is_dir()
    }

    fn is_committed(&self, _: &str) -> bool {
        true
    }
}

fn built(root: &Path, dir: &str) -> (Build, Sources) {
    let (files, sources) = (Directory(root.to_owned()), Sources::default());
    let texts = Texts::new(&files, &sources);
    let result = build(&texts, dir);
    (result, sources)
}

fn json(value: &Value) -> Json {
    match &value.data {
        Data::Null(_) => Json::Null,
        Data::Bool(truth) => Json::Bool(*truth),
        Data::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
        Data::String(text) => Json::String(text.to_string()),
        Data::Sequence(sequence) => Json::Array(sequence.items.iter().map(json).collect()),
        Data::Mapping(mapping) => {
            Json::Object(mapping.entries.iter().map(|(key, value)| (key.to_string(), json(value))).collect())
        }
        Data::Unknown(_) => serde_json::json!({"$unknown": true}),
    }
}

fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

/// What is wrong with the answer to a case; `None` when it is the recorded one.
fn judge(case: &Path, about: &Json) -> Option<String> {
    let root = about["root"].as_str()?.strip_prefix("input").unwrap_or_default().trim_start_matches('/').to_owned();
    let Ok((build, sources)) = catch_unwind(AssertUnwindSafe(|| built(&case.join("input"), &root))) else {
        return Some("panic".into());
    };
    let problems: Vec<String> = build
        .problems
        .iter()
        .map(|problem| format!("{}: {}", sources.get(problem.span.source).path, problem.message))
        .collect();
    if about["result"] == "error" {
        let refusal = fs::read_to_string(case.join("expected_error.txt")).unwrap_or_default();
        return problems.is_empty().then(|| format!("no problem, but kubectl says: {}", refusal.trim()));
    }
    let expected: Json = serde_json::from_str(&fs::read_to_string(case.join("expected.json")).ok()?).unwrap();
    let mut left: Vec<Json> = build.objects.iter().map(|object| json(&object.value)).collect();
    let mut missing = Vec::new();
    for wanted in expected.as_array().into_iter().flatten() {
        match left.iter().position(|found| same(wanted, found)) {
            Some(at) => drop(left.remove(at)),
            None => missing.push(wanted.clone()),
        }
    }
    if missing.is_empty() && left.is_empty() {
        return (!problems.is_empty()).then(|| format!("ONLY PROBLEMS {}", problems.join("; ")));
    }
    let mut detail = String::new();
    for wanted in missing.iter().take(2) {
        detail = detail + "\n    want " + &wanted.to_string();
        let near = left.iter().find(|found| found["kind"] == wanted["kind"]);
        detail += &near.map_or_else(String::new, |found| format!("\n    have {found}"));
    }
    if missing.is_empty() {
        detail = left.iter().take(2).fold(detail, |all, found| all + "\n    too many " + &found.to_string());
    }
    Some(format!("{} {detail}", problems.join("; ")))
}

#[test]
fn recorded_answers() {
    let Some(folder) = std::env::var_os("GATELINT_KUSTOMIZE_VECTORS") else {
        eprintln!("skipped: GATELINT_KUSTOMIZE_VECTORS is not set");
        return;
    };
    let only = std::env::var("GATELINT_KUSTOMIZE_CASE").unwrap_or_default();
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let (mut right, mut noisy, mut all) = (0, 0, 0);
    for case in cases.iter().filter(|case| case.to_string_lossy().contains(&only)) {
        let Ok(about) = fs::read_to_string(case.join("case.json")) else { continue };
        let about: Json = serde_json::from_str(&about).unwrap();
        if about.get("env_dependent").is_some() || about.get("oracle_panic").is_some() {
            continue;
        }
        all += 1;
        match judge(case, &about) {
            None => right += 1,
            Some(why) => {
                if why.starts_with("ONLY PROBLEMS") {
                    right += 1;
                    noisy += 1;
                }
                eprintln!("{}: {why}", case.file_name().unwrap().to_string_lossy());
            }
        }
    }
    eprintln!("{right} of {all} right, {noisy} of them with problems that kubectl does not have");
    assert!(!only.is_empty() || right * 100 >= all * 97, "fewer than 97 of 100 are right");
}
