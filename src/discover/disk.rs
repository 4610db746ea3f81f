//! The tree on disk.

use super::Tree;
use super::ignored::{Ignored, Refused};
use super::regular::{self, MAX_FILE_BYTES};
use super::walk::{Walk, relative};
use crate::source::{Entry, Files, ReadError, parent};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A directory tree that is never left.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    found: BTreeSet<String>,
    rules: Mutex<Rules>,
}

/// The rules of the directories that were asked for.
#[derive(Debug, Default)]
struct Rules {
    /// By directory, from the root.
    of: HashMap<String, Ignored>,
    /// The files whose rules do not count.
    refused: Vec<Refused>,
}

/// Why there is nothing to walk.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A path that was given does not exist.
    #[error("there is no file or directory at `{0}`")]
    Missing(String),
    /// The working directory cannot be found out.
    #[error("cannot find out the working directory: {0}")]
    WorkingDirectory(#[source] std::io::Error),
    /// The paths given share no root.
    #[error("`{0}` lies outside the root of the first path; scan them one at a time")]
    Apart(String),
    /// A file that is looked for by its name is there, and cannot be read.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Disk {
    /// Walks `paths` (the working directory when there are none) and collects the candidates.
    ///
    /// The root is the nearest directory upwards that holds `.git`; without one, the working
    /// directory when it holds the path, else the path itself (a file's directory).
    /// `.gitignore` and `.ignore` files are honoured; `.git` and `.terraform` are never entered;
    /// symbolic links are not followed, since what they point to is walked as itself; a link to a file that is not
    /// walked is a candidate.
    pub fn tree(paths: &[PathBuf]) -> Result<Tree, WalkError> {
        let (root, starts, here) = Self::starts(paths)?;
        Ok(Self::walk(root, &starts, &here))
    }

    /// The tree around the working directory, in which nothing is looked for.
    pub(super) fn unvisited() -> Result<Tree, WalkError> {
        let (root, _, here) = Self::starts(&[])?;
        Ok(Self::walk(root, &[], &here))
    }

    /// The root that `paths` lie in, from which paths of a tree count.
    pub fn root_of(paths: &[PathBuf]) -> Result<PathBuf, WalkError> {
        Self::starts(paths).map(|(root, _, _)| root)
    }

    /// Walks the whole root that `paths` lie in, as their context. Gives the paths from that root too.
    pub fn around(paths: &[PathBuf]) -> Result<(Tree, Vec<String>), WalkError> {
        let (root, mut starts, here) = Self::starts(paths)?;
        let given = starts.iter().filter_map(|start| relative(&root, start)).collect();
        // What was given is a candidate even where the walk would pass it by.
        starts.push(root.clone());
        Ok((Self::walk(root, &starts, &here), given))
    }

    /// The root, the real paths to walk, and the working directory.
    pub(super) fn starts(paths: &[PathBuf]) -> Result<(PathBuf, Vec<PathBuf>, PathBuf), WalkError> {
        let here = std::env::current_dir().and_then(fs::canonicalize).map_err(WalkError::WorkingDirectory)?;
        let full = |path: &PathBuf| fs::canonicalize(path).map_err(|_| WalkError::Missing(path.display().to_string()));
        let mut starts = paths.iter().map(full).collect::<Result<Vec<_>, _>>()?;
        if starts.is_empty() {
            starts.push(here.clone());
        }
        let root = root_of(&starts[0], &here);
        if let Some(apart) = starts.iter().find(|start| !start.starts_with(&root)) {
            return Err(WalkError::Apart(apart.display().to_string()));
        }
        Ok((root, starts, here))
    }

    fn walk(root: PathBuf, starts: &[PathBuf], here: &Path) -> Tree {
        let disk = Self::unwalked(root);
        let root = disk.root.as_path();
        let rules = |directory: &str| disk.rules(directory);
        let mut walk = Walk::new(root, &rules);
        for start in starts {
            walk.enter(start);
        }
        let starts: Vec<String> = starts.iter().filter_map(|start| relative(root, start)).collect();
        walk.finish(&starts, disk.refused_rules());
        let found = walk.candidates.iter().map(|candidate| candidate.path.clone()).collect();
        let (candidates, left_out) = (walk.candidates.into_iter().collect(), walk.left_out.into_iter().collect());
        let directory = relative(root, here).unwrap_or_default();
        let repositories: Vec<String> = walk.repositories.into_iter().collect();
        let files = Arc::new(Self { found, ..disk });
        Tree { files, candidates, left_out, starts, apart: repositories.clone(), repositories, directory }
    }

    /// The files below `root`, without a look at which there are.
    pub(super) fn unwalked(root: PathBuf) -> Self {
        Self { root, found: BTreeSet::new(), rules: Mutex::default() }
    }

    /// Whether git passes by a path, or by a directory on the way to it.
    fn is_untracked(&self, path: &str) -> bool {
        let inner = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        inner.chain([path]).any(|place| {
            let is_directory = place != path || self.root.join(path).is_dir();
            self.rules(parent(place)).is_untracked(place, is_directory)
        })
    }

    /// The rules that hold in a directory, given from the root.
    fn rules(&self, directory: &str) -> Ignored {
        let known = self.known_rules().of.get(directory).cloned();
        known.unwrap_or_else(|| {
            let around = if directory.is_empty() { Ignored::default() } else { self.rules(parent(directory)) };
            let is_repository = !directory.is_empty() && self.root.join(directory).join(".git").exists();
            let around = if is_repository { around.in_repository() } else { around };
            let mut refused = Vec::new();
            let rules = around.below(directory, |path| self.read(path), &mut refused);
            let mut known = self.known_rules();
            known.refused.extend(refused);
            known.of.insert(directory.to_owned(), rules.clone());
            rules
        })
    }

    /// The files whose rules were asked for and do not count.
    fn refused_rules(&self) -> Vec<Refused> {
        std::mem::take(&mut self.known_rules().refused)
    }

    fn known_rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The real path of something inside the root.
    fn real(&self, path: &str) -> Result<PathBuf, ReadError> {
        let full = self.root.join(path);
        // What the walk found was reached without a link.
        if self.found.contains(path) {
            return Ok(full);
        }
        let missing = |_| ReadError::Missing(path.to_owned());
        // Most files that are asked for are not there.
        fs::symlink_metadata(&full).map_err(missing)?;
        let full = fs::canonicalize(full).map_err(missing)?;
        if full.starts_with(&self.root) { Ok(full) } else { Err(ReadError::OutsideRoot(path.to_owned())) }
    }
}

/// The nearest directory with `.git` at or above `start`, else `here` if it holds `start`, else `start`.
fn root_of(start: &Path, here: &Path) -> PathBuf {
    let directory = if start.is_dir() { start } else { start.parent().unwrap_or(start) };
    let repository = directory.ancestors().find(|ancestor| ancestor.join(".git").exists());
    match repository {
        Some(repository) => repository.to_owned(),
        None if directory.starts_with(here) => here.to_owned(),
        None => directory.to_owned(),
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.read_up_to(path, MAX_FILE_BYTES)
    }

    fn read_up_to(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let full = self.real(path)?;
        let failed = |error: std::io::Error| ReadError::Io { path: path.to_owned(), message: error.to_string() };
        let (file, size) = regular::open(&full).map_err(failed)?;
        if size > limit {
            return Err(ReadError::TooLarge { path: path.to_owned(), size, limit });
        }
        let mut bytes = Vec::with_capacity(size as usize);
        file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        let full = match self.real(dir) {
            Ok(full) if full.is_dir() => full,
            _ => return Ok(Vec::new()),
        };
        let failed = |error: io::Error| ReadError::Io { path: dir.to_owned(), message: error.to_string() };
        let mut entries = Vec::new();
        for entry in fs::read_dir(full).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // A name that is not UTF-8 is there, and cannot be read by what is shown of it.
            let name = entry.file_name().to_string_lossy().into_owned();
            entries.push(Entry { name, is_dir: entry.path().is_dir() });
        }
        entries.sort();
        Ok(entries)
    }

    fn is_file(&self, path: &str) -> bool {
        self.real(path).is_ok_and(|full| full.is_file())
    }

    fn is_dir(&self, path: &str) -> bool {
        self.real(path).is_ok_and(|full| full.is_dir())
    }

    fn resolved(&self, path: &str) -> String {
        self.real(path).ok().and_then(|full| relative(&self.root, &full)).unwrap_or_else(|| path.to_owned())
    }

    fn is_committed(&self, path: &str) -> bool {
        let hidden = || path.split('/').any(|part| matches!(part, ".terraform" | ".terragrunt-cache"));
        self.found.contains(path) || !hidden() && !self.is_untracked(path)
    }
}
