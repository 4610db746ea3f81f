//! `gatelint scan`

use super::args::{Gate, Scan};
use crate::engine::Selection;
use crate::gate::{Exit, Thresholds};
use crate::report::Report;
use crate::scan::{self, Request};
use std::io::{BufWriter, Write as _};

/// Scans, writes the reports, and gives the gate's exit code.
pub fn run(args: &Scan) -> anyhow::Result<Exit> {
    let request = Request {
        inputs: args.values.inputs()?,
        selection: Selection {
            only: args.choice.check.clone(),
            skip: args.choice.skip.clone(),
            severity: args.choice.severity,
        },
        thresholds: thresholds(&args.gate)?,
    };
    let report = scan::scan(&args.paths, &request)?;
    write(args, &report)?;
    Ok(if args.gate.exit_zero { Exit::Open } else { report.decision.exit })
}

fn thresholds(gate: &Gate) -> anyhow::Result<Thresholds> {
    let fail_on = match gate.fail_on.as_str() {
        "none" => None,
        severity => Some(severity.parse().map_err(anyhow::Error::msg)?),
    };
    Ok(Thresholds { fail_on, require_complete: gate.require_complete })
}

/// Writes one line a finding, until the formats are there.
fn write(_args: &Scan, report: &Report) -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for finding in &report.findings {
        let source = report.sources.get(finding.place.source);
        let (start, _) = source.places(finding.place);
        let (line, column) = (start.line, start.column);
        writeln!(out, "{}:{line}:{column}: {} [{}]", source.path, finding.message, finding.check.id)?;
    }
    Ok(())
}
