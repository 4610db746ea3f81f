//! Text to tokens.

use super::literal;
use super::tree::Literal;
use std::ops::Range;

/// A token with its bytes in the text.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A name, or a word that is reserved as a name.
    Ident(String),
    /// `in`, which is no name.
    In,
    /// A literal; of a number without its sign.
    Literal(Literal),
    /// An integer that fits no `int` without a sign before it: 2^63.
    IntMinimum,
    /// An operator or a bracket, as it is written.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// What cannot be read, and where.
pub type LexError = (Range<usize>, String);

/// Operators and brackets, longer ones first.
const SYMBOLS: [&str; 25] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}", "=",
];

/// Reads all tokens of a text; the last one is its end.
pub fn tokens(text: &str) -> Result<Vec<Token>, LexError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let is_end = token.kind == TokenKind::End;
        tokens.push(token);
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Result<Token, LexError> {
        self.skip_blank();
        let start = self.at;
        let kind = self.kind()?;
        Ok(Token { kind, range: start..self.at })
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches(['\t', ' ', '\r', '\n', '\u{c}']).len();
            let comment = if rest.get(blank..).is_some_and(|rest| rest.starts_with("//")) {
                rest.get(blank..).and_then(|rest| rest.find('\n')).unwrap_or(rest.len() - blank)
            } else {
                0
            };
            self.at += blank + comment;
            if blank + comment == 0 {
                return;
            }
        }
    }

    fn kind(&mut self) -> Result<TokenKind, LexError> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(TokenKind::End) };
        if let Some(start) = literal::quote(rest) {
            return self.quoted(&start);
        }
        let after_dot = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        if first.is_ascii_digit() || first == '.' && after_dot {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let word: String = rest.chars().take_while(|next| next.is_ascii_alphanumeric() || *next == '_').collect();
            self.at += word.len();
            return Ok(match word.as_str() {
                "in" => TokenKind::In,
                "true" => TokenKind::Literal(Literal::Bool(true)),
                "false" => TokenKind::Literal(Literal::Bool(false)),
                "null" => TokenKind::Literal(Literal::Null),
                _ => TokenKind::Ident(word),
            });
        }
        match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) if *symbol != "=" => {
                self.at += symbol.len();
                Ok(TokenKind::Symbol(symbol))
            }
            _ => {
                let range = self.at..self.at + first.len_utf8();
                Err((range, format!("`{first}` cannot stand in an expression")))
            }
        }
    }

    fn quoted(&mut self, start: &literal::Quote) -> Result<TokenKind, LexError> {
        let begin = self.at;
        let body = self.text.get(begin + start.length..).unwrap_or_default();
        let Some(length) = start.end(body) else {
            return Err((begin..self.text.len(), "the string has no end".into()));
        };
        self.at = begin + start.length + length + start.delimiter.len();
        let value = start.value(body.get(..length).unwrap_or_default());
        value.map(TokenKind::Literal).map_err(|message| (begin..self.at, message))
    }

    fn number(&mut self) -> Result<TokenKind, LexError> {
        let start = self.at;
        let rest = self.rest();
        let hex = rest.strip_prefix("0x").map(|digits| digits.bytes().take_while(u8::is_ascii_hexdigit).count());
        if let Some(length @ 1..) = hex {
            self.at += 2 + length;
            let digits = self.text.get(start + 2..self.at).unwrap_or_default();
            return self.integer(start, u64::from_str_radix(digits, 16).ok());
        }
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut length = digits(rest);
        let mut is_float = false;
        if rest.get(length..).is_some_and(|rest| rest.starts_with('.')) {
            let fraction = rest.get(length + 1..).map_or(0, digits);
            if fraction > 0 {
                (is_float, length) = (true, length + 1 + fraction);
            }
        }
        if let Some(exponent) = rest.get(length..).and_then(|rest| rest.strip_prefix(['e', 'E'])) {
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let count = exponent.get(sign..).map_or(0, digits);
            if count > 0 {
                (is_float, length) = (true, length + 1 + sign + count);
            }
        }
        self.at += length;
        let text = self.text.get(start..self.at).unwrap_or_default();
        if is_float {
            let value: f64 = text.parse().unwrap_or(f64::INFINITY);
            if value.is_infinite() {
                return Err((start..self.at, format!("{text} is too large for a double")));
            }
            return Ok(TokenKind::Literal(Literal::Double(value)));
        }
        self.integer(start, text.parse().ok())
    }

    /// Ends an integer that began at `start`.
    fn integer(&mut self, start: usize, value: Option<u64>) -> Result<TokenKind, LexError> {
        let unsigned = self.rest().starts_with(['u', 'U']);
        if unsigned {
            self.at += 1;
        }
        match value {
            Some(value) if unsigned => Ok(TokenKind::Literal(Literal::Uint(value))),
            Some(value) if value == 1 << 63 => Ok(TokenKind::IntMinimum),
            value => match value.and_then(|value| i64::try_from(value).ok()) {
                Some(value) => Ok(TokenKind::Literal(Literal::Int(value))),
                None => Err((start..self.at, "the integer needs more than 64 bits".into())),
            },
        }
    }
}
