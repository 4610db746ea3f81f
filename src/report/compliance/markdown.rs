//! For wikis and comments.

use super::human::summary;
use super::{Compliance, Control, Outcome};
use crate::report::markdown::{code, escape};
use crate::report::view::View;
use std::io::{self, Write};

pub(super) fn write(compliance: &Compliance<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let framework = compliance.framework;
    writeln!(out, "## [{}]({})\n\n{}.", escape(framework.title), framework.source, summary(compliance))?;
    if let Some(caveat) = compliance.caveat() {
        writeln!(out, "\n**{}**", escape(&caveat))?;
    }
    writeln!(out, "\n| control | outcome | checks | asks for |\n|---|---|---|---|")?;
    for control in &compliance.controls {
        let checks: Vec<_> = control.checks.iter().map(|(check, _)| escape(&check.id)).collect();
        let (id, title) = (escape(control.row.id), escape(control.row.title));
        writeln!(out, "| {id} | {} | {} | {title} |", control.outcome.name(), shortened(&checks))?;
    }
    for outcome in [Outcome::Failed, Outcome::Inconclusive, Outcome::Suppressed] {
        for control in compliance.with(outcome) {
            places(control, view, out)?;
        }
    }
    Ok(())
}

/// The first checks of a control, and how many more there are.
fn shortened(checks: &[String]) -> String {
    let shown = checks.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("<br>");
    match checks.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown}<br>and {more} more"),
    }
}

fn places(control: &Control<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (id, title) = (escape(control.row.id), escape(control.row.title));
    writeln!(out, "\n### {id} {title}: {}\n\n| place | what | resource |\n|---|---|---|", control.outcome.name())?;
    let findings = control.failed.iter().map(|finding| (finding, ""));
    for (finding, mark) in findings.chain(control.suppressed.iter().map(|finding| (finding, " (suppressed)"))) {
        let place = view.place_in_file(finding);
        let at = code(&format!("{}:{}", place.source.path, place.start.line));
        let (message, check) = (escape(&finding.display_message()), escape(&finding.check.id));
        writeln!(out, "| {at} | {message} {check}{mark} | {} |", code(finding.resource.as_str()))?;
    }
    for one in &control.inconclusive {
        let place = view.place(one.place);
        let at = code(&format!("{}:{}", place.source.path, place.start.line));
        let causes: Vec<_> = one.because.iter().map(|cause| cause.why.to_string()).collect();
        let (why, check) = (escape(&causes.join("; ")), escape(&one.check.id));
        writeln!(out, "| {at} | cannot be decided: {why} {check} | {} |", code(one.resource.as_str()))?;
    }
    Ok(())
}
