//! Dockerfiles through the whole frontend.

use super::{Input, lower};
use crate::model::{Lowered, Value};
use crate::source::{Entry, Files, ReadError, Sources, Status};
use std::collections::BTreeMap;
use std::path::Path;

/// Files in memory.
#[derive(Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0.get(path).cloned().ok_or_else(|| ReadError::Missing(path.into()))
    }
    fn list(&self, _: &str) -> Vec<Entry> {
        Vec::new()
    }
    fn is_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
    fn is_dir(&self, _: &str) -> bool {
        false
    }
    fn is_committed(&self, _: &str) -> bool {
        true
    }
}

struct Case {
    sources: Sources,
    lowered: Lowered,
}

fn case_of(files: &[(&str, &[u8])], build_args: &[(String, String)], target: Option<&str>) -> Case {
    let candidates = [files[0].0.to_owned()];
    let files = Memory(files.iter().map(|(path, text)| ((*path).to_owned(), text.to_vec())).collect());
    let sources = Sources::default();
    let input = Input { files: &files, sources: &sources, candidates: &candidates, build_args, target };
    let lowered = lower(&input);
    Case { sources, lowered }
}

/// Every Dockerfile under the directory that the variable names, or nothing when it is not set.
fn real_files(variable: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(root) = std::env::var(variable) else {
        println!("skipped: {variable} names no directory");
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in ignore::WalkBuilder::new(&root).standard_filters(false).build().flatten() {
        let name = entry.file_name().to_string_lossy();
        if entry.path().is_file() && crate::discover::kind_of(&name) == Some(crate::source::Kind::Dockerfile) {
            let path = entry.path().strip_prefix(Path::new(&root)).unwrap().to_string_lossy().into_owned();
            found.push((path, std::fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

/// What of the real Dockerfiles was not read whole, for a person to compare with what BuildKit refuses.
#[test]
fn real_dockerfiles_are_read() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, bytes) in real_files("GATELINT_DOCKERFILES") {
        let case = case_of(&[(&path, &bytes)], &[], None);
        let entry = &case.lowered.ledger[0];
        *counts.entry(entry.status.name()).or_default() += 1;
        if entry.status != Status::Evaluated {
            println!("{path}: {} {}", entry.status.name(), entry.reason.as_deref().unwrap_or_default());
        }
        for problem in &case.lowered.problems {
            let place = case.sources.get(problem.span.source).places(problem.span).0;
            println!("{path}:{}:{}: {:?} {}", place.line, place.column, problem.level, problem.message);
        }
        for resource in &case.lowered.resources {
            if resource.attrs.get("commands_complete").and_then(Value::as_bool) == Some(false)
                && resource.meta.get("shell").and_then(Value::as_str) == Some("posix")
            {
                let place = case.sources.get(resource.header.source).places(resource.header).0;
                println!("{path}:{}: incomplete shell", place.line);
            }
        }
    }
    println!("{counts:?}");
}

/// A value in a form that a person reads: `?` for unknown with its prefix.
fn show(value: &Value) -> String {
    use crate::model::Data;
    match &value.data {
        Data::Null(_) => "null".into(),
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => value.to_string(),
        Data::String(text) => format!("{:?}", text.as_str()),
        Data::Sequence(sequence) => {
            let items: Vec<_> = sequence.items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        Data::Mapping(mapping) => {
            let entries: Vec<_> =
                mapping.entries.iter().map(|(key, value)| format!("{key}: {}", show(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Data::Unknown(unknown) => format!("?{}", unknown.refinement.prefix),
    }
}

#[test]
fn tmp_show() {
    let Ok(path) = std::env::var("SHOW") else { return };
    let case = case_of(&[("Dockerfile", &std::fs::read(path).unwrap())], &[], None);
    for r in &case.lowered.resources {
        println!(
            "{} {} owner={:?}\n  meta {}\n  attrs {}",
            r.type_name,
            r.address,
            r.owner,
            show(&r.meta),
            if r.type_name == "dockerfile_instruction" {
                show(&r.attrs)
            } else {
                r.attrs
                    .as_mapping()
                    .unwrap()
                    .entries
                    .iter()
                    .filter(|(k, _)| k != "instructions" && k != "stages" && k != "final_stage")
                    .map(|(k, v)| format!("{k}: {}", show(v)))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
        );
    }
    for p in &case.lowered.problems {
        println!("{:?} {}", p.level, p.message);
    }
}
