//! Checks from folders that the user names.

use crate::engine::CustomPage;
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};

/// All pages below `folders`, sorted by id in each.
pub fn pages(folders: &[PathBuf]) -> anyhow::Result<Vec<CustomPage>> {
    let mut pages = Vec::new();
    for folder in folders {
        let from = pages.len();
        if folder.is_file() {
            pages.push(read(folder.parent().unwrap_or(Path::new("")), folder)?);
        } else {
            collect(folder, folder, &mut pages)?;
        }
        pages[from..].sort_by(|a, b| a.id.cmp(&b.id));
    }
    Ok(pages)
}

fn collect(root: &Path, directory: &Path, pages: &mut Vec<CustomPage>) -> anyhow::Result<()> {
    let entries = fs::read_dir(directory).with_context(|| format!("cannot read `{}`", directory.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(read(root, &path)?);
        }
    }
    Ok(())
}

fn read(root: &Path, path: &Path) -> anyhow::Result<CustomPage> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let inside = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let id = inside.to_string_lossy().replace('\\', "/");
    Ok(CustomPage { id, path: path.display().to_string(), text })
}
