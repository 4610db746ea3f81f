//! Are the examples on the pages worth anything? Each policy is broken in small ways, one at a time;
//! the page's own examples must notice.
//!
//! `cargo bench --bench mutants [-- ID-PREFIX…]` prints the mutants that nobody noticed, and the score. It reads
//! the pages in `checks/` as they are now, so that an author need not build gatelint to be told.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark talks to whoever runs it")]

use gatelint::check::Page;
use gatelint::engine::{self, CustomPage};
use gatelint::examples;
use gatelint::source::{Sources, Span};
use gatelint::syntax::hcl::{BinaryOp, Call, Expr, ExprKind, UnaryOp};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

/// The least share of mutants that must be noticed, in percent.
const GOAL: usize = 95;

/// One small break: the text to put in place of a part of the page.
struct Mutant {
    what: &'static str,
    span: Span,
    text: String,
}

fn main() -> ExitCode {
    let prefixes: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("checks");
    let mut pages = Vec::new();
    collect(&root, &mut pages);
    let id = |path: &PathBuf| path.strip_prefix(&root).ok()?.with_extension("").to_str().map(str::to_owned);
    let wanted = |id: &String| prefixes.is_empty() || prefixes.iter().any(|prefix| id.starts_with(prefix.as_str()));
    let mut pages: Vec<(String, &PathBuf)> =
        pages.iter().filter_map(|path| Some((id(path)?, path))).filter(|(id, _)| wanted(id)).collect();
    pages.sort();
    let read = |path: &Path| fs::read_to_string(path).expect("a page can be read");
    let outcomes: Vec<(usize, Vec<String>)> = pages.par_iter().map(|(id, path)| judge(id, &read(path))).collect();
    let mut survivors: Vec<&String> = outcomes.iter().flat_map(|(_, survivors)| survivors).collect();
    survivors.sort();
    for survivor in &survivors {
        println!("{survivor}");
    }
    let all: usize = outcomes.iter().map(|(count, _)| count).sum();
    let caught = all - survivors.len();
    println!(
        "{} pages, {all} mutants, {caught} caught: {:.1} %",
        pages.len(),
        100.0 * caught as f64 / all.max(1) as f64
    );
    if caught * 100 >= all * GOAL { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All files below a folder, in any order.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
        match entry.path() {
            path if path.is_dir() => collect(&path, files),
            path => files.push(path),
        }
    }
}

/// How many mutants a page has, and those that its examples do not notice.
fn judge(id: &str, text: &str) -> (usize, Vec<String>) {
    let sources = Sources::default();
    let custom = |text: String| CustomPage { id: id.to_owned(), path: format!("{id}.md"), text };
    let Ok(page) = engine::load_custom(&custom(text.to_owned()), &sources) else {
        return (1, vec![format!("{id}: the page is broken")]);
    };
    let mutants = mutants(&page, text);
    let survives = |mutant: &&Mutant| {
        let (start, end) = (mutant.span.start as usize, mutant.span.end as usize);
        let broken = custom(format!("{}{}{}", &text[..start], mutant.text, &text[end..]));
        // A page that cannot be read any more would not get past its author.
        engine::load_custom(&broken, &Sources::default()).is_ok()
            && page.examples.iter().all(|example| examples::verify(id, Some(&broken), example).is_ok())
    };
    let told = |mutant: &Mutant| {
        let line = text[..mutant.span.start as usize].lines().count();
        format!("{id}:{line}: {}: {}", mutant.what, mutant.text)
    };
    (mutants.len(), mutants.iter().filter(survives).map(told).collect())
}

fn mutants(page: &Page, text: &str) -> Vec<Mutant> {
    let mut all = Vec::new();
    for policy in &page.policies {
        let of = |expr: &Expr| text[expr.span.start as usize..expr.span.end as usize].to_owned();
        let mut add = |what, span, text| all.push(Mutant { what, span, text });
        if let Some(filter) = &policy.filter {
            add("filter dropped", filter.span, "true".to_owned());
            walk(filter, &of, &mut add);
        }
        for (_, local) in &policy.locals {
            walk(local, &of, &mut add);
        }
        for enforce in &policy.enforces {
            add("condition dropped", enforce.condition.span, "true".to_owned());
            add("condition flipped", enforce.condition.span, format!("!({})", of(&enforce.condition)));
            walk(&enforce.condition, &of, &mut add);
        }
    }
    // Locals of the page belong to each of its policies.
    all.sort_by_key(|mutant| (mutant.span.start, mutant.span.end, mutant.text.clone()));
    all.dedup_by(|a, b| a.span == b.span && a.text == b.text);
    all
}

/// The small breaks within an expression.
fn walk(expr: &Expr, of: &impl Fn(&Expr) -> String, add: &mut impl FnMut(&'static str, Span, String)) {
    match &expr.kind {
        ExprKind::Binary(op, left, right) => {
            match op {
                BinaryOp::And | BinaryOp::Or => {
                    add("right side dropped", expr.span, of(left));
                    add("left side dropped", expr.span, of(right));
                }
                BinaryOp::Equal => add("== became !=", expr.span, format!("({}) != ({})", of(left), of(right))),
                BinaryOp::NotEqual => add("!= became ==", expr.span, format!("({}) == ({})", of(left), of(right))),
                BinaryOp::Less | BinaryOp::LessOrEqual => {
                    add("< became >", expr.span, format!("({}) > ({})", of(left), of(right)));
                }
                BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
                    add("> became <", expr.span, format!("({}) < ({})", of(left), of(right)));
                }
                _ => {}
            }
            walk(left, of, add);
            walk(right, of, add);
        }
        ExprKind::Unary(UnaryOp::Not, inner) => {
            add("! dropped", expr.span, of(inner));
            walk(inner, of, add);
        }
        ExprKind::Parens(inner) | ExprKind::Unary(_, inner) => walk(inner, of, add),
        ExprKind::Conditional(condition, then, otherwise) => {
            add("always the first", expr.span, of(then));
            add("always the second", expr.span, of(otherwise));
            for part in [condition, then, otherwise] {
                walk(part, of, add);
            }
        }
        ExprKind::Call(call) => walk_call(call, expr, of, add),
        ExprKind::For(each) => {
            if let Some(condition) = &each.condition {
                add("if dropped", condition.span, "true".to_owned());
                walk(condition, of, add);
            }
            walk(&each.value, of, add);
            walk(&each.collection, of, add);
        }
        ExprKind::Tuple(items) => items.iter().for_each(|item| walk(item, of, add)),
        ExprKind::Attribute(base, _) | ExprKind::Splat { base, .. } => walk(base, of, add),
        _ => {}
    }
}

fn walk_call(
    call: &Call,
    expr: &Expr,
    of: &impl Fn(&Expr) -> String,
    add: &mut impl FnMut(&'static str, Span, String),
) {
    let args = || call.args.iter().map(of).collect::<Vec<_>>().join(", ");
    match call.name.name.as_str() {
        "alltrue" => add("alltrue became anytrue", expr.span, format!("anytrue({})", args())),
        "anytrue" => add("anytrue became alltrue", expr.span, format!("alltrue({})", args())),
        _ => {}
    }
    call.args.iter().for_each(|arg| walk(arg, of, add));
}
