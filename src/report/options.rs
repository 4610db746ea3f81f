//! What the caller of a report may choose. None of it is read from the environment here.

/// How a report is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// The terminal that `human` writes to.
    pub terminal: Terminal,
    /// What is shown beside the findings.
    pub show: Show,
    /// The most findings that `human` and `markdown` show in full, the worst ones; `None` for all of them.
    pub most_findings: Option<usize>,
    /// The most results in a SARIF file, the worst ones.
    pub most_results: usize,
    /// Tells several SARIF uploads of one commit apart.
    pub sarif_category: Option<String>,
    /// How much `human` says.
    pub verbosity: Verbosity,
}

/// What a terminal can do.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns to wrap prose at.
    pub width: usize,
    /// Whether it shows colours.
    pub colour: bool,
    /// Whether it shows more than ASCII.
    pub unicode: bool,
    /// Whether it makes links of OSC 8 sequences.
    pub hyperlinks: bool,
}

/// What is shown beside the findings (`--show`).
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of --show")]
pub struct Show {
    /// Verdicts that could not be given, one by one.
    pub inconclusive: bool,
    /// Findings that do not count.
    pub suppressed: bool,
    /// Every file that was looked at.
    pub ledger: bool,
    /// Findings of severity `info`, in the formats that people read.
    pub info: bool,
}

/// How much `human` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Findings only.
    Quiet,
    /// Findings and a summary; why and how to fix once for each check.
    #[default]
    Normal,
    /// Why and how to fix with each finding, and no list cut short.
    Verbose,
}

impl Default for Options {
    /// Plain text, 100 columns, as for a pipe.
    fn default() -> Self {
        Self {
            terminal: Terminal { width: 100, colour: false, unicode: true, hyperlinks: false },
            show: Show::default(),
            most_findings: None,
            most_results: 25_000,
            sarif_category: None,
            verbosity: Verbosity::Normal,
        }
    }
}
