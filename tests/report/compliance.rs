//! `gatelint report`: what becomes of controls, and the formats of that.

use crate::scanned::repository;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
const BLOCKED: &str = "resource \"aws_s3_bucket\" \"b\" {}\nresource \"aws_s3_bucket_public_access_block\" \"b\" {\n  \
    bucket = aws_s3_bucket.b.id\n  block_public_acls = true\n  block_public_policy = true\n  ignore_public_acls = true\n  \
    restrict_public_buckets = true\n}\n";

/// Standard output and exit code of a report on a repository.
fn report(root: &Path, args: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["report", "--framework"])
        .args(args)
        .current_dir(root)
        .env_clear()
        .output()
        .expect("gatelint starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (text, output.status.code().expect("an exit code"))
}

/// The JSON report, which its schema holds for, and the exit code.
fn json(root: &Path, args: &[&str]) -> (Value, i32) {
    let (text, exit) = report(root, &[args, &["--format", "json"]].concat());
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/compliance.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).expect("the schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(document["summary"]["exit"], exit, "{document}");
    (document, exit)
}

fn outcome<'d>(document: &'d Value, id: &str) -> &'d str {
    let controls = document["controls"].as_array().expect("controls");
    let control = controls.iter().find(|control| control["id"] == id).expect("a control");
    control["outcome"].as_str().expect("an outcome")
}

/// The ids of the checks that cover a control.
fn checks<'d>(document: &'d Value, id: &str) -> Vec<&'d str> {
    let controls = document["controls"].as_array().expect("controls");
    let control = controls.iter().find(|control| control["id"] == id).expect("a control");
    control["checks"].as_array().expect("checks").iter().filter_map(|check| check["id"].as_str()).collect()
}

#[test]
fn each_outcome_has_its_reason() {
    let undecided = "variable \"open\" {}\nresource \"aws_db_instance\" \"d\" {\n  publicly_accessible = var.open\n  \
        storage_encrypted = true\n}\n";
    let files = [("bucket.tf", BUCKET), ("database.tf", undecided)];
    let (document, exit) = json(&repository("controls", &files), &["cis-aws-3.0", "--skip", "aws/kms/*"]);
    assert_eq!(exit, 1);
    assert_eq!(outcome(&document, "2.1.4"), "failed");
    assert_eq!(outcome(&document, "2.3.3"), "inconclusive");
    assert_eq!(outcome(&document, "2.3.1"), "passed");
    assert_eq!(outcome(&document, "5.6"), "not applicable");
    assert_eq!(outcome(&document, "3.6"), "switched off");
    assert_eq!(outcome(&document, "1.1"), "not covered");
    let total: u64 =
        ["failed", "inconclusive", "suppressed", "passed", "not_applicable", "switched_off", "not_covered"]
            .iter()
            .map(|key| document["summary"][key].as_u64().expect("a number"))
            .sum();
    assert_eq!(Some(total), document["summary"]["controls"].as_u64());
}

#[test]
fn a_control_passes_only_if_all_of_its_checks_do() {
    let (document, _) = json(&repository("controls-blocked", &[("main.tf", BLOCKED)]), &["cis-aws-3.0"]);
    assert_eq!(outcome(&document, "2.1.4"), "passed");
    let half = BLOCKED.replace("ignore_public_acls = true", "ignore_public_acls = false");
    let (document, _) = json(&repository("controls-half", &[("main.tf", &half)]), &["cis-aws-3.0"]);
    assert_eq!(outcome(&document, "2.1.4"), "failed");
}

#[test]
fn what_is_suppressed_is_not_passed() {
    let comment = "# gatelint:ignore aws/s3/public-acl,aws/s3/without-public-access-block -- agreed\n";
    let text = format!("{comment}{BUCKET}");
    let root = repository("controls-suppressed", &[("main.tf", &text)]);
    let (document, _) = json(&root, &["cis-aws-3.0"]);
    assert_eq!(outcome(&document, "2.1.4"), "suppressed");
    let (document, _) = json(&root, &["cis-aws-3.0", "--no-inline-suppressions"]);
    assert_eq!(outcome(&document, "2.1.4"), "failed");
}

#[test]
fn what_the_configuration_switches_off_for_some_paths_is_not_passed() {
    let config = "overrides:\n  - paths: ['**']\n    checks: {aws/s3/*: off}\n";
    let root = repository("controls-overridden", &[("main.tf", BUCKET), (".gatelint.yaml", config)]);
    let (document, _) = json(&root, &["cis-aws-3.0"]);
    assert_eq!(outcome(&document, "2.1.4"), "suppressed");
}

#[test]
fn general_frameworks_take_only_checks_that_run_by_default() {
    let encrypted = "resource \"aws_efs_file_system\" \"f\" {\n  encrypted = true\n}\n";
    let (document, exit) = json(&repository("controls-general", &[("main.tf", encrypted)]), &["nist-800-53"]);
    assert_eq!((outcome(&document, "SC-28"), exit), ("passed", 0));
    let at_rest = checks(&document, "SC-28");
    assert!(
        at_rest.contains(&"aws/efs/not-encrypted") && !at_rest.contains(&"aws/dynamodb/without-customer-key"),
        "{at_rest:?}"
    );
    // A Role that names resources which do not exist grants too little, not too much.
    let least = checks(&document, "AC-6");
    assert!(
        least.contains(&"kubernetes/rbac/wildcard") && !least.contains(&"kubernetes/rbac/grants-nothing"),
        "{least:?}"
    );
}

#[test]
fn an_attestation_is_about_the_files_and_passes_only_a_whole_scan() {
    let encrypted = "resource \"aws_efs_file_system\" \"f\" {\n  encrypted = true\n}\n";
    let statement = |name: &str, files: &[(&str, &str)]| -> Value {
        let (text, _) = report(&repository(name, files), &["cis-aws-3.0", "--format", "attestation"]);
        serde_json::from_str(&text).expect("JSON")
    };
    let good = statement("attested", &[("main.tf", encrypted)]);
    assert_eq!(good["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(good["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    assert_eq!(good["predicate"]["result"], "PASSED");
    assert_eq!(good["predicate"]["passedTests"], serde_json::json!(["cis-aws-3.0/2.4.1"]));
    // printf '%s' … | sha256sum of the file, and of the line that sha256sum prints for it.
    assert_eq!(good["subject"][0]["digest"]["dirHash"], DIR_HASH);
    let broken = statement("attested-broken", &[("main.tf", encrypted), ("other.tf", "resource {\n")]);
    assert_eq!(broken["predicate"]["result"], "WARNED");
    let failed = statement("attested-failed", &[("main.tf", BUCKET)]);
    assert_eq!(failed["predicate"]["result"], "FAILED");
    // Nothing was judged: that is no reason to release.
    let idle = statement("attested-idle", &[("main.tf", "locals {\n  a = 1\n}\n")]);
    assert_eq!(idle["predicate"]["result"], "WARNED");
}

const DIR_HASH: &str = "5bb3069a22364de33880f0577a35aed785c32b0b324e8c7293c762cb48476ac2";

#[test]
fn scanned_text_is_text_on_the_page() {
    let hostile = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n  for_each = toset([\"<img src=x onerror=alert(1)>\", \"`|</td>\"])\n}\n";
    let root = repository("controls-hostile", &[("<b>.tf", hostile)]);
    let (page, _) = report(&root, &["cis-aws-3.0", "--format", "html"]);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;") && page.contains("&lt;b&gt;.tf"), "{page}");
    assert!(!page.contains("<img") && !page.contains("<b>") && !page.contains("<script"), "{page}");
    assert!(page.contains("default-src 'none'") && page.contains("script-src 'none'"), "{page}");
    let (markdown, _) = report(&root, &["cis-aws-3.0", "--format", "markdown"]);
    let outside_code: String = markdown.split('`').step_by(2).collect();
    assert!(!outside_code.contains("<img") && !outside_code.contains("</td>"), "{markdown}");
}

#[test]
fn an_unknown_framework_is_wrong_usage() {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["report", "--framework", "cis-aws-9"])
        .output()
        .expect("gatelint starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.contains("cis-aws-3.0"), "{errors}");
}
