//! A SAST report of GitLab (`artifacts: reports: sast`), schema 15: the findings become vulnerabilities of the project.
//!
//! The schema demands the times of the scan. A report of ours has no clock, so both are the epoch.

use super::neutral;
use super::view::View;
use super::wire;
use super::{HOMEPAGE, NAME, VERSION};
use crate::check::Severity;
use crate::finding::Finding;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

/// The version of GitLab's security report schemas that this is written for.
const SCHEMA: &str = "15.0.7";
const NO_TIME: &str = "1970-01-01T00:00:00";
/// Characters that GitLab keeps of a name.
const MOST_NAME: usize = 255;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let vulnerabilities = view.findings().map(|finding| {
        let times = seen.entry(&finding.fingerprint).or_default();
        *times += 1;
        vulnerability(view, finding, *times)
    });
    let vulnerabilities = vulnerabilities.collect();
    let scan = Scan {
        analyzer: Tool::ours(),
        scanner: Tool::ours(),
        start_time: NO_TIME,
        end_time: NO_TIME,
        status: "success",
        kind: "sast",
    };
    wire::write(&Document { version: SCHEMA, scan, vulnerabilities }, out)
}

#[derive(Serialize)]
struct Document<'r> {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability<'r>>,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Tool,
    scanner: Tool,
    start_time: &'static str,
    end_time: &'static str,
    status: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Tool {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Vulnerability<'r> {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    solution: &'r str,
    identifiers: Vec<Identifier<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'r>>,
    location: Location,
}

#[derive(Serialize)]
struct Identifier<'r> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Link<'r> {
    url: &'r str,
}

#[derive(Serialize)]
struct Location {
    file: String,
    start_line: u32,
    end_line: u32,
}

impl Tool {
    fn ours() -> Self {
        Self { id: NAME, name: NAME, url: HOMEPAGE, version: VERSION, vendor: Vendor { name: NAME } }
    }
}

fn vulnerability<'r>(view: &View<'_>, finding: &'r Finding, times: usize) -> Vulnerability<'r> {
    let Finding { check, fingerprint, .. } = finding;
    let place = view.place_in_file(finding);
    let message = format!("{} ({})", finding.display_message(), finding.resource);
    let weaknesses = check.frameworks.iter().filter(|(name, _)| name == "cwe").flat_map(|(_, ids)| ids);
    let mut identifiers =
        vec![Identifier { kind: NAME, name: format!("{NAME} {}", check.id), value: &check.id, url: None }];
    identifiers.extend(weaknesses.map(|id| Identifier {
        kind: "cwe",
        name: format!("CWE-{id}"),
        value: id,
        url: Some(format!("https://cwe.mitre.org/data/definitions/{id}.html")),
    }));
    Vulnerability {
        id: if times == 1 { fingerprint.clone() } else { format!("{fingerprint}-{times}") },
        name: check.title.chars().take(MOST_NAME).collect(),
        description: neutral::inline(&message).into_owned(),
        severity: match finding.severity {
            Severity::Critical => "Critical",
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Info => "Info",
        },
        solution: check.fix.trim(),
        identifiers,
        links: check.references.iter().map(|url| Link { url }).collect(),
        location: Location { file: place.source.path.clone(), start_line: place.start.line, end_line: place.end.line },
    }
}
