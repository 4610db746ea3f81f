//! The command line: arguments to a request, a report to streams, a decision to an exit code.

#[cfg(feature = "admit")]
mod admit;
mod args;
mod baseline;
mod checks;
mod choice;
mod clock;
mod configuration;
mod coverage;
mod custom;
mod destination;
mod explain;
mod export;
mod fix;
mod fmt;
mod given;
mod helm_values;
mod init;
mod inspect;
mod inspect_admission;
mod inspect_cel;
mod lsp;
mod manual;
mod metas;
mod migrate;
mod output;
mod paths;
mod policytest;
mod progress;
mod report;
mod scan;
mod terminal;
mod test;
mod values;

use crate::gate::Exit;
use crate::report::neutral;
use args::{Args, Command};
use clap::{CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;
use std::process::ExitCode;

/// Stack of each thread in bytes: deep input is bounded by limits that this leaves room for.
const STACK_BYTES: usize = 16 << 20;

/// Runs the program; the result is the process's exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match parse(args) {
        Ok(args) => args,
        Err(error) if error.use_stderr() => {
            let message = error.render().to_string();
            // Colours only where nothing that an argument holds has an effect.
            let _ = if neutral::lines(&message) == message { error.print() } else { terminal::tell(&message) };
            return code(Exit::Usage);
        }
        Err(help) => {
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    let threads = args.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build();
    let result = match pool {
        Ok(pool) => pool.install(|| dispatch(&args)),
        Err(error) => Err(anyhow::anyhow!("cannot start threads: {error}")),
    };
    match result {
        Ok(exit) => code(exit),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = terminal::tell(&format!("gatelint: {error:#}\n"));
            code(Exit::Usage)
        }
    }
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let matches = Args::command().try_get_matches_from(args)?;
    let mut args = Args::from_arg_matches(&matches)?;
    if let (Some(values), Some((_, matches))) = (args.command.values_mut(), matches.subcommand()) {
        values.note_order(matches);
    }
    Ok(args)
}

fn dispatch(args: &Args) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Scan(scan) => scan::run(scan),
        Command::Report(report) => report::run(report),
        Command::Baseline(baseline) => baseline::run(baseline),
        Command::Checks(checks) => checks::run(checks),
        Command::Explain(explain) => explain::run(explain),
        Command::Inspect(inspect) => inspect::run(inspect),
        Command::Paths(paths) => paths::run(paths),
        Command::Test(test) => test::run(test),
        Command::Fmt(fmt) => fmt::run(fmt),
        Command::Fix(fix) => fix::run(fix),
        #[cfg(feature = "admit")]
        Command::Admit(admit) => admit::run(admit, args.threads),
        Command::Lsp(values) => lsp::run(args, values.clone()),
        Command::Migrate(migrate) => migrate::run(migrate),
        Command::Export(export) => export::run(export),
        Command::Init(init) => init::run(init),
        Command::Completions(completions) => manual::completions(completions),
        Command::Man(man) => manual::man(man),
    }
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

/// Whether the reader of our output went away, as `| head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(kind))
}
