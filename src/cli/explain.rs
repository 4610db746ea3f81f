//! `gatelint explain`: the page of a check, or how verdicts came about.

use super::args::Explain;
use super::custom;
use crate::check;
use crate::engine::{self, CheckNames, CustomPage, Subject};
use crate::gate::Exit;
use crate::model::Text;
use crate::report::{Options, explain};
use crate::scan;
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Hex digits of a fingerprint.
const FINGERPRINT: usize = 16;

/// Prints the page of a check, or the chain of each finding that is meant.
pub fn run(args: &Explain) -> anyhow::Result<Exit> {
    let custom = custom::pages(&args.choice.checks)?;
    let mut paths = args.paths.clone();
    let subject = match (&args.pass, &args.subject) {
        (Some(address), given) => {
            paths.splice(0..0, given.iter().map(PathBuf::from));
            Subject::Resource(address.as_str().into())
        }
        (None, Some(given)) => match subject(given) {
            Some(subject) => subject,
            None => return page(given, &custom),
        },
        (None, None) => anyhow::bail!("give the id of a check, a fingerprint, PATH:LINE, or --pass ADDRESS"),
    };
    let request = args.configuration.request(&paths, &args.choice, &args.values)?;
    let explained = scan::explain(&paths, &request, &subject)?;
    if explained.explanations.is_empty() {
        anyhow::bail!("{}", nothing(&subject));
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

fn nothing(subject: &Subject) -> String {
    match subject {
        Subject::Fingerprint(fingerprint) => {
            format!("no finding has the fingerprint {fingerprint}; it may be fixed, or need other paths or values")
        }
        Subject::Line(path, line) => {
            format!("nothing was found at {path}:{line}; --pass ADDRESS tells why nothing was found on a resource")
        }
        Subject::Resource(address) => {
            format!("no check looks at `{address}`; `gatelint inspect` lists the addresses there are")
        }
    }
}

/// Prints the page of a check.
fn page(id: &str, custom: &[CustomPage]) -> anyhow::Result<Exit> {
    let own = engine::latest(custom).map(|page| (page.id.as_str(), page.text.as_str()));
    let pages: Vec<(&str, &str)> = own.chain(check::pages().iter().map(|page| (page.id, page.text))).collect();
    let latest: Vec<&CustomPage> = engine::latest(custom).collect();
    let peers = || CheckNames::new(Vec::new(), &latest).peers(id);
    let ids = if pages.iter().any(|(known, _)| *known == id) { BTreeSet::from([Text::from(id)]) } else { peers() };
    let meant: Vec<&str> = pages.iter().filter(|(known, _)| ids.contains(*known)).map(|(_, text)| *text).collect();
    if meant.is_empty() {
        let near: Vec<&str> =
            pages.iter().map(|(known, _)| *known).filter(|known| known.contains(id)).take(5).collect();
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
        anyhow::bail!("there is no check `{id}`{hint}");
    }
    // The id of another tool may stand for several pages.
    io::stdout().lock().write_all(meant.join("\n").as_bytes())?;
    Ok(Exit::Open)
}
