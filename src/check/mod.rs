//! Checks: pages of Markdown with metadata, rationale, fix, policy and examples.
//!
//! Owns the page format, its linting, and the embedded folders `checks/` and `frameworks/`. Knows nothing of evaluation.

mod edge;
mod edition;
mod embedded;
mod example;
mod fix;
mod framework;
mod front_matter;
mod graded;
mod input;
mod layout;
mod lint;
mod meta;
mod page;
mod path;
mod peers;
mod policy;
mod settings;
pub mod terraform_policy;
mod type_pattern;
pub mod typed_yaml;
mod unexpected;

pub use edge::EdgeRule;
pub use edition::Edition;
pub use embedded::{Aliases, Embedded, pages};
pub use example::{Example, Expectation, Language, unmarked};
pub use fix::{Fix, FixChange};
pub use framework::{Control, Framework};
pub use graded::Graded;
pub use input::Input;
pub use layout::{laid_out, laid_out_policy};
pub use lint::lint;
pub use meta::{Category, Meta, Precision, Severity};
pub use page::{Page, aliases, parse, shipped_aliases};
pub use path::{PathRule, place_name};
pub use peers::PeerIds;
pub use policy::{Enforce, Logic, Policy, PolicyKind, TerraformPolicy, policies};
pub use settings::{Setting, Settings};
pub use type_pattern::TypePattern;
