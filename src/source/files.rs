//! The seam to the file system.
//!
//! Paths here are relative to the root of the scan, with `/`, without `.` or `..`; the root itself is `""`.

use thiserror::Error;

/// Why a file could not be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file or directory.
    #[error("no file at `{0}`")]
    Missing(String),
    /// The path leads out of the root of the scan.
    #[error("`{0}` lies outside the scan root; nothing is read there")]
    OutsideRoot(String),
    /// The file is larger than the limit.
    #[error("`{path}` has {size} bytes, over the limit of {limit}")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The system refused.
    #[error("cannot read `{path}`: {message}")]
    Io {
        /// The file.
        path: String,
        /// The system's words.
        message: String,
    },
}

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Name without directory.
    pub name: String,
    /// Whether it is a directory (links followed, inside the root).
    pub is_dir: bool,
}

/// Reads files of one tree: the working directory, a git revision, or a check's example.
/// Implementations never leave the root, follow links only inside it, and bound the size.
pub trait Files: Send + Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;
    /// The bytes of a file of a kind that may be larger than others: up to `limit` bytes, where the tree has such files.
    fn read_up_to(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        _ = limit;
        self.read(path)
    }
    /// The entries of a directory, sorted by name; empty where there is no directory. An error when it cannot be read.
    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError>;
    /// Whether a file (not a directory) is there.
    fn is_file(&self, path: &str) -> bool;
    /// Whether a directory is there.
    fn is_dir(&self, path: &str) -> bool;
    /// Whether the file belongs to the repository, that is, is neither ignored by it nor inside
    /// `.terraform`; places in other files are useless to a reviewer.
    fn is_committed(&self, path: &str) -> bool;
    /// Notes that a file is read as a template: as it stands in the tree, nothing takes it for what it looks like.
    fn note_template(&self, path: &str) {
        let _ = path;
    }
    /// The path of what links lead to, so that one file has one name; `path` itself where there are no links.
    fn resolved(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// `path` as written in a file of `dir`, made relative to the root; `None` when it leaves the root.
/// Absolute paths leave it.
pub fn join(dir: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether a path is `directory` or lies below it; everything lies below the root, `""`.
pub fn is_within(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory);
    rest.is_some_and(|rest| directory.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// The directory of a path; `""` for a file at the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// What follows the last dot of the name of a file; empty without a dot.
pub fn extension(path: &str) -> &str {
    path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension)
}

/// A directory and those around it, up to the root.
pub fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |inner| (!inner.is_empty()).then(|| parent(inner)))
}

/// Names of directories that usually hold what is never deployed.
const RARELY_DEPLOYED: [&str; 16] = [
    "__tests__",
    "e2e",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "integration-tests",
    "mocks",
    "node_modules",
    "sample",
    "samples",
    "test",
    "testdata",
    "testing",
    "tests",
    "vendor",
];

/// Returns the first directory on the way to a file whose name says that nothing is deployed from it: tests, examples,
/// what was vendored.
pub fn rarely_deployed(path: &str) -> Option<&'static str> {
    parent(path).split('/').find_map(|name| RARELY_DEPLOYED.into_iter().find(|rare| *rare == name))
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn join_never_leaves_the_root() {
        assert_eq!(join("a/b", "../c/./d.tf").as_deref(), Some("a/c/d.tf"));
        assert_eq!(join("", "./x"), Some("x".into()));
        assert_eq!(join("a", "../../x"), None);
        assert_eq!(join("a", "/etc/passwd"), None);
    }
}
