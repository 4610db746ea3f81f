//! Formats of the report, one file each. Each is a function from a [`Report`] to text; none of them
//! decides anything, and only `human` knows miette.

mod attribute;
mod checkstyle;
mod compact;
mod compliance;
mod csv;
mod excerpt;
pub mod explain;
mod format;
mod github;
mod gitlab;
mod gitlab_sast;
mod group;
mod html;
pub mod human;
mod json;
mod junit;
mod line_hash;
mod markdown;
pub mod neutral;
mod options;
mod prose;
mod rdjson;
mod redact;
mod sarif;
mod shown;
mod sonarqube;
mod summary;
mod view;
mod wire;

pub use compliance::{Compliance, ComplianceFormat, Outcome, Subject};
pub use explain::Explained;
pub use format::Format;
pub use options::{Options, Show, Terminal, Verbosity};
pub use shown::value as shown_value;
pub use wire::{string as json_string, write as write_json};

use crate::baseline::Comparison;
use crate::check::{self, Meta};
use crate::finding::{Coverage, Evaluated, Finding, Inconclusive, Judged};
use crate::gate::Decision;
use crate::source::{LedgerEntry, Problem, Sources, Span};
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;
use view::View;

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const HOMEPAGE: &str = env!("CARGO_PKG_REPOSITORY");
/// Where the site is that `tools/site` makes; `homepage` in `Cargo.toml` is the one place that says it.
const SITE: &str = env!("CARGO_PKG_HOMEPAGE");
const DESCRIPTION: &str = concat!(env!("CARGO_PKG_DESCRIPTION"), ".");

/// Everything a scan found out, in the order of the output.
#[derive(Debug)]
pub struct Report {
    /// The texts that places point into.
    pub sources: Sources,
    /// All checks that took part, fired or not, sorted by id.
    pub checks: Vec<Evaluated>,
    /// Checks that would have had something to judge, were they not newer than the edition that is pinned.
    pub newer: Vec<Arc<Meta>>,
    /// Findings, sorted by file, place, check, resource. Suppressed ones are among them.
    pub findings: Vec<Finding>,
    /// Inconclusive verdicts, sorted alike.
    pub inconclusive: Vec<Inconclusive>,
    /// What could not be read or evaluated, sorted by file and place.
    pub problems: Vec<Problem>,
    /// Every candidate file once, sorted by path.
    pub ledger: Vec<LedgerEntry>,
    /// What was not judged: unseen members of units, and resources that no check knows.
    pub coverage: Coverage,
    /// Places in the sources whose text is secret: every format shows `<redacted:N>` there, `N` being the
    /// number of characters. In any order; they may overlap.
    pub sensitive: Vec<Span>,
    /// How many resources were judged.
    pub resources: usize,
    /// What a baseline says of the findings; none without one.
    pub comparison: Option<Comparison>,
    /// Whether findings of severity `info` were asked for: checks were named, or they close the gate.
    pub asks_for_info: bool,
    /// The gate's decision.
    pub decision: Decision,
}

impl Report {
    /// Returns a report on what a scan gave, merged, without a baseline.
    pub fn new(judged: Judged, sources: Sources, decision: Decision) -> Self {
        Self {
            sources,
            checks: judged.checks,
            newer: judged.newer,
            findings: judged.findings,
            inconclusive: judged.inconclusive,
            problems: judged.problems,
            ledger: judged.ledger,
            coverage: judged.coverage,
            sensitive: judged.secrets,
            resources: judged.resources,
            comparison: None,
            asks_for_info: false,
            decision,
        }
    }

    /// Writes the report to `out`. Returns what should be said on standard error: that something was left
    /// out to keep the limits of a consumer.
    pub fn write(&self, format: Format, options: &Options, out: &mut dyn Write) -> io::Result<Vec<String>> {
        let view = View::new(self, options);
        match format {
            Format::Human => human::write(&view, out)?,
            Format::Compact => compact::write(&view, out)?,
            Format::Json => json::write(&view, out)?,
            Format::Sarif => return sarif::write(&view, out),
            Format::Github => github::write(&view, out)?,
            Format::Gitlab => gitlab::write(&view, out)?,
            Format::GitlabSast => gitlab_sast::write(&view, out)?,
            Format::Junit => junit::write(&view, out)?,
            Format::Markdown => markdown::write(&view, out)?,
            Format::Html => html::write(&view, out)?,
            Format::Sonarqube => sonarqube::write(&view, out)?,
            Format::Rdjson => rdjson::write(&view, out)?,
            Format::Checkstyle => checkstyle::write(&view, out)?,
            Format::Csv => csv::write(&view, out)?,
        }
        Ok(Vec::new())
    }
}

/// The address of a check: its page of the site, or the first reference of a check that the site does not have.
fn page_of(check: &Meta) -> Option<Cow<'_, str>> {
    let is_shipped = check::pages().binary_search_by(|page| page.id.cmp(check.id.as_str())).is_ok();
    if is_shipped {
        return Some(Cow::Owned(format!("{SITE}/checks/{}.html", check.id)));
    }
    check.references.iter().find(|url| url.starts_with("https://")).map(|url| Cow::Borrowed(url.as_str()))
}
