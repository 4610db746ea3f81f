//! `gatelint:ignore`: what it is about, by where it stands.

use super::{HOST_NETWORK, LATEST, PRIVILEGED, PUBLIC_ACL, found, hold, scan};
use gatelint::suppress::SuppressionOptions;

#[test]
fn in_terraform_it_is_about_what_stands_beside_beneath_or_around() {
    hold(
        "main.tf",
        &[PUBLIC_ACL],
        &[
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\" # gatelint:ignore aws/s3/public-acl -- a site\n}\n",
                &["2 comment (a site)"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n\n  // gatelint:ignore aws/s3/public-acl -- a site\n  acl = \"public-read\"\n}\n",
                &["5 comment (a site)"],
            ),
            (
                "# gatelint:ignore aws/s3/public-acl -- a site\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n",
                &["3 comment (a site)"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" { # gatelint:ignore aws/s3/public-acl\n  acl = \"public-read\"\n}\n",
                &["2 comment (no reason)"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n} # gatelint:ignore aws/s3/public-acl -- a site\n",
                &["2 comment (a site)"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" {\n\n  /* gatelint:ignore aws/s3/public-acl -- a site */\n\n  bucket = \"b\"\n  acl = \"public-read\"\n}\n",
                &["6 comment (a site)"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  /*\n   * gatelint:ignore aws/s3/public-acl -- a site\n   */\n  bucket = \"b\"\n  acl = \"public-read\"\n}\n",
                &["6 comment (a site)"],
            ),
            (
                "# gatelint:ignore-file aws/s3/* owner=web until=2026-03-01 -- sites\n\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n",
                &["4 comment (sites)"],
            ),
            // Stacked, with other comments between.
            (
                "# gatelint:ignore aws/s3/public-acl -- a site\n# Another comment.\n# gatelint:ignore aws/s3/without-versioning -- rebuilt\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n",
                &["5 comment (a site)"],
            ),
        ],
    );
}

#[test]
fn it_covers_nothing_else() {
    let public = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n  acl = \"public-read\"\n}\n";
    for text in [
        // A blank line parts it from the block.
        format!("# gatelint:ignore aws/s3/public-acl -- a site\n\n{public}"),
        // Another check, another attribute, a day that is over, a string, a heredoc, words before it.
        format!("# gatelint:ignore aws/s3/without-versioning -- a site\n{public}"),
        public.replace("\"b\"\n  acl", "\"b\" # gatelint:ignore aws/s3/public-acl -- a site\n  acl"),
        format!("# gatelint:ignore aws/s3/public-acl until=2026-02-28 -- a site\n{public}"),
        public.replace("bucket = \"b\"", "bucket = \"# gatelint:ignore aws/s3/public-acl\""),
        public.replace("bucket = \"b\"\n", "bucket = <<EOT\n# gatelint:ignore aws/s3/public-acl\nEOT\n"),
        format!("# about gatelint:ignore aws/s3/public-acl -- a site\n{public}"),
        format!("{public}# gatelint:ignore-file aws/s3/public-acl -- too late\n"),
    ] {
        let found = found(&[("main.tf", &text)], &[PUBLIC_ACL], SuppressionOptions::default());
        assert_eq!(found.len(), 1, "{text}");
        assert!(!found[0].contains("comment"), "{text}");
    }
}

#[test]
fn in_lists_and_nested_blocks_it_is_about_the_element_or_the_block() {
    let checks = ["aws/ec2/ssh-open-to-internet"];
    let group = |rules: &str| format!("resource \"aws_security_group\" \"g\" {{\n  description = \"d\"\n{rules}}}\n");
    let rule = |before: &str, behind: &str| {
        format!(
            "{before}  ingress {{\n    from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = [{behind}\n      \"0.0.0.0/0\",\n    ]\n  }}\n"
        )
    };
    let ignore = "# gatelint:ignore aws/ec2/ssh-open-to-internet -- a bastion";
    for (text, expected) in [
        (group(&rule("", "")), vec!["main.tf:7"]),
        (group(&rule("", &format!(" {ignore}"))), vec!["main.tf:7 comment (a bastion)"]),
        (
            group(&(rule(&format!("  {ignore}\n"), "") + &rule("", ""))),
            vec!["main.tf:8 comment (a bastion)", "main.tf:16"],
        ),
    ] {
        assert_eq!(found(&[("main.tf", &text)], &checks, SuppressionOptions::default()), expected, "{text}");
    }
    let statement = "      {\n        Effect = \"Allow\"\n        Principal = \"*\"\n        Action = \"s3:GetObject\"\n        Resource = \"*\"\n      },\n";
    let policy = |inner: &str| {
        format!(
            "resource \"aws_s3_bucket_policy\" \"p\" {{\n  bucket = \"b\"\n  policy = jsonencode({{\n    Statement = [\n{inner}    ]\n  }})\n}}\n"
        )
    };
    let text = policy(&format!("      # gatelint:ignore aws/s3/* -- a site\n{statement}{statement}"));
    let found = found(&[("main.tf", &text)], &["aws/s3/policy-grants-to-everyone"], SuppressionOptions::default());
    assert_eq!(found, ["main.tf:8 comment (a site)", "main.tf:14"]);
}

#[test]
fn at_a_module_block_it_is_about_what_is_reached_through_that_block() {
    let main = "module \"site\" { # gatelint:ignore aws/s3/public-acl -- a site\n  source = \"./bucket\"\n}\n\nmodule \"logs\" {\n  source = \"./bucket\"\n}\n";
    let files =
        [("main.tf", main), ("bucket/main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n")];
    let report = scan(&files, &[PUBLIC_ACL], SuppressionOptions::default());
    let told: Vec<(&str, bool)> =
        report.findings.iter().map(|finding| (finding.resource.as_str(), finding.suppressed.is_some())).collect();
    assert_eq!(told, [("module.logs.aws_s3_bucket.b", false), ("module.site.aws_s3_bucket.b", true)]);
    // In the module it is about every caller.
    let inside = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\" # gatelint:ignore aws/s3/public-acl -- a site\n}\n";
    let main = main.replace(" # gatelint:ignore aws/s3/public-acl -- a site", "");
    let report = scan(&[("main.tf", &main), ("bucket/main.tf", inside)], &[PUBLIC_ACL], SuppressionOptions::default());
    assert!(report.findings.iter().all(|finding| finding.suppressed.is_some()));
    assert_eq!(report.findings[0].also.len(), 1);
}

#[test]
fn in_yaml_it_is_about_the_entry_the_element_or_the_document() {
    hold(
        "pod.yaml",
        &[HOST_NETWORK, PRIVILEGED],
        &[
            (
                "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  hostNetwork: true # gatelint:ignore kubernetes/pod/host-network -- the proxy\n  containers: []\n",
                &["6 comment (the proxy)"],
            ),
            (
                "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  # gatelint:ignore kubernetes/pod/host-network -- the proxy\n  hostNetwork: true\n  containers: []\n",
                &["7 comment (the proxy)"],
            ),
            (
                "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec: # gatelint:ignore kubernetes/pod/* -- the proxy\n  hostNetwork: true\n  containers: []\n",
                &["6 comment (the proxy)"],
            ),
            // At the top of a document, about that document only.
            (
                "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  hostNetwork: true\n---\n# gatelint:ignore kubernetes/pod/host-network -- the proxy\n\nkind: Pod\napiVersion: v1\nmetadata:\n  name: b\nspec:\n  hostNetwork: true\n",
                &["6", "15 comment (the proxy)"],
            ),
            (
                "# gatelint:ignore-file kubernetes/pod/host-network -- the proxies\nkind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  hostNetwork: true\n---\nkind: Pod\napiVersion: v1\nmetadata:\n  name: b\nspec:\n  hostNetwork: true\n",
                &["7 comment (the proxies)", "14 comment (the proxies)"],
            ),
            // One container of two.
            (
                "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: a # gatelint:ignore kubernetes/container/privileged -- loads a module\n    securityContext:\n      privileged: true\n  # gatelint:ignore kubernetes/pod/host-network -- nothing of the kind\n  - name: b\n    securityContext:\n      privileged: true\n",
                &["9 comment (loads a module)", "13"],
            ),
            // No comment at all.
            (
                "kind: Pod\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    note: |\n      # gatelint:ignore kubernetes/pod/host-network\nspec:\n  hostNetwork: true\n",
                &["9"],
            ),
        ],
    );
}

#[test]
fn in_a_base_it_holds_for_every_overlay() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  hostNetwork: true # gatelint:ignore kubernetes/pod/host-network -- the proxy\n  containers: []\n";
    let files = [
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", pod),
        ("one/kustomization.yaml", "resources: [../base]\nnamePrefix: one-\n"),
        ("two/kustomization.yaml", "resources: [../base]\nnamePrefix: two-\n"),
    ];
    assert_eq!(found(&files, &[HOST_NETWORK], SuppressionOptions::default()), ["base/pod.yaml:6 comment (the proxy)"]);
}

#[test]
fn in_a_dockerfile_it_is_about_the_instruction_the_stage_or_the_file() {
    hold(
        "Dockerfile",
        &[LATEST, "dockerfile/packages/apt-unpinned"],
        &[
            (
                "# gatelint:ignore dockerfile/image/latest-tag -- mirrored\nFROM alpine:latest\n",
                &["2 comment (mirrored)"],
            ),
            (
                "FROM debian:12\n# gatelint:ignore dockerfile/packages/apt-unpinned -- a snapshot\nRUN apt-get update && \\\n    apt-get install -y curl\nRUN apt-get install -y git\n",
                &["4 comment (a snapshot)", "5"],
            ),
            (
                "FROM debian:12\nRUN apt-get update && \\\n    # gatelint:ignore dockerfile/packages/apt-unpinned -- a snapshot\n    apt-get install -y curl\n",
                &["4 comment (a snapshot)"],
            ),
            (
                "# gatelint:ignore dockerfile/packages/apt-unpinned -- a snapshot\nFROM debian:12 AS build\nRUN apt-get install -y curl\nFROM debian:12\nRUN apt-get install -y git\n",
                &["3 comment (a snapshot)", "5"],
            ),
            (
                "# syntax=docker/dockerfile:1\n# gatelint:ignore-file dockerfile/packages/* -- a snapshot\n\nFROM debian:12 AS build\nRUN apt-get install -y curl\nFROM debian:12\nRUN apt-get install -y git\n",
                &["5 comment (a snapshot)", "7 comment (a snapshot)"],
            ),
            // The shell's comment is none of the file, and a document's line is text.
            (
                "FROM debian:12\nRUN apt-get install -y curl # gatelint:ignore dockerfile/packages/apt-unpinned -- no\n",
                &["2"],
            ),
            (
                "FROM debian:12\nRUN <<EOF\n# gatelint:ignore dockerfile/packages/apt-unpinned -- no\napt-get install -y curl\nEOF\n",
                &["4"],
            ),
        ],
    );
}

#[test]
fn flags_leave_all_of_it_unread() {
    let text = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\" # gatelint:ignore aws/s3/public-acl -- a site\n}\n";
    let terms = || SuppressionOptions { ignore_inline: true, ..SuppressionOptions::default() };
    assert_eq!(found(&[("main.tf", text)], &[PUBLIC_ACL], terms()), ["main.tf:2"]);
    assert!(found(&[("main.tf", text)], &["suppression/*"], terms()).is_empty());
}
