//! `gatelint migrate`: other tools' suppressions as ours, shown as a diff or written.

use super::args::Migrate;
use super::choice::Choice;
use super::destination;
use crate::discover::{self, Disk};
use crate::gate::Exit;
use crate::report::neutral;
use crate::scan::{self, Request};
use crate::suppress::SuppressionOptions;
use crate::suppress::migrate::Patch;
use anyhow::Context as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Shows or makes the changes, and lists what has no counterpart.
pub fn run(args: &Migrate) -> anyhow::Result<Exit> {
    let choice = Choice { checks: args.checks.clone(), ..Choice::default() };
    let request = args.configuration.request(&args.paths, &choice, &args.values)?;
    // What a team asks of suppressions is told when they are judged.
    let suppressing = SuppressionOptions { today: request.suppressing.today, ..SuppressionOptions::default() };
    let tree = Disk::tree(&args.paths)?.within(&request.scope);
    let migration = scan::migrate(&tree, &Request { suppressing, ..request })?;
    let root = Disk::root_of(&args.paths)?;
    let mut out = io::stdout().lock();
    for patch in &migration.files {
        put(patch, args.write.then_some(&root), &mut out)?;
    }
    let mut errors = io::stderr().lock();
    for left in &migration.left {
        let stays = format!("{}:{}: stays: `{}` {}", left.path, left.line, left.text, left.why);
        writeln!(errors, "{}", neutral::inline(&stays))?;
    }
    let (files, left) = (migration.files.len(), migration.left.len());
    let done = if args.write { "changed" } else { "would change" };
    writeln!(
        errors,
        "gatelint: {files} {} {done}; {left} left as they are",
        if files == 1 { "file" } else { "files" }
    )?;
    Ok(Exit::Open)
}

/// Writes a patch to its file below a root, and its path to `out`; without a root, shows the patch there.
pub fn put(patch: &Patch, root: Option<&PathBuf>, out: &mut dyn Write) -> anyhow::Result<()> {
    match root {
        Some(root) => {
            write(root, patch)?;
            writeln!(out, "{}", neutral::path(&patch.path))?;
        }
        None => out.write_all(neutral::lines(&patch.diff()).as_bytes())?,
    }
    Ok(())
}

/// Writes a file unless it is not what was read.
fn write(root: &Path, patch: &Patch) -> anyhow::Result<()> {
    let file = root.join(&patch.path);
    let there = discover::read_text(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    if there != patch.before {
        anyhow::bail!("`{}` is not UTF-8 or has changed meanwhile; nothing is written there", file.display());
    }
    destination::to_file(&file, |out| out.write_all(patch.after().as_bytes()))
}
