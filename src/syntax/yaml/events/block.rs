//! Block scalars: `|` and `>`.

use super::scanner::Scanner;
use super::token::{Fault, Style, Token, TokenKind};
use std::borrow::Cow;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl<'a> Scanner<'a> {
    /// Scans a block scalar from its `|` or `>` on.
    pub(super) fn scan_block_scalar(&mut self, is_literal: bool) -> Result<Token<'a>, Fault> {
        let start = self.cursor.at;
        self.cursor.skip();
        let (chomping, increment) = self.scan_block_header()?;
        let mut end = self.cursor.at;
        self.cursor.skip_line();
        let outer = self.indent.max(0).cast_unsigned();
        let mut indent = increment.map(|increment| outer + increment);
        let mut text = String::new();
        let mut trailing = String::new();
        let mut leading = "";
        let mut after_blank = false;
        self.scan_block_breaks(&mut indent, &mut trailing)?;
        while indent == Some(self.cursor.column) && !self.cursor.is_end() {
            let begins_blank = self.cursor.is_blank();
            let folds = !is_literal && leading == "\n" && !after_blank && !begins_blank;
            match (folds, trailing.is_empty()) {
                (true, true) => text.push(' '),
                (true, false) => {}
                (false, _) => text.push_str(leading),
            }
            text.push_str(&trailing);
            trailing.clear();
            after_blank = begins_blank;
            let line = self.cursor.at;
            self.cursor.skip_to_line_end();
            text.push_str(self.cursor.slice(line..self.cursor.at));
            end = self.cursor.at;
            leading = self.cursor.skip_line();
            self.scan_block_breaks(&mut indent, &mut trailing)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(leading);
        }
        if chomping == Chomping::Keep {
            text.push_str(&trailing);
        }
        Ok(Token { kind: TokenKind::Scalar(Cow::Owned(text), Style::Block), range: start..end })
    }

    /// Chomping and indentation indicators, in either order, and the rest of their line.
    fn scan_block_header(&mut self) -> Result<(Chomping, Option<usize>), Fault> {
        let (mut chomping, mut increment) = (None, None);
        loop {
            match self.cursor.byte(0) {
                Some(b'+') if chomping.is_none() => chomping = Some(Chomping::Keep),
                Some(b'-') if chomping.is_none() => chomping = Some(Chomping::Strip),
                Some(b'0') if increment.is_none() => {
                    return Err(self.cursor.fault("a block scalar cannot be indented by 0"));
                }
                Some(digit @ b'1'..=b'9') if increment.is_none() => increment = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.cursor.skip();
        }
        self.cursor.skip_while(|byte| byte == b' ' || byte == b'\t');
        self.skip_comment();
        if !self.cursor.is_line_end() {
            return Err(self.cursor.fault("the text of a block scalar begins in the next line"));
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    /// Passes indentation and empty lines, whose breaks are kept. Finds the indentation where it is not given.
    fn scan_block_breaks(&mut self, indent: &mut Option<usize>, breaks: &mut String) -> Result<(), Fault> {
        let mut widest = 0;
        loop {
            let is_indentation = |column: usize| indent.is_none_or(|indent| column < indent);
            while is_indentation(self.cursor.column) && self.cursor.is(b' ') {
                self.cursor.skip();
            }
            widest = widest.max(self.cursor.column);
            if is_indentation(self.cursor.column) && self.cursor.is(b'\t') {
                return Err(self.cursor.fault("a tab is no indentation; use spaces"));
            }
            if !self.cursor.is_break() {
                break;
            }
            breaks.push_str(self.cursor.skip_line());
        }
        let least = (self.indent + 1).max(1).cast_unsigned();
        indent.get_or_insert(widest.max(least));
        Ok(())
    }
}
