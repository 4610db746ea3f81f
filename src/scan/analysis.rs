//! What is found in a tree, kept from one change to the next.
//!
//! A unit is evaluated again only if it was made from a file that changed: its candidates are a tree of their own, and
//! what the other units gave stays. Where a change alters which units there are, or what they are made from, all of the
//! tree is evaluated; so it is where admission policies judge the objects of all units.

use super::Request;
use super::part::{self, Part};
use crate::discover::Tree;
use crate::engine::Catalog;
use crate::finding::{self, Finding, Inconclusive, Judged};
use crate::limits::language_server::KEPT_BYTES;
use crate::source::{Problem, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What was found, and what it takes to find it again.
pub struct Analysis<'p> {
    /// What is to be done.
    pub request: &'p Request,
    /// The texts of all evaluations.
    pub sources: &'p Sources,
    /// The checks.
    pub catalog: &'p Catalog<'p>,
    part: Part,
    /// Which of it stands in each file.
    files: BTreeMap<String, InFile>,
    /// The bytes of all texts after the last evaluation of everything.
    bytes: usize,
}

/// Numbers of the findings, verdicts and problems that stand in one file.
#[derive(Clone, Debug, Default)]
struct InFile {
    findings: Vec<usize>,
    inconclusive: Vec<usize>,
    problems: Vec<usize>,
}

/// What was found, merged and sorted as in a report.
#[derive(Debug, Default)]
pub struct Settled {
    /// Fails.
    pub findings: Vec<Finding>,
    /// Verdicts that could not be given.
    pub inconclusive: Vec<Inconclusive>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
}

impl Settled {
    /// Folds, merges and sorts what was judged.
    pub fn of(mut judged: Judged, sources: &Sources) -> Self {
        finding::fold(&mut judged.findings);
        Self::folded(judged, sources)
    }

    /// Merges and sorts what was folded already.
    fn folded(mut judged: Judged, sources: &Sources) -> Self {
        judged.merge(sources);
        let Judged { findings, inconclusive, problems, .. } = judged;
        Self { findings, inconclusive, problems }
    }
}

impl<'p> Analysis<'p> {
    /// Nothing is found yet.
    pub fn new(request: &'p Request, sources: &'p Sources, catalog: &'p Catalog<'p>) -> Self {
        Self { request, sources, catalog, part: Part::default(), files: BTreeMap::new(), bytes: 0 }
    }

    /// The same, to be tried out: what is found then is not found here.
    #[must_use]
    pub fn fork(&self) -> Self {
        let Self { request, sources, catalog, part, files, bytes } = self;
        Self { request, sources, catalog, part: part.clone(), files: files.clone(), bytes: *bytes }
    }

    /// Whether so many texts came together that it is time to begin anew.
    pub fn is_full(&self) -> bool {
        self.sources.bytes() > self.bytes + KEPT_BYTES
    }

    /// Evaluates all of a tree.
    pub fn whole(&mut self, tree: &Tree) {
        self.part = part::part(tree, self.request, self.sources, self.catalog);
        self.bytes = self.sources.bytes();
        self.sort();
    }

    /// Evaluates what was made from `changed` files again.
    pub fn again(&mut self, tree: &Tree, changed: &BTreeSet<String>) {
        let is_candidate = |path: &String| tree.candidates.iter().any(|candidate| candidate.path == *path);
        let units = self.units_of(changed);
        let is_new = |path: &String| !self.part.units.values().any(|files| files.contains(path));
        if self.part.joined || changed.iter().any(|path| is_new(path) && is_candidate(path)) {
            return self.whole(tree);
        }
        let files = self.files_of(&units, changed);
        let mut tree_of_units = tree.only(&files);
        tree_of_units.apart.clone_from(&self.part.apart);
        let part = part::part(&tree_of_units, self.request, self.sources, self.catalog);
        let is_same = |unit: &String| part.units.get(unit) == self.part.units.get(unit);
        let is_known = |unit: &String| self.part.units.contains_key(unit);
        if !part.joined && units.iter().all(is_same) && part.units.keys().all(is_known) {
            self.join(part, &units, &files, changed);
        } else {
            self.whole(tree);
        }
    }

    /// The units that were made from one of the files.
    fn units_of(&self, files: &BTreeSet<String>) -> BTreeSet<String> {
        let made = self.part.units.iter().filter(|(_, made)| files.iter().any(|path| made.contains(path)));
        made.map(|(unit, _)| unit.clone()).collect()
    }

    /// All files that some units were made from, and `more`.
    fn files_of(&self, units: &BTreeSet<String>, more: &BTreeSet<String>) -> BTreeSet<String> {
        let made = units.iter().filter_map(|unit| self.part.units.get(unit)).flatten();
        made.chain(more).cloned().collect()
    }

    /// The files of the units that were made from one of `paths`; all there are where units are evaluated by what
    /// stands in others.
    pub fn reach(&self, paths: &BTreeSet<String>) -> BTreeSet<String> {
        if self.part.joined {
            return self.part.units.values().flatten().chain(paths).cloned().collect();
        }
        self.files_of(&self.units_of(paths), paths)
    }

    /// The tree of the units that were made from some files.
    pub fn around(&self, tree: &Tree, paths: &BTreeSet<String>) -> Tree {
        let mut around = tree.only(&self.reach(paths));
        around.apart.clone_from(&self.part.apart);
        around
    }

    /// The tree of some units.
    pub(super) fn of_units(&self, tree: &Tree, units: &BTreeSet<&str>) -> Tree {
        let units = units.iter().map(|unit| (*unit).to_owned()).collect();
        let mut tree = tree.only(&self.files_of(&units, &BTreeSet::new()));
        tree.apart.clone_from(&self.part.apart);
        tree
    }

    /// Puts what some units gave now in place of what they gave before.
    fn join(&mut self, part: Part, units: &BTreeSet<String>, files: &BTreeSet<String>, changed: &BTreeSet<String>) {
        let others = self.part.units.iter().filter(|(unit, _)| !units.contains(*unit));
        let others: BTreeSet<&String> = others.flat_map(|(_, files)| files).collect();
        let is_own = |path: &String| changed.contains(path) || files.contains(path) && !others.contains(path);
        let known = &self.part.units;
        // What is about a suppression has its file as unit.
        let is_again = |unit: &str| {
            let unit = unit.to_owned();
            if known.contains_key(&unit) { units.contains(&unit) } else { is_own(&unit) }
        };
        let path = |span: Span| self.sources.get(span.source).path.clone();
        let Judged { findings, inconclusive, problems, .. } = &mut self.part.judged;
        findings.retain(|finding| !is_again(&finding.unit));
        findings.extend(part.judged.findings.into_iter().filter(|finding| is_again(&finding.unit)));
        inconclusive.retain(|verdict| !is_again(&verdict.unit));
        inconclusive.extend(part.judged.inconclusive.into_iter().filter(|verdict| is_again(&verdict.unit)));
        problems.retain(|problem| !is_own(&path(problem.span)));
        problems.extend(part.judged.problems.into_iter().filter(|problem| files.contains(&path(problem.span))));
        self.sort();
    }

    /// Folds what was found, and sorts it by file.
    fn sort(&mut self) {
        let Judged { findings, inconclusive, problems, .. } = &mut self.part.judged;
        finding::fold(findings);
        let mut files: BTreeMap<String, InFile> = BTreeMap::new();
        let mut add = |span: Span, list: fn(&mut InFile) -> &mut Vec<usize>, number: usize| {
            let source = self.sources.get(span.source);
            if source.is_file {
                list(files.entry(source.path.clone()).or_default()).push(number);
            }
        };
        let spans = findings.iter().map(|finding| finding.shown_at(self.sources));
        spans.enumerate().for_each(|(number, span)| add(span, |file| &mut file.findings, number));
        let spans = inconclusive.iter().map(|verdict| verdict.place);
        spans.enumerate().for_each(|(number, span)| add(span, |file| &mut file.inconclusive, number));
        let spans = problems.iter().map(|problem| problem.span);
        spans.enumerate().for_each(|(number, span)| add(span, |file| &mut file.problems, number));
        self.files = files;
    }

    /// What was found, merged and sorted as in a report.
    pub fn settled(&self) -> Settled {
        let Judged { findings, inconclusive, problems, .. } = &self.part.judged;
        let (findings, inconclusive, problems) = (findings.clone(), inconclusive.clone(), problems.clone());
        Settled::folded(Judged { findings, inconclusive, problems, ..Judged::default() }, self.sources)
    }

    /// The files in which something was found, sorted.
    pub fn files(&self) -> impl Iterator<Item = &String> {
        self.files.keys()
    }

    /// What stands in one file, merged and sorted. It takes no longer if there is more in others.
    pub fn in_file(&self, path: &str) -> Settled {
        let Some(file) = self.files.get(path) else { return Settled::default() };
        let Judged { findings, inconclusive, problems, .. } = &self.part.judged;
        let (findings, inconclusive) = (chosen(findings, &file.findings), chosen(inconclusive, &file.inconclusive));
        let problems = chosen(problems, &file.problems);
        Settled::folded(Judged { findings, inconclusive, problems, ..Judged::default() }, self.sources)
    }

    /// The verdicts in one file that could not be given, each in its environment.
    pub fn undecided_in_file(&self, path: &str) -> Vec<Inconclusive> {
        let numbers = self.files.get(path).map(|file| file.inconclusive.as_slice());
        chosen(&self.part.judged.inconclusive, numbers.unwrap_or_default())
    }

    /// How far each file got in the last evaluation of everything.
    pub fn ledger(&self) -> &[crate::source::LedgerEntry] {
        &self.part.judged.ledger
    }
}

/// The elements with some numbers.
fn chosen<T: Clone>(all: &[T], numbers: &[usize]) -> Vec<T> {
    numbers.iter().filter_map(|number| all.get(*number)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::{Analysis, Settled};
    use crate::discover::Disk;
    use crate::scan::Request;
    use crate::source::Sources;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    /// What was found, as text, by place: the same of everything and of all files one by one.
    fn told(analysis: &Analysis<'_>) -> Vec<String> {
        let sources = analysis.sources;
        let whole = texts(&analysis.settled(), sources);
        let mut in_files: Vec<String> =
            analysis.files().flat_map(|file| texts(&analysis.in_file(file), sources)).collect();
        let mut sorted = whole.clone();
        sorted.sort();
        in_files.sort();
        assert_eq!(in_files, sorted);
        whole
    }

    fn texts(settled: &Settled, sources: &Sources) -> Vec<String> {
        let place = |span: crate::source::Span| {
            let source = sources.get(span.source);
            let (start, end) = source.places(span);
            format!("{}:{}:{}-{}:{}", source.path, start.line, start.column, end.line, end.column)
        };
        let findings = settled.findings.iter().map(|finding| {
            let hidden = (finding.suppressed.is_some(), finding.folded_into.is_some());
            let labels: Vec<String> = finding.labels.iter().map(|label| place(label.span)).collect();
            format!("{} {} {} {hidden:?} {labels:?}", place(finding.place), finding.check.id, finding.resource)
        });
        let verdicts = settled.inconclusive.iter();
        let verdicts =
            verdicts.map(|verdict| format!("{} {} {}", place(verdict.place), verdict.check.id, verdict.resource));
        let problems = settled.problems.iter().map(|problem| format!("{} {}", place(problem.span), problem.message));
        findings.chain(verdicts).chain(problems).collect()
    }

    /// After a change and its opposite, everything is as it was; and after a change alone, as a new evaluation has it.
    #[test]
    fn a_unit_that_is_evaluated_again_gives_what_a_whole_evaluation_gives() {
        let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
        let mut seen = 0;
        for project in std::fs::read_dir(projects).unwrap() {
            let tree = Disk::tree(&[project.unwrap().path()]).unwrap();
            let request = Request::default();
            let (sources, other_sources) = (Sources::default(), Sources::default());
            let catalog = request.catalog(&sources).unwrap();
            let other_catalog = request.catalog(&other_sources).unwrap();
            let mut analysis = Analysis::new(&request, &sources, &catalog);
            analysis.whole(&tree);
            let before = told(&analysis);
            for candidate in &tree.candidates {
                let Ok(bytes) = tree.files.read(&candidate.path) else { continue };
                let Ok(text) = String::from_utf8(bytes) else { continue };
                let texts = BTreeMap::from([(candidate.path.clone(), format!("\n{text}"))]);
                let changed = BTreeSet::from([candidate.path.clone()]);
                let overlaid = tree.overlaid(texts);
                analysis.again(&overlaid, &changed);
                let mut fresh = Analysis::new(&request, &other_sources, &other_catalog);
                fresh.whole(&overlaid);
                let (again, whole) = (told(&analysis), told(&fresh));
                assert_eq!(again, whole, "{}", candidate.path);
                analysis.again(&tree, &changed);
                assert_eq!(told(&analysis), before, "{}", candidate.path);
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen}");
    }
}
