//! `gatelint init`: files to start from.

mod check;
mod configuration;

use super::args::{Init, InitWhat};
use crate::gate::Exit;

/// Writes what is asked for, never over a file that is there.
pub fn run(args: &Init) -> anyhow::Result<Exit> {
    match &args.what {
        None => configuration::run(),
        Some(InitWhat::Check(check)) => check::run(check),
    }
}
