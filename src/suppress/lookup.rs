//! Suppressions by where they apply, so that each verdict is compared with few of them.

use super::cover::{MatchContext, Target};
use super::directive::{Choice, Scope};
use super::entries::Entries;
use super::suppression::Suppression;
use crate::model::{ResourceId, Text};
use crate::source::{SourceId, Span};
use std::collections::HashMap;

/// The numbers of suppressions, by what they apply to.
#[derive(Default)]
pub struct Lookup {
    places: HashMap<SourceId, Intervals>,
    objects: HashMap<ResourceId, Vec<usize>>,
    /// Entries of configuration files that name checks, by each of those.
    by_check: HashMap<Text, Entries>,
    /// Entries of configuration files that are about all checks, or all but some.
    of_all_checks: Entries,
}

/// Places in one file, sorted by their start.
#[derive(Default)]
struct Intervals {
    entries: Vec<Interval>,
}

struct Interval {
    start: u32,
    end: u32,
    /// The furthest end of this interval and of those before it.
    furthest: u32,
    number: usize,
}

impl Lookup {
    /// Those of `all` that are `wanted`.
    pub fn new<'s>(
        all: impl Iterator<Item = &'s Suppression>,
        wanted: fn(&Suppression) -> bool,
        context: &MatchContext<'_>,
    ) -> Self {
        let mut lookup = Self::default();
        for (number, suppression) in all.enumerate().filter(|(_, suppression)| wanted(suppression)) {
            match &suppression.directive.scope {
                Scope::Places(places) => {
                    for place in places {
                        lookup.places.entry(context.file(*place)).or_default().add(*place, number);
                    }
                }
                Scope::Object(object) => lookup.objects.entry(*object).or_default().push(number),
                Scope::Anywhere { .. } | Scope::Objects(_) => lookup.add_entry(suppression, number),
            }
        }
        lookup.places.values_mut().for_each(Intervals::sort);
        lookup
    }

    fn add_entry(&mut self, suppression: &Suppression, number: usize) {
        let scope = &suppression.directive.scope;
        match &suppression.directive.checks {
            Choice::AllBut(_) => self.of_all_checks.add(scope, number),
            Choice::Only(_) => {
                for check in &suppression.checks {
                    self.by_check.entry(check.clone()).or_default().add(scope, number);
                }
            }
        }
    }

    /// The numbers of those that may apply to what `check` says of `target`, sorted.
    pub fn candidates(&self, check: &Text, target: &Target<'_>, context: &MatchContext<'_>) -> Vec<usize> {
        let entries = self.by_check.get(check).into_iter().chain([&self.of_all_checks]);
        let mut numbers: Vec<usize> = entries.flat_map(|entries| entries.of(target, context)).collect();
        numbers.extend(self.objects.get(&target.object).into_iter().flatten());
        let calls = target.resource.calls().map(|call| call.block);
        let blocks = [target.place, target.resource.block, context.reported_block(target)];
        for span in blocks.into_iter().chain(calls).chain(target.way()) {
            if let Some(places) = self.places.get(&context.file(span)) {
                numbers.extend(places.around(span.start));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

impl Intervals {
    fn add(&mut self, place: Span, number: usize) {
        self.entries.push(Interval { start: place.start, end: place.end, furthest: 0, number });
    }

    fn sort(&mut self) {
        self.entries.sort_by_key(|interval| interval.start);
        let mut furthest = 0;
        for interval in &mut self.entries {
            furthest = furthest.max(interval.end).max(interval.start + 1);
            interval.furthest = furthest;
        }
    }

    /// The numbers of the intervals that hold `offset`, or end there.
    fn around(&self, offset: u32) -> impl Iterator<Item = usize> {
        let before = self.entries.partition_point(|interval| interval.start <= offset);
        let candidates = self.entries.get(..before).unwrap_or_default().iter().rev();
        let near = candidates.take_while(move |interval| interval.furthest >= offset);
        near.filter(move |interval| interval.end.max(interval.start + 1) >= offset).map(|interval| interval.number)
    }
}
