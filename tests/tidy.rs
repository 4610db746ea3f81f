//! The house rules that a machine can hold: layers, sizes, heads, names.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// The layers: a module may use those in its own row's list, and itself.
const LAYERS: [(&str, &[&str]); 20] = [
    ("source", &[]),
    ("discover", &["source"]),
    ("syntax", &["source"]),
    ("model", &["source"]),
    ("expr", &["source", "syntax", "model"]),
    ("lower", &["source", "discover", "syntax", "model", "expr"]),
    ("check", &["source", "syntax", "model"]),
    ("finding", &["source", "model", "check"]),
    ("engine", &["source", "syntax", "model", "expr", "check", "finding"]),
    ("environment", &["source", "discover", "model", "lower", "engine", "finding"]),
    ("suppress", &["source", "discover", "syntax", "model", "check", "engine", "finding"]),
    ("overrides", &["source", "check", "finding"]),
    ("baseline", &["source", "model", "check", "finding"]),
    ("report_filter", &["source", "finding"]),
    ("gate", &["source", "model", "check", "finding"]),
    ("report", &["source", "model", "check", "finding", "baseline", "gate"]),
    ("config", &["source", "discover", "model", "lower", "check", "suppress", "overrides", "gate"]),
    (
        "scan",
        &[
            "source",
            "discover",
            "model",
            "lower",
            "check",
            "engine",
            "finding",
            "environment",
            "suppress",
            "overrides",
            "baseline",
            "report_filter",
            "gate",
            "report",
        ],
    ),
    ("examples", &["source", "discover", "check", "engine", "suppress", "report", "scan"]),
    (
        "cli",
        &[
            "examples",
            "source",
            "discover",
            "model",
            "lower",
            "check",
            "engine",
            "finding",
            "environment",
            "suppress",
            "baseline",
            "gate",
            "report",
            "config",
            "scan",
        ],
    ),
];

/// Names that say nothing of what a file knows.
const BANNED: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

/// Lines that a source file may have.
const MAX_LINES: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below `dir`, with their texts.
fn rust_files(dir: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
    files.sort();
    files
}

fn sources() -> Vec<(PathBuf, String)> {
    let files = rust_files(&root().join("src"));
    assert!(files.len() > 50, "the source folder was not found");
    files
}

/// The top module of a file: `src/model/value.rs` is of `model`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn every_file_uses_only_what_stands_left_of_it() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            assert!(["lib", "main"].contains(&module.as_str()), "{module} stands in no layer");
            continue;
        };
        // Tests at the end of a file run the real thing, whatever it takes.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in (1..).zip(code.lines()).filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if used != module && !allowed.contains(&used.as_str()) && LAYERS.iter().any(|(name, _)| *name == used) {
                    wrong.push(format!("{}:{number}: `{module}` must not use `{used}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_has_a_head_and_fits_its_room() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{}: {lines} lines, at most {MAX_LINES}", path.display()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{}: begins without a //! head", path.display()));
        }
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if BANNED.contains(&stem.as_str()) {
            wrong.push(format!("{}: name it by what it knows", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_human_report_names_miette() {
    let naming = sources().into_iter().filter(|(_, text)| text.contains("miette::"));
    let naming: Vec<String> =
        naming.map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(naming.iter().all(|name| name == "human.rs"), "{naming:?}");
}

#[test]
fn main_is_short() {
    let text = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(text.lines().count() <= 60);
}
