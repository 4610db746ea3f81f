//! The one way to open a file: regular files only, their size first, and never waiting.

pub(super) use crate::limits::files::HEAD_BYTES;
pub use crate::limits::files::{MAX_FILE_BYTES, MAX_PLAN_BYTES};
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

/// Why a file is not opened: a pipe would be waited for, and a device may never end.
pub(super) const NOT_REGULAR: &str = "not a regular file; only regular files are read";

/// Opens a regular file without waiting for anything, and returns its size in bytes.
pub(super) fn open(path: &Path) -> io::Result<(fs::File, u64)> {
    // Before it is opened, since opening a device may do something.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other(NOT_REGULAR));
    }
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    // And after it was opened, since another file may have taken its place in between.
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata.len())) } else { Err(io::Error::other(NOT_REGULAR)) }
}

/// Returns at most the first `most` bytes of a file as text, with what is not UTF-8 replaced.
pub(super) fn head(path: &Path, most: u64) -> io::Result<String> {
    let (file, size) = open(path)?;
    let mut bytes = Vec::with_capacity(size.min(most) as usize);
    file.take(most).read_to_end(&mut bytes)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Returns the whole text of a file that the user or the configuration names. Errors: it is not a regular file, larger
/// than [`MAX_FILE_BYTES`], or not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    let (file, size) = open(path)?;
    let mut text = String::new();
    file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    let size = size.max(text.len() as u64);
    if size > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("{size} bytes are over the limit of {MAX_FILE_BYTES}")));
    }
    Ok(text)
}
