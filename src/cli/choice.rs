//! Arguments that choose which checks take part.

use crate::check::Severity;
use crate::engine::Selection;
use std::path::PathBuf;

/// Which checks take part.
#[derive(Debug, Default, clap::Args)]
pub struct Choice {
    /// Run only these checks: ids, globs of ids, or ids of other tools.
    #[arg(long, value_name = "GLOB,…", value_delimiter = ',')]
    pub check: Vec<String>,
    /// Skip these checks: ids, globs of ids, or ids of other tools.
    #[arg(long, value_name = "GLOB,…", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Run only checks of this severity or higher.
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<Severity>,
    /// Directory of custom checks. A custom page replaces the built-in check with the same id.
    #[arg(long, value_name = "DIR")]
    pub checks: Vec<PathBuf>,
    /// Directory of policies written for Terraform Policy (`.policy.hcl`).
    #[arg(long, value_name = "DIR")]
    pub policy: Vec<PathBuf>,
    /// Value of an input that a policy or check declares.
    #[arg(long, value_name = "NAME=VALUE")]
    pub input: Vec<String>,
}

impl Choice {
    /// The choice as the engine takes it.
    pub fn selection(&self) -> Selection {
        Selection { only: self.check.clone(), skip: self.skip.clone(), severity: self.severity, ..Selection::default() }
    }
}
