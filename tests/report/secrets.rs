//! R-SEC-30: secrets planted wherever people leave them, and every way in which gatelint could tell them.

use crate::scanned::repository;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One marker in each place; `@` is where it goes.
const FILES: [(&str, &str); 9] = [
    (
        "infra/main.tf",
        r#"variable "token" {
  sensitive = true
  default   = "@"
}
variable "second" {
  sensitive = true
}
variable "db_password" {
  default = "@"
}
locals {
  admin_password = "@"
  joined         = "@${var.token}"
}
resource "aws_s3_bucket" "one" {
  acl  = "public-read"
  tags = { password = "@" }
}
resource "aws_s3_bucket" "two" {
  bucket = var.second
  acl    = "public-read"
}
resource "aws_s3_bucket" "three" {
  bucket = local.joined
  acl    = "public-read"
}
resource "aws_db_instance" "db" {
  password            = "@"
  publicly_accessible = true
}
resource "aws_db_instance" "other" {
  password            = var.db_password
  publicly_accessible = true
}
resource "aws_rds_cluster" "db" {
  master_password = local.admin_password
}
resource "aws_redshift_cluster" "db" {
  master_password = "prefix-@"
}
resource "aws_secretsmanager_secret_version" "s" {
  secret_string = jsonencode({ user = "app", password = "@" })
}
resource "aws_iam_server_certificate" "c" {
  private_key = <<EOF
-----BEGIN PRIVATE KEY-----
@
-----END PRIVATE KEY-----
EOF
}
resource "aws_instance" "web" {
  user_data = <<-EOF
    #!/bin/sh
    export DB_PASSWORD=@
    curl --password @ https://example.com
    mysql --password="@"
  EOF
}
resource "aws_lambda_function" "f" {
  environment {
    variables = { API_TOKEN = "@", DB_PASSWORD = "@" }
  }
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([{ name = "web", environment = [{ name = "DB_PASSWORD", value = "@" }] }])
}
resource "aws_ecs_task_definition" "u" {
  container_definitions = <<EOF
[{"name": "web", "environment": [{"name": "DB_PASSWORD", "value": "@"}]}]
EOF
}
# the old password = "@"
output "connection_string" {
  value = "@"
}
"#,
    ),
    ("infra/terraform.tfvars", "second = \"@\"\ndb_password = \"@\"\n"),
    ("infra/z.auto.tfvars", "second = \"@\"\n"),
    (
        "json/main.tf.json",
        "{\"resource\": {\"aws_db_instance\": {\"db\": {\"password\": \"@\", \"publicly_accessible\": true}}}}\n",
    ),
    (
        "deploy/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  plain: @\nstringData:\n  other: \"@\"\n  block: |\n    @\n",
    ),
    (
        "deploy/web.yaml",
        r#"apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:latest
        args: ["--password=@", --api-key, x]
        command: [sh, -c, "PGPASSWORD=@ psql"]
        env:
        - name: DB_PASSWORD
          value: @
        - {name: API_TOKEN, value: "@"}
        - name: CLIENT_SECRET
          value: '@'
"#,
    ),
    (
        "deploy/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  DB_PASSWORD: @\n  app.conf: |\n    api_key=@\n",
    ),
    (
        "overlay/kustomization.yaml",
        "resources: []\nsecretGenerator:\n- name: g\n  literals:\n  - password=@\n  - plain=@\n",
    ),
    (
        "Dockerfile",
        r#"FROM alpine:latest
ARG DB_PASSWORD=@
ENV API_TOKEN=@ OTHER=x
ENV LEGACY_SECRET @
RUN curl -u app:$DB_PASSWORD http://example.com && export PGPASSWORD=@
RUN <<EOF
export AUTH_TOKEN=@
EOF
ONBUILD ENV MYSQL_PWD=@
LABEL password="@"
"#,
    ),
];

/// Files with a marker in each place, and how many there are.
fn planted() -> (PathBuf, usize) {
    let mut count = 0;
    let mut files = Vec::new();
    for (path, template) in FILES {
        let mut text = String::new();
        for (at, part) in template.split('@').enumerate() {
            if at > 0 {
                count += 1;
                let _ = write!(text, "mArKeR-{count:02}");
            }
            text.push_str(part);
        }
        files.push((path, text));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    (repository("planted", &files), count)
}

/// Both streams.
fn said(root: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelint"));
    let output = command.args(args).current_dir(root).env_clear().output().expect("gatelint starts");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn r_sec_30_planted_secrets_are_told_nowhere() {
    let (root, count) = planted();
    assert!(count >= 40, "{count} are not enough");
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for format in gatelint::report::Format::ALL.map(gatelint::report::Format::name) {
        let more = ["--verbose", "--timings", "--no-config", "--show", "inconclusive,suppressed,ledger"];
        runs.push([&["scan", ".", "--format", format], &more[..]].concat());
    }
    runs.push(vec!["inspect", "."]);
    runs.push(vec!["inspect", ".", "--format", "json"]);
    let explained = [
        "aws_s3_bucket.one",
        "aws_s3_bucket.two",
        "aws_s3_bucket.three",
        "aws_db_instance.db",
        "aws_db_instance.other",
        "aws_instance.web",
        "aws_lambda_function.f",
        "aws_ecs_task_definition.t",
        "aws_ecs_task_definition.u",
        "Deployment/web",
        "Secret/s",
        "ConfigMap/c",
        "dockerfile",
    ];
    for address in explained {
        runs.push(vec!["explain", "--pass", address, "."]);
    }
    let mut leaks = String::new();
    let mut all = String::new();
    for run in runs {
        let text = said(&root, &run);
        for line in text.lines().filter(|line| line.contains("mArKeR")) {
            let at = line.find("mArKeR").unwrap_or(0);
            let around: String = line.chars().skip(at.saturating_sub(60)).take(90).collect();
            let _ = writeln!(leaks, "{}: {around}", run.join(" "));
        }
        all.push_str(&text);
    }
    assert!(leaks.is_empty(), "{leaks}");
    assert!(all.contains("<redacted:9>") && all.contains("<redacted>"), "what is hidden is said to be hidden");
    let shown = said(&root, &["inspect", ".", "--format", "json", "--show-sensitive"]);
    assert!(shown.contains("mArKeR-"), "whoever asks for secrets gets them");
}

/// Secrets of a few letters, which only a name tells, in texts that were encoded.
const ENCODED: &str = r#"resource "aws_instance" "json" {
  user_data = jsonencode({ password = "swordfish", region = "eu" })
}
resource "aws_instance" "base64" {
  user_data = base64encode(jsonencode({ password = "swordfish" }))
}
resource "aws_instance" "heredoc" {
  user_data = <<-EOF
    #!/bin/sh
    mysql --password=swordfish.
    export DB_PASSWORD="swordfish"
  EOF
}
resource "aws_instance" "literal" {
  user_data = "eyJwYXNzd29yZCI6InN3b3JkZmlzaCJ9"
}
resource "aws_instance" "yaml" {
  user_data = yamlencode({ db = { name = "DB_PASSWORD", value = "swordfish" } })
}
"#;

/// Policies that quote whatever they can get hold of.
const QUOTING: &str = r#"resource_policy "aws_instance" "quoting" {
  locals {
    text    = core::try(attrs.user_data, "")
    decoded = core::try(core::base64decode(local.text), "")
    json    = core::try(core::jsondecode(local.text), core::jsondecode(local.decoded), core::yamldecode(local.text), {})
  }
  enforce {
    condition     = local.text == ""
    error_message = "Text: ${local.text}"
  }
  enforce {
    condition     = local.decoded == "x"
    error_message = "Decoded: ${local.decoded}"
  }
  enforce {
    condition     = local.json == "x"
    error_message = "Json: ${core::jsonencode(local.json)}"
  }
  enforce {
    condition     = core::try(local.json.password, local.json.db.value, "") == "x"
    error_message = "Password: ${core::try(local.json.password, local.json.db.value, "none")}"
  }
  enforce {
    condition     = core::try(core::from_json(local.text).password, "") == "x"
    error_message = "From: ${core::try(core::from_json(local.text).password, "none")}"
  }
  enforce {
    condition     = core::try(core::split("\n", local.text)[1], "") == "x"
    error_message = "Line: ${core::try(core::split("\n", local.text)[1], "none")}"
  }
  enforce {
    condition     = core::try(core::regex("sw[a-z]+", local.text), "none") == "x"
    error_message = "Found: ${core::try(core::regex("sw[a-z]+", local.text), "none")}"
  }
}
"#;

#[test]
fn r_sec_30_a_part_of_an_encoded_text_is_as_secret_as_its_name_says() {
    let root = repository("encoded", &[("main.tf", ENCODED), ("policies/own.policy.hcl", QUOTING)]);
    let mut all = String::new();
    for format in gatelint::report::Format::ALL.map(gatelint::report::Format::name) {
        let own = ["--policy", "policies", "--check", "own/*", "--verbose", "--no-config"];
        all.push_str(&said(&root, &[&["scan", "main.tf", "--format", format], &own[..]].concat()));
    }
    for name in ["json", "base64", "heredoc", "literal", "yaml"] {
        let address = format!("aws_instance.{name}");
        all.push_str(&said(&root, &["explain", "--pass", &address, "--policy", "policies", "main.tf"]));
    }
    let leaks: Vec<&str> = all.lines().filter(|line| line.contains("swordfish")).collect();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(all.contains("own/quoting") && all.contains("Password: none"), "what is no secret is told: {all}");
}

#[test]
fn the_header_of_a_secret_variable_is_no_secret() {
    let text = "variable \"password\" {\n  type    = \"string\"\n  default = \"swordfish-1\"\n}\n\nresource \"aws_db_instance\" \"db\" {\n  \
                password = var.password\n}\n";
    let all = said(&repository("header", &[("main.tf", text)]), &["scan", ".", "--no-config"]);
    assert!(all.contains("variable \"password\" {") && !all.contains("swordfish"), "{all}");
}
