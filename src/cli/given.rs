//! What a command is given to look at: files, directories, and standard input.

use crate::discover::{MAX_PLAN_BYTES, StandardInput};
use anyhow::Context as _;
use std::io::Read as _;
use std::path::PathBuf;

/// What is looked at.
#[derive(Debug, clap::Args)]
pub struct Given {
    /// Files and directories; `-` for standard input. [default: the working directory]
    paths: Vec<PathBuf>,
    /// Name of standard input, by which it is known and reported; files beside that name belong to it.
    #[arg(long, value_name = "FILE")]
    stdin_name: Option<String>,
}

impl Given {
    /// The paths, and what was read from standard input, where `-` is among them.
    pub fn read(&self) -> anyhow::Result<(Vec<PathBuf>, Option<StandardInput>)> {
        let is_input = |path: &&PathBuf| path.as_os_str() == "-";
        let paths: Vec<PathBuf> = self.paths.iter().filter(|path| !is_input(path)).cloned().collect();
        if paths.len() == self.paths.len() {
            anyhow::ensure!(self.stdin_name.is_none(), "--stdin-name names standard input: give `-` as a path");
            return Ok((paths, None));
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_PLAN_BYTES + 1)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
        anyhow::ensure!(
            bytes.len() as u64 <= MAX_PLAN_BYTES,
            "standard input is over the limit of {MAX_PLAN_BYTES} bytes"
        );
        let input = StandardInput { name: self.stdin_name.clone(), bytes };
        input.check()?;
        Ok((paths, Some(input)))
    }
}
