//! `gatelint explain`: the chain from a verdict to where its values were written.

use crate::scanned::repository;
use std::path::{Path, PathBuf};
use std::process::Command;

const MAIN: &str = "\
resource \"aws_s3_bucket\" \"logs\" {
  acl = local.acl
}
resource \"aws_s3_bucket\" \"later\" {
  acl = var.later
}
resource \"aws_s3_bucket\" \"closed\" {
  acl = \"private\"
}
";
const INPUTS: &str = "\
locals {
  acl = var.acl
}
variable \"acl\" {}
variable \"later\" {}
";

fn buckets(name: &str) -> PathBuf {
    let files =
        [("infra/main.tf", MAIN), ("infra/inputs.tf", INPUTS), ("infra/terraform.tfvars", "acl = \"public-read\"\n")];
    repository(name, &files)
}

/// Exit code, standard output and standard error.
fn explain(root: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .arg("explain")
        .args(args)
        .current_dir(root)
        .env_clear()
        .output()
        .expect("gatelint starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code().expect("it ends by itself"), text(&output.stdout), text(&output.stderr))
}

/// The lines, without what leads them in.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).collect()
}

/// Whether `wanted` stand in `text` as lines, in that order.
fn assert_in_order(text: &str, wanted: &[&str]) {
    let lines = lines(text);
    let mut rest = lines.iter();
    for want in wanted {
        assert!(rest.any(|line| line == want), "`{want}` is missing, or not in its place:\n{text}");
    }
}

#[test]
fn a_finding_is_explained_back_to_the_line_of_the_tfvars_file() {
    let root = buckets("explained");
    let (code, text, _) = explain(&root, &["infra/main.tf:2", "--check", "aws/s3/public-acl"]);
    assert_eq!(code, 0);
    assert_in_order(
        &text,
        &[
            "high aws/s3/public-acl S3 bucket ACL grants access to everyone",
            "because      Bucket ACL 'public-read' grants access to everyone.",
            "condition    attrs.acl != \"public-read\"",
            "read         acl = \"public-read\"",
            "infra/main.tf:2:9",
            "acl = local.acl",
            "infra/inputs.tf:2:9  (local `acl`)",
            "acl = var.acl",
            "infra/terraform.tfvars:1:7  (value of variable `acl`)",
            "acl = \"public-read\"",
        ],
    );
    assert!(text.contains("passes if    Remove the ACL or set it to `private`"), "{text}");
    let fingerprint = text.lines().find_map(|line| line.trim().strip_prefix("fingerprint")).expect("a fingerprint");
    for same in [fingerprint.trim(), "main.tf:2:9", "./infra/main.tf:2"] {
        let again = explain(&root, &[same, ".", "--check", "aws/s3/public-acl"]);
        assert_eq!((again.0, again.1), (0, text.clone()), "{same}");
    }
}

#[test]
fn an_inconclusive_verdict_names_the_input_and_where_it_would_be_set() {
    let root = buckets("inconclusive");
    let args = ["infra/main.tf:5", "--check", "aws/s3/public-acl"];
    let (_, text, _) = explain(&root, &args);
    assert_in_order(
        &text,
        &[
            "inconclusive aws/s3/public-acl S3 bucket ACL grants access to everyone",
            "read         acl = unknown (`var.later` has no value)",
            "missing      `var.later` has no value",
            "infra/inputs.tf:5:1  (it would be set here, or is read here)",
            "variable \"later\" {}",
        ],
    );
    let (_, text, _) = explain(&root, &[&args[..], &["--var", "later=public-read"]].concat());
    assert!(text.starts_with("high aws/s3/public-acl"), "given the value it is decided:\n{text}");
    assert!(text.contains("value of variable `later`"), "{text}");
}

#[test]
fn a_pass_tells_what_each_check_saw_and_which_had_nothing_to_judge() {
    let root = buckets("passed");
    let (code, text, _) = explain(&root, &["--pass", "aws_s3_bucket.closed", "infra"]);
    assert_eq!(code, 0);
    assert_in_order(
        &text,
        &[
            "pass aws/s3/public-acl S3 bucket ACL grants access to everyone",
            "condition    attrs.acl != \"public-read-write\"",
            "read         acl = \"private\"",
            "infra/main.tf:8:9",
        ],
    );
    assert!(text.contains("not evaluated aws/s3/policy-grants-to-everyone"), "{text}");
    assert!(!text.contains("infra/main.tf:1"), "only the resource that was asked for:\n{text}");
}

#[test]
fn only_the_deciding_part_of_a_loop_is_shown() {
    let page = "---\ntitle: Port is open\nseverity: high\ncategory: network\n---\nWhy.\n\n## Fix\nClose it.\n\n## Policy\n\
                ```hcl\nresource_policy \"aws_security_group\" \"open\" {\n  enforce {\n    condition = attrs.name != null && \
                alltrue([for rule in attrs.ingress : rule.from_port != 22])\n  }\n}\n```\n\n## Examples\n```terraform pass\n\
                resource \"aws_security_group\" \"a\" { name = \"a\" }\n```\n";
    let main = "resource \"aws_security_group\" \"a\" {\n  name = \"a\"\n  ingress {\n    from_port = 80\n  }\n  ingress {\n    \
                from_port = 22\n  }\n}\n";
    let root = repository("loop", &[("main.tf", main), ("own/port-open.md", page)]);
    let (_, text, errors) = explain(&root, &["main.tf:7", "main.tf", "--checks", "own", "--check", "port-open"]);
    assert!(text.contains("decided by   rule.from_port != 22\n"), "{text}{errors}");
    assert!(text.contains("ingress[1].from_port = 22") && !text.contains("80"), "{text}");
}

#[test]
fn what_is_not_there_is_said() {
    let root = buckets("absent");
    for (args, said) in [
        (&["infra/main.tf:1"][..], "no check fails at infra/main.tf:1"),
        (&["0123456789abcdef"], "no finding has the fingerprint 0123456789abcdef"),
        (&["--pass", "aws_s3_bucket.none"], "no check evaluates `aws_s3_bucket.none`"),
        (&["aws/s3/none"], "there is no check `aws/s3/none`"),
        (&["aws/s3/public-acll"], "did you mean `aws/s3/public-acl`?"),
        (&["infra/main.tf"], "add the line of a finding"),
        (&["infra/absent.tf:3"], "there is no file `infra/absent.tf`"),
    ] {
        let args = [
            args,
            if args[0].contains('/') && !args[0].contains(':') { &[] } else { &["--check", "aws/s3/public-acl"][..] },
        ];
        let (code, out, errors) = explain(&root, &args.concat());
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(errors.contains(said), "{errors}");
    }
    let (code, page, _) = explain(&root, &["aws/s3/public-acl"]);
    assert!(
        code == 0 && page.starts_with("aws/s3/public-acl\n\n---\ntitle: S3 bucket ACL"),
        "the page of a check follows its id"
    );
}

#[test]
fn pages_of_the_configuration_and_of_other_tools_ids_are_printed_after_their_ids() {
    let page = "---\ntitle: Own\nseverity: low\ncategory: maintenance\n---\nWhy.\n";
    let root = repository("own-page", &[(".gatelint.yaml", "check-folders: [own]\n"), ("own/team/own.md", page)]);
    assert_eq!(explain(&root, &["team/own"]).1, format!("team/own\n\n{page}"));
    let (_, text, _) = explain(&root, &["CKV_AWS_20"]);
    let heads: Vec<&str> = text.lines().filter(|line| line.ends_with(" (also CKV_AWS_20)")).collect();
    assert!(heads.contains(&"aws/s3/public-acl (also CKV_AWS_20)"), "{heads:?}");
    assert_eq!(heads.len(), text.lines().filter(|line| line.starts_with("title: ")).count());
}
