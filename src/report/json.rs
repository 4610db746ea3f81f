//! Everything a scan found out, as one JSON object: `docs/report.schema.json` is its schema.
//!
//! Keys keep their order and meaning; new ones are only added. All findings are there, suppressed and folded ones too.

use super::view::{Counts, View};
use super::wire;
use crate::check::Severity;
use crate::finding::{Coverage, Evaluated, Finding, Folded, Inconclusive, Label, Leg, Suppressed, Tally, UnseenMember};
use crate::model::{Cause, Text};
use crate::source::{LedgerEntry, LineColumn, Problem, Span, Status};
use serde::{Serialize, Serializer};
use std::io::{self, Write};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let counts = view.counts();
    let wire = ReportWire {
        schema: 1,
        tool: ToolWire { name: super::NAME, version: super::VERSION },
        findings: report.findings.iter().map(|finding| FindingWire::of(view, finding)).collect(),
        inconclusive: report.inconclusive.iter().map(|verdict| InconclusiveWire::of(view, verdict)).collect(),
        ledger: LedgerWire {
            files: report.ledger.iter().map(FileWire::of).collect(),
            unseen: report.coverage.unseen.iter().map(|member| UnseenWire::of(view, member)).collect(),
            unjudged: unjudged(&report.coverage),
            resources: report.resources,
            checks: report.checks.len(),
            newer: report.newer.iter().map(|meta| meta.id.as_str()).collect(),
            tallies: report.checks.iter().map(TallyWire::of).collect(),
            problems: report.problems.iter().map(|problem| ProblemWire::of(view, problem)).collect(),
        },
        summary: SummaryWire {
            findings: counts.findings(),
            severities: Severities(&counts),
            suppressed: counts.suppressed,
            folded: counts.folded,
            known: counts.known,
            fixed: report.comparison.as_ref().map(|comparison| comparison.fixed.len()),
            inconclusive: report.inconclusive.len(),
            files: Statuses(&counts),
            unseen: report.coverage.unseen.len(),
            unjudged: report.coverage.unjudged_resources(),
            exit: report.decision.exit as u8,
            reason: &report.decision.reason,
        },
    };
    wire::write(&wire, out)
}

#[derive(Serialize)]
struct ReportWire<'r> {
    schema: u32,
    tool: ToolWire,
    findings: Vec<FindingWire<'r>>,
    inconclusive: Vec<InconclusiveWire<'r>>,
    ledger: LedgerWire<'r>,
    summary: SummaryWire<'r>,
}

#[derive(Serialize)]
struct ToolWire {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct FindingWire<'r> {
    check: &'r str,
    severity: &'static str,
    title: &'r str,
    message: &'r str,
    resource: &'r str,
    location: LocationWire,
    path: &'r str,
    fingerprint: &'r str,
    labels: Vec<LabelWire<'r>>,
    suppressed: Option<SuppressedWire<'r>>,
    also: Vec<&'r str>,
    environments: Vec<&'r str>,
    folded_into: Option<FoldedWire<'r>>,
    includes: Vec<&'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    route: Vec<LegWire<'r>>,
}

/// A step of a path: an edge, and the nodes that it leads from and to.
#[derive(Serialize)]
struct LegWire<'r> {
    kind: &'r str,
    from: &'r str,
    to: &'r str,
    message: &'r str,
    technique: Option<&'r str>,
    breaks: usize,
    location: LocationWire,
}

impl<'r> LegWire<'r> {
    fn of(view: &View<'_>, leg: &'r Leg) -> Self {
        Self {
            kind: &leg.kind,
            from: leg.from.trim_matches('`'),
            to: leg.to.trim_matches('`'),
            message: &leg.message,
            technique: leg.technique.as_deref(),
            breaks: leg.breaks,
            location: LocationWire::of(view, leg.place),
        }
    }
}

#[derive(Serialize)]
struct FoldedWire<'r> {
    check: &'r str,
    fingerprint: &'r str,
}

impl<'r> FindingWire<'r> {
    fn of(view: &View<'_>, finding: &'r Finding) -> Self {
        Self {
            check: &finding.check.id,
            severity: finding.severity.name(),
            title: &finding.check.title,
            message: &finding.message,
            resource: finding.resource.as_str(),
            location: LocationWire::of(view, finding.place),
            path: &finding.path,
            fingerprint: &finding.fingerprint,
            labels: finding.labels.iter().map(|label| LabelWire::of(view, label)).collect(),
            suppressed: finding.suppressed.as_ref().map(|by| SuppressedWire::of(view, by)),
            also: finding.also.iter().map(Text::as_str).collect(),
            environments: finding.environments.iter().map(Text::as_str).collect(),
            folded_into: finding.folded_into.as_ref().map(FoldedWire::of),
            includes: finding.includes.iter().map(Text::as_str).collect(),
            route: finding.route.iter().map(|leg| LegWire::of(view, leg)).collect(),
        }
    }
}

impl<'r> FoldedWire<'r> {
    fn of(folded: &'r Folded) -> Self {
        Self { check: &folded.check, fingerprint: &folded.fingerprint }
    }
}

#[derive(Serialize)]
struct LocationWire {
    file: String,
    start: PointWire,
    end: PointWire,
}

impl LocationWire {
    fn of(view: &View<'_>, span: Span) -> Self {
        let place = view.place(span);
        Self { file: place.source.path.clone(), start: PointWire::of(place.start), end: PointWire::of(place.end) }
    }
}

#[derive(Serialize)]
struct PointWire {
    line: u32,
    column: u32,
}

impl PointWire {
    fn of(place: LineColumn) -> Self {
        Self { line: place.line, column: place.column }
    }
}

#[derive(Serialize)]
struct LabelWire<'r> {
    message: &'r str,
    location: LocationWire,
}

impl<'r> LabelWire<'r> {
    fn of(view: &View<'_>, label: &'r Label) -> Self {
        Self { message: &label.message, location: LocationWire::of(view, label.span) }
    }
}

#[derive(Serialize)]
struct SuppressedWire<'r> {
    by: &'static str,
    reason: Option<&'r str>,
    owner: Option<&'r str>,
    until: Option<&'r str>,
    location: Option<LocationWire>,
}

impl<'r> SuppressedWire<'r> {
    fn of(view: &View<'_>, suppressed: &'r Suppressed) -> Self {
        Self {
            by: suppressed.by.name(),
            reason: suppressed.reason.as_deref(),
            owner: suppressed.owner.as_deref(),
            until: suppressed.until.as_deref(),
            location: suppressed.span.map(|span| LocationWire::of(view, span)),
        }
    }
}

#[derive(Serialize)]
struct InconclusiveWire<'r> {
    check: &'r str,
    resource: &'r str,
    location: LocationWire,
    because: Vec<CauseWire>,
    environments: Vec<&'r str>,
}

impl<'r> InconclusiveWire<'r> {
    fn of(view: &View<'_>, verdict: &'r Inconclusive) -> Self {
        Self {
            check: &verdict.check.id,
            resource: verdict.resource.as_str(),
            location: LocationWire::of(view, verdict.place),
            because: verdict.because.iter().map(|cause| CauseWire::of(view, cause)).collect(),
            environments: verdict.environments.iter().map(Text::as_str).collect(),
        }
    }
}

#[derive(Serialize)]
struct CauseWire {
    missing: String,
    location: LocationWire,
}

impl CauseWire {
    fn of(view: &View<'_>, cause: &Cause) -> Self {
        Self { missing: cause.why.to_string(), location: LocationWire::of(view, cause.span) }
    }
}

#[derive(Serialize)]
struct LedgerWire<'r> {
    files: Vec<FileWire<'r>>,
    unseen: Vec<UnseenWire<'r>>,
    unjudged: Vec<UnjudgedWire<'r>>,
    resources: usize,
    checks: usize,
    newer: Vec<&'r str>,
    tallies: Vec<TallyWire<'r>>,
    problems: Vec<ProblemWire<'r>>,
}

/// How often the conditions of one check came to each result.
#[derive(Serialize)]
struct TallyWire<'r> {
    check: &'r str,
    pass: u32,
    fail: u32,
    inconclusive: u32,
    not_judged: u32,
}

impl<'r> TallyWire<'r> {
    fn of(Evaluated { check, tally }: &'r Evaluated) -> Self {
        let Tally { pass, fail, inconclusive, not_judged } = *tally;
        Self { check: &check.id, pass, fail, inconclusive, not_judged }
    }
}

#[derive(Serialize)]
struct FileWire<'r> {
    file: &'r str,
    kind: &'static str,
    status: &'static str,
    reason: Option<&'r str>,
}

impl<'r> FileWire<'r> {
    fn of(entry: &'r LedgerEntry) -> Self {
        Self {
            file: &entry.file,
            kind: entry.kind.name(),
            status: entry.status.name(),
            reason: entry.reason.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct UnseenWire<'r> {
    unit: &'r str,
    what: &'r str,
    reason: String,
    location: LocationWire,
}

impl<'r> UnseenWire<'r> {
    fn of(view: &View<'_>, member: &'r UnseenMember) -> Self {
        Self {
            unit: &member.unit,
            what: &member.what,
            reason: member.cause.why.to_string(),
            location: LocationWire::of(view, member.cause.span),
        }
    }
}

#[derive(Serialize)]
struct UnjudgedWire<'r> {
    what: &'r str,
    resources: usize,
}

fn unjudged(coverage: &Coverage) -> Vec<UnjudgedWire<'_>> {
    coverage.unjudged.iter().map(|(what, resources)| UnjudgedWire { what, resources: *resources }).collect()
}

#[derive(Serialize)]
struct ProblemWire<'r> {
    level: &'static str,
    message: &'r str,
    location: LocationWire,
    help: Option<&'r str>,
}

impl<'r> ProblemWire<'r> {
    fn of(view: &View<'_>, problem: &'r Problem) -> Self {
        Self {
            level: problem.level.name(),
            message: &problem.message,
            location: LocationWire::of(view, problem.span),
            help: problem.help.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct SummaryWire<'r> {
    findings: usize,
    severities: Severities<'r>,
    suppressed: usize,
    folded: usize,
    known: usize,
    fixed: Option<usize>,
    inconclusive: usize,
    files: Statuses<'r>,
    unseen: usize,
    unjudged: usize,
    exit: u8,
    reason: &'r str,
}

/// `{"critical": 0, "high": 2, …}`, worst first.
struct Severities<'r>(&'r Counts);

impl Serialize for Severities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Severity::ALL.map(Severity::name).into_iter().zip(self.0.by_severity))
    }
}

/// `{"evaluated": 3, "partial": 0, …}`.
struct Statuses<'r>(&'r Counts);

impl Serialize for Statuses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Counts::STATUSES.map(Status::name).into_iter().zip(self.0.by_status))
    }
}
