//! Physical lines to logical ones: directives, comments, blank lines, continuations.

use super::{Directive, Heredoc, Word};
use crate::source::{Derived, Problem, SourceId, Span};
use ecow::EcoString;

/// Reads a file line by line.
pub(super) struct Reader<'a> {
    text: &'a str,
    source: SourceId,
    at: usize,
    escape: u8,
}

impl<'a> Reader<'a> {
    /// Begins after the byte order mark, if there is one.
    pub(super) fn new(source: SourceId, text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, source, at, escape: b'\\' }
    }

    /// The escape character in force.
    pub(super) fn escape(&self) -> u8 {
        self.escape
    }

    /// The next physical line with its offset, without its end.
    fn physical(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
        self.at += (line.len() + 1).min(rest.len());
        Some((start, line.trim_end_matches('\r')))
    }

    /// The directives at the top of the file. They end at the first line that is none.
    pub(super) fn directives(&mut self, problems: &mut Vec<Problem>) -> Vec<Directive> {
        let mut directives: Vec<Directive> = Vec::new();
        loop {
            let before = self.at;
            let Some(directive) = self.physical().and_then(|(start, line)| self.directive(start, line)) else {
                self.at = before;
                return directives;
            };
            let span = directive.value.span;
            if directives.iter().any(|other| other.name == directive.name) {
                let message = format!("the directive `{}` is given twice; remove one", directive.name);
                problems.push(Problem::error(span, message));
            }
            match directive.value.text.as_bytes() {
                _ if directive.name != "escape" => {}
                [escape @ (b'\\' | b'`')] => self.escape = *escape,
                _ => {
                    let message = format!("`{}` cannot be the escape character; use \\ or `", directive.value.text);
                    problems.push(Problem::error(span, message));
                }
            }
            directives.push(directive);
        }
    }

    fn directive(&self, start: usize, line: &str) -> Option<Directive> {
        let (name, value) = line.trim_start().strip_prefix('#')?.split_once('=')?;
        let name = EcoString::from(name.trim()).to_ascii_lowercase();
        let (kept, value) = (value.trim_start(), value.trim());
        if !matches!(name.as_str(), "syntax" | "escape" | "check") || value.is_empty() {
            return None;
        }
        let at = start + line.len() - kept.len();
        let span = Span::new(self.source, at as u32, (at + value.len()) as u32);
        Some(Directive { name, value: Word { text: value.into(), at: 0..0, span } })
    }

    /// The next logical line, neither blank nor a comment.
    pub(super) fn logical(&mut self) -> Option<Derived<'a>> {
        loop {
            let (start, line) = self.physical()?;
            let trimmed = line.trim_start();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let (body, mut continues) = self.continuation(trimmed);
            let mut joined = Derived::verbatim(self.source, start + line.len() - trimmed.len(), body);
            while continues {
                let Some((start, line)) = self.physical() else { break };
                let trimmed = line.trim_start();
                if trimmed.is_empty() || trimmed.starts_with('#') {
                    continue;
                }
                let (body, further) = self.continuation(line);
                if !body.is_empty() {
                    joined.push_verbatim(body, self.source, start);
                }
                continues = further;
            }
            if !joined.text().trim().is_empty() {
                return Some(joined);
            }
        }
    }

    /// The line without its continuation character, and whether it has one. A doubled one is none.
    fn continuation<'b>(&self, line: &'b str) -> (&'b str, bool) {
        let escape = char::from(self.escape);
        let body = line.trim_end_matches([' ', '\t']).strip_suffix(escape);
        body.filter(|body| !body.ends_with(escape)).map_or((line, false), |body| (body, true))
    }

    /// Reads the text of `heredoc` up to the line that ends it, and gives the end of that line's text.
    /// Without such a line everything to the end of the file belongs to it.
    pub(super) fn heredoc(&mut self, heredoc: &mut Heredoc<'a>) -> Result<usize, usize> {
        let first = self.at;
        let mut tabless = Derived::empty(self.source, first);
        loop {
            let before = self.at;
            let Some((start, line)) = self.physical() else {
                heredoc.content = self.content(heredoc.chomp, first, before, tabless);
                return Err(before);
            };
            let kept = if heredoc.chomp { line.trim_start_matches('\t') } else { line };
            if kept == heredoc.name {
                heredoc.content = self.content(heredoc.chomp, first, before, tabless);
                return Ok(start + line.len());
            }
            if heredoc.chomp {
                let start = start + line.len() - kept.len();
                tabless.push_verbatim(self.text.get(start..self.at).unwrap_or_default(), self.source, start);
            }
        }
    }

    fn content(&self, chomp: bool, first: usize, end: usize, tabless: Derived<'a>) -> Derived<'a> {
        if chomp {
            return tabless;
        }
        Derived::verbatim(self.source, first, self.text.get(first..end).unwrap_or_default())
    }
}
