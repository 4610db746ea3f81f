//! Checks and policies from folders that the user names.

use crate::discover;
use crate::engine::{CustomPage, PolicySet};
use crate::source::{Problem, Sources};
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The ending of a check's page.
pub const PAGE: &str = ".md";
/// The ending of a file of Terraform Policy.
pub const POLICY: &str = ".policy.hcl";
/// The ending of a file of tests for those.
pub const POLICY_TEST: &str = ".policytest.hcl";

/// All pages below `folders`, sorted by id in each.
pub fn pages(folders: &[PathBuf]) -> anyhow::Result<Vec<CustomPage>> {
    files(folders, PAGE)
}

/// All files of Terraform Policy below `folders`, and values for inputs.
pub fn policies(folders: &[PathBuf], inputs: &[String]) -> anyhow::Result<PolicySet> {
    Ok(PolicySet { files: files(folders, POLICY)?, inputs: input_values(inputs)? })
}

/// The pairs of `NAME=VALUE`.
pub fn input_values(written: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').with_context(|| format!("`{text}` is not NAME=VALUE"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    written.iter().map(pair).collect()
}

/// All files below `folders` whose names end with `ending`, sorted by id in each. The id is the path below
/// the folder without the ending.
pub fn files(folders: &[PathBuf], ending: &str) -> anyhow::Result<Vec<CustomPage>> {
    let mut files = Vec::new();
    for folder in folders {
        let from = files.len();
        if folder.is_file() {
            if has_ending(folder, ending) {
                files.push(read(folder.parent().unwrap_or(Path::new("")), folder, ending)?);
            }
        } else {
            collect(folder, folder, ending, &mut files)?;
        }
        files[from..].sort_by(|a, b| a.id.cmp(&b.id));
    }
    Ok(files)
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(ending))
}

fn collect(root: &Path, directory: &Path, ending: &str, files: &mut Vec<CustomPage>) -> anyhow::Result<()> {
    let entries = fs::read_dir(directory).with_context(|| format!("cannot read `{}`", directory.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        // A link to a directory may lead back here.
        if entry.file_type()?.is_dir() {
            collect(root, &path, ending, files)?;
        } else if has_ending(&path, ending) && !path.is_dir() {
            files.push(read(root, &path, ending)?);
        }
    }
    Ok(())
}

fn read(root: &Path, path: &Path, ending: &str) -> anyhow::Result<CustomPage> {
    let text = discover::read_text(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let inside = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let id = inside.strip_suffix(ending).unwrap_or(&inside).to_owned();
    Ok(CustomPage { id, path: path.display().to_string(), text })
}

/// A problem on one line.
pub fn told(problem: &Problem, sources: &Sources) -> String {
    let source = sources.get(problem.span.source);
    let (start, _) = source.places(problem.span);
    let level = problem.level.name();
    format!("{}:{}:{}: {level}: {}", source.path, start.line, start.column, problem.message)
}
