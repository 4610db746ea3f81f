//! `gatelint lsp`

use super::choice::Choice;
use super::configuration::Configuration;
use super::values::Values;
use super::{STACK_BYTES, args};
use crate::gate::Exit;
use crate::lsp::{self, Configure, Configured, Ending, Settings};
use anyhow::Context as _;
use std::path::Path;
use std::sync::Arc;

/// Serves an editor on standard input and output.
pub fn run(args: &args::Args, values: Values) -> anyhow::Result<Exit> {
    let configure = Arc::new(Configurations { values });
    let ending = lsp::run(configure, args.threads.unwrap_or(0), STACK_BYTES).context("cannot serve")?;
    // The protocol's own codes: 1 for an end that nobody asked for.
    Ok(if ending == Ending::Shutdown { Exit::Open } else { Exit::Findings })
}

/// The configuration files of the folders, read as for a scan.
struct Configurations {
    values: Values,
}

impl Configure for Configurations {
    fn configured(&self, folder: &Path, settings: &Settings) -> anyhow::Result<Configured> {
        let paths = [folder.to_owned()];
        let choice = Choice {
            check: settings.check.clone(),
            skip: settings.skip.clone(),
            severity: settings.severity.as_deref().and_then(|severity| severity.parse().ok()),
            ..Choice::default()
        };
        let config = settings.config.as_ref().map(|config| folder.join(config));
        let configuration = Configuration::of(config, settings.environments.clone());
        let request = configuration.request(&paths, &choice, &self.values)?;
        Ok(Configured { request, environments: configuration.environment_names(&paths)? })
    }
}
