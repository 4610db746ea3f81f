//! A report on some files only: the whole tree was read and judged, but the reader is asked about these.

use crate::finding::{Coverage, Finding, Inconclusive, Judged};
use crate::source::{LedgerEntry, Problem, SourceId, Sources, Span, is_within};
use std::collections::BTreeSet;

/// The files and directories that the report is about.
pub struct OnlyPaths<'a> {
    given: &'a [String],
    sources: &'a Sources,
}

impl<'a> OnlyPaths<'a> {
    /// Those at or below the paths `given`, which count from the root.
    pub fn new(given: &'a [String], sources: &'a Sources) -> Self {
        Self { given, sources }
    }

    /// Keeps what is about these files.
    pub fn apply(&self, judged: &mut Judged) {
        let evaluated = judged.ledger.iter().map(|entry| entry.file.clone()).collect();
        self.findings(&mut judged.findings, &evaluated);
        self.inconclusive(&mut judged.inconclusive);
        self.problems(&mut judged.problems);
        self.ledger(&mut judged.ledger);
        self.coverage(&mut judged.coverage);
    }

    /// Keeps the findings that stand in these files, or whose value came through them. What stands in no file, or in one
    /// that is only read as a text by what is evaluated, such as a policy, is kept with the block that it is about.
    fn findings(&self, findings: &mut Vec<Finding>, evaluated: &BTreeSet<String>) {
        findings.retain(|finding| {
            let source = self.sources.get(finding.place.source);
            self.shows(finding.place)
                || finding.labels.iter().any(|label| self.shows(label.span))
                || !(source.is_file && evaluated.contains(&source.path)) && self.shows(finding.block)
        });
    }

    /// Keeps the verdicts that wait for a value in these files.
    fn inconclusive(&self, verdicts: &mut Vec<Inconclusive>) {
        verdicts
            .retain(|verdict| self.shows(verdict.place) || verdict.because.iter().any(|cause| self.shows(cause.span)));
    }

    /// Keeps what could not be understood of these files; a text that is no file concerns all of them.
    fn problems(&self, problems: &mut Vec<Problem>) {
        problems.retain(|problem| !self.sources.get(problem.span.source).is_file || self.shows(problem.span));
    }

    /// Keeps the entries of these files.
    fn ledger(&self, ledger: &mut Vec<LedgerEntry>) {
        ledger.retain(|entry| self.names(&entry.file));
    }

    /// Keeps the unseen members that these files name, and those of the units that are made from these files: they may
    /// decide what is reported of them. Which resources no check judges is known of the whole only.
    fn coverage(&self, coverage: &mut Coverage) {
        let is_given = |source: &SourceId| self.names(&self.sources.get(*source).path);
        let mut made_from = std::mem::take(&mut coverage.made_from);
        made_from.retain(|_, files| files.iter().any(is_given));
        coverage.unseen.retain(|member| made_from.contains_key(&member.unit) || self.shows(member.cause.span));
        coverage.made_from = made_from;
    }

    fn shows(&self, span: Span) -> bool {
        let source = self.sources.get(span.source);
        source.is_file && self.names(&source.path)
    }

    fn names(&self, path: &str) -> bool {
        self.given.iter().any(|given| is_within(path, given))
    }
}
