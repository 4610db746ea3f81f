//! The seam to whoever reads configuration files.

use super::Settings;
use crate::scan::Request;
use std::path::Path;

/// What a scan of a folder is to do.
#[derive(Debug, Default)]
pub struct Configured {
    /// What to do.
    pub request: Request,
    /// The names of all environments of the configuration.
    pub environments: Vec<String>,
}

/// Reads the configuration of a folder.
pub trait Configure: Send + Sync {
    /// What a scan of `folder` is to do, by its configuration and by the `settings`, which are stronger. Errors: what is
    /// wrong with the configuration.
    fn configured(&self, folder: &Path, settings: &Settings) -> anyhow::Result<Configured>;
}
