//! Workflow commands: annotations in GitHub Actions.
//!
//! The runner keeps the first ten errors, warnings and notices of a step each, so the worst come first. It
//! drops a command whose columns lie on different lines, and cuts long messages.

use super::group::Group;
use super::neutral;
use super::view::{Place, View, level};
use crate::source::prose::count;
use crate::source::{Level, Problem};
use std::io::{self, Write};

/// The runner keeps as many annotations of each kind in a step.
const MOST_OF_A_KIND: usize = 10;
/// The runner cuts a message here.
const MOST_CHARACTERS: usize = 4_096;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut groups = Group::of(view, view.for_people());
    groups.sort_by_key(|group| std::cmp::Reverse(group.severity()));
    let problems: Vec<_> = view.report.problems.iter().filter(|problem| problem.level > Level::Note).collect();
    let mut hidden = 0;
    for kind in [Level::Error, Level::Warning, Level::Note] {
        let ours: Vec<_> = groups.iter().filter(|group| level(group.severity()) == kind).collect();
        let not_read: Vec<_> = problems.iter().filter(|problem| problem.level == kind).collect();
        for group in &ours {
            annotate_group(view, group, out)?;
        }
        for problem in &not_read {
            annotate_problem(view, problem, out)?;
        }
        hidden += (ours.len() + not_read.len()).saturating_sub(MOST_OF_A_KIND);
    }
    if hidden > 0 {
        let hidden = count(hidden, "annotation");
        writeln!(out, "GitHub shows {MOST_OF_A_KIND} annotations of a kind; {hidden} above stand in this log only.")?;
    }
    Ok(())
}

fn annotate_group(view: &View<'_>, group: &Group<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(lead) = group.lead() else { return Ok(()) };
    let mark = if lead.suppressed.is_some() { "suppressed: " } else { "" };
    let others = group.findings.len() - 1;
    let others = if others > 0 { format!(" and {}", count(others, "more finding")) } else { String::new() };
    let title = format!("{mark}{} ({}){others}", lead.check.title, lead.severity);
    let said = group.findings.iter().map(|finding| {
        let more = if finding.also.is_empty() { String::new() } else { format!(" and {} more", finding.also.len()) };
        format!("{} {}{more} [{}]", finding.display_message(), finding.resource, finding.check.id)
    });
    let copies = match group.copies.len() {
        0 => String::new(),
        copies => format!(" Also in {}.", count(copies, "other file")),
    };
    let message = format!("{}{copies}", said.collect::<Vec<_>>().join(" "));
    command(level(lead.severity), &view.place_in_file(lead), &title, &message, out)
}

fn annotate_problem(view: &View<'_>, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let help = problem.help.as_deref().map(|help| format!(" {help}")).unwrap_or_default();
    command(problem.level, &view.place(problem.span), "Not evaluated", &format!("{}{help}", problem.message), out)
}

fn command(level: Level, place: &Place, title: &str, message: &str, out: &mut dyn Write) -> io::Result<()> {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    write!(out, "::{name} ")?;
    if place.source.is_file {
        let (start, end) = (place.start, place.end);
        write!(out, "file={},line={},endLine={}", property(&neutral::path(&place.source.path)), start.line, end.line)?;
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
        out.write_all(b",")?;
    }
    let message: String = neutral::inline(message).chars().take(MOST_CHARACTERS).collect();
    writeln!(out, "title={}::{}", property(&neutral::inline(title)), data(&message))
}

/// A message, as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, as the runner unescapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
