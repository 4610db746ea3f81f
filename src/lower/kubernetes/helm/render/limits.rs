//! What one rendering may take.

/// Bytes of stack that a rendering needs for the deepest nesting that Helm allows.
pub const STACK_BYTES: usize = 512 << 20;

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
        Self { steps: 1_000_000, bytes: 512 << 20 }
    }
}

/// How often a template may include itself, as Helm counts.
pub(super) const NESTED_INCLUDES: usize = 1000;

/// How deep templates may call each other in all: Helm's limit on one name allows several names to nest deeper.
pub(super) const DEPTH: usize = 5000;
