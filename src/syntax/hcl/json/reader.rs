//! JSON text to values with places.

use super::super::ast::Ident;
use super::super::parser::{MAX_DEPTH, MAX_NODES, Place};
use crate::source::{Problem, Span};
use ecow::EcoString;

/// A JSON value with its place.
pub(super) struct Json {
    pub kind: JsonKind,
    pub span: Span,
}

pub(super) enum JsonKind {
    Null,
    Bool(bool),
    /// As it is written, checked.
    Number(EcoString),
    /// Escapes resolved.
    String(EcoString),
    Array(Vec<Json>),
    /// Properties in source order, repeated ones included.
    Object(Vec<(Ident, Json)>),
}

type Read<T> = Result<T, Problem>;

/// Reads a whole text as one value (RFC 8259; a byte order mark is skipped).
pub(super) fn read(place: Place<'_>, text: &str) -> Read<Json> {
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { place, text, at, depth: 0, nodes: 0 };
    let root = reader.value()?;
    match reader.next() {
        None => Ok(root),
        Some(_) => Err(reader.expected("the end of the file")),
    }
}

struct Reader<'t> {
    place: Place<'t>,
    text: &'t str,
    at: usize,
    depth: u32,
    nodes: u32,
}

impl Reader<'_> {
    /// The first byte of the next token.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().iter().skip(self.at);
        self.at += rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.next() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expected(&self, expected: &str) -> Problem {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let span = self.place.span(self.at, self.at + found.map_or(0, char::len_utf8));
        Problem::error(
            span,
            match found {
                None => format!("Expected {expected}, but the text ends here."),
                Some(character) => format!("Expected {expected}, found `{}`.", character.escape_debug()),
            },
        )
    }

    fn value(&mut self) -> Read<Json> {
        let first = self.next();
        let start = self.at;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("This file is too large: it holds more than {MAX_NODES} values.");
            return Err(Problem::error(self.place.span(start, start), message));
        }
        let kind = match first {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => JsonKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Json { kind, span: self.place.span(start, self.at) })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Read<JsonKind>) -> Read<JsonKind> {
        if self.depth >= MAX_DEPTH {
            let message = format!("This is nested too deeply: more than {MAX_DEPTH} levels.");
            return Err(Problem::error(self.place.span(self.at, self.at + 1), message));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Read<JsonKind> {
        let mut properties = Vec::new();
        if self.eat(b'}') {
            return Ok(JsonKind::Object(properties));
        }
        loop {
            if self.next() != Some(b'"') {
                return Err(self.expected("a property name in double quotes"));
            }
            let start = self.at;
            let name = self.string()?;
            let name = Ident { name, span: self.place.span(start, self.at) };
            if !self.eat(b':') {
                return Err(self.expected("`:` and a value"));
            }
            properties.push((name, self.value()?));
            if self.eat(b'}') {
                return Ok(JsonKind::Object(properties));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn array(&mut self) -> Read<JsonKind> {
        let mut values = Vec::new();
        if self.eat(b']') {
            return Ok(JsonKind::Array(values));
        }
        loop {
            values.push(self.value()?);
            if self.eat(b']') {
                return Ok(JsonKind::Array(values));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn word(&mut self) -> Read<JsonKind> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let kind = match rest.get(..length).unwrap_or_default() {
            "null" => JsonKind::Null,
            "true" => JsonKind::Bool(true),
            "false" => JsonKind::Bool(false),
            _ => return Err(self.expected("a JSON value")),
        };
        self.at += length;
        Ok(kind)
    }

    fn number(&mut self) -> Read<JsonKind> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        let leading = self.byte();
        if self.digits()? > 1 && leading == Some(b'0') {
            return Err(Problem::error(self.place.span(start, self.at), "A JSON number has no leading zero."));
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(JsonKind::Number(EcoString::from(self.text.get(start..self.at).unwrap_or_default())))
    }

    fn digits(&mut self) -> Read<usize> {
        let rest = self.text.as_bytes().iter().skip(self.at);
        let length = rest.take_while(|byte| byte.is_ascii_digit()).count();
        self.at += length;
        if length == 0 { Err(self.expected("a digit")) } else { Ok(length) }
    }

    /// The string whose quote is at hand.
    fn string(&mut self) -> Read<EcoString> {
        let start = self.at;
        let content = start + 1;
        let mut at = content;
        while let Some(&byte) = self.text.as_bytes().get(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    let raw = self.text.get(content..at).unwrap_or_default();
                    return unescape(raw).map(|(text, _)| text).map_err(|(from, to)| {
                        Problem::error(self.place.span(content + from, content + to), "This is no escape of JSON.")
                    });
                }
                b'\\' => at += 2,
                0..=0x1f => break,
                _ => at += 1,
            }
        }
        let span = self.place.span(start, at.min(self.text.len()));
        Err(Problem::error(span, "This string is not closed on its line."))
    }
}

/// A text without escapes, and its shifts as in [`Place`].
type Unescaped = (EcoString, Vec<(u32, u32)>);

/// Resolves the escapes of `raw`, the content of a string, and tells after which bytes of the result
/// the raw text is how many bytes ahead. The error is the place of a wrong escape in `raw`.
pub(super) fn unescape(raw: &str) -> Result<Unescaped, (usize, usize)> {
    let (mut text, mut shifts) = (EcoString::with_capacity(raw.len()), Vec::new());
    let mut rest = raw;
    while let Some((before, escaped)) = rest.split_once('\\') {
        text.push_str(before);
        let at = raw.len() - escaped.len() - 1;
        let (character, length) = escape(escaped).ok_or((at, at + 1))?;
        text.push(character);
        rest = escaped.get(length..).unwrap_or_default();
        shifts.push((text.len() as u32, (raw.len() - rest.len()).saturating_sub(text.len()) as u32));
    }
    text.push_str(rest);
    Ok((text, shifts))
}

/// The character that an escape stands for, and its length without the backslash. Half a surrogate
/// pair is U+FFFD, as in Go.
fn escape(escaped: &str) -> Option<(char, usize)> {
    let simple = match escaped.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(escaped.get(1..5)?)?;
            if let 0xd800..0xdc00 = first
                && let Some(second) = escaped.get(5..11).and_then(|low| low.strip_prefix("\\u")).and_then(unit)
                && let 0xdc00..0xe000 = second
            {
                let scalar = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Some((char::from_u32(scalar)?, 11));
            }
            return Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5));
        }
        _ => return None,
    };
    Some((simple, 1))
}

fn unit(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}
