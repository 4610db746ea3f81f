//! Markdown: a report for a wiki or a comment, and the job summary of GitHub Actions.
//!
//! Text from scanned files is escaped, so that it is neither Markdown nor HTML nor a mention of anybody.

use super::group::Group;
use super::neutral;
use super::summary;
use super::view::View;
use crate::check::{Meta, Severity};
use crate::finding::Finding;
use crate::source::Status;
use crate::source::prose::count;
use std::io::{self, Write};

/// A job summary of more than 1 MiB is rejected.
const MOST_BYTES: usize = 1_000_000;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = head(view)?;
    let tail = tail(view)?;
    out.write_all(&head)?;
    let (shown, left_out) = Group::capped(view);
    let mut room = MOST_BYTES.saturating_sub(head.len() + tail.len());
    let mut file: Option<String> = None;
    let mut written = 0;
    for group in &shown {
        let mut section = Vec::new();
        let Some(lead) = group.lead() else { continue };
        let path = view.place_in_file(lead).source.path.clone();
        if file.as_ref() != Some(&path) {
            writeln!(section, "\n### {}\n\n| severity | line | finding | resource |\n|---|---|---|---|", code(&path))?;
        }
        for finding in &group.findings {
            row(view, finding, group.copies.len(), &mut section)?;
        }
        if section.len() > room {
            break;
        }
        room -= section.len();
        out.write_all(&section)?;
        file = Some(path);
        written += 1;
    }
    let missing: Vec<_> = shown.into_iter().skip(written).chain(left_out).collect();
    if !missing.is_empty() {
        writeln!(out, "\n{}", summary::left_out(&missing))?;
    }
    out.write_all(&tail)
}

fn head(view: &View<'_>) -> io::Result<Vec<u8>> {
    let counts = view.counts();
    let mut out = Vec::new();
    writeln!(out, "## {}: {}\n", super::NAME, escape(&view.report.decision.reason))?;
    let names = Severity::ALL.map(Severity::name).join(" | ");
    let numbers = counts.by_severity.map(|count| count.to_string()).join(" | ");
    writeln!(out, "| {names} | inconclusive | suppressed |\n|---|---|---|---|---|---|---|")?;
    writeln!(out, "| {numbers} | {} | {} |\n", view.report.inconclusive.len(), counts.suppressed)?;
    writeln!(out, "{}", summary::coverage(view))?;
    Ok(out)
}

fn row(view: &View<'_>, finding: &Finding, copies: usize, out: &mut Vec<u8>) -> io::Result<()> {
    let place = view.place_in_file(finding);
    let more = if finding.also.is_empty() { String::new() } else { format!(" and {} more", finding.also.len()) };
    let copies = if copies > 0 { format!(", and in {}", count(copies, "other file")) } else { String::new() };
    let mark = if finding.suppressed.is_some() { " (suppressed)" } else { "" };
    writeln!(
        out,
        "| {}{mark} | {} | {} {} | {}{more}{copies} |",
        finding.severity,
        place.start.line,
        escape(&finding.display_message()),
        link(&finding.check),
        code(finding.resource.as_str()),
    )
}

fn link(check: &Meta) -> String {
    match super::page_of(check).filter(|url| !url.contains(['(', ')', '<', '>', '|', ' '])) {
        Some(url) => format!("[{}]({url})", escape(&check.id)),
        None => escape(&check.id),
    }
}

/// What could not be decided, what was not evaluated, and how to fix what was found.
fn tail(view: &View<'_>) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    fixes(view, &mut out)?;
    let missing = summary::missing(view);
    if !missing.is_empty() {
        writeln!(out, "\n### Inconclusive\n")?;
        for (why, verdicts) in missing.iter().take(view.list_length()) {
            writeln!(out, "- {} ({})", escape(why), count(*verdicts, "verdict"))?;
        }
        more(missing.len(), view, &mut out)?;
    }
    let stopped: Vec<_> = view.report.ledger.iter().filter(|entry| entry.status != Status::Evaluated).collect();
    if !stopped.is_empty() {
        writeln!(out, "\n### Not evaluated\n")?;
        for entry in stopped.iter().take(view.list_length()) {
            let reason = entry.reason.as_deref().unwrap_or("no reason was given");
            writeln!(out, "- {} {}: {}", code(&entry.file), entry.status.name(), escape(reason))?;
        }
        more(stopped.len(), view, &mut out)?;
    }
    let unseen = summary::unseen_lines(view);
    if !unseen.is_empty() {
        writeln!(out, "\n### Unseen references\n")?;
        for line in unseen.iter().take(view.list_length()) {
            writeln!(out, "- {}", escape(line))?;
        }
        more(unseen.len(), view, &mut out)?;
    }
    Ok(out)
}

fn fixes(view: &View<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let fired: Vec<&Meta> = {
        let is_live = |check: &&Meta| view.for_people().any(|finding| finding.check.id == check.id);
        view.report.checks.iter().map(|evaluated| evaluated.check.as_ref()).filter(is_live).collect()
    };
    if fired.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### What to do\n")?;
    for check in fired.iter().take(view.list_length()) {
        let fix = check.fix.trim().split("\n\n").next().unwrap_or_default().replace('\n', " ");
        writeln!(out, "- {} {}. {}", link(check), escape(&check.title), neutral::inline(&fix).replace('<', "&lt;"))?;
    }
    more(fired.len(), view, out)
}

fn more(length: usize, view: &View<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let more = length.saturating_sub(view.list_length());
    if more > 0 { writeln!(out, "- and {more} more") } else { Ok(()) }
}

/// Text that is text; what stands between backticks is code.
pub(super) fn escape(text: &str) -> String {
    let text = neutral::inline(text);
    let parts: Vec<_> = text.split('`').collect();
    if parts.len() % 2 == 0 {
        return plain(&text);
    }
    let shown = parts.iter().enumerate().map(|(at, part)| match (at % 2, part.is_empty()) {
        (0, _) => plain(part),
        (_, true) => "\\`\\`".to_owned(),
        (_, false) => code(part),
    });
    shown.collect()
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mention must not call anybody.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => out.extend(['\\', char]),
            char => out.push(char),
        }
    }
    // A link is made of any address.
    out.replace("://", "&#58;//")
}

/// Text as code: the fence is longer than any in the text, and a table's cell ends where it should.
pub(super) fn code(text: &str) -> String {
    let text = neutral::path(text);
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}
