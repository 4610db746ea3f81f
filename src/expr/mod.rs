//! The HCL expression language: one evaluator for configurations and for policies.
//!
//! Owns evaluation, operators, conversions and functions. Knows nothing of resources or modules:
//! names are resolved by a [`Scope`] that the caller supplies.

mod error;
mod scope;

pub use error::EvalError;
pub use scope::{Mode, Resolved, Scope};
