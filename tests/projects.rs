//! Whole small repositories: what is found in each is written beside it, one line a finding.
//!
//! `args.txt` holds the rest of the command line, above all the checks that the tree is about, so that a
//! new check leaves it alone; a `.gatelint.yaml` of a tree counts.
//!
//! Where a tree has a `ledger.txt`, that holds the ledger, one line a file.
//!
//! `UPDATE=1 cargo test --test projects` writes both; read the difference before it is kept.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn gatelint(directory: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(args)
        .current_dir(directory)
        .env_clear()
        .output()
        .expect("gatelint starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the output is UTF-8")
}

/// Every folder of `fixtures/<kind>`; there is at least one.
fn trees(kind: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures().join(kind)).unwrap();
    let mut trees: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    trees.sort();
    assert!(!trees.is_empty(), "there is no tree in `fixtures/{kind}`");
    trees
}

/// What differs from a file of expectations, which `UPDATE` writes.
fn difference(file: &Path, found: &str) -> Option<String> {
    if env::var_os("UPDATE").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    (found != expected).then(|| format!("{}:\n--- expected\n{expected}--- found\n{found}", file.display()))
}

/// The ledger of a report in JSON: status, kind, file, reason.
fn ledger(output: &Output) -> String {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let entries = report["ledger"]["files"].as_array().unwrap();
    let line = |entry: &serde_json::Value| {
        let field = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let reason = entry["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        let file = field("file");
        let file = file.rsplit_once("/regressions/").map_or(file.as_str(), |(_, file)| file);
        format!("{} {} {file}{reason}\n", field("status"), field("kind"))
    };
    entries.iter().map(line).collect()
}

#[test]
fn every_project_gives_what_stands_beside_it() {
    let mut wrong = Vec::new();
    let trees: Vec<PathBuf> = trees("projects").into_iter().chain(trees("regressions")).collect();
    for tree in trees {
        let more = fs::read_to_string(tree.join("args.txt")).unwrap_or_default();
        let mut args = vec!["scan", ".", "--format", "compact", "--show", "inconclusive"];
        if !tree.join(".gatelint.yaml").is_file() {
            args.push("--no-config");
        }
        args.extend(more.split_whitespace());
        let output = gatelint(&tree, &args);
        let code = output.status.code().expect("it ends by itself");
        let found = format!("{}exit {code}\n", text(&output.stdout));
        wrong.extend(difference(&tree.join("expected.txt"), &found));
        if tree.join("ledger.txt").is_file() {
            let args: Vec<&str> = args.iter().map(|arg| if *arg == "compact" { "json" } else { arg }).collect();
            let found = ledger(&gatelint(&tree, &args));
            wrong.extend(difference(&tree.join("ledger.txt"), &found));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Invariant 6: same input, same bytes, from any directory, with any number of threads.
#[test]
fn output_does_not_depend_on_threads_or_directory() {
    let shop = fixtures().join("projects/shop");
    let path = shop.to_string_lossy().into_owned();
    for format in ["json", "sarif", "human", "compact"] {
        let one = gatelint(&shop, &["scan", ".", "--format", format, "--threads", "1", "--no-config"]);
        let many = gatelint(&env::temp_dir(), &["scan", &path, "--format", format, "--threads", "8", "--no-config"]);
        assert!(!one.stdout.is_empty());
        assert_eq!(text(&one.stdout), text(&many.stdout), "{format}");
        assert_eq!(one.status, many.status);
    }
}

/// Invariant 1 on the worst input we know: a diagnostic and exit 4, never a crash and never silence.
#[test]
fn hostile_input_is_reported() {
    for tree in trees("hostile") {
        let output = gatelint(&tree, &["scan", ".", "--format", "json", "--fail-on", "none", "--no-config"]);
        let code = output.status.code();
        let told = text(&output.stderr);
        assert_eq!(code, Some(4), "{}: {told}", tree.display());
        assert!(!told.contains("Check `"), "{}: a check fails on it: {told}", tree.display());
    }
}
