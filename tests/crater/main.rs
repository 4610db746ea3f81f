//! What whole repositories cost: how often each check finds something in them, as numbers that a change shows in its
//! diff.
//!
//! `counts.tsv` has a row for each check, with numbers for our own trees (`fixtures/crater`, `fixtures/projects`) and
//! for the public repositories of `../shared/realworld`; `files.tsv` has a row for each repository, with how far its
//! files were read. `UPDATE=1 cargo test --test crater` writes both; read the difference before it is kept. Where the
//! public repositories are not at hand, their numbers stay as they are.
//!
//! Adding a check touches its page only: a check without a row is printed, and gets its row with the next update.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]
#![allow(clippy::print_stdout, reason = "what is skipped and what is new is said")]

mod realworld;
mod table;

use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use table::{Counts, Reading, Table};

/// What a scan in JSON says, as far as it is counted.
#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
    inconclusive: Vec<Inconclusive>,
    ledger: Ledger,
}

#[derive(Deserialize)]
struct Finding {
    check: String,
    suppressed: Option<serde::de::IgnoredAny>,
    folded_into: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Inconclusive {
    check: String,
}

#[derive(Deserialize)]
struct Ledger {
    files: Vec<File>,
    unseen: Vec<serde::de::IgnoredAny>,
    resources: usize,
}

#[derive(Deserialize)]
struct File {
    status: String,
}

/// The trees that are here: every folder of `fixtures/crater` and `fixtures/projects`.
fn ours() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = ["crater", "projects"].map(|kind| fs::read_dir(fixtures.join(kind)).unwrap());
    let folders = entries.into_iter().flatten().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    folders.collect()
}

/// Scans a repository with all checks, without its configuration.
fn scan(root: &Path) -> Report {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["scan", ".", "--format", "json", "--no-config", "--fail-on", "none"])
        .current_dir(root)
        .env_clear()
        .output()
        .expect("gatelint starts");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {}", root.display(), String::from_utf8_lossy(&output.stderr)))
}

/// Scans repositories, two at a time or more: the counts of each check over all of them, and how far each was read.
fn measured(roots: &[PathBuf]) -> (BTreeMap<String, Counts>, BTreeMap<String, Reading>) {
    let reports: Vec<(String, Report)> = roots
        .par_iter()
        .with_max_len(1)
        .map(|root| (root.file_name().unwrap().to_string_lossy().into_owned(), scan(root)))
        .collect();
    let mut checks: BTreeMap<String, Counts> = BTreeMap::new();
    let mut readings = BTreeMap::new();
    for (name, report) in reports {
        for finding in report.findings.into_iter().filter(|finding| finding.suppressed.is_none()) {
            let counts = checks.entry(finding.check).or_default();
            match finding.folded_into {
                None => counts.findings += 1,
                Some(_) => counts.folded += 1,
            }
        }
        for verdict in report.inconclusive {
            checks.entry(verdict.check).or_default().inconclusive += 1;
        }
        let Ledger { files, unseen, resources } = report.ledger;
        let files_that_are = |status: &str| files.iter().filter(|file| file.status == status).count();
        let [evaluated, partial, skipped, failed] = ["evaluated", "partial", "skipped", "failed"].map(files_that_are);
        let reading = Reading { evaluated, partial, skipped, failed, unseen: unseen.len(), resources };
        assert!(readings.insert(name.clone(), reading).is_none(), "two repositories are called {name}");
    }
    (checks, readings)
}

#[test]
fn our_trees_cost_what_is_written() {
    let roots = ours();
    assert!(roots.len() >= 8, "{roots:?}");
    let (checks, readings) = measured(&roots);
    let found = checks.values().filter(|counts| counts.findings > 0).count();
    assert!(found >= 100, "only {found} checks find something in our trees");
    Table::compare("ours", checks, readings);
}

#[test]
fn public_repositories_cost_what_is_written() {
    let Some(roots) = realworld::repositories() else { return };
    assert!(roots.len() >= 50, "{roots:?}");
    let (checks, readings) = measured(&roots);
    Table::compare("public", checks, readings);
}
