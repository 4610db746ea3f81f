//! A mistake in what is judged is never a defect of the check: in the examples of every page each value is replaced
//! by values of other kinds, one at a time, and no check may fail to evaluate.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use gatelint::check::{self, Example, Language};
use gatelint::discover::Memory;
use gatelint::engine::{self, Selection};
use gatelint::scan::{self, Request};
use gatelint::source::{Derived, ProblemKind, SourceId, Sources, Span};
use gatelint::syntax::hcl::{self, Body, Expr, ExprKind, Item};
use gatelint::syntax::yaml::{self, Dialect, Node};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How often a value at one path is replaced on one page.
const MOST_TIMES: usize = 2;

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

/// A value that is written out in a text: the names on the way to it, and its bytes.
type Written = (String, (usize, usize));

fn expect_no_defect(language: Language, values: fn(&str) -> Vec<Written>) {
    let pages: Vec<_> = check::pages().iter().collect();
    let failed = pages.par_iter().flat_map(|embedded| {
        let Ok(page) = engine::load(embedded, &Sources::default()) else { return Vec::new() };
        let examples = page.examples.iter().filter(|example| example.language == language);
        let mut times = BTreeMap::new();
        let failures: BTreeSet<String> =
            examples.flat_map(|example| defects(embedded.id, example, values, &mut times)).collect();
        failures.into_iter().take(3).collect()
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// What the check `id` says of itself when it judges an example with one value replaced, for each of them: all
/// variants lie in directories of their own and are judged in one scan.
fn defects(
    id: &str,
    example: &Example,
    values: fn(&str) -> Vec<Written>,
    times: &mut BTreeMap<String, usize>,
) -> Vec<String> {
    let mut variants = Vec::new();
    for (name, text) in &example.files {
        for (path, (start, end)) in values(text) {
            let times = times.entry(path).or_default();
            *times += 1;
            if *times > MOST_TIMES {
                continue;
            }
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
    let own = report.problems.iter().filter(|problem| problem.kind == ProblemKind::Check);
    let said = own.map(|problem| {
        let source = report.sources.get(problem.span.source);
        let (_, text) = files.iter().find(|(name, _)| *name == source.path).expect("the file was given");
        format!("{} {}\n{text}", problem.message, problem.help.as_deref().unwrap_or_default())
    });
    said.collect()
}

/// The values in a manifest, under the kind of the object.
fn values_of_manifest(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for document in &yaml::read(&Derived::file(SourceId(0), text), Dialect::Kubernetes).documents {
        let kind = document.root.get("kind").and_then(Node::as_str).unwrap_or_default();
        note_node(&document.root, kind, &mut found);
    }
    found
}

fn note_node(node: &Node, path: &str, found: &mut Vec<Written>) {
    let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    // What makes it an object is looked at where it is read.
    let entries = entries.iter().filter(|entry| !["apiVersion", "kind"].contains(&entry.key.as_str()));
    let entries = entries.map(|entry| (format!("{path}.{}", entry.key), &entry.value));
    let items = node.as_items().unwrap_or_default().iter().map(|item| (format!("{path}[]"), item));
    for (path, value) in entries.chain(items).filter(|(_, value)| value.alias.is_none()) {
        found.push((path.clone(), ends(value.span)));
        note_node(value, &path, found);
    }
}

/// The values in a configuration, under the kinds and labels of the blocks.
fn values_of_configuration(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    note_body(&hcl::parse(SourceId(0), text).0, "", &mut found);
    found
}

fn note_body(body: &Body, path: &str, found: &mut Vec<Written>) {
    for item in &body.items {
        match item {
            Item::Attribute(attribute) => {
                note_expression(&attribute.value, &format!("{path}.{}", attribute.name.name), found);
            }
            Item::Block(block) => {
                let label = block.labels.first().map(|label| label.name.as_str()).unwrap_or_default();
                note_body(&block.body, &format!("{path}.{} {label}", block.kind.name), found);
            }
        }
    }
}

fn note_expression(expr: &Expr, path: &str, found: &mut Vec<Written>) {
    found.push((path.to_owned(), ends(expr.span)));
    let inner = format!("{path}[]");
    match &expr.kind {
        ExprKind::Tuple(items) => items.iter().for_each(|item| note_expression(item, &inner, found)),
        ExprKind::Object(items) => items.iter().for_each(|item| {
            let key = if let ExprKind::Root(name) | ExprKind::String(name) = &item.key.kind { name } else { "" };
            note_expression(&item.value, &format!("{path}.{key}"), found);
        }),
        ExprKind::Call(call) => call.args.iter().for_each(|arg| note_expression(arg, &inner, found)),
        _ => {}
    }
}

fn ends(span: Span) -> (usize, usize) {
    (span.start as usize, span.end as usize)
}
