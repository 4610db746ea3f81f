//! Every example on every page is a test of its check, through the whole pipeline, alone.

use gatelint::source::{Problem, Sources};
use gatelint::{check, engine, examples};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let args = Arguments::from_args();
    let sources = Sources::default();
    let mut trials = Vec::new();
    for embedded in check::pages() {
        match engine::load(embedded, &sources) {
            Ok(page) => {
                for (number, example) in (1..).zip(page.examples) {
                    let name = format!("{}::{:?}::{number}", embedded.id, example.expectation).to_lowercase();
                    trials.push(Trial::test(name, move || Ok(examples::verify(embedded.id, None, &example)?)));
                }
            }
            Err(problems) => {
                let say = |problem: &Problem| {
                    let line = sources.get(problem.span.source).places(problem.span).0.line;
                    format!("checks/{}.md:{line}: {}", embedded.id, problem.message)
                };
                let message: Vec<String> = problems.iter().map(say).collect();
                trials.push(Trial::test(format!("{}::page", embedded.id), move || Err(message.join("\n").into())));
            }
        }
    }
    libtest_mimic::run(&args, trials).exit();
}
