//! Checks: pages of Markdown with metadata, rationale, fix, policy and examples.
//!
//! Owns the page format, its linting, and the embedded folder `checks/`. Knows nothing of evaluation.

mod meta;

pub use meta::{Category, Meta, Severity};
