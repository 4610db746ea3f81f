//! `gatelint scan`

use super::args::{Gate, Scan};
use crate::engine::Selection;
use crate::gate::{Exit, Thresholds};
use crate::report::{Format, Options, Report};
use crate::scan::{self, Request};
use anyhow::Context as _;
use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

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

/// Writes each format to its output.
fn write(args: &Scan, report: &Report) -> anyhow::Result<()> {
    let names = if args.output.format.is_empty() { vec!["human".to_owned()] } else { args.output.format.clone() };
    for (at, name) in names.iter().enumerate() {
        let format: Format = name.parse().map_err(anyhow::Error::msg)?;
        let path = args.output.output.get(at).map(PathBuf::as_path);
        let mut out: Box<dyn Write> = match path.filter(|path| *path != Path::new("-")) {
            None => Box::new(BufWriter::new(std::io::stdout().lock())),
            Some(path) => {
                let file = File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
                Box::new(BufWriter::new(file))
            }
        };
        let terminal = path.is_none() && std::io::stdout().is_terminal();
        report.write(format, &options(args, terminal)?, &mut out)?;
        out.flush()?;
    }
    Ok(())
}

/// How a report is written: colours and links on a terminal that has them, plain text elsewhere.
fn options(args: &Scan, terminal: bool) -> anyhow::Result<Options> {
    let mut options = Options::default();
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    options.terminal.colour = set("CLICOLOR_FORCE") || terminal && !set("NO_COLOR");
    options.terminal.hyperlinks = terminal && !set("CI");
    if let Some((width, _)) = terminal_size::terminal_size().filter(|_| terminal) {
        options.terminal.width = usize::from(width.0);
    }
    for set in &args.output.show {
        match set.as_str() {
            "inconclusive" => options.show.inconclusive = true,
            "suppressed" => options.show.suppressed = true,
            "ledger" => options.show.ledger = true,
            other => anyhow::bail!("`{other}` cannot be shown; there are inconclusive, suppressed and ledger"),
        }
    }
    Ok(options)
}
