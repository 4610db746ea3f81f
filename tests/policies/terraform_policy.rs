//! Policies that were written for Terraform Policy, and their tests. The expectations are those of
//! HashiCorp's documentation.

use gatelint::check::Severity;
use gatelint::discover::Memory;
use gatelint::engine::{self, CustomPage, MockResult, Selection};
use gatelint::report::Report;
use gatelint::scan::{self, Request};
use gatelint::source::Sources;

fn file(text: &str) -> CustomPage {
    CustomPage { id: "own".to_owned(), path: "own.policy.hcl".to_owned(), text: text.to_owned() }
}

fn scanned(policies: &str, configuration: &str, inputs: &[(&str, &str)]) -> Report {
    let mut request = Request {
        selection: Selection { only: vec!["own/*".to_owned()], ..Selection::default() },
        ..Request::default()
    };
    request.policies.files = vec![file(policies)];
    request.policies.inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    scan::judge(&Memory::tree([("main.tf", configuration)]), &request).expect("the policies can be chosen")
}

/// Id, severity and message of each finding.
fn findings(report: &Report) -> Vec<String> {
    let told = report.findings.iter();
    told.map(|finding| format!("{} {} {}", finding.check.id, finding.severity, finding.message)).collect()
}

/// `line: message` of each problem.
fn problems(report: &Report) -> Vec<String> {
    let told = report.problems.iter().map(|problem| {
        let source = report.sources.get(problem.span.source);
        format!("{}:{}: {}", source.path, source.places(problem.span).0.line, problem.message)
    });
    told.collect()
}

const VOLUMES: &str = r#"
policy {}
input "volume-level" {
  type    = string
  default = "advisory"
}
locals { allowed = ["gp3", "io2"] }
resource_policy "aws_ebs_volume" "encrypted" {
  enforcement_level = input.volume-level
  filter            = attrs.kind != "scratch"
  locals { encrypted = core::try(attrs.encrypted, false) }
  enforce {
    condition     = local.encrypted
    error_message = "Encrypt ${attrs.name}."
    info_message  = "Asked for by the security team."
  }
  enforce {
    condition     = core::contains(local.allowed, attrs.type)
    error_message = "Type ${attrs.type} is not allowed."
  }
}
"#;

#[test]
fn a_policy_is_a_check_with_the_severity_of_its_level() {
    let configuration = "resource \"aws_ebs_volume\" \"a\" {\n  name = \"a\"\n  type = \"gp2\"\n}\nresource \"aws_ebs_volume\" \"b\" {\n  kind = \"scratch\"\n}\n";
    let report = scanned(VOLUMES, configuration, &[]);
    assert_eq!(problems(&report), [""; 0]);
    let both = ["own/encrypted low Encrypt a.", "own/encrypted low Type gp2 is not allowed."];
    let mut found = findings(&report);
    found.sort();
    assert_eq!(found, both);
    assert!(
        report
            .findings
            .iter()
            .any(|finding| { finding.labels.iter().any(|label| label.message == "Asked for by the security team.") })
    );
    let strict = scanned(VOLUMES, configuration, &[("volume-level", "mandatory")]);
    assert!(strict.findings.iter().all(|finding| finding.severity == Severity::High));
    let soft = scanned(VOLUMES, configuration, &[("volume-level", "mandatory_overridable")]);
    assert!(soft.findings.iter().all(|finding| finding.severity == Severity::Medium));
}

#[test]
fn providers_and_modules_are_judged_as_far_as_a_configuration_tells() {
    let policies = r#"
provider_policy "aws" "region" {
  enforce { condition = attrs.region == "eu-central-1" }
}
provider_policy "aws" "version" {
  enforce { condition = core::semverconstraint(meta.version, ">= 5.0") }
}
module_policy "terraform-aws-modules/vpc/aws" "version" {
  enforce { condition = core::try(meta.version, "") != "" }
}
"#;
    let configuration = "provider \"aws\" {\n  region = \"us-east-1\"\n}\nmodule \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nmodule \"other\" {\n  source = \"terraform-aws-modules/iam/aws\"\n}\n";
    let report = scanned(policies, configuration, &[]);
    let mut found = findings(&report);
    found.sort();
    assert_eq!(
        found,
        ["own/region high Policy region is violated.", "own/version/module high Policy version is violated."]
    );
    let unknown: Vec<&str> = report.inconclusive.iter().map(|verdict| verdict.check.id.as_str()).collect();
    assert_eq!(unknown, ["own/version"]);
}

#[test]
fn what_asks_the_outside_is_an_error_and_what_judges_the_past_a_note() {
    let policies = r#"locals { unused = core::getdatasource("aws_ami", {}) }
resource_policy "aws_instance" "ami" {
  locals { ami = core::try(core::getdatasource("aws_ami", { id = attrs.ami }), null) }
  enforce { condition = local.ami != null }
}
resource_policy "aws_instance" "deleted" {
  operations = ["delete"]
  enforce { condition = core::gethttprequest("https://example.com", {}) == null }
}
resource_policy "aws_instance" "changed" {
  operations = ["update"]
  enforce { condition = prior_attrs.ami == attrs.ami }
}
resource_policy "aws_instance" "judged" {
  enforce { condition = attrs.monitoring == true }
}
"#;
    let report = scanned(policies, "resource \"aws_instance\" \"a\" {}\n", &[]);
    assert_eq!(
        problems(&report),
        [
            "own.policy.hcl:3: Policy `ami` is not evaluated: it calls `core::getdatasource`, which asks a provider; gatelint never does.",
            "own.policy.hcl:6: Policy `deleted` is skipped: it judges what is deleted, which a configuration does not tell.",
            "own.policy.hcl:10: Policy `changed` is skipped: it compares with what was there before, which a configuration does not tell.",
        ]
    );
    assert_eq!(findings(&report), ["own/judged high Policy judged is violated."]);
}

#[test]
fn a_wrong_file_is_told_and_not_evaluated() {
    let wrong = |policies: &str| problems(&scanned(policies, "", &[])).join("\n");
    let enforce = "enforce { condition = true }";
    let twice =
        format!("resource_policy \"a\" \"x\" {{\n {enforce}\n}}\nresource_policy \"a\" \"x\" {{\n {enforce}\n}}\n");
    assert_eq!(wrong(&twice), "own.policy.hcl:4: Policy `x` of `a` is defined twice; rename one of them.");
    let before = "resource_policy \"a\" \"x\" {\n  enforce { condition = prior_attrs.b == 1 }\n}\n";
    assert!(wrong(before).contains("lists `operations`"), "{}", wrong(before));
    let data = format!("data_policy \"a\" \"x\" {{\n {enforce}\n}}\n");
    assert!(wrong(&data).starts_with("own.policy.hcl:1: `data_policy` does not belong here"), "{}", wrong(&data));
    let typo = "resource_policy \"a\" \"x\" {\n  filter = local.missing\n  enforce { condition = true }\n}\n";
    assert_eq!(wrong(typo), "own.policy.hcl:2: `local.missing` is not declared.");
}

/// What became of each mock.
fn tested(policies: &str, test: &str) -> Vec<String> {
    let sources = Sources::default();
    let source = sources.add("own.policytest.hcl", test);
    let read = engine::read_test(source, test).expect("the test can be read");
    match engine::run_test(&read, &[file(policies)], &[], &sources) {
        Err(problems) => problems.into_iter().map(|problem| problem.message).collect(),
        Ok(outcomes) => outcomes
            .into_iter()
            .map(|outcome| match outcome.result {
                MockResult::Passed => format!("{} passed", outcome.mock),
                MockResult::Skipped(why) => format!("{} skipped: {why}", outcome.mock),
                MockResult::Failed(why) => why,
            })
            .collect(),
    }
}

#[test]
fn mocks_pass_and_fail_as_they_say() {
    let test = r#"
locals { kind = "gp3" }
resource "aws_ebs_volume" "good" {
  attrs = { name = "a", encrypted = true, type = local.kind }
}
resource "aws_ebs_volume" "bad" {
  expect_failure = true
  attrs          = { name = "b", type = aws_ebs_volume.good.type }
}
resource "aws_ebs_volume" "unexpected" {
  attrs = { name = "c", encrypted = true, type = "gp2" }
}
resource "aws_ebs_volume" "missing" {
  expect_failure = true
  attrs          = { name = aws_ebs_volume.good.attrs.name, encrypted = true, type = "io2" }
}
resource "aws_ebs_volume" "helper" {
  skip  = true
  attrs = { name = "d" }
}
resource "aws_s3_bucket" "nobody_judges" {
  attrs = { bucket = "b" }
}
"#;
    assert_eq!(
        tested(VOLUMES, test),
        [
            "resource.aws_ebs_volume.good passed",
            "resource.aws_ebs_volume.bad passed",
            "`resource.aws_ebs_volume.unexpected` is expected to pass, but `own/encrypted` denies it: Type gp2 is not allowed.",
            "`resource.aws_ebs_volume.missing` is expected to fail, but no policy denies it",
            "resource.aws_s3_bucket.nobody_judges passed",
        ]
    );
}

#[test]
fn skipped_mocks_are_seen_by_getresources() {
    let policies = r#"
resource_policy "aws_s3_bucket" "logged" {
  locals { logging = core::getresources("aws_s3_bucket_logging", { bucket = attrs.bucket }) }
  enforce { condition = core::length(local.logging) > 0 }
}
"#;
    let test = r#"
resource "aws_s3_bucket_logging" "a" {
  skip  = true
  attrs = { bucket = "a" }
}
resource "aws_s3_bucket" "a" {
  attrs = { bucket = "a" }
}
resource "aws_s3_bucket" "b" {
  expect_failure = true
  attrs          = { bucket = "b" }
}
"#;
    assert_eq!(tested(policies, test), ["resource.aws_s3_bucket.a passed", "resource.aws_s3_bucket.b passed"]);
}

#[test]
fn inputs_of_a_mock_come_before_those_of_the_file() {
    let policies = r#"
input "most" {
  type    = number
  default = 1
}
resource_policy "aws_x" "small" {
  enforce { condition = attrs.size <= input.most }
}
"#;
    let test = r#"
inputs { most = 5 }
resource "aws_x" "file" {
  attrs = { size = 4 }
}
resource "aws_x" "own" {
  expect_failure = true
  attrs          = { size = 4 }
  inputs { most = 3 }
}
"#;
    assert_eq!(tested(policies, test), ["resource.aws_x.file passed", "resource.aws_x.own passed"]);
}

#[test]
fn operations_are_inferred_from_what_a_mock_has() {
    let policies = r#"
resource_policy "aws_x" "new" {
  operations = ["create"]
  enforce { condition = attrs.ok }
}
resource_policy "aws_x" "kept" {
  operations = ["update"]
  enforce { condition = prior_attrs.ok == attrs.ok }
}
"#;
    let test = r#"
resource "aws_x" "created" {
  expect_failure = true
  attrs          = { ok = false }
}
resource "aws_x" "named" {
  attrs = { ok = false }
  meta  = { operation = "no-op" }
}
resource "aws_x" "updated" {
  expect_failure = true
  prior_attrs    = { ok = true }
  attrs          = { ok = false }
}
"#;
    assert_eq!(
        tested(policies, test),
        ["resource.aws_x.created passed", "resource.aws_x.named passed", "resource.aws_x.updated passed",]
    );
}

#[test]
fn what_is_deleted_is_judged_by_what_it_was_and_by_mocks_of_data_sources() {
    let policies = r#"
resource_policy "aws_s3_bucket" "empty" {
  operations = ["delete"]
  locals {
    objects = core::getdatasource("aws_s3_objects", { bucket = prior_attrs.bucket })
    lock    = core::try(core::getdatasource("aws_s3_object_lock", { bucket = prior_attrs.bucket }), null)
  }
  enforce { condition = attrs.bucket == null && core::length(local.objects.keys) == 0 && local.lock == null }
}
resource_policy "aws_s3_bucket" "asks_the_network" {
  operations = ["update"]
  enforce { condition = core::gethttprequest("https://example.com", {}).status == prior_attrs.status }
}
"#;
    let test = r#"
resource "aws_s3_bucket" "empty" {
  prior_attrs = { bucket = "empty" }
}
resource "aws_s3_bucket" "full" {
  prior_attrs = { bucket = "full" }
}
resource "aws_s3_bucket" "unknown" {
  prior_attrs = { bucket = "unknown" }
}
data "aws_s3_objects" "empty" {
  attrs = { bucket = "empty", keys = [] }
}
data "aws_s3_objects" "full" {
  attrs = { bucket = "full", keys = ["a"] }
}
"#;
    assert_eq!(
        tested(policies, test),
        [
            "resource.aws_s3_bucket.empty skipped: policy `asks_the_network` calls `core::gethttprequest`, which asks the network; gatelint never does",
            "`resource.aws_s3_bucket.full` is expected to pass, but `own/empty` denies it: Policy empty is violated.",
            "`resource.aws_s3_bucket.unknown` is expected to pass, but Check `own/empty` failed on `resource.aws_s3_bucket.unknown`: No mock of `data.aws_s3_objects` has the attributes that are asked for.",
        ]
    );
}

#[test]
fn a_star_names_resources_and_no_other_blocks() {
    let policies =
        "resource_policy \"*\" \"tagged\" {\n  enforce { condition = core::try(attrs.tags, null) != null }\n}\n";
    let configuration = "variable \"v\" {}\noutput \"o\" { value = 1 }\nprovider \"aws\" {}\ndata \"aws_ami\" \"a\" {}\nresource \"aws_instance\" \"a\" {}\n";
    let report = scanned(policies, configuration, &[]);
    let found: Vec<&str> = report.findings.iter().map(|finding| finding.resource.as_str()).collect();
    assert_eq!(found, ["aws_instance.a"]);
}

#[test]
fn providers_and_modules_can_be_mocked() {
    let policies = r#"
provider_policy "aws" "version" {
  enforce { condition = core::semverconstraint(meta.version, ">= 5.0") }
}
module_policy "a/b/c" "version" {
  enforce { condition = core::try(meta.version, "") != "" }
}
"#;
    let test = r#"
provider "aws" "new" {
  meta = { version = "5.1.0" }
}
provider "aws" "old" {
  expect_failure = true
  meta           = { version = "4.9.0" }
}
module "a/b/c" "pinned" {
  meta = { version = "1.0.0" }
}
module "a/b/c" "loose" {
  expect_failure = true
}
"#;
    assert_eq!(
        tested(policies, test),
        [
            "provider.aws.new passed",
            "provider.aws.old passed",
            "module.a/b/c.pinned passed",
            "module.a/b/c.loose passed"
        ]
    );
}

#[test]
fn circles_and_unknown_mocks_are_errors() {
    let circle = "resource \"aws_x\" \"a\" {\n  attrs = { b = aws_x.b.c }\n}\nresource \"aws_x\" \"b\" {\n  attrs = { c = aws_x.a.b }\n}\n";
    assert!(tested(VOLUMES, circle)[0].contains("Circular reference"), "{:?}", tested(VOLUMES, circle));
    let unknown = "resource \"aws_x\" \"a\" {\n  attrs = { b = aws_y.b.c }\n}\n";
    assert!(tested(VOLUMES, unknown)[0].contains("`aws_y.b` is not known here"), "{:?}", tested(VOLUMES, unknown));
}
