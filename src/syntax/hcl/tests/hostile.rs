//! Texts made to break a reader: each gives an answer, on a small stack. That the answer takes no longer than the text
//! is long is for `tests/growth` to hold.

use super::super::*;
use super::{SOURCE, data, files, messages};
use crate::source::Span;

/// Reads `text` on a stack of 2 MiB, and checks that at least one problem is found.
fn is_refused(name: &str, text: String) {
    let read = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let (body, problems) = parse(SOURCE, &text);
        drop(body.clone());
        drop(body);
        let comments = comments(&text).count();
        (problems, comments)
    });
    let (problems, _) = read.unwrap().join().unwrap();
    eprintln!("{name}: {} problems, {:?}", problems.len(), messages(&problems).first());
    assert!(!problems.is_empty(), "{name}");
}

#[test]
fn deep_nesting_is_refused() {
    let n = 100_000;
    is_refused("brackets", format!("a = {}", "[".repeat(n)));
    is_refused("closed brackets", format!("a = {}{}\n", "[".repeat(n), "]".repeat(n)));
    is_refused("parentheses", format!("a = {}1{}\n", "(".repeat(5000), ")".repeat(5000)));
    is_refused("interpolations", format!("a = {}1{}\n", "\"${".repeat(2000), "}\"".repeat(2000)));
    is_refused("objects", format!("a = {}", "{a=".repeat(n)));
    is_refused("objects in lines", format!("a = {}", "{\na=\n".repeat(n)));
    is_refused("calls", format!("a = {}", "f(".repeat(n)));
    is_refused("indexes", format!("a = {}", "a[".repeat(n)));
    is_refused("negations", format!("a = {}1\n", "!".repeat(n)));
    is_refused("signs", format!("a = {}1\n", "-".repeat(n)));
    is_refused("conditionals", format!("a = {}1\n", "a ? b : ".repeat(n)));
    is_refused("inner conditionals", format!("a = {}1\n", "a ? ".repeat(n)));
    is_refused("for", format!("a = {}", "[for x in ".repeat(n)));
    is_refused("blocks", "a {\n".repeat(20_000));
    is_refused("labelled blocks", "a \"b\" {\n  c = 1\n".repeat(20_000));
    is_refused("closed blocks", format!("{}{}", "a {\n".repeat(20_000), "}\n".repeat(20_000)));
    is_refused("directives", format!("a = \"{}\"\n", "%{if a}".repeat(n)));
    is_refused("closed directives", format!("a = \"{}{}\"\n", "%{if a}".repeat(n), "%{endif}".repeat(n)));
    is_refused("heredocs", format!("a = {}", "<<A\n${".repeat(n)));
    is_refused("mixed operators", format!("a = {}", "1||1&&1==1<1+1*(".repeat(n)));
}

#[test]
fn long_chains_are_refused() {
    is_refused("sum", format!("a = {}1\n", "1+".repeat(50_000)));
    is_refused("attributes", format!("a = b{}\n", ".c".repeat(50_000)));
    is_refused("indexes", format!("a = b{}\n", "[0]".repeat(50_000)));
    is_refused("splats", format!("a = b{}\n", "[*]".repeat(50_000)));
    is_refused("attribute splat", format!("a = b.*{}\n", ".c".repeat(50_000)));
    is_refused("chains in chains", format!("a = {}1{}\n", "(1+1+1+1+".repeat(400), "+1+1+1)".repeat(400)));
}

#[test]
fn what_is_never_closed_is_refused() {
    let filler = "x".repeat(10 << 20);
    is_refused("string", format!("a = \"{filler}"));
    is_refused("heredoc", format!("a = <<EOT\n{filler}"));
    is_refused("comment", format!("a = 1 /* {filler}"));
    is_refused("comments", "/*\n".repeat(1 << 20));
    is_refused("heredocs", "a = <<A\n".repeat(1 << 17));
    let numbered: Vec<_> = (0..1 << 14).map(|n| format!("a {{\n  b = <<A{n}\n")).collect();
    is_refused("many heredocs", numbered.concat());
    is_refused("strings", "a = \"b\n".repeat(1 << 17));
    is_refused("errors", "a b c\n".repeat(1 << 17));
    is_refused("closing braces", "}\n".repeat(1 << 17));
    is_refused("interpolation", format!("a = \"${{{filler}"));
    is_refused("one line", format!("a = [{}\n", "1,".repeat(5 << 20)));
    is_refused("binary", "\0".repeat(1 << 20));
    is_refused("carriage returns", "a = 1\r".repeat(1 << 17));
}

#[test]
fn every_prefix_of_a_real_file_has_a_tree_with_spans_inside_it() {
    let Some(dir) = data("GATELINT_REALWORLD", "realworld/dev") else { return };
    let all = files(&dir, ".tf");
    let mut parses = 0;
    for (index, (path, text)) in all.iter().enumerate() {
        // Every byte of a few small files, every line of some more.
        let ends: Vec<usize> = match index % 200 {
            0 if text.len() < 6000 => (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect(),
            1 if text.len() < 40_000 => text.match_indices('\n').map(|(at, _)| at).collect(),
            _ => continue,
        };
        for end in ends {
            let prefix = &text[..end];
            let (body, problems) = parse(SOURCE, prefix);
            let check = |span: Span, what: &str| {
                let found = prefix.get(span.start as usize..span.end as usize).is_some();
                assert!(found, "{} cut at {end}: {what} at {}..{}", path.display(), span.start, span.end);
            };
            for problem in &problems {
                check(problem.span, "problem");
            }
            for (start, stop) in spans(&format!("{body:?}")) {
                check(Span::new(SOURCE, start, stop), "node");
            }
            parses += 1;
        }
    }
    eprintln!("{parses} prefixes");
}

/// All spans in the debug form of a tree, which leaves none out.
fn spans(tree: &str) -> impl Iterator<Item = (u32, u32)> {
    tree.split("source: SourceId(0), start: ").skip(1).map(|rest| {
        let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
        (number(rest), number(rest.split_once("end: ").unwrap().1))
    })
}
