//! The policy language as users meet it: its reference page, their mistakes, its limits, and policies
//! that were written for Terraform Policy.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod examples;
mod firewalls;
mod limits;
mod mistakes;
mod reference;
mod terraform_policy;
mod words;

use gatelint::discover::Memory;
use gatelint::engine::{CustomPage, Selection};
use gatelint::report::Report;
use gatelint::scan::{self, Request};

/// A page around some policies.
fn page(policy: &str) -> CustomPage {
    let text = format!(
        "---\ntitle: Test\nseverity: high\ncategory: access-control\n---\nWhy.\n\n## Fix\nThat.\n\n## Policy\n```hcl\n{policy}\n```\n"
    );
    custom(&text)
}

/// A page with this text.
fn custom(text: &str) -> CustomPage {
    CustomPage { id: "test/page".to_owned(), path: "test/page.md".to_owned(), text: text.to_owned() }
}

/// What that page says of some files.
fn judged(page: CustomPage, files: &[(&str, &str)], inputs: &[(&str, &str)]) -> Report {
    let mut request = Request {
        selection: Selection { only: vec!["test/page".to_owned()], ..Selection::default() },
        custom: vec![page],
        ..Request::default()
    };
    request.policies.inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    scan::judge(&Memory::tree(files.iter().copied()), &request).expect("the page can be chosen")
}

/// `path:line:column: message` of each problem.
fn problems(report: &Report) -> Vec<String> {
    let told = report.problems.iter().map(|problem| {
        let source = report.sources.get(problem.span.source);
        let (start, _) = source.places(problem.span);
        format!("{}:{}:{}: {}", source.path, start.line, start.column, problem.message)
    });
    told.collect()
}
