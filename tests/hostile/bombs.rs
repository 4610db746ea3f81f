//! Little text that asks for much work, and large text of one shape: R-SEC-1 to 3. What a limit leaves out is said.

use crate::attack::{BUCKET, POD, Repository};
use std::fmt::Write as _;

/// A configuration with some locals, and a bucket that needs `local.x`.
fn locals(text: &str) -> String {
    format!("locals {{\n{text}\n}}\nresource \"aws_s3_bucket\" \"b\" {{\n  acl = local.x\n}}\n")
}

/// A list of `n` thousand different numbers; `range` itself stops at 1,024.
fn thousands(n: usize) -> String {
    format!("flatten([for a in range({n}) : [for b in range(1000) : a * 1000 + b]])")
}

/// The texts that `make` returns for the numbers below `count`, one behind the other.
fn joined(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect()
}

/// Scans one text as `path`, which must be reported as not evaluated in full, with the words `said`.
fn refused(name: &str, path: &str, text: &str, said: &str) {
    let scan = Repository::of(name, &[(path, text)]).scan(&[]);
    scan.expect_said(name, said);
}

#[test]
fn expressions_that_ask_for_too_much_are_refused() {
    let numbers = thousands(20);
    let doubled = joined(40, |i| format!("a{} = \"${{local.a{i}}}${{local.a{i}}}\"\n", i + 1));
    let listed = joined(60, |i| format!("a{} = [local.a{i}, local.a{i}]\n", i + 1));
    let document = |i: usize| {
        let before = i.saturating_sub(1);
        let twice =
            format!("[data.aws_iam_policy_document.d{before}.json, data.aws_iam_policy_document.d{before}.json]");
        let source = if i == 0 { String::new() } else { format!("source_policy_documents = {twice}\n") };
        format!(
            "data \"aws_iam_policy_document\" \"d{i}\" {{\n{source}statement {{\n actions = [\"s3:*\"]\n resources = \
             [\"*\"]\n}}\n}}\n"
        )
    };
    let documents = joined(40, document);
    let cases = [
        (
            "patterns",
            locals(&format!("x = [for i in {numbers} : try(regex(\"(a{{1,500}}){{1,2}}b${{i}}\", \"z\"), 0)]")),
        ),
        (
            "matches",
            locals(&format!(
                "y = join(\"\", [for i in {numbers} : \"AAAAAAAAAA\"])\nx = length(regexall(\".*[^A-Z]|[A-Z]\", \
                 local.y))"
            )),
        ),
        (
            "searches",
            locals(&format!(
                "l = {numbers}\nx = [for i in {numbers} : index([for j in local.l : {{ a = j }}], {{ a = i }})]"
            )),
        ),
        ("numbers", locals(&format!("x = [for i in {numbers} : tostring(1e4900 + i)]"))),
        (
            "digests",
            locals(&format!("s = join(\"\", {numbers})\nx = [for i in {numbers} : sha512(\"${{local.s}}${{i}}\")]")),
        ),
        ("texts", locals(&format!("a0 = \"{}\"\n{doubled}x = local.a40", "x".repeat(1000)))),
        ("lists", locals(&format!("a0 = [1, 2]\n{listed}x = jsonencode(local.a60)"))),
        (
            "documents",
            format!(
                "{documents}resource \"aws_iam_policy\" \"p\" {{\n  policy = data.aws_iam_policy_document.d39.json\n}}\n"
            ),
        ),
        ("instances", "resource \"aws_s3_bucket\" \"b\" {\n  count = 1000000\n}\n".to_owned()),
    ];
    for (name, text) in cases {
        refused(&format!("bomb-{name}"), "main.tf", &text, "limit");
    }
}

#[test]
fn many_small_units_share_what_a_scan_may_use() {
    let repository = Repository::new("units");
    // Alone, it may take as many steps as it needs.
    let large = locals(&format!("x = length([for i in {} : i * 2 + 1 == 3 ? i : 2])", thousands(60)));
    repository.write("large/main.tf", &large);
    let alone = repository.scan(&["--check", "aws/s3/public-acl"]);
    assert!(!alone.out.contains("limit"), "{}", alone.out);
    for number in 0..200 {
        repository.write(format!("root{number}/main.tf"), BUCKET);
    }
    let scan = repository.scan(&["--check", "aws/s3/public-acl"]);
    scan.expect_said("many units", "limit");
    assert!(scan.finds_in("root7/main.tf"), "{}", scan.errors);
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let deep = 100_000;
    for (number, (open, close)) in
        [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\""), ("!", ""), ("-", ""), ("f(", ")")]
            .into_iter()
            .enumerate()
    {
        let text = format!("locals {{\n  a = {}1{}\n}}\n", open.repeat(deep), close.repeat(deep));
        refused(&format!("deep-hcl-{number}"), "main.tf", &text, "nest");
    }
    for (number, (open, close)) in [("[", "]"), ("{a: ", "}"), ("- ", "")].into_iter().enumerate() {
        let text = format!("apiVersion: v1\nkind: Pod\nx:\n  {}1{}\n", open.repeat(deep), close.repeat(deep));
        refused(&format!("deep-yaml-{number}"), "a.yaml", &text, "");
    }
    let json = |start: &str| format!("{start}{}", "[".repeat(deep));
    refused("deep-json", "a.json", &json("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"x\": "), "");
    refused("deep-tf-json", "a.tf.json", &json("{\"locals\": {\"a\": "), "");
    let plan = json("{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"planned_values\": {\"a\": ");
    refused("deep-plan", "plan.json", &plan, "");
}

#[test]
fn files_of_one_shape_stay_within_memory() {
    let wide = 200_000;
    let cases = [
        ("main.tf", format!("locals {{\n  a = \"{}\"\n}}\n", "${a}".repeat(wide))),
        ("main.tf", format!("locals {{\n  a = \"{}\"\n}}\n", "%{if true}".repeat(wide))),
        ("main.tf", "<<E".repeat(wide)),
        ("main.tf", "a = )\n".repeat(wide)),
        ("Dockerfile", format!("FROM a\nCMD [{}\"a\"]\n", "\"a\", ".repeat(wide))),
        ("Dockerfile", format!("FROM a\nLABEL {}\n", joined(wide, |i| format!("a{i}=b ")))),
        ("Dockerfile", format!("FROM a\nRUN {}\n", "<<E ".repeat(wide))),
        ("Dockerfile", format!("FROM a\n{}", "EXPOSE 1 2 3 4 5 6 7 8\n".repeat(wide / 8))),
        ("a.yaml", format!("apiVersion: v1\nkind: Pod\nx: [{}]\n", "a, ".repeat(wide * 6))),
        ("a.yaml", {
            let bomb = (0..9).fold(String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n"), |mut text, i| {
                let _ = writeln!(text, "a{}: &a{} [{}]", i + 1, i + 1, format!("*a{i}, ").repeat(9));
                text
            });
            format!("{POD}{bomb}")
        }),
    ];
    for (number, (path, text)) in cases.into_iter().enumerate() {
        let scan = Repository::of(&format!("wide-{number}"), &[(path, &text)]).scan(&[]);
        scan.expect_said(&format!("shape {number} in {path}"), "");
    }
}

#[test]
fn templates_that_ask_for_too_much_are_refused() {
    let twice = |i: usize| {
        let include = format!("{{{{ include \"a{}\" . }}}}", i + 1);
        format!("{{{{ define \"a{i}\" }}}}{include}{include}{{{{ end }}}}")
    };
    let doubling = joined(40, twice);
    let cases = [
        (format!("{doubling}{{{{ define \"a40\" }}}}x{{{{ end }}}}x: {{{{ include \"a0\" . }}}}"), "limit"),
        ("x: {{ range until 1000000000 }}a{{ end }}".to_owned(), "limit"),
        ("x: {{ range until 100000 }}{{ range until 100000 }}a{{ end }}{{ end }}".to_owned(), "limit"),
        ("x: {{ repeat 1000000000 \"aaaaaaaaaa\" }}".to_owned(), "limit"),
        (
            "x: {{ $s := repeat 1000000 \"a\" }}{{ range until 100000 }}{{ $x := sha256sum $s }}{{ end }}".to_owned(),
            "limit",
        ),
        (format!("x: {}", "{{ if true }}".repeat(100_000)), "nest"),
        (format!("x: {{{{ if true }}}}{}{{{{ end }}}}", "{{ else if true }}".repeat(100_000)), "nest"),
        (format!("x: {}", "{{ end }}".repeat(100_000)), "ends no block"),
        (format!("x: {{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000)), "nest"),
    ];
    for (number, (text, said)) in cases.into_iter().enumerate() {
        let name = format!("chart-{number}");
        chart(&name, &text).scan(&[]).expect_said(&name, said);
    }
}

#[test]
fn a_template_that_helm_refuses_too_is_skipped_with_the_reason() {
    let text = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}x: {{ include \"a\" . }}";
    let scan = chart("endless", text).scan(&[]);
    scan.expect_end("endless");
    assert_eq!(scan.status("c/templates/a.yaml").as_deref(), Some("skipped"));
    assert!(scan.out.contains("includes itself without end"), "{}", scan.out);
}

/// A chart with one template.
fn chart(name: &str, template: &str) -> Repository {
    let head = "apiVersion: v2\nname: c\nversion: 1.0.0\n";
    Repository::of(name, &[("c/Chart.yaml", head), ("c/templates/a.yaml", template)])
}

#[test]
fn what_people_configure_is_bounded_too() {
    let page = "# checkov:skip=CKV_AWS_20:x\n".repeat(20_000);
    let cases = [
        (".trivyignore", "AVD-AWS-0001\n".repeat(50_000)),
        ("comments.tf", format!("resource \"aws_s3_bucket\" \"b\" {{\n{page}}}\n")),
        (".gatelint.yaml", format!("exclude: {}\n", "[".repeat(100_000))),
    ];
    for (number, (path, text)) in cases.into_iter().enumerate() {
        let repository = Repository::of(&format!("configured-{number}"), &[("main.tf", BUCKET), (path, &text)]);
        repository.scan(&[]).expect_end(path);
    }
}
