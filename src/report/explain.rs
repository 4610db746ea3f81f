//! How verdicts came about, in words: the condition, what of it decided, the values it saw, and the way of
//! each to where it was written.

use super::options::Terminal;
use super::prose::{Ink, wrap};
use super::redact::Masks;
use super::view::level;
use super::{Options, neutral, shown};
use crate::check::Severity;
use crate::finding::{Explanation, Finding, Inconclusive, Leg, Outcome, Read};
use crate::source::{Level, Sources, Span};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Where text begins: after `  fingerprint  `.
const INDENT: usize = 15;
/// Characters of a source line that are shown.
const MOST_CHARACTERS: usize = 120;
/// Deciding sub-expressions that are shown.
const MOST_DECIDED: usize = 4;

/// Verdicts with the way each came about, and the texts their places point into.
#[derive(Debug)]
pub struct Explained {
    /// The texts.
    pub sources: Sources,
    /// Places whose text is secret, as in [`super::Report`].
    pub sensitive: Vec<Span>,
    /// How each verdict came about.
    pub explanations: Vec<Explanation>,
}

/// Writes how each verdict came about: verdicts that differ in their resources only, such as those of several overlays, as
/// one. The fix of a check is told once.
pub fn write(explained: &Explained, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let masks = Masks::new(&explained.sensitive, &explained.sources);
    let printer = Printer { sources: &explained.sources, masks, terminal: options.terminal };
    let mut fixed = BTreeSet::new();
    let mut groups: Vec<Vec<&Explanation>> = Vec::new();
    let mut same: HashMap<String, usize> = HashMap::new();
    for explanation in &explained.explanations {
        let number = *same.entry(printer.verdict(explanation, &[], false)).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.push(explanation),
            None => groups.push(vec![explanation]),
        }
    }
    for group in &groups {
        let Some(explanation) = group.first() else { continue };
        let text = match &explanation.outcome {
            Outcome::NotJudged => printer.not_judged(explanation, group),
            outcome => {
                let is_new = !matches!(outcome, Outcome::Pass) && fixed.insert(explanation.check.id.clone());
                printer.verdict(explanation, group, is_new)
            }
        };
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

struct Printer<'e> {
    sources: &'e Sources,
    masks: Masks,
    terminal: Terminal,
}

impl Printer<'_> {
    /// What one verdict of a `group` says, with the resources and the fingerprints of all of them.
    fn verdict(&self, explanation: &Explanation, group: &[&Explanation], fix: bool) -> String {
        let mut out = self.header(explanation);
        match &explanation.outcome {
            Outcome::Fail(finding) => self.row(&mut out, "because", &finding.message),
            Outcome::Inconclusive(verdict) if !verdict.route.is_empty() => {
                self.row(&mut out, "because", "The path is possible, unless an input that is missing closes it.");
            }
            Outcome::Inconclusive(_) => self.row(&mut out, "because", "An input that the condition needs is missing."),
            Outcome::Pass | Outcome::NotJudged => {}
        }
        self.resources(&mut out, group);
        if let Some(element) = explanation.element.as_ref().filter(|element| !element.is_empty()) {
            self.row(&mut out, "element", element);
        }
        self.row(&mut out, "condition", &self.code(explanation.condition));
        self.decided(&mut out, explanation);
        self.route(&mut out, explanation.outcome.route());
        for read in &explanation.reads {
            self.read(&mut out, read);
        }
        match &explanation.outcome {
            Outcome::Fail(finding) => self.places(&mut out, finding, &explanation.reads),
            Outcome::Inconclusive(verdict) => self.missing(&mut out, verdict),
            Outcome::Pass | Outcome::NotJudged => {}
        }
        if fix {
            let word = if matches!(explanation.outcome, Outcome::Fail(_)) { "passes if" } else { "if it fails" };
            self.row(&mut out, word, &explanation.check.fix);
        }
        for explanation in group {
            if let Outcome::Fail(finding) = &explanation.outcome {
                self.row(&mut out, "fingerprint", &finding.fingerprint);
            }
        }
        out.push('\n');
        out
    }

    /// One line: the check had nothing to say of the resource.
    fn not_judged(&self, explanation: &Explanation, group: &[&Explanation]) -> String {
        let mut out = self.header(explanation);
        self.resources(&mut out, group);
        self.row(&mut out, "because", &format!("{} leaves nothing to evaluate", self.code(explanation.condition)));
        for read in &explanation.reads {
            self.read(&mut out, read);
        }
        out.push('\n');
        out
    }

    fn resources(&self, out: &mut String, group: &[&Explanation]) {
        for explanation in group {
            self.row(out, "resource", explanation.resource.as_str());
        }
    }

    fn header(&self, explanation: &Explanation) -> String {
        let check = &explanation.check;
        let (word, ink) = match &explanation.outcome {
            Outcome::Fail(finding) => (finding.severity.name(), severity_ink(finding.severity)),
            Outcome::Pass => ("pass", Ink::Green),
            Outcome::Inconclusive(_) => ("inconclusive", Ink::Cyan),
            Outcome::NotJudged => ("not evaluated", Ink::Dim),
        };
        let title = self.terminal.paint(Ink::Bold, &neutral::inline(&check.title));
        format!("{} {} {title}\n", self.terminal.paint(ink, word), self.terminal.paint(Ink::Dim, &check.id))
    }

    /// The steps of a path, each with where it is opened.
    fn route(&self, out: &mut String, route: &[Leg]) {
        for (number, leg) in (1..).zip(route) {
            self.row(out, &format!("step {number}"), &leg.to_string());
            let breaks = match leg.breaks {
                0 => String::new(),
                1 => "breaks the path if it is closed".to_owned(),
                several => format!("breaks {several} paths if it is closed"),
            };
            self.step(out, leg.place, &breaks);
        }
    }

    /// What of the condition decided, where it is not the whole of it.
    fn decided(&self, out: &mut String, explanation: &Explanation) {
        let parts: Vec<_> = explanation.decided.iter().filter(|span| **span != explanation.condition).collect();
        let word = match &explanation.outcome {
            Outcome::Fail(_) | Outcome::NotJudged => "decided by",
            Outcome::Inconclusive(_) => "hangs on",
            Outcome::Pass => "holds by",
        };
        for span in parts.into_iter().take(MOST_DECIDED) {
            self.row(out, word, &self.code(*span));
        }
    }

    /// A value that was seen, where it stands, and each step of its way.
    fn read(&self, out: &mut String, read: &Read) {
        let name = if read.path.is_empty() { "the resource" } else { read.path.as_str() };
        let is_whole = read.path.is_empty() && read.value.as_mapping().is_some();
        let spans = [read.place, read.value.origin.span].into_iter().chain(read.hops.iter().map(|hop| hop.span));
        // What was decoded from a text with secrets in it is not marked itself, but its places are.
        let is_secret =
            spans.into_iter().any(|span| self.masks.within(span.source, span.start, span.end).next().is_some());
        let value = if read.absent {
            "absent".to_owned()
        } else if is_secret {
            "<redacted>".to_owned()
        } else {
            shown::value(&read.value)
        };
        self.row(out, "read", &if is_whole { name.to_owned() } else { format!("{name} = {value}") });
        let what = if read.absent { "the block that lacks it" } else { "" };
        self.step(out, read.place, what);
        for hop in &read.hops {
            self.step(out, hop.span, &hop.message);
        }
    }

    /// What only the finding knows: the argument of the call that it was moved to.
    fn places(&self, out: &mut String, finding: &Finding, reads: &[Read]) {
        let is_told = |span: Span| {
            finding.route.iter().any(|leg| leg.place == span)
                || reads.iter().any(|read| read.place == span || read.hops.iter().any(|hop| hop.span == span))
        };
        if !is_told(finding.place) {
            self.row(out, "found at", "");
            self.step(out, finding.place, "");
        }
    }

    /// The inputs that are missing, and where each would be set.
    fn missing(&self, out: &mut String, verdict: &Inconclusive) {
        for cause in &verdict.because {
            self.row(out, "missing", &cause.why.to_string());
            self.step(out, cause.span, "it would be set here, or is read here");
        }
    }

    /// `file:line:column  the line  what it is`.
    fn step(&self, out: &mut String, span: Span, what: &str) {
        let source = self.sources.get(span.source);
        let (start, _) = source.places(span);
        let path = neutral::path(&source.path).into_owned();
        let place = if source.is_file { format!("{path}:{}:{}", start.line, start.column) } else { path };
        let place = self.terminal.paint(Ink::Cyan, &place);
        let line = if source.is_file { self.line(span) } else { String::new() };
        let what = if what.is_empty() { String::new() } else { format!("  ({})", neutral::inline(what)) };
        let _ = writeln!(out, "{}{place}{}", " ".repeat(INDENT), self.terminal.paint(Ink::Dim, &what));
        if !line.is_empty() {
            let _ = writeln!(out, "{}{line}", " ".repeat(INDENT + 2));
        }
    }

    /// The line on which `span` begins, without its secrets.
    fn line(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let start = source.lines().start_of(source.lines().line(span.start));
        let rest = source.text.get(start as usize..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len()) as u32;
        let text = self.masks.apply(&source, Span::new(span.source, start, start + length));
        shown::cut(&neutral::source_line(text.trim()), MOST_CHARACTERS)
    }

    /// A part of a page, its lines joined.
    fn code(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        source.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// `  word       text`, wrapped, later lines under the first.
    fn row(&self, out: &mut String, word: &str, text: &str) {
        let lines = text.trim().lines().map(neutral::source_line);
        let text = wrap(&lines.collect::<Vec<_>>().join("\n"), INDENT, self.terminal.width);
        let gap = " ".repeat(INDENT.saturating_sub(word.len() + 2).max(1));
        let word = self.terminal.paint(Ink::Dim, word);
        let _ = match text.trim_start() {
            "" => writeln!(out, "  {word}"),
            text => write!(out, "  {word}{gap}{text}"),
        };
    }
}

fn severity_ink(severity: Severity) -> Ink {
    match level(severity) {
        Level::Error => Ink::Red,
        Level::Warning => Ink::Yellow,
        Level::Note => Ink::Cyan,
    }
}
