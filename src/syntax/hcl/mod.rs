//! HCL: native syntax, its JSON form, and the expression language's grammar.
//!
//! Owns the way from text to [`Body`] and [`Expr`], by the rules of HashiCorp's own parser. Resolves
//! escapes and the indentation of heredocs; evaluates nothing, knows no block and no function, and
//! leaves the normalisation of strings (NFC) to the evaluator. What it cannot read it reports and
//! leaves out; the rest of the file is still there.

mod ast;
mod body;
mod collection;
mod expression;
mod format;
mod json;
mod lexer;
mod literal;
mod mentions;
mod outline;
mod parser;
mod recovery;
mod template;

pub use ast::*;
pub use format::format;
pub use json::{Properties, Property, parse_json};
pub use literal::{literal_text, template_text};
pub use mentions::{Mention, free_names, mentions};
pub use outline::comments;
pub use parser::MAX_DEPTH;

use crate::source::{Derived, Problem, SourceId};
use lexer::TokenKind;
use parser::{Parsed, Parser};

/// Reads a file of native syntax. A top-level item with a syntax error is missing from the body, and
/// has a problem.
pub fn parse(source: SourceId, text: &str) -> (Body, Vec<Problem>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = Derived::file(source, text);
    let mut parser = Parser::new(&text, start, true);
    let body = parser.file();
    (body, Problem::of_syntax(parser.problems))
}

/// Reads `text` as a body. It stands at byte `offset` of the source, as a policy does on its page.
pub fn parse_body(source: SourceId, text: &str, offset: u32) -> (Body, Vec<Problem>) {
    parse_text(&Derived::verbatim(source, offset as usize, text))
}

/// Reads a text as a body that is written somewhere in other files.
pub fn parse_text(text: &Derived<'_>) -> (Body, Vec<Problem>) {
    let mut parser = Parser::new(text, 0, true);
    let body = parser.file();
    (body, Problem::of_syntax(parser.problems))
}

/// Reads `text` as one expression; line ends mean nothing in it. It stands at byte `offset` of the source.
pub fn parse_expression(source: SourceId, text: &str, offset: u32) -> Result<Expr, Problem> {
    let text = Derived::verbatim(source, offset as usize, text);
    let mut parser = Parser::new(&text, 0, false);
    let expr = parser.expression().and_then(|expr| {
        if parser.at(TokenKind::End) { Ok(expr) } else { parser.expected("the end of the expression") }
    });
    finish(parser, expr)
}

/// Reads `text` as a template, as the content of a template file or of a JSON string.
pub fn parse_template(text: &Derived<'_>) -> Result<Expr, Problem> {
    template_at(text, MAX_DEPTH)
}

/// Reads a template that may be `room` levels high.
fn template_at(text: &Derived<'_>, room: u32) -> Result<Expr, Problem> {
    let mut parser = Parser::new(text, text.text().len(), false);
    parser.room = room;
    let expr = parser.bare_template();
    finish(parser, expr)
}

fn finish<T>(parser: Parser<'_>, result: Parsed<T>) -> Result<T, Problem> {
    let nowhere = parser.place.span(0..0);
    result.map_err(|_| {
        let problem = parser.problems.into_iter().next();
        problem.unwrap_or_else(|| Problem::error(nowhere, "This could not be read."))
    })
}

#[cfg(test)]
mod tests;
