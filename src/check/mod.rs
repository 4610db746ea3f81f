//! Checks: pages of Markdown with metadata, rationale, fix, policy and examples.
//!
//! Owns the page format, its linting, and the embedded folder `checks/`. Knows nothing of evaluation.

mod embedded;
mod example;
mod front_matter;
mod input;
mod lint;
mod meta;
mod nearest;
mod page;
mod policy;
pub mod terraform_policy;

pub use embedded::{Embedded, pages};
pub use example::{Example, Expectation, Language};
pub use input::Input;
pub use lint::lint;
pub use meta::{Category, Meta, Severity};
pub use nearest::{nearest, suggestion};
pub use page::{Page, parse};
pub use policy::{Enforce, Policy, PolicyKind, TerraformPolicy, TypePattern, policies};
