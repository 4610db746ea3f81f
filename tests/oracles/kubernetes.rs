//! Manifests and kustomizations, a folder a case.

use crate::Judged;
use crate::answer::{Answer, of_value};
use crate::compare::{Verdict, objects, same};
use gatelint::discover::{Disk, Memory};
use gatelint::expr::json::from_json;
use gatelint::lower::Inputs;
use gatelint::source::{SourceId, Span};
use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};

/// Builds every kustomization; without problems is wrong where `kubectl` refuses.
pub fn kustomizations(cases: &Path) -> Vec<Judged> {
    let about = |case: &Path, about: &Json| {
        // Answers that depend on the recorder's surroundings, or are a crash, are none.
        if about.get("env_dependent").is_some() || about.get("oracle_panic").is_some() {
            return None;
        }
        let root = about["root"].as_str().unwrap().trim_start_matches("input").trim_start_matches('/');
        let inside = format!("{}{root}/", from_root(&case.join("input")));
        let mut tree = Disk::tree(&[case.join("input")]).unwrap();
        tree.candidates.retain(|candidate| root.is_empty() || candidate.path.starts_with(&inside));
        let answer = Answer::of(&tree, &Inputs::default());
        Some((answer, about["result"].as_str().unwrap().to_owned()))
    };
    judge(cases, about)
}

/// Reads every manifest.
pub fn manifests(cases: &Path) -> Vec<Judged> {
    let about = |case: &Path, about: &Json| {
        let input = case.join(about["input"].as_str().unwrap());
        let answer = Answer::of(&Disk::tree(&[input]).unwrap(), &Inputs::default());
        Some((answer, about["kubectl"].as_str().unwrap().to_owned()))
    };
    judge(cases, about)
}

/// Reads every row of a recording: a value in a manifest.
pub fn values(recording: &Path) -> Vec<Judged> {
    let text = fs::read_to_string(recording).unwrap();
    let one = |line: &str| {
        let row: Json = serde_json::from_str(line).unwrap();
        let id = row["yaml"].as_str().unwrap().to_owned();
        let manifest = format!("apiVersion: v1\nkind: Test\nmetadata: {{name: test}}\nvalue: {id}\n");
        let tree = Memory::tree([("test.yaml", manifest)]);
        let answer = Answer::of(&tree, &Inputs::default());
        let objects = answer.objects();
        let detail = format!("{} {:?}, and the oracle {line}", Json::from(objects.clone()), answer.problems());
        let right = match (row["ok"] == Json::Bool(true), objects.as_slice()) {
            (true, [object]) => same(&row["value"], &object["value"]),
            (true, _) => false,
            (false, _) => !answer.problems().is_empty(),
        };
        Judged { id, verdict: if right { Verdict::Right } else { Verdict::Wrong }, detail }
    };
    text.lines().map(one).collect()
}

/// `ask` gives what we say to a case and whether the oracle answers it: `ok` or `error`.
fn judge(cases: &Path, ask: impl Fn(&Path, &Json) -> Option<(Answer, String)>) -> Vec<Judged> {
    let mut judged = Vec::new();
    for case in folders(cases) {
        let Some(about) = read(&case.join("case.json")) else { continue };
        let Some((answer, result)) = ask(&case, &about) else { continue };
        let (verdict, detail) = match (result.as_str(), read(&case.join("expected.json"))) {
            ("ok", Some(want)) => {
                let why = objects(want.as_array().unwrap(), answer.objects());
                (if why.is_empty() { Verdict::Right } else { Verdict::Wrong }, why)
            }
            ("error", _) => {
                let refused = !answer.problems().is_empty();
                (if refused { Verdict::Right } else { Verdict::Vague }, "kubectl refuses, we report nothing".to_owned())
            }
            _ => continue,
        };
        let id = case.file_name().unwrap().to_string_lossy().into_owned();
        judged.push(Judged { id, verdict, detail });
    }
    judged
}

/// The path of a folder, with `/` behind it, from the root that a scan of it has: the repository for what lies
/// in ours, else the folder itself.
pub fn from_root(folder: &Path) -> String {
    let inside = folder.strip_prefix(env!("CARGO_MANIFEST_DIR"));
    inside.map(|inside| format!("{}/", inside.display())).unwrap_or_default()
}

/// The folders of a folder, sorted.
pub fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A file of JSON; `None` where there is none.
pub fn read(path: &Path) -> Option<Json> {
    let text = fs::read_to_string(path).ok()?;
    // Deeper than serde_json goes, by design of the case.
    let deep = |_| from_json(&text, Span::new(SourceId(0), 0, 0)).map(|value| of_value(&value));
    Some(serde_json::from_str(&text).or_else(deep).unwrap())
}
