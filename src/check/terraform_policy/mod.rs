//! HashiCorp's Terraform Policy: `.policy.hcl` files and the `.policytest.hcl` files beside them.
//!
//! Owns the way from their text to policies like those of pages, to mocks, and to what of them only a
//! provider or a plan can answer. Evaluates nothing: levels, inputs and mocks are expressions here.

mod mocks;
mod reading;
mod refused;

pub use mocks::{Mock, MockKind, Target, TestFile, read_tests};
pub use reading::{PolicyFile, Unlevelled, read_policies};
pub use refused::{DATA_SOURCE, HTTP_REQUEST, Judged, Skipped};
