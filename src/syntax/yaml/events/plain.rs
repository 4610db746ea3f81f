//! Plain scalars: text without quotes.

use super::scanner::Scanner;
use super::token::{Fault, Style, Token, TokenKind};
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    /// Scans a plain scalar, over several lines where they are indented deeper than what it stands in.
    pub(super) fn scan_plain(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.cursor.at;
        let mut end = start;
        let mut folded: Option<String> = None;
        let mut breaks = String::new();
        loop {
            let run = self.cursor.at;
            if self.cursor.is_document_indicator() || self.cursor.is(b'#') {
                break;
            }
            self.skip_plain_run();
            if self.cursor.at > run {
                if !breaks.is_empty() {
                    let text = folded.get_or_insert_with(|| self.cursor.slice(start..end).to_owned());
                    push_folded(text, &breaks);
                    breaks.clear();
                    text.push_str(self.cursor.slice(run..self.cursor.at));
                } else if let Some(text) = &mut folded {
                    text.push_str(self.cursor.slice(end..self.cursor.at));
                }
                end = self.cursor.at;
            }
            if !self.cursor.is_blank() && !self.cursor.is_break() {
                break;
            }
            self.skip_between_runs(&mut breaks)?;
            if self.flow_level == 0 && self.cursor.column.cast_signed() <= self.indent {
                break;
            }
        }
        if !breaks.is_empty() {
            self.simple_key_allowed = true;
        }
        let text = folded.map_or_else(|| Cow::Borrowed(self.cursor.slice(start..end)), Cow::Owned);
        Ok(Token { kind: TokenKind::Scalar(text, Style::Plain), range: start..end })
    }

    /// Passes characters up to a blank or to what ends the scalar.
    fn skip_plain_run(&mut self) {
        let in_flow = self.flow_level > 0;
        while let Some(byte) = self.cursor.byte(0) {
            let ends = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0xc2 | 0xe2 => self.cursor.is_blank_or_end(0),
                b':' => self.cursor.is_blank_or_end(1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                _ => false,
            };
            if ends {
                return;
            }
            self.cursor.skip();
        }
    }

    /// Passes blanks and line breaks; keeps what the breaks mean.
    fn skip_between_runs(&mut self, breaks: &mut String) -> Result<(), Fault> {
        while self.cursor.is_blank() || self.cursor.is_break() {
            if self.cursor.is_break() {
                breaks.push_str(self.cursor.skip_line());
                continue;
            }
            let indented = self.cursor.column.cast_signed() > self.indent;
            if !breaks.is_empty() && !indented && self.cursor.is(b'\t') {
                return Err(self.cursor.fault("a tab is no indentation; use spaces"));
            }
            self.cursor.skip();
        }
        Ok(())
    }
}

/// Folds line breaks: one becomes a space, of several the first is dropped. LS and PS are kept.
pub(super) fn push_folded(text: &mut String, breaks: &str) {
    match breaks.strip_prefix('\n') {
        Some("") => text.push(' '),
        Some(rest) => text.push_str(rest),
        None => text.push_str(breaks),
    }
}
