//! Files of the fixtures with something wrong in them: cut off, with bytes changed, tokens put in, parts of one in
//! another. No reader panics on one, and every place that is told lies within its text.
//!
//! `HOSTILE_ROUNDS` says how often each file is changed, and `HOSTILE_SEED` where the row of changes begins: the same
//! numbers make the same changes.

use gatelint::discover::Memory;
use gatelint::scan::{self, Request};
use gatelint::source::{Derived, SourceId, Span, extension};
use gatelint::syntax::yaml::{self, Dialect};
use gatelint::syntax::{dockerfile, hcl, shell};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, panic};

/// Changes of one file that only readers see.
const ROUNDS: usize = 40;
/// Trees of changed files that are evaluated.
const TREES: usize = 24;
/// Files of one tree.
const FILES: usize = 12;

/// What is put into a text.
const TOKENS: [&str; 28] = [
    "\0",
    "\u{feff}",
    "\r",
    "\t",
    "\n",
    "${",
    "%{",
    "}",
    "\"",
    "'",
    "<<EOF\n",
    "<<-",
    "*a",
    "&a ",
    "!!x ",
    "? ",
    "---\n",
    "{{",
    "}}",
    "{{ end }}",
    "\\",
    "$(",
    "`",
    "#",
    "/*",
    "é",
    "\u{10ffff}",
    "1e9999",
];

/// Numbers that look random and are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}

fn number(name: &str, usual: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The files of the fixtures, as paths and texts.
fn corpus() -> Vec<(String, String)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut directories: Vec<PathBuf> = vec![fixtures];
    let mut files = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                directories.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push((path.file_name().unwrap().to_string_lossy().into_owned(), text));
            }
        }
    }
    files.retain(|(name, text)| !name.starts_with("expected") && extension(name) != "md" && text.len() < 20_000);
    files.sort();
    assert!(files.len() > 50, "the fixtures were not found");
    files
}

/// A changed text.
fn changed(text: &str, other: &str, numbers: &mut Numbers) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len() + 1);
        match numbers.below(6) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
            2 => {
                let token = TOKENS[numbers.below(TOKENS.len())];
                bytes.splice(at..at, token.bytes());
            }
            3 => {
                let end = (at + numbers.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + numbers.below(200)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                let from = numbers.below(other.len() + 1);
                let end = (from + numbers.below(200)).min(other.len());
                bytes.splice(at..at, other.as_bytes()[from..end].to_vec());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn expect_inside(span: Span, text: &str) {
    let place = text.get(span.start as usize..span.end as usize);
    assert!(place.is_some(), "{span:?} is no place in a text of {} bytes:\n{text}", text.len());
}

/// Reads a text as everything that its name may mean.
fn read(name: &str, text: &str) {
    let source = SourceId(0);
    let mut problems = Vec::new();
    if name.contains("ockerfile") {
        problems.extend(dockerfile::parse(source, text).problems);
        let _ = shell::Parser::default().parse(text);
    } else if extension(name) == "json" {
        problems.extend(hcl::parse_json(source, text, &|_, _| hcl::Property::Argument).1);
        problems.extend(yaml::read(&Derived::file(source, text), Dialect::Kubernetes).problems);
    } else if ["yaml", "yml"].contains(&extension(name)) {
        for dialect in [Dialect::Kubernetes, Dialect::Kustomize] {
            problems.extend(yaml::read(&Derived::file(source, text), dialect).problems);
        }
    } else {
        problems.extend(hcl::parse(source, text).1);
    }
    problems.iter().for_each(|problem| expect_inside(problem.span, text));
}

#[test]
fn readers_take_every_changed_file() {
    let (corpus, seed) = (corpus(), number("HOSTILE_SEED", 1));
    let rounds = number("HOSTILE_ROUNDS", ROUNDS);
    corpus.par_iter().enumerate().for_each(|(place, (name, text))| {
        let mut numbers = Numbers((seed as u64) << 32 | place as u64);
        for _ in 0..rounds {
            let (_, other) = &corpus[numbers.below(corpus.len())];
            read(name, &changed(text, other, &mut numbers));
        }
    });
}

#[test]
fn readers_take_every_beginning_of_a_file() {
    let corpus = corpus();
    corpus.par_iter().for_each(|(name, text)| {
        let ends = text.char_indices().map(|(at, _)| at);
        // Every beginning of a small file, and every line of a large one.
        let is_end = |at: &usize| text.len() < 1500 || text.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\n');
        ends.filter(is_end).for_each(|end| read(name, &text[..end]));
    });
}

/// Caught panics are defects too: the hook counts them.
#[test]
fn scans_take_trees_of_changed_files() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(told);
    }));
    let (corpus, seed) = (corpus(), number("HOSTILE_SEED", 1));
    let trees = number("HOSTILE_ROUNDS", ROUNDS) * TREES / ROUNDS;
    (0..trees).into_par_iter().for_each(|tree| {
        let mut numbers = Numbers((seed as u64) << 32 | 1 << 31 | tree as u64);
        let files: Vec<(String, String)> = (0..FILES)
            .map(|place| {
                let (name, text) = &corpus[numbers.below(corpus.len())];
                let (_, other) = &corpus[numbers.below(corpus.len())];
                (format!("{place}/{name}"), changed(text, other, &mut numbers))
            })
            .collect();
        let memory = Memory::tree(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let report = scan::judge(&memory, &Request::default()).expect("no check is chosen that does not exist");
        let spans = report.problems.iter().map(|problem| problem.span);
        for span in spans.chain(report.findings.iter().map(|finding| finding.place)) {
            expect_inside(span, &report.sources.get(span.source).text);
        }
    });
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "a reader or an evaluation panicked; see above");
}
