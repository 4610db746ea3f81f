//! JSON as every JSON format writes it: indented by two, with a line end, and inert.
//!
//! Inert: characters with an effect on terminals, and the marks of CI commands, are written as `\uXXXX`. To
//! a JSON reader that is the same text.

use super::neutral;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Writes `value` and a line end.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *out, Inert(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// A text as a JSON string.
pub fn string(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    let mut serializer = Serializer::with_formatter(&mut out, Inert(PrettyFormatter::new()));
    // Writing to memory cannot fail, and what is written is UTF-8.
    let _ = text.serialize(&mut serializer);
    String::from_utf8(out).unwrap_or_default()
}

struct Inert(PrettyFormatter<'static>);

impl Formatter for Inert {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }

    /// A run of characters that JSON itself need not escape.
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if neutral::is_plain(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        let mut mark = neutral::command_mark(fragment, 0);
        for (at, char) in fragment.char_indices() {
            let is_mark = mark == Some(at);
            if is_mark {
                mark = neutral::command_mark(fragment, at);
            }
            if is_mark || neutral::has_effect(char) {
                out.write_all(fragment.as_bytes().get(written..at).unwrap_or_default())?;
                write!(out, "\\u{:04x}", u32::from(char))?;
                written = at + char.len_utf8();
            }
        }
        out.write_all(fragment.as_bytes().get(written..).unwrap_or_default())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(out, escape)
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn json_is_inert_and_the_same_to_a_reader() {
        let text = "a ##[error]b\u{202e}c\u{9b}d\n::x \u{1b}[31m ##vso[e] \"é\"";
        let mut out = Vec::new();
        write(&[text], &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            !out.contains("##[") && !out.contains("##vso") && !out.contains(['\u{202e}', '\u{9b}', '\u{1b}']),
            "{out}"
        );
        assert!(out.contains('é'));
        assert_eq!(serde_json::from_str::<Vec<String>>(&out).unwrap(), [text]);
    }
}
