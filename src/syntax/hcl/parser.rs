//! The state of a parse, and the few moves that all of the grammar is written in.

use super::lexer::{Token, TokenKind, token};
pub use crate::limits::hcl::{MAX_DEPTH, MAX_NODES};
use crate::source::{Derived, Problem, Span};
use ecow::EcoString;

/// The parse cannot go on; the problem that says why is in [`Parser::problems`].
#[derive(Debug)]
pub(super) struct Failed;

pub(super) type Parsed<T> = Result<T, Failed>;

/// A text half read.
pub(super) struct Parser<'t> {
    /// That of [`Self::place`].
    pub text: &'t str,
    /// The text with its places.
    pub place: &'t Derived<'t>,
    /// The token to be read next.
    pub token: Token,
    /// One past the last token that was read.
    pub end: usize,
    /// Whether line ends are tokens here.
    pub newlines: bool,
    /// How many expressions and bodies may be open, and how high an expression may be.
    pub room: u32,
    /// How many expressions and bodies are open.
    pub depth: u32,
    /// How many there were.
    pub nodes: u32,
    /// The height of the expression that was read last.
    pub height: u32,
    pub problems: Vec<Problem>,
}

impl<'t> Parser<'t> {
    /// A parser at byte `at` of `text`.
    pub fn new(place: &'t Derived<'t>, at: usize, newlines: bool) -> Self {
        let text = place.text();
        let token = token(text, at, newlines);
        Self {
            text,
            place,
            token,
            end: at,
            newlines,
            room: MAX_DEPTH,
            depth: 0,
            nodes: 0,
            height: 0,
            problems: Vec::new(),
        }
    }

    /// Reads the token at hand.
    pub fn bump(&mut self) {
        self.go_to(self.token.end);
    }

    /// Goes on at byte `at`.
    pub fn go_to(&mut self, at: usize) {
        self.end = at;
        self.token = token(self.text, at, self.newlines);
    }

    /// Reads an opening token, inside of which line ends count as `newlines` says. Gives what counted
    /// outside, for [`Parser::close`].
    pub fn open(&mut self, newlines: bool) -> bool {
        let outside = std::mem::replace(&mut self.newlines, newlines);
        self.bump();
        outside
    }

    /// Reads the closing token at hand.
    pub fn close(&mut self, outside: bool) {
        self.newlines = outside;
        self.bump();
    }

    pub fn at(&self, kind: TokenKind) -> bool {
        self.token.kind == kind
    }

    pub fn at_word(&self, word: &str) -> bool {
        self.token.kind == TokenKind::Ident && self.slice(self.token) == word
    }

    /// Reads the token at hand if it is a `kind`.
    pub fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    pub fn slice(&self, token: Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    pub fn name(&self, token: Token) -> EcoString {
        EcoString::from(self.slice(token))
    }

    pub fn span(&self, token: Token) -> Span {
        self.place.span(token.start..token.end)
    }

    /// From byte `start` to the end of the last token read.
    pub fn since(&self, start: usize) -> Span {
        self.place.span(start..self.end)
    }

    /// `span`, lengthened to the end of the last token read.
    pub fn up_to_here(&self, span: Span) -> Span {
        span.to(self.place.span(self.end..self.end))
    }

    /// Steps into something that may hold its like. [`Parser::leave`] steps out.
    pub fn enter(&mut self) -> Parsed<()> {
        if self.depth >= self.room {
            return self.too_deep(self.span(self.token));
        }
        if self.nodes >= MAX_NODES {
            return self.too_large();
        }
        self.depth += 1;
        self.nodes += 1;
        Ok(())
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Notes that the expression at `span` was made over others, the highest of them `below` high.
    pub fn raise(&mut self, below: u32, span: Span) -> Parsed<()> {
        if below >= self.room {
            return self.too_deep(span);
        }
        self.height = below + 1;
        Ok(())
    }

    fn too_deep<T>(&mut self, span: Span) -> Parsed<T> {
        let message = format!("This is nested too deeply: more than {MAX_DEPTH} levels.");
        self.fail_with(Problem::error(span, message).with_help("Split it into several `locals`."))
    }

    fn too_large<T>(&mut self) -> Parsed<T> {
        let message = format!("This file is too large: it holds more than {MAX_NODES} expressions and blocks.");
        self.fail(self.span(self.token), message)
    }

    /// Gives up at `span`.
    pub fn fail<T>(&mut self, span: Span, message: impl Into<String>) -> Parsed<T> {
        self.fail_with(Problem::error(span, message))
    }

    pub fn fail_with<T>(&mut self, problem: Problem) -> Parsed<T> {
        self.problems.push(problem);
        Err(Failed)
    }

    /// Gives up at the token at hand, where `expected` should stand.
    pub fn expected<T>(&mut self, expected: &str) -> Parsed<T> {
        let problem = self.unexpected(expected);
        self.fail_with(problem)
    }

    fn unexpected(&self, expected: &str) -> Problem {
        let span = self.span(self.token);
        let found = self.slice(self.token);
        let problem = |message: String| Problem::error(span, message);
        match self.token.kind {
            TokenKind::End => problem(format!("Expected {expected}, but the text ends here.")),
            TokenKind::Newline => problem(format!("Expected {expected}, but the line ends here.")),
            TokenKind::Quote => problem(format!("Expected {expected}, found a string.")),
            TokenKind::Heredoc => problem(format!("Expected {expected}, found a heredoc.")),
            TokenKind::OpenComment => problem("This comment is never closed.".into()).with_help("Close it with `*/`."),
            TokenKind::Invalid => match found {
                "'" => problem("Strings need double quotes, not single ones.".into()),
                "“" | "”" | "‘" | "’" => {
                    problem("Strings need straight double quotes, not typographic ones.".into())
                }
                ";" => problem("Expected a line end, found `;`; items are separated by lines.".into()),
                "\0" => problem("A NUL character is not valid in HCL.".into()),
                "\r" => problem("A carriage return is only valid before a line feed.".into()),
                other => problem(format!("The character `{}` is not valid here.", other.escape_debug())),
            },
            _ => problem(format!("Expected {expected}, found `{found}`.")),
        }
    }
}
