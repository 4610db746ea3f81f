//! The paths of pages: ways through the graph of a model that are findings.
//!
//! One finding for each first step: whoever closes it has closed all ways that begin so. It is placed where that step is
//! opened, and its labels are the steps.

use super::edges::graph;
use super::{Catalog, Index};
use crate::check::{Page, PathRule};
use crate::finding::{Evaluated, Label, Leg, Tally, Undecided, Verdict, Verdicts, cheapest_cut};
use crate::graph::{Edge, Graph, Query, Way};
use crate::model::{Cause, Text};
use crate::source::{Sources, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Adds the verdicts of the pages that have paths.
pub fn judge(index: &Index, catalog: &Catalog<'_>, pages: &[Arc<Page>], sources: &Sources, verdicts: &mut Verdicts) {
    if pages.iter().all(|page| page.paths.is_empty()) {
        return;
    }
    let (graph, problems) = graph(index, &catalog.edges(sources), pages, sources);
    verdicts.problems.extend(problems);
    let rules = || pages.iter().flat_map(|page| page.paths.iter().map(move |rule| (&**page, rule)));
    let queries: Vec<Query> = rules().map(|(_, rule)| query(index, &graph, rule, false)).collect();
    let certain: Vec<Vec<Way>> = queries.iter().map(|query| graph.ways(query)).collect();
    let cuts = graph.cuts(&queries, certain.iter().flatten());
    let breaks: HashMap<Span, usize> = cuts.iter().map(|cut| (cut.place, cut.breaks)).collect();
    for ((page, rule), certain) in rules().zip(&certain) {
        Judge { index, graph: &graph, page, rule, breaks: &breaks }.judge(certain, verdicts);
    }
}

/// What a rule looks for.
fn query<'q>(index: &'q Index, graph: &Graph, rule: &'q PathRule, doubtful: bool) -> Query<'q> {
    let model = index.model();
    let ends = move |edge: &Edge| {
        let is_last = rule.last.as_ref().is_none_or(|last| *last == edge.kind);
        is_last && rule.to.iter().any(|pattern| edge.to.is_named(pattern, model))
    };
    let takes = move |kind: &str| rule.through.iter().any(|through| through == kind);
    Query { starts: graph.starts(&rule.from, model), ends: Box::new(ends), takes: Box::new(takes), doubtful }
}

struct Judge<'a> {
    index: &'a Index<'a>,
    graph: &'a Graph,
    page: &'a Page,
    rule: &'a PathRule,
    /// By where a step is opened: how many ways of all pages there are no more without it.
    breaks: &'a HashMap<Span, usize>,
}

impl Judge<'_> {
    /// Tells the `certain` ways, and those that are possible.
    fn judge(&self, certain: &[Way], verdicts: &mut Verdicts) {
        let known: HashSet<_> = certain.iter().map(Way::opening).collect();
        let mut possible = self.graph.ways(&query(self.index, self.graph, self.rule, true));
        let is_doubtful = |way: &Way| way.edges.iter().any(|(_, edge)| !edge.doubt.is_empty());
        possible.retain(|way| is_doubtful(way) && !known.contains(&way.opening()));
        let mut tally = Tally::default();
        for ways in by_first_step(certain) {
            tally.fail += 1;
            verdicts.fails.extend(self.fail(ways));
        }
        for ways in by_first_step(&possible) {
            tally.inconclusive += 1;
            verdicts.inconclusive.extend(ways.first().and_then(|way| self.undecided(way)));
        }
        if let Some(Evaluated { tally: all, .. }) =
            verdicts.checks.iter_mut().find(|evaluated| evaluated.check.id == self.page.meta.id)
        {
            *all += tally;
        }
    }

    /// The finding of the ways that begin with the same step, shortest first.
    fn fail(&self, ways: &[Way]) -> Option<Verdict> {
        let way = ways.first()?;
        let (_, first) = way.edges.first()?;
        let legs: Vec<Leg> = way.edges.iter().map(|(_, edge)| self.leg(edge)).collect();
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

    fn leg(&self, edge: &Edge) -> Leg {
        edge.leg(self.index.model(), self.breaks.get(&edge.place).copied().unwrap_or_default())
    }

    fn message(&self, ways: &[Way], legs: &[Leg]) -> String {
        let (start, end) = (legs.first().map(|leg| &leg.from), legs.last().map(|leg| &leg.to));
        let (start, end) = (start.map(Text::as_str).unwrap_or_default(), end.map(Text::as_str).unwrap_or_default());
        let more = match ways.len() {
            0 | 1 => String::new(),
            several => format!(" and {} more", several - 1),
        };
        let steps = if legs.len() == 1 { "1 step".to_owned() } else { format!("{} steps", legs.len()) };
        let cut = cheapest_cut(legs).and_then(|at| Some((at + 1, legs.get(at)?.breaks)));
        let cut = cut.filter(|_| legs.len() > 1).map(|(step, breaks)| match breaks {
            1 => format!(" Closing step {step} breaks it."),
            several => format!(" Closing step {step} breaks {several} paths."),
        });
        let what = self.rule.message.as_deref().unwrap_or(&self.page.meta.title);
        format!("{what}: from {start} to {end}{more} in {steps}.{}", cut.unwrap_or_default())
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
        let route = edges().map(|edge| self.leg(edge)).collect();
        Some(Undecided { check: self.page.meta.clone(), resource: first.by, place: doubtful.place, because, route })
    }
}

/// The ways whose first step is opened by the same value.
fn by_first_step<'w, 'g>(ways: &'w [Way<'g>]) -> impl Iterator<Item = &'w [Way<'g>]> {
    ways.chunk_by(|way, next| way.opening() == next.opening())
}
