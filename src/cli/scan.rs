//! `gatelint scan`

use super::args::{Gate, Scan};
use super::custom;
use super::progress::Progress;
use crate::gate::{Exit, Thresholds};
use crate::scan::{self, Phase, Request, Watch as _};
use std::io::Write as _;

/// Scans, writes the reports, and gives the gate's exit code.
pub fn run(args: &Scan) -> anyhow::Result<Exit> {
    args.output.check()?;
    let request = Request {
        inputs: args.values.inputs()?,
        selection: args.choice.selection(),
        custom: custom::pages(&args.choice.checks)?,
        policies: custom::policies(&args.choice.policy, &args.choice.input)?,
        thresholds: thresholds(args)?,
        only_given: args.only_given,
    };
    let progress = Progress::new(args.output.is_quiet());
    let report = scan::scan(&args.paths, &request, &progress)?;
    progress.begins(Phase::Report(report.findings.len()));
    args.output.write(&report)?;
    if args.timings {
        std::io::stderr().lock().write_all(progress.timings().as_bytes())?;
    }
    Ok(if args.gate.exit_zero { Exit::Open } else { report.decision.exit })
}

fn thresholds(args: &Scan) -> anyhow::Result<Thresholds> {
    let Gate { fail_on, require_complete, .. } = &args.gate;
    let fail_on = match fail_on.as_str() {
        "none" => None,
        severity => Some(severity.parse().map_err(anyhow::Error::msg)?),
    };
    Ok(Thresholds { fail_on, require_complete: *require_complete, allow_nothing: args.only_given })
}
