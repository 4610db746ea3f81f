//! Makes the site: a page for every check, for every framework, and for every page of `docs/`.
//!
//! `cargo run --manifest-path tools/site/Cargo.toml -- ROOT OUT`, with the root of the repository. The same
//! files give the same bytes. A page of a check stands at `checks/<id>.html`, which is where `helpUri` of SARIF leads:
//! these addresses stay as long as the ids do. An id that was renamed leaves a page that leads to the new one.

mod check;
mod code;
mod document;
mod frame;
mod framework;
mod index;
mod markdown;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Everything that is written: path below the folder of the site, and content.
type Files = BTreeMap<String, Vec<u8>>;

fn main() -> io::Result<()> {
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let (Some(root), Some(out), None) = (args.next(), args.next(), args.next()) else {
        eprintln!("usage: gatelint-site ROOT OUT");
        std::process::exit(2);
    };
    let checks = check::read_all(&root.join("checks"))?;
    let frameworks = framework::read_all(&root.join("frameworks"))?;
    let mut files = Files::new();
    files.insert("style.css".into(), include_str!("style.css").into());
    files.insert("search.js".into(), include_str!("search.js").into());
    files.insert("index.html".into(), index::page(&checks, &frameworks).into());
    files.insert("search.json".into(), index::data(&checks, &frameworks).into());
    for check in &checks {
        files.insert(format!("checks/{}.html", check.id), check.page(&frameworks).into());
        for old in check.front.aliases.get("gatelint").into_iter().flatten() {
            files.insert(format!("checks/{old}.html"), check.moved(old).into());
        }
    }
    for framework in &frameworks {
        files.insert(format!("frameworks/{}.html", framework.name), framework.page(&checks).into());
    }
    document::pages(&root, &mut files)?;
    write(&out, &files)?;
    println!("{} files: {} checks, {} frameworks", files.len(), checks.len(), frameworks.len());
    Ok(())
}

fn write(out: &Path, files: &Files) -> io::Result<()> {
    for (path, content) in files {
        let path = out.join(path);
        fs::create_dir_all(path.parent().unwrap_or(out))?;
        fs::write(path, content)?;
    }
    Ok(())
}

/// All files below `dir` with that extension, sorted: the path without the extension, with `/`, and the text.
fn texts(dir: &Path, extension: &str) -> io::Result<Vec<(String, String)>> {
    let text = |(name, path): (String, PathBuf)| Ok((name, fs::read_to_string(path)?));
    paths(dir, extension)?.into_iter().map(text).collect()
}

/// All files below `dir` with that extension, sorted: the path below `dir` without the extension, with `/`, and the
/// whole path.
fn paths(dir: &Path, extension: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path.strip_prefix(dir).map_err(io::Error::other)?.with_extension("");
                found.push((name.to_string_lossy().replace('\\', "/"), path));
            }
        }
    }
    found.sort();
    Ok(found)
}
