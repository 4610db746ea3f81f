//! What a baseline survives and what it notices: the edits of `tests/data/edits`, through the whole pipeline and
//! the text of a file of known findings.

use gatelint::baseline::{self, Baseline, Comparison};
use gatelint::discover::Memory;
use gatelint::engine::Selection;
use gatelint::scan::{self, Known, Request};

const KEPT: &str = include_str!("../data/edits/kept.md");
const NOTICED: &str = include_str!("../data/edits/noticed.md");

/// One edit.
struct Edit<'t> {
    name: &'t str,
    checks: Vec<String>,
    /// `check resource path` of each finding that is new, sorted.
    new: Vec<&'t str>,
    before: Vec<(&'t str, String)>,
    after: Vec<(&'t str, String)>,
}

fn edits(page: &str) -> Vec<Edit<'_>> {
    page.split("\n## ").skip(1).map(edit).collect()
}

fn edit(section: &str) -> Edit<'_> {
    let (name, rest) = section.split_once('\n').expect("a heading");
    let (head, rest) = rest.split_once("```before\n").expect("a tree before");
    let (before, rest) = rest.split_once("\n```\n```after\n").expect("a tree after");
    let after = rest.split("\n```").next().expect("the end of the tree");
    let values = |key: &'static str| head.lines().filter_map(move |line| line.strip_prefix(key));
    let checks = values("checks: ").flat_map(|ids| ids.split(", ")).map(str::to_owned).collect();
    Edit { name, checks, new: values("new: ").collect(), before: files(before), after: files(after) }
}

fn files(tree: &str) -> Vec<(&str, String)> {
    let file = |part: &'_ str| part.split_once('\n').map(|(name, _)| name.len()).expect("a name");
    let parts = tree.split("# file: ").skip(1);
    parts.map(|part| (&part[..file(part)], part[file(part) + 1..].to_owned() + "\n")).collect()
}

/// What a baseline says of the findings in a tree.
fn compared(edit: &Edit, tree: &[(&str, String)], baseline: Baseline) -> Comparison {
    let tree = Memory::tree(tree.iter().map(|(path, text)| (*path, text.as_str())));
    let selection = Selection { only: edit.checks.clone(), ..Selection::default() };
    let request = Request { selection, known: Known::Baseline(baseline), ..Request::default() };
    let report = scan::judge(&tree, &request).expect("the checks are known");
    assert!(report.problems.is_empty(), "{}: {:?}", edit.name, report.problems);
    let comparison = report.comparison.expect("there is a baseline");
    let live = report.findings.iter().filter(|finding| finding.suppressed.is_none()).count();
    assert_eq!(live == 0, comparison.new.is_empty(), "{}: the report says otherwise", edit.name);
    comparison
}

/// What the findings before say of those after; also how many there were before.
fn outcome(edit: &Edit) -> (usize, Comparison) {
    let before = compared(edit, &edit.before, Baseline::default()).new;
    let found = before.len();
    let text = baseline::write(before);
    let baseline = Baseline::read(&text, "", "known").expect("what is written can be read");
    (found, compared(edit, &edit.after, baseline))
}

#[test]
fn an_edit_that_changes_nothing_leaves_findings_known() {
    let edits = edits(KEPT);
    assert!(edits.len() >= 20);
    let mut wrong = Vec::new();
    for edit in edits {
        let (found, Comparison { known, fixed, open, new }) = outcome(&edit);
        assert!(found > 0, "{}: nothing was found before", edit.name);
        if known.len() != found || !fixed.is_empty() || !open.is_empty() || !new.is_empty() {
            wrong.push(format!("{}: known {known:#?}, fixed {fixed:#?}, open {open:#?}, new {new:#?}", edit.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_an_edit_brings_is_new() {
    let edits = edits(NOTICED);
    assert!(edits.len() >= 20);
    let mut wrong = Vec::new();
    for edit in edits {
        let (found, comparison) = outcome(&edit);
        assert!(found > 0, "{}: nothing was found before", edit.name);
        let told = comparison.new.iter().map(|new| format!("{} {} {}", new.check, new.resource, new.path));
        let told: Vec<String> = told.collect();
        if told != edit.new {
            wrong.push(format!("{}: {told:?} instead of {:?}", edit.name, edit.new));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
