//! `JUnit` XML: a suite for each file of the ledger, a failed case for each finding.
//!
//! A file that was evaluated and holds nothing is a passed case, one that could not be read an error, one
//! that was skipped is skipped: the test report tells as much as the ledger.

use super::neutral;
use super::view::{Place, View};
use crate::finding::Finding;
use crate::source::{LedgerEntry, Status};
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(view);
    let all = || suites.values().flatten();
    let total = |is: fn(&Case) -> bool| all().filter(|case| is(case)).count();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="{}" tests="{}" failures="{}" errors="{}" skipped="{}">"#,
        super::NAME,
        all().count(),
        total(Case::is_failure),
        total(Case::is_error),
        total(Case::is_skipped),
    )?;
    for (file, cases) in &suites {
        suite(file, cases, out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Case {
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed { severity: &'static str, message: String, text: String, line: u32 },
    Broken(String),
    Skipped(String),
}

impl Case {
    fn is_failure(&self) -> bool {
        matches!(self.outcome, Outcome::Failed { .. })
    }

    fn is_error(&self) -> bool {
        matches!(self.outcome, Outcome::Broken(_))
    }

    fn is_skipped(&self) -> bool {
        matches!(self.outcome, Outcome::Skipped(_))
    }
}

fn suites(view: &View<'_>) -> BTreeMap<String, Vec<Case>> {
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for finding in view.findings() {
        let place = view.place_in_file(finding);
        suites.entry(place.source.path.clone()).or_default().push(of_finding(finding, &place));
    }
    for verdict in view.report.inconclusive.iter().filter(|_| view.options.show.inconclusive) {
        let causes: Vec<_> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        let name = format!("{} {}", verdict.check.id, verdict.resource);
        let outcome = Outcome::Skipped(format!("inconclusive: {}", causes.join("; ")));
        let path = view.place(verdict.place).source.path.clone();
        suites.entry(path).or_default().push(Case { name, outcome });
    }
    for entry in &view.report.ledger {
        let cases = suites.entry(entry.file.clone()).or_default();
        if entry.status != Status::Evaluated || cases.is_empty() {
            cases.push(of_file(entry));
        }
    }
    suites
}

fn of_finding(finding: &Finding, place: &Place) -> Case {
    let name = format!("{} {}", finding.check.id, finding.resource);
    let (line, column) = (place.start.line, place.start.column);
    let text = format!("{}:{line}:{column}: {} {}", place.source.path, finding.display_message(), finding.check.title);
    let outcome = if finding.suppressed.is_some() {
        Outcome::Skipped(format!("suppressed: {}", finding.message))
    } else {
        Outcome::Failed {
            severity: finding.severity.name(),
            message: finding.display_message().into_owned(),
            text,
            line,
        }
    };
    Case { name, outcome }
}

fn of_file(entry: &LedgerEntry) -> Case {
    let reason = entry.reason.clone().unwrap_or_default();
    let outcome = match entry.status {
        Status::Evaluated => Outcome::Passed,
        Status::Skipped => Outcome::Skipped(reason),
        Status::Partial | Status::Failed => Outcome::Broken(reason),
    };
    Case { name: format!("{} file", entry.kind.name()), outcome }
}

fn suite(file: &str, cases: &[Case], out: &mut dyn Write) -> io::Result<()> {
    let file = escape(file);
    let counted = |is: fn(&Case) -> bool| cases.iter().filter(|case| is(case)).count();
    writeln!(
        out,
        r#"  <testsuite name="{file}" tests="{}" failures="{}" errors="{}" skipped="{}">"#,
        cases.len(),
        counted(Case::is_failure),
        counted(Case::is_error),
        counted(Case::is_skipped),
    )?;
    for case in cases {
        let name = escape(&case.name);
        write!(out, r#"    <testcase classname="{file}" name="{name}" file="{file}""#)?;
        match &case.outcome {
            Outcome::Passed => writeln!(out, "/>")?,
            Outcome::Failed { severity, message, text, line } => {
                let (message, text) = (escape(message), escape(text));
                writeln!(out, r#" line="{line}">"#)?;
                writeln!(out, r#"      <failure message="{message}" type="{severity}">{text}</failure>"#)?;
                writeln!(out, "    </testcase>")?;
            }
            Outcome::Broken(reason) => {
                let reason = escape(reason);
                writeln!(out, ">\n      <error message=\"{reason}\" type=\"not evaluated\"/>\n    </testcase>")?;
            }
            Outcome::Skipped(reason) => {
                writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", escape(reason))?;
            }
        }
    }
    writeln!(out, "  </testsuite>")
}

/// Text on one line for an attribute or an element; characters that XML cannot hold are made visible.
pub(super) fn escape(text: &str) -> String {
    let text = neutral::inline(text);
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            char => out.push(char),
        }
    }
    out
}
