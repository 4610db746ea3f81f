//! Writes YAML as `yamlencode` does: block style, strings and keys quoted, lines of quoted text folded.
//!
//! The layout is that of libyaml's emitter with an indentation of two and a width of 80; texts of
//! several lines are literal blocks where that is possible. Knows no values: the caller walks them.

use std::fmt::Write;

/// The column after which quoted text is broken at the next blank.
const WIDTH: usize = 80;
/// Bytes of the longest key that stands on the line of its value.
const SIMPLE_KEY: usize = 128;

/// Text being written.
#[derive(Debug)]
pub struct Emitter {
    text: String,
    /// Whether nothing but indentation and indicators stand on the line, so that a node may begin here.
    fresh: bool,
}

impl Emitter {
    /// An empty document.
    pub fn new() -> Self {
        Self { text: String::new(), fresh: true }
    }

    /// Bytes written so far.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// The text. `open` says that the document is a plain scalar, which needs an end mark.
    pub fn finish(mut self, open: bool) -> String {
        self.text.push_str(if open { "\n...\n" } else { "\n" });
        self.text
    }

    /// Begins a line, unless a compact node begins on this one.
    fn line(&mut self, indent: usize) {
        if !self.fresh {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
        self.fresh = false;
    }

    /// The `-` of an element.
    pub fn element(&mut self, indent: usize) {
        self.line(indent);
        self.text.push('-');
        self.text.push(' ');
        self.fresh = true;
    }

    /// A key with its `:`. Long ones and those of several lines take the form `? key` on a line of their own.
    pub fn key(&mut self, key: &str, indent: usize) {
        self.line(indent);
        if key.len() <= SIMPLE_KEY && !key.contains(is_break) {
            self.quoted(key, None);
        } else {
            self.text.push('?');
            self.string(key, indent + 2);
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
        self.text.push(':');
    }

    /// Something that needs no quotes: a number, `true`, `null`, `{}`, `[]`.
    pub fn plain(&mut self, text: &str) {
        self.separate();
        self.text.push_str(text);
    }

    /// A string, whose further lines are indented by `indent`.
    pub fn string(&mut self, text: &str, indent: usize) {
        self.separate();
        if text.contains('\n') && can_be_literal(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, Some(indent));
        }
    }

    fn separate(&mut self) {
        if !self.fresh {
            self.text.push(' ');
        }
        self.fresh = false;
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.text.push('|');
        if text.starts_with(' ') || text.starts_with(is_break) {
            self.text.push('2');
        }
        let mut ends = text.chars().rev();
        match (ends.next().is_some_and(is_break), ends.next().is_none_or(is_break)) {
            (false, _) => self.text.push('-'),
            (true, true) => self.text.push('+'),
            (true, false) => {}
        }
        let body = text.strip_suffix('\n').unwrap_or(text);
        for line in body.split('\n') {
            self.text.push('\n');
            if !line.is_empty() {
                self.text.extend(std::iter::repeat_n(' ', indent));
                self.text.push_str(line);
            }
        }
    }

    /// Text in double quotes; folded, with the next line indented, when an indentation is given.
    fn quoted(&mut self, text: &str, fold: Option<usize>) {
        self.text.push('"');
        let line_start = self.text.rfind('\n').map_or(0, |at| at + 1);
        let mut column = self.text.get(line_start..).unwrap_or_default().chars().count();
        let mut after_blank = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if let Some(indent) = fold
                && character == ' '
                && !after_blank
                && column > WIDTH
                && at > 0
                && let Some(next) = next
            {
                self.text.push('\n');
                self.text.extend(std::iter::repeat_n(' ', indent));
                column = indent;
                if next == ' ' {
                    self.text.push('\\');
                    column += 1;
                }
                after_blank = true;
                continue;
            }
            let before = self.text.len();
            self.escaped(character);
            column += self.text.get(before..).unwrap_or_default().chars().count();
            after_blank = character == ' ';
        }
        self.text.push('"');
    }

    fn escaped(&mut self, character: char) {
        let short = match character {
            '\0' => '0',
            '\u{07}' => 'a',
            '\u{08}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{0B}' => 'v',
            '\u{0C}' => 'f',
            '\r' => 'r',
            '\u{1B}' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ if is_printable(character) => return self.text.push(character),
            _ => {
                let code = u32::from(character);
                let written = match code {
                    0..=0xFF => write!(self.text, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(self.text, "\\u{code:04X}"),
                    _ => write!(self.text, "\\U{code:08X}"),
                };
                debug_assert!(written.is_ok(), "writing to a string does not fail");
                return;
            }
        };
        self.text.push('\\');
        self.text.push(short);
    }
}

/// Whether a text of several lines survives in a literal block: all printable, no blank at the end of a line.
fn can_be_literal(text: &str) -> bool {
    let printable = |character: char| is_break(character) || is_printable(character);
    let blank_at_end = text.split(is_break).any(|line| line.ends_with(' '));
    text.chars().all(printable) && !blank_at_end
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What libyaml writes as it is. It escapes all beyond the basic plane.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}') && character != '\u{FEFF}'
}
