//! Env files: `.env`, and what `env_file` names.
//!
//! Owns their syntax, which is that of Compose's own reader: `NAME=value` and `NAME: value`, `export`, comments, quotes
//! that may hold several lines, variables in values that are not in single quotes. A name without a value takes its
//! value from the shell.

use super::interpolation::{Variables, interpolate};
use crate::limits::compose::MAX_LINES;
use crate::model::{Text, Value, Why};
use crate::source::{Problem, SourceId, Span};
use std::collections::BTreeMap;

/// The variables of a file. Each value stands where the file has it.
#[derive(Debug, Default)]
pub(super) struct EnvFile {
    /// By name, of several the last.
    pub values: BTreeMap<Text, Value>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads the text of an env file. Variables in values are those above them, else those of `outer`. With `raw`, values
/// are taken as they are written.
pub(super) fn read(source: SourceId, text: &str, outer: &dyn Variables, raw: bool) -> EnvFile {
    let mut reader = Reader { source, text, at: 0, file: EnvFile::default() };
    for _ in 0..MAX_LINES {
        if !reader.line(outer, raw) {
            return reader.file;
        }
    }
    let message = format!("the file has more than {MAX_LINES} variables; the rest is not read");
    reader.file.problems.push(Problem::error(reader.span(reader.at, text.len()), message));
    reader.file
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    file: EnvFile,
}

/// The variables above a line, then those around the file.
struct Above<'a> {
    values: &'a BTreeMap<Text, Value>,
    outer: &'a dyn Variables,
}

impl Variables for Above<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.outer.get(name).or_else(|| self.values.get(name))
    }
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start as u32, end as u32)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads up to the next variable; whether there may be more.
    fn line(&mut self, outer: &dyn Variables, raw: bool) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
        if self.rest().is_empty() {
            return false;
        }
        let line_end = self.at + self.rest().find('\n').unwrap_or(self.rest().len());
        let line = self.text.get(self.at..line_end).unwrap_or_default();
        if line.starts_with('#') {
            self.at = line_end;
            return true;
        }
        let start = self.at;
        let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
        let written = exported.unwrap_or(line);
        let end = written.find(['=', ':']).unwrap_or(written.len());
        let name = written.get(..end).unwrap_or_default().trim();
        let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
        if !is_name {
            let message = "this line is no `NAME=value`";
            self.file.problems.push(Problem::error(self.span(start, line_end), message));
            self.at = line_end;
            return true;
        }
        let name = Text::from(name);
        if end == written.len() {
            let span = self.span(start, line_end);
            self.at = line_end;
            let from_shell = || Value::unknown(Why::Environment(name.clone()), span);
            let value = outer.get(&name).cloned().unwrap_or_else(from_shell);
            self.file.values.insert(name, value);
            return true;
        }
        self.at = line_end - written.len() + end + 1;
        let value = self.value(line_end, outer, raw);
        self.file.values.insert(name, value);
        true
    }

    /// Reads the value at the current place, in a line that ends at `line_end`.
    fn value(&mut self, line_end: usize, outer: &dyn Variables, raw: bool) -> Value {
        let line = self.text.get(self.at..line_end).unwrap_or_default();
        let blank = line.len() - line.trim_start_matches([' ', '\t', '\r']).len();
        let start = self.at + blank;
        let quote = self.text.get(start..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '\'' | '"'));
        self.at = line_end;
        if let (Some(quote), false) = (quote, raw) {
            let inner = start + 1;
            let Some(end) = closing(self.text.get(inner..).unwrap_or_default(), quote) else {
                let message = format!("nothing closes the quote `{quote}`");
                self.file.problems.push(Problem::error(self.span(start, line_end), message));
                return Value::string("", self.span(start, line_end));
            };
            let text = self.text.get(inner..inner + end).unwrap_or_default();
            let span = self.span(start, inner + end + 1);
            let after = inner + end + 1;
            self.at =
                after + self.text.get(after..).and_then(|rest| rest.find('\n')).unwrap_or(self.text.len() - after);
            return match quote {
                '\'' => Value::string(text, span),
                _ => self.expanded(&unescaped(text), span, outer),
            };
        }
        let written = self.text.get(start..line_end).unwrap_or_default();
        let commented = [" #", "\t#"].iter().filter_map(|mark| written.find(mark)).min().filter(|_| !raw);
        let written = if written.starts_with('#') && !raw { "" } else { written };
        let kept = written.get(..commented.unwrap_or(written.len())).unwrap_or_default();
        let kept = if raw { kept.trim_end_matches('\r') } else { kept.trim_end() };
        let span = self.span(start, start + kept.len());
        if raw { Value::string(kept, span) } else { self.expanded(kept, span, outer) }
    }

    /// The value of a text with variables; what is no variable stays as it stands.
    fn expanded(&mut self, text: &str, span: Span, outer: &dyn Variables) -> Value {
        let above = Above { values: &self.file.values, outer };
        interpolate(text, span, &above).unwrap_or_else(|_| Value::string(text, span))
    }
}

/// Where the quote is that ends the text.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped && quote == '"';
        ends.then_some(at)
    })
}

/// The text in double quotes without its escapes.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => result.push('\n'),
            ('\\', Some('r')) => result.push('\r'),
            ('\\', Some('t')) => result.push('\t'),
            ('\\', Some('$')) => result.push_str("$$"),
            ('\\', Some(other)) => result.push(other),
            (c, _) => result.push(c),
        }
    }
    result
}
