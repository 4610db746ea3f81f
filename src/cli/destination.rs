//! Where a report goes: standard output, or a file that is whole or not there.

use anyhow::{Context as _, bail};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Pairs each format with its file: the n-th with the n-th, `None` for standard output. Without a format, `usual` is
/// the one.
pub fn pairs<'a, F: Copy>(formats: &'a [F], files: &'a [PathBuf], usual: F) -> Vec<(F, Option<&'a Path>)> {
    let formats = if formats.is_empty() { vec![usual] } else { formats.to_vec() };
    let file = |at| files.get(at).map(PathBuf::as_path).filter(|path| *path != Path::new("-"));
    formats.into_iter().enumerate().map(|(at, format)| (format, file(at))).collect()
}

/// Checks what can be checked before the scan: nobody waits for a report that has nowhere to go.
pub fn check<F>(pairs: &[(F, Option<&Path>)], files: &[PathBuf]) -> anyhow::Result<()> {
    if files.len() > pairs.len() {
        bail!("{} --output for {} --format; each output needs its format", files.len(), pairs.len());
    }
    if pairs.iter().filter(|(_, path)| path.is_none()).count() > 1 {
        bail!("several formats would go to standard output; give each an --output");
    }
    Ok(())
}

/// Writes to standard output. Returns nothing if its reader went away: one that has seen enough, as `head` does,
/// changes nothing about the gate's decision.
pub fn to_stdout<T>(write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<Option<T>> {
    let stdout = io::stdout();
    let mut out = BufWriter::new(stdout.lock());
    let written = write(&mut out).and_then(|result| {
        out.flush()?;
        Ok(Some(result))
    });
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has nowhere to go.
            let _ = out.into_parts();
            Ok(None)
        }
        written => written,
    }
}

/// Writes to a file: beside it first, since a report that is cut off must not look like a whole one.
pub fn to_file<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> anyhow::Result<T> {
    // A pipe or a device has nothing to be renamed over.
    let is_special = fs::metadata(path).is_ok_and(|there| !there.is_file());
    let written = if is_special { written(File::create(path), write) } else { replaced(path, write) };
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// Puts a new file in the place of what is at `path`, all of it or nothing. A link there is replaced, never followed.
fn replaced<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    let (file, unfinished) = Unfinished::beside(path)?;
    if let Ok(there) = fs::symlink_metadata(path)
        && there.is_file()
    {
        file.set_permissions(there.permissions())?;
    }
    let result = written(Ok(file), write)?;
    fs::rename(&unfinished.0, path)?;
    Ok(result)
}

fn written<T>(file: io::Result<File>, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    let mut out = BufWriter::new(file?);
    let result = write(&mut out);
    // What is left of a failed report has no place where it could go.
    match result.and_then(|result| out.flush().map(|()| result)) {
        Ok(result) => Ok(result),
        Err(error) => {
            let _ = out.into_parts();
            Err(error)
        }
    }
}

/// A file that is not whole yet, and is removed unless it was renamed.
struct Unfinished(PathBuf);

impl Unfinished {
    /// The numbers that are tried for a name that is not taken.
    const TRIES: u32 = 100;

    /// Makes a new file in the directory of `path`; what has its name already, such as a link, is never opened.
    fn beside(path: &Path) -> io::Result<(File, Self)> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let process = std::process::id();
        let mut number = 0;
        loop {
            let beside = path.with_file_name(format!(".{name}.{process}-{number}.part"));
            match File::create_new(&beside) {
                Ok(file) => return Ok((file, Self(beside))),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < Self::TRIES => number += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is gone if it was renamed.
        let _ = fs::remove_file(&self.0);
    }
}
