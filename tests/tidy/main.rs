//! The house rules that a machine can hold: layers, circles, sizes, heads, names.
//!
//! The list of modules, with what each may use, is the table at the head of `src/lib.rs`; nothing repeats it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod limits;
mod paths;

use paths::{Crate, Module};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Names that do not say what a file knows.
const BANNED: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

/// Lines that a source file may have.
const MAX_LINES: usize = 500;

/// Files that use each other for a reason that cannot be had otherwise.
const CIRCLES: &[(&[&str], &str)] = &[(
    &["model/origin", "model/unknown", "model/value"],
    "a value has an origin, and a hop of an origin keeps the value that was encoded there; an unknown list has known \
         values",
)];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below `dir`, with their texts.
fn rust_files(dir: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
    files.sort();
    files
}

fn sources() -> Vec<(PathBuf, String)> {
    let files = rust_files(&root().join("src"));
    assert!(files.len() > 50, "the source folder was not found");
    files
}

fn modules() -> Crate {
    let sources = sources();
    let src = root().join("src");
    // Tests beside the code run the real thing, whatever it takes.
    let code = sources.iter().filter(|(path, _)| !path.iter().any(|part| part == "tests" || part == "tests.rs"));
    Crate::new(code.map(|(path, text)| (path.strip_prefix(&src).unwrap(), text.as_str())))
}

/// The rows of the table in `src/lib.rs`, in order: a module (or a room of one, `lower/terraform`), and what it may
/// use beside itself.
fn table() -> Vec<(String, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let names = |cell: &str| {
        let quoted = cell.split('`').skip(1).step_by(2);
        quoted.map(|name| name.replace("::", "/")).collect::<Vec<_>>()
    };
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | ")).filter_map(|row| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [module, _, uses] = cells.as_slice() else { return None };
        Some((names(module).first()?.clone(), names(uses).into_iter().collect()))
    });
    let rows: Vec<(String, BTreeSet<String>)> = rows.collect();
    assert!(rows.len() > 15, "the table of modules in src/lib.rs was not found");
    rows
}

/// The longest row that a module lies in.
fn row_of<'t>(table: &'t [(String, BTreeSet<String>)], module: &Module) -> Option<&'t (String, BTreeSet<String>)> {
    let path = module.join("/");
    let rows = table
        .iter()
        .filter(|(row, _)| path == *row || path.strip_prefix(row).is_some_and(|rest| rest.starts_with('/')));
    rows.max_by_key(|(row, _)| row.len())
}

#[test]
fn every_file_uses_only_what_its_row_allows() {
    let (table, modules) = (table(), modules());
    let mut wrong = Vec::new();
    for module in modules.modules().filter(|module| !module.is_empty() && *module != &["main"]) {
        let Some((row, allowed)) = row_of(&table, module) else {
            wrong.push(format!("{} stands in no row of the table in src/lib.rs", module.join("/")));
            continue;
        };
        for used in modules.uses(module) {
            let Some((other, _)) = row_of(&table, &used) else { continue };
            if other != row && !allowed.contains(other) {
                wrong.push(format!("{}: `{row}` must not use `{other}` ({})", module.join("/"), used.join("/")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_goes_one_way() {
    let table = table();
    let mut seen = BTreeSet::new();
    for (row, uses) in &table {
        seen.insert(row.clone());
        let ahead: Vec<&String> = uses.difference(&seen).collect();
        assert!(ahead.is_empty(), "`{row}` uses rows below it, or none: {ahead:?}");
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let map = readme.split("## Code map").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let missing: Vec<&String> = table
        .iter()
        .map(|(row, _)| row)
        .filter(|row| !row.contains('/'))
        .filter(|row| {
            !map.lines().any(|line| {
                line.trim().starts_with(&format!("{row}/")) || line.trim().starts_with(&format!("{row}.rs"))
            })
        })
        .collect();
    assert!(missing.is_empty(), "not on the code map of the README: {missing:?}");
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let modules = modules();
    let uses: BTreeMap<&Module, BTreeSet<Module>> =
        modules.modules().map(|module| (module, modules.uses(module))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for module in uses.keys() {
        let reached = reached(&uses, module);
        let circle: Vec<String> = reached
            .iter()
            .filter(|other| self::reached(&uses, other).contains(*module))
            .map(|other| other.join("/"))
            .collect();
        if reached.contains(*module) {
            circles.insert(circle);
        }
    }
    for (known, _) in CIRCLES {
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        assert!(circles.remove(&known), "{known:?} is no circle any more");
    }
    let circles: Vec<String> = circles.iter().map(|circle| circle.join(" · ")).collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// The modules that `from` uses, and those that they use, and so on.
fn reached(uses: &BTreeMap<&Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(next) = open.pop() {
        for used in uses.get(&next).into_iter().flatten() {
            if reached.insert(used.clone()) {
                open.push(used.clone());
            }
        }
    }
    reached
}

#[test]
fn every_file_has_a_head_and_fits_its_room() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{}: {lines} lines, at most {MAX_LINES}", path.display()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{}: begins without a //! head", path.display()));
        }
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if BANNED.contains(&stem.as_str()) {
            wrong.push(format!("{}: name it by what it knows", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_human_report_names_miette() {
    let naming = sources().into_iter().filter(|(_, text)| text.contains("miette::"));
    let naming: Vec<String> =
        naming.map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(naming.iter().all(|name| name == "human.rs"), "{naming:?}");
}

#[test]
fn main_is_short() {
    let text = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(text.lines().count() <= 60);
}

/// `fuzz/run all` goes by the folders of seeds.
#[test]
fn every_fuzz_target_has_seeds() {
    let text = fs::read_to_string(root().join("fuzz/src/targets.rs")).unwrap();
    let (_, table) = text.split_once("pub const TARGETS").expect("the table of targets");
    let (table, _) = table.split_once("\n];").expect("its end");
    let names = table.split("(\"").skip(1).filter_map(|row| row.split_once("\", |")).map(|(name, _)| name.to_owned());
    let seeds = fs::read_dir(root().join("fuzz/seeds")).unwrap().map(|entry| entry.unwrap().file_name());
    let seeds = seeds.map(|name| name.into_string().unwrap());
    assert_eq!(names.collect::<BTreeSet<_>>(), seeds.collect::<BTreeSet<_>>());
}
