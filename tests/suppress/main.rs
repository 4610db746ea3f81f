//! Suppressions through the whole pipeline: in our words, in those of other tools, and what is said of them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod annotations;
mod buildkit;
mod checkov;
mod governance;
mod hadolint;
mod ignore_files;
mod kics;
mod migrate;
mod ours;
mod property;
mod trivy;

use gatelint::discover::Memory;
use gatelint::engine::Selection;
use gatelint::finding::Finding;
use gatelint::report::Report;
use gatelint::scan::{self, Request};
use gatelint::suppress::SuppressionOptions;

const PUBLIC_ACL: &str = "aws/s3/public-acl";
const HOST_NETWORK: &str = "kubernetes/pod/host-network";
const PRIVILEGED: &str = "kubernetes/container/privileged";
const LATEST: &str = "dockerfile/image/latest-tag";

/// The report on some files by some checks, on a day in 2026.
fn scan(files: &[(&str, &str)], checks: &[&str], terms: SuppressionOptions) -> Report {
    let selection = Selection { only: checks.iter().map(|id| (*id).to_owned()).collect(), ..Selection::default() };
    let terms = SuppressionOptions { today: "2026-03-01".parse().ok(), ..terms };
    let request = Request { selection, suppressing: terms, ..Request::default() };
    scan::judge(&Memory::tree(files.iter().copied()), &request).expect("the request makes sense")
}

/// `line`, or `file:line` where there are several files; with what suppresses it.
fn line(report: &Report, finding: &Finding) -> String {
    let source = report.sources.get(finding.place.source);
    let place = format!("{}:{}", source.path, source.places(finding.place).0.line);
    match &finding.suppressed {
        None => place,
        Some(by) => format!("{place} {} ({})", by.by.name(), by.reason.as_deref().unwrap_or("no reason")),
    }
}

/// What is found in the files by some checks, line by line.
fn found(files: &[(&str, &str)], checks: &[&str], terms: SuppressionOptions) -> Vec<String> {
    let report = scan(files, checks, terms);
    report.findings.iter().map(|finding| line(&report, finding)).collect()
}

/// Holds each text of one file against the lines that must be found in it, suppressed ones with their reason.
fn hold(path: &str, checks: &[&str], cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let found = found(&[(path, text)], checks, SuppressionOptions::default());
        let found: Vec<&str> =
            found.iter().map(|line| line.strip_prefix(path).and_then(|line| line.strip_prefix(':')).unwrap()).collect();
        assert_eq!(found, *expected, "{text}");
    }
}
