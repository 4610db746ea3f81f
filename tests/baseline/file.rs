//! The file of known findings: written, read, shrunk, grown, broken; and that of Checkov.

use crate::repository::{Repository, public};

const WRITE: [&str; 5] = ["baseline", "--check", "aws/s3/public-acl", "--output", "known.jsonl"];
const HEADER: &str = "{\"schema\":1,\"tool\":\"gatelint\"}\n";

fn line(unit: &str, bucket: &str) -> String {
    format!(
        "{{\"unit\":\"{unit}\",\"resource\":\"aws_s3_bucket.{bucket}\",\"check\":\"aws/s3/public-acl\",\"path\":\"acl\"}}\n"
    )
}

#[test]
fn it_is_sorted_and_makes_the_gate_open() {
    let repository = Repository::plain("written");
    repository.write("z.tf", &public("a")).write("a.tf", &public("b")).write("infra/main.tf", &public("c"));
    let (code, out, told) = repository.gatelint(&WRITE);
    assert_eq!((code, out.as_str(), told.as_str()), (0, "", "gatelint: 3 findings in known.jsonl\n"));
    assert_eq!(
        repository.read("known.jsonl"),
        HEADER.to_owned() + &line("", "a") + &line("", "b") + &line("infra", "c")
    );
    let (code, told, errors) = repository.scan(&["--baseline", "known.jsonl"]);
    assert_eq!((code, told), (0, Vec::new()), "{errors}");
    repository.write("infra/main.tf", "").write("new.tf", &public("d"));
    let (code, told, errors) = repository.scan(&["--baseline", "known.jsonl"]);
    assert_eq!((code, told), (1, vec!["new.tf:2".to_owned()]), "{errors}");
    let arguments = ["scan", "--check", "aws/s3/public-acl", "--baseline", "known.jsonl", "--show", "suppressed"];
    let (_, out, _) = repository.gatelint(&arguments);
    assert!(out.contains("1 finding: 1 high; 2 known, 1 fixed\n"), "{out}");
    assert!(out.contains("suppressed by baseline") && out.contains("known in known.jsonl"), "{out}");
}

#[test]
fn it_only_shrinks_unless_told_otherwise() {
    let repository = Repository::plain("shrinks");
    repository.write("main.tf", &(public("a") + &public("b"))).gatelint(&WRITE);
    repository.write("main.tf", &(public("b") + &public("c")));
    let (code, _, told) = repository.gatelint(&WRITE);
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("gatelint: known.jsonl: 1 known, 1 fixed and removed, 1 new and not added"), "{told}");
    assert!(told.contains("aws_s3_bucket.c acl [aws/s3/public-acl]"), "{told}");
    assert_eq!(repository.read("known.jsonl"), HEADER.to_owned() + &line("", "b"));
    let (code, _, told) = repository.gatelint(&[&WRITE[..], &["--grow"]].concat());
    assert_eq!((code, told.as_str()), (0, "gatelint: known.jsonl: 1 known, 0 fixed and removed, 1 new and added\n"));
    assert_eq!(repository.read("known.jsonl"), HEADER.to_owned() + &line("", "b") + &line("", "c"));
}

#[test]
fn what_was_not_judged_stays() {
    let repository = Repository::plain("stays");
    repository.write("a/main.tf", &public("b")).write("b/main.tf", &public("b")).gatelint(&WRITE);
    repository.write("a/main.tf", "").write("b/main.tf", "");
    let known = |file: &str| repository.read(file).lines().count() - 1;
    repository.gatelint(&[
        "baseline",
        "--check",
        "aws/s3/versioning*,aws/s3/without-versioning",
        "--output",
        "known.jsonl",
    ]);
    assert_eq!(known("known.jsonl"), 2, "another check was asked for");
    repository.write("a/broken.tf", "resource {").gatelint(&WRITE);
    assert_eq!(known("known.jsonl"), 2, "a file could not be read");
    repository
        .write("a/broken.tf", "")
        .write("a/main.tf", "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n");
    repository.gatelint(&[&WRITE[..], &["a"]].concat());
    assert_eq!(known("known.jsonl"), 2, "the value is missing, and b was not scanned");
    repository
        .write("a/main.tf", &public("b").replace("public-read", "private"))
        .gatelint(&[&WRITE[..], &["a"]].concat());
    assert_eq!(repository.read("known.jsonl"), HEADER.to_owned() + &line("b", "b"));
    // A root of the same names elsewhere is not taken for one that was not scanned.
    repository.write("c/main.tf", &public("b"));
    assert_eq!(repository.scan(&["--baseline", "known.jsonl", "c"]).1, ["c/main.tf:2"]);
}

#[test]
fn environments_share_what_was_known_before_there_were_any() {
    let repository = Repository::plain("environments");
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    repository
        .write("main.tf", main)
        .write("test.tfvars", "acl = \"public-read\"\n")
        .write("shop.tfvars", "acl = \"private\"\n");
    repository.gatelint(&[&WRITE[..], &["--var-file", "test.tfvars"]].concat());
    repository.write(
        ".gatelint.yaml",
        "environments:\n  test:\n    var-files: [test.tfvars]\n  shop:\n    var-files: [shop.tfvars]\n",
    );
    let (code, told, errors) = repository.scan(&["--baseline", "known.jsonl"]);
    assert_eq!((code, told), (0, Vec::new()), "{errors}");
    repository.gatelint(&WRITE);
    assert!(repository.read("known.jsonl").ends_with("\"path\":\"acl\",\"environment\":\"test\"}\n"));
    repository.write("shop.tfvars", "acl = \"public-read\"\n");
    assert_eq!(repository.scan(&["--baseline", "known.jsonl"]).0, 1, "it is new in the shop");
}

#[test]
fn a_broken_line_is_pointed_at() {
    let repository = Repository::plain("broken");
    repository.write("main.tf", &public("b"));
    for (text, place, what) in [
        ("", 1, "the header is missing"),
        ("{}\n", 1, "not the header of a baseline"),
        ("{\"schema\":2,\"tool\":\"gatelint\"}\n", 1, "use a newer gatelint"),
        ("{\"schema\":1,\"tool\":\"gatelint\"}\n\nnonsense\n", 3, "not a known finding"),
        (
            "{\"schema\":1,\"tool\":\"gatelint\"}\n{\"unit\":\"\",\"resource\":\"r\",\"check\":\"c\"}\n",
            2,
            "missing field `path`",
        ),
        ("{\"schema\":1,\"tool\":\"gatelint\"}\n<<<<<<< HEAD\n", 2, "a merge conflict"),
    ] {
        repository.write("known.jsonl", text);
        let (code, told, errors) = repository.scan(&["--baseline", "known.jsonl"]);
        assert_eq!((code, told), (2, Vec::new()), "{text}");
        assert!(errors.contains(&format!("known.jsonl:{place}: ")) && errors.contains(what), "{errors}");
        assert_eq!(repository.gatelint(&WRITE).0, 2, "a broken file is not written over");
        assert_eq!(repository.read("known.jsonl"), text);
    }
    assert_eq!(repository.scan(&["--baseline", "nowhere"]).0, 2);
    assert_eq!(repository.scan(&["--baseline", "known.jsonl", "--new-since", "HEAD"]).0, 2);
}

#[test]
fn two_branches_merge_line_by_line() {
    let Some(repository) = Repository::of_git("merged") else { return };
    let base: String = (0..8).map(|number| public(&format!("b{number}"))).collect();
    repository.write("main.tf", &base).gatelint(&WRITE);
    repository.commit();
    repository.git("checkout --quiet -b fixes");
    repository.write("main.tf", &base.replace(&public("b1"), "")).gatelint(&WRITE);
    repository.commit();
    repository.git("checkout --quiet main");
    repository.write("more.tf", &public("b9")).gatelint(&[&WRITE[..], &["--grow"]].concat());
    repository.commit();
    repository.git("merge --quiet --no-edit fixes");
    assert_eq!(repository.scan(&["--baseline", "known.jsonl"]).0, 0);
    assert_eq!(repository.read("known.jsonl").lines().count(), 9);
}

#[test]
fn what_checkov_found_before_is_known() {
    let repository = Repository::plain("checkov");
    let instances = "resource \"aws_s3_bucket\" \"many\" {\n  count = 2\n  acl   = \"public-read\"\n}\n";
    repository.write("live/main.tf", &(public("b") + &public("other") + instances));
    // The form that `checkov --create-baseline` writes.
    let baseline = r#"{"failed_checks": [{"file": "/main.tf", "findings": [
        {"resource": "aws_s3_bucket.b", "check_ids": ["CKV_AWS_18", "CKV_AWS_20"]},
        {"resource": "aws_s3_bucket.other", "check_ids": ["CKV_AWS_18"]},
        {"resource": "aws_s3_bucket.many[0]", "check_ids": ["CKV_AWS_20"]}]}]}"#;
    repository.write("live/.checkov.baseline", baseline);
    let (code, told, errors) = repository.scan(&["--baseline", "live/.checkov.baseline"]);
    assert_eq!((code, told), (1, vec!["live/main.tf:5".to_owned()]), "{errors}");
    let (code, _, errors) = repository.gatelint(&["baseline", "--output", "live/.checkov.baseline"]);
    assert!(code == 2 && errors.contains("of Checkov"), "{errors}");
}

#[test]
fn no_secret_gets_into_the_file() {
    let repository = Repository::plain("secrets");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: app\n      args: [\"--password=s3cr3t-argument\", \"s3cr3t-argument\"]\n      env: [{name: DB_PASSWORD, value: s3cr3t-value}]\n";
    repository.write("pod.yaml", pod);
    repository.write("Dockerfile", "FROM python:3.12\nENV DB_PASSWORD=s3cr3t-variable\nRUN curl --user me:s3cr3t-command https://example.com | sh\n");
    // A check that names each element by its text.
    let policy = "resource_policy \"container\" \"arguments\" {\n  enforce {\n    for_each  = attrs.args\n    condition = each.value == \"\"\n  }\n}";
    let page = format!(
        "---\ntitle: Test\nseverity: high\ncategory: secrets\n---\nWhy.\n\n## Fix\nThat.\n\n## Policy\n```hcl\n{policy}\n```\n"
    );
    repository.write("own/arguments.md", &page);
    let (_, _, told) = repository.gatelint(&["baseline", "--checks", "own", "--output", "known.jsonl"]);
    let text = repository.read("known.jsonl");
    assert_eq!(text.matches("\"check\":\"arguments\",\"path\":\"args[").count(), 2, "{told}{text}");
    assert!(text.lines().count() > 5 && !text.contains("s3cr3t"), "{text}");
}

#[test]
fn an_incomplete_scan_says_what_was_not_read_and_which_code_it_exits_with() {
    let repository = Repository::plain("incomplete");
    repository.write("main.tf", &public("a")).write("broken.tf", "resource {");
    let (code, _, told) = repository.gatelint(&WRITE);
    assert_eq!(code, 4, "{told}");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[..2],
        ["gatelint: 1 finding in known.jsonl", "gatelint: closed: 1 file could not be read completely; exit 4"]
    );
    assert!(lines[2].starts_with("  failed broken.tf: "), "{told}");
    assert!(told.contains("may-stay-unread"), "{told}");
    repository
        .write("other.tf", "resource {")
        .write(".gatelint.yaml", "gate: {may-stay-unread: [{paths: [other.tf], reason: made by the pipeline}]}\n");
    let (_, _, told) = repository.gatelint(&WRITE);
    assert!(told.contains("broken.tf") && !told.contains("other.tf"), "{told}");
}
