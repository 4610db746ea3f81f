//! `gatelint report`: a scan, told by the controls of a framework.

use super::choice::Choice;
use super::configuration::Configuration;
use super::destination;
use super::metas::metas;
use super::progress::Progress;
use super::terminal::Colours;
use super::values::Values;
use crate::check::{Framework, Meta};
use crate::discover::Disk;
use crate::gate::{Exit, Thresholds};
use crate::report::{Compliance, ComplianceFormat, Options, Subject, Terminal, Verbosity, human};
use crate::scan::{self, Phase, Progress as _, Request};
use crate::source::{Sources, dir_hash};
use crate::suppress::SuppressionOptions;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

/// `gatelint report`
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Args {
    /// Files and directories; the working directory by default.
    pub paths: Vec<PathBuf>,
    /// Framework, such as cis-aws-3.0; `gatelint report --framework list` lists them.
    #[arg(long, value_name = "NAME")]
    framework: String,
    /// Format of the report: human, json, markdown, html or attestation (in-toto, not signed); may be given several
    /// times, each with its --output.
    #[arg(long = "format", value_name = "FORMAT")]
    formats: Vec<ComplianceFormat>,
    /// File for the report, `-` for standard output; the n-th belongs to the n-th --format.
    #[arg(long = "output", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Skip these checks: ids, globs of ids, or ids of other tools.
    #[arg(long, value_name = "GLOB,…", value_delimiter = ',')]
    skip: Vec<String>,
    /// Directory of custom checks. A custom page replaces the built-in check with the same id.
    #[arg(long, value_name = "DIR")]
    checks: Vec<PathBuf>,
    /// Also fail if anything was skipped or could not be seen.
    #[arg(long)]
    require_complete: bool,
    /// Exit with code 0, whatever was found or could not be read.
    #[arg(long)]
    exit_zero: bool,
    /// Ignore suppressions in comments, annotations and other tools' files.
    #[arg(long)]
    no_inline_suppressions: bool,
    /// List all controls and all places.
    #[arg(short, long)]
    verbose: bool,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
    /// What the configuration says.
    #[command(flatten)]
    configuration: Configuration,
    /// When to use colors.
    #[command(flatten)]
    colours: Colours,
}

/// Scans with the checks of the framework, writes the reports, and gives the exit code.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    if args.framework == "list" {
        let mut out = io::stdout().lock();
        io::Write::write_all(&mut out, list().as_bytes())?;
        return Ok(Exit::Open);
    }
    let Some(framework) = Framework::named(&args.framework) else {
        anyhow::bail!("there is no framework `{}`; there are\n{}", args.framework, list().trim_end());
    };
    let targets = destination::pairs(&args.formats, &args.files, ComplianceFormat::Human);
    destination::check(&targets, &args.files)?;
    let choice = Choice { skip: args.skip.clone(), checks: args.checks.clone(), ..Choice::default() };
    let request = args.configuration.request(&args.paths, &choice, &args.values)?;
    let checks = metas(&request.custom, &Sources::default());
    let settings = request.selection.settings.clone();
    let runs = |check: &Meta| settings.runs(&check.id) != Some(false);
    let chosen = checks.iter().filter(|check| framework.selects(check) && runs(check));
    let request = narrowed(request, chosen.map(|check| globset::escape(&check.id)).collect(), args);
    let progress = Progress::new(false);
    let report = scan::scan(&args.paths, &request, &progress)?;
    progress.begins(Phase::Report(report.findings.len()));
    let configuration = request.suppressing.configuration.clone();
    let needs_hash = targets.iter().any(|(format, _)| *format == ComplianceFormat::Attestation);
    let dir_hash = if needs_hash { hash(args, &request)? } else { String::new() };
    let subject = Subject { dir_hash, configuration };
    let skipped = args.skip.iter().filter_map(|glob| Some(globset::Glob::new(glob).ok()?.compile_matcher()));
    let skipped: Vec<_> = skipped.collect();
    let runs = |check: &Meta| runs(check) && !skipped.iter().any(|glob| glob.is_match(&check.id));
    let compliance = Compliance::new(&framework, &report, &checks, runs, subject);
    human::problems(&report, &options(args, args.colours.of_stream(&io::stderr())), &mut io::stderr().lock())?;
    for (format, path) in targets {
        match path {
            None => {
                let options = options(args, args.colours.of_stream(&io::stdout()));
                destination::to_stdout(|out| compliance.write(format, &options, out))?;
            }
            Some(path) => {
                let options = options(args, args.colours.of_file());
                destination::to_file(path, |out| compliance.write(format, &options, out))?;
            }
        }
    }
    Ok(if args.exit_zero { Exit::Open } else { compliance.exit() })
}

/// The request with only the checks `chosen`, and a gate that asks whether everything was seen: what was found is told
/// by control.
fn narrowed(mut request: Request, chosen: Vec<String>, args: &Args) -> Request {
    if chosen.is_empty() {
        request.selection.skip.push("*".into());
    }
    request.selection.only = chosen;
    request.suppressing = SuppressionOptions { ignore_inline: args.no_inline_suppressions, ..request.suppressing };
    let require_complete = request.thresholds.require_complete || args.require_complete;
    request.thresholds = Thresholds {
        fail_on: None,
        exceptions: Vec::new(),
        inconclusive: None,
        require_complete,
        ..request.thresholds
    };
    request
}

/// The digest of all candidates that the scan looked at.
fn hash(args: &Args, request: &Request) -> anyhow::Result<String> {
    let tree = Disk::tree(&args.paths)?.within(&request.scope);
    let mut paths: Vec<&str> = tree.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
    paths.sort_unstable();
    let files = paths.into_iter().filter_map(|path| Some((path, tree.files.read(path).ok()?)));
    Ok(dir_hash(files))
}

fn options(args: &Args, terminal: Terminal) -> Options {
    let verbosity = if args.verbose { Verbosity::Verbose } else { Verbosity::Normal };
    Options { terminal, verbosity, ..Options::default() }
}

fn list() -> String {
    let width = Framework::all().map(|(name, _)| name.len()).max().unwrap_or(0);
    Framework::all().fold(String::new(), |mut text, (name, title)| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<width$}  {title}");
        text
    })
}
