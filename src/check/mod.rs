//! Checks: pages of Markdown with metadata, rationale, fix, policy and examples.
//!
//! Owns the page format, its linting, and the embedded folder `checks/`. Knows nothing of evaluation.

mod embedded;
mod example;
mod front_matter;
mod meta;
mod page;
mod policy;

pub use embedded::{Embedded, pages};
pub use example::{Example, Expectation, Language};
pub use meta::{Category, Meta, Severity};
pub use page::{Page, parse};
pub use policy::{Enforce, Policy, TypePattern, policies};
