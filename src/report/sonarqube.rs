//! Generic issues, which SonarQube imports (`sonar.externalIssuesReportPaths`), in the form of 10.3 and later.
//!
//! Columns are 0-based and count UTF-16 code units. SonarQube aborts an analysis over a range without width, so such a
//! range is told by its line.

use super::neutral;
use super::view::{Place, View};
use super::wire;
use crate::check::{Category, Meta, Severity};
use crate::finding::Finding;
use crate::source::Span;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Rule<'_>> = BTreeMap::new();
    let mut issues = Vec::new();
    for finding in view.findings() {
        // A rule has one severity: the one of its page, or of the first finding that the configuration changed.
        rules.entry(&finding.check.id).or_insert_with(|| Rule::of(&finding.check, finding.severity));
        issues.push(issue(view, finding));
    }
    wire::write(&Document { rules: rules.into_values().collect(), issues }, out)
}

#[derive(Serialize)]
struct Document<'r> {
    rules: Vec<Rule<'r>>,
    issues: Vec<Issue<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'r> {
    id: &'r str,
    name: &'r str,
    description: &'r str,
    engine_id: &'static str,
    clean_code_attribute: &'static str,
    impacts: [Impact; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Impact {
    software_quality: &'static str,
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Issue<'r> {
    rule_id: &'r str,
    primary_location: Location,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secondary_locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    message: String,
    file_path: String,
    text_range: Range,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

impl<'r> Rule<'r> {
    fn of(check: &'r Meta, severity: Severity) -> Self {
        let (software_quality, clean_code_attribute) = match check.category {
            Category::Resilience => ("RELIABILITY", "COMPLETE"),
            Category::Maintenance => ("MAINTAINABILITY", "CONVENTIONAL"),
            _ => ("SECURITY", "TRUSTWORTHY"),
        };
        let severity = match severity {
            Severity::Critical | Severity::High => "HIGH",
            Severity::Medium => "MEDIUM",
            Severity::Low | Severity::Info => "LOW",
        };
        Self {
            id: &check.id,
            name: &check.title,
            description: check.rationale.trim(),
            engine_id: super::NAME,
            clean_code_attribute,
            impacts: [Impact { software_quality, severity }],
        }
    }
}

fn issue<'r>(view: &View<'_>, finding: &'r Finding) -> Issue<'r> {
    let message = format!("{} ({})", finding.display_message(), finding.resource);
    let labels = finding.labels.iter().filter(|label| view.is_in_file(label.span));
    Issue {
        rule_id: &finding.check.id,
        primary_location: location(view, view.span_in_file(finding), &message),
        secondary_locations: labels.map(|label| location(view, label.span, &label.message)).collect(),
    }
}

fn location(view: &View<'_>, span: Span, message: &str) -> Location {
    let place = view.place(span);
    let (start, end) = (utf16_column(&place, span.start), utf16_column(&place, span.end));
    let has_width = place.end.line > place.start.line || end > start;
    Location {
        message: neutral::inline(message).into_owned(),
        file_path: place.source.path.clone(),
        text_range: Range {
            start_line: place.start.line,
            end_line: has_width.then_some(place.end.line),
            start_column: has_width.then_some(start),
            end_column: has_width.then_some(end),
        },
    }
}

/// The 0-based column of byte `offset` in UTF-16 code units.
fn utf16_column(place: &Place, offset: u32) -> u32 {
    let lines = place.source.lines();
    let start = lines.start_of(lines.line(offset)) as usize;
    let before = place.source.text.get(start..offset as usize).unwrap_or_default();
    before.encode_utf16().count() as u32
}
