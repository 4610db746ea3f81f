//! Listening to an evaluation: what each verdict is owed to, for whoever asks.

use super::access_path::AccessPath;
use super::deciding::Deciding;
use super::place::labels;
use crate::check::Page;
use crate::finding::{Explanation, Outcome, Read};
use crate::model::{Address, Text};
use crate::source::Span;

/// Values that one condition is said to have seen, at most.
const MOST_READS: usize = 24;

/// Someone who wants to know how verdicts came about.
pub struct Question {
    /// The answers.
    pub explanations: Vec<Explanation>,
}

impl Question {
    /// Notes what decided that the `condition` gave `outcome`. `element` is the path of the element it was about.
    pub fn answer(
        &mut self,
        page: &Page,
        resource: Address,
        outcome: Outcome,
        condition: Span,
        deciding: Deciding,
        element: Option<Text>,
    ) {
        let Deciding { accesses, expressions } = deciding;
        let mut reads: Vec<Read> = Vec::new();
        for access in &accesses {
            let is_told = reads.iter().any(|read| read.path == access.path && read.place == access.place());
            if !is_told && reads.len() < MOST_READS {
                reads.push(read(access));
            }
        }
        self.explanations.push(Explanation {
            check: page.meta.clone(),
            resource,
            outcome,
            condition,
            decided: expressions,
            element,
            reads,
        });
    }
}

fn read(access: &AccessPath) -> Read {
    let place = access.place();
    Read {
        path: access.path.as_str().into(),
        value: access.value.clone(),
        absent: access.absent,
        place,
        hops: labels(place, &access.way()),
    }
}
