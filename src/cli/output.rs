//! Where reports go: formats to streams and files.

use super::destination;
use super::terminal::Colours;
use crate::report::{Format, Options, Report, Show, Terminal, Verbosity, human};
use clap::ValueEnum;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where the report goes.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// Format of the report: human, compact, json, sarif, github, gitlab, gitlab-sast, junit, markdown, html, sonarqube,
    /// rdjson, checkstyle or csv; may be given several times, each with its --output.
    #[arg(long = "format", value_name = "FORMAT")]
    formats: Vec<Format>,
    /// File for the report, `-` for standard output; the n-th belongs to the n-th --format.
    #[arg(long = "output", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show more: inconclusive, suppressed, ledger, info.
    #[arg(long, value_name = "SET,…", value_delimiter = ',')]
    show: Vec<ShowSet>,
    /// Show at most this many findings in human and markdown, the most severe first.
    #[arg(long, value_name = "N")]
    most: Option<usize>,
    /// Category that tells several SARIF uploads of one commit apart.
    #[arg(long, value_name = "NAME")]
    sarif_category: Option<String>,
    /// When to use colors.
    #[command(flatten)]
    colours: Colours,
    /// Show findings only.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show the rationale and the fix of each finding, and all lists in full.
    #[arg(short, long)]
    verbose: bool,
}

/// What is shown beside the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShowSet {
    /// Verdicts that could not be given, one by one.
    Inconclusive,
    /// Findings that do not count.
    Suppressed,
    /// Every file that was looked at.
    Ledger,
    /// Findings of severity info, which are only counted in the formats that people read.
    Info,
}

impl Output {
    /// Checks what can be checked before the scan.
    pub fn check(&self) -> anyhow::Result<()> {
        destination::check(&self.targets(), &self.files)
    }

    /// Whether only findings are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes the reports to where they go, and what is no report to standard error.
    pub fn write(&self, report: &Report) -> anyhow::Result<()> {
        let stderr = io::stderr();
        let errors = self.options(&stderr);
        human::problems(report, &errors, &mut stderr.lock())?;
        for (format, path) in self.targets() {
            let notes = match path {
                None => {
                    let options = self.options(&io::stdout());
                    destination::to_stdout(|out| report.write(format, &options, out))?.unwrap_or_default()
                }
                Some(path) => {
                    let options = self.with(self.colours.of_file());
                    destination::to_file(path, |out| report.write(format, &options, out))?
                }
            };
            for note in notes {
                writeln!(stderr.lock(), "gatelint: {note}")?;
            }
        }
        let is_told = self.targets().iter().any(|(format, path)| *format == Format::Human && path.is_none());
        if !is_told && !self.quiet {
            writeln!(stderr.lock(), "gatelint: {}", human::verdict(report))?;
        }
        Ok(())
    }

    /// Each format with its file, none for standard output.
    fn targets(&self) -> Vec<(Format, Option<&Path>)> {
        destination::pairs(&self.formats, &self.files, Format::Human)
    }

    fn options(&self, stream: &impl io::IsTerminal) -> Options {
        self.with(self.colours.of_stream(stream))
    }

    fn with(&self, terminal: Terminal) -> Options {
        Options {
            terminal,
            show: Show {
                inconclusive: self.show.contains(&ShowSet::Inconclusive),
                suppressed: self.show.contains(&ShowSet::Suppressed),
                ledger: self.show.contains(&ShowSet::Ledger),
                info: self.show.contains(&ShowSet::Info) || self.verbose,
            },
            most_findings: self.most,
            sarif_category: self.sarif_category.clone(),
            verbosity: match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (_, true) => Verbosity::Verbose,
                _ => Verbosity::Normal,
            },
            ..Options::default()
        }
    }
}
