//! Rego, as ConstraintTemplates of Gatekeeper are written in it: what a template violates with a review that is known in
//! part. The evaluator is the crate `regorus`; what it cannot say, which parts of the review a template reads, is ours.
//!
//! Owns the checks that Gatekeeper makes of a template's code, the limits, and the rule for what is not known: a template
//! is evaluated only where all that it may read is known. Knows no constraints and no files.
//!
//! Sources: pkg/client/drivers/rego and pkg/regorewriter in open-policy-agent/frameworks.

mod analysis;
mod builtins;
mod calls;
mod expressions;
mod flow;
mod modules;
mod negation;
mod problem;
mod program;
mod review;
#[cfg(test)]
mod tests;

pub use problem::RegoProblem;
pub use program::{RegoOutcome, RegoProgram, RegoSource};
pub use review::Review;
