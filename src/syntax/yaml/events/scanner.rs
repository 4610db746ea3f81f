//! Text to tokens.
//!
//! YAML needs two things of its scanner that no grammar tells: the indentation that opens and closes block
//! collections, and *simple keys*, tokens of which only a `:` behind them tells that they began a key. A token
//! is handed out once nothing can come before it any more.

use super::cursor::Cursor;
use super::token::{Fault, Token, TokenKind};
use std::collections::VecDeque;
use std::ops::Range;

/// A key without `?` must be followed by its `:` within so many characters, and in the same line.
const SIMPLE_KEY_LENGTH: usize = 1024;

/// A token that may turn out to begin a key; one for each level of flow collections.
#[derive(Clone, Debug)]
struct SimpleKey {
    possible: bool,
    /// Whether only a key may stand there: it begins at the indentation of a block mapping.
    required: bool,
    /// Number of the token in the text.
    token: usize,
    at: usize,
    line: usize,
    column: usize,
    index: usize,
}

/// Makes tokens. After a fault it must not be asked again.
#[derive(Debug)]
pub struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    queue: VecDeque<Token<'a>>,
    /// How many tokens were taken from the queue.
    taken: usize,
    ended: bool,
    /// Column of the innermost block collection; -1 outside of all.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    simple_keys: Vec<SimpleKey>,
    pub(super) simple_key_allowed: bool,
    /// Comments met so far.
    pub comments: Vec<Range<usize>>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut scanner = Self {
            cursor: Cursor::new(text),
            queue: VecDeque::new(),
            taken: 0,
            ended: false,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_keys: Vec::new(),
            simple_key_allowed: true,
            comments: Vec::new(),
        };
        scanner.push_simple_key();
        scanner
    }

    /// The next token; at the end always the same.
    pub fn peek(&mut self) -> Result<&Token<'a>, Fault> {
        while self.needs_more()? {
            self.fetch()?;
        }
        let end = self.cursor.at;
        self.queue.front().ok_or_else(|| Fault::new("the text ends too early", end..end))
    }

    /// Passes the next token.
    pub fn take(&mut self) -> Result<Token<'a>, Fault> {
        self.peek()?;
        self.taken += 1;
        let end = self.cursor.at;
        self.queue.pop_front().ok_or_else(|| Fault::new("the text ends too early", end..end))
    }

    /// Whether something may still be put in front of the queue.
    fn needs_more(&mut self) -> Result<bool, Fault> {
        if self.ended {
            return Ok(false);
        }
        if self.queue.is_empty() {
            return Ok(true);
        }
        let head = self.taken;
        let level = self.simple_keys.iter().rposition(|key| key.token <= head);
        match level.filter(|level| self.simple_keys.get(*level).is_some_and(|key| key.token == head)) {
            Some(level) => self.is_still_possible(level),
            None => Ok(false),
        }
    }

    fn fetch(&mut self) -> Result<(), Fault> {
        self.skip_to_token();
        self.unroll(self.column());
        let Some(byte) = self.cursor.byte(0) else { return self.fetch_stream_end() };
        if self.cursor.column == 0 && byte == b'%' {
            return self.fetch_directive();
        }
        if self.cursor.is_document_indicator() {
            let kind = if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
            return self.fetch_document_indicator(kind);
        }
        let in_flow = self.flow_level > 0;
        match byte {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.cursor.is_blank_or_end(1) => self.fetch_block_entry(),
            b'?' if in_flow || self.cursor.is_blank_or_end(1) => self.fetch_key(),
            b':' if in_flow || self.cursor.is_blank_or_end(1) => self.fetch_value(),
            b'*' | b'&' => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                self.scan_anchor(byte == b'*').map(|token| self.queue.push_back(token))
            }
            b'!' => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                self.scan_tag().map(|token| self.queue.push_back(token))
            }
            b'|' | b'>' if !in_flow => {
                self.remove_simple_key()?;
                self.simple_key_allowed = true;
                self.scan_block_scalar(byte == b'|').map(|token| self.queue.push_back(token))
            }
            b'\'' | b'"' => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                self.scan_quoted(byte).map(|token| self.queue.push_back(token))
            }
            b'\t' => Err(self.cursor.fault("a tab is no indentation; use spaces")),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                Err(self.cursor.fault("this character cannot begin a value; quote the text"))
            }
            _ => {
                self.save_simple_key()?;
                self.simple_key_allowed = false;
                self.scan_plain().map(|token| self.queue.push_back(token))
            }
        }
    }

    /// Passes blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            if self.cursor.column == 0 && self.cursor.starts_with("\u{feff}") {
                // It counts as a character, as in libyaml.
                self.cursor.skip();
            }
            let tabs_count = self.flow_level > 0 || !self.simple_key_allowed;
            self.cursor.skip_while(|byte| byte == b' ' || tabs_count && byte == b'\t');
            self.skip_comment();
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.skip_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// Passes a comment, if one begins here.
    pub(super) fn skip_comment(&mut self) {
        if self.cursor.is(b'#') {
            let start = self.cursor.at;
            self.cursor.skip_to_line_end();
            self.comments.push(start..self.cursor.at);
        }
    }

    fn column(&self) -> isize {
        self.cursor.column.cast_signed()
    }

    fn push_simple_key(&mut self) {
        let key = SimpleKey { possible: false, ..self.simple_key_here(false) };
        self.simple_keys.push(key);
    }

    fn simple_key_here(&self, required: bool) -> SimpleKey {
        let Cursor { at, line, column, index, .. } = self.cursor;
        SimpleKey { possible: true, required, token: self.taken + self.queue.len(), at, line, column, index }
    }

    /// Notes that a key may begin here.
    fn save_simple_key(&mut self) -> Result<(), Fault> {
        if self.simple_key_allowed {
            let required = self.flow_level == 0 && self.indent == self.column();
            self.remove_simple_key()?;
            let key = self.simple_key_here(required);
            if let Some(last) = self.simple_keys.last_mut() {
                *last = key;
            }
        }
        Ok(())
    }

    /// The place of the last possible key begins none.
    fn remove_simple_key(&mut self) -> Result<(), Fault> {
        match self.simple_keys.last_mut() {
            Some(key) if key.possible && key.required => Err(Self::missing_colon(&self.cursor, key)),
            Some(key) => {
                key.possible = false;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Whether the possible key of that level may still be followed by its `:`.
    fn is_still_possible(&mut self, level: usize) -> Result<bool, Fault> {
        let (line, index) = (self.cursor.line, self.cursor.index);
        let Some(key) = self.simple_keys.get_mut(level).filter(|key| key.possible) else { return Ok(false) };
        if key.line < line || key.index + SIMPLE_KEY_LENGTH < index {
            if key.required {
                return Err(Self::missing_colon(&self.cursor, key));
            }
            key.possible = false;
        }
        Ok(key.possible)
    }

    fn missing_colon(cursor: &Cursor<'_>, key: &SimpleKey) -> Fault {
        let line = cursor.slice(key.at..cursor.at).lines().next().map_or(0, |line| line.trim_end().len());
        Fault::new("a key is expected here, but no `:` follows", key.at..key.at + line)
    }

    /// Opens a block collection at `column`, unless one is open there. `at` is the number of its first token.
    fn roll(&mut self, column: isize, at: Option<usize>, kind: TokenKind<'a>, place: usize) {
        if self.flow_level > 0 || self.indent >= column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = column;
        let index = at.map_or(self.queue.len(), |at| at.saturating_sub(self.taken).min(self.queue.len()));
        self.queue.insert(index, Token { kind, range: place..place });
    }

    /// Closes the block collections that are indented deeper than `column`.
    fn unroll(&mut self, column: isize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.queue.push_back(Token { kind: TokenKind::BlockEnd, range: self.cursor.at..self.cursor.at });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Makes a token of the next `length` characters.
    fn push_indicator(&mut self, kind: TokenKind<'a>, length: usize) {
        let start = self.cursor.at;
        self.cursor.skip_ascii(length);
        self.queue.push_back(Token { kind, range: start..self.cursor.at });
    }

    fn fetch_stream_end(&mut self) -> Result<(), Fault> {
        self.unroll(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.ended = true;
        self.push_indicator(TokenKind::StreamEnd, 0);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Fault> {
        self.unroll(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.scan_directive().map(|token| self.queue.push_back(token))
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind<'a>) -> Result<(), Fault> {
        self.unroll(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind<'a>) -> Result<(), Fault> {
        self.save_simple_key()?;
        self.flow_level += 1;
        self.simple_key_allowed = true;
        self.push_indicator(kind, 1);
        self.push_simple_key();
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind<'a>) -> Result<(), Fault> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.simple_keys.pop();
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Fault> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Fault> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.cursor.fault("an element of a list (`-`) cannot stand here"));
            }
            self.roll(self.column(), None, TokenKind::BlockSequenceStart, self.cursor.at);
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Fault> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.cursor.fault("a key (`?`) cannot stand here"));
            }
            self.roll(self.column(), None, TokenKind::BlockMappingStart, self.cursor.at);
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Fault> {
        let level = self.simple_keys.len().saturating_sub(1);
        if self.is_still_possible(level)?
            && let Some(key) = self.simple_keys.get_mut(level)
        {
            key.possible = false;
            let key = key.clone();
            let index = key.token.saturating_sub(self.taken).min(self.queue.len());
            self.queue.insert(index, Token { kind: TokenKind::Key, range: key.at..key.at });
            self.roll(key.column.cast_signed(), Some(key.token), TokenKind::BlockMappingStart, key.at);
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.cursor.fault("a mapping cannot begin here; is the text before `:` to be quoted?"));
                }
                self.roll(self.column(), None, TokenKind::BlockMappingStart, self.cursor.at);
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }
}
