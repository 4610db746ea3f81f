//! `gatelint migrate`: what it writes suppresses the same.

use super::scan;
use gatelint::discover::Memory;
use gatelint::engine::Selection;
use gatelint::scan::{Request, migrate};
use gatelint::suppress::SuppressionOptions;
use gatelint::suppress::migrate::{Migration, Patch};
use std::collections::BTreeSet;

fn request(checks: &[&str]) -> Request {
    let only = checks.iter().map(|id| (*id).to_owned()).collect();
    let suppressing = SuppressionOptions { today: "2026-03-01".parse().ok(), ..SuppressionOptions::default() };
    Request { selection: Selection { only, ..Selection::default() }, suppressing, ..Request::default() }
}

fn migrated(files: &[(&str, &str)]) -> Migration {
    migrate(&Memory::tree(files.iter().copied()), &request(&[])).expect("the request makes sense")
}

/// The text of the file afterwards.
fn after(path: &str, text: &str) -> String {
    let migration = migrated(&[(path, text)]);
    migration.files.first().map_or_else(|| text.to_owned(), Patch::after)
}

/// All checks that have something to say of these files, also those that are off by default.
const ALL: [&str; 1] = ["[!s]*"];

/// What is found and counts, and what is suppressed, without lines.
fn sets(files: &[(&str, &str)]) -> [BTreeSet<String>; 2] {
    let report = scan(files, &ALL, SuppressionOptions::default());
    [false, true].map(|suppressed| {
        let of_them = report.findings.iter().filter(|finding| finding.suppressed.is_some() == suppressed);
        let named = |finding: &gatelint::finding::Finding| {
            let all = std::iter::once(finding.resource.text()).chain(&finding.also).cloned();
            all.map(|resource| format!("{} {resource} {}", finding.check.id, finding.path)).collect::<Vec<_>>()
        };
        of_them.flat_map(named).collect()
    })
}

const MAIN: &str = r#"#tfsec:ignore:aws-s3-no-public-access-with-acl a site
resource "aws_s3_bucket" "a" {
  acl = "public-read"
}

resource "aws_s3_bucket" "b" {
  bucket = "b"
  # checkov:skip=CKV_AWS_20,CKV_AWS_18:two of them
  acl = "public-read"
}

resource "aws_s3_bucket" "c" {
  acl = "public-read" #trivy:ignore:AVD-AWS-0092:exp:2027-01-01
}

resource "aws_s3_bucket" "d" {
  # checkov:skip=CKV_AWS_20:another
  bucket = "d"
  acl    = "public-read"
}

resource "aws_security_group" "e" {
  #trivy:ignore:AWS-0107
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

module "site" {
  # checkov:skip=CKV_AWS_20:through the call
  source = "./bucket"
}

module "logs" {
  source = "./bucket"
}

# kics-scan ignore-block
resource "aws_s3_bucket" "f" {
  acl = "public-read"
}

resource "aws_s3_bucket" "g" {
  bucket = "g"
  # kics-scan ignore-line
  acl    = "public-read"
}
"#;

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

const POD: &str = r#"apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    ignore-check.kube-linter.io/host-network: "the proxy"
    polaris.fairwinds.com/runAsPrivileged-exempt: "true"
spec:
  hostNetwork: true
  containers:
  - name: a
    image: a:1
    securityContext:
      privileged: true
---
apiVersion: v1
kind: Pod
metadata:
  name: b
  annotations:
    checkov.io/skip1: CKV_K8S_19=the proxy
    note: stays
spec:
  hostNetwork: true
  # kics-scan ignore-block
  containers:
  - name: a
    image: a:1
    securityContext:
      privileged: true
"#;

const DOCKERFILE: &str = "# syntax=docker/dockerfile:1\n# hadolint global ignore=DL3008\n# hadolint ignore=DL3007\nFROM debian:latest AS build\n# hadolint ignore=DL3009,DL3015 # small enough\nRUN apt-get update && apt-get install -y curl\n# hadolint stage ignore=DL3007\nFROM debian:latest\nRUN apt-get update && apt-get install -y git\n# checkov:skip=CKV_DOCKER_2:no server\n";

#[test]
fn what_counts_afterwards_is_what_counted_before() {
    let files = [("main.tf", MAIN), ("bucket/main.tf", BUCKET), ("pod.yaml", POD), ("Dockerfile", DOCKERFILE)];
    let before = sets(&files);
    let migration = migrated(&files);
    let patched: Vec<&str> = migration.files.iter().map(|patch| patch.path.as_str()).collect();
    assert_eq!(patched, ["Dockerfile", "main.tf", "pod.yaml"]);
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|(path, text)| {
            let patch = migration.files.iter().find(|patch| patch.path == *path);
            ((*path).to_owned(), patch.map_or_else(|| (*text).to_owned(), Patch::after))
        })
        .collect();
    let again: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert!(before[1].len() >= 15, "{:?}", before[1]);
    let now = sets(&again);
    assert_eq!(now[0].symmetric_difference(&before[0]).collect::<Vec<_>>(), Vec::<&String>::new(), "{texts:?}");
    assert_eq!(now[1], before[1]);
    // None of them is unused, and what is left is listed.
    let unused = scan(&again, &["suppression/*"], SuppressionOptions::default());
    assert!(unused.findings.is_empty(), "{:?}", unused.findings);
    for (path, text) in &again {
        for mark in ["tfsec:", "trivy:", "kics-scan", "polaris", "kube-linter.io", "checkov.io"] {
            assert!(!text.contains(mark), "{path} still has {mark}:\n{text}");
        }
    }
    assert!(migrated(&again).files.is_empty(), "there is nothing left to do");
}

#[test]
fn comments_move_to_where_ours_are_about_the_same() {
    let bucket = |inside: &str| format!("resource \"aws_s3_bucket\" \"b\" {{\n{inside}}}\n");
    for (before, expected) in [
        (
            bucket("  # checkov:skip=CKV_AWS_20:a site\n  acl = \"public-read\"\n"),
            bucket("  # gatelint:ignore aws/s3/public-acl -- a site\n  acl = \"public-read\"\n"),
        ),
        // It was about the whole block.
        (
            bucket("  bucket = \"b\"\n  # checkov:skip=CKV_AWS_20:a site\n  acl = \"public-read\"\n"),
            bucket("  # gatelint:ignore aws/s3/public-acl -- a site\n  bucket = \"b\"\n  acl = \"public-read\"\n"),
        ),
        // It was about the line beneath only.
        (
            bucket("  #trivy:ignore:AVD-AWS-0092\n  acl = \"public-read\"\n"),
            bucket("  acl = \"public-read\" # gatelint:ignore aws/s3/public-acl\n"),
        ),
        (
            bucket("  acl = \"public-read\" #tfsec:ignore:AWS-0092:exp:2027-01-01 a site\n"),
            bucket("  acl = \"public-read\" # gatelint:ignore aws/s3/public-acl until=2026-12-31 -- a site\n"),
        ),
        // What finds nothing here stays.
        (
            bucket("  # checkov:skip=CKV_AWS_99999,CKV_AWS_20:a site\n  acl = \"public-read\"\n"),
            bucket(
                "  # gatelint:ignore aws/s3/public-acl -- a site\n  # checkov:skip=CKV_AWS_99999:a site\n  acl = \"public-read\"\n",
            ),
        ),
    ] {
        assert_eq!(after("main.tf", &before), expected);
    }
    assert_eq!(
        after("Dockerfile", "# syntax=docker/dockerfile:1\nFROM debian:latest\n# checkov:skip=CKV_DOCKER_7:mirrored\n"),
        "# syntax=docker/dockerfile:1\n# gatelint:ignore-file dockerfile/image/latest-tag -- mirrored\nFROM debian:latest\n"
    );
}

#[test]
fn what_has_no_counterpart_is_listed_and_stays() {
    let block =
        |comment: &str| format!("{comment}\nresource \"aws_s3_bucket\" \"b\" {{\n  acl = \"public-read\"\n}}\n");
    for (comment, why) in [
        ("#trivy:ignore:AWS-0092[acl=public-read]", "parameters and workspaces have no counterpart"),
        ("#trivy:ignore:AWS-0092:ws:default", "parameters and workspaces have no counterpart"),
        ("#trivy:ignore:AWS-0092:exp:2020-01-01", "has expired"),
        ("#trivy:ignore:AWS-0092:exp:soon", "suppresses nothing: `soon` is not a date: write it as YYYY-MM-DD"),
        ("#trivy:ignore:AWS-9999", "gatelint has no such check"),
        ("#trivy:ignore:AWS-0107", "suppresses nothing here"),
    ] {
        let text = block(comment);
        let migration = migrated(&[("main.tf", &text)]);
        assert!(migration.files.is_empty(), "{comment}: {}", migration.files[0].diff());
        let left: Vec<(u32, &str)> = migration.left.iter().map(|left| (left.line, left.why.as_str())).collect();
        assert_eq!(left, [(1, why)], "{comment}");
    }
    let files = [("main.tf", &*block("# nothing")), (".trivyignore", "AWS-0092\n")];
    let migration = migrated(&files);
    assert_eq!(migration.left[0].path, ".trivyignore");
    let overlay = "resources: [pod.yaml]\ncommonAnnotations:\n  ignore-check.kube-linter.io/host-network: x\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  hostNetwork: true\n";
    let migration = migrated(&[("kustomization.yaml", overlay), ("pod.yaml", pod)]);
    assert!(migration.files.is_empty() && migration.left.len() == 1, "{migration:?}");
}
