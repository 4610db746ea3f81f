//! From paths to candidates. All reading of files happens here or through [`crate::source::Files`].
//!
//! Owns the root, the walk with its ignore rules, and what tells the kind of a file: its name, and words in its
//! first bytes. Parses nothing.

mod content;
mod disk;
mod ignored;
mod memory;
mod names;
mod overlay;
mod regular;
mod revision;
mod scope;
mod standard_input;
mod upwards;
mod walk;

pub use content::{TEMPLATE_MARK, kind_of_yaml};
pub use disk::{Disk, WalkError};
pub use memory::Memory;
pub use names::kind_of;
pub use regular::{MAX_FILE_BYTES, MAX_PLAN_BYTES, read_text};
pub use revision::{Revision, RevisionError};
pub use scope::Scope;
pub use standard_input::{StandardInput, StandardInputError};
pub use upwards::{Found, from_root, inside, named, upwards};

use crate::source::{Files, Kind, LedgerEntry, is_within};
use std::sync::Arc;

/// A file that may hold something to judge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Path from the root, with `/`.
    pub path: String,
    /// What it is, by its name and first bytes.
    pub kind: Kind,
}

/// What there is to scan. A clone reads the same files.
#[derive(Clone)]
pub struct Tree {
    /// How the files are read.
    pub files: Arc<dyn Files>,
    /// The candidates, sorted by path, each once.
    pub candidates: Vec<Candidate>,
    /// Candidates that are not read, with the reason.
    pub left_out: Vec<LedgerEntry>,
    /// The paths from the root below which candidates were looked for; `""` for all of it.
    pub starts: Vec<String>,
    /// Directories of which it is known that the manifests below are not applied together with others, sorted; empty
    /// where nothing is known yet.
    pub apart: Vec<String>,
    /// Directories below the root that are repositories of their own, sorted: they lie in one tree because somebody
    /// cloned them there, and what is called the same in two of them is not the same.
    pub repositories: Vec<String>,
    /// The working directory from the root, where paths on the command line begin; `""` where it is the root, or
    /// lies outside.
    pub directory: String,
}

impl Tree {
    /// The candidates of some kinds.
    pub fn of<'a>(&'a self, kinds: &'a [Kind]) -> impl Iterator<Item = &'a Candidate> {
        self.candidates.iter().filter(|candidate| kinds.contains(&candidate.kind))
    }

    /// The directory of the repository of its own that a path lies in, innermost; `""` for the one at the root.
    pub fn repository_of(&self, path: &str) -> &str {
        let around = self.repositories.iter().filter(|repository| is_within(path, repository));
        around.max_by_key(|repository| repository.len()).map_or("", String::as_str)
    }
}
