//! Findings, inconclusive verdicts and problems as diagnostics of the protocol.

use super::buffers::Buffers;
use super::client::Client;
use super::encoding::Lines;
use crate::check::{self, Category, Meta, Severity};
use crate::finding::{Finding, Inconclusive, Label};
use crate::scan::{Analysis, Settled};
use crate::source::{Level, Problem, SourceId, Sources, Span};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range, Uri,
};
use serde_json::json;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::str::FromStr as _;

/// The name of the diagnostics' source.
pub const SOURCE: &str = "gatelint";

/// From spans to ranges and locations of the protocol.
pub struct Ranges<'a> {
    sources: &'a Sources,
    buffers: &'a Buffers,
    client: Client,
    lines: RefCell<HashMap<SourceId, Rc<Lines>>>,
}

impl<'a> Ranges<'a> {
    /// Counts as the client does.
    pub fn new(sources: &'a Sources, buffers: &'a Buffers, client: Client) -> Self {
        Self { sources, buffers, client, lines: RefCell::default() }
    }

    /// The texts.
    pub fn sources(&self) -> &'a Sources {
        self.sources
    }

    fn lines(&self, id: SourceId) -> Rc<Lines> {
        let new = || Rc::new(Lines::new(&self.sources.get(id).text, self.client.encoding));
        Rc::clone(self.lines.borrow_mut().entry(id).or_insert_with(new))
    }

    /// The range of a span.
    pub fn range(&self, span: Span) -> Range {
        self.lines(span.source).range(&self.sources.get(span.source).text, span.start, span.end)
    }

    /// The byte at a position of a source.
    pub fn offset(&self, id: SourceId, position: lsp_types::Position) -> u32 {
        self.lines(id).offset(&self.sources.get(id).text, position)
    }

    /// The file and range of a span; none if it lies in no file.
    pub fn location(&self, span: Span) -> Option<Location> {
        let source = self.sources.get(span.source);
        let uri = self.buffers.uri(&source.path).filter(|_| source.is_file)?;
        Some(Location { uri, range: self.range(span) })
    }

    /// "main.tf:3" as a link, or as text where it lies in no file.
    pub fn link(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let line = source.lines().line(span.start);
        match self.location(span).filter(|_| self.client.markdown) {
            Some(location) => format!("[{}:{line}]({}#L{line})", source.path, location.uri.as_str()),
            None if source.is_file => format!("{}:{line}", source.path),
            None => source.path.clone(),
        }
    }
}

/// What diagnostics are made from.
pub struct Scene<'a> {
    /// What was found.
    pub analysis: &'a Analysis<'a>,
    /// Spans to ranges.
    pub ranges: Ranges<'a>,
    /// Whether verdicts that could not be given are left out.
    pub hide_inconclusive: bool,
}

impl Scene<'_> {
    /// The diagnostics of a file, in the order of their places.
    pub fn diagnostics(&self, path: &str) -> Vec<Diagnostic> {
        let Settled { findings, inconclusive, problems } = self.analysis.in_file(path);
        let least = if self.analysis.request.asks_for_info() { Severity::Info } else { Severity::Low };
        let findings = findings.iter().filter(|finding| finding.counts() && finding.severity >= least);
        let mut diagnostics: Vec<Diagnostic> = findings.map(|finding| of_finding(finding, &self.ranges)).collect();
        if !self.hide_inconclusive {
            diagnostics.extend(undecided(&inconclusive, &self.ranges).into_iter().map(|(_, diagnostic)| diagnostic));
        }
        let problems = problems.iter().filter(|problem| problem.level > Level::Note);
        diagnostics.extend(problems.map(|problem| of_problem(problem, &self.ranges)));
        diagnostics.sort_by_key(|one| (one.range.start, one.range.end));
        diagnostics
    }
}

/// The page of a check on the internet: that of a check of the user is known to nobody there.
pub fn page(meta: &Meta) -> Option<Uri> {
    let is_ours = check::pages().binary_search_by_key(&meta.id.as_str(), |page| page.id).is_ok();
    let address = if is_ours {
        Some(format!("{}/blob/main/checks/{}.md", env!("CARGO_PKG_REPOSITORY"), meta.id))
    } else {
        meta.references.iter().find(|reference| reference.starts_with("https://")).cloned()
    };
    address.and_then(|address| Uri::from_str(&address).ok())
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
        Severity::Info => DiagnosticSeverity::HINT,
    }
}

fn tags(meta: &Meta) -> Option<Vec<DiagnosticTag>> {
    let names = |words: &[&str]| words.iter().any(|word| meta.id.split(['/', '-']).any(|part| part == *word));
    if meta.id == "suppression/unused" {
        Some(vec![DiagnosticTag::UNNECESSARY])
    } else if meta.category == Category::Maintenance && names(&["deprecated", "ended", "removed", "retired"]) {
        Some(vec![DiagnosticTag::DEPRECATED])
    } else {
        None
    }
}

fn of_finding(finding: &Finding, ranges: &Ranges<'_>) -> Diagnostic {
    let href = page(&finding.check);
    let related = |labels: &[Label]| -> Vec<DiagnosticRelatedInformation> {
        let information = |label: &Label| {
            Some(DiagnosticRelatedInformation {
                location: ranges.location(label.span)?,
                message: label.message.clone(),
            })
        };
        labels.iter().filter_map(information).collect()
    };
    let related = ranges.client.related_information.then(|| related(&finding.labels));
    Diagnostic {
        range: ranges.range(finding.shown_at(ranges.sources)),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.check.id.to_string())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: finding.display_message().into_owned(),
        related_information: related.filter(|related| !related.is_empty()),
        tags: tags(&finding.check),
        data: Some(json!({"fingerprint": finding.fingerprint, "check": finding.check.id.as_str()})),
    }
}

/// Verdicts that lack the same inputs at the same place, in their order.
fn by_cause(verdicts: &[Inconclusive]) -> Vec<Vec<&Inconclusive>> {
    let mut groups: Vec<Vec<&Inconclusive>> = Vec::new();
    let mut known: HashMap<(Span, String), usize> = HashMap::new();
    for verdict in verdicts {
        let number = *known.entry((verdict.place, missing(verdict))).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.push(verdict),
            None => groups.push(vec![verdict]),
        }
    }
    groups
}

/// Verdicts that lack the same inputs at the same place, each group with the hint that is shown of it.
pub fn undecided<'v>(verdicts: &'v [Inconclusive], ranges: &Ranges<'_>) -> Vec<(Vec<&'v Inconclusive>, Diagnostic)> {
    let groups = by_cause(verdicts).into_iter();
    groups.filter_map(|group| of_inconclusive(&group, ranges).map(|diagnostic| (group, diagnostic))).collect()
}

/// What a verdict lacks, in words.
pub fn missing(verdict: &Inconclusive) -> String {
    let causes: Vec<String> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
    causes.join("; ")
}

/// One diagnostic of all verdicts that lack the same; none of none.
fn of_inconclusive(all: &[&Inconclusive], ranges: &Ranges<'_>) -> Option<Diagnostic> {
    let first = all.first()?;
    let mut checks: Vec<&str> = all.iter().map(|verdict| verdict.check.id.as_str()).collect();
    checks.dedup();
    let subject = match checks.as_slice() {
        [_] => format!("`{}` is undecided", first.check.title),
        checks => format!("{} checks are undecided", checks.len()),
    };
    let related = first.because.iter().filter_map(|cause| {
        let location = ranges.location(cause.span)?;
        Some(DiagnosticRelatedInformation { location, message: cause.why.to_string() })
    });
    let related: Vec<_> = related.collect();
    let is_one = checks.len() == 1;
    let href = if is_one { page(&first.check) } else { None };
    Some(Diagnostic {
        range: ranges.range(first.place),
        severity: Some(DiagnosticSeverity::HINT),
        code: Some(NumberOrString::String(if is_one { first.check.id.to_string() } else { "inconclusive".into() })),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: format!("{subject}: {}.", missing(first)),
        related_information: Some(related).filter(|related| ranges.client.related_information && !related.is_empty()),
        tags: None,
        data: Some(json!({"inconclusive": checks})),
    })
}

fn of_problem(problem: &Problem, ranges: &Ranges<'_>) -> Diagnostic {
    let help = problem.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
    let severity = match problem.level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Note => DiagnosticSeverity::HINT,
    };
    Diagnostic {
        range: ranges.range(problem.span),
        severity: Some(severity),
        source: Some(SOURCE.to_owned()),
        message: format!("{}{help}", problem.message),
        ..Diagnostic::default()
    }
}
