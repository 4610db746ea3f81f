//! Trivy's and tfsec's comments: all spellings of ids, dates, workspaces, parameters, stacks, modules.

use super::{LATEST, PUBLIC_ACL, found, hold, scan};
use gatelint::engine::Selection;
use gatelint::suppress::SuppressionOptions;

#[test]
fn every_spelling_of_an_id() {
    for id in [
        "AVD-AWS-0092",
        "AWS-0092",
        "avd-aws-0092",
        "aws-s3-no-public-access-with-acl",
        "aws-s3-no-public-*",
        "AVD-AWS-009*",
        "*",
    ] {
        for tool in ["trivy", "tfsec"] {
            let text =
                format!("resource \"aws_s3_bucket\" \"b\" {{\n  #{tool}:ignore:{id}\n  acl = \"public-read\"\n}}\n");
            let found = found(&[("main.tf", &text)], &[PUBLIC_ACL], SuppressionOptions::default());
            assert_eq!(found, ["main.tf:3 comment (no reason)"], "{text}");
        }
    }
    for id in ["DS001", "AVD-DS-0001", "ds-0001", "DS-1"] {
        let text = format!("#trivy:ignore:{id} mirrored\nFROM alpine:latest\n");
        let found = found(&[("Dockerfile", &text)], &[LATEST], SuppressionOptions::default());
        assert_eq!(found, ["Dockerfile:2 comment (mirrored)"], "{text}");
    }
}

#[test]
fn where_it_counts() {
    let public = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
    hold(
        "main.tf",
        &[PUBLIC_ACL],
        &[
            (&format!("#trivy:ignore:AWS-0092\n{public}"), &["3 comment (no reason)"]),
            (&public.replace("{\n", "{ #trivy:ignore:AWS-0092\n"), &["2 comment (no reason)"]),
            (&public.replace("read\"", "read\" # trivy:ignore:AWS-0092 a site"), &["2 comment (a site)"]),
            // Stacked, and several on a line.
            (&format!("#trivy:ignore:AWS-0092\n#trivy:ignore:AWS-0086\n{public}"), &["4 comment (no reason)"]),
            (&format!("#trivy:ignore:AWS-0086 #tfsec:ignore:AWS-0092 sites\n{public}"), &["3 comment (sites)"]),
            // A blank line parts; inside of a block it is about the next line only.
            (&format!("#trivy:ignore:AWS-0092\n\n{public}"), &["4"]),
            (&public.replace("{\n", "{\n  #trivy:ignore:AWS-0092\n  bucket = \"b\"\n"), &["4"]),
            (&format!("#trivy:ignore:AWS-0086\n{public}"), &["3"]),
        ],
    );
    let files = [
        (
            "main.tf",
            "#trivy:ignore:aws-0092\nmodule \"site\" {\n  source = \"./bucket\"\n}\n\nmodule \"logs\" {\n  source = \"./bucket\"\n}\n",
        ),
        ("bucket/main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n"),
    ];
    let report = scan(&files, &[PUBLIC_ACL], SuppressionOptions::default());
    let told: Vec<(&str, bool)> =
        report.findings.iter().map(|finding| (finding.resource.as_str(), finding.suppressed.is_some())).collect();
    assert_eq!(told, [("module.logs.aws_s3_bucket.b", false), ("module.site.aws_s3_bucket.b", true)]);
}

#[test]
fn dates_end_it_on_that_day() {
    // The scan is on 2026-03-01.
    for (date, holds) in [("2026-03-02", true), ("2026-03-01", false), ("2020-01-01", false), ("2026-02-30", false)] {
        let text = format!(
            "#trivy:ignore:AWS-0092:exp:{date}\nresource \"aws_s3_bucket\" \"b\" {{\n  acl = \"public-read\"\n}}\n"
        );
        let found = found(&[("main.tf", &text)], &[PUBLIC_ACL], SuppressionOptions::default());
        assert_eq!(found[0].contains("comment"), holds, "{date}");
    }
}

#[test]
fn workspaces() {
    let text = |workspace: &str| {
        format!(
            "#tfsec:ignore:AWS-0092:ws:{workspace}\nresource \"aws_s3_bucket\" \"b\" {{\n  acl = \"public-read\"\n}}\n"
        )
    };
    let scanned = |workspace: Option<&str>, pattern: &str| {
        let mut inputs = gatelint::lower::Inputs::default();
        inputs.variables.workspace = workspace.map(str::to_owned);
        let request = gatelint::scan::Request {
            selection: Selection { only: vec![PUBLIC_ACL.to_owned()], ..Selection::default() },
            ..gatelint::scan::Request::with(inputs)
        };
        let tree = gatelint::discover::Memory::tree([("main.tf", text(pattern))]);
        let report = gatelint::scan::judge(&tree, &request).expect("a report");
        report.findings[0].suppressed.is_some()
    };
    assert!(scanned(Some("prod"), "prod"));
    assert!(scanned(Some("prod-eu"), "prod-*"));
    assert!(!scanned(Some("Prod"), "prod"), "case counts");
    assert!(!scanned(Some("dev"), "prod"));
    assert!(scanned(None, "default") && !scanned(None, "prod"));
}

#[test]
fn parameters_must_hold() {
    let ssh = |parameters: &str| {
        format!(
            "resource \"aws_security_group_rule\" \"r\" {{\n  count = 2\n  type = \"ingress\"\n  from_port = 22\n  to_port = 22\n  protocol = \"tcp\"\n  cidr_blocks = [\"0.0.0.0/0\"] #trivy:ignore:*{parameters}\n}}\n"
        )
    };
    for (parameters, suppressed) in [
        ("", 2),
        ("[from_port=22]", 2),
        ("[from_port=22,type=ingress]", 2),
        ("[from_port=23]", 0),
        ("[from_port=22,type=egress]", 0),
        ("[cidr_blocks.0=0.0.0.0/0]", 2),
        ("[no_such=1]", 0),
        ("[count.index=1]", 1),
        ("[from_port=22]:exp:2030-01-01", 2),
        ("[from_port=22]:exp:2020-01-01", 0),
    ] {
        let text = ssh(parameters);
        let report = scan(&[("main.tf", &text)], &["aws/ec2/ssh-open-to-internet"], SuppressionOptions::default());
        let told = |finding: &gatelint::finding::Finding| 1 + finding.also.len();
        let by: usize = report.findings.iter().filter(|finding| finding.suppressed.is_some()).map(told).sum();
        assert_eq!(by, suppressed, "{parameters}: {:?}", report.findings);
    }
    // The parameters of a nested block are those of the block.
    let rule = |port: u16| {
        format!(
            "  #trivy:ignore:*[from_port={port}]\n  ingress {{\n    from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n"
        )
    };
    let text = format!("resource \"aws_security_group\" \"g\" {{\n{}{}}}\n", rule(22), rule(80));
    let found = found(&[("main.tf", &text)], &["aws/ec2/ssh-open-to-internet"], SuppressionOptions::default());
    assert_eq!(found, ["main.tf:7 comment (no reason)", "main.tf:14"]);
}
