//! What is hidden around a syntax error: names tell secrets only where a text can be read.
//!
//! In a file that has names of secrets in it, everything behind `=` or `:` near the place of the error is taken for one.

use crate::limits::secrets::BROKEN_BYTES;
use crate::model::secrecy;
use crate::source::prose::beginning;
use crate::source::{Problem, ProblemKind, Sources, Span};
use std::collections::BTreeSet;

/// Lines around an error that a report may show.
const CONTEXT_LINES: u32 = 2;
/// Letters and digits of the shortest word that is hidden in a message.
const LEAST_CHARACTERS: usize = 4;

/// Hides what problems of syntax may quote, and adds the places that no excerpt may show to `secrets`.
pub fn hide(problems: &mut [Problem], sources: &Sources, secrets: &mut Vec<Span>) {
    for problem in problems.iter_mut().filter(|problem| problem.kind == ProblemKind::Syntax) {
        let source = sources.get(problem.span.source);
        if !secrecy::may_name_secrets(&source.text) {
            continue;
        }
        let lines = source.lines();
        let end = problem.span.end.min(problem.span.start.saturating_add(BROKEN_BYTES));
        let first = lines.line(problem.span.start).saturating_sub(CONTEXT_LINES).max(1);
        let last = (lines.line(end) + CONTEXT_LINES).min(lines.count());
        for line in first..=last {
            let start = lines.start_of(line);
            let end = if line < lines.count() { lines.start_of(line + 1) } else { source.text.len() as u32 };
            let text = source.slice(Span::new(problem.span.source, start, end));
            let Some(value) = value(text) else { continue };
            let from = start + (text.len() - value.len()) as u32;
            secrets.push(Span::new(problem.span.source, from, from + value.trim_end().len() as u32));
            problem.message = without_words(&problem.message, value);
            problem.help = problem.help.as_deref().map(|help| without_words(help, value));
        }
    }
}

/// What follows the first `=` or `:` of a line, or its first word; `None` where that is nothing.
fn value(line: &str) -> Option<&str> {
    let rest = match line.find(['=', ':']) {
        Some(at) => line.get(at + 1..)?,
        None => line.trim_start().split_once(char::is_whitespace)?.1,
    };
    let value = rest.trim_start_matches([' ', '\t', '"', '\'', '=', ':']);
    (!value.trim().is_empty()).then_some(value)
}

/// A message without the words of a value. Of a long one, only its beginning can be quoted.
fn without_words(message: &str, value: &str) -> String {
    let words = beginning(value, BROKEN_BYTES as usize).split(|char: char| !char.is_alphanumeric());
    let words: BTreeSet<&str> = words.filter(|word| word.len() >= LEAST_CHARACTERS).collect();
    let quoted = words.into_iter().filter(|word| message.contains(word));
    quoted.fold(message.to_owned(), |message, word| message.replace(word, "<redacted>"))
}
