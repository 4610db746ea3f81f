//! A place in the text, in bytes and in the characters that YAML counts indentation in.

use super::token::Fault;
use std::ops::Range;

/// Walks over the text. Lines end at LF, CR, CRLF, NEL, LS and PS, as in YAML 1.1.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    /// The next byte.
    pub at: usize,
    /// Lines before this one.
    pub line: usize,
    /// Characters before this one in its line.
    pub column: usize,
    /// Characters before this one in the text.
    pub index: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 0, column: 0, index: 0 }
    }

    /// The byte `ahead` of the next one; `None` behind the end.
    pub fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub fn is(&self, byte: u8) -> bool {
        self.byte(0) == Some(byte)
    }

    pub fn is_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Whether a space or a tab stands here.
    pub fn is_blank(&self) -> bool {
        matches!(self.byte(0), Some(b' ' | b'\t'))
    }

    /// How many bytes the line break `ahead` has; 0 when there is none.
    fn break_length(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            Some(b'\n') => 1,
            Some(b'\r') => 1 + usize::from(self.byte(ahead + 1) == Some(b'\n')),
            Some(0xc2) if self.byte(ahead + 1) == Some(0x85) => 2,
            Some(0xe2) if self.byte(ahead + 1) == Some(0x80) && matches!(self.byte(ahead + 2), Some(0xa8 | 0xa9)) => 3,
            _ => 0,
        }
    }

    pub fn is_break(&self) -> bool {
        self.break_length(0) > 0
    }

    /// Whether a line break or the end stands here.
    pub fn is_line_end(&self) -> bool {
        self.is_end() || self.is_break()
    }

    /// Whether a blank, a line break or the end stands `ahead`.
    pub fn is_blank_or_end(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            None | Some(b' ' | b'\t' | b'\n' | b'\r') => true,
            Some(0xc2 | 0xe2) => self.break_length(ahead) > 0,
            Some(_) => false,
        }
    }

    /// Whether `---` or `...` stands here at the beginning of a line, and nothing right behind it.
    pub fn is_document_indicator(&self) -> bool {
        self.column == 0 && (self.starts_with("---") || self.starts_with("...")) && self.is_blank_or_end(3)
    }

    pub fn starts_with(&self, prefix: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }

    /// Passes one character, which is no line break.
    pub fn skip(&mut self) {
        self.at += match self.byte(0) {
            None => return,
            Some(0..0x80) => 1,
            Some(0x80..0xe0) => 2,
            Some(0xe0..0xf0) => 3,
            Some(0xf0..) => 4,
        };
        self.column += 1;
        self.index += 1;
    }

    /// Passes `count` characters, each of one byte.
    pub fn skip_ascii(&mut self, count: usize) {
        self.at += count;
        self.column += count;
        self.index += count;
    }

    /// Passes characters while `wanted` holds for the first byte of each.
    pub fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.byte(0).is_some_and(&wanted) {
            self.skip();
        }
    }

    /// Passes everything up to the end of the line.
    pub fn skip_to_line_end(&mut self) {
        while !self.is_line_end() {
            self.skip();
        }
    }

    /// Passes a line break, and gives what it means in a scalar.
    pub fn skip_line(&mut self) -> &'static str {
        let length = self.break_length(0);
        let meaning = match (length, self.byte(2)) {
            (0, _) => return "",
            (3, Some(0xa8)) => "\u{2028}",
            (3, _) => "\u{2029}",
            _ => "\n",
        };
        self.index += if length == 2 && self.is(b'\r') { 2 } else { 1 };
        self.at += length;
        self.line += 1;
        self.column = 0;
        meaning
    }

    /// The text of a range.
    pub fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The range, or its first character when it is empty.
    pub fn visible(&self, range: Range<usize>) -> Range<usize> {
        let first = self.text.get(range.start..).and_then(|rest| rest.chars().next());
        range.start..range.end.max(range.start + first.map_or(0, char::len_utf8))
    }

    /// A fault at the next character.
    pub fn fault(&self, message: &'static str) -> Fault {
        Fault::new(message, self.visible(self.at..self.at))
    }

    /// A fault from `start` up to here.
    pub fn fault_since(&self, start: usize, message: &'static str) -> Fault {
        Fault::new(message, start..self.at.max(start))
    }
}
