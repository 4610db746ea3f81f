//! The flags, defined once: for parsing, help, completions and the manual.

use super::baseline::{self, Past};
use super::choice::Choice;
use super::configuration::{Configuration, ConfigurationFile};
use super::given::Given;
use super::output::Output;
use super::report;
use super::terminal::Colours;
use super::values::Values;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Finds misconfigurations in Terraform, Kubernetes manifests and Dockerfiles before they are deployed.
#[derive(Debug, Parser)]
#[command(name = "gatelint", version, about, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Number of threads. [default: number of cores]
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
}

/// What gatelint can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan files and decide whether they may be deployed.
    Scan(Scan),
    /// Report by the controls of a framework, such as a CIS benchmark.
    Report(report::Args),
    /// Write the current findings to a baseline, so that only new findings close the gate.
    Baseline(baseline::Args),
    /// List the checks.
    Checks(Checks),
    /// Print the page of a check, or how a finding came about.
    Explain(Explain),
    /// Print what the analyzer saw: the evaluated resources.
    Inspect(Inspect),
    /// Print what leads where, and what opens each step.
    Paths(Paths),
    /// Fix findings: show or make the changes that are proved to remove them.
    Fix(Fix),
    /// Translate checks for another engine.
    Export(super::export::Export),
    /// Serve a cluster as a validating webhook, over TLS.
    #[cfg(feature = "admit")]
    Admit(super::admit::Args),
    /// Serve an editor as a language server, on standard input and output.
    Lsp(Values),
    /// Run the examples of your own checks, and the tests of your policies.
    Test(Test),
    /// Format the policies and the Terraform examples of checks, as `terraform fmt` does.
    Fmt(Fmt),
    /// Rewrite other tools' suppressions into gatelint's own.
    Migrate(Migrate),
    /// Write a starter configuration or check.
    Init(Init),
    /// Print a shell completion script.
    Completions(Completions),
    /// Print the manual page.
    Man(Man),
}

impl Command {
    /// The values from outside, where the command takes any.
    pub fn values_mut(&mut self) -> Option<&mut Values> {
        match self {
            Self::Scan(scan) => Some(&mut scan.values),
            Self::Report(report) => Some(&mut report.values),
            Self::Baseline(baseline) => Some(&mut baseline.values),
            Self::Inspect(inspect) => Some(&mut inspect.values),
            Self::Explain(explain) => Some(&mut explain.values),
            Self::Paths(paths) => Some(&mut paths.values),
            Self::Fix(fix) => Some(&mut fix.values),
            Self::Lsp(values) => Some(values),
            Self::Migrate(migrate) => Some(&mut migrate.values),
            #[cfg(feature = "admit")]
            Self::Admit(_) => None,
            Self::Init(_)
            | Self::Export(_)
            | Self::Checks(_)
            | Self::Test(_)
            | Self::Fmt(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }
}

/// `gatelint scan`
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Scan {
    /// What is scanned.
    #[command(flatten)]
    pub given: Given,
    /// Where the report goes.
    #[command(flatten)]
    pub output: Output,
    /// Which checks take part.
    #[command(flatten)]
    pub choice: Choice,
    /// When the gate closes.
    #[command(flatten)]
    pub gate: Gate,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
    /// What earlier scans found.
    #[command(flatten)]
    pub past: Past,
    /// Evaluate the whole repository around PATHs, but report only on PATHs, for example the files of a commit.
    #[arg(long)]
    pub only_given: bool,
    /// Report findings with the changes that are proved to remove them: in the formats sarif and rdjson.
    #[arg(long)]
    pub fixes: bool,
    /// Ignore suppressions in comments, annotations and other tools' files.
    #[arg(long)]
    pub no_inline_suppressions: bool,
    /// Print the duration of each phase to standard error.
    #[arg(long)]
    pub timings: bool,
}

/// When the gate closes.
#[derive(Debug, clap::Args)]
pub struct Gate {
    /// Exit with code 1 if a finding has this severity or higher; `none`: findings do not matter. A scan that is
    /// incomplete still exits with code 4: --exit-zero never fails. [default: low, or the configured value]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<String>,
    /// Also fail if anything was skipped or could not be seen.
    #[arg(long)]
    pub require_complete: bool,
    /// Exit with code 0, whatever was found or could not be read.
    #[arg(long)]
    pub exit_zero: bool,
}

/// `gatelint checks`
#[derive(Debug, clap::Args)]
pub struct Checks {
    /// List only these: a glob of ids or of resource types, an id of another tool, a framework (`pci-dss`), or words of
    /// ids and titles.
    #[arg(value_name = "PATTERN")]
    pub pattern: Vec<String>,
    /// human or json.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
    /// Count what they cover, by provider, service, framework and peer tool.
    #[arg(long)]
    pub coverage: bool,
    /// Directory of custom checks. A custom page replaces the built-in check with the same id.
    #[arg(long = "checks", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// The configuration, whose `check-folders` count.
    #[command(flatten)]
    pub configuration: ConfigurationFile,
}

/// `gatelint test`
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Pages, `.policytest.hcl` files, and folders of them.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Value of an input that a policy declares, as NAME=VALUE.
    #[arg(long, value_name = "NAME=VALUE")]
    pub input: Vec<String>,
}

/// `gatelint fmt`
#[derive(Debug, clap::Args)]
pub struct Fmt {
    /// Pages, `.policy.hcl` files, and folders of them.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Change nothing; exit with code 1 if a file is not formatted.
    #[arg(long)]
    pub check: bool,
}

/// `gatelint fix`
#[derive(Debug, clap::Args)]
pub struct Fix {
    /// Files and directories; the working directory by default.
    pub paths: Vec<PathBuf>,
    /// Make the changes instead of showing them as a diff.
    #[arg(long)]
    pub apply: bool,
    /// Also make changes that may alter what runs.
    #[arg(long = "unsafe")]
    pub allow_unsafe: bool,
    /// Which checks take part.
    #[command(flatten)]
    pub choice: Choice,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
}

/// `gatelint migrate`
#[derive(Debug, clap::Args)]
pub struct Migrate {
    /// Files and directories; the working directory by default.
    pub paths: Vec<PathBuf>,
    /// Make the changes.
    #[arg(long)]
    pub write: bool,
    /// Directory of custom checks. A custom page replaces the built-in check with the same id.
    #[arg(long, value_name = "DIR")]
    pub checks: Vec<PathBuf>,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
}

/// `gatelint init`
#[derive(Debug, clap::Args)]
pub struct Init {
    /// What is written: a configuration for the repository around the working directory, unless something else is
    /// named.
    #[command(subcommand)]
    pub what: Option<InitWhat>,
}

/// What `gatelint init` can write.
#[derive(Debug, Subcommand)]
pub enum InitWhat {
    /// The page of a check of your own, with examples.
    Check(InitCheck),
}

/// `gatelint init check`
#[derive(Debug, clap::Args)]
pub struct InitCheck {
    /// Id of the check: lower-case words joined by - and /, such as `team/bucket-owner`.
    pub id: String,
    /// Directory of custom checks.
    #[arg(long, value_name = "DIR", default_value = "checks")]
    pub checks: PathBuf,
}

/// `gatelint paths`
#[derive(Debug, clap::Args)]
pub struct Paths {
    /// Files and directories; the working directory by default.
    #[arg(value_name = "PATH")]
    pub given: Vec<PathBuf>,
    /// Where the paths begin: internet, a resource type, a glob of types, or an address.
    #[arg(long, value_name = "NODE", default_value = "internet")]
    pub from: String,
    /// Where they end: a place such as `aws_account`, cluster or node, a type, a glob of types, or an address; wherever
    /// they lead by default.
    #[arg(long, value_name = "NODE")]
    pub to: Option<String>,
    /// human, json, dot or mermaid.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
    /// Which checks take part: pages of your own may bring edges.
    #[command(flatten)]
    pub choice: Choice,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
}

/// `gatelint completions`
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// `gatelint man`
#[derive(Debug, clap::Args)]
pub struct Man {
    /// Command to print the page of; gatelint's own page by default.
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// `gatelint explain`
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Id of a check, fingerprint of a finding, or PATH:LINE of findings; not with --pass.
    #[arg(value_name = "ID|FINDING", required_unless_present = "pass")]
    pub subject: Option<String>,
    /// Files and directories to scan for the finding; the working directory by default.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Explain every verdict on the resource at this address, including passes.
    #[arg(long, value_name = "ADDRESS")]
    pub pass: Option<String>,
    /// Which checks take part.
    #[command(flatten)]
    pub choice: Choice,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
    /// When to use colors.
    #[command(flatten)]
    pub colours: Colours,
}

/// `gatelint inspect`
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// What is looked at.
    #[command(flatten)]
    pub given: Given,
    /// What the configuration says.
    #[command(flatten)]
    pub configuration: Configuration,
    /// Values from outside.
    #[command(flatten)]
    pub values: Values,
    /// Show sensitive values.
    #[arg(long)]
    pub show_sensitive: bool,
    /// human or json.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
    /// Answer the CEL expressions of a file in JSON lines instead.
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub cel: Option<PathBuf>,
    /// Answer the admission requests of a file in JSON lines instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "cel"])]
    pub admission: Option<PathBuf>,
}
