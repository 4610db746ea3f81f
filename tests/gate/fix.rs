//! `gatelint fix`, and `scan --fixes`.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const KEYS: &str = "resource \"aws_kms_key\" \"one\" {\n  description = \"one\"\n}\nresource \"aws_kms_key\" \"two\" {\n  enable_key_rotation = var.rotated\n}\nvariable \"rotated\" {}\n";
const VALUES: &str = "rotated = false # later\n";
const CHECK: &str = "aws/kms/key-not-rotated";

/// A repository with two keys that are not rotated, one of them by a line of tfvars.
fn keys(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fix").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::write(root.join("main.tf"), KEYS).unwrap();
    fs::write(root.join("terraform.tfvars"), VALUES).unwrap();
    root
}

fn gatelint(root: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatelint")).args(words).current_dir(root).env_clear().output().unwrap()
}

fn files(root: &Path) -> [String; 2] {
    ["main.tf", "terraform.tfvars"].map(|name| fs::read_to_string(root.join(name)).unwrap())
}

/// What the files are with the keys rotated.
fn rotated() -> [String; 2] {
    let main =
        KEYS.replace("  description = \"one\"\n", "  description         = \"one\"\n  enable_key_rotation = true\n");
    [main, VALUES.replace("false", "true")]
}

#[test]
fn a_diff_is_shown_and_with_apply_it_is_made_once() {
    let root = keys("apply");
    let shown = gatelint(&root, &["fix", "--check", CHECK]);
    let diff = String::from_utf8(shown.stdout).unwrap();
    assert!(diff.contains("--- a/terraform.tfvars\n+++ b/terraform.tfvars\n"), "{diff}");
    assert!(diff.contains("-rotated = false # later\n+rotated = true # later\n"), "{diff}");
    assert_eq!(files(&root), [KEYS, VALUES]);
    let made = gatelint(&root, &["fix", "--apply", "--check", CHECK]);
    assert_eq!(String::from_utf8(made.stdout).unwrap(), "main.tf\nterraform.tfvars\n");
    assert!(String::from_utf8(made.stderr).unwrap().contains("2 findings fixed"));
    assert_eq!(files(&root), rotated());
    let again = gatelint(&root, &["fix", "--apply", "--check", CHECK]);
    assert!(again.stdout.is_empty(), "{again:?}");
    assert_eq!(files(&root), rotated());
}

#[test]
fn what_may_break_something_is_made_only_if_asked() {
    let root = keys("unsafe");
    let disk = "resource \"aws_ebs_volume\" \"v\" {\n  availability_zone = \"eu-central-1a\"\n  encrypted         = false\n}\n";
    fs::write(root.join("main.tf"), disk).unwrap();
    let check = ["--check", "aws/ec2/volume-not-encrypted"];
    assert!(gatelint(&root, &["fix", check[0], check[1]]).stdout.is_empty());
    let shown = gatelint(&root, &["fix", "--unsafe", check[0], check[1]]);
    let diff = String::from_utf8(shown.stdout).unwrap();
    assert!(diff.contains("-  encrypted         = false\n+  encrypted         = true\n"), "{diff}");
}

/// The text with the lines and columns of a region replaced.
fn replaced(text: &str, region: &Value, new: &str) -> String {
    let at = |line: &str, column: &str| {
        let (line, column) = (region[line].as_u64().unwrap() as usize, region[column].as_u64().unwrap() as usize);
        text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>() + column - 1
    };
    let (start, end) = (at("startLine", "startColumn"), at("endLine", "endColumn"));
    format!("{}{new}{}", &text[..start], &text[end..])
}

#[test]
fn r_sarif_51_fixes_of_the_report_are_those_that_are_made() {
    let root = keys("sarif");
    let report = gatelint(&root, &["scan", "--fixes", "--format", "sarif", "--check", CHECK]);
    let log: Value = serde_json::from_slice(&report.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2, "{log}");
    for result in results {
        let change = &result["fixes"][0]["artifactChanges"][0];
        let name = change["artifactLocation"]["uri"].as_str().unwrap_or_else(|| panic!("{result}"));
        let replacement = &change["replacements"][0];
        let before = fs::read_to_string(root.join(name)).unwrap();
        let new = replacement["insertedContent"]["text"].as_str().unwrap();
        fs::write(root.join(name), replaced(&before, &replacement["deletedRegion"], new)).unwrap();
    }
    assert_eq!(files(&root), rotated());
    let root = keys("rdjson");
    let report = gatelint(&root, &["scan", "--fixes", "--format", "rdjson", "--check", CHECK]);
    let log: Value = serde_json::from_slice(&report.stdout).unwrap();
    // The second one is fixed in another file, where a suggestion cannot stand.
    let suggested: Vec<bool> =
        log["diagnostics"].as_array().unwrap().iter().map(|one| one["suggestions"].is_array()).collect();
    assert_eq!(suggested, [true, false], "{log}");
}
