//! `docs/policy-language.md` cannot drift: its functions exist, ours are all on it, its examples run.

use super::{judged, page};
use gatelint::engine::vocabulary;
use gatelint::expr::functions;
use std::collections::BTreeSet;
use std::fs;

fn text() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/policy-language.md")).unwrap()
}

/// The names before `(` in the first column of the table under `## Functions`.
fn documented(text: &str) -> BTreeSet<String> {
    let section = text.split("## Functions").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let column = rows.filter_map(|row| row.split("` |").next());
    let calls = column.flat_map(|cell| cell.split('`').filter(|part| part.contains('(')).collect::<Vec<_>>());
    calls.map(|call| call.split('(').next().unwrap().trim().to_owned()).collect()
}

#[test]
fn every_function_on_the_page_exists_and_ours_are_all_there() {
    let documented = documented(&text());
    let terraform: BTreeSet<&str> = functions::names().collect();
    for name in &documented {
        assert!(vocabulary().contains(&name.as_str()), "`{name}` does not exist");
    }
    for name in vocabulary().iter().filter(|name| !terraform.contains(*name)) {
        assert!(documented.contains(*name), "`{name}` is not on the page");
    }
}

/// The lines of the examples: expression and what it gives.
fn examples(text: &str) -> (String, Vec<(String, String)>) {
    let section = text.split("## Examples").nth(1).unwrap();
    let fence = |info: &str| section.split(&format!("```{info}\n")).nth(1).unwrap().split("```").next().unwrap();
    let pair = |line: &str| {
        let (expression, value) = line.rsplit_once(" # ").unwrap();
        (expression.trim().to_owned(), value.trim().to_owned())
    };
    (fence("terraform").to_owned(), fence("hcl").lines().map(pair).collect())
}

#[test]
fn every_example_gives_what_stands_behind_it() {
    let (file, examples) = examples(&text());
    assert!(examples.len() > 50);
    let mut wrong = Vec::new();
    for (expression, value) in &examples {
        let wanted = if ["unknown", "error"].contains(&value.as_str()) { "true" } else { value };
        let policy = format!(
            "resource_policy \"aws_example\" \"e\" {{\n  enforce {{ condition = ({expression}) == ({wanted}) }}\n}}"
        );
        let report = judged(page(&policy), &[("main.tf", &file)], &[]);
        let found = match (report.problems.first(), report.inconclusive.len(), report.findings.len()) {
            (Some(_), _, _) => "error",
            (None, 1, 0) => "unknown",
            (None, 0, 0) => value,
            _ => "something else",
        };
        if found != value {
            let why = report.problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
            wrong.push(format!("{expression} is {found}, not {value} {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_of_ours_has_an_example() {
    let (_, examples) = examples(&text());
    let terraform: BTreeSet<&str> = functions::names().collect();
    // These look at Kubernetes objects around a resource; pages that use them are their examples.
    let elsewhere = ["in_namespace", "role_rules", "selected", "selecting"];
    for name in vocabulary().iter().filter(|name| !terraform.contains(*name) && !elsewhere.contains(name)) {
        let called = format!("{name}(");
        assert!(examples.iter().any(|(expression, _)| expression.contains(&called)), "`{name}` has no example");
    }
}
