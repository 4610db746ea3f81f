//! For people at a terminal. The only file that knows miette.
//!
//! Findings of one resource at one place are one report: a header for each check, the messages, the source with the
//! value underlined and the hops of the value in their files, then why it matters and what to do. Reports are sorted
//! by file; a check explains itself once. miette gets excerpts instead of files, so its work depends on the lines that
//! are shown.

use super::attribute;
use super::excerpt::{CONTEXT_LINES, Excerpt};
use super::group::Group;
use super::neutral;
use super::options::{Terminal, Verbosity};
use super::prose::{Ink, wrap};
use super::summary;
use super::view::{View, level};
use super::{Options, Report};
use crate::check::{Meta, Severity};
use crate::finding::{Finding, Inconclusive, Suppressed, cheapest_cut};
use crate::source::prose::count;
use crate::source::{Level, Problem, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use rayon::prelude::*;
use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

/// Findings that are rendered at a time; bounds the memory, not the order.
const BATCH: usize = 1_024;
/// Addresses of further instances that are named.
const MOST_ADDRESSES: usize = 5;
/// Labels that are drawn; a finding of many instances has places in all of them.
const MOST_LABELS: usize = 8;
/// Problems that are told one by one.
const MOST_PROBLEMS: usize = 20;
/// Where the text of a footer begins: after `  why:  `.
const FOOTER_INDENT: usize = 8;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let printer = Printer::new(view);
    let (shown, left_out) = Group::capped(view);
    write_groups(&printer, &shown, out)?;
    if !left_out.is_empty() {
        writeln!(out, "{}\n", summary::left_out(&left_out))?;
    }
    if view.options.show.inconclusive {
        for verdict in &view.report.inconclusive {
            out.write_all(printer.inconclusive(verdict).as_bytes())?;
        }
    }
    if view.options.verbosity > Verbosity::Quiet {
        out.write_all(summary::text(view).as_bytes())?;
    }
    Ok(())
}

/// Writes what could not be read or evaluated, in the style of the findings.
pub fn problems(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let view = View::new(report, options);
    let printer = Printer::new(&view);
    let is_verbose = options.verbosity == Verbosity::Verbose;
    let mut told: Vec<_> = report.problems.iter().filter(|problem| problem.level > Level::Note || is_verbose).collect();
    // Errors decide the exit code: none of them is crowded out.
    told.sort_by_key(|problem| std::cmp::Reverse(problem.level));
    let most = if is_verbose { usize::MAX } else { MOST_PROBLEMS };
    for problem in told.iter().take(most) {
        out.write_all(printer.problem(problem).as_bytes())?;
    }
    match told.len().saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "  and {}; --verbose shows all of them\n", count(more, "more problem")),
    }
}

/// The decision and the counts on one line, for standard error beside another format.
pub fn verdict(report: &Report) -> String {
    let options = Options::default();
    let view = View::new(report, &options);
    format!("{}; {}", neutral::inline(&report.decision.reason), summary::coverage(&view))
}

fn write_groups<'r>(printer: &Printer<'_>, groups: &[Group<'r>], out: &mut dyn Write) -> io::Result<()> {
    let mut explained: HashSet<&'r str> = HashSet::new();
    let mut file: Option<String> = None;
    for batch in groups.chunks(BATCH) {
        let mut is_new = |finding: &'r Finding| explained.insert(&finding.check.id);
        let mut new_of = |group: &Group<'r>| group.findings.iter().copied().map(&mut is_new).collect();
        let new: Vec<Vec<bool>> = batch.iter().map(&mut new_of).collect();
        let rendered: Vec<String> = batch.par_iter().zip(new).map(|(group, new)| printer.group(group, &new)).collect();
        for (group, text) in batch.iter().zip(rendered) {
            let Some(lead) = group.lead() else { continue };
            let path = &printer.view.place_in_file(lead).source.path;
            if file.as_ref() != Some(path) {
                out.write_all(printer.file_header(path).as_bytes())?;
                file = Some(path.clone());
            }
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// Draws findings.
pub(super) struct Printer<'v> {
    view: &'v View<'v>,
    terminal: Terminal,
    handler: GraphicalReportHandler,
}

impl<'v> Printer<'v> {
    pub(super) fn new(view: &'v View<'v>) -> Self {
        let terminal = view.options.terminal;
        let theme = match (terminal.unicode, terminal.colour) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_context_lines(CONTEXT_LINES as usize)
            .with_width(terminal.width)
            .with_wrap_lines(false);
        Self { view, terminal, handler }
    }

    fn file_header(&self, path: &str) -> String {
        let path = neutral::path(path);
        let rest = self.terminal.width.min(80).saturating_sub(path.chars().count() + 4).max(2);
        let (left, right) = (self.terminal.rule(2), self.terminal.rule(rest));
        format!("{} {} {}\n\n", self.dim(&left), self.terminal.paint(Ink::Bold, &path), self.dim(&right))
    }

    /// One report; `new` tells for each finding whether its check explains itself.
    fn group(&self, group: &Group<'_>, new: &[bool]) -> String {
        let mut out: String = group.findings.iter().map(|finding| self.header(finding)).collect();
        out.push_str(&self.picture(&group.findings));
        if !group.copies.is_empty() {
            self.footer(&mut out, "copies", &self.copies(group));
        }
        let mut details: Vec<String> = Vec::new();
        for finding in &group.findings {
            self.details(finding, &mut details);
        }
        out.extend(details);
        let explain_all = self.view.options.verbosity == Verbosity::Verbose;
        let explained = group.findings.iter().zip(new).filter(|(_, is_new)| **is_new || explain_all);
        let explained: Vec<&Meta> = explained.map(|(finding, _)| finding.check.as_ref()).collect();
        for check in &explained {
            if explained.len() > 1 {
                let _ = writeln!(out, "  {}", self.dim(&check.id));
            }
            self.explanation(&mut out, check);
        }
        out.push('\n');
        out
    }

    /// Adds what else there is to say of one finding, each of which is said once for a group: further instances, what it
    /// includes, inputs, its suppression.
    fn details(&self, finding: &Finding, told: &mut Vec<String>) {
        let mut rows: Vec<(&str, String)> = Vec::new();
        if !finding.also.is_empty() {
            rows.push(("also", addresses(finding)));
        }
        rows.extend(self.cut(finding).map(|cut| ("cut", cut)));
        if !finding.includes.is_empty() {
            rows.push(("includes", finding.includes.join(", ")));
        }
        if let Some(more) = finding.labels.len().checked_sub(MOST_LABELS).filter(|more| *more > 0) {
            rows.push(("and", count(more, "more place")));
        }
        rows.extend(self.inputs(finding).into_iter().map(|(message, input)| ("from", format!("{message} ({input})"))));
        rows.extend(finding.suppressed.iter().map(|suppressed| ("not counted", suppression(suppressed))));
        for (word, text) in rows {
            let mut row = String::new();
            self.footer(&mut row, word, &text);
            if !told.contains(&row) {
                told.push(row);
            }
        }
    }

    /// The step of a path that is to be closed: what opens it, and where.
    fn cut(&self, finding: &Finding) -> Option<String> {
        let at = cheapest_cut(&finding.route)?;
        let leg = finding.route.get(at)?;
        let place = self.view.place(leg.place);
        let place = format!("{}:{}", neutral::path(&place.source.path), place.start.line);
        Some(format!("close step {} at {place}: {}", at + 1, leg.message))
    }

    /// "and in 3 other files: a.yaml:4, b.yaml:4, c.yaml:4".
    fn copies(&self, group: &Group<'_>) -> String {
        let places = group.copies.iter().map(|copy| {
            let place = self.view.place_in_file(copy);
            format!("{}:{}", neutral::path(&place.source.path), place.start.line)
        });
        let places: Vec<String> = places.take(self.view.list_length()).collect();
        let more = group.copies.len() - places.len();
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("and in {}: {}{rest}", count(group.copies.len(), "other file"), places.join(", "))
    }

    fn header(&self, finding: &Finding) -> String {
        let check = &finding.check;
        let id = match super::page_of(check) {
            Some(url) => self.terminal.link(&neutral::path(&url), &check.id),
            None => check.id.to_string(),
        };
        let severity = self.terminal.paint(ink(finding.severity), finding.severity.name());
        format!("{severity} {} {}\n", self.dim(&id), self.terminal.paint(Ink::Bold, &neutral::inline(&check.title)))
    }

    /// The messages and the source.
    pub(super) fn picture(&self, findings: &[&Finding]) -> String {
        let Some(lead) = findings.first() else { return String::new() };
        let mut spans = vec![self.view.span_in_file(lead)];
        let mut labels = vec![attribute::subject(findings)];
        let hops = findings.iter().flat_map(|finding| &finding.labels);
        for label in hops.filter(|label| self.view.is_in_file(label.span)).take(MOST_LABELS) {
            let known = spans.iter().position(|span| *span == label.span);
            if let Some(text) = known.and_then(|at| labels.get_mut(at)) {
                // Two labels under one value would only cross each other.
                if !text.contains(&label.message) {
                    text.push_str(", ");
                    text.push_str(&label.message);
                }
            } else {
                spans.push(label.span);
                labels.push(label.message.clone());
            }
        }
        let messages: Vec<_> =
            findings.iter().map(|finding| neutral::inline(&finding.display_message()).into_owned()).collect();
        self.draw(level(lead.severity), &messages.join("\n"), &spans, &labels)
    }

    fn draw(&self, level: Level, message: &str, spans: &[Span], labels: &[String]) -> String {
        let excerpt = Excerpt::new(&self.view.report.sources, &self.view.masks, spans);
        let marked = excerpt.marks.iter().zip(labels).enumerate();
        let labels = marked.map(|(at, (mark, label))| {
            let span = SourceSpan::from((mark.shown.start, mark.shown.len()));
            let label = (!label.is_empty()).then(|| neutral::inline(label).into_owned());
            if at == 0 {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            }
        });
        let room = self.terminal.width.saturating_sub(4);
        let picture = Picture {
            message: message
                .lines()
                .map(|line| wrap(&neutral::inline(line), 0, room))
                .collect::<String>()
                .trim_end()
                .to_owned(),
            severity: match level {
                Level::Error => miette::Severity::Error,
                Level::Warning => miette::Severity::Warning,
                Level::Note => miette::Severity::Advice,
            },
            labels: labels.collect(),
            excerpt,
        };
        let mut out = String::new();
        if self.handler.render_report(&mut out, &picture).is_err() {
            // miette could not place a label; the message is what counts.
            out = format!("  {}\n", picture.message);
        }
        out
    }

    fn explanation(&self, out: &mut String, check: &Meta) {
        let why = check.rationale.trim().split("\n\n").next().unwrap_or_default();
        self.footer(out, "why", why);
        self.footer(out, "fix", &check.fix);
        if let Some(url) = super::page_of(check) {
            let _ = writeln!(out, "  {} {}", self.terminal.paint(Ink::Cyan, "link:"), neutral::path(&url));
        }
    }

    /// `  why:  Anyone …`, wrapped, later lines under the first.
    fn footer(&self, out: &mut String, word: &str, text: &str) {
        let lines = text.trim().lines().map(neutral::source_line);
        let text = lines.collect::<Vec<_>>().join("\n");
        if text.is_empty() {
            return;
        }
        let text = wrap(&text, FOOTER_INDENT, self.terminal.width);
        let text = text.trim_start();
        let gap = " ".repeat(FOOTER_INDENT.saturating_sub(word.len() + 3).max(1));
        let _ = write!(out, "  {}{gap}{text}", self.terminal.paint(Ink::Cyan, &format!("{word}:")));
    }

    /// Labels that lie in no file, with what they lie in.
    fn inputs(&self, finding: &Finding) -> Vec<(String, String)> {
        let labels = finding.labels.iter().map(|label| (label, self.view.report.sources.get(label.span.source)));
        let inputs = labels.filter(|(_, source)| !source.is_file);
        inputs.map(|(label, source)| (label.message.clone(), source.path.clone())).collect()
    }

    fn inconclusive(&self, verdict: &Inconclusive) -> String {
        let word = self.terminal.paint(Ink::Cyan, "inconclusive");
        let title = self.terminal.paint(Ink::Bold, &neutral::inline(&verdict.check.title));
        let causes: Vec<_> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        let message = format!("Cannot be decided: {}.", causes.join("; "));
        let mut spans = vec![verdict.place];
        let mut labels = vec![verdict.resource.to_string()];
        for cause in verdict.because.iter().filter(|cause| cause.span != verdict.place) {
            if self.view.is_in_file(cause.span) {
                spans.push(cause.span);
                labels.push(cause.why.to_string());
            }
        }
        let picture = self.draw(Level::Note, &message, &spans, &labels);
        format!("{word} {} {title}\n{picture}\n", self.dim(&verdict.check.id))
    }

    fn problem(&self, problem: &Problem) -> String {
        let source = self.view.report.sources.get(problem.span.source);
        let mut out = if source.is_file {
            self.draw(problem.level, &problem.message, &[problem.span], &[String::new()])
        } else {
            let message = format!("{} ({})", problem.message, source.path);
            self.draw(problem.level, &message, &[], &[])
        };
        if let Some(help) = &problem.help {
            self.footer(&mut out, "help", help);
        }
        out.push('\n');
        out
    }

    fn dim(&self, text: &str) -> String {
        self.terminal.paint(Ink::Dim, text)
    }
}

fn addresses(finding: &Finding) -> String {
    let named: Vec<_> =
        finding.also.iter().take(MOST_ADDRESSES).map(|address| neutral::inline(address).into_owned()).collect();
    let more = finding.also.len() - named.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

fn suppression(suppressed: &Suppressed) -> String {
    let mut text = format!("suppressed by {}", suppressed.by.name());
    let details = [("until", &suppressed.until), ("owner", &suppressed.owner)];
    for (word, value) in details.into_iter().filter_map(|(word, value)| Some((word, value.as_ref()?))) {
        let _ = write!(text, ", {word} {value}");
    }
    if let Some(reason) = &suppressed.reason {
        let _ = write!(text, ": {reason}");
    }
    text
}

fn ink(severity: Severity) -> Ink {
    match level(severity) {
        Level::Error => Ink::Red,
        Level::Warning => Ink::Yellow,
        Level::Note => Ink::Cyan,
    }
}

/// What miette draws.
struct Picture {
    message: String,
    severity: miette::Severity,
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Picture {}

impl Diagnostic for Picture {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.labels.is_empty()).then_some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<_>)
    }
}

impl SourceCode for Excerpt {
    /// Refuses spans over lines that do not follow each other; miette then draws them apart.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let start = span.offset();
        let lines = self.lines(start..start + span.len(), before, after).ok_or(MietteError::OutOfBounds)?;
        // Without context it is asked where a label begins: that is told as it is in the file.
        let mark = self.marks.iter().find(|mark| before == 0 && mark.shown.start == start);
        let (from, line, column) = match mark {
            Some(mark) => (start, mark.place.line as usize - 1, mark.place.column as usize - 1),
            None => (lines.range.start, lines.first as usize - 1, 0),
        };
        let data = self.text.as_bytes().get(from..lines.range.end).ok_or(MietteError::OutOfBounds)?;
        let shown = SourceSpan::from((from, data.len()));
        Ok(Box::new(MietteSpanContents::new_named(lines.path.to_owned(), data, shown, line, column, lines.count)))
    }
}
