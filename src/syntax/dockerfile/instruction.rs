//! One logical line to one instruction.

use super::words::{self, Marker};
use super::{Arguments, Flag, Heredoc, Instruction, Keyword, Pair, Word, exec};
use crate::source::{Derived, Problem};
use ecow::EcoString;
use std::ops::Range;

/// Reads a logical line, which is not blank. Nothing when its first word is no instruction.
pub(super) fn parse<'a>(line: Derived<'a>, escape: u8, problems: &mut Vec<Problem>) -> Option<Instruction<'a>> {
    let whole = words::trim(line.text(), 0..line.text().len());
    let (header, rest) = words::first(line.text(), whole.clone());
    let word = line.text().get(header.clone()).unwrap_or_default();
    let Some(keyword) = Keyword::parse(word) else {
        let message = format!("`{}` is no instruction; is a continuation missing on the line above?", shorten(word));
        problems.push(Problem::error(line.span(header), message));
        return None;
    };
    let (flags, start) = words::flags(line.text(), rest.clone());
    let rest = words::trim(line.text(), start..rest.end);
    let mut reader = Arguer { line: &line, escape, keyword, problems };
    let flags = flags.into_iter().map(|flag| reader.flag(flag)).collect();
    let arguments = reader.arguments(rest.clone(), header.clone());
    let heredocs = heredocs(&line, keyword, &arguments, rest);
    let (header, span) = (line.span(header), line.span(whole));
    Some(Instruction { keyword, line, flags, arguments, heredocs, header, span })
}

fn shorten(word: &str) -> &str {
    word.char_indices().nth(40).map_or(word, |(at, _)| word.get(..at).unwrap_or(word))
}

/// Reads the arguments of one instruction.
struct Arguer<'a, 'b> {
    line: &'a Derived<'b>,
    escape: u8,
    keyword: Keyword,
    problems: &'a mut Vec<Problem>,
}

impl Arguer<'_, '_> {
    fn text(&self, at: &Range<usize>) -> &str {
        self.line.text().get(at.clone()).unwrap_or_default()
    }

    fn word(&self, at: Range<usize>) -> Word {
        Word { text: self.text(&at).into(), at: narrow(&at), span: self.line.span(at) }
    }

    fn error(&mut self, at: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem::error(self.line.span(at), message));
    }

    fn flag(&mut self, at: Range<usize>) -> Flag {
        let text = self.text(&at).trim_start_matches('-');
        let name_start = at.end - text.len();
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let value = value.map(|value| {
            let range = at.end - value.len()..at.end;
            let text = EcoString::from(words::unquote(value));
            Word { text, at: narrow(&range), span: self.line.span(range) }
        });
        let flag = Flag { name: EcoString::from(words::unquote(name)), value, span: self.line.span(at.clone()) };
        if !self.keyword.flags().contains(&flag.name.as_str()) {
            let known = self.keyword.flags();
            let message = format!("{} has no flag `--{}`", self.keyword.name(), flag.name);
            let problem = Problem::warning(self.line.span(name_start..name_start + name_length(&flag)), message);
            let help = if known.is_empty() { "it has no flags".into() } else { format!("it has {}", dashed(known)) };
            self.problems.push(problem.with_help(help));
        }
        flag
    }

    fn arguments(&mut self, rest: Range<usize>, header: Range<usize>) -> Arguments {
        if rest.is_empty() {
            // Without a command these three run an empty one, or clear the image's.
            if !matches!(self.keyword, Keyword::Run | Keyword::Cmd | Keyword::Entrypoint) {
                let message = format!("{} needs an argument", self.keyword.name());
                self.error(header, message);
            }
            return Arguments::None;
        }
        match self.keyword {
            Keyword::From | Keyword::Expose => Arguments::Words(self.plain(rest)),
            Keyword::Add | Keyword::Copy | Keyword::Volume => {
                self.exec(rest.clone()).unwrap_or_else(|| Arguments::Words(self.plain(rest)))
            }
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => {
                self.exec(rest.clone()).unwrap_or_else(|| Arguments::Text(narrow(&rest)))
            }
            Keyword::User | Keyword::Workdir | Keyword::Maintainer | Keyword::Stopsignal => {
                Arguments::Text(narrow(&rest))
            }
            Keyword::Env | Keyword::Label => self.pairs(rest),
            Keyword::Arg => {
                let words = words::quoted(self.line.text(), rest, self.escape);
                Arguments::Pairs { pairs: words.into_iter().map(|word| self.pair(word)).collect(), legacy: false }
            }
            Keyword::Healthcheck => self.healthcheck(rest),
            Keyword::Onbuild => self.onbuild(rest),
        }
    }

    fn plain(&self, rest: Range<usize>) -> Vec<Word> {
        words::plain(self.line.text(), rest).into_iter().map(|word| self.word(word)).collect()
    }

    /// The exec form, when the arguments are a JSON array.
    fn exec(&mut self, rest: Range<usize>) -> Option<Arguments> {
        match exec::array(self.line, rest.clone()) {
            exec::Array::Strings(strings) => {
                let words =
                    strings.into_iter().map(|(text, at)| Word { text, at: narrow(&at), span: self.line.span(at) });
                Some(Arguments::Exec(words.collect()))
            }
            exec::Array::Mixed => {
                self.error(rest, "a JSON array of arguments may hold strings only; put the others in quotes");
                Some(Arguments::None)
            }
            exec::Array::Other => None,
        }
    }

    fn pair(&self, word: Range<usize>) -> Pair {
        let text = self.text(&word);
        let name_end = text.find('=').map_or(word.end, |at| word.start + at);
        let value = (name_end < word.end).then(|| self.word(name_end + 1..word.end));
        Pair { name: self.word(word.start..name_end), value, span: self.line.span(word) }
    }

    fn pairs(&mut self, rest: Range<usize>) -> Arguments {
        let words = words::quoted(self.line.text(), rest.clone(), self.escape);
        let legacy = words.first().is_some_and(|word| !self.text(word).contains('='));
        if legacy {
            let (name, value) = words::first(self.line.text(), rest.clone());
            if value.is_empty() {
                let message = format!("{} needs a name and a value: name=value", self.keyword.name());
                self.error(rest, message);
                return Arguments::None;
            }
            let pair = Pair { name: self.word(name), value: Some(self.word(value)), span: self.line.span(rest) };
            return Arguments::Pairs { pairs: vec![pair], legacy };
        }
        let mut pairs = Vec::with_capacity(words.len());
        for word in words {
            let pair = self.pair(word.clone());
            if pair.value.is_none() || pair.name.text.is_empty() {
                let message = format!("`{}` is not of the form name=value", shorten(self.text(&word)));
                self.error(word, message);
            } else {
                pairs.push(pair);
            }
        }
        Arguments::Pairs { pairs, legacy }
    }

    fn healthcheck(&mut self, rest: Range<usize>) -> Arguments {
        let (kind, command) = words::first(self.line.text(), rest);
        let word = self.word(kind.clone());
        let none = word.text.eq_ignore_ascii_case("none");
        if !none && !word.text.eq_ignore_ascii_case("cmd") {
            let message = format!("`{}` is no kind of health check; write CMD or NONE", shorten(&word.text));
            self.error(kind, message);
            return Arguments::Healthcheck(word, Box::new(Arguments::None));
        }
        if none != command.is_empty() {
            let message = if none { "HEALTHCHECK NONE takes no arguments" } else { "HEALTHCHECK CMD needs a command" };
            self.error(kind, message);
        }
        if none || command.is_empty() {
            return Arguments::Healthcheck(word, Box::new(Arguments::None));
        }
        let command = self.exec(command.clone()).unwrap_or(Arguments::Text(narrow(&command)));
        Arguments::Healthcheck(word, Box::new(command))
    }

    fn onbuild(&mut self, rest: Range<usize>) -> Arguments {
        let (word, _) = words::first(self.line.text(), rest.clone());
        if Keyword::parse(self.text(&word)) == Some(Keyword::Onbuild) {
            self.error(word, "ONBUILD cannot be the trigger of ONBUILD");
            return Arguments::None;
        }
        let inner = parse(self.line.slice(rest), self.escape, self.problems);
        inner.map_or(Arguments::None, |inner| Arguments::Onbuild(Box::new(inner)))
    }
}

fn narrow(range: &Range<usize>) -> Range<u32> {
    range.start as u32..range.end as u32
}

fn name_length(flag: &Flag) -> usize {
    flag.name.len()
}

fn dashed(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`--{name}`")).collect();
    names.join(", ")
}

/// The here-documents that the line announces, still without their text.
fn heredocs<'a>(line: &Derived<'a>, keyword: Keyword, arguments: &Arguments, rest: Range<usize>) -> Vec<Heredoc<'a>> {
    let (keyword, arguments) = match arguments {
        Arguments::Onbuild(inner) => (inner.keyword, &inner.arguments),
        other => (keyword, other),
    };
    let takes = keyword.takes_heredocs() && !matches!(arguments, Arguments::Exec(_));
    if !takes || !line.text().contains("<<") {
        return Vec::new();
    }
    let markers = words::markers(line.text(), rest).into_iter();
    let empty = |Marker { at, name, expand, chomp }: Marker| Heredoc {
        name: name.into(),
        marker: narrow(&at),
        expand,
        chomp,
        content: Derived::empty(line.source(), line.offset(at.start)),
    };
    markers.map(empty).collect()
}
