//! A template's text to literal texts, comments and actions, and an action to words.
//!
//! Whether a blank stands between two words matters to Go, so blanks are words too.

use super::token::{Keyword, Token, TokenKind};
use std::ops::Range;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A piece of the text.
#[derive(Debug)]
pub enum Piece {
    /// Literal text, without the blanks that its neighbours trim.
    Text(Range<usize>),
    /// `{{/* … */}}`: the whole, and the text between the marks.
    Comment(Range<usize>, Range<usize>),
    /// An action: the whole, and its words with [`TokenKind::End`] at the end.
    Action(Range<usize>, Vec<Token>),
    /// An action that has no words: the whole, and what is wrong.
    Broken(Range<usize>, Fault),
}

/// What is wrong, and where.
#[derive(Debug)]
pub struct Fault {
    /// A sentence without full stop.
    pub message: String,
    /// Its bytes.
    pub range: Range<usize>,
}

/// Whether Go trims `c` at a marker.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Cuts `text` into its pieces.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut at, mut trims) = (0, false);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find(OPEN).unwrap_or(rest.len());
        let mut literal = at..at + length;
        if trims {
            literal.start += blanks(text, literal.clone(), str::trim_start_matches);
        }
        let open = at + length;
        if open == text.len() {
            push_text(&mut pieces, literal);
            return pieces;
        }
        let inside = text.get(open + OPEN.len()..).unwrap_or_default();
        let marked = inside.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_blank));
        if marked {
            literal.end -= blanks(text, literal.clone(), str::trim_end_matches);
        }
        push_text(&mut pieces, literal);
        let begin = open + OPEN.len() + if marked { 2 } else { 0 };
        let end;
        (end, trims) = action(text, open, begin, &mut pieces);
        at = end;
    }
}

fn push_text(pieces: &mut Vec<Piece>, range: Range<usize>) {
    if !range.is_empty() {
        pieces.push(Piece::Text(range));
    }
}

/// How many bytes of blanks stand at one end of `range`.
fn blanks<'a>(text: &'a str, range: Range<usize>, trim: impl Fn(&'a str, fn(char) -> bool) -> &'a str) -> usize {
    let literal = text.get(range).unwrap_or_default();
    literal.len() - trim(literal, is_blank).len()
}

/// Reads the action whose braces open at `open` and whose content begins at `begin`. Returns where it ends, and
/// whether it trims what follows.
fn action(text: &str, open: usize, begin: usize, pieces: &mut Vec<Piece>) -> (usize, bool) {
    // The blank of the marker may stand in front of a comment, and only there.
    let rest = text.get(begin..).unwrap_or_default();
    if let Some(comment) = rest.strip_prefix("/*") {
        return read_comment(text, open, begin, comment, pieces);
    }
    let mut lexer = Lexer { text, at: begin, tokens: Vec::new(), depth: 0 };
    match lexer.run() {
        Ok((end, trims)) => {
            pieces.push(Piece::Action(open..end, lexer.tokens));
            (end, trims)
        }
        Err(fault) => {
            let rest = text.get(fault.range.start..).unwrap_or_default();
            let (end, trims) = match rest.find(CLOSE) {
                Some(close) => {
                    let before = rest.get(..close).unwrap_or_default();
                    let marked = before.strip_suffix('-').is_some_and(|rest| rest.ends_with(is_blank));
                    (fault.range.start + close + CLOSE.len(), marked)
                }
                None => (text.len(), false),
            };
            pieces.push(Piece::Broken(open..end, fault));
            (end, trims)
        }
    }
}

fn read_comment(text: &str, open: usize, begin: usize, comment: &str, pieces: &mut Vec<Piece>) -> (usize, bool) {
    let broken =
        |end: usize, message: &str| Piece::Broken(open..end, Fault { message: message.to_owned(), range: open..end });
    let Some(length) = comment.find("*/") else {
        pieces.push(broken(text.len(), "this comment is not closed"));
        return (text.len(), false);
    };
    let inner = begin + 2..begin + 2 + length;
    let after = comment.get(length + 2..).unwrap_or_default();
    let (skipped, trims) = match trim_mark(after) {
        Some(length) => (length, true),
        None => (0, false),
    };
    let end = inner.end + 2 + skipped;
    if after.get(skipped..).is_some_and(|after| after.starts_with(CLOSE)) {
        pieces.push(Piece::Comment(open..end + CLOSE.len(), inner));
        return (end + CLOSE.len(), trims);
    }
    let end = after.find(CLOSE).map_or(text.len(), |close| inner.end + 2 + close + CLOSE.len());
    pieces.push(broken(end, "a comment must fill its whole action: `}}` has to follow `*/`"));
    (end, false)
}

/// Returns the length of the blank and dash that trim what follows an action.
fn trim_mark(rest: &str) -> Option<usize> {
    let dash = rest.strip_prefix(is_blank)?;
    dash.strip_prefix('-').filter(|rest| rest.starts_with(CLOSE)).map(|_| 2)
}

/// Reads the words of one action.
struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    depth: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn fault<T>(&self, start: usize, message: impl Into<String>) -> Result<T, Fault> {
        Err(Fault { message: message.into(), range: start..self.at.max(start) })
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, range: start..self.at });
    }

    /// Reads to the end of the action. Returns its end, and whether it trims what follows.
    fn run(&mut self) -> Result<(usize, bool), Fault> {
        let start = self.at;
        loop {
            let mark = trim_mark(self.rest());
            if mark.is_some() || self.rest().starts_with(CLOSE) {
                if self.depth > 0 {
                    return self.fault(self.at, "a parenthesis is not closed");
                }
                self.at += mark.unwrap_or(0);
                self.tokens.push(Token { kind: TokenKind::End, range: self.at..self.at + CLOSE.len() });
                return Ok((self.at + CLOSE.len(), mark.is_some()));
            }
            let Some(next) = self.peek() else {
                return self.fault(start, "this action is not closed with `}}`");
            };
            self.word(next)?;
        }
    }

    fn word(&mut self, next: char) -> Result<(), Fault> {
        let start = self.at;
        if is_blank(next) {
            while self.peek().is_some_and(is_blank) && trim_mark(self.rest()).is_none() {
                self.at += 1;
            }
            self.push(TokenKind::Space, start);
            return Ok(());
        }
        let kind = match next {
            '=' => TokenKind::Assign,
            '|' => TokenKind::Pipe,
            '(' => {
                self.depth += 1;
                TokenKind::Open
            }
            ')' => {
                if self.depth == 0 {
                    return self.fault(start, "this parenthesis closes none");
                }
                self.depth -= 1;
                TokenKind::Close
            }
            ':' => {
                self.at += 1;
                if self.peek() != Some('=') {
                    return self.fault(start, "`:` stands only in `:=`");
                }
                TokenKind::Declare
            }
            '"' => return self.quoted('"', TokenKind::Quoted),
            '\'' => return self.quoted('\'', TokenKind::Character),
            '`' => {
                let Some(length) = self.rest().get(1..).and_then(|rest| rest.find('`')) else {
                    return self.fault(start, "this raw string is not closed");
                };
                self.at += length + 2;
                self.push(TokenKind::Raw, start);
                return Ok(());
            }
            '$' => return self.named(TokenKind::Variable, TokenKind::Variable),
            '.' if !self.rest().get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) => {
                return self.named(TokenKind::Field, TokenKind::Dot);
            }
            '.' | '+' | '-' | '0'..='9' => return self.number(),
            _ if is_word(next) => return self.identifier(),
            _ if next.is_ascii() && !next.is_ascii_control() => TokenKind::Char,
            _ => return self.fault(start, format!("`{}` cannot stand in an action", next.escape_debug())),
        };
        self.at += 1;
        self.push(kind, start);
        Ok(())
    }

    /// Whether a name may end here.
    fn is_end_of_name(&self) -> bool {
        self.peek().is_none_or(|c| is_blank(c) || matches!(c, '.' | ',' | '|' | ':' | ')' | '('))
            || self.rest().starts_with(CLOSE)
    }

    fn take_word(&mut self) {
        while let Some(next) = self.peek().filter(|c| is_word(*c)) {
            self.at += next.len_utf8();
        }
    }

    fn check_end_of_name(&self, start: usize) -> Result<(), Fault> {
        if self.is_end_of_name() {
            return Ok(());
        }
        let next = self.peek().unwrap_or_default();
        self.fault(start, format!("`{}` cannot follow a name", next.escape_debug()))
    }

    /// A field or variable; `bare` where no name follows the first character.
    fn named(&mut self, kind: TokenKind, bare: TokenKind) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let is_bare = self.is_end_of_name();
        self.take_word();
        self.check_end_of_name(start)?;
        self.push(if is_bare { bare } else { kind }, start);
        Ok(())
    }

    fn identifier(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.take_word();
        self.check_end_of_name(start)?;
        let word = self.text.get(start..self.at).unwrap_or_default();
        let kind = match word {
            "true" | "false" => TokenKind::Bool,
            "nil" => TokenKind::Nil,
            _ => Keyword::of(word).map_or(TokenKind::Identifier, TokenKind::Keyword),
        };
        self.push(kind, start);
        Ok(())
    }

    fn quoted(&mut self, quote: char, kind: TokenKind) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some('\\') if self.rest().get(1..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('\n')) => {
                    self.at += 1;
                    self.at += self.peek().map_or(0, char::len_utf8);
                }
                Some(next) if next != '\n' && next != '\\' => {
                    self.at += next.len_utf8();
                    if next == quote {
                        self.push(kind, start);
                        return Ok(());
                    }
                }
                _ => return self.fault(start, "this quoted text is not closed in its line"),
            }
        }
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let is_number = self.scan_number() && {
            // A second number with a sign makes it complex.
            !self.rest().starts_with(['+', '-'])
                || self.scan_number() && self.text.as_bytes().get(self.at - 1) == Some(&b'i')
        };
        if !is_number {
            self.take_word();
            let text = self.text.get(start..self.at).unwrap_or_default();
            let message = format!("`{text}` is not a number");
            return self.fault(start, message);
        }
        self.push(TokenKind::Number, start);
        Ok(())
    }

    fn accept(&mut self, valid: &str) -> bool {
        let accepted = self.peek().is_some_and(|c| valid.contains(c));
        self.at += usize::from(accepted);
        accepted
    }

    fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }

    fn scan_number(&mut self) -> bool {
        const DECIMAL: &str = "0123456789_";
        self.accept("+-");
        let mut digits = DECIMAL;
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = if digits.len() == DECIMAL.len() { "eE" } else { "pP" };
        if (digits.len() == DECIMAL.len() || digits.len() > 20) && self.accept(exponent) {
            self.accept("+-");
            self.accept_run(DECIMAL);
        }
        self.accept("i");
        !self.peek().is_some_and(is_word)
    }
}

/// Whether a name may hold `c`.
fn is_word(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}
