//! The paths of pages: ways through the graph of a model that are findings.
//!
//! One finding for each first step: whoever closes it has closed all ways that begin so. It is placed where that step is
//! opened, and its labels are the steps.

use super::Index;
use super::edges::graph;
use crate::check::{Page, PathRule};
use crate::finding::{Evaluated, Label, Leg, Tally, Undecided, Verdict, Verdicts};
use crate::graph::{Edge, Graph, Node, Query, Way};
use crate::model::{Cause, ResourceId, Text};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Adds the verdicts of the pages that have paths.
pub fn judge(index: &Index, pages: &[Page], sources: &Sources, verdicts: &mut Verdicts) {
    if pages.iter().all(|page| page.paths.is_empty()) {
        return;
    }
    let (graph, problems) = graph(index, pages, sources);
    verdicts.problems.extend(problems);
    for page in pages {
        for rule in &page.paths {
            Judge { index, graph: &graph, page, rule }.judge(verdicts);
        }
    }
}

struct Judge<'a> {
    index: &'a Index<'a>,
    graph: &'a Graph,
    page: &'a Page,
    rule: &'a PathRule,
}

impl Judge<'_> {
    fn judge(&self, verdicts: &mut Verdicts) {
        let certain = self.ways(false);
        let closed: BTreeSet<&Node> = certain.iter().filter_map(Way::end).collect();
        let mut possible = self.ways(true);
        possible.retain(|way| way.end().is_some_and(|end| !closed.contains(end)));
        let mut tally = Tally::default();
        for ways in by_first_step(certain) {
            tally.fail += 1;
            verdicts.fails.extend(self.fail(&ways));
        }
        for ways in by_first_step(possible) {
            tally.inconclusive += 1;
            verdicts.inconclusive.extend(ways.first().and_then(|way| self.undecided(way)));
        }
        if let Some(Evaluated { tally: all, .. }) =
            verdicts.checks.iter_mut().find(|evaluated| evaluated.check.id == self.page.meta.id)
        {
            *all += tally;
        }
    }

    /// The shortest ways from each beginning to each end.
    fn ways(&self, doubtful: bool) -> Vec<Way<'_>> {
        let model = self.index.model();
        let ends = |edge: &Edge| {
            let is_last = self.rule.last.as_ref().is_none_or(|last| *last == edge.kind);
            is_last && self.rule.to.iter().any(|pattern| edge.to.is_named(pattern, model))
        };
        let starts = self.graph.starts(&self.rule.from, model);
        let takes = |kind: &str| self.rule.through.iter().any(|through| through == kind);
        let query = Query { starts, ends: &ends, takes: &takes, doubtful };
        self.graph.ways(&query)
    }

    /// The finding of the ways that begin with the same step, shortest first.
    fn fail(&self, ways: &[Way]) -> Option<Verdict> {
        let way = ways.first()?;
        let (_, first) = way.edges.first()?;
        let legs: Vec<Leg> = way.edges.iter().map(|(_, edge)| edge.leg(self.index.model())).collect();
        let mut labels = Vec::new();
        for (number, ((_, edge), leg)) in (1..).zip(way.edges.iter().zip(&legs)) {
            labels.push(Label { message: format!("{number}. {leg}"), span: edge.place, hop: true });
            if number == 1 {
                labels.extend(edge.labels.iter().cloned());
            }
        }
        Some(Verdict {
            check: self.page.meta.clone(),
            resource: first.by,
            severity: self.page.meta.severity,
            message: self.message(ways, &legs),
            place: first.place,
            path: first.path.clone(),
            stable_path: first.stable_path.clone(),
            labels,
            route: legs,
            fix: None,
        })
    }

    fn message(&self, ways: &[Way], legs: &[Leg]) -> String {
        let (start, end) = (legs.first().map(|leg| &leg.from), legs.last().map(|leg| &leg.to));
        let (start, end) = (start.map(Text::as_str).unwrap_or_default(), end.map(Text::as_str).unwrap_or_default());
        let more = match ways.len() {
            0 | 1 => String::new(),
            several => format!(" and {} more", several - 1),
        };
        let steps = if legs.len() == 1 { "1 step".to_owned() } else { format!("{} steps", legs.len()) };
        let cut = cut(ways).filter(|(number, _)| *number > 0).and_then(|(number, closes)| {
            (closes == ways.len() && legs.len() > 1).then(|| format!(" Step {} is on every one of them.", number + 1))
        });
        let cut = cut.filter(|_| ways.len() > 1).unwrap_or_default();
        let what = self.rule.message.as_deref().unwrap_or(&self.page.meta.title);
        format!("{what}: from {start} to {end}{more} in {steps}.{cut}")
    }

    /// The verdict on a way that is open only if inputs are what nobody knows.
    fn undecided(&self, way: &Way) -> Option<Undecided> {
        let (_, first) = way.edges.first()?;
        let edges = || way.edges.iter().map(|(_, edge)| *edge);
        let doubtful = edges().find(|edge| !edge.doubt.is_empty()).unwrap_or(first);
        let mut because: Vec<Cause> = Vec::new();
        for cause in edges().flat_map(|edge| &edge.doubt) {
            if !because.contains(cause) {
                because.push(cause.clone());
            }
        }
        Some(Undecided { check: self.page.meta.clone(), resource: first.by, place: doubtful.place, because })
    }
}

/// The ways whose first step is opened by the same value, in the order of the resources.
fn by_first_step(ways: Vec<Way<'_>>) -> Vec<Vec<Way<'_>>> {
    let mut all: BTreeMap<(ResourceId, u32), Vec<Way>> = BTreeMap::new();
    for way in ways {
        if let Some((_, first)) = way.edges.first() {
            all.entry((first.by, first.place.start)).or_default().push(way);
        }
    }
    all.into_values().collect()
}

/// The step of the first way that most of the ways take, counted from 0, and how many take it: the first of several.
fn cut(ways: &[Way]) -> Option<(usize, usize)> {
    let mut taken: HashMap<u32, usize> = HashMap::new();
    for (number, _) in ways.iter().flat_map(|way| &way.edges) {
        *taken.entry(*number).or_default() += 1;
    }
    let counts = ways.first()?.edges.iter().map(|(number, _)| taken.get(number).copied().unwrap_or_default());
    counts.enumerate().max_by_key(|(step, count)| (*count, std::cmp::Reverse(*step)))
}
