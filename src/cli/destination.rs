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
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let write = || -> io::Result<T> {
        // A pipe or a device has nothing to be renamed over.
        let is_special = fs::metadata(path).is_ok_and(|there| !there.is_file());
        let target = if is_special { path } else { &beside };
        let mut out = BufWriter::new(File::create(target)?);
        let result = write(&mut out)?;
        out.flush()?;
        if !is_special {
            fs::rename(&beside, path)?;
        }
        Ok(result)
    };
    write().with_context(|| format!("cannot write the report to `{}`", path.display()))
}
