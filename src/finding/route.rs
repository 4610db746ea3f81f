//! The steps of a finding that is a path.

use crate::model::Text;
use crate::source::Span;
use std::cmp::Reverse;
use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// How it leads there: `reaches`, `runs_as`, `may`, ….
    pub kind: Text,
    /// What people call where it begins: an address between backquotes, or a place (`the internet`).
    pub from: Text,
    /// Where it ends, likewise.
    pub to: Text,
    /// What opens it, one clause without a full stop.
    pub message: String,
    /// The technique of MITRE ATT&CK that takes it.
    pub technique: Option<Text>,
    /// The value that opens it, or the header of the block that lacks one.
    pub place: Span,
    /// How many paths of all checks there are no more if it is closed; 0 where that was not tried.
    pub breaks: usize,
}

/// The edges by which an identity gets rights: to take one away closes a way that leads through many things.
const GIVE_RIGHTS: [&str; 6] = ["assumes", "escalates_to", "escapes_to", "leaks", "may", "passes"];

/// Whether an edge of this kind gives rights. What only forwards a request is there to do so.
pub fn gives_rights(kind: &str) -> bool {
    GIVE_RIGHTS.contains(&kind)
}

/// The number, from 0, of the step of a path to close: the one that breaks most paths of all checks; of several, first
/// one that gives rights, then the one that is nearest to the start. None where closing any single step leaves a way.
pub fn cheapest_cut(route: &[Leg]) -> Option<usize> {
    let steps = route.iter().enumerate().filter(|(_, leg)| leg.breaks > 0);
    steps.max_by_key(|(at, leg)| (leg.breaks, gives_rights(&leg.kind), Reverse(*at))).map(|(at, _)| at)
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, from, to, message, technique, .. } = self;
        let verb = if kind == "may" { "may use".into() } else { kind.replace("_", " ") };
        write!(f, "{from} {verb} {to}: {message}")?;
        technique.as_ref().map_or(Ok(()), |technique| write!(f, " ({technique})"))
    }
}
