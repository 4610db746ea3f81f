//! `gatelint explain`: the page of a check, or how verdicts came about.

use super::args::Explain;
use super::terminal;
use crate::check;
use crate::discover;
use crate::engine::{self, CheckNames, CustomPage, Subject};
use crate::gate::Exit;
use crate::model::Text;
use crate::report::{Options, explain};
use crate::scan;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Hex digits of a fingerprint.
const FINGERPRINT: usize = 16;

/// Prints the page of a check, or the chain of each finding that is meant.
pub fn run(args: &Explain) -> anyhow::Result<Exit> {
    let mut paths = args.paths.clone();
    let subject = match (&args.pass, &args.subject) {
        (Some(address), given) => {
            paths.splice(0..0, given.iter().map(PathBuf::from));
            Subject::Resource(address.as_str().into())
        }
        (None, Some(given)) => match subject(given) {
            Some(subject) => subject,
            None => return page(given, &args.configuration.pages(&args.paths, &args.choice.checks)?),
        },
        (None, None) => anyhow::bail!("give the id of a check, a fingerprint, PATH:LINE, or --pass ADDRESS"),
    };
    let request = args.configuration.request(&paths, &args.choice, &args.values)?;
    let explained = scan::explain(&paths, &request, &subject)?;
    if explained.explanations.is_empty() {
        anyhow::bail!("{}", nothing(&subject, &paths));
    }
    let stdout = io::stdout();
    let options = Options { terminal: args.colours.of_stream(&stdout), ..Options::default() };
    explain::write(&explained, &options, &mut stdout.lock())?;
    Ok(Exit::Open)
}

/// A fingerprint or `PATH:LINE[:COLUMN]`; none for anything else, which is the id of a check.
fn subject(given: &str) -> Option<Subject> {
    if given.len() == FINGERPRINT && given.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(Subject::Fingerprint(given.to_ascii_lowercase()));
    }
    let (path, last) = given.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    // What compilers, editors and the compact format write goes on with a column.
    let (path, line) = match path.rsplit_once(':').map(|(path, line)| (path, line.parse())) {
        Some((path, Ok(line))) => (path, line),
        _ => (path, last),
    };
    let path = path.replace('\\', "/");
    Some(Subject::Line(path.trim_start_matches("./").to_owned(), line))
}

fn nothing(subject: &Subject, paths: &[PathBuf]) -> String {
    match subject {
        Subject::Fingerprint(fingerprint) => {
            format!("no finding has the fingerprint {fingerprint}; it may be fixed, or need other paths or values")
        }
        Subject::Line(path, line) => {
            let root = discover::upwards(paths, &[]).map(|(root, _)| root).unwrap_or_default();
            let folders = paths.iter().map(PathBuf::as_path).chain([Path::new(""), &root]);
            if !folders.into_iter().any(|folder| folder.ends_with(path) || folder.join(path).is_file()) {
                return format!("there is no file `{path}`");
            }
            format!("no check fails at {path}:{line}; --pass ADDRESS explains why the checks of a resource pass")
        }
        Subject::Resource(address) => {
            format!("no check evaluates `{address}`; `gatelint inspect` lists all addresses")
        }
    }
}

/// Prints the pages of the check with this id, or of the checks that find what the check of another tool finds, each
/// after a line with its id.
fn page(id: &str, custom: &[CustomPage]) -> anyhow::Result<Exit> {
    let latest: Vec<&CustomPage> = engine::latest(custom).collect();
    let own = latest.iter().map(|page| (page.id.as_str(), page.text.as_str()));
    let pages: Vec<(&str, &str)> = own.chain(check::pages().iter().map(|page| (page.id, page.text))).collect();
    let names = CheckNames::new(pages.iter().map(|(id, _)| *id).collect(), &latest);
    let exact = pages.iter().find(|(known, _)| *known == id);
    let ids = exact.map_or_else(|| names.peers(id), |(id, _)| BTreeSet::from([Text::from(*id)]));
    let mut meant = Vec::new();
    for known in &ids {
        let Some((_, text)) = pages.iter().find(|(id, _)| *id == known.as_str()) else { continue };
        let also = if exact.is_some() { String::new() } else { format!(" (also {id})") };
        meant.push(format!("{known}{also}\n\n{text}"));
    }
    if meant.is_empty() {
        anyhow::bail!("{}", unknown(id, &names));
    }
    terminal::print(&meant.join("\n"))?;
    Ok(Exit::Open)
}

/// What is wrong with a subject that is the id of no check.
fn unknown(given: &str, names: &CheckNames<'_>) -> String {
    if Path::new(given).is_file() {
        return format!("`{given}` is a file: add the line of a finding, as in `{given}:1`");
    }
    format!("there is no check `{given}`{}", names.similar(given))
}
