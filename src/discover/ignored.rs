//! `.gitignore` and `.ignore` files below the root, on disk or in a commit: those of deeper directories decide first,
//! and `.ignore` decides before `.gitignore`. Rules above the root do not count: the scan is the same on every machine.

pub(super) use crate::limits::files::{MAX_RULES, MAX_RULES_BYTES};
use crate::source::ReadError;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::sync::Arc;

/// The names of files with rules, by what decides first.
const NAMES: [&str; 2] = [".ignore", GITIGNORE];
const GITIGNORE: &str = ".gitignore";

/// The rules that hold in a directory. A clone shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignored {
    /// For each of [`NAMES`] the rules with their directories, outermost first.
    rules: [Arc<Vec<(String, Gitignore)>>; 2],
}

/// Why the rules of a file do not count.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    /// The file.
    pub path: String,
    /// The reason.
    pub reason: String,
    /// Whether the file was looked for outside the root, where nothing is read.
    pub leads_out: bool,
}

impl Ignored {
    /// Returns the rules that hold in `directory`, which lies right in the one of these. `read` returns the content of a
    /// file; files whose rules do not count are added to `refused`.
    pub(super) fn below(
        &self,
        directory: &str,
        read: impl Fn(&str) -> Result<Vec<u8>, ReadError>,
        refused: &mut Vec<Refused>,
    ) -> Self {
        let mut all = self.clone();
        for (name, rules) in NAMES.iter().zip(&mut all.rules) {
            let path = if directory.is_empty() { (*name).to_owned() } else { format!("{directory}/{name}") };
            let found = match read(&path) {
                Ok(bytes) => built(&String::from_utf8_lossy(&bytes)).map_err(|reason| (reason, false)),
                Err(ReadError::Missing(_)) => continue,
                Err(error @ ReadError::OutsideRoot(_)) => Err((error.to_string(), true)),
                Err(error) => Err((error.to_string(), false)),
            };
            match found {
                Ok(built) => Arc::make_mut(rules).push((directory.to_owned(), built)),
                Err((reason, leads_out)) => refused.push(Refused { path, reason, leads_out }),
            }
        }
        all
    }

    /// Returns these rules as they hold in a repository of its own within the tree: git ends there.
    pub(super) fn in_repository(&self) -> Self {
        let [ours, _] = &self.rules;
        Self { rules: [Arc::clone(ours), Arc::default()] }
    }

    /// Whether the walk passes by `path`.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        self.decides(&NAMES, path, is_directory)
    }

    /// Whether git passes by `path`.
    pub(super) fn is_untracked(&self, path: &str, is_directory: bool) -> bool {
        self.decides(&[GITIGNORE], path, is_directory)
    }

    fn decides(&self, names: &[&str], path: &str, is_directory: bool) -> bool {
        let asked = NAMES.iter().zip(&self.rules).filter(|(name, _)| names.contains(name));
        let deciding = asked.flat_map(|(_, rules)| rules.iter().rev()).find_map(|(directory, rules)| {
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

/// The rules in a text, or why there are too many of them.
fn built(text: &str) -> Result<Gitignore, String> {
    let rules = || text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    if text.len() > MAX_RULES_BYTES || rules().count() > MAX_RULES {
        return Err(format!(
            "its rules are not honoured: it is over the limit of {MAX_RULES_BYTES} bytes or {MAX_RULES} rules"
        ));
    }
    let mut builder = GitignoreBuilder::new("");
    for rule in rules() {
        // A line that is not a pattern is skipped, as git does.
        let _ = builder.add_line(None, rule);
    }
    builder.build().map_err(|error| format!("its rules are not honoured: {error}"))
}
