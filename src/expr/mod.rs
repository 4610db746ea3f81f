//! The HCL expression language: one evaluator for configurations and for policies.
//!
//! Owns evaluation, operators, conversions and functions. Knows nothing of resources or modules:
//! names are resolved by a [`ExprScope`] that the caller supplies.

mod access;
mod call;
mod choices;
mod collection;
mod conditional;
mod normal_form;
mod noted;
mod open;
mod operator;
mod primitive;
mod quantifier;
mod render;
mod template;

pub mod constraint;
pub mod convert;
pub mod decoding;
pub mod equality;
pub mod functions;
pub mod json;
pub mod limits;
pub mod partial;
pub mod set;
pub mod trace;
pub mod truth;
pub mod unknowns;

mod error;
mod evaluator;
mod scope;
mod unify;
mod version;

pub use error::EvalError;
pub use evaluator::Evaluator;
pub use limits::Budget;
pub use normal_form::normalized;
pub use scope::{ExprScope, Mode, Resolved};
pub use set::is_sensitive;
pub use trace::Trace;
pub use version::{VersionConstraints, read_version};

#[cfg(test)]
mod tests;
