//! What could not be read or evaluated, as notifications of the tool.

use super::location::{self, Locations};
use super::{message, multiformat};
use crate::report::neutral;
use crate::report::view::View;
use crate::source::prose::{count, sentence};
use crate::source::{LedgerEntry, Level, Problem, Status};
use serde_sarif::sarif::{Location, Notification, ReportingDescriptor, ReportingDescriptorReference};
use std::collections::HashSet;

/// No consumer reads more.
const MOST: usize = 1_000;

#[derive(Clone, Copy)]
enum Kind {
    Problem,
    NotEvaluated,
    Inconclusive,
    LeftOut,
}

impl Kind {
    /// In the order of the descriptors.
    const ALL: [Self; 4] = [Self::Problem, Self::NotEvaluated, Self::Inconclusive, Self::LeftOut];

    fn id(self) -> &'static str {
        match self {
            Self::Problem => "input/problem",
            Self::NotEvaluated => "input/not-evaluated",
            Self::Inconclusive => "check/inconclusive",
            Self::LeftOut => "report/left-out",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Problem => "InputProblem",
            Self::NotEvaluated => "InputNotEvaluated",
            Self::Inconclusive => "CheckInconclusive",
            Self::LeftOut => "ReportLeftOut",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Problem => "Part of the input could not be read, or something in it was assumed.",
            Self::NotEvaluated => "A file was not evaluated, or not as a whole.",
            Self::Inconclusive => "A check could not decide because an input is missing.",
            Self::LeftOut => "Something was left out of this file to keep the limits of code scanning.",
        }
    }
}

/// The kinds of notifications there are.
pub(super) fn descriptors() -> Vec<ReportingDescriptor> {
    let descriptors = Kind::ALL.into_iter().map(|kind| {
        let mut descriptor = ReportingDescriptor::builder().id(kind.id()).build();
        descriptor.name = Some(kind.name().into());
        descriptor.short_description = Some(multiformat(kind.description()));
        descriptor.full_description = Some(multiformat(kind.description()));
        descriptor.help = Some(multiformat(kind.description()));
        descriptor
    });
    descriptors.collect()
}

/// Problems, then files that were not evaluated, then inconclusive verdicts when they are asked for.
pub(super) fn all(view: &View<'_>, locations: &Locations<'_>) -> Vec<Notification> {
    let report = view.report;
    let problems = report.problems.iter().map(|problem| of_problem(locations, problem));
    // A file that failed has its own problem as a rule, with the place; once is enough.
    let errors = report.problems.iter().filter(|problem| problem.level == Level::Error);
    let told: HashSet<String> = errors.map(|problem| report.sources.get(problem.span.source).path.clone()).collect();
    let is_news = |entry: &&LedgerEntry| match entry.status {
        Status::Evaluated => false,
        Status::Skipped => true,
        Status::Partial | Status::Failed => !told.contains(&entry.file),
    };
    let files = report.ledger.iter().filter(is_news).map(of_file);
    let shown = if view.options.show.inconclusive { report.inconclusive.as_slice() } else { &[] };
    let verdicts = shown.iter().map(|verdict| {
        let causes: Vec<_> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        let text = format!("'{}' is inconclusive for '{}': {}", verdict.check.id, verdict.resource, causes.join("; "));
        let physical = locations.physical(verdict.place);
        make(
            Kind::Inconclusive,
            Level::Note,
            &text,
            physical.map(|physical| Location::builder().physical_location(physical).build()),
        )
    });
    // A warning names most unseen members already; what no check judges is told nowhere else.
    let unjudged = report.coverage.unjudged.iter().map(|(what, resources)| {
        make(
            Kind::NotEvaluated,
            Level::Warning,
            &format!("no checks for {} of {what}", count(*resources, "resource")),
            None,
        )
    });
    let total = report.problems.len() + report.ledger.len() + shown.len() + report.coverage.unjudged.len();
    let mut all: Vec<_> = problems.chain(files).chain(unjudged).chain(verdicts).take(MOST).collect();
    if all.len() == MOST && total > MOST {
        all.push(make(Kind::LeftOut, Level::Warning, "Further notifications were left out", None));
    }
    all
}

/// Says that results are missing from the file.
pub(super) fn results_left_out(text: &str) -> Notification {
    make(Kind::LeftOut, Level::Warning, text, None)
}

/// Whether it tells of something that could not be evaluated.
pub(super) fn is_error(notification: &Notification) -> bool {
    notification.level.as_ref().is_some_and(|level| level == Level::Error.name())
}

fn of_problem(locations: &Locations<'_>, problem: &Problem) -> Notification {
    let text = match &problem.help {
        Some(help) => format!("{} {help}", problem.message),
        None => problem.message.clone(),
    };
    let physical = locations.physical(problem.span);
    let location = physical.map(|physical| Location::builder().physical_location(physical).build());
    make(Kind::Problem, problem.level, &text, location)
}

fn of_file(entry: &LedgerEntry) -> Notification {
    let (level, what) = match entry.status {
        Status::Failed => (Level::Error, "could not be read"),
        Status::Partial => (Level::Error, "was evaluated only in part"),
        Status::Skipped => (Level::Note, "was skipped"),
        Status::Evaluated => (Level::Note, "was evaluated"),
    };
    let reason = entry.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let text = format!("'{}' ({}) {what}{reason}", entry.file, entry.kind.name());
    make(Kind::NotEvaluated, level, &text, location::of_file(&entry.file))
}

fn make(kind: Kind, level: Level, text: &str, location: Option<Location>) -> Notification {
    let text = neutral::inline(text);
    let mut notification = Notification::builder().message(message(sentence(&text))).build();
    notification.level = Some(level.name().into());
    notification.locations = location.map(|location| vec![location]);
    let mut descriptor = ReportingDescriptorReference::builder().build();
    descriptor.id = Some(kind.id().into());
    descriptor.index = Some(kind as i64);
    notification.descriptor = Some(descriptor);
    notification
}
