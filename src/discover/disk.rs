//! The tree on disk.

use super::names::{self, kind_of};
use super::{Candidate, Tree};
use crate::source::{Entry, Files, Kind, LedgerEntry, ReadError, Status};
use ignore::gitignore::Gitignore;
use ignore::{DirEntry, WalkBuilder};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest file that is read, in bytes; larger ones are reported as such.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// How much of a file is read to tell what it is, in bytes.
pub(super) const HEAD_BYTES: u64 = 64 * 1024;

/// A directory tree that is never left.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    found: BTreeSet<String>,
    /// The rules of the `.gitignore` files that were asked for, by directory.
    rules: Mutex<HashMap<PathBuf, Arc<Gitignore>>>,
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
}

impl Disk {
    /// Walks `paths` (the working directory when there are none) and collects the candidates.
    ///
    /// The root is the nearest directory upwards that holds `.git`; without one, the working
    /// directory when it holds the path, else the path itself (a file's directory).
    /// `.gitignore` and `.ignore` files are honoured; `.git` and `.terraform` are never entered;
    /// symbolic links are not followed, since what they point to inside the root is walked as itself.
    pub fn tree(paths: &[PathBuf]) -> Result<Tree, WalkError> {
        let (root, starts, here) = Self::starts(paths)?;
        Ok(Self::walk(root, &starts, &here))
    }

    /// The root that `paths` lie in, from which paths of a tree count.
    pub fn root(paths: &[PathBuf]) -> Result<PathBuf, WalkError> {
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
        let mut walk = Walk { root: &root, candidates: BTreeSet::new(), left_out: BTreeSet::new() };
        for start in starts {
            walk.enter(start);
        }
        let found = walk.candidates.iter().map(|candidate| candidate.path.clone()).collect();
        let (candidates, left_out) = (walk.candidates.into_iter().collect(), walk.left_out.into_iter().collect());
        let directory = relative(&root, here).unwrap_or_default();
        let starts = starts.iter().filter_map(|start| relative(&root, start)).collect();
        Tree { files: Box::new(Self { found, ..Self::unwalked(root) }), candidates, left_out, starts, directory }
    }

    /// The files below `root`, without a look at which there are.
    pub(super) fn unwalked(root: PathBuf) -> Self {
        Self { root, found: BTreeSet::new(), rules: Mutex::default() }
    }

    /// Whether git passes by a path, or by a directory on the way to it.
    fn is_ignored(&self, path: &str) -> bool {
        let full = self.root.join(path);
        let on_the_way: Vec<&Path> = full.ancestors().take_while(|ancestor| *ancestor != self.root).collect();
        on_the_way.iter().rev().any(|place| {
            let is_dir = *place != full.as_path() || full.is_dir();
            let around = place.ancestors().skip(1).take_while(|around| around.starts_with(&self.root));
            let mut deciding = around.map(|around| self.rules_of(around).matched(place, is_dir).map(drop));
            deciding.find(|matched| !matched.is_none()).is_some_and(|matched| matched.is_ignore())
        })
    }

    fn rules_of(&self, directory: &Path) -> Arc<Gitignore> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(Gitignore::new(directory.join(".gitignore")).0);
        Arc::clone(rules.entry(directory.to_owned()).or_insert_with(read))
    }

    /// The real path of something inside the root.
    fn real(&self, path: &str) -> Result<PathBuf, ReadError> {
        let full = self.root.join(path);
        // What the walk found was reached without a link.
        if self.found.contains(path) {
            return Ok(full);
        }
        let full = fs::canonicalize(full).map_err(|_| ReadError::Missing(path.to_owned()))?;
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

/// One walk, and what it has collected.
struct Walk<'a> {
    root: &'a Path,
    candidates: BTreeSet<Candidate>,
    left_out: BTreeSet<LedgerEntry>,
}

impl Walk<'_> {
    fn enter(&mut self, start: &Path) {
        let mut builder = WalkBuilder::new(start);
        // Only the repository's own rules count: what is ignored on one machine is judged on the next.
        builder.hidden(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
        builder.filter_entry(|entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            !(is_dir && (entry.file_name() == ".git" || entry.file_name() == ".terraform"))
        });
        for entry in builder.build().filter_map(Result::ok) {
            self.meet(&entry);
        }
    }

    fn meet(&mut self, entry: &DirEntry) {
        let named = entry.depth() == 0;
        let Some(path) = relative(self.root, entry.path()) else { return };
        let Some(kind) = kind_of(&path).or_else(|| named.then(|| kind_by_content(entry.path())).flatten()) else {
            return;
        };
        let Some(file_type) = entry.file_type() else { return };
        if file_type.is_symlink() && !entry.path().is_dir() {
            let reason = link_reason(self.root, entry.path());
            self.left_out.insert(LedgerEntry::stopped(path, kind, Status::Skipped, reason));
        } else if file_type.is_file() && (kind != Kind::Json || named || mentions_kubernetes(entry.path())) {
            self.candidates.insert(Candidate { path, kind });
        }
    }
}

fn link_reason(root: &Path, link: &Path) -> String {
    match fs::canonicalize(link).map(|target| relative(root, &target)) {
        Ok(Some(target)) => format!("symbolic link to `{target}`, which is judged there"),
        Ok(None) => "symbolic link that leads out of the scan root".to_owned(),
        Err(_) => "symbolic link that leads nowhere".to_owned(),
    }
}

/// What a file named on the command line is, when its name does not tell.
fn kind_by_content(path: &Path) -> Option<Kind> {
    if path.is_file() { names::kind_by_content(&head(path)?) } else { None }
}

fn mentions_kubernetes(path: &Path) -> bool {
    head(path).is_some_and(|head| names::mentions_kubernetes(&head))
}

fn head(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(HEAD_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `path` from `root`, with `/`; `None` when it lies elsewhere.
pub(super) fn relative(root: &Path, path: &Path) -> Option<String> {
    let normal = |part| if let Component::Normal(name) = part { name.to_str() } else { None };
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.components().map(normal).collect();
    parts.map(|parts| parts.join("/"))
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let full = self.real(path)?;
        let failed = |error: std::io::Error| ReadError::Io { path: path.to_owned(), message: error.to_string() };
        let size = fs::metadata(&full).map_err(failed)?.len();
        if size > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge { path: path.to_owned(), size, limit: MAX_FILE_BYTES });
        }
        fs::read(full).map_err(failed)
    }

    fn list(&self, dir: &str) -> Vec<Entry> {
        let Ok(entries) = self.real(dir).map(fs::read_dir) else { return Vec::new() };
        let entry = |entry: fs::DirEntry| {
            Some(Entry { name: entry.file_name().into_string().ok()?, is_dir: entry.path().is_dir() })
        };
        let mut entries: Vec<Entry> = entries.into_iter().flatten().filter_map(Result::ok).filter_map(entry).collect();
        entries.sort();
        entries
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
        let hidden = || path.split('/').any(|part| part == ".terraform");
        self.found.contains(path) || !hidden() && !self.is_ignored(path)
    }
}
