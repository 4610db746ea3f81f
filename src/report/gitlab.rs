//! Code Quality, as GitLab shows it in merge requests. It does not show the name of the check, so that
//! stands in the description; it drops what has the fingerprint of something else.

use super::neutral;
use super::view::View;
use super::wire;
use crate::check::Severity;
use crate::finding::Finding;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let issues: Vec<_> = view
        .findings()
        .map(|finding| {
            let times = seen.entry(&finding.fingerprint).or_default();
            *times += 1;
            Issue::of(view, finding, *times)
        })
        .collect();
    wire::write(&issues, out)
}

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'r> Issue<'r> {
    fn of(view: &View<'_>, finding: &'r Finding, times: usize) -> Self {
        let place = view.place_in_file(finding);
        let Finding { fingerprint, resource, check, .. } = finding;
        Self {
            description: neutral::inline(&format!("{} {resource} [{}]", finding.display_message(), check.id))
                .into_owned(),
            check_name: &check.id,
            fingerprint: if times == 1 { fingerprint.clone() } else { format!("{fingerprint}-{times}") },
            severity: severity(finding.severity),
            location: Location {
                path: place.source.path.clone(),
                lines: Lines { begin: place.start.line, end: place.end.line },
            },
        }
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
