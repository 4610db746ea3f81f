//! `.gitignore` and `.ignore` files of a snapshot, with the rules by which the walk over the disk honours them: those
//! of deeper directories come first, and `.ignore` comes before `.gitignore`.

use super::snapshot::Snapshot;
use crate::source::Files as _;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::sync::Arc;

/// The files of rules, by what comes first.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];

/// The rules that hold in a directory.
#[derive(Clone, Default)]
pub(super) struct Ignored {
    /// For each of [`NAMES`] the rules with their directories, outermost first.
    rules: [Vec<(String, Arc<Gitignore>)>; 2],
}

impl Ignored {
    /// The rules that hold in the directory around `path`.
    pub(super) fn above(snapshot: &Snapshot, path: &str) -> Self {
        let parents = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let outermost = (!path.is_empty()).then_some("");
        outermost.into_iter().chain(parents).fold(Self::default(), |rules, parent| rules.below(snapshot, parent))
    }

    /// The rules that hold in `directory`, which lies right in the one of these.
    pub(super) fn below(&self, snapshot: &Snapshot, directory: &str) -> Self {
        let mut all = self.clone();
        for (name, rules) in NAMES.iter().zip(&mut all.rules) {
            let path = if directory.is_empty() { (*name).to_owned() } else { format!("{directory}/{name}") };
            let Ok(text) = snapshot.read(&path) else { continue };
            let mut builder = GitignoreBuilder::new("");
            for line in String::from_utf8_lossy(&text).lines() {
                // A line that is no pattern is none on disk either.
                let _ = builder.add_line(None, line);
            }
            if let Ok(built) = builder.build() {
                rules.push((directory.to_owned(), Arc::new(built)));
            }
        }
        all
    }

    /// Whether the walk passes by `path`.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        let deciding = self.rules.iter().flat_map(|rules| rules.iter().rev()).find_map(|(directory, rules)| {
            let inside = path.strip_prefix(directory.as_str()).unwrap_or(path).trim_start_matches('/');
            match rules.matched(inside, is_directory) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            }
        });
        deciding.unwrap_or(false)
    }
}
