//! A mistake in what is judged is never a defect of the check: in every example of every page each value is replaced
//! by values of other kinds, one at a time, and no check may fail to evaluate.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use gatelint::check::{self, Example, Language};
use gatelint::discover::Memory;
use gatelint::engine::{self, Selection};
use gatelint::scan::{self, Request};
use gatelint::source::{SourceId, Sources, Span};
use gatelint::syntax::hcl::{self, Body, Expr, ExprKind, Item};
use gatelint::syntax::yaml::{self, Dialect, Node};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What stands in place of a value.
const OTHERS: [&str; 5] = ["[]", "{}", "\"x\"", "1", "null"];

#[test]
fn no_check_fails_on_a_manifest_of_the_wrong_shape() {
    expect_no_defect(Language::Yaml, values_of_manifest);
}

#[test]
fn no_check_fails_on_a_configuration_of_the_wrong_shape() {
    expect_no_defect(Language::Terraform, values_of_configuration);
}

fn expect_no_defect(language: Language, values: fn(&str) -> BTreeSet<(usize, usize)>) {
    let pages: Vec<_> = check::pages().iter().collect();
    let failed = pages.par_iter().flat_map(|embedded| {
        let Ok(page) = engine::load(embedded, &Sources::default()) else { return Vec::new() };
        let examples = page.examples.iter().filter(|example| example.language == language);
        let failures: BTreeSet<String> = examples.flat_map(|example| defects(embedded.id, example, values)).collect();
        failures.into_iter().take(3).collect()
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// What the check `id` says of itself when it judges an example with one value replaced, for each of them: all
/// variants lie in directories of their own and are judged in one scan.
fn defects(id: &str, example: &Example, values: fn(&str) -> BTreeSet<(usize, usize)>) -> Vec<String> {
    let mut variants = Vec::new();
    for (name, text) in &example.files {
        for (start, end) in values(text) {
            for other in OTHERS {
                variants.push((name, format!("{}{other}{}", &text[..start], &text[end..])));
            }
        }
    }
    let mut files = Vec::new();
    for (number, (changed, text)) in variants.iter().enumerate() {
        for (name, original) in &example.files {
            let text = if name == *changed { text } else { original };
            files.push((format!("{number}/{name}"), text.as_str()));
        }
    }
    let tree = Memory::tree(files.iter().map(|(name, text)| (name.as_str(), *text)));
    let selection = Selection { only: vec![id.to_owned()], ..Selection::default() };
    let report = scan::judge(&tree, &Request { selection, ..Request::default() }).expect("the check exists");
    let own = report.problems.iter().filter(|problem| problem.message.contains("failed on"));
    let said = own.map(|problem| {
        let source = report.sources.get(problem.span.source);
        let (_, text) = files.iter().find(|(name, _)| *name == source.path).expect("the file was given");
        format!("{} {}\n{text}", problem.message, problem.help.as_deref().unwrap_or_default())
    });
    said.collect()
}

/// The places of all values in a manifest that are written out there.
fn values_of_manifest(text: &str) -> BTreeSet<(usize, usize)> {
    let mut places = BTreeSet::new();
    for document in &yaml::read(SourceId(0), text, Dialect::Kubernetes).documents {
        note_node(&document.root, &mut places);
    }
    places
}

fn note_node(node: &Node, places: &mut BTreeSet<(usize, usize)>) {
    let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    // What makes it an object is looked at where it is read.
    let entries = entries.iter().filter(|entry| !["apiVersion", "kind"].contains(&entry.key.as_str()));
    let items = node.as_items().unwrap_or_default();
    for value in entries.map(|entry| &entry.value).chain(items) {
        if value.alias.is_none() {
            places.insert(ends(value.span));
            note_node(value, places);
        }
    }
}

/// The places of all values in a configuration.
fn values_of_configuration(text: &str) -> BTreeSet<(usize, usize)> {
    let mut places = BTreeSet::new();
    note_body(&hcl::parse(SourceId(0), text).0, &mut places);
    places
}

fn note_body(body: &Body, places: &mut BTreeSet<(usize, usize)>) {
    for item in &body.items {
        match item {
            Item::Attribute(attribute) => note_expression(&attribute.value, places),
            Item::Block(block) => note_body(&block.body, places),
        }
    }
}

fn note_expression(expr: &Expr, places: &mut BTreeSet<(usize, usize)>) {
    places.insert(ends(expr.span));
    match &expr.kind {
        ExprKind::Tuple(items) => items.iter().for_each(|item| note_expression(item, places)),
        ExprKind::Object(items) => items.iter().for_each(|item| note_expression(&item.value, places)),
        ExprKind::Call(call) => call.args.iter().for_each(|arg| note_expression(arg, places)),
        _ => {}
    }
}

fn ends(span: Span) -> (usize, usize) {
    (span.start as usize, span.end as usize)
}
