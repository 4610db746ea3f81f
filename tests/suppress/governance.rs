//! What a team asks of its suppressions, those of the configuration, and what is said of both.

use super::{PUBLIC_ACL, found, scan};
use gatelint::discover::Memory;
use gatelint::engine::Selection;
use gatelint::environment::Environment;
use gatelint::lower::terraform::Assignment;
use gatelint::scan::{Request, judge};
use gatelint::source::{Paths, SourceId, Span};
use gatelint::suppress::{Governance, Named, Rule, SuppressionOptions};

fn public(comment: &str) -> String {
    format!("resource \"aws_s3_bucket\" \"b\" {{\n  acl = \"public-read\" # {comment}\n}}\n")
}

fn under(governance: Governance) -> SuppressionOptions {
    SuppressionOptions { governance, ..SuppressionOptions::default() }
}

/// Whether the finding is suppressed, and what is said of the suppression.
fn judged(comment: &str, governance: Governance) -> (bool, Vec<String>) {
    let report = scan(&[("main.tf", &public(comment))], &[PUBLIC_ACL, "suppression/*"], under(governance));
    let (of_them, others): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.check.id.starts_with("suppression/"));
    assert_eq!(others.len(), 1);
    (others[0].suppressed.is_some(), of_them.iter().map(|finding| finding.message.clone()).collect())
}

#[test]
fn what_breaks_the_rules_is_void_and_told() {
    let strict =
        || Governance { reason_required: true, owner_required: true, max_days: Some(30), ..Governance::default() };
    // The scan is on 2026-03-01.
    let good = "gatelint:ignore aws/s3/public-acl until=2026-03-31 owner=web -- a site";
    assert_eq!(judged(good, strict()), (true, vec![]));
    for (comment, said) in [
        (good.replace(" -- a site", ""), "it gives no reason"),
        (good.replace(" owner=web", ""), "it names no owner"),
        (good.replace(" until=2026-03-31", ""), "it never ends; 30 days are allowed"),
        (good.replace("03-31", "04-01"), "it holds until 2026-04-01; 30 days from today are allowed"),
    ] {
        assert_eq!(judged(&comment, strict()), (false, vec![format!("This suppression is void: {said}.")]));
    }
    let outside = || Governance { inline: false, ..Governance::default() };
    let said = "This suppression is void: suppressions stand in the configuration only.".to_owned();
    assert_eq!(judged(good, outside()), (false, vec![said]));
    let never = |glob: &str| Governance { never: vec![glob.to_owned()], ..Governance::default() };
    let said = "`aws/s3/public-acl` cannot be suppressed.".to_owned();
    assert_eq!(judged(good, never("aws/s3/public-*")), (false, vec![said]));
    assert_eq!(judged(good, never("aws/rds/*")), (true, vec![]));
    assert_eq!(judged("gatelint:ignore aws/* -- all", never("aws/s3/public-acl")), (false, vec![]));
    // Other tools' words are held to it too.
    let other = "trivy:ignore:AWS-0092";
    assert!(!judged(other, Governance { reason_required: true, ..Governance::default() }).0);
    assert_eq!(judged(other, Governance::default()), (true, vec![]));
}

fn rule(checks: &[&str], paths: &[&str], addresses: &[&str]) -> Rule {
    let span = Span::new(SourceId(0), 0, 1);
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Rule {
        span,
        checks: checks.iter().map(|text| Named { text: (*text).to_owned(), span }).collect(),
        paths: Paths::new(paths.iter().copied()).unwrap(),
        addresses: owned(addresses),
        reason: Some("legacy".to_owned()),
        owner: None,
        until: None,
    }
}

#[test]
fn the_configuration_suppresses_by_path_address_and_check() {
    let text = "resource \"aws_s3_bucket\" \"b\" {\n  for_each = toset([\"eu\", \"us\"])\n  acl = \"public-read\"\n  bucket = each.key\n}\n";
    let files = [("live/main.tf", text), ("old/main.tf", text)];
    let count = |rule: Rule| {
        let terms = SuppressionOptions { rules: vec![rule], ..SuppressionOptions::default() };
        let report = scan(&files, &[PUBLIC_ACL], terms);
        let told = |finding: &gatelint::finding::Finding| 1 + finding.also.len();
        report.findings.iter().filter(|finding| finding.suppressed.is_some()).map(told).sum::<usize>()
    };
    assert_eq!(count(rule(&[PUBLIC_ACL], &[], &[])), 4);
    assert_eq!(count(rule(&["aws/**"], &["old"], &[])), 2);
    assert_eq!(count(rule(&[], &["**/*.tf"], &["aws_s3_bucket.b[\"eu\"]"])), 2);
    assert_eq!(count(rule(&[], &["old/*"], &["aws_s3_*[\"us\"]"])), 1);
    assert_eq!(count(rule(&["aws/rds/*"], &[], &[])), 0);
    assert_eq!(count(rule(&[], &["new/*"], &[])), 0);
}

#[test]
fn checks_on_suppressions_are_suppressed_by_the_configuration_only() {
    let text = format!("# gatelint:ignore suppression/* -- hush\n{}", public("gatelint:ignore aws/rds/* -- nothing"));
    let unused = ["suppression/unused"];
    let live =
        |terms| found(&[("main.tf", &text)], &unused, terms).iter().filter(|line| !line.contains("config")).count();
    assert_eq!(live(SuppressionOptions::default()), 2, "neither covers anything");
    let rules = vec![rule(&["suppression/unused"], &["main.tf"], &[])];
    assert_eq!(live(SuppressionOptions { rules, ..SuppressionOptions::default() }), 0);
}

#[test]
fn whether_one_is_used_does_not_depend_on_the_choice_of_checks() {
    let text = public("gatelint:ignore aws/s3/public-acl -- a site");
    let unused = |text: &str, checks: &[&str]| found(&[("main.tf", text)], checks, SuppressionOptions::default());
    assert!(unused(&text, &["suppression/unused"]).is_empty());
    let idle = text.replace("public-read", "private");
    assert_eq!(unused(&idle, &["suppression/unused"]), ["main.tf:2"]);
    assert!(unused(&idle, &[PUBLIC_ACL]).is_empty(), "nobody asked");
}

#[test]
fn what_is_suppressed_is_counted_and_shuts_no_gate() {
    let report = scan(
        &[("main.tf", &public("gatelint:ignore aws/s3/public-acl -- a site"))],
        &[PUBLIC_ACL],
        SuppressionOptions::default(),
    );
    assert_eq!((report.findings.len(), report.decision.exit), (1, gatelint::gate::Exit::Open));
    let report = scan(&[("main.tf", &public("a site"))], &[PUBLIC_ACL], SuppressionOptions::default());
    assert_eq!(report.decision.exit, gatelint::gate::Exit::Findings);
}

#[test]
fn what_one_environment_needs_is_used_in_all() {
    let text = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl # gatelint:ignore aws/s3/public-acl -- the public one\n}\n";
    let environment = |name: &str, acl: &str| {
        let mut inputs = gatelint::lower::Inputs::default();
        let value = Assignment::Value { name: "acl".to_owned(), text: acl.to_owned() };
        inputs.variables.command_line.push(value);
        Environment { name: name.into(), inputs, ..Environment::default() }
    };
    let scanned = |environments: Vec<Environment>| {
        let only = vec![PUBLIC_ACL.to_owned(), "suppression/*".to_owned()];
        let selection = Selection { only, ..Selection::default() };
        let request = Request { environments, selection, ..Request::default() };
        let report = judge(&Memory::tree([("main.tf", text)]), &request).expect("a report");
        report.findings.iter().map(|finding| super::line(&report, finding)).collect::<Vec<_>>()
    };
    let (staging, production) = (environment("staging", "private"), environment("production", "public-read"));
    let suppressed = ["main.tf:3 comment (the public one)"];
    assert_eq!(scanned(vec![staging.clone(), production.clone()]), suppressed);
    assert_eq!(scanned(vec![production, staging.clone()]), suppressed);
    assert_eq!(scanned(vec![staging]), ["main.tf:3"], "it is unused");
}
