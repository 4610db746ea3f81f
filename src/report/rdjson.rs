//! `rdjson`, the Reviewdog Diagnostic Format: comments on the lines of a change, whatever hosts it.
//!
//! Columns are 1-based and count bytes.

use super::neutral;
use super::view::{Place, View, level};
use super::wire;
use crate::finding::Finding;
use crate::source::{Level, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = view.findings().map(|finding| diagnostic(view, finding)).collect();
    let source = Named { name: super::NAME, url: super::HOMEPAGE };
    wire::write(&Document { source, diagnostics }, out)
}

#[derive(Serialize)]
struct Document<'r> {
    source: Named,
    diagnostics: Vec<Diagnostic<'r>>,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'r> {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

/// A text in place of some of the file that the diagnostic is in.
#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Code<'r> {
    value: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'r, str>>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

fn diagnostic<'r>(view: &View<'_>, finding: &'r Finding) -> Diagnostic<'r> {
    let message = format!("{} ({})", finding.display_message(), finding.resource);
    let labels = finding.labels.iter().filter(|label| view.is_in_file(label.span));
    let related = labels.map(|label| Related {
        message: neutral::inline(&label.message).into_owned(),
        location: location(view, label.span),
    });
    Diagnostic {
        message: neutral::inline(&message).into_owned(),
        location: location(view, view.span_in_file(finding)),
        severity: match level(finding.severity) {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        },
        code: Code { value: &finding.check.id, url: super::page_of(&finding.check) },
        related_locations: related.collect(),
        suggestions: suggestion(view, finding).into_iter().collect(),
    }
}

/// What is proved to remove the finding, where it changes one place of the same file.
fn suggestion(view: &View<'_>, finding: &Finding) -> Option<Suggestion> {
    let [(span, text)] = finding.remedy.as_deref()?.replacements.as_slice() else { return None };
    let is_here = span.source == view.span_in_file(finding).source && view.shows(*span);
    is_here.then(|| Suggestion { range: location(view, *span).range, text: text.clone() })
}

fn location(view: &View<'_>, span: Span) -> Location {
    let place = view.place(span);
    let range = Range { start: position(&place, span.start), end: position(&place, span.end) };
    Location { path: place.source.path.clone(), range }
}

fn position(place: &Place, offset: u32) -> Position {
    let lines = place.source.lines();
    let line = lines.line(offset);
    Position { line, column: offset - lines.start_of(line) + 1 }
}
