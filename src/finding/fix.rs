//! What a machine would change so that a finding goes away, before anybody knows which text that is.

use crate::model::{Origin, Step, Value};
use crate::source::Span;

/// What a machine would change so that a finding goes away.
#[derive(Clone, Debug)]
pub struct FixPlan {
    /// Whether what runs goes on as before, or only becomes more secret.
    pub safe: bool,
    /// What is changed, in this order.
    pub changes: Vec<Change>,
}

/// What was proved to remove a finding.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// Whether what runs goes on as before, or only becomes more secret.
    pub safe: bool,
    /// Lines of files, and what stands there afterwards.
    pub replacements: Vec<(Span, String)>,
}

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    /// A value takes the place of the one that is there.
    Replace {
        /// What is there.
        old: Value,
        /// What stands there afterwards.
        new: Value,
    },
    /// A value is removed with its name.
    Remove(Origin),
    /// What is absent from a block or mapping is added to it.
    Add {
        /// The block or mapping.
        around: Origin,
        /// What announces it.
        header: Option<Span>,
        /// The way from there; an index of 0 stands for a block.
        path: Vec<Step>,
        /// What stands there afterwards.
        value: Value,
    },
    /// A word of an instruction gets another one behind it.
    Insert {
        /// The word.
        after: Value,
        /// The other one.
        word: Value,
    },
}
