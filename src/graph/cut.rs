//! The change that breaks most ways.
//!
//! A change closes what is opened at one place. Only a search without it tells what it breaks: there may be a way around.

use super::{Graph, Query, Way};
use crate::finding::gives_rights;
use crate::limits::evaluation::CUTS;
use crate::source::Span;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// A change, and what it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where a step is opened.
    pub place: Span,
    /// The first of the edges that are opened there.
    pub edge: u32,
    /// How many first steps lead to no end any more if it is closed.
    pub breaks: usize,
}

impl Graph {
    /// Returns the changes that break the `ways` of some queries, first those that break most, and of these first those
    /// that take rights away.
    pub fn cuts<'w, 'g: 'w>(&self, queries: &[Query], ways: impl IntoIterator<Item = &'w Way<'g>>) -> Vec<Cut> {
        // By place: the first edge that is opened there, and how many ways lead through it.
        let mut places: HashMap<Span, (u32, usize)> = HashMap::new();
        for way in ways {
            let mut seen = HashSet::new();
            for (number, edge) in way.edges.iter().filter(|(_, edge)| seen.insert(edge.place)) {
                let (first, count) = places.entry(edge.place).or_insert((*number, 0));
                (*first, *count) = ((*number).min(*first), *count + 1);
            }
        }
        let mut tried: Vec<(Span, (u32, usize))> = places.into_iter().collect();
        tried.sort_by_key(|(_, (edge, count))| (Reverse(*count), *edge));
        let entries = |closed| queries.iter().map(|query| self.entries(query, closed)).sum::<usize>();
        let all = entries(None);
        let cuts = tried.into_iter().take(CUTS);
        let cuts = cuts.map(|(place, (edge, _))| Cut { place, edge, breaks: all.saturating_sub(entries(Some(place))) });
        let mut cuts: Vec<Cut> = cuts.filter(|cut| cut.breaks > 0).collect();
        let only_forwards = |cut: &Cut| !self.edges.get(cut.edge as usize).is_some_and(|edge| gives_rights(&edge.kind));
        cuts.sort_by_key(|cut| (Reverse(cut.breaks), only_forwards(cut), cut.edge));
        cuts
    }
}
