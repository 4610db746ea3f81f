//! Findings and inconclusive verdicts: made from the engine's verdicts, merged and sorted; and, when asked, how each
//! came about.

mod coverage;
mod fix;
mod fold;
mod judged;
mod route;
mod verdict;

pub use coverage::{Coverage, UnseenMember};
pub use fix::{Change, FixPlan, Remedy};
pub use fold::{Folded, fold};
pub use judged::Judged;
pub use route::{Leg, cheapest_cut, gives_rights};
pub use verdict::{Evaluated, Tally, Undecided, Verdict, Verdicts};

use crate::check::{Meta, Severity};
use crate::model::{Address, Cause, Lowered, ResourceId, Text, Value};
use crate::source::{LineColumn, Problem, Sources, Span};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// A fail: one check on one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: Arc<Meta>,
    /// How bad it is: the check's own severity unless the configuration changed it.
    pub severity: Severity,
    /// What is wrong, one sentence with a period; sensitive values redacted.
    pub message: String,
    /// Address of the resource.
    pub resource: Address,
    /// Addresses of further resources with the same cause at the same place (instances, callers,
    /// overlays), sorted; `resource` is not among them.
    pub also: Vec<Text>,
    /// Where it was evaluated: path of the root module, of the overlay or directory, of the Dockerfile.
    pub unit: Text,
    /// The value at fault, or the header of the block that lacks it.
    pub place: Span,
    /// The block, document or instruction that was judged.
    pub block: Span,
    /// Attribute path of the value in the resource: `ingress[0].cidr_blocks`; empty for the resource itself.
    pub path: Text,
    /// The way of the value, nearest first, then other places that matter.
    pub labels: Vec<Label>,
    /// The steps, where it is a path through several resources.
    pub route: Vec<Leg>,
    /// What it is known by from one commit to the next.
    pub identity: Identity,
    /// The short form of that: 16 lower-case hex digits.
    pub fingerprint: String,
    /// The environments it holds in, sorted; none where none is named.
    pub environments: Vec<Text>,
    /// Why it does not count, when it is suppressed.
    pub suppressed: Option<Suppressed>,
    /// The finding of a broader check that says the same: then this one does not count either.
    pub folded_into: Option<Folded>,
    /// Checks whose findings were folded into this one, sorted.
    pub includes: Vec<Text>,
    /// What a machine would change, where the page says so. Nothing is proved of it.
    pub fix: Option<Arc<FixPlan>>,
    /// What was proved to remove it, where that was asked for.
    pub remedy: Option<Arc<Remedy>>,
}

/// What a finding is known by from one commit to the next: no line, and no place in a file or a list. Findings that
/// nothing tells apart share one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The check.
    pub check: Text,
    /// Where the resource lives: directory of the root module or overlay, or the file of a manifest or Dockerfile.
    pub home: Text,
    /// The whole address of the resource as far as it lasts, parts such as containers included.
    pub resource: Text,
    /// The attribute path, elements of lists by what names them: `ingress[22,22,tcp].cidr_blocks`.
    pub path: Text,
    /// The environment it holds in; empty where there are none.
    pub environment: Text,
}

/// A further place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What is there: "default of variable `acl`".
    pub message: String,
    /// Where.
    pub span: Span,
    /// Whether it is a step on the way of the value; else it is another place that matters.
    pub hop: bool,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The comment or annotation, where it stands in a source; none when the configuration did it.
    pub span: Option<Span>,
    /// The reason given.
    pub reason: Option<String>,
    /// What did it.
    pub by: SuppressedBy,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds, as `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// What suppresses a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// An annotation of the object.
    Annotation,
    /// An entry of the configuration.
    Configuration,
    /// A file of another tool that lists what it ignores.
    IgnoreFile,
    /// It was known when the baseline was written.
    Baseline,
}

impl SuppressedBy {
    /// The word for it in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Configuration => "config",
            Self::IgnoreFile => "ignore-file",
            Self::Baseline => "baseline",
        }
    }
}

/// A verdict that could not be given.
#[derive(Clone, Debug)]
pub struct Inconclusive {
    /// The check.
    pub check: Arc<Meta>,
    /// Address of the resource.
    pub resource: Address,
    /// Where it was evaluated, as in a finding.
    pub unit: Text,
    /// What a finding on it would be known by, but for the path.
    pub identity: Identity,
    /// The value that is not known, in the resource.
    pub place: Span,
    /// The inputs that are missing, with the places where they would be set.
    pub because: Vec<Cause>,
    /// The steps, where it is a path through several resources.
    pub route: Vec<Leg>,
    /// The environments it holds in, sorted; none where none is named.
    pub environments: Vec<Text>,
}

/// How one condition of a check came to its verdict on one resource. Made only when somebody asks.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The check.
    pub check: Arc<Meta>,
    /// Address of the resource, as in a finding.
    pub resource: Address,
    /// What came out.
    pub outcome: Outcome,
    /// What was evaluated, in the page of the check: an `enforce`'s condition or `for_each`, or the filter.
    pub condition: Span,
    /// The sub-expressions of it, or of the locals it reads, that decided.
    pub decided: Vec<Span>,
    /// The element of the `for_each` it was evaluated for: its way in the resource.
    pub element: Option<Text>,
    /// The values that the deciding sub-expressions saw, in source order.
    pub reads: Vec<Read>,
}

/// What came out of a condition.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not.
    Fail(Box<Finding>),
    /// Inputs are missing.
    Inconclusive(Box<Inconclusive>),
    /// The filter is false, or the `for_each` is empty: there was nothing to judge.
    NotJudged,
}

impl Outcome {
    /// The steps, where it is a path.
    pub fn route(&self) -> &[Leg] {
        match self {
            Self::Fail(finding) => &finding.route,
            Self::Inconclusive(verdict) => &verdict.route,
            Self::Pass | Self::NotJudged => &[],
        }
    }
}

/// A value that a condition saw.
#[derive(Clone, Debug)]
pub struct Read {
    /// Its way in the resource; empty for the resource itself.
    pub path: Text,
    /// What it is; null when it is absent.
    pub value: Value,
    /// Whether nothing is written there.
    pub absent: bool,
    /// Where it stands, or the header of the block that lacks it.
    pub place: Span,
    /// The way from there to where it was written, nearest first.
    pub hops: Vec<Label>,
}

/// Where something stands in the output: file, line and column. Never a source number.
type Position = (String, LineColumn, LineColumn);

fn position(span: Span, sources: &Sources) -> Position {
    let source = sources.get(span.source);
    let (start, end) = source.places(span);
    (source.path.clone(), start, end)
}

/// Makes one finding of those with one cause: the same check says the same of the same place, through
/// several instances, callers or overlays. Those that are suppressed or folded stay apart from those that are not.
/// Sorted by file, place, check and resource.
fn merge(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let mut merged: BTreeMap<(Position, Text, String, [bool; 2]), Finding> = BTreeMap::new();
    let mut findings: Vec<_> = findings;
    findings.sort_by(|a, b| a.resource.cmp(&b.resource));
    for finding in findings {
        let apart = [finding.suppressed.is_some(), finding.folded_into.is_some()];
        let key = (position(finding.place, sources), finding.check.id.clone(), finding.message.clone(), apart);
        match merged.get_mut(&key) {
            Some(first) => first.absorb(finding),
            None => {
                merged.insert(key, finding);
            }
        }
    }
    merged.into_values().collect()
}

impl Identity {
    fn new(check: &Meta, id: ResourceId, model: &Lowered, sources: &Sources, environment: &Text) -> Self {
        let resource = model.resource(id);
        Self {
            check: check.id.clone(),
            home: model.home(resource, sources).as_ref().into(),
            resource: resource.address.stable().clone(),
            path: Text::new(),
            environment: environment.clone(),
        }
    }

    /// Sixteen hex digits of what a finding is about. An environment is no part of it: the same fault in two of them
    /// is one alert.
    pub fn fingerprint(&self) -> String {
        let Self { check, home, resource, path, environment: _ } = self;
        digest(&[check, home, resource, path], 8)
    }
}

/// The first `bytes` of a hash of texts, in hex digits.
pub fn digest(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(bytes).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The name of an environment as findings have it: none if it has no name.
fn named(environment: &Text) -> Vec<Text> {
    if environment.is_empty() { Vec::new() } else { vec![environment.clone()] }
}

/// The environment of a resource: that of its unit where it has one, else that of the evaluation.
fn environment_of<'a>(model: &'a Lowered, id: ResourceId, usual: &'a Text) -> &'a Text {
    let unit = model.units.get(model.resource(id).unit.0 as usize);
    unit.map(|unit| &unit.environment).filter(|name| !name.is_empty()).unwrap_or(usual)
}

impl Inconclusive {
    /// Makes one of a verdict on a resource of `model`, in an environment, which may have no name.
    pub fn new(verdict: Undecided, model: &Lowered, sources: &Sources, environment: &Text) -> Self {
        let resource = model.resource(model.reported(verdict.resource));
        let environment = environment_of(model, verdict.resource, environment);
        Self {
            resource: resource.address.clone(),
            unit: model.unit_path(resource.unit).into(),
            identity: Identity::new(&verdict.check, verdict.resource, model, sources, environment),
            check: verdict.check,
            place: verdict.place,
            because: verdict.because,
            route: verdict.route,
            environments: named(environment),
        }
    }
}

impl Finding {
    /// Makes one of a verdict on a resource of `model`, in an environment, which may have no name.
    pub fn new(
        verdict: Verdict,
        suppressed: Option<Suppressed>,
        model: &Lowered,
        sources: &Sources,
        environment: &Text,
    ) -> Self {
        let Verdict { check, resource: id, severity, message, place, path, stable_path, labels, route, fix } = verdict;
        let resource = model.resource(id);
        let environment = environment_of(model, id, environment);
        let identity = Identity { path: stable_path, ..Identity::new(&check, id, model, sources, environment) };
        Self {
            severity,
            check,
            message,
            resource: model.resource(model.reported(id)).address.clone(),
            also: Vec::new(),
            unit: model.unit_path(resource.unit).into(),
            place,
            block: resource.block,
            path,
            labels,
            route,
            fingerprint: identity.fingerprint(),
            identity,
            environments: named(environment),
            suppressed,
            folded_into: None,
            includes: Vec::new(),
            fix,
            remedy: None,
        }
    }

    /// Whether it counts: neither suppressed nor part of another finding.
    pub fn counts(&self) -> bool {
        self.suppressed.is_none() && self.folded_into.is_none()
    }

    /// Where it is shown: in a file, although its value may come from the command line.
    pub fn shown_at(&self, sources: &Sources) -> Span {
        if sources.get(self.place.source).is_file { self.place } else { self.block }
    }

    /// The message, with the environments it holds in where they are named.
    pub fn display_message(&self) -> Cow<'_, str> {
        if self.environments.is_empty() {
            return Cow::Borrowed(&self.message);
        }
        Cow::Owned(format!("{} In {}.", self.message, self.environments.join(", ")))
    }

    fn absorb(&mut self, other: Self) {
        unite(&mut self.environments, other.environments);
        unite(&mut self.includes, other.includes);
        // The same address under another root or overlay is told with that.
        let named = if other.resource != self.resource {
            other.resource.into()
        } else if other.unit != self.unit {
            ecow::eco_format!("{} in {}", other.resource, if other.unit.is_empty() { "." } else { &other.unit })
        } else {
            return self.take_labels(other.labels);
        };
        if !self.also.contains(&named) {
            self.also.push(named);
        }
        self.take_labels(other.labels);
    }

    fn take_labels(&mut self, labels: Vec<Label>) {
        for label in labels {
            if !self.labels.contains(&label) {
                self.labels.push(Label { hop: false, ..label });
            }
        }
    }
}

/// Adds what is not there yet, and keeps the order.
fn unite(names: &mut Vec<Text>, others: Vec<Text>) {
    names.extend(others);
    names.sort();
    names.dedup();
}

/// Each inconclusive verdict once, sorted by file, place, check and resource.
fn merge_inconclusive(verdicts: Vec<Inconclusive>, sources: &Sources) -> Vec<Inconclusive> {
    let key =
        |verdict: &Inconclusive| (position(verdict.place, sources), verdict.check.id.clone(), verdict.resource.clone());
    let mut keyed: BTreeMap<_, Inconclusive> = BTreeMap::new();
    for mut verdict in verdicts {
        let key = key(&verdict);
        if let Some(same) = keyed.remove(&key) {
            unite(&mut verdict.environments, same.environments);
            // Each environment lacks what it lacks.
            let is_new = |cause: &Cause| !verdict.because.iter().any(|known| known.why == cause.why);
            let others: Vec<Cause> = same.because.into_iter().filter(is_new).collect();
            verdict.because.splice(0..0, others);
        }
        keyed.insert(key, verdict);
    }
    keyed.into_values().collect()
}

/// Each problem once, sorted by file and place.
fn sort_problems(problems: Vec<Problem>, sources: &Sources) -> Vec<Problem> {
    let key = |problem: &Problem| (position(problem.span, sources), problem.level, problem.message.clone());
    let keyed: BTreeMap<_, _> = problems.into_iter().map(|problem| (key(&problem), problem)).collect();
    keyed.into_values().collect()
}
