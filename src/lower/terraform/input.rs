//! What the Terraform frontend is asked to look at.

use crate::limits::terraform::{INSTANCES, MODULE_DEPTH, REFERENCE_DEPTH};
use crate::source::{Files, Kind, Sources, TextPlace, join};

/// Everything that decides the result: files, and the values given from outside.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The tree. Modules, templates and variable files outside the scanned paths are read through it.
    pub files: &'a dyn Files,
    /// Where the texts go.
    pub sources: &'a Sources,
    /// The directories that hold candidate files, each once.
    pub directories: &'a [Directory],
    /// Values from outside.
    pub variables: &'a Variables,
    /// Where to stop.
    pub limits: Limits,
}

/// One directory with the Terraform files that discovery found right in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Path from the root; `""` for the root.
    pub path: String,
    /// Paths from the root with what they are: [`Kind::Terraform`], [`Kind::TerraformJson`] or
    /// [`Kind::TerraformVariables`]. Each gets its line in the ledger.
    pub files: Vec<(String, Kind)>,
}

/// Values of root modules' variables that do not stand in files loaded by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    /// `TF_VAR_<name>` as name and text, the prefix removed; only what the caller chose to pass on.
    pub environment: Vec<(String, String)>,
    /// Values that a configuration gives, and where; paths count from the root.
    pub configured: Vec<(Assignment, TextPlace)>,
    /// `--var` and `--var-file` in the order of the command line; paths count from the working directory until
    /// [`Variables::from_directory`].
    pub command_line: Vec<Assignment>,
    /// `terraform.workspace`. Without it, a root module has the one that its `.terraform/environment` names, or an
    /// unknown one.
    pub workspace: Option<String>,
}

impl Variables {
    /// The same, with the paths of the command line from the root, which were from a directory.
    #[must_use]
    pub fn from_directory(&self, directory: &str) -> Self {
        let mut variables = self.clone();
        for assignment in &mut variables.command_line {
            if let Assignment::File(path) = assignment
                && let Some(from_root) = join(directory, path)
            {
                *path = from_root;
            }
        }
        variables
    }
}

/// One option of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// `--var NAME=TEXT`
    Value {
        /// The variable.
        name: String,
        /// Its value: itself for `string`, `number` and `bool`, else an HCL expression.
        text: String,
    },
    /// `--var-file PATH`, the path from the root.
    File(String),
}

/// Where evaluation stops with a problem instead of going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Modules within modules.
    pub module_depth: usize,
    /// Instances of resources and modules in one root.
    pub instances: usize,
    /// References followed within references: local to local to variable to argument …
    pub reference_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { module_depth: MODULE_DEPTH, instances: INSTANCES, reference_depth: REFERENCE_DEPTH }
    }
}
