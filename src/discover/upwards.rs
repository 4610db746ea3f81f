//! A file looked for from the scanned paths upwards.

use super::disk::{Disk, WalkError};
use super::regular;
use super::walk::relative;
use std::fs;
use std::path::{Path, PathBuf};

/// A file that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Looks for a file with one of `names`, from the first of `paths` up to the root. Also tells the root.
pub fn upwards(paths: &[PathBuf], names: &[&str]) -> Result<(PathBuf, Option<Found>), WalkError> {
    let (root, starts, _) = Disk::starts(paths)?;
    let from = starts.first().map_or(root.as_path(), PathBuf::as_path);
    let directories = from.ancestors().take_while(|directory| directory.starts_with(&root));
    let candidates = directories.flat_map(|directory| names.iter().map(|name| directory.join(name)));
    let found = candidates.filter(|path| path.is_file()).find_map(|path| read(&root, &path));
    Ok((root.clone(), found))
}

/// The file at `path`, which was named; its path from the root is its name where it lies elsewhere.
pub fn named(root: &Path, path: &Path) -> std::io::Result<Found> {
    let full = fs::canonicalize(path)?;
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found { path: relative(root, &full).unwrap_or_else(name), text: regular::text(&full)? })
}

fn read(root: &Path, path: &Path) -> Option<Found> {
    let full = fs::canonicalize(path).ok().filter(|full| full.starts_with(root))?;
    Some(Found { path: relative(root, path)?, text: regular::text(&full).ok()? })
}

/// `full` from the root; `None` when it lies elsewhere.
pub fn from_root(root: &Path, full: &Path) -> Option<String> {
    relative(root, full)
}

/// What `path`, from the root, leads to; `None` when that lies elsewhere, or nowhere.
pub fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    fs::canonicalize(root.join(path)).ok().filter(|full| full.starts_with(root))
}
