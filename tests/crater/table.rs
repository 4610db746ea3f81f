//! The tables of numbers: read, compared, written.

use gatelint::check;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::{env, fs};

/// How often one check found something, over several repositories.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that count.
    pub findings: usize,
    /// Findings that were folded into that of a broader check.
    pub folded: usize,
    /// Inconclusive verdicts.
    pub inconclusive: usize,
}

/// How far the files of one repository were read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub evaluated: usize,
    pub partial: usize,
    pub skipped: usize,
    pub failed: usize,
    /// Members of units that are not there.
    pub unseen: usize,
    pub resources: usize,
}

impl Counts {
    fn row(self) -> String {
        format!("{}\t{}\t{}", self.findings, self.folded, self.inconclusive)
    }
}

impl Reading {
    fn row(self) -> String {
        let Self { evaluated, partial, skipped, failed, unseen, resources } = self;
        format!("{evaluated}\t{partial}\t{skipped}\t{failed}\t{unseen}\t{resources}")
    }
}

/// Rows of numbers as text: the set of repositories and the name, with the rest of the row.
type Rows = BTreeMap<(String, String), String>;

/// Whether the numbers are to be written.
fn is_updating() -> bool {
    env::var_os("UPDATE").is_some()
}

/// One file of numbers.
pub struct Table {
    name: &'static str,
    heading: &'static str,
}

const COUNTS: Table = Table { name: "counts.tsv", heading: "set\tcheck\tfindings\tfolded\tinconclusive" };
const FILES: Table =
    Table { name: "files.tsv", heading: "set\trepository\tevaluated\tpartial\tskipped\tfailed\tunseen\tresources" };

impl Table {
    /// Compares what was measured on one set of repositories with the tables, or writes it there. Fails with the rows
    /// that differ.
    pub fn compare(set: &str, counts: BTreeMap<String, Counts>, readings: BTreeMap<String, Reading>) {
        let mut all: BTreeMap<String, Counts> =
            check::pages().iter().map(|page| (page.id.to_owned(), Counts::default())).collect();
        all.extend(counts);
        let counts = all.into_iter().map(|(check, counts)| (check, counts.row())).collect();
        let readings = readings.into_iter().map(|(repository, reading)| (repository, reading.row())).collect();
        let (counts, readings) = (COUNTS.difference(set, &counts, true), FILES.difference(set, &readings, false));
        let difference = counts + &readings;
        assert!(
            difference.is_empty(),
            "\n{difference}`UPDATE=1 cargo test --test crater` writes these numbers; keep them if they are meant."
        );
    }

    /// The rows of a set that differ from those of the file, after the file was written where that is asked for.
    fn difference(&self, set: &str, found: &BTreeMap<String, String>, may_be_new: bool) -> String {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut rows = self.read();
        let known: BTreeMap<String, String> =
            rows.iter().filter(|((of, _), _)| of == set).map(|((_, name), row)| (name.clone(), row.clone())).collect();
        if is_updating() {
            rows.retain(|(of, _), _| of != set);
            rows.extend(found.iter().map(|(name, row)| ((set.to_owned(), name.clone()), row.clone())));
            self.write(&rows);
            return String::new();
        }
        let mut difference = String::new();
        for name in known.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
            match (known.get(name), found.get(name)) {
                (Some(before), Some(now)) if before == now => {}
                (None, Some(now)) if may_be_new => println!("new: {set} {name}: {}", now.replace('\t', " ")),
                (before, now) => {
                    let [before, now] = [before, now].map(|row| row.map_or("nothing", String::as_str));
                    let _ = writeln!(difference, "{set} {name}\n- {before}\n+ {now}");
                }
            }
        }
        if difference.is_empty() { difference } else { format!("{}: {}\n{difference}", self.name, self.heading) }
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/crater").join(self.name)
    }

    fn read(&self) -> Rows {
        let text = fs::read_to_string(self.path()).unwrap_or_else(|error| {
            assert!(is_updating(), "{}: {error}", self.path().display());
            String::new()
        });
        let rows = text.lines().skip(1).map(|line| {
            let (set, rest) = line.split_once('\t').expect("a set");
            let (name, row) = rest.split_once('\t').expect("a name");
            ((set.to_owned(), name.to_owned()), row.to_owned())
        });
        rows.collect()
    }

    fn write(&self, rows: &Rows) {
        let mut text = format!("{}\n", self.heading);
        for ((set, name), row) in rows {
            let _ = writeln!(text, "{set}\t{name}\t{row}");
        }
        fs::write(self.path(), text).unwrap();
    }
}
