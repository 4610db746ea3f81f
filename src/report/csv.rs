//! A table for spreadsheets: a row for each finding (RFC 4180, with `\n` as line end).
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe.

use super::neutral;
use super::view::View;
use crate::finding::Finding;
use std::io::{self, Write};

/// The columns, which only grow at the end.
const COLUMNS: [&str; 15] = [
    "severity",
    "check",
    "title",
    "message",
    "resource",
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "path",
    "fingerprint",
    "environments",
    "suppressed",
    "reference",
];

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))?;
    view.findings().try_for_each(|finding| writeln!(out, "{}", row(view, finding).map(|cell| quoted(&cell)).join(",")))
}

fn row(view: &View<'_>, finding: &Finding) -> [String; COLUMNS.len()] {
    let place = view.place_in_file(finding);
    let suppressed = finding.suppressed.as_ref().map(|suppressed| match &suppressed.reason {
        Some(reason) => format!("{}: {reason}", suppressed.by.name()),
        None => suppressed.by.name().to_owned(),
    });
    [
        finding.severity.name().to_owned(),
        finding.check.id.to_string(),
        finding.check.title.clone(),
        finding.display_message().into_owned(),
        finding.resource.to_string(),
        place.source.path.clone(),
        place.start.line.to_string(),
        place.start.column.to_string(),
        place.end.line.to_string(),
        place.end.column.to_string(),
        finding.path.to_string(),
        finding.fingerprint.clone(),
        finding.environments.join(" "),
        suppressed.unwrap_or_default(),
        finding.check.references.first().cloned().unwrap_or_default(),
    ]
}

/// A cell: on one line, no formula, quoted where it has to be.
fn quoted(text: &str) -> String {
    let text = neutral::inline(text);
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '|', '%']);
    let text = if is_formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_never_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=cmd|'/c calc'!A0", "%0A"] {
            assert!(quoted(text).trim_start_matches('"').starts_with('\''), "{text}");
        }
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("aws_s3_bucket.logs"), "aws_s3_bucket.logs");
    }
}
