//! What shuts the gate.

use crate::repository::{gatelint, repository, scan};

const PUBLIC: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
const CHECKS: &str = "checks:\n  '**': off\n  aws/s3/public-acl: on\n";

/// Exit code and reason of a scan with that `gate`.
fn decided(name: &str, gate: &str, files: &[(&str, &str)], args: &[&str]) -> (i32, String) {
    let config = format!("{CHECKS}{gate}");
    let files: Vec<(&str, &str)> = files.iter().copied().chain([(".gatelint.yaml", config.as_str())]).collect();
    let (run, report) = scan(&repository(name, &files), args);
    (run.exit, report["summary"]["reason"].as_str().unwrap().to_owned())
}

#[test]
fn the_threshold_of_the_configuration_holds_unless_the_command_line_has_one() {
    let gate = "gate: {fail-on: critical}\n";
    let files = [("main.tf", PUBLIC)];
    assert_eq!(decided("threshold", gate, &files, &[]), (0, "open".into()));
    let decision = decided("threshold", gate, &files, &["--fail-on", "high"]);
    assert_eq!(decision, (1, "closed: 1 finding at or above high".into()));
    assert_eq!(decided("threshold", "gate: {fail-on: none}\n", &files, &[]).0, 0);
}

#[test]
fn the_first_exception_that_fits_has_a_threshold_of_its_own() {
    let gate = "gate:\n  fail-on: low\n  exceptions:\n    - {paths: [sandbox], fail-on: critical}\n    - {categories: [public-exposure], fail-on: none}\n";
    assert_eq!(decided("exception-path", gate, &[("sandbox/main.tf", PUBLIC)], &[]).0, 0);
    assert_eq!(decided("exception-category", gate, &[("main.tf", PUBLIC)], &[]).0, 0);
    let stricter = "gate:\n  fail-on: critical\n  exceptions: [{paths: [prod], fail-on: medium}]\n";
    let decision = decided("exception-stricter", stricter, &[("prod/main.tf", PUBLIC), ("dev/main.tf", PUBLIC)], &[]);
    assert_eq!(decision, (1, "closed: 1 finding at or above medium, the threshold there".into()));
}

#[test]
fn an_exception_can_be_for_an_environment() {
    let gate = "gate:\n  exceptions: [{environments: [dev], fail-on: none}]\nenvironments:\n  dev: {}\n";
    assert_eq!(decided("exception-dev", gate, &[("main.tf", PUBLIC)], &[]).0, 0);
    let both = gate.to_owned() + "  production: {}\n";
    // It holds in one that is no exception, too.
    assert_eq!(decided("exception-both", &both, &[("main.tf", PUBLIC)], &[]).0, 1);
}

#[test]
fn inconclusive_verdicts_shut_the_gate_where_that_is_asked_for() {
    let unknown = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    let files = [("main.tf", unknown)];
    assert_eq!(decided("inconclusive-off", "", &files, &[]).0, 0);
    let decision = decided("inconclusive", "gate: {inconclusive: high}\n", &files, &[]);
    assert_eq!(decision, (4, "closed: 1 inconclusive verdict at or above high".into()));
    assert_eq!(decided("inconclusive-critical", "gate: {inconclusive: critical}\n", &files, &[]).0, 4);
}

#[test]
fn what_may_stay_unread_is_named_with_a_reason() {
    let files = [("main.tf", ""), ("legacy/broken.tf", "resource \"a\" {\n")];
    assert_eq!(decided("unread", "", &files, &[]), (4, "closed: 1 file could not be read completely".into()));
    let gate = "gate:\n  may-stay-unread:\n    - {paths: [legacy], reason: \"goes away in March\"}\n";
    assert_eq!(decided("tolerated", gate, &files, &[]), (0, "open".into()));
}

#[test]
fn completeness_can_be_required() {
    let files = [
        ("main.tf", "module \"m\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n"),
        ("chart/Chart.yaml", "name: c\nversion: 1.0.0\n"),
        ("chart/values-prod.yaml", "a: 1\n"),
    ];
    assert_eq!(decided("incomplete-fine", "", &files, &[]).0, 0);
    assert_eq!(decided("incomplete", "gate: {require-complete: true}\n", &files, &[]).0, 4);
}

#[test]
fn a_scan_is_complete_without_files_that_deploy_nothing() {
    let complete = "gate: {require-complete: true}\n";
    let test = "run \"a\" {\n  module {\n    source = \"./tests/setup\"\n  }\n}\n";
    let module = ("main.tf", "locals {}\n");
    let files = [module, ("tests/a.tftest.hcl", test), ("tests/setup/main.tf", "locals {}\n"), ("a.tfquery.hcl", "")];
    assert_eq!(decided("undeployed", complete, &files, &[]), (0, "open".into()));
    // What Terragrunt calls is deployed.
    let files = [module, ("terragrunt.hcl", "terraform {\n  source = \".\"\n}\n")];
    let decision = decided("undeployed-terragrunt", complete, &files, &[]);
    assert_eq!(decision, (0, "open".into()));
    let files = [module, ("live/terragrunt.hcl", "terraform {\n  source = \"git::https://example.com/m.git\"\n}\n")];
    assert_eq!(decided("remote-terragrunt", complete, &files, &[]).0, 4);
}

#[test]
fn one_line_at_the_end_says_why() {
    let root = repository("one-line", &[("main.tf", PUBLIC), (".gatelint.yaml", CHECKS)]);
    let run = gatelint(&root, &["scan"]);
    assert_eq!(run.out.lines().last(), Some("gate closed: 1 finding at or above low"));
}

#[test]
fn what_is_unseen_or_judged_by_no_check_is_not_complete() {
    let complete = "gate: {require-complete: true}\n";
    let module = [("main.tf", "module \"m\" {\n  source  = \"acme/m/aws\"\n  version = \"1.0.0\"\n}\n")];
    assert_eq!(decided("unseen", "", &module, &[]), (0, "open".into()));
    let decision = decided("unseen-complete", complete, &module, &[]);
    assert_eq!(decision, (4, "closed: 1 unseen reference and completeness is required".into()));
    let gate = complete.replace('}', ", may-stay-unread: [{paths: [main.tf], reason: \"vendored next week\"}]}");
    assert_eq!(decided("unseen-tolerated", &gate, &module, &[]), (0, "open".into()));

    let rule = [(
        "main.tf",
        "resource \"oci_core_network_security_group_security_rule\" \"ssh\" {\n  access = \"Allow\"\n}\n",
    )];
    assert_eq!(decided("unjudged", "", &rule, &[]), (0, "open".into()));
    let decision = decided("unjudged-complete", complete, &rule, &[]);
    assert_eq!(decision, (4, "closed: 1 resource of types that no check knows and completeness is required".into()));
    // Nor does a check know a type that its provider has not.
    let unheard = [("main.tf", "resource \"aws_nosuch_thing\" \"a\" {\n  bucket = \"a\"\n}\n")];
    assert_eq!(decided("unheard", "", &unheard, &[]), (0, "open".into()));
    let decision = decided("unheard-complete", complete, &unheard, &[]);
    assert_eq!(decision, (4, "closed: 1 resource of types that no check knows and completeness is required".into()));
    let zone = [("main.tf", "resource \"aws_route53_zone\" \"a\" {\n  name = \"example.com\"\n}\n")];
    assert_eq!(decided("zone-complete", complete, &zone, &[]), (0, "open".into()));
    // Values of the state are nothing that a check could judge.
    let value = [("main.tf", "resource \"random_id\" \"a\" {\n  byte_length = 4\n}\n")];
    assert_eq!(decided("values-complete", complete, &value, &[]), (0, "open".into()));
}
