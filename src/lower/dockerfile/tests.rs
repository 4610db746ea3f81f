//! Dockerfiles through the whole frontend.

use super::{Input, lower};
use crate::model::{Lowered, Resource, Value};
use crate::source::{Entry, Files, Level, ReadError, Sources, Status};
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

fn case_with(text: &[u8], build_args: &[(String, String)], target: Option<&str>) -> Case {
    let files = Memory([("Dockerfile".to_owned(), text.to_vec())].into());
    let sources = Sources::default();
    let candidates = ["Dockerfile".to_owned()];
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
        if entry.path().is_file() && super::is_candidate(&name) {
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
        let case = case_with(&bytes, &[], None);
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
