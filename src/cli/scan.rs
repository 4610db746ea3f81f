//! `gatelint scan`

use super::args::{Gate, Scan};
use super::custom;
use crate::gate::{Exit, Thresholds};
use crate::scan::{self, Request};

/// Scans, writes the reports, and gives the gate's exit code.
pub fn run(args: &Scan) -> anyhow::Result<Exit> {
    args.output.check()?;
    let request = Request {
        inputs: args.values.inputs()?,
        selection: args.choice.selection(),
        custom: custom::pages(&args.choice.checks)?,
        thresholds: thresholds(&args.gate)?,
    };
    let report = scan::scan(&args.paths, &request, &())?;
    args.output.write(&report)?;
    Ok(if args.gate.exit_zero { Exit::Open } else { report.decision.exit })
}

fn thresholds(gate: &Gate) -> anyhow::Result<Thresholds> {
    let fail_on = match gate.fail_on.as_str() {
        "none" => None,
        severity => Some(severity.parse().map_err(anyhow::Error::msg)?),
    };
    Ok(Thresholds { fail_on, require_complete: gate.require_complete })
}
