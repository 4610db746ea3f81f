//! Every example on every page is a test of its check, through the whole pipeline, alone.

use gatelint::check::{self, Example, Expectation};
use gatelint::discover::Memory;
use gatelint::engine::{self, Selection};
use gatelint::report::Report;
use gatelint::scan::{self, Request};
use gatelint::source::{Sources, Span};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;

fn main() {
    let args = Arguments::from_args();
    let sources = Sources::default();
    let mut trials = Vec::new();
    for embedded in check::pages() {
        match engine::load(embedded, &sources) {
            Ok(page) => {
                for (number, example) in (1..).zip(page.examples) {
                    let name = format!("{}::{:?}::{number}", embedded.id, example.expectation).to_lowercase();
                    trials.push(Trial::test(name, move || run(embedded.id, &example)));
                }
            }
            Err(problems) => {
                let place = |span: Span| sources.get(span.source).places(span).0;
                let say = |problem: &gatelint::source::Problem| {
                    format!("checks/{}.md:{}: {}", embedded.id, place(problem.span).line, problem.message)
                };
                let message: Vec<String> = problems.iter().map(say).collect();
                trials.push(Trial::test(format!("{}::page", embedded.id), move || Err(message.join("\n").into())));
            }
        }
    }
    libtest_mimic::run(&args, trials).exit();
}

/// Scans the example's files with only that check, and compares with what the page promises.
fn run(id: &str, example: &Example) -> Result<(), Failed> {
    let tree = Memory::tree(example.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let request =
        Request { selection: Selection { only: vec![id.to_owned()], ..Selection::default() }, ..Request::default() };
    let report = scan::judge(&tree, &request)?;
    let defects: Vec<&str> = report
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .filter(|message| message.contains("Check `"))
        .collect();
    if !defects.is_empty() {
        return Err(defects.join("\n").into());
    }
    let found: BTreeSet<(String, u32)> = report.findings.iter().map(|finding| line(&report, finding.place)).collect();
    let marked: BTreeSet<(String, u32)> = match example.expectation {
        Expectation::Fail => example.marks().into_iter().map(|(name, line)| (name.to_owned(), line)).collect(),
        Expectation::Pass | Expectation::Inconclusive => BTreeSet::new(),
    };
    if example.expectation == Expectation::Fail && marked.is_empty() {
        return Err("a failing example marks its lines with `# expect`".into());
    }
    if found != marked {
        return Err(format!("found {found:?}, but marked is {marked:?}\n{}", story(&report)).into());
    }
    let inconclusive = !report.inconclusive.is_empty();
    if inconclusive != (example.expectation == Expectation::Inconclusive) {
        let word = if inconclusive { "something" } else { "nothing" };
        return Err(format!("{word} is inconclusive\n{}", story(&report)).into());
    }
    Ok(())
}

fn line(report: &Report, span: Span) -> (String, u32) {
    let source = report.sources.get(span.source);
    (source.path.clone(), source.places(span).0.line)
}

/// What was found and said, for the reader of a failed test.
fn story(report: &Report) -> String {
    let findings = report.findings.iter().map(|finding| {
        let (file, line) = line(report, finding.place);
        format!("  {file}:{line}: {} ({})", finding.message, finding.resource)
    });
    let inconclusive = report.inconclusive.iter().map(|verdict| {
        let because: Vec<String> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        format!("  inconclusive on {}: {}", verdict.resource, because.join("; "))
    });
    let problems = report.problems.iter().map(|problem| format!("  problem: {}", problem.message));
    findings.chain(inconclusive).chain(problems).collect::<Vec<_>>().join("\n")
}
