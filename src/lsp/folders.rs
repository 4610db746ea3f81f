//! Which project a file belongs to: that of the nearest configuration inside its workspace folder, else that of the
//! folder; a file outside of all folders has its own directory as project.

use crate::config;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// As the client has it.
    pub given: PathBuf,
    /// Without links.
    pub real: PathBuf,
}

impl Folder {
    /// A folder that exists.
    pub fn new(given: PathBuf) -> Option<Self> {
        let real = fs::canonicalize(&given).ok()?;
        Some(Self { given, real })
    }
}

/// The real path of a file that may not exist yet.
pub fn real(path: &Path) -> PathBuf {
    let around = path.parent().and_then(|parent| fs::canonicalize(parent).ok());
    match (around, path.file_name()) {
        (Some(around), Some(name)) => around.join(name),
        _ => path.to_owned(),
    }
}

/// The directory of the project that a file with that real path belongs to, and the same as the client would call it.
pub fn home(path: &Path, folders: &[Folder]) -> (PathBuf, PathBuf) {
    let around = folders.iter().filter(|folder| path.starts_with(&folder.real));
    let directory = path.parent().unwrap_or(path);
    let Some(folder) = around.max_by_key(|folder| folder.real.components().count()) else {
        return (directory.to_owned(), directory.to_owned());
    };
    let inside = directory.ancestors().take_while(|ancestor| *ancestor != folder.real.as_path());
    let configured = inside
        .filter(|place| place.starts_with(&folder.real))
        .find(|place| config::NAMES.iter().any(|name| place.join(name).is_file()));
    match configured {
        Some(place) => {
            let rest = place.strip_prefix(&folder.real).unwrap_or(place);
            (place.to_owned(), folder.given.join(rest))
        }
        None => (folder.real.clone(), folder.given.clone()),
    }
}
