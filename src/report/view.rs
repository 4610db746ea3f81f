//! A report as all formats see it: what is shown of it, places as lines and columns, source text without
//! its secrets, and the counts.

use super::redact::Masks;
use super::{Options, Report, Verbosity};
use crate::baseline::is_known;
use crate::check::Severity;
use crate::finding::Finding;
use crate::source::{Level, LineColumn, Source, Span, Status};
use std::sync::Arc;

/// A report together with the way it is to be shown.
pub struct View<'r> {
    /// What was found out.
    pub report: &'r Report,
    /// What the caller chose.
    pub options: &'r Options,
    /// What must not be shown.
    pub masks: Masks,
}

/// A span as people count it.
pub struct Place {
    /// The text it lies in.
    pub source: Arc<Source>,
    /// First place.
    pub start: LineColumn,
    /// One past the last place.
    pub end: LineColumn,
}

impl<'r> View<'r> {
    /// `report`, to be shown as `options` say.
    pub fn new(report: &'r Report, options: &'r Options) -> Self {
        Self { report, options, masks: Masks::new(&report.sensitive, &report.sources) }
    }

    /// The findings to show, in the order of the report.
    pub fn findings(&self) -> impl Iterator<Item = &'r Finding> {
        let all = self.options.show.suppressed;
        let shown = move |finding: &&Finding| finding.folded_into.is_none() && (all || finding.suppressed.is_none());
        self.report.findings.iter().filter(shown)
    }

    /// The findings to show to people: those of severity `info` only when they were asked for.
    pub fn for_people(&self) -> impl Iterator<Item = &'r Finding> {
        let least = if self.options.show.info || self.report.asks_for_info { Severity::Info } else { Severity::Low };
        self.findings().filter(move |finding| finding.severity >= least)
    }

    /// The findings to show, worst first, otherwise in the order of the report.
    pub fn worst_first(&self) -> Vec<&'r Finding> {
        let mut findings: Vec<_> = self.findings().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// The place of `span`.
    pub fn place(&self, span: Span) -> Place {
        let source = self.report.sources.get(span.source);
        let (start, end) = source.places(span);
        Place { source, start, end }
    }

    /// The span of a finding in a file: where it is, or where the judged block is when its value was given by something
    /// that is no file (the command line).
    pub fn span_in_file(&self, finding: &Finding) -> Span {
        if self.is_in_file(finding.place) { finding.place } else { finding.block }
    }

    /// The same as people count it.
    pub fn place_in_file(&self, finding: &Finding) -> Place {
        self.place(self.span_in_file(finding))
    }

    /// Whether a span lies in a file.
    pub fn is_in_file(&self, span: Span) -> bool {
        self.report.sources.get(span.source).is_file
    }

    /// Whether nothing in a span is secret.
    pub fn shows(&self, span: Span) -> bool {
        let source = self.report.sources.get(span.source);
        self.masks.apply(&source, span) == source.slice(span)
    }

    /// How many lines of a list are shown before it is cut short.
    pub fn list_length(&self) -> usize {
        let is_whole = self.options.show.ledger || self.options.verbosity == Verbosity::Verbose;
        if is_whole { usize::MAX } else { 10 }
    }

    /// The counts.
    pub fn counts(&self) -> Counts {
        Counts::of(self.report)
    }
}

/// The counts of a report, whatever is shown of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that count, in the order of [`Severity::ALL`].
    pub by_severity: [usize; 5],
    /// Findings that do not count, known ones among them.
    pub suppressed: usize,
    /// Findings that a baseline knows.
    pub known: usize,
    /// Findings that are part of another one.
    pub folded: usize,
    /// Files, in the order of [`Counts::STATUSES`].
    pub by_status: [usize; 4],
}

impl Counts {
    /// The order of `by_status`.
    pub const STATUSES: [Status; 4] = [Status::Evaluated, Status::Partial, Status::Skipped, Status::Failed];

    fn of(report: &Report) -> Self {
        let live = |severity| {
            let is_live = |finding: &&Finding| finding.severity == severity && finding.counts();
            report.findings.iter().filter(is_live).count()
        };
        Self {
            by_severity: Severity::ALL.map(live),
            suppressed: report.findings.iter().filter(|finding| finding.suppressed.is_some()).count(),
            folded: report.findings.iter().filter(|finding| finding.folded_into.is_some()).count(),
            known: report.findings.iter().filter(|finding| is_known(finding)).count(),
            by_status: Self::STATUSES.map(|status| report.ledger.iter().filter(|entry| entry.status == status).count()),
        }
    }

    /// Findings that count.
    pub fn findings(&self) -> usize {
        self.by_severity.iter().sum()
    }

    /// "2 high, 1 low", worst first; empty when there are no findings.
    pub fn severities(&self) -> String {
        let counted = Severity::ALL.into_iter().zip(self.by_severity);
        let told: Vec<_> =
            counted.filter(|(_, count)| *count > 0).map(|(severity, count)| format!("{count} {severity}")).collect();
        told.join(", ")
    }
}

/// How loud a finding is for tools that know three levels.
pub fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low | Severity::Info => Level::Note,
    }
}
