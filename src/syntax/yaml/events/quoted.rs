//! Scalars in single and double quotes.

use super::plain::push_folded;
use super::scanner::Scanner;
use super::token::{Fault, Style, Token, TokenKind};
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    /// Scans a scalar in quotes, the first of which is `quote`.
    pub(super) fn scan_quoted(&mut self, quote: u8) -> Result<Token<'a>, Fault> {
        let start = self.cursor.at;
        self.cursor.skip();
        if let Some(token) = self.scan_simple_quoted(start, quote) {
            return Ok(token);
        }
        let mut text = String::new();
        loop {
            if self.cursor.is_document_indicator() {
                return Err(self.cursor.fault_since(start, "the document ends inside this quoted text"));
            }
            if self.cursor.is_end() {
                return Err(self.cursor.fault_since(start, "this quoted text is never closed"));
            }
            let continued = self.scan_quoted_run(quote, &mut text)?;
            if self.cursor.is(quote) {
                break;
            }
            self.scan_quoted_blanks(continued, &mut text);
        }
        self.cursor.skip();
        Ok(Token { kind: TokenKind::Scalar(Cow::Owned(text), Style::Quoted), range: start..self.cursor.at })
    }

    /// Scans a quoted scalar that stands in one line and has no escapes, without copying it.
    fn scan_simple_quoted(&mut self, start: usize, quote: u8) -> Option<Token<'a>> {
        let mut ahead = self.cursor.clone();
        let stops = [quote, b'\\', b'\n', b'\r', 0xc2, 0xe2];
        ahead.skip_while(|byte| !stops.contains(&byte));
        if !ahead.is(quote) || ahead.byte(1) == Some(quote) {
            return None;
        }
        let text = ahead.slice(self.cursor.at..ahead.at);
        ahead.skip();
        self.cursor = ahead;
        Some(Token { kind: TokenKind::Scalar(Cow::Borrowed(text), Style::Quoted), range: start..self.cursor.at })
    }

    /// Takes characters up to a blank, a line break or the closing quote. Whether an escaped line break ended it.
    fn scan_quoted_run(&mut self, quote: u8, text: &mut String) -> Result<bool, Fault> {
        while !self.cursor.is_blank_or_end(0) {
            let is_single = quote == b'\'';
            match self.cursor.byte(0) {
                Some(b'\'') if is_single && self.cursor.byte(1) == Some(b'\'') => {
                    text.push('\'');
                    self.cursor.skip_ascii(2);
                }
                Some(byte) if byte == quote => return Ok(false),
                Some(b'\\') if !is_single => {
                    let start = self.cursor.at;
                    self.cursor.skip();
                    if self.cursor.is_break() {
                        self.cursor.skip_line();
                        return Ok(true);
                    }
                    text.push(self.scan_escape(start)?);
                }
                _ => {
                    let start = self.cursor.at;
                    self.cursor.skip();
                    text.push_str(self.cursor.slice(start..self.cursor.at));
                }
            }
        }
        Ok(false)
    }

    /// Takes blanks and line breaks. `continued`: behind an escaped line break, where blanks do not count.
    fn scan_quoted_blanks(&mut self, continued: bool, text: &mut String) {
        let start = self.cursor.at;
        let mut blanks = start..start;
        let mut breaks = String::new();
        while self.cursor.is_blank() || self.cursor.is_break() {
            if self.cursor.is_break() {
                breaks.push_str(self.cursor.skip_line());
            } else {
                self.cursor.skip();
                if breaks.is_empty() {
                    blanks.end = self.cursor.at;
                }
            }
        }
        match (continued, breaks.is_empty()) {
            (true, _) => text.push_str(&breaks),
            (false, true) => text.push_str(self.cursor.slice(blanks)),
            (false, false) => push_folded(text, &breaks),
        }
    }

    /// The character of an escape, whose backslash stands at `start`.
    fn scan_escape(&mut self, start: usize) -> Result<char, Fault> {
        let letter = self.cursor.byte(0);
        self.cursor.skip();
        let digits = match letter {
            Some(b'0') => return Ok('\0'),
            Some(b'a') => return Ok('\u{7}'),
            Some(b'b') => return Ok('\u{8}'),
            Some(b't' | b'\t') => return Ok('\t'),
            Some(b'n') => return Ok('\n'),
            Some(b'v') => return Ok('\u{b}'),
            Some(b'f') => return Ok('\u{c}'),
            Some(b'r') => return Ok('\r'),
            Some(b'e') => return Ok('\u{1b}'),
            Some(byte @ (b' ' | b'"' | b'\'' | b'\\')) => return Ok(char::from(byte)),
            Some(b'N') => return Ok('\u{85}'),
            Some(b'_') => return Ok('\u{a0}'),
            Some(b'L') => return Ok('\u{2028}'),
            Some(b'P') => return Ok('\u{2029}'),
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => return Err(self.cursor.fault_since(start, "YAML knows no such escape")),
        };
        let mut code = 0_u32;
        for _ in 0..digits {
            let digit = self.cursor.byte(0).and_then(|byte| char::from(byte).to_digit(16));
            let digit = digit.ok_or_else(|| self.cursor.fault("a hexadecimal digit is expected in this escape"))?;
            code = code.wrapping_mul(16).wrapping_add(digit);
            self.cursor.skip();
        }
        char::from_u32(code).ok_or_else(|| self.cursor.fault_since(start, "this escape names no Unicode character"))
    }
}
