//! The one way to open a file: only regular files, and never more of one than the limit.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

/// The largest file that is read, in bytes; larger ones are reported as such.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// The largest plan of Terraform that is read, in bytes. A program writes it, with all that it knows.
pub const MAX_PLAN_BYTES: u64 = 64 * 1024 * 1024;

/// How much of a file is read to tell what it is, in bytes.
pub(super) const HEAD_BYTES: u64 = 64 * 1024;

/// Why a file is not opened: a pipe would be waited for, and a device may never end.
pub(super) const NOT_REGULAR: &str = "not a regular file; only regular files are read";

/// Opens a regular file, and tells its size in bytes.
pub(super) fn open(path: &Path) -> io::Result<(fs::File, u64)> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other(NOT_REGULAR));
    }
    Ok((fs::File::open(path)?, metadata.len()))
}

/// The first bytes of a file, as text.
pub(super) fn head(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    open(path)?.0.take(HEAD_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The whole of a file as text. An error when it is not UTF-8, or larger than the limit.
pub(super) fn text(path: &Path) -> io::Result<String> {
    let (file, size) = open(path)?;
    if size > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("{size} bytes are over the limit of {MAX_FILE_BYTES}")));
    }
    let mut text = String::new();
    file.take(MAX_FILE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
