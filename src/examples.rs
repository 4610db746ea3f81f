//! The examples on a check's page, run as its tests: through the whole pipeline, with only that check.

use crate::check::{Example, Expectation, unmarked};
use crate::discover::Memory;
use crate::engine::{CustomPage, Selection};
use crate::report::Report;
use crate::scan::{self, Request};
use crate::source::{ProblemKind, Span};
use crate::suppress::{Governance, SuppressionOptions};
use std::collections::BTreeMap;

/// Runs one example of the page `id`; `custom` holds the page when it is not in the binary. The error
/// says what was found and what the page promises.
pub fn verify(id: &str, custom: Option<&CustomPage>, example: &Example) -> Result<(), String> {
    if example.expectation == Expectation::Fixed {
        return mended(example, &request(id, custom));
    }
    let tree = Memory::tree(example.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let report = scan::judge(&tree, &request(id, custom)).map_err(|error| error.to_string())?;
    judge(example, &report).map_err(|wrong| format!("{wrong}\n{}", story(&report)))
}

/// What is asked of an example: only the check of the page.
fn request(id: &str, custom: Option<&CustomPage>) -> Request {
    Request {
        selection: Selection { only: vec![id.to_owned()], ..Selection::default() },
        custom: custom.into_iter().cloned().collect(),
        suppressing: terms(),
        ..Request::default()
    }
}

/// Whether the fixes of the page make of the failing example what this one is.
fn mended(example: &Example, request: &Request) -> Result<(), String> {
    let tree = Memory::tree(example.before.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let mended = scan::mend(&tree, request, &|_, _| true).map_err(|error| error.to_string())?;
    if let Some(refused) = mended.refused.first() {
        return Err(format!("no fix could be proved on {}: {}", refused.resource, refused.message));
    }
    if mended.fixed.is_empty() {
        return Err("nothing is mended".to_owned());
    }
    let mut wanted: BTreeMap<&str, &str> = BTreeMap::new();
    wanted.extend(example.before.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    wanted.extend(example.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    for (name, text) in wanted {
        let before = example.before.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
        let made = mended.files.get(name).map_or(before.unwrap_or_default(), |(_, after)| after.as_str());
        if unmarked(made) != unmarked(text) {
            return Err(format!("the fix makes this of {name}:\n{}", unmarked(made)));
        }
    }
    Ok(())
}

/// Examples are judged on one day, for ever, in a team that asks for reasons: what is written on the pages of
/// the checks on suppressions counts from there.
fn terms() -> SuppressionOptions {
    let governance = Governance { reason_required: true, ..Governance::default() };
    SuppressionOptions { today: "2026-01-01".parse().ok(), governance, ..SuppressionOptions::default() }
}

fn judge(example: &Example, report: &Report) -> Result<(), String> {
    if report.problems.iter().any(|problem| problem.kind == ProblemKind::Check) {
        return Err("the check failed to evaluate".to_owned());
    }
    let mut found: BTreeMap<Place, usize> = BTreeMap::new();
    for finding in &report.findings {
        *found.entry(line(report, finding.place)).or_default() += 1;
    }
    let marks = if example.expectation == Expectation::Fail { example.marks() } else { Vec::new() };
    let marked: BTreeMap<Place, Option<usize>> =
        marks.into_iter().map(|mark| ((mark.file.to_owned(), mark.line), mark.findings)).collect();
    if example.expectation == Expectation::Fail && marked.is_empty() {
        return Err("a failing example marks its lines with `# expect`".to_owned());
    }
    if !found.keys().eq(marked.keys()) {
        return Err(format!("found {}, but marked is {}", shown(found.keys()), shown(marked.keys())));
    }
    let miscounted = |(place, wanted): (&Place, &Option<usize>)| {
        let (count, wanted) = (found.get(place).copied().unwrap_or_default(), (*wanted)?);
        (count != wanted).then(|| format!("{}:{} has {count} findings, not {wanted}", place.0, place.1))
    };
    if let Some(wrong) = marked.iter().find_map(miscounted) {
        return Err(wrong);
    }
    let inconclusive = !report.inconclusive.is_empty();
    if inconclusive != (example.expectation == Expectation::Inconclusive) {
        let word = if inconclusive { "something" } else { "nothing" };
        return Err(format!("{word} is inconclusive"));
    }
    Ok(())
}

/// A line: its file, and its number.
type Place = (String, u32);

fn shown<'a>(lines: impl Iterator<Item = &'a Place>) -> String {
    let lines: Vec<String> = lines.map(|(file, line)| format!("{file}:{line}")).collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join(", ") }
}

fn line(report: &Report, span: Span) -> Place {
    let source = report.sources.get(span.source);
    (source.path.clone(), source.places(span).0.line)
}

/// What was found and said, for the reader of a failed example.
fn story(report: &Report) -> String {
    let findings = report.findings.iter().map(|finding| {
        let (file, line) = line(report, finding.place);
        format!("  {file}:{line}: {} ({})", finding.message, finding.resource)
    });
    let inconclusive = report.inconclusive.iter().map(|verdict| {
        let because: Vec<String> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        format!("  inconclusive on {}: {}", verdict.resource, because.join("; "))
    });
    let problems = report.problems.iter().map(|problem| {
        let help = problem.help.as_deref().unwrap_or_default();
        format!("  problem: {} {help}", problem.message)
    });
    findings.chain(inconclusive).chain(problems).collect::<Vec<_>>().join("\n")
}
