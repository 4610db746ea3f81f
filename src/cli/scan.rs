//! `gatelint scan`

use super::args::{Gate, Scan};
use super::configuration::Asked;
use super::progress::Progress;
use crate::gate::{self, Exit, Thresholds};
use crate::scan::{self, Known, Phase, Progress as _, Request};
use crate::suppress::SuppressionOptions;
use std::io::Write as _;

/// Scans, writes the reports, and gives the gate's exit code.
pub fn run(args: &Scan) -> anyhow::Result<Exit> {
    args.output.check()?;
    let (paths, standard_input) = args.given.read()?;
    let Asked { request, baseline } = args.configuration.asked(&paths, &args.choice, &args.values)?;
    let thresholds = thresholds(&args.gate, request.thresholds)?;
    let thresholds = Thresholds { allow_nothing: args.only_given, ..thresholds };
    let known = args.past.known(&paths, baseline)?;
    let suppressing = SuppressionOptions { ignore_inline: args.no_inline_suppressions, ..request.suppressing };
    let is_compared = args.only_given || matches!(known, Known::Since(_));
    anyhow::ensure!(
        standard_input.is_none() || !is_compared,
        "standard input is in no revision and in no repository: leave out --new-since and --only-given"
    );
    let (only_given, fixes) = (args.only_given, args.fixes);
    let request = Request { suppressing, thresholds, known, only_given, fixes, standard_input, ..request };
    let progress = Progress::new(args.output.is_quiet());
    let report = scan::scan(&paths, &request, &progress)?;
    progress.begins(Phase::Report(report.findings.len()));
    args.output.write(&report)?;
    if args.timings {
        std::io::stderr().lock().write_all(progress.timings().as_bytes())?;
    }
    Ok(if args.gate.exit_zero { Exit::Open } else { report.decision.exit })
}

/// The thresholds that are `configured`, with what the command line says instead.
fn thresholds(args: &Gate, configured: Thresholds) -> anyhow::Result<Thresholds> {
    let fail_on = match args.fail_on.as_deref() {
        None => configured.fail_on,
        Some(severity) => gate::threshold(severity).map_err(|message| anyhow::anyhow!("--fail-on: {message}"))?,
    };
    // A threshold for this run holds everywhere.
    let exceptions = if args.fail_on.is_some() { Vec::new() } else { configured.exceptions };
    let require_complete = configured.require_complete || args.require_complete;
    Ok(Thresholds { fail_on, exceptions, require_complete, ..configured })
}
