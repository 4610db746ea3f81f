//! The gate: findings, inconclusive verdicts and the ledger in, exit code out. It never looks at the output format.

mod admission;

pub use admission::{AdmissionMode, AdmissionModes, AdmissionRule};

use crate::check::{Category, Severity};
use crate::finding::{Coverage, Finding, Inconclusive, Judged, UnseenMember};
use crate::model::Text;
use crate::source::{LedgerEntry, Level, Paths, Problem, Sources, Status, prose, suggestion};

/// The process's exit code, DESIGN §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything was evaluated, nothing at or above the threshold.
    Open = 0,
    /// 1: findings at or above the threshold.
    Findings = 1,
    /// 2: wrong usage, broken configuration, or a defect of gatelint.
    Usage = 2,
    /// 3: nothing to scan was found.
    Nothing = 3,
    /// 4: no such findings, but the scan is incomplete.
    Incomplete = 4,
}

/// When the gate is shut.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// Findings at least that bad shut it; `None` for none.
    pub fail_on: Option<Severity>,
    /// Thresholds of their own for some findings: the first one that fits takes the place of `fail_on`.
    pub exceptions: Vec<Exception>,
    /// Inconclusive verdicts of checks at least that bad shut it; `None` for none.
    pub inconclusive: Option<Severity>,
    /// Whether what was skipped for a stated reason though something may be deployed from it, is unseen, or is judged by
    /// no check counts as incomplete.
    pub require_complete: bool,
    /// What may stay unread without shutting it.
    pub tolerated: Vec<Tolerated>,
    /// Whether it is fine that nothing was there to evaluate, as of changed files that hold nothing to judge.
    pub allow_nothing: bool,
}

/// A threshold for some findings. What is empty fits everything.
#[derive(Clone, Debug, Default)]
pub struct Exception {
    /// The files they are in.
    pub paths: Paths,
    /// What kind of failure they are.
    pub categories: Vec<Category>,
    /// The environment they hold in is one of these.
    pub environments: Vec<Text>,
    /// The threshold.
    pub fail_on: Option<Severity>,
}

/// Files that may stay unread.
#[derive(Clone, Debug)]
pub struct Tolerated {
    /// Which.
    pub paths: Paths,
    /// Why; for people.
    pub reason: String,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            fail_on: Some(Severity::Low),
            exceptions: Vec::new(),
            inconclusive: None,
            require_complete: false,
            tolerated: Vec::new(),
            allow_nothing: false,
        }
    }
}

/// Returns the severity that `text` names; `None` for `none`, which no finding reaches. Errors: any other text.
pub fn threshold(text: &str) -> Result<Option<Severity>, String> {
    match text {
        "none" => Ok(None),
        severity => severity.parse().map(Some).map_err(|_| {
            let known = Severity::ALL.into_iter().map(Severity::name).chain(["none"]);
            let hint = suggestion(&severity.to_lowercase(), known);
            format!("`{severity}` is not a threshold: expected critical, high, medium, low, info or none{hint}")
        }),
    }
}

impl Thresholds {
    /// The threshold for one finding: the strictest one of the environments it holds in.
    fn of(&self, finding: &Finding, sources: &Sources) -> Option<Severity> {
        let within = |environment: Option<&Text>| {
            let own = self.exceptions.iter().find(|exception| exception.fits(finding, environment, sources));
            own.map_or(self.fail_on, |exception| exception.fail_on)
        };
        if finding.environments.is_empty() {
            return within(None);
        }
        finding.environments.iter().filter_map(|environment| within(Some(environment))).min()
    }

    /// Whether a file may stay unread.
    pub fn tolerates(&self, file: &str) -> bool {
        self.tolerated.iter().any(|tolerated| tolerated.paths.matches(file))
    }
}

impl Exception {
    fn fits(&self, finding: &Finding, environment: Option<&Text>, sources: &Sources) -> bool {
        let in_path = || self.paths.matches(&sources.get(finding.place.source).path);
        let in_environment = || environment.is_some_and(|name| self.environments.contains(name));
        (self.paths.is_empty() || in_path())
            && (self.categories.is_empty() || self.categories.contains(&finding.check.category))
            && (self.environments.is_empty() || in_environment())
    }
}

/// What the gate looks at.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The texts that places point into.
    pub sources: &'a Sources,
    /// Findings; suppressed and folded ones do not count.
    pub findings: &'a [Finding],
    /// Verdicts that could not be given.
    pub inconclusive: &'a [Inconclusive],
    /// What could not be read or evaluated.
    pub problems: &'a [Problem],
    /// Every candidate file.
    pub ledger: &'a [LedgerEntry],
    /// What was not judged.
    pub coverage: &'a Coverage,
}

impl<'a> Evidence<'a> {
    /// What a scan gave, merged.
    pub fn of(judged: &'a Judged, sources: &'a Sources) -> Self {
        let Judged { findings, inconclusive, problems, ledger, coverage, .. } = judged;
        Self { sources, findings, inconclusive, problems, ledger, coverage }
    }
}

/// What the gate decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The exit code.
    pub exit: Exit,
    /// One line for people: "closed: 3 findings at or above low".
    pub reason: String,
    /// The threshold that held where no exception fits; `None` for `--fail-on none`.
    pub fail_on: Option<Severity>,
}

/// Decides.
pub fn decide(thresholds: &Thresholds, evidence: Evidence<'_>) -> Decision {
    let fail_on = thresholds.fail_on;
    let closed = |exit, reason: String| Decision { exit, reason: format!("closed: {reason}"), fail_on };
    if let Some(reason) = closing(thresholds, evidence) {
        return closed(Exit::Findings, reason);
    }
    let skipped = with(evidence.ledger, &[Status::Skipped]).count();
    if evidence.ledger.len() == skipped && !thresholds.allow_nothing {
        let reason = match skipped {
            0 => "nothing to scan was found".to_owned(),
            _ => format!("no file was evaluated, {} skipped", prose::count(skipped, "file")),
        };
        return closed(Exit::Nothing, reason);
    }
    match incomplete(thresholds, evidence) {
        Some(reason) => closed(Exit::Incomplete, reason),
        None => Decision { exit: Exit::Open, reason: "open".to_owned(), fail_on },
    }
}

/// The findings that close the gate.
fn closing(thresholds: &Thresholds, evidence: Evidence<'_>) -> Option<String> {
    let live = evidence.findings.iter().filter(|finding| finding.counts());
    let own = live.map(|finding| (finding.severity, thresholds.of(finding, evidence.sources)));
    let closing: Vec<Severity> = own.filter_map(|(severity, own)| own.filter(|own| severity >= *own)).collect();
    let count = prose::count(closing.len(), "finding");
    let lowest = closing.iter().min()?;
    Some(match thresholds.fail_on {
        Some(usual) if closing.iter().all(|own| *own == usual) => format!("{count} at or above {usual}"),
        _ if closing.iter().all(|own| own == lowest) => format!("{count} at or above {lowest}, the threshold there"),
        _ => format!("{count} at or above the threshold of each"),
    })
}

/// Why what was evaluated is not all there is.
fn incomplete(thresholds: &Thresholds, evidence: Evidence<'_>) -> Option<String> {
    let untold = |entry: &&LedgerEntry| !thresholds.tolerates(&entry.file);
    let unread = with(evidence.ledger, &[Status::Failed, Status::Partial]).filter(untold).count();
    if unread > 0 {
        return Some(format!("{} could not be read completely", prose::count(unread, "file")));
    }
    let counts = |problem: &&Problem| {
        problem.level == Level::Error && !thresholds.tolerates(&evidence.sources.get(problem.span.source).path)
    };
    let errors = evidence.problems.iter().filter(counts).count();
    if errors > 0 {
        return Some(format!("{} prevented evaluation", prose::count(errors, "problem")));
    }
    if let Some(least) = thresholds.inconclusive {
        let undecided = evidence.inconclusive.iter().filter(|verdict| verdict.check.severity >= least).count();
        if undecided > 0 {
            return Some(format!("{} at or above {least}", prose::count(undecided, "inconclusive verdict")));
        }
    }
    let skipped = with(evidence.ledger, &[Status::Skipped]).filter(untold);
    let skipped = skipped.filter(|entry| entry.is_deployed).count();
    let tolerated = |member: &&UnseenMember| thresholds.tolerates(&evidence.sources.get(member.cause.span.source).path);
    let unseen = evidence.coverage.unseen.iter().filter(|member| !tolerated(member)).count();
    let unjudged = evidence.coverage.unjudged_resources();
    let reasons = [
        (skipped, format!("{} skipped", prose::count(skipped, "file"))),
        (unseen, prose::count(unseen, "unseen reference")),
        (unjudged, format!("{} of types that no check knows", prose::count(unjudged, "resource"))),
    ];
    let reasons: Vec<String> = reasons.into_iter().filter(|(count, _)| *count > 0).map(|(_, reason)| reason).collect();
    (thresholds.require_complete && !reasons.is_empty())
        .then(|| format!("{} and completeness is required", reasons.join(", ")))
}

/// The entries of some statuses.
fn with<'a>(ledger: &'a [LedgerEntry], statuses: &'a [Status]) -> impl Iterator<Item = &'a LedgerEntry> {
    ledger.iter().filter(|entry| statuses.contains(&entry.status))
}
