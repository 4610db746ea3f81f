//! The steps of a finding that is a path.

use crate::model::Text;
use crate::source::Span;
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

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, from, to, message, technique, .. } = self;
        let verb = if kind == "may" { "may use".into() } else { kind.replace("_", " ") };
        write!(f, "{from} {verb} {to}: {message}")?;
        technique.as_ref().map_or(Ok(()), |technique| write!(f, " ({technique})"))
    }
}
