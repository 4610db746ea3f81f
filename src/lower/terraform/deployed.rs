//! Root modules that something deploys with inputs of its own: a unit of Terragrunt, a component of a Stack.

use crate::model::{Text, Unseen, Value};
use crate::source::{SourceId, Span};
use std::collections::BTreeMap;

/// What a root module is given by the configuration that deploys it. It is weaker than all that Terraform itself is
/// given: Terragrunt passes it through the environment, and a Stack knows nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Passed {
    /// By variable.
    pub inputs: BTreeMap<Text, Value>,
    /// What every other variable may be, where not all inputs are known.
    pub rest: Option<Value>,
    /// Files of variables on the command line, with the place that names each.
    pub files: Vec<(String, Span)>,
}

/// A root module that a configuration of another tool deploys.
pub(super) struct DeployedUnit {
    /// Its directory, which tells it from others.
    pub path: String,
    /// The file that says so.
    pub file: String,
    /// The directory of the module, where that is in the tree.
    pub module: Option<String>,
    /// Why it is not.
    pub missing: Option<String>,
    /// The same for the unit.
    pub unseen: Option<Unseen>,
    /// What the module is given.
    pub passed: Passed,
    /// The files that it was read from.
    pub read: Vec<SourceId>,
}
