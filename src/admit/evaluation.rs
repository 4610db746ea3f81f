//! One object through the scan: what is found, and what each finding leads to.

use super::request::{Before, Subject};
use crate::discover::Memory;
use crate::engine::Catalog;
use crate::finding::{self, Finding, Identity, Judged};
use crate::gate::AdmissionMode;
use crate::scan::{self, Request};
use crate::source::{Kind, Level, Sources, Status};
use crate::suppress::Date;
use std::collections::BTreeSet;

/// The path of the object in its tree.
const PATH: &str = "object.json";

/// Why a relation to other objects is inconclusive.
const SURROUNDINGS: &str = "the other objects of the cluster are not here";

/// Evaluates objects, one after the other.
pub struct Evaluator<'a> {
    request: Request,
    /// The texts of the pages; each object adds to a copy.
    sources: &'a Sources,
    catalog: &'a Catalog<'a>,
}

/// What the checks say of an object.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The findings that lead to anything, and to what; worst first.
    pub findings: Vec<(Finding, AdmissionMode)>,
    /// The findings that an annotation or the configuration suppresses.
    pub suppressed: Vec<Finding>,
    /// The checks that could not decide.
    pub inconclusive: usize,
    /// Why the object was not evaluated, or only in part.
    pub incomplete: Option<String>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator by a request. `catalog` is of the same request, preloaded with `sources`.
    pub fn new(request: &Request, sources: &'a Sources, catalog: &'a Catalog<'a>) -> Self {
        let surroundings = Some(SURROUNDINGS.into());
        let request = Request { surroundings, environments: Vec::new(), ..request.clone() };
        Self { request, sources, catalog }
    }

    /// Evaluates an object of a namespace, which is empty for objects of the cluster, on a day.
    pub fn verdict(&mut self, subject: &Subject<'_>, namespace: &str, today: Option<Date>) -> Verdict {
        self.request.suppressing.today = today;
        let judged = self.judged(subject.object);
        let known: BTreeSet<Identity> = match subject.before {
            Some((old, _)) if judged.findings.iter().any(Finding::counts) => {
                self.judged(old).findings.into_iter().map(|finding| finding.identity).collect()
            }
            _ => BTreeSet::new(),
        };
        let before = subject.before.map(|(_, before)| before);
        let mut verdict =
            Verdict { inconclusive: judged.inconclusive.len(), incomplete: incomplete(&judged), ..Verdict::default() };
        for finding in judged.findings {
            if finding.suppressed.is_some() {
                verdict.suppressed.push(finding);
                continue;
            }
            let Some(mode) = self.mode(&finding, namespace) else { continue };
            let is_known = known.contains(&finding.identity);
            let mode = match before.filter(|_| is_known) {
                Some(Before::Passes) => continue,
                Some(Before::Warns) => mode.min(AdmissionMode::Warn),
                None => mode,
            };
            verdict.findings.push((finding, mode));
        }
        verdict.findings.sort_by_key(|(finding, mode)| std::cmp::Reverse((*mode, finding.severity)));
        verdict
    }

    fn mode(&self, finding: &Finding, namespace: &str) -> Option<AdmissionMode> {
        let Request { admission, thresholds, .. } = &self.request;
        let counts = finding.counts();
        admission.of(&finding.check.id, finding.severity, namespace, thresholds.fail_on).filter(|_| counts)
    }

    /// Everything that the checks say of an object, as a scan of a file with it would.
    pub fn judged(&self, object: &str) -> Judged {
        let sources = self.sources.clone();
        let tree = Memory::file(PATH, Kind::Json, object);
        let mut judged = scan::part(&tree, &self.request, &sources, self.catalog).judged;
        finding::fold(&mut judged.findings);
        judged.merge(&sources);
        judged
    }
}

/// Why an evaluation says less than it should.
fn incomplete(judged: &Judged) -> Option<String> {
    let unread = judged.ledger.iter().find(|entry| entry.status != Status::Evaluated);
    let unread = unread.map(|entry| entry.reason.clone().unwrap_or_else(|| entry.status.name().to_owned()));
    let error = || judged.problems.iter().find(|problem| problem.level == Level::Error);
    unread.or_else(|| error().map(|problem| problem.message.clone()))
}
