//! For any file and any finding in it: a comment at its place removes that finding and no other, and what was
//! there before comes back when the comment is gone.

use super::scan;
use gatelint::report::Report;
use gatelint::suppress::SuppressionOptions;
use proptest::prelude::*;

const CHECKS: [&str; 7] = [
    "aws/s3/public-acl",
    "aws/s3/without-versioning",
    "aws/ec2/ssh-open-to-internet",
    "kubernetes/pod/host-network",
    "kubernetes/container/privileged",
    "dockerfile/image/latest-tag",
    "dockerfile/packages/apt-unpinned",
];

/// A file: its path and the pieces of its text.
fn files() -> impl Strategy<Value = (&'static str, String)> {
    let acl = prop::sample::select(vec!["private", "public-read", "public-read-write"]);
    let gap = prop::sample::select(vec!["", "\n", "# A remark.\n", "\n\n"]);
    let bucket = (acl, any::<bool>(), gap.clone()).prop_map(|(acl, first, gap)| {
        let before = if first { "" } else { "  bucket = \"b\"\n" };
        format!("{gap}resource \"aws_s3_bucket\" \"NAME\" {{\n{before}  acl = \"{acl}\"\n}}\n")
    });
    let group = (any::<bool>(), gap.clone()).prop_map(|(open, gap)| {
        let cidr = if open { "0.0.0.0/0" } else { "10.0.0.0/8" };
        format!("{gap}resource \"aws_security_group\" \"NAME\" {{\n  ingress {{\n    from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = [\n      \"{cidr}\",\n    ]\n  }}\n}}\n")
    });
    let terraform = prop::collection::vec(prop_oneof![bucket, group], 1..5);
    let pod = (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(network, first, second)| {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: NAME\nspec:\n  hostNetwork: {network}\n  containers:\n  - name: a\n    image: a:1\n    securityContext:\n      privileged: {first}\n  - name: b\n    image: b:1\n    securityContext: {{privileged: {second}}}\n")
    });
    let yaml = prop::collection::vec(pod, 1..4);
    let stage = (any::<bool>(), any::<bool>(), gap).prop_map(|(latest, install, gap)| {
        let tag = if latest { "latest" } else { "12" };
        let run = if install { "RUN apt-get update && \\\n    apt-get install -y curl\n" } else { "RUN true\n" };
        format!("{gap}FROM debian:{tag} AS NAME\n{run}")
    });
    let dockerfile = prop::collection::vec(stage, 1..4);
    let named = |pieces: Vec<String>| {
        let numbered = pieces.into_iter().enumerate();
        numbered.map(|(at, piece)| piece.replace("NAME", &format!("n{at}"))).collect::<Vec<_>>()
    };
    prop_oneof![
        terraform.prop_map(move |pieces| ("main.tf", named(pieces).concat())),
        yaml.prop_map(move |pieces| ("pods.yaml", named(pieces).join("---\n"))),
        dockerfile.prop_map(move |pieces| ("Dockerfile", named(pieces).concat())),
    ]
}

/// The findings that count: check, resource and attribute.
fn live(report: &Report) -> Vec<String> {
    let counting = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let mut all: Vec<_> =
        counting.map(|finding| format!("{} {} {}", finding.check.id, finding.resource, finding.path)).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_comment_removes_one_finding(file in files(), pick in any::<prop::sample::Index>(), behind in any::<bool>()) {
        let (path, text) = file;
        let before = scan(&[(path, &text)], &CHECKS, SuppressionOptions::default());
        if before.findings.is_empty() {
            return Ok(());
        }
        let finding = pick.get(&before.findings);
        let line = before.sources.get(finding.place.source).places(finding.place).0.line as usize;
        let comment = format!("# gatelint:ignore {} -- once", finding.check.id);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        // A Dockerfile has no comments behind code.
        if behind && path != "Dockerfile" {
            lines[line - 1] = format!("{} {comment}", lines[line - 1]);
        } else {
            let indent: String = lines[line - 1].chars().take_while(|c| *c == ' ').collect();
            lines.insert(line - 1, format!("{indent}{comment}"));
        }
        let commented = lines.join("\n") + "\n";
        let with = scan(&[(path, &commented)], &CHECKS, SuppressionOptions::default());
        let gone = format!("{} {} {}", finding.check.id, finding.resource, finding.path);
        let mut expected = live(&before);
        let at = expected.iter().position(|one| *one == gone).unwrap();
        expected.remove(at);
        prop_assert_eq!(live(&with), expected, "{}", commented);
        prop_assert_eq!(with.findings.len(), before.findings.len());
        // And it comes back.
        let without: String = commented.replace(&format!(" {comment}"), "").replace(&comment, "");
        prop_assert_eq!(live(&scan(&[(path, &without)], &CHECKS, SuppressionOptions::default())), live(&before), "{}", without);
    }
}
