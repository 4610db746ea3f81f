//! Where reports go: formats to streams and files, and what the terminal can do.

use crate::report::{Format, Options, Report, Show, Terminal, Verbosity, human};
use anyhow::{Context as _, bail};
use clap::ValueEnum;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Columns where nothing tells how many there are.
const WIDTH: usize = 100;
/// Prose over longer lines is hard to read.
const MOST_WIDTH: usize = 140;

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
    /// Show more: inconclusive, suppressed, ledger.
    #[arg(long, value_name = "SET,…", value_delimiter = ',')]
    show: Vec<ShowSet>,
    /// Show at most that many findings in human and markdown, the worst ones.
    #[arg(long, value_name = "N")]
    most: Option<usize>,
    /// Tells several SARIF uploads of one commit apart.
    #[arg(long, value_name = "NAME")]
    sarif_category: Option<String>,
    /// When to write colours.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Color,
    /// Say less: findings only.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more: why and how to fix with each finding, every list to its end.
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
}

/// When to write colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Output {
    /// Checks what can be checked before the scan: nobody waits for a report that has nowhere to go.
    pub fn check(&self) -> anyhow::Result<()> {
        let formats = self.formats.len().max(1);
        if self.files.len() > formats {
            bail!("there are {} --output for {formats} --format; each output needs its format", self.files.len());
        }
        if self.targets().filter(|(_, path)| path.is_none()).count() > 1 {
            bail!("several formats would go to standard output; give each an --output");
        }
        Ok(())
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
        let terminal = Terminal { width: WIDTH, colour: self.color == Color::Always, unicode: true, hyperlinks: false };
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
        self.with(self.terminal(stream.is_terminal()))
    }

    fn with(&self, terminal: Terminal) -> Options {
        Options {
            terminal,
            show: Show {
                inconclusive: self.show.contains(&ShowSet::Inconclusive),
                suppressed: self.show.contains(&ShowSet::Suppressed),
                ledger: self.show.contains(&ShowSet::Ledger),
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

    /// `NO_COLOR` (no-color.org), `CLICOLOR_FORCE`, `FORCE_COLOR` and `TERM` decide where `--color` does not.
    fn terminal(&self, is_terminal: bool) -> Terminal {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if no_color => false,
            Color::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
            // The log of GitHub Actions is no terminal, but shows colours.
            Color::Auto => (is_terminal && !is_dumb) || set("GITHUB_ACTIONS"),
        };
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = width.filter(|width| is_terminal && *width > 0).unwrap_or(WIDTH).min(MOST_WIDTH);
        Terminal { width, colour, unicode: has_unicode(), hyperlinks: is_terminal && colour && !set("CI") }
    }
}

/// Whether the locale is one of UTF-8; where none is set, as in containers, readers are taken to be modern.
fn has_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8") || locale == "c" || locale == "posix"
    })
}
