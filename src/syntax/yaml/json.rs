//! JSON, as Go's decoder reads it: objects one behind the other.
//!
//! Nothing behind a syntax error can be read, for JSON has no separators.

use super::mapping::Entries;
use super::{DEPTH_LIMIT, Document, Entry, Mapping, NODE_LIMIT, Node, NodeKind, Stream};
use crate::source::{Problem, SourceId, Span};
use ecow::EcoString;
use std::sync::Arc;

/// Whether `kubectl` takes the text for JSON.
pub fn begins_as_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads all values of `text` from byte `begin` on.
pub fn read(source: SourceId, text: &str, begin: usize) -> Stream {
    let mut reader = Reader { source, text, at: begin, left: NODE_LIMIT };
    let mut stream = Stream::default();
    loop {
        let start = reader.at;
        reader.skip_blanks();
        if reader.at >= text.len() {
            return stream;
        }
        match reader.value(0) {
            Ok(root) => stream.documents.push(Document { root, span: reader.span(start) }),
            Err(problem) => {
                stream.problems.push(problem);
                return stream;
            }
        }
    }
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    left: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.source, start as u32, self.at as u32)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The error of finding something else than what is wanted at this place.
    fn expected(&self, wanted: &str) -> Problem {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(found) = rest.chars().next() else {
            return Problem::error(self.span(self.at), format!("the JSON text ends where {wanted} is expected"));
        };
        let span = Span::new(self.source, self.at as u32, (self.at + found.len_utf8()) as u32);
        Problem::error(span, format!("invalid JSON: `{}` where {wanted} is expected", found.escape_default()))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        self.skip_blanks();
        let start = self.at;
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| Problem::error(self.span(start), format!("more values than the limit of {NODE_LIMIT}")))?;
        if depth > DEPTH_LIMIT {
            return Err(Problem::error(self.span(start), format!("nested deeper than the limit of {DEPTH_LIMIT}")));
        }
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => NodeKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.literal()?,
        };
        Ok(Node::new(kind, self.span(start)))
    }

    fn literal(&mut self) -> Result<NodeKind, Problem> {
        let literals = [("null", NodeKind::Null), ("true", NodeKind::Bool(true)), ("false", NodeKind::Bool(false))];
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = literals.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, kind) = found.ok_or_else(|| self.expected("a value"))?;
        self.at += word.len();
        Ok(kind)
    }

    fn object(&mut self, depth: usize) -> Result<NodeKind, Problem> {
        self.at += 1;
        let mut entries = Entries::default();
        self.skip_blanks();
        if self.take(b'}') {
            return Ok(NodeKind::Mapping(Arc::default()));
        }
        loop {
            self.skip_blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a quoted key"));
            }
            let key = self.string()?;
            let key_span = self.span(start);
            self.skip_blanks();
            if !self.take(b':') {
                return Err(self.expected("`:`"));
            }
            let value = self.value(depth + 1)?;
            entries.put(Entry { key, key_span, value });
            self.skip_blanks();
            if self.take(b'}') {
                return Ok(NodeKind::Mapping(Arc::new(Mapping { entries: entries.into_list() })));
            }
            if !self.take(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<NodeKind, Problem> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.take(b']') {
            return Ok(NodeKind::Sequence(Arc::default()));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
            if self.take(b']') {
                return Ok(NodeKind::Sequence(Arc::new(items)));
            }
            if !self.take(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), Problem> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.expected("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<NodeKind, Problem> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if let Ok(value) = text.parse() {
            return Ok(NodeKind::Integer(value));
        }
        let float = text.parse::<f64>().ok().filter(|value| value.is_finite());
        float
            .map(NodeKind::Float)
            .ok_or_else(|| Problem::error(self.span(start), format!("number `{text}` is too large")))
    }

    fn string(&mut self) -> Result<EcoString, Problem> {
        let start = self.at;
        self.at += 1;
        let mut value = EcoString::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20);
            let Some(plain) = plain else {
                self.at = self.text.len();
                return Err(Problem::error(self.span(start), "this JSON string is never closed"));
            };
            value.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => value.push(self.escape()?),
                _ => return Err(self.expected("no raw control character, but an escape,")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        self.at += 1;
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let unit = self.code_unit()?;
                return self.character(unit);
            }
            _ => return Err(self.expected("the letter of a JSON escape")),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of a UTF-16 unit and, for a surrogate, of the escape behind it.
    fn character(&mut self, unit: u16) -> Result<char, Problem> {
        if (0xd800..0xdc00).contains(&unit) && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            let before = self.at;
            self.at += 2;
            let second = self.code_unit()?;
            if let Some(Ok(pair)) = char::decode_utf16([unit, second]).next() {
                return Ok(pair);
            }
            self.at = before;
        }
        Ok(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn code_unit(&mut self) -> Result<u16, Problem> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.expected("a hexadecimal digit"))?;
            self.at += 1;
        }
        Ok(unit as u16)
    }
}
