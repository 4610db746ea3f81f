//! Arguments that choose which checks take part.

use crate::check::Severity;
use crate::engine::Selection;
use std::path::PathBuf;

/// Which checks take part.
#[derive(Debug, Default, clap::Args)]
pub struct Choice {
    /// Only these checks: ids or globs of ids.
    #[arg(long, value_name = "GLOB,…", value_delimiter = ',')]
    pub check: Vec<String>,
    /// Not these checks: ids or globs of ids.
    #[arg(long, value_name = "GLOB,…", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Only checks at least that bad.
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<Severity>,
    /// Folder of your own checks; a page with the id of one of ours replaces it.
    #[arg(long, value_name = "DIR")]
    pub checks: Vec<PathBuf>,
    /// Folder of policies written for Terraform Policy (`.policy.hcl`).
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
