//! Reports made by hand, for what only a format decides.

use gatelint::check::{Category, Edition, Meta, Severity};
use gatelint::finding::{Coverage, Evaluated, Finding, Identity, Inconclusive, Label, Tally};
use gatelint::gate::{Decision, Exit};
use gatelint::model::{Address, Cause, Why};
use gatelint::report::{Format, Options, Report};
use gatelint::source::{Kind, LedgerEntry, Problem, SourceId, Sources, Span, Status};
use std::sync::Arc;

pub const MAIN: &str = "\
resource \"aws_s3_bucket\" \"logs\" {
  bucket = \"logs\"
  acl    = local.acl
}
";
pub const LOCALS: &str = "\
locals {
  acl = var.acl
}

variable \"acl\" {
  type    = string
  default = \"public-read\"
}
";

pub fn check(id: &str, severity: Severity) -> Evaluated {
    let check = Arc::new(Meta {
        id: id.into(),
        title: "S3 bucket ACL grants access to everyone".into(),
        severity,
        category: Category::PublicExposure,
        default_on: true,
        off_because: None,
        precision: None,
        part_of: Vec::new(),
        since: Edition::FIRST,
        deprecated: None,
        aliases: vec![("trivy".into(), vec!["AWS-0092".into()]), ("gatelint".into(), vec!["aws/s3/old-id".into()])],
        frameworks: vec![("cwe".into(), vec!["732".into()])],
        references: vec!["https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html".into()],
        rationale: "Anyone on the internet can list and read the objects; with `public-read-write` they can also \
                    replace them.\n\nA second paragraph."
            .into(),
        fix: "Remove the ACL or set it to `private`, and give readers access through a bucket policy.".into(),
        targets: vec!["aws_s3_bucket".into()],
    });
    Evaluated { check, tally: Tally::default() }
}

/// An empty report with nothing wrong.
pub fn clean() -> Report {
    Report {
        sources: Sources::default(),
        checks: vec![check("aws/s3/public-acl", Severity::High)],
        newer: Vec::new(),
        findings: Vec::new(),
        inconclusive: Vec::new(),
        problems: Vec::new(),
        ledger: Vec::new(),
        sensitive: Vec::new(),
        coverage: Coverage::default(),
        resources: 0,
        comparison: None,
        asks_for_info: false,
        decision: Decision {
            exit: Exit::Open,
            reason: "open: nothing at or above low".into(),
            fail_on: Some(Severity::Low),
        },
    }
}

/// The span of the first `needle` in the source.
pub fn span(report: &Report, id: SourceId, needle: &str) -> Span {
    let source = report.sources.get(id);
    let start = source.text.find(needle).unwrap_or_else(|| panic!("`{needle}` is not in {}", source.path)) as u32;
    Span::new(id, start, start + needle.len() as u32)
}

pub fn add_file(report: &mut Report, path: &str, text: &str) -> SourceId {
    report.ledger.push(LedgerEntry::evaluated(path, Kind::Terraform));
    report.sources.add(path, text)
}

/// A finding of the report's first check at the first `needle`.
pub fn finding(report: &Report, id: SourceId, needle: &str) -> Finding {
    let check = Arc::clone(&report.checks[0].check);
    let place = span(report, id, needle);
    let end = report.sources.get(id).text.len() as u32;
    Finding {
        severity: check.severity,
        check,
        message: "Bucket ACL 'public-read' grants access to everyone.".into(),
        resource: Address::parse("aws_s3_bucket.logs"),
        also: Vec::new(),
        place,
        block: Span::new(id, 0, end),
        path: "acl".into(),
        route: Vec::new(),
        labels: Vec::new(),
        unit: gatelint::model::Text::new(),
        identity: Identity::default(),
        fingerprint: format!("{:016x}", u64::from(place.start) + 0xabc0_0000),
        environments: Vec::new(),
        suppressed: None,
        folded_into: None,
        includes: Vec::new(),
        fix: None,
        remedy: None,
    }
}

/// The bucket whose ACL comes from a variable's default through a local, a file that cannot be read, one that
/// is skipped, and a verdict that lacks an input.
pub fn bucket() -> Report {
    let mut report = clean();
    let main = add_file(&mut report, "infra/main.tf", MAIN);
    let locals = add_file(&mut report, "infra/locals.tf", LOCALS);
    let broken = report.sources.add("infra/broken.tf", "resource \"a\" {\n");
    let reason = "the block is not closed";
    report.ledger.insert(0, LedgerEntry::stopped("infra/broken.tf", Kind::Terraform, Status::Failed, reason));
    let reason = "charts are not rendered";
    report.ledger.push(LedgerEntry::stopped("chart/values.yaml", Kind::Helm, Status::Skipped, reason));
    let opening = Span::new(broken, 13, 14);
    report.problems.push(Problem::error(opening, "the block is not closed").with_help("Add a `}`."));
    let mut finding = finding(&report, main, "local.acl");
    finding.labels = vec![
        Label { message: "local `acl`".into(), span: span(&report, locals, "var.acl"), hop: true },
        Label {
            message: "default of variable `acl`".into(),
            span: span(&report, locals, "\"public-read\""),
            hop: true,
        },
    ];
    finding.also = vec!["module.b.aws_s3_bucket.logs".into()];
    report.findings.push(finding);
    report.inconclusive.push(Inconclusive {
        check: Arc::clone(&report.checks[0].check),
        resource: Address::parse("aws_s3_bucket.other"),
        unit: "".into(),
        route: Vec::new(),
        environments: Vec::new(),
        identity: Identity::default(),
        place: span(&report, main, "\"logs\""),
        because: vec![Cause { why: Why::Variable("acl".into()), span: span(&report, locals, "variable") }],
    });
    report.resources = 3;
    report.decision.exit = Exit::Findings;
    report.decision.reason = "closed: 1 finding at or above low".into();
    report
}

pub fn write(report: &Report, format: Format) -> String {
    write_with(report, format, &Options::default())
}

pub fn write_with(report: &Report, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    report.write(format, options, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}
