//! The report for people who would rather look: one file, which needs nothing else and asks nobody.
//!
//! Everything is in the page as text. The script only shows and hides: by severity, by words, and in another order.
//! Without it, the page is whole.

pub mod page;
mod prose;
mod route;

use super::group::Group;
use super::human::Printer;
use super::summary;
use super::view::View;
use super::{Options, Show, page_of};
use crate::check::{Meta, Severity};
use crate::gate::Exit;
use crate::source::Status;
use crate::source::prose::count;
use page::{Page, address, source_line, text};
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Pictures are drawn as on a terminal of a fixed width without colours, wherever the page goes.
    // Findings of severity `info` are there, and hidden until somebody asks for them.
    let show = Show { info: true, ..view.options.show };
    let options = Options { terminal: Options::default().terminal, show, ..view.options.clone() };
    let view = &View::new(view.report, &options);
    let page = Page { title: "gatelint report", style: include_str!("report.css"), script: include_str!("report.js") };
    page.write(out, |out| {
        head(view, out)?;
        let (shown, left_out) = Group::capped(view);
        controls(view, out)?;
        writeln!(out, "<main id=\"findings\">")?;
        let printer = Printer::new(view);
        for group in &shown {
            finding(view, &printer, group, out)?;
        }
        writeln!(out, "</main>")?;
        if !left_out.is_empty() {
            writeln!(out, "<p>{}</p>", text(&summary::left_out(&left_out)))?;
        }
        explanations(&shown, out)?;
        lists(view, out)
    })
}

fn head(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let class = if view.report.decision.exit == Exit::Open { "open" } else { "closed" };
    writeln!(out, "<header>\n<h1>gatelint</h1>")?;
    writeln!(out, "<p class=\"gate {class}\">gate {}</p>", text(&view.report.decision.reason))?;
    writeln!(out, "<p>{}</p>\n</header>", text(&summary::coverage(view)))
}

fn controls(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counts = view.counts();
    writeln!(out, "<nav aria-label=\"Filters\">")?;
    for (severity, number) in Severity::ALL.into_iter().zip(counts.by_severity) {
        let is_hidden = severity == Severity::Info && !view.report.asks_for_info;
        let checked = if is_hidden { "" } else { " checked" };
        writeln!(
            out,
            "<label class=\"{severity}\"><input type=\"checkbox\" data-severity=\"{severity}\"{checked}> \
             {severity} {number}</label>"
        )?;
    }
    writeln!(
        out,
        "<label>order <select id=\"order\"><option value=\"file\">file</option>\
         <option value=\"severity\">severity</option><option value=\"check\">check</option></select></label>\n\
         <input id=\"words\" type=\"search\" placeholder=\"Words in checks, files, resources\" \
         aria-label=\"Words in checks, files, resources\">\n<output id=\"shown\"></output>\n</nav>"
    )
}

fn finding(view: &View<'_>, printer: &Printer<'_>, group: &Group<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(lead) = group.lead() else { return Ok(()) };
    let place = view.place_in_file(lead);
    let file = source_line(&place.source.path);
    // Worst first, as its findings.
    let mut severities: Vec<_> = group.findings.iter().map(|finding| finding.severity.to_string()).collect();
    severities.dedup();
    writeln!(
        out,
        "<article data-severities=\"{}\" data-check=\"{}\" data-file=\"{file}\">\n<p class=\"place\">{file}:{}</p>",
        severities.join(" "),
        text(&lead.check.id),
        place.start.line
    )?;
    for finding in &group.findings {
        let mark = if finding.suppressed.is_some() { " <em>suppressed</em>" } else { "" };
        writeln!(
            out,
            "<h2><span class=\"badge {0}\">{0}</span> {1} <a class=\"id\" href=\"#{2}\">{2}</a>{mark}</h2>",
            finding.severity,
            text(&finding.check.title),
            text(&finding.check.id)
        )?;
    }
    writeln!(out, "<pre>{}</pre>", picture(&printer.picture(&group.findings)))?;
    for finding in &group.findings {
        route::draw(view, &finding.route, out)?;
    }
    let also: Vec<_> = group.findings.iter().flat_map(|finding| &finding.also).map(|also| text(also)).collect();
    if !also.is_empty() {
        writeln!(out, "<p>also: {}</p>", also.join(", "))?;
    }
    if !group.copies.is_empty() {
        writeln!(out, "<details><summary>and in {}</summary><ul>", count(group.copies.len(), "other file"))?;
        for copy in &group.copies {
            let place = view.place_in_file(copy);
            writeln!(out, "<li>{}:{}</li>", source_line(&place.source.path), place.start.line)?;
        }
        writeln!(out, "</ul></details>")?;
    }
    writeln!(out, "</article>")
}

/// The picture of the terminal as markup: marks and labels stand on lines whose margin is a dot.
fn picture(drawn: &str) -> String {
    let line = |line: &str| {
        let is_mark = line.trim_start().starts_with('·');
        let text = source_line(line);
        if is_mark { format!("<b>{text}</b>\n") } else { format!("{text}\n") }
    };
    drawn.trim_end().lines().map(line).collect()
}

/// Why and what to do, once for each check that is shown.
fn explanations(shown: &[Group<'_>], out: &mut dyn Write) -> io::Result<()> {
    let findings = shown.iter().flat_map(|group| &group.findings);
    let checks: BTreeMap<&str, &Meta> =
        findings.map(|finding| (finding.check.id.as_str(), finding.check.as_ref())).collect();
    if checks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h1>Checks</h1>")?;
    for (id, check) in checks {
        let name = match page_of(check).as_deref().and_then(address) {
            Some(url) => format!("<a class=\"id\" href=\"{url}\">{}</a>", text(id)),
            None => format!("<span class=\"id\">{}</span>", text(id)),
        };
        writeln!(out, "<h2 id=\"{}\">{} {name}</h2>", text(id), text(&check.title))?;
        writeln!(out, "{}\n<h3>Fix</h3>\n{}", prose::markup(&check.rationale), prose::markup(&check.fix))?;
        let links = check.references.iter().filter_map(|url| address(url));
        let links: Vec<_> = links.map(|url| format!("<a href=\"{url}\">{url}</a>")).collect();
        writeln!(out, "<p class=\"links\">{}</p>", links.join("<br>"))?;
    }
    writeln!(out, "</section>")
}

/// What could not be decided, was not evaluated, or was not resolved.
fn lists(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let missing = summary::missing(view);
    let missing = missing.iter().map(|(why, verdicts)| format!("{} ({})", text(why), count(*verdicts, "verdict")));
    let stopped = view.report.ledger.iter().filter(|entry| entry.status != Status::Evaluated).map(|entry| {
        let reason = entry.reason.as_deref().unwrap_or("no reason was given");
        format!("{} {}: {}", source_line(&entry.file), entry.status.name(), text(reason))
    });
    let unseen = summary::unseen_lines(view);
    let sections: [(&str, Vec<String>); 3] = [
        ("Inconclusive", missing.collect()),
        ("Not evaluated", stopped.collect()),
        ("References that were not resolved", unseen.iter().map(|line| text(line)).collect()),
    ];
    for (title, lines) in sections.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        writeln!(out, "<section>\n<h1>{title}</h1>\n<ul>")?;
        for line in lines {
            writeln!(out, "<li>{line}</li>")?;
        }
        writeln!(out, "</ul>\n</section>")?;
    }
    Ok(())
}
