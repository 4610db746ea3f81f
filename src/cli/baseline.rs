//! `gatelint baseline`, and what `gatelint scan` takes as known.

use super::choice::Choice;
use super::configuration::Configuration;
use super::destination;
use super::progress::Progress;
use super::terminal;
use super::values::Values;
use crate::baseline::{self, Baseline, Comparison};
use crate::discover;
use crate::finding::Identity;
use crate::gate::{Decision, Exit, Thresholds};
use crate::scan::{self, Known, Request};
use crate::source::{LedgerEntry, Status, parent};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// New findings that are listed, at most.
const MOST_LISTED: usize = 20;

/// `gatelint baseline`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files and directories; the working directory by default.
    pub paths: Vec<PathBuf>,
    /// Baseline file to write. If it exists, fixed findings are removed and new ones are not added.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Also add new findings to the existing baseline.
    #[arg(long)]
    pub grow: bool,
    /// Which checks take part.
    #[command(flatten)]
    pub choice: Choice,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
}

/// What does not count in a scan.
#[derive(Debug, clap::Args)]
pub struct Past {
    /// Baseline of known findings, which do not close the gate: from `gatelint baseline`, or a `.checkov.baseline`.
    #[arg(long, value_name = "FILE", conflicts_with = "new_since")]
    baseline: Option<PathBuf>,
    /// Only findings that are absent from this git revision close the gate: a branch, tag or commit;
    /// `origin/main...` for the commit where this branch left it.
    #[arg(long, value_name = "REF")]
    new_since: Option<String>,
}

impl Past {
    /// What is known before a scan of `paths`, for which the configuration may name a file.
    pub fn known(&self, paths: &[PathBuf], configured: Option<PathBuf>) -> anyhow::Result<Known> {
        if let Some(reference) = &self.new_since {
            return Ok(Known::Since(reference.clone()));
        }
        let file = self.baseline.clone().or(configured);
        Ok(file.map(|file| read(&file, paths)).transpose()?.map_or(Known::Nothing, Known::Baseline))
    }
}

/// Reads a baseline for a scan of `paths`.
fn read(file: &Path, paths: &[PathBuf]) -> anyhow::Result<Baseline> {
    let (root, _) = discover::upwards(paths, &[])?;
    let shown = discover::from_root(&root, file).unwrap_or_else(|| file.display().to_string());
    let found = discover::named(&root, file).with_context(|| format!("cannot read the baseline `{shown}`"))?;
    let read = Baseline::read(&found.text, parent(&found.path), format!("known in {shown}"));
    read.map_err(|error| anyhow::anyhow!("{shown}:{}: {}", error.line, error.message))
}

/// Writes what is found as known. A file that is there only loses what is fixed, unless it may grow.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let request = args.configuration.request(&args.paths, &args.choice, &args.values)?;
    let is_there = args.output.exists();
    let before = if is_there { read(&args.output, &args.paths)? } else { Baseline::default() };
    if before.is_foreign() {
        anyhow::bail!("`{}` is a baseline of Checkov; give --output a file of its own", args.output.display());
    }
    let thresholds = Thresholds { fail_on: None, exceptions: Vec::new(), inconclusive: None, ..request.thresholds };
    let request = Request { known: Known::Baseline(before), thresholds, ..request };
    let progress = Progress::new(false);
    let report = scan::scan(&args.paths, &request, &progress)?;
    drop(progress);
    let comparison = report.comparison.unwrap_or_default();
    let told = told(args, &comparison, is_there);
    let Comparison { known, fixed: _, open, new } = comparison;
    let refused = is_there && !args.grow && !new.is_empty();
    let taken = if refused { Vec::new() } else { new };
    let text = baseline::write(known.into_iter().chain(open).chain(taken).collect());
    destination::to_file(&args.output, |out| out.write_all(text.as_bytes()))?;
    terminal::tell(&told)?;
    if refused {
        return Ok(Exit::Findings);
    }
    terminal::tell(&unfinished(&report.decision, &report.ledger, &request.thresholds))?;
    Ok(report.decision.exit)
}

/// Why the exit code is not 0 though the file was written: the files that were not read completely.
fn unfinished(decision: &Decision, ledger: &[LedgerEntry], thresholds: &Thresholds) -> String {
    if decision.exit == Exit::Open {
        return String::new();
    }
    let mut text = format!("gatelint: {}; exit {}\n", decision.reason, decision.exit as u8);
    let is_unread = |entry: &&LedgerEntry| {
        matches!(entry.status, Status::Failed | Status::Partial) && !thresholds.tolerates(&entry.file)
    };
    let unread: Vec<&LedgerEntry> = ledger.iter().filter(is_unread).collect();
    for entry in unread.iter().take(MOST_LISTED) {
        let reason = entry.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let _ = writeln!(text, "  {} {}{reason}", entry.status.name(), entry.file);
    }
    if unread.len() > MOST_LISTED {
        let _ = writeln!(text, "  and {} more", unread.len() - MOST_LISTED);
    }
    if decision.exit == Exit::Incomplete && !unread.is_empty() {
        text += "  repair these files, or name them in `gate.may-stay-unread` of .gatelint.yaml\n";
    }
    text
}

/// What became of the file, in words.
fn told(args: &Args, comparison: &Comparison, is_there: bool) -> String {
    let Comparison { known, fixed, open, new } = comparison;
    let file = args.output.display();
    if !is_there {
        let noun = if new.len() == 1 { "finding" } else { "findings" };
        return format!("gatelint: {} {noun} in {file}\n", new.len());
    }
    let mut parts = vec![format!("{} known", known.len()), format!("{} fixed and removed", fixed.len())];
    if !open.is_empty() {
        parts.push(format!("{} not evaluated and kept", open.len()));
    }
    if new.is_empty() || args.grow {
        parts.extend((!new.is_empty()).then(|| format!("{} new and added", new.len())));
        return format!("gatelint: {file}: {}\n", parts.join(", "));
    }
    parts.push(format!("{} new and not added; fix them, or add them with --grow", new.len()));
    let mut lines = vec![format!("gatelint: {file}: {}", parts.join(", "))];
    lines.extend(new.iter().take(MOST_LISTED).map(|Identity { check, home, resource, path, .. }| {
        let home = if home.is_empty() { "." } else { home };
        format!("  {home}: {resource} {path} [{check}]")
    }));
    if new.len() > MOST_LISTED {
        lines.push(format!("  and {} more", new.len() - MOST_LISTED));
    }
    lines.join("\n") + "\n"
}
