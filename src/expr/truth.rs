//! Three-valued truth that remembers why it is not known.

use super::unknowns::{add_causes, collect_causes};
use crate::model::{Cause, Value};

/// Whether something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Known.
    Known(bool),
    /// Not known, because of these.
    Unknown(Vec<Cause>),
}

impl Truth {
    /// What `value` was found to say, or unknown because of what is unknown in it.
    pub fn of(found: Option<bool>, value: &Value) -> Self {
        found.map_or_else(|| Self::open(value), Self::Known)
    }

    /// Unknown because of what is unknown in `value`.
    pub fn open(value: &Value) -> Self {
        let mut causes = Vec::new();
        collect_causes(value, &mut causes);
        Self::Unknown(causes)
    }

    /// Returns the same; where it is unknown, because of what is unknown in `value` too.
    #[must_use]
    pub fn or_because_of(mut self, value: &Value) -> Self {
        if let Self::Unknown(causes) = &mut self {
            collect_causes(value, causes);
        }
        self
    }

    /// Returns whether both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        all([self, other])
    }

    /// The contrary.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Known(truth) => Self::Known(!truth),
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

/// Whether any holds: not known only when none that is known decides.
pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    decided(true, truths)
}

/// Whether all hold: not known only when none that is known decides.
pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    decided(false, truths)
}

fn decided(decisive: bool, truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut unknown: Option<Vec<Cause>> = None;
    for truth in truths {
        match truth {
            Truth::Known(truth) if truth == decisive => return Truth::Known(decisive),
            Truth::Known(_) => {}
            // Not known is not known, also where nobody says why.
            Truth::Unknown(more) => add_causes(unknown.get_or_insert_default(), &more),
        }
    }
    unknown.map_or(Truth::Known(!decisive), Truth::Unknown)
}
