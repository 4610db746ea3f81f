//! `gatelint init`: files to start from.

mod check;
mod configuration;

use super::args::{Init, InitWhat};
use crate::gate::Exit;
use std::fs::File;
use std::io;
use std::path::Path;

/// Creates a file. Errors: it exists, or cannot be written.
fn create(path: &Path) -> anyhow::Result<File> {
    File::options().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => anyhow::anyhow!("`{}` exists; it was not changed", path.display()),
        _ => anyhow::Error::new(error).context(format!("cannot write `{}`", path.display())),
    })
}

/// Writes what is asked for, never over a file that is there.
pub fn run(args: &Init) -> anyhow::Result<Exit> {
    match &args.what {
        None => configuration::run(),
        Some(InitWhat::Check(check)) => check::run(check),
    }
}
