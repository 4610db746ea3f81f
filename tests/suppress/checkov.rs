//! Checkov's comments: inside of a Terraform block about that block, in a Dockerfile about the file.

use super::{LATEST, PUBLIC_ACL, found, hold, scan};
use gatelint::suppress::SuppressionOptions;

#[test]
fn in_a_block_with_ids_and_a_reason() {
    let block = |inside: &str| format!("resource \"aws_s3_bucket\" \"b\" {{\n{inside}  acl = \"public-read\"\n}}\n");
    for (comment, reason) in [
        ("# checkov:skip=CKV_AWS_20:The bucket is a public web host", "The bucket is a public web host"),
        ("#checkov:skip=CKV_AWS_20: a site", "a site"),
        ("# checkov:skip=CKV_AWS_20", "no reason"),
        ("// bridgecrew:skip=CKV_AWS_18,CKV_AWS_20:several", "several"),
        ("# cortex:skip= ckv_aws_20:another spelling", "another spelling"),
        ("/* checkov:skip=CKV_AWS_20:enclosed */", "enclosed"),
        ("# see SEC-12, checkov:skip=CKV_AWS_20:not the first word", "not the first word"),
    ] {
        let text = block(&format!("  {comment}\n"));
        let expected = format!("main.tf:3 comment ({reason})");
        assert_eq!(found(&[("main.tf", &text)], &[PUBLIC_ACL], SuppressionOptions::default()), [expected], "{text}");
    }
    hold(
        "main.tf",
        &[PUBLIC_ACL],
        &[
            // Above a block it says nothing, nor on its first or last line, nor of another check.
            (&format!("# checkov:skip=CKV_AWS_20:above\n{}", block("")), &["3"]),
            (
                "resource \"aws_s3_bucket\" \"b\" { # checkov:skip=CKV_AWS_20:first line\n  acl = \"public-read\"\n}\n",
                &["2"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n} # checkov:skip=CKV_AWS_20:last line\n",
                &["2"],
            ),
            (&block("  # checkov:skip=CKV_AWS_18:another check\n"), &["3"]),
            (&block("  bucket = \"checkov:skip=CKV_AWS_20:a string\"\n"), &["3"]),
            // Deep inside it is still about the whole resource.
            (
                &block("  versioning {\n    # checkov:skip=CKV_AWS_20:deep\n    enabled = true\n  }\n"),
                &["6 comment (deep)"],
            ),
        ],
    );
}

#[test]
fn in_a_module_block_about_what_is_in_the_module() {
    let main = "module \"site\" {\n  #checkov:skip=CKV_AWS_20:a site\n  source = \"./bucket\"\n}\n\nmodule \"logs\" {\n  source = \"./bucket\"\n}\n";
    let files =
        [("main.tf", main), ("bucket/main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n")];
    let report = scan(&files, &[PUBLIC_ACL], SuppressionOptions::default());
    let told: Vec<(&str, bool)> =
        report.findings.iter().map(|finding| (finding.resource.as_str(), finding.suppressed.is_some())).collect();
    assert_eq!(told, [("module.logs.aws_s3_bucket.b", false), ("module.site.aws_s3_bucket.b", true)]);
}

#[test]
fn elsewhere() {
    hold(
        "Dockerfile",
        &[LATEST],
        &[(
            "FROM alpine:latest\nRUN true\n# checkov:skip=CKV_DOCKER_7:anywhere in the file\n",
            &["1 comment (anywhere in the file)"],
        )],
    );
    // In manifests, Checkov reads annotations and no comments.
    hold(
        "pod.yaml",
        &[super::HOST_NETWORK],
        &[(
            "# checkov:skip=CKV_K8S_19:no\nkind: Pod\napiVersion: v1\nmetadata:\n  name: a\nspec:\n  hostNetwork: true\n",
            &["7"],
        )],
    );
    // Terrascan's came from there.
    hold(
        "main.tf",
        &["aws/s3/public-acl"],
        &[(
            "resource \"aws_s3_bucket\" \"b\" {\n  #ts:skip=AC_NO_SUCH one that we have not\n  acl = \"public-read\"\n}\n",
            &["3"],
        )],
    );
    hold("main.tf", &["aws/kms/*"], &[]);
}
