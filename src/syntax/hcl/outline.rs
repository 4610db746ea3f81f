//! The outline of a text: comments, brackets and lines, without a parse.
//!
//! Knows strings, heredocs and comments, so that a bracket or `#` in them is not taken for one; takes
//! every string to end on its line. Reads any text, right or wrong, once from front to back.

use super::lexer::{TokenKind, comment_end, line_end, token};
use std::ops::Range;

/// One mark of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A comment, without the line end after it.
    Comment(Range<usize>),
    /// `{`, `[` or `(`, at this byte.
    Open(usize),
    /// `}`, `]` or `)`.
    Close,
    /// A line begins at this byte.
    Line(usize),
}

/// The marks of a text from some place on.
pub(super) struct Outline<'t> {
    text: &'t str,
    at: usize,
    /// Whether a heredoc without end was met: from there on none is believed.
    pub unclosed_heredoc: bool,
}

impl<'t> Outline<'t> {
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, unclosed_heredoc: false }
    }

    /// The byte that comes next.
    pub fn position(&self) -> usize {
        self.at
    }

    fn comment(&mut self, end: usize) -> Mark {
        let start = std::mem::replace(&mut self.at, end);
        let length = self.text.get(start..end).unwrap_or_default().trim_end_matches('\r').len();
        Mark::Comment(start..start + length)
    }

    /// Where the heredoc at `<<` ends: before the line end of its closing line.
    fn heredoc_end(&mut self) -> Option<usize> {
        if self.unclosed_heredoc {
            return None;
        }
        let opening = token(self.text, self.at, false);
        if opening.kind != TokenKind::Heredoc {
            return None;
        }
        let marker = self.text.get(opening.start..opening.end)?.trim_start_matches(['<', '-']).trim_end();
        let mut start = opening.end;
        for line in self.text.get(opening.end..)?.split_inclusive('\n') {
            if line.trim() == marker {
                return Some(start + line.trim_end().len());
            }
            start += line.len();
        }
        self.unclosed_heredoc = true;
        None
    }
}

impl Iterator for Outline<'_> {
    type Item = Mark;

    fn next(&mut self) -> Option<Mark> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let next = bytes.get(self.at + 1).copied().unwrap_or(0);
            match byte {
                b'\n' => {
                    self.at += 1;
                    return Some(Mark::Line(self.at));
                }
                b'{' | b'[' | b'(' => {
                    self.at += 1;
                    return Some(Mark::Open(self.at - 1));
                }
                b'}' | b']' | b')' => {
                    self.at += 1;
                    return Some(Mark::Close);
                }
                b'#' => return Some(self.comment(line_end(bytes, self.at))),
                b'/' if next == b'/' => return Some(self.comment(line_end(bytes, self.at))),
                b'/' if next == b'*' => {
                    return Some(self.comment(comment_end(self.text, self.at).unwrap_or(bytes.len())));
                }
                b'"' => self.at = string_end(bytes, self.at),
                b'<' if next == b'<' => self.at = self.heredoc_end().unwrap_or(self.at + 2),
                _ => self.at += 1,
            }
        }
    }
}

/// Where the string at `at` ends: after its quote, or with its line.
fn string_end(bytes: &[u8], at: usize) -> usize {
    enum Within {
        String,
        Braces,
    }
    let mut open = vec![Within::String];
    let mut at = at + 1;
    while let (Some(within), Some(&byte)) = (open.last(), bytes.get(at)) {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        match (within, byte) {
            (_, b'\n') => return at,
            (Within::String, b'\\') if next != b'\n' => at += 1,
            (Within::String, b'$' | b'%') if next == byte && bytes.get(at + 2) == Some(&b'{') => at += 2,
            (Within::String, b'$' | b'%') if next == b'{' => {
                open.push(Within::Braces);
                at += 1;
            }
            (Within::String, b'"') | (Within::Braces, b'}') => {
                open.pop();
            }
            (Within::Braces, b'"') => open.push(Within::String),
            (Within::Braces, b'{') => open.push(Within::Braces),
            _ => {}
        }
        at += 1;
    }
    at
}

/// The comments of a text in order: `#` and `//` to the end of the line, `/* */`.
pub fn comments(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    Outline::new(text, 0).filter_map(|mark| match mark {
        Mark::Comment(range) => Some(range),
        _ => None,
    })
}
