//! Packed charts: `.tgz` in `charts/`.

use crate::limits::charts::{ARCHIVE_BYTES, ARCHIVE_FILES};
use flate2::read::GzDecoder;
use std::io::Read as _;
use tar::Archive;

/// Unpacks an archive: paths below the chart's directory, with contents.
pub fn unpack(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let broken = |error: std::io::Error| format!("the archive cannot be unpacked: {error}");
    let mut archive = Archive::new(GzDecoder::new(bytes).take(ARCHIVE_BYTES));
    let mut files = Vec::new();
    let mut left = ARCHIVE_BYTES;
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).replace('\\', "/");
        let Some((_, path)) = path.trim_start_matches("./").split_once('/') else {
            if path == "Chart.yaml" {
                return Err("the archive does not hold the chart in a directory".into());
            }
            continue;
        };
        if path.split('/').any(|part| part == "..") {
            return Err(format!("the archive holds `{path}`, which leads out of it"));
        }
        left = left.checked_sub(entry.size()).ok_or("the archive unpacks to too many bytes")?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(broken)?;
        files.push((path.to_owned(), content));
        if files.len() > ARCHIVE_FILES {
            return Err("the archive holds too many files".into());
        }
    }
    if files.is_empty() { Err("the archive holds no chart".into()) } else { Ok(files) }
}
