//! Embeds the folders `checks/` and `frameworks/`: each folder is its registry.
//!
//! Writes a table of all pages, sorted by id, with the type patterns that each page's policies name,
//! so that at run time a page is parsed only when a resource of its types is there; and a table of all
//! catalogs of controls, sorted by name.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let checks = root.join("checks");
    println!("cargo:rerun-if-changed={}", checks.display());
    let mut pages = Vec::new();
    collect(&checks, &mut pages)?;
    pages.sort();
    let mut table = String::from("pub(super) static PAGES: &[Embedded] = &[\n");
    for path in pages {
        println!("cargo:rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let inside = path.strip_prefix(&checks).map_err(io::Error::other)?.with_extension("");
        let id = inside.to_string_lossy().replace('\\', "/");
        let patterns = patterns(&text);
        let _ = writeln!(
            table,
            "    Embedded {{ id: {id:?}, text: include_str!({:?}), patterns: &{patterns:?} }},",
            path.to_string_lossy()
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("pages.rs"), table)?;
    fs::write(out.join("frameworks.rs"), frameworks(&root.join("frameworks"))?)
}

/// The table of the catalogs in `dir`: the name of each file without `.tsv`, and its text.
fn frameworks(dir: &Path) -> io::Result<String> {
    println!("cargo:rerun-if-changed={}", dir.display());
    let mut files = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    let mut table = String::from("static CATALOGS: &[(&str, &str)] = &[\n");
    for path in files {
        println!("cargo:rerun-if-changed={}", path.display());
        if path.extension().is_none_or(|extension| extension != "tsv") {
            return Err(io::Error::other(format!("{} is no catalog: only .tsv files belong there", path.display())));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(table, "    ({name:?}, include_str!({:?})),", path.to_string_lossy());
    }
    table.push_str("];\n");
    Ok(table)
}

/// All pages below `dir`. Anything else there is a mistake worth stopping for.
fn collect(dir: &Path, pages: &mut Vec<PathBuf>) -> io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            collect(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        } else {
            return Err(io::Error::other(format!("{} is not a check: only .md pages belong there", path.display())));
        }
    }
    Ok(())
}

/// The type patterns of a page: what stands in the label of each `resource_policy`, and in both labels of each `path`.
/// A page whose paths lead between places alone is about everything.
fn patterns(page: &str) -> Vec<&str> {
    let labels = |line: &'_ str| -> usize {
        match line.trim_start() {
            line if line.starts_with("resource_policy ") => 1,
            line if line.starts_with("path ") => 2,
            _ => 0,
        }
    };
    let lines = page.lines().map(|line| (line, labels(line)));
    let named = lines.flat_map(|(line, labels)| line.split('"').skip(1).step_by(2).take(labels));
    let mut patterns: Vec<&str> = named.flat_map(|types| types.split('|')).map(str::trim).collect();
    patterns.sort_unstable();
    patterns.dedup();
    patterns
}
