//! Embeds the folders `checks/` and `frameworks/`: each folder is its registry.
//!
//! Writes a table of all pages, sorted by id, with the type patterns that each page's policies name,
//! so that at run time a page is parsed only when a resource of its types is there; and a table of all
//! catalogs of controls, sorted by name.

use std::collections::{BTreeMap, BTreeSet};
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
    let families = families(&root.join("src/schema/families.tsv"))?;
    let rules = rules(&root.join("src/graph/edges"))?;
    let leading = leading(&rules);
    let mut table = String::from("pub(super) static PAGES: &[Embedded] = &[\n");
    for path in pages {
        println!("cargo:rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let inside = path.strip_prefix(&checks).map_err(io::Error::other)?.with_extension("");
        let id = inside.to_string_lossy().replace('\\', "/");
        let members = |name: &str| families.get(name).cloned().unwrap_or_else(|| vec![name.to_owned()]);
        let patterns: BTreeSet<String> = patterns(&text, &leading).into_iter().flat_map(members).collect();
        let patterns: Vec<String> = patterns.into_iter().collect();
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

/// The types of each family, by what a page calls it.
fn families(table: &Path) -> io::Result<BTreeMap<String, Vec<String>>> {
    println!("cargo:rerun-if-changed={}", table.display());
    let text = fs::read_to_string(table)?;
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    let family =
        |(name, types): (&str, &str)| (format!("family.{name}"), types.split(' ').map(str::to_owned).collect());
    Ok(lines.map(family).collect())
}

/// The rules of edges: the texts of all files in `dir`.
fn rules(dir: &Path) -> io::Result<String> {
    println!("cargo:rerun-if-changed={}", dir.display());
    fs::read_dir(dir)?.map(|entry| fs::read_to_string(entry?.path())).collect()
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

/// The types that a page is about: what stands in the label of each `resource_policy` and in both labels of each `path`,
/// and the types whose edges lead to a place where a path ends.
fn patterns<'t>(page: &'t str, leading: &BTreeMap<&'t str, BTreeSet<&'t str>>) -> BTreeSet<&'t str> {
    let headers = page.lines().map(str::trim_start);
    let labels = headers.flat_map(|line| match line.split_once(' ') {
        Some(("resource_policy", rest)) => types(rest, 1),
        Some(("path", rest)) => types(rest, 2),
        _ => Vec::new(),
    });
    let labels: BTreeSet<&str> = labels.collect();
    let leading = labels.iter().filter_map(|label| leading.get(label)).flatten().copied();
    leading.chain(labels.iter().copied()).collect()
}

/// The types in the first `count` labels of a block.
fn types(header: &str, count: usize) -> Vec<&str> {
    header.split('"').skip(1).step_by(2).take(count).flat_map(|label| label.split('|')).map(str::trim).collect()
}

/// For each place that an edge of `rules` has as its end, the types whose policies have such an edge.
fn leading(rules: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut leading: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut policy = Vec::new();
    for line in rules.lines().map(str::trim_start) {
        match line.split_once(' ') {
            Some(("resource_policy", rest)) => policy = types(rest, 1),
            Some(("to", rest)) if rest.trim_start_matches([' ', '=', '[']).starts_with('"') => {
                types(rest, 1).into_iter().for_each(|place| leading.entry(place).or_default().extend(&policy));
            }
            _ => {}
        }
    }
    leading
}
