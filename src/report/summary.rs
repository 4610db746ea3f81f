//! The end of a report in words: how many of what, the worst of them, what could not be decided, and what was not
//! looked at.

use super::group::Group;
use super::neutral;
use super::prose::Ink;
use super::view::View;
use crate::check::Severity;
use crate::finding::{Finding, UnseenMember};
use crate::gate::Exit;
use crate::model::Text;
use crate::source::prose::count;
use crate::source::{Kind, LedgerEntry, Status, rarely_deployed};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// The summary, each line with a line end.
pub(super) fn text(view: &View<'_>) -> String {
    let report = view.report;
    let counts = view.counts();
    let mut out = String::new();
    inconclusive(view, &mut out);
    not_evaluated(view, &mut out);
    unseen(view, &mut out);
    newer(view, &mut out);
    worst(view, &mut out);
    rehearsals(view, &mut out);

    let findings = counts.findings();
    let mut line = match findings {
        0 => "no findings".to_owned(),
        findings => format!("{}: {}{}", count(findings, "finding"), counts.severities(), hidden(view)),
    };
    if let Some(comparison) = &report.comparison {
        let _ = write!(line, "; {} known, {} fixed", counts.known, comparison.fixed.len());
    }
    let suppressed = counts.suppressed - counts.known;
    if suppressed > 0 {
        let _ = write!(line, "; {suppressed} suppressed");
    }
    if counts.folded > 0 {
        let _ = write!(line, "; {} folded", counts.folded);
    }
    if !report.inconclusive.is_empty() {
        let _ = write!(line, "; {} inconclusive", report.inconclusive.len());
    }
    let worst = Severity::ALL.into_iter().zip(counts.by_severity).find(|(_, count)| *count > 0);
    let ink = match worst {
        None => Ink::Green,
        Some((Severity::Critical | Severity::High, _)) => Ink::Red,
        Some((Severity::Medium, _)) => Ink::Yellow,
        Some(_) => Ink::Cyan,
    };
    let _ = writeln!(out, "{}", view.options.terminal.paint(ink, &line));
    let _ = writeln!(out, "{}", coverage(view));
    let ink = if report.decision.exit == Exit::Open { Ink::Green } else { Ink::Red };
    let reason = neutral::inline(&report.decision.reason);
    // A gate that looked at nothing must not look like one that found nothing.
    let is_idle = report.checks.is_empty() && report.decision.exit == Exit::Open;
    let reason = if is_idle { format!("{reason}: no check applied to these files") } else { reason.into_owned() };
    let _ = writeln!(out, "gate {}", view.options.terminal.paint(ink, &reason));
    out
}

/// Says that the findings of severity `info`, which are counted, are not shown.
fn hidden(view: &View<'_>) -> &'static str {
    let is_info = |finding: &Finding| finding.severity == Severity::Info && finding.counts();
    let is_shown = view.for_people().any(is_info) || !view.report.findings.iter().any(is_info);
    if is_shown { "" } else { " (not shown; --show info)" }
}

/// The checks that are not judged because the edition that is pinned does not have them.
fn newer(view: &View<'_>, out: &mut String) {
    let newer = &view.report.newer;
    if newer.is_empty() {
        return;
    }
    let title = format!("newer than the pinned edition, not evaluated: {}", count(newer.len(), "check"));
    let _ = writeln!(out, "{}", view.options.terminal.paint(Ink::Bold, &title));
    let lines: Vec<String> = newer.iter().map(|meta| format!("{} ({}): {}", meta.id, meta.since, meta.title)).collect();
    list(view, &lines, out);
}

/// "14 files: 12 evaluated, 2 skipped · 31 resources · 120 checks".
pub(super) fn coverage(view: &View<'_>) -> String {
    let report = view.report;
    let counts = view.counts();
    let counted = super::view::Counts::STATUSES.map(Status::name).into_iter().zip(counts.by_status);
    let told: Vec<_> = counted.filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")).collect();
    let files = if told.is_empty() {
        "no files".to_owned()
    } else {
        format!("{}: {}", count(report.ledger.len(), "file"), told.join(", "))
    };
    let mut line = format!("{files}; {}; {}", count(report.resources, "resource"), count(report.checks.len(), "check"));
    let (unseen, unjudged) = (report.coverage.unseen.len(), report.coverage.unjudged_resources());
    if unseen > 0 {
        let _ = write!(line, "; {}", count(unseen, "unseen reference"));
    }
    if unjudged > 0 {
        let names = neutral::inline(&report.coverage.unjudged_names()).into_owned();
        let _ = write!(line, "; no checks for {} of {names}", count(unjudged, "resource"));
    } else if report.checks.is_empty() && report.resources > 0 {
        line.push_str("; no check applied");
    }
    line
}

/// What belongs to a unit and is not here, one line each.
pub(super) fn unseen_lines(view: &View<'_>) -> Vec<String> {
    let line = |member: &UnseenMember| {
        let why = member.cause.why.to_string();
        neutral::inline(&format!("{}: {why}", member.what)).into_owned()
    };
    view.report.coverage.unseen.iter().map(line).collect()
}

fn unseen(view: &View<'_>, out: &mut String) {
    let lines = unseen_lines(view);
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", view.options.terminal.paint(Ink::Bold, "unseen references"));
    list(view, &lines, out);
}

/// "12 more findings: 2 high, 10 low".
pub(super) fn left_out(groups: &[Group<'_>]) -> String {
    let findings: Vec<&Finding> = groups.iter().flat_map(|group| &group.findings).copied().collect();
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counted = Severity::ALL.into_iter().map(|severity| (severity, of(severity)));
    let told: Vec<_> =
        counted.filter(|(_, count)| *count > 0).map(|(severity, count)| format!("{count} {severity}")).collect();
    format!("{} not shown: {}", count(findings.len(), "more finding"), told.join(", "))
}

/// The missing inputs, each with the number of verdicts it costs, most first.
pub(super) fn missing(view: &View<'_>) -> Vec<(String, usize)> {
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    for verdict in &view.report.inconclusive {
        for cause in &verdict.because {
            *missing.entry(neutral::inline(&cause.why.to_string()).into_owned()).or_default() += 1;
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    missing
}

fn inconclusive(view: &View<'_>, out: &mut String) {
    let missing = missing(view);
    // One by one, they were told already.
    if missing.is_empty() || view.options.show.inconclusive {
        return;
    }
    let _ = writeln!(out, "{}", view.options.terminal.paint(Ink::Bold, "inconclusive"));
    let lines = missing.iter().map(|(why, verdicts)| format!("{why} ({})", count(*verdicts, "verdict")));
    list(view, &lines.collect::<Vec<_>>(), out);
}

/// The files that were not evaluated: each that failed or was read in part, the skipped ones by their reason, those that
/// hold nothing to judge as a number. With `--show ledger` every file.
fn not_evaluated(view: &View<'_>, out: &mut String) {
    let entries = &view.report.ledger;
    let of = |status: Status| entries.iter().filter(move |entry| entry.status == status);
    if view.options.show.ledger {
        // What failed stands before what was skipped for a reason.
        let order = [Status::Failed, Status::Partial, Status::Skipped, Status::Evaluated];
        let lines: Vec<String> = order.into_iter().flat_map(of).map(entry_line).collect();
        return titled(view, "files", &lines, out);
    }
    let mut lines: Vec<String> = of(Status::Failed).chain(of(Status::Partial)).map(entry_line).collect();
    lines.extend(other_values(&view.report.coverage.own_values));
    let is_foreign = |entry: &&LedgerEntry| matches!(entry.kind, Kind::Yaml | Kind::Json);
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in of(Status::Skipped).filter(|entry| !is_foreign(entry)) {
        reasons.entry(entry.reason.as_deref().unwrap_or("no reason was given")).or_default().push(&entry.file);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, files)| std::cmp::Reverse(files.len()));
    lines.extend(reasons.iter().map(|(reason, files)| skipped_line(reason, files)));
    let foreign = of(Status::Skipped).filter(is_foreign).count();
    if foreign > 0 {
        let files = count(foreign, "other YAML or JSON file");
        lines.push(format!("skipped {files}: nothing to evaluate in them; --show ledger lists them"));
    }
    titled(view, "not evaluated", &lines, out);
}

/// "other values of the Helm charts a and 11 more: name them under `charts` in .gatelint.yaml".
fn other_values(charts: &BTreeSet<Text>) -> Option<String> {
    let first = neutral::path(charts.first()?);
    let named = match charts.len() {
        1 => format!("the Helm chart {first}"),
        several => format!("the Helm chart {first} and {} more", several - 1),
    };
    Some(format!("values other than those of {named}: name sets of values under `charts` in .gatelint.yaml"))
}

fn entry_line(entry: &LedgerEntry) -> String {
    let reason = entry.reason.as_deref().map(|reason| format!(": {}", neutral::inline(reason)));
    format!("{} {}{}", entry.status.name(), neutral::path(&entry.file), reason.unwrap_or_default())
}

/// "skipped 12 files (chart/templates/a.yaml and 11 more): Helm templates are not rendered yet".
fn skipped_line(reason: &str, files: &[&str]) -> String {
    let reason = neutral::inline(reason);
    match files {
        [only] => format!("skipped {}: {reason}", neutral::path(only)),
        [first, rest @ ..] => {
            let first = neutral::path(first);
            format!("skipped {} ({first} and {} more): {reason}", count(files.len(), "file"), rest.len())
        }
        [] => String::new(),
    }
}

fn titled(view: &View<'_>, title: &str, lines: &[String], out: &mut String) {
    if !lines.is_empty() {
        let _ = writeln!(out, "{}", view.options.terminal.paint(Ink::Bold, title));
        list(view, lines, out);
    }
}

/// How many of the worst checks are named at the end.
const MOST_NAMED: usize = 5;

/// The checks with the worst findings, a line each, the worst last: next to the prompt, where a reader begins.
fn worst(view: &View<'_>, out: &mut String) {
    let mut findings: Vec<&Finding> = view.for_people().filter(|finding| finding.counts()).collect();
    if findings.len() < 2 {
        return;
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut checks: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        let number = *numbers.entry(&finding.check.id).or_insert(checks.len());
        match checks.get_mut(number) {
            Some((_, places)) => *places += 1,
            None => checks.push((finding, 1)),
        }
    }
    let lines = checks.into_iter().take(MOST_NAMED).rev().map(|(first, places)| {
        let place = view.place_in_file(first);
        let path = neutral::path(&place.source.path);
        let message = first.display_message();
        let more = if places > 1 { format!(" ({places} findings)") } else { String::new() };
        let line = place.start.line;
        format!("{} {} {path}:{line} {}{more}", first.severity, first.check.id, neutral::inline(&message))
    });
    titled(view, "most severe, the worst last", &lines.collect::<Vec<_>>(), out);
}

/// Says how many findings lie where usually nothing is deployed from.
fn rehearsals(view: &View<'_>, out: &mut String) {
    let mut directories: BTreeMap<&str, usize> = BTreeMap::new();
    let sources = &view.report.sources;
    for finding in view.report.findings.iter().filter(|finding| finding.counts()) {
        if let Some(name) = rarely_deployed(&sources.get(finding.place.source).path) {
            *directories.entry(name).or_default() += 1;
        }
    }
    if directories.is_empty() {
        return;
    }
    let findings = count(directories.values().sum(), "finding");
    let globs = directories.keys().map(|name| format!("'**/{name}/**'")).collect::<Vec<_>>().join(", ");
    let _ = writeln!(
        out,
        "{findings} in directories of tests or examples; if nothing is deployed from them: paths: {{exclude: [{globs}]}} \
         in .gatelint.yaml"
    );
}

fn list(view: &View<'_>, lines: &[String], out: &mut String) {
    let most = view.list_length();
    let more = lines.len().saturating_sub(most);
    for line in lines.iter().take(most) {
        let _ = writeln!(out, "  {line}");
    }
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
    out.push('\n');
}
