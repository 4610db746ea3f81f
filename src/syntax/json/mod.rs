//! JSON (RFC 8259), with the place of every value and name.
//!
//! Owns the one grammar by which JSON is read, wherever it stands: a manifest, a `.tf.json` file, a policy in a
//! heredoc, the exec form of a Dockerfile. It reads a [`Derived`] text, in which stretches may be unknown: an
//! unknown value is [`Kind::Unknown`], a string with unknown stretches is a string whose [`decode`]d text has them.
//! Nothing behind a syntax error can be read. Knows nothing of what the JSON says.

mod stream;
mod string;

pub use string::decode;

use crate::source::{Derived, PLACEHOLDER, Span};
use ecow::EcoString;
use std::ops::Range;

/// A value.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text that was read.
    pub at: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as it is written, checked.
    Number(EcoString),
    /// A string, escapes resolved.
    String(EcoString),
    /// `[…]`
    Array(Vec<Node>),
    /// `{…}`: the members in source order, repeated names included.
    Object(Vec<Member>),
    /// A value, or several of an array, that are not known.
    Unknown,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name, escapes resolved.
    pub name: EcoString,
    /// Its bytes in the text, quotes included.
    pub name_at: Range<usize>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of the member `name`, when it is an object that has one; of a repeated name the last.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rfind(|member| member.name == name).map(|member| &member.value)
    }

    /// The members, when it is an object.
    pub fn members(&self) -> &[Member] {
        if let Kind::Object(members) = &self.kind { members } else { &[] }
    }

    /// The items, when it is an array.
    pub fn items(&self) -> &[Self] {
        if let Kind::Array(items) = &self.kind { items } else { &[] }
    }

    /// The text, when it is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }
}

/// What is read, and how much of it.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How deep arrays and objects may nest.
    pub depth: usize,
    /// How many values there may be.
    pub values: usize,
    /// Whether a comma may stand before a closing bracket: a usual slip in JSON that is written by hand.
    pub trailing_commas: bool,
}

/// Why a text cannot be read: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub message: String,
    /// Where, in the text.
    pub at: Range<usize>,
}

type Read<T> = Result<T, Error>;

/// Reads a whole text as one value; a byte order mark is skipped.
pub fn read(text: &Derived<'_>, rules: Rules) -> Read<Node> {
    let mut reader = Reader::new(text, rules);
    let root = reader.value()?;
    if reader.is_end() { Ok(root) } else { Err(reader.expected("the end of the text")) }
}

/// Reads values one behind the other, as Go's decoder does.
pub struct Reader<'t> {
    derived: &'t Derived<'t>,
    text: &'t str,
    at: usize,
    depth: usize,
    left: usize,
    rules: Rules,
}

impl<'t> Reader<'t> {
    /// A reader at the beginning of `text`, behind a byte order mark.
    pub fn new(derived: &'t Derived<'t>, rules: Rules) -> Self {
        let text = derived.text();
        let at = text.len() - text.trim_start_matches('\u{feff}').len();
        Self { derived, text, at, depth: 0, left: rules.values, rules }
    }

    /// The same reader at byte `offset` of the text, where a value begins.
    #[must_use]
    pub fn starting_at(self, offset: usize) -> Self {
        Self { at: offset, ..self }
    }

    /// Skips white space, and returns whether nothing follows.
    pub fn is_end(&mut self) -> bool {
        self.next().is_none()
    }

    /// The next byte to be read.
    pub fn offset(&self) -> usize {
        self.at
    }

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

    /// The error of finding something else than what is expected here.
    fn expected(&self, expected: &str) -> Error {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let message = match found {
            None => format!("Expected {expected}, but the text ends here."),
            Some(character) => format!("Expected {expected}, found `{}`.", character.escape_debug()),
        };
        Error { message, at: self.at..self.at + found.map_or(0, char::len_utf8) }
    }

    /// Reads the next value.
    pub fn value(&mut self) -> Read<Node> {
        let first = self.next();
        let start = self.at;
        let Some(left) = self.left.checked_sub(1) else {
            let message = format!("The JSON has more values than the limit of {}.", self.rules.values);
            return Err(Error { message, at: start..start });
        };
        self.left = left;
        let kind = match first {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::String(self.string()?),
            _ if self.is_unknown_word() => Kind::Unknown,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { kind, at: start..self.at })
    }

    /// Reads the word at hand where some of it is unknown.
    fn is_unknown_word(&mut self) -> bool {
        if self.derived.is_plain_file() {
            return false;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_end = |c: char| matches!(c, ',' | ']' | '}' | ':' | '"' | ' ' | '\t' | '\n' | '\r');
        let word = rest.get(..rest.find(is_end).unwrap_or(rest.len())).unwrap_or_default();
        let mut placeholders = word.match_indices(PLACEHOLDER);
        let is_unknown = placeholders.any(|(at, _)| self.derived.is_unknown_at(self.at + at));
        self.at += if is_unknown { word.len() } else { 0 };
        is_unknown
    }

    fn nested(&mut self, read: fn(&mut Self) -> Read<Kind>) -> Read<Kind> {
        if self.depth >= self.rules.depth {
            let message = format!("The JSON is nested deeper than the limit of {} levels.", self.rules.depth);
            return Err(Error { message, at: self.at..self.at + 1 });
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Read<Kind> {
        let mut members = Vec::new();
        if self.eat(b'}') {
            return Ok(Kind::Object(members));
        }
        loop {
            if self.next() != Some(b'"') {
                return Err(self.expected("a name in double quotes"));
            }
            let start = self.at;
            let name = self.string()?;
            let name_at = start..self.at;
            if !self.eat(b':') {
                return Err(self.expected("`:` and a value"));
            }
            members.push(Member { name, name_at, value: self.value()? });
            if self.closes(b'}') {
                return Ok(Kind::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn array(&mut self) -> Read<Kind> {
        let mut values = Vec::new();
        if self.eat(b']') {
            return Ok(Kind::Array(values));
        }
        loop {
            values.push(self.value()?);
            if self.closes(b']') {
                return Ok(Kind::Array(values));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    /// Reads the closing bracket, and the comma before it where the rules allow one.
    fn closes(&mut self, bracket: u8) -> bool {
        if self.eat(bracket) {
            return true;
        }
        let before = self.at;
        if self.rules.trailing_commas && self.eat(b',') && self.eat(bracket) {
            return true;
        }
        self.at = before;
        false
    }

    fn word(&mut self) -> Read<Kind> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let kind = match rest.get(..length).unwrap_or_default() {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            _ => return Err(self.expected("a JSON value")),
        };
        self.at += length;
        Ok(kind)
    }

    fn number(&mut self) -> Read<Kind> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        let leading = self.byte();
        if self.digits()? > 1 && leading == Some(b'0') {
            return Err(Error { message: "A JSON number has no leading zero.".into(), at: start..self.at });
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
        Ok(Kind::Number(EcoString::from(self.text.get(start..self.at).unwrap_or_default())))
    }

    fn digits(&mut self) -> Read<usize> {
        let rest = self.text.as_bytes().iter().skip(self.at);
        let length = rest.take_while(|byte| byte.is_ascii_digit()).count();
        self.at += length;
        if length == 0 { Err(self.expected("a digit")) } else { Ok(length) }
    }

    /// Reads the string whose quote is at hand.
    fn string(&mut self) -> Read<EcoString> {
        let start = self.at;
        self.at = string::end(self.text, start)?;
        let content = self.text.get(start + 1..self.at - 1).unwrap_or_default();
        string::resolve(content).map_err(|at| Error {
            message: "This is no escape of JSON.".into(),
            at: start + 1 + at.start..start + 1 + at.end,
        })
    }
}

impl Error {
    /// Where the error is in the files.
    pub fn span(&self, text: &Derived<'_>) -> Span {
        text.span(self.at.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Node, Rules, read};
    use crate::source::{Derived, SourceId, Span};

    const RULES: Rules = Rules { depth: 8, values: 100, trailing_commas: false };

    fn shown(node: &Node) -> String {
        match &node.kind {
            Kind::Null => "null".into(),
            Kind::Bool(value) => value.to_string(),
            Kind::Number(text) => text.to_string(),
            Kind::String(text) => format!("{text:?}"),
            Kind::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
            Kind::Object(members) => {
                let members = members.iter().map(|member| format!("{}:{}", member.name, shown(&member.value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Kind::Unknown => "?".into(),
        }
    }

    fn answer(text: &str, rules: Rules) -> Result<String, String> {
        let derived = Derived::file(SourceId(0), text);
        read(&derived, rules).map(|node| shown(&node)).map_err(|error| error.message)
    }

    #[test]
    fn values_and_errors() {
        let text = "\u{feff} {\"a\": [1, -2.5e+3, true, null], \"b\": \"\\u00e9\\ud83d\\ude00\\n/\", \"a\": {}} ";
        assert_eq!(answer(text, RULES).as_deref(), Ok("{a:[1,-2.5e+3,true,null],b:\"é😀\\n/\",a:{}}"));
        for wrong in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "01",
            "1 2",
            "nul",
            "truex",
            "'a'",
            "\"\t\"",
            "\"\\x\"",
            "\"a",
            "[[[[[[[[[1]]]]]]]]]",
        ] {
            assert!(answer(wrong, RULES).is_err(), "{wrong}");
        }
        let lenient = Rules { trailing_commas: true, ..RULES };
        assert_eq!(answer("{\"a\": [1, 2,\n], }", lenient).as_deref(), Ok("{a:[1,2]}"));
        assert!(answer("[,]", lenient).is_err());
    }

    #[test]
    fn what_is_unknown_is_a_value() {
        let hole = Span::new(SourceId(0), 50, 54);
        let mut text = Derived::verbatim(SourceId(0), 0, "{\"a\": \"x");
        text.push_unknown(hole, None);
        text.push_verbatim("\", \"b\": ", SourceId(0), 60);
        text.push_unknown(hole, None);
        text.push_verbatim("}", SourceId(0), 70);
        let root = read(&text, RULES).unwrap();
        assert_eq!(shown(&root), "{a:\"x\u{fffd}\",b:?}");
        let Kind::Object(members) = &root.kind else { panic!() };
        let decoded = super::decode(&text, members[0].value.at.clone());
        assert!(decoded.is_unknown_at(1) && !decoded.is_unknown_at(0));
        assert!(answer("[\u{fffd}]", RULES).is_err(), "a character of the input is no mark");
    }
}
