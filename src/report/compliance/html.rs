//! One file to read, to send and to print.

use super::human::summary;
use super::{Compliance, Control, Outcome};
use crate::report::html::page::{Page, address, source_line, text};
use crate::report::view::View;
use std::io::{self, Write};

pub(super) fn write(compliance: &Compliance<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let framework = compliance.framework;
    let page = Page { title: framework.title, style: include_str!("compliance.css"), script: "" };
    page.write(out, |out| {
        writeln!(out, "<h1>{}</h1>", text(framework.title))?;
        if let Some(url) = address(framework.source) {
            writeln!(out, "<p><a href=\"{url}\">{url}</a></p>")?;
        }
        writeln!(out, "<p>{}.</p>", text(&summary(compliance)))?;
        if let Some(caveat) = compliance.caveat() {
            writeln!(out, "<p class=\"caveat\">{}</p>", text(&caveat))?;
        }
        writeln!(out, "<table>\n<thead><tr><th>control</th><th>outcome</th><th>asks for</th></tr></thead>\n<tbody>")?;
        for control in &compliance.controls {
            row(control, view, out)?;
        }
        writeln!(out, "</tbody>\n</table>")?;
        writeln!(
            out,
            "<p class=\"note\">A control is passed when checks that cover it passed on resources and came to nothing else. \
             It may ask for more than configuration shows. {}.</p>",
            text(framework.checked)
        )
    })
}

fn row(control: &Control<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let class = control.outcome.name().replace(' ', "-");
    writeln!(
        out,
        "<tr class=\"{class}\"><td>{}</td><td class=\"outcome\">{}</td><td>{}",
        text(control.row.id),
        control.outcome.name(),
        text(control.row.title)
    )?;
    let findings = control.failed.iter().map(|finding| (finding, ""));
    let all: Vec<_> = findings.chain(control.suppressed.iter().map(|finding| (finding, " (suppressed)"))).collect();
    if all.is_empty() && control.inconclusive.is_empty() {
        if control.outcome == Outcome::Passed {
            let checks: Vec<_> = control.checks.iter().map(|(check, _)| text(&check.id)).collect();
            write!(out, "<div class=\"checks\">{} by {}</div>", passes(control), checks.join(", "))?;
        }
        return writeln!(out, "</td></tr>");
    }
    write!(out, "<ul>")?;
    for (finding, mark) in all {
        let place = view.place_in_file(finding);
        write!(
            out,
            "<li><code>{}:{}</code> {}{mark} <span class=\"checks\">{} {}</span></li>",
            source_line(&place.source.path),
            place.start.line,
            text(&finding.display_message()),
            text(finding.resource.as_str()),
            text(&finding.check.id)
        )?;
    }
    for one in &control.inconclusive {
        let place = view.place(one.place);
        let causes: Vec<_> = one.because.iter().map(|cause| cause.why.to_string()).collect();
        write!(
            out,
            "<li><code>{}:{}</code> cannot be decided: {} <span class=\"checks\">{} {}</span></li>",
            source_line(&place.source.path),
            place.start.line,
            text(&causes.join("; ")),
            text(one.resource.as_str()),
            text(&one.check.id)
        )?;
    }
    writeln!(out, "</ul></td></tr>")
}

fn passes(control: &Control<'_>) -> String {
    let passes = control.passes();
    format!("{passes} {}", if passes == 1 { "pass" } else { "passes" })
}
