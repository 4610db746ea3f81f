//! How verdicts came about, for people who ask: the same evaluation once more, with someone listening.
//!
//! Costs nothing when nobody asks; the answers are the very verdicts of the scan.

use super::documents::Documents;
use super::question::Question;
use super::verdict::Judge;
use super::{Catalog, Index, paths};
use crate::check::{Meta, Page};
use crate::finding::{Explanation, Finding, Inconclusive, Outcome, Tally, Verdicts};
use crate::model::{Address, Lowered, ResourceId, Text};
use crate::source::{Sources, Span};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The finding of that fingerprint.
    Fingerprint(String),
    /// The findings and inconclusive verdicts on a line of a file: the path from the root or the end of it,
    /// the 1-based line.
    Line(String, u32),
    /// Every verdict on the resource of that address, and on its parts; passes too.
    Resource(Text),
}

impl Subject {
    /// Whether a verdict is among what was asked for.
    fn is_about(&self, outcome: &Outcome, sources: &Sources) -> bool {
        match (self, outcome) {
            (Self::Resource(_), _) => true,
            (Self::Fingerprint(fingerprint), Outcome::Fail(finding)) => finding.fingerprint == *fingerprint,
            (Self::Line(path, line), Outcome::Fail(finding)) => {
                let Finding { place, block, .. } = finding.as_ref();
                let span = if sources.get(place.source).is_file { *place } else { *block };
                stands_on(span, path, *line, sources)
            }
            (Self::Line(path, line), Outcome::Inconclusive(verdict)) => {
                let Inconclusive { place, .. } = verdict.as_ref();
                stands_on(*place, path, *line, sources)
            }
            _ => false,
        }
    }
}

impl Subject {
    /// Whether a path is among what was asked for, or leads through it.
    fn is_on(&self, outcome: &Outcome, sources: &Sources) -> bool {
        let route = outcome.route();
        match self {
            Self::Resource(address) => {
                let is_it = |name: &Text| name.trim_matches('`') == address;
                route.iter().any(|leg| is_it(&leg.from) || is_it(&leg.to))
            }
            Self::Line(path, line) if route.iter().any(|leg| stands_on(leg.place, path, *line, sources)) => true,
            _ => self.is_about(outcome, sources),
        }
    }
}

/// Whether `span` begins on that line of that file.
fn stands_on(span: Span, path: &str, line: u32, sources: &Sources) -> bool {
    let source = sources.get(span.source);
    let before = source.path.strip_suffix(path);
    before.is_some_and(|before| before.is_empty() || before.ends_with('/')) && source.lines().line(span.start) == line
}

/// How the verdicts on `subject` came about, in the order of the resources and the ids of the checks.
pub fn explain(model: &Lowered, sources: &Sources, catalog: &Catalog<'_>, subject: &Subject) -> Vec<Explanation> {
    let index = Index::new(model, sources);
    let pages = catalog.pages(&index, sources, &BTreeSet::new()).pages;
    let policies = index.policies(&pages);
    let ids: Vec<ResourceId> = (0..model.resources.len() as u32).map(ResourceId).collect();
    let explained = ids.par_iter().map(|id| {
        let resource = index.get(*id);
        if matches!(subject, Subject::Resource(address) if !is_part_of(model, *id, address)) {
            return Vec::new();
        }
        let documents = Documents::default();
        let mut verdicts = Verdicts::default();
        let mut question = Question { explanations: Vec::new() };
        for (_, page, policy, sharing) in index.judging(*id, &policies) {
            let mut judge = Judge {
                index: &index,
                sources,
                id: *id,
                resource,
                documents: &documents,
                verdicts: &mut verdicts,
                tally: &mut Tally::default(),
                sharing,
                question: Some(&mut question),
            };
            judge.policy(page, policy);
        }
        for read in question.explanations.iter_mut().flat_map(|explanation| &mut explanation.reads) {
            read.value.sensitive |= index.secrets().are_in(&read.value);
        }
        question.explanations.retain(|explanation| subject.is_about(&explanation.outcome, sources));
        question.explanations.sort_by(|a, b| a.check.id.cmp(&b.check.id));
        question.explanations
    });
    let mut explained: Vec<Explanation> = explained.collect::<Vec<_>>().into_iter().flatten().collect();
    explained.extend(on_paths(&index, catalog, &pages, sources, subject));
    explained
}

/// How the verdicts on paths came about: those that are meant, and those that lead through the resource that is meant.
fn on_paths(
    index: &Index,
    catalog: &Catalog<'_>,
    pages: &[Arc<Page>],
    sources: &Sources,
    subject: &Subject,
) -> Vec<Explanation> {
    let model = index.model();
    let mut verdicts = Verdicts::default();
    paths::judge(index, catalog, pages, sources, &mut verdicts);
    let fails = verdicts.fails.into_iter().map(|verdict| {
        let finding = Finding::new(verdict, None, model, sources, &Text::new());
        (finding.check.clone(), finding.resource.clone(), Outcome::Fail(finding.into()))
    });
    let undecided = verdicts.inconclusive.into_iter().map(|verdict| {
        let verdict = Inconclusive::new(verdict, model, sources, &Text::new());
        (verdict.check.clone(), verdict.resource.clone(), Outcome::Inconclusive(verdict.into()))
    });
    let meant = fails.chain(undecided).filter(|(_, _, outcome)| subject.is_on(outcome, sources));
    let explanation = |(check, resource, outcome): (Arc<Meta>, Address, Outcome)| {
        let page = pages.iter().find(|page| page.meta.id == check.id);
        let condition = page.and_then(|page| page.paths.first()).map(|rule| rule.span)?;
        let (decided, reads) = (Vec::new(), Vec::new());
        Some(Explanation { check, resource, outcome, condition, decided, element: None, reads })
    };
    meant.filter_map(explanation).collect()
}

/// Whether the resource, or one that it is a part of, has that address.
fn is_part_of(model: &Lowered, id: ResourceId, address: &str) -> bool {
    model.owners(id).any(|id| model.resource(id).address == *address)
}
