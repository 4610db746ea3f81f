//! Root modules that something deploys with inputs of its own: a unit of Terragrunt, a component of a Stack.

use crate::model::{Text, Unseen, Value};
use crate::source::{SourceId, Span};
use crate::syntax::hcl::Body;
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
    /// Values on the command line, by variable, with the place that gives each.
    pub options: Vec<(Text, Text, Span)>,
    /// The directory whose files are copied over those of the module.
    pub beside: Option<String>,
}

/// A configuration file that a module gets before it is run: one that is copied into it, or one that is generated.
#[derive(Clone, Debug)]
pub(super) struct AddedFile {
    /// Its name in the directory of the module.
    pub name: String,
    /// Whether a file of the module that has the name gives way; else that file stays.
    pub replaces: bool,
    /// The file that says what is in it.
    pub path: String,
    /// The text of that file.
    pub source: SourceId,
    /// Its blocks.
    pub body: Body,
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
    /// The files that the module gets.
    pub added: Vec<AddedFile>,
    /// What the module is given.
    pub passed: Passed,
    /// The files that it was read from.
    pub read: Vec<SourceId>,
}
