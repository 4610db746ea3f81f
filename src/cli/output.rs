//! Where reports go: formats to streams and files.

use super::terminal::Colours;
use crate::report::{Format, Options, Report, Show, Terminal, Verbosity, human};
use anyhow::{Context as _, bail};
use clap::ValueEnum;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Where the report goes.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// Format of the report: human, compact, json, sarif, github, gitlab, junit or markdown; may be given
    /// several times, each with its --output.
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
    /// Checks what can be checked before the scan: nobody waits for a report that has nowhere to go.
    pub fn check(&self) -> anyhow::Result<()> {
        let formats = self.formats.len().max(1);
        if self.files.len() > formats {
            bail!("{} --output for {formats} --format; each output needs its format", self.files.len());
        }
        if self.targets().filter(|(_, path)| path.is_none()).count() > 1 {
            bail!("several formats would go to standard output; give each an --output");
        }
        Ok(())
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
                None => self.write_stdout(report, format)?,
                Some(path) => self.write_file(report, format, path)?,
            };
            for note in notes {
                writeln!(stderr.lock(), "gatelint: {note}")?;
            }
        }
        let is_told = self.targets().any(|(format, path)| format == Format::Human && path.is_none());
        if !is_told && !self.quiet {
            writeln!(stderr.lock(), "gatelint: {}", human::verdict(report))?;
        }
        Ok(())
    }

    /// A reader that has seen enough, as `head` does, changes nothing about the gate's decision.
    fn write_stdout(&self, report: &Report, format: Format) -> io::Result<Vec<String>> {
        let stdout = io::stdout();
        let mut out = BufWriter::new(stdout.lock());
        let written = report.write(format, &self.options(&stdout), &mut out).and_then(|notes| {
            out.flush()?;
            Ok(notes)
        });
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is left in the buffer has nowhere to go.
                let _ = out.into_parts();
                Ok(Vec::new())
            }
            written => written,
        }
    }

    /// Writes beside the file first: a report that is cut off must not look like a whole one.
    fn write_file(&self, report: &Report, format: Format, path: &Path) -> anyhow::Result<Vec<String>> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        let beside = PathBuf::from(beside);
        let terminal = self.colours.of_file();
        let write = || -> io::Result<Vec<String>> {
            // A pipe or a device has nothing to be renamed over.
            let is_special = fs::metadata(path).is_ok_and(|there| !there.is_file());
            let target = if is_special { path } else { &beside };
            let mut out = BufWriter::new(File::create(target)?);
            let notes = report.write(format, &self.with(terminal), &mut out)?;
            out.flush()?;
            if !is_special {
                fs::rename(&beside, path)?;
            }
            Ok(notes)
        };
        write().with_context(|| format!("cannot write the report to `{}`", path.display()))
    }

    /// Each format with its file, none for standard output.
    fn targets(&self) -> impl Iterator<Item = (Format, Option<&Path>)> {
        let formats = if self.formats.is_empty() { &[Format::Human][..] } else { &self.formats };
        formats.iter().enumerate().map(|(at, format)| {
            let path = self.files.get(at).map(PathBuf::as_path);
            (*format, path.filter(|path| *path != Path::new("-")))
        })
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
