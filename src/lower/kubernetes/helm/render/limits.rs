//! What one rendering may take.

pub use crate::limits::charts::STACK_BYTES;
use crate::limits::charts::{BYTES, STEPS};

/// What one rendering may take. Each is counted down.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Parts of templates evaluated, and elements made by functions.
    pub steps: u64,
    /// Bytes of all texts that are made on the way.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: STEPS, bytes: BYTES }
    }
}
