//! From trees to resources: one frontend a format.
//!
//! Owns what the files of a format mean. A frontend parses a tree once and lowers each unit with the inputs of an
//! environment; it returns what it could make of its input and the problems beside it, and never fails as a whole.
//! Knows no checks.

mod classify;
pub mod dockerfile;
mod environments;
mod frontend;
pub mod kubernetes;
mod secrets;
pub mod terraform;

pub use environments::{EachEnvironment, each};
pub use frontend::{DependsOn, Frontend, FrontendInput, Parsed, UnitPlan};

use crate::discover::Tree;
use crate::model::Lowered;
use crate::source::Sources;

/// The formats that are evaluated, in the order of their resources.
static FRONTENDS: [&dyn Frontend; 3] = [&terraform::Terraform, &kubernetes::Kubernetes, &dockerfile::Dockerfile];

/// What is given from outside and decides the values.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values for Terraform's root modules.
    pub variables: terraform::Variables,
    /// `--build-arg NAME=VALUE` for Dockerfiles.
    pub build_args: Vec<(String, String)>,
    /// `--target STAGE` for Dockerfiles.
    pub target: Option<String>,
    /// Where Terraform's evaluation stops.
    pub limits: terraform::Limits,
}

/// Every resource of the tree in one environment.
pub fn lower(tree: &Tree, sources: &Sources, inputs: &Inputs) -> Lowered {
    each(tree, sources, &[inputs]).next().unwrap_or_default()
}
