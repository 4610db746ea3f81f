//! A file looked for from the scanned paths upwards.

use super::disk::{Disk, WalkError};
use super::regular;
use super::walk::relative;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Looks for a file with one of `names`, from the first of `paths` up to the root. Also returns the root. A file that is
/// there and cannot be read is an error: it may say what is to be done.
pub fn upwards(paths: &[PathBuf], names: &[&str]) -> Result<(PathBuf, Option<Found>), WalkError> {
    let (root, starts, _) = Disk::starts(paths)?;
    let from = starts.first().map_or(root.as_path(), PathBuf::as_path);
    let directories = from.ancestors().take_while(|directory| directory.starts_with(&root));
    let mut candidates = directories.flat_map(|directory| names.iter().map(|name| directory.join(name)));
    // A link that leads nowhere is there too.
    let there = candidates.find(|path| fs::symlink_metadata(path).is_ok());
    let found = there.map(|path| read(&root, &path)).transpose()?;
    Ok((root.clone(), found))
}

/// The file at `path`, which was named; its path from the root is its name where it lies elsewhere.
pub fn named(root: &Path, path: &Path) -> std::io::Result<Found> {
    let full = fs::canonicalize(path)?;
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found { path: relative(root, &full).unwrap_or_else(name), text: regular::read_text(&full)? })
}

fn read(root: &Path, path: &Path) -> Result<Found, WalkError> {
    let shown = relative(root, path).unwrap_or_else(|| path.display().to_string());
    let full = fs::canonicalize(path).and_then(|full| {
        let outside = || io::Error::other("it leads out of the root, where nothing is read");
        if full.starts_with(root) { Ok(full) } else { Err(outside()) }
    });
    match full.and_then(|full| regular::read_text(&full)) {
        Ok(text) => Ok(Found { path: shown, text }),
        Err(error) => Err(WalkError::Unreadable { path: shown, reason: error.to_string() }),
    }
}

/// `full` from the root; `None` when it lies elsewhere.
pub fn from_root(root: &Path, full: &Path) -> Option<String> {
    relative(root, full)
}

/// What `path`, from the root, leads to; `None` when that lies elsewhere, or nowhere.
pub fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    fs::canonicalize(root.join(path)).ok().filter(|full| full.starts_with(root))
}
