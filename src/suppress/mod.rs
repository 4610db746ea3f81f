//! Suppressions: what people wrote so that a finding does not count, in our words or in those of other tools.
//!
//! Owns the words, the places they are about, what a team asks of them, and the suppressions themselves as
//! resources: expired, unused and misspelt ones are findings of checks like any other. Knows no clock, no
//! configuration file and no baseline.

mod addresses;
mod annotations;
mod comment;
mod cover;
mod date;
mod directive;
mod entries;
mod governance;
mod ignore_files;
mod layout;
mod lookup;
pub mod migrate;
mod names;
mod read;
mod suppression;
mod suppression_resources;
mod suppressions;

pub use comment::{comment, language};
pub use date::Date;
pub use directive::{Choice, Directive, Named, Scope, Syntax, Until};
pub use governance::{Governance, Rule};
pub use layout::Language;
pub use suppressions::Suppressions;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What decides beside the files which suppressions there are and which of them hold.
#[derive(Clone, Debug, Default)]
pub struct SuppressionOptions {
    /// The day of the scan; without one nothing expires.
    pub today: Option<Date>,
    /// Whether comments, annotations and other tools' files are left unread.
    pub ignore_inline: bool,
    /// What is asked of suppressions.
    pub governance: Governance,
    /// Those of the configuration; their places count in its text.
    pub rules: Vec<Rule>,
    /// The configuration: path from the root and text.
    pub configuration: Option<(String, String)>,
    /// Files of exceptions for Kubescape: path and text.
    pub kubescape: Vec<(String, String)>,
}

/// A set of globs of ids or addresses, in which `[` stands for itself: addresses have it.
fn globs<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let escaped = pattern.replace('[', "[[]");
        set.add(GlobBuilder::new(&escaped).build().map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}
