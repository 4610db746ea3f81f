//! One line a finding: `path:line:col: error|warning|note: message [check]`.
//!
//! Compilers write like this, so editors and CI systems read it; `matchers/` holds the patterns. Nothing else
//! is ever written, and nothing in a scanned file can break or forge a line.

use super::neutral;
use super::view::{View, level};
use crate::finding::{Finding, Inconclusive};
use crate::source::Level;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in view.findings() {
        finding_line(view, finding, out)?;
    }
    if view.options.show.inconclusive {
        for verdict in &view.report.inconclusive {
            inconclusive_line(view, verdict, out)?;
        }
    }
    Ok(())
}

fn finding_line(view: &View<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let place = view.place_in_file(finding);
    let (path, line, column) = (path(&place.source.path), place.start.line, place.start.column);
    let level = if finding.suppressed.is_some() { Level::Note } else { level(finding.severity) };
    let mark = if finding.suppressed.is_some() { "suppressed: " } else { "" };
    let message = finding.display_message();
    let message = neutral::inline(&message);
    writeln!(out, "{path}:{line}:{column}: {}: {mark}{message} [{}]", level.name(), finding.check.id)
}

fn inconclusive_line(view: &View<'_>, verdict: &Inconclusive, out: &mut dyn Write) -> io::Result<()> {
    let place = view.place(verdict.place);
    let (path, line, column) = (path(&place.source.path), place.start.line, place.start.column);
    let causes: Vec<_> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
    let message = format!("inconclusive: {}.", causes.join("; "));
    let message = neutral::inline(&message);
    writeln!(out, "{path}:{line}:{column}: {}: {message} [{}]", Level::Note.name(), verdict.check.id)
}

/// A path that cannot be taken for a place: `a:1:2: error` would begin a line that nobody wrote.
fn path(path: &str) -> String {
    let path = neutral::path(path);
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars().peekable();
    while let Some(char) = chars.next() {
        if char == ':' && chars.peek().is_some_and(char::is_ascii_digit) {
            out.push_str("\\u{3a}");
        } else {
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn r_pm_3_a_path_cannot_forge_a_place() {
        assert_eq!(path("a:1:2: error: fake.tf"), "a\\u{3a}1\\u{3a}2: error: fake.tf");
        assert_eq!(path("infra/c:d e.tf"), "infra/c:d e.tf");
        assert_eq!(path("::add-mask::x\n.tf"), "\\u{3a}:add-mask::x\\u{a}.tf");
    }
}
