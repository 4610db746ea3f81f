//! R-SEC-30 on the paths that an error takes: what is sensitive, or stands in a text that cannot be read, is told in no
//! message, no address, no excerpt and no baseline.

use crate::attack::{POD, Repository};
use gatelint::report::Format;
use std::fmt::Write as _;

const MARKER: &str = "s3cr3tZq9";

/// Scans with every format, inspects, and writes a baseline: none of them tells the marker.
fn expect_hidden(name: &str, files: &[(&str, &str)]) -> String {
    let repository = Repository::of(&format!("secret-{name}"), files);
    let mut told = String::new();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for format in Format::ALL.map(Format::name) {
        runs.push(vec!["scan", ".", "--format", format, "--verbose", "--show", "inconclusive,suppressed,ledger,info"]);
    }
    runs.push(vec!["inspect", "."]);
    runs.push(vec!["inspect", ".", "--format", "json"]);
    runs.push(vec!["baseline", ".", "--output", "/dev/stdout"]);
    for args in runs {
        let scan = repository.run(&args);
        scan.expect_end(name);
        let text = format!("{}{}", scan.out, scan.errors);
        if let Some(line) = text.lines().find(|line| line.contains(MARKER)) {
            let _ = writeln!(told, "{name}, {}: {line}", args.join(" "));
        }
    }
    told
}

const VARIABLE: &str = "variable \"s\" {\n  sensitive = true\n  default   = \"s3cr3tZq9\"\n}\n";

#[test]
fn errors_of_expressions_quote_nothing_sensitive() {
    let expressions = [
        "cidrsubnet(var.s, 1, 1)",
        "timeadd(var.s, \"1h\")",
        "parseint(var.s, 10)",
        "file(var.s)",
        "templatefile(var.s, {})",
        "tomap({ a = 1 })[var.s]",
        "[1][var.s]",
        "tonumber(var.s)",
        "jsondecode(var.s)",
        "regex(var.s, \"x\")",
        "regex(\"[${var.s}\", \"x\")",
        "formatdate(var.s, \"2020-01-01T00:00:00Z\")",
        "base64decode(\"${var.s}!\")",
        "textencodebase64(\"a\", var.s)",
        "format(\"%d\", var.s)",
        "1 + var.s",
        "try(tonumber(var.s))",
        "{ for a in [1, 2] : var.s => a }",
        "aws_s3_bucket.other[var.s]",
    ];
    let mut text = VARIABLE.to_owned();
    for (number, expression) in expressions.iter().enumerate() {
        let _ = writeln!(text, "resource \"aws_s3_bucket\" \"b{number}\" {{\n  acl = {expression}\n}}");
        let _ = writeln!(text, "output \"o{number}\" {{\n  value = {expression}\n}}");
    }
    let told = expect_hidden("errors", &[("main.tf", &text)]);
    assert!(told.is_empty(), "{told}");
}

#[test]
fn addresses_and_keys_hold_nothing_sensitive() {
    let text = format!(
        "{VARIABLE}resource \"aws_s3_bucket\" \"b\" {{\n  for_each = toset([var.s])\n  acl      = \"public-read\"\n}}\n\
         module \"m\" {{\n  source   = \"./m\"\n  for_each = {{ (var.s) = 1 }}\n}}\n\
         resource \"aws_security_group\" \"g\" {{\n  dynamic \"ingress\" {{\n    for_each = toset([var.s])\n    content \
         {{\n      description = ingress.key\n      cidr_blocks = [\"0.0.0.0/0\"]\n      from_port   = 0\n      to_port   \
         = 22\n      protocol    = ingress.key\n    }}\n  }}\n}}\n"
    );
    let module = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
    let told = expect_hidden("keys", &[("main.tf", &text), ("m/main.tf", module)]);
    assert!(told.is_empty(), "{told}");
}

#[test]
fn broken_texts_are_shown_without_their_values() {
    let cases: [(&str, &str, &str); 8] = [
        ("open", "main.tf", "variable \"db_password\" {\n  default = \"s3cr3tZq9\n}\n"),
        ("bare", "main.tf", "variable \"db_password\" {\n  default = s3cr3tZq9 !!\n}\n"),
        ("tfvars", "terraform.tfvars", "db_password = \"s3cr3tZq9\n"),
        ("words", "terraform.tfvars", "db_password = s3cr3tZq9 x\n"),
        (
            "yaml",
            "a.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  x: \"s3cr3tZq9\n  y: b\n",
        ),
        ("colons", "a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  x: s3cr3tZq9: b: c\n"),
        (
            "json",
            "a.json",
            "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"stringData\": {\"a\": \"s3cr3tZq9\" \"x\"}}",
        ),
        ("env", "Dockerfile", "FROM a\nENV PASSWORD=\"s3cr3tZq9\nBAD s3cr3tZq9\n"),
    ];
    let mut told = String::new();
    for (name, path, text) in cases {
        told += &expect_hidden(name, &[(path, text), ("variables.tf", "variable \"db_password\" {}\n")]);
    }
    assert!(told.is_empty(), "{told}");
}

#[test]
fn a_secret_after_many_others_is_hidden_too() {
    let mut text = String::new();
    for number in 0..2_500 {
        let _ = writeln!(text, "variable \"password{number}\" {{\n  default = \"other-{number}-secret\"\n}}");
    }
    text += "variable \"zz_password\" {\n  default = \"s3cr3tZq9\"\n}\n";
    text += "resource \"aws_s3_bucket\" \"b\" {\n  acl    = \"public-read\"\n  bucket = \"x-${var.zz_password}\"\n}\n";
    text += "# it is s3cr3tZq9\nresource \"aws_s3_bucket\" \"c\" {\n  acl = \"public-read\" # s3cr3tZq9\n}\n";
    let told = expect_hidden("many", &[("main.tf", &text)]);
    assert!(told.is_empty(), "{told}");
}

#[test]
fn a_secret_as_large_as_a_file_costs_no_more_than_the_file() {
    let certificate = "s3cr3tZq9/".repeat(100_000);
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData: {{file: {certificate}}}\n---\n{POD}---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: q}}\nspec:\n  containers:\n  - {{name: a, image: nginx, args: \
         [{certificate}], securityContext: {{privileged: true}}}}\n"
    );
    let scan = Repository::of("secret-large", &[("a.yaml", &text)]).run(&["scan", ".", "--verbose"]);
    scan.expect_end("a large secret");
    assert!(!scan.out.contains("s3cr3tZq9"), "{}", scan.out);
    assert!(scan.out.contains("Pod/q"), "{}", scan.out);
}
