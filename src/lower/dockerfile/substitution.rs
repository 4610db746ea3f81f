//! Variables in the words of instructions, expanded as BuildKit does it.
//!
//! The rules are those of BuildKit's `frontend/dockerfile/shell`: quotes and escapes go, `$x` and `${x}`
//! with the modifiers `-` `+` `?` (each with and without `:`), `#` `##` `%` `%%` and `/` `//`.

use super::scope::{Lookup, Scope};
use crate::limits::dockerfile::{MAX_EXPANDED_TOTAL, MAX_EXPANDED_WORD, MAX_PATTERN_TEXT, MAX_SUBSTITUTION_DEPTH};
use crate::lower::pieces::Pieces;
use crate::model::{Cause, HopKind, Text, Value, Why};
use crate::source::Span;
use regex::Regex;
use std::cell::Cell;

const TOO_MUCH: &str = "the variables expand to more text than is read; build the value in fewer steps";

/// What went wrong with a word: the message for the problem.
pub(super) type Fault = String;

/// Expands words in one scope.
#[derive(Clone, Copy)]
pub(super) struct Expander<'a> {
    /// What the names mean.
    pub scope: &'a Scope,
    /// The escape character.
    pub escape: char,
    /// Whether quotes are kept as they are, as in commands.
    pub keep_quotes: bool,
    /// How many bytes were expanded in this file so far.
    pub spent: &'a Cell<usize>,
}

impl Expander<'_> {
    /// The value of the word `text`, which stands at `span`.
    pub(super) fn expand(&self, text: &str, span: Span) -> Result<Value, Fault> {
        if !text.contains(['$', '\'', '"', self.escape]) {
            return Ok(Value::string(text, span));
        }
        if self.spent.get() > MAX_EXPANDED_TOTAL {
            return Err(TOO_MUCH.into());
        }
        let mut lexer = Lexer { expander: self, chars: text.chars().peekable(), span, depth: 0 };
        let pieces = lexer.until(None, false)?;
        let spent = self.spent.get() + pieces.length();
        self.spent.set(spent);
        if pieces.length() > MAX_EXPANDED_WORD + text.len() || spent > MAX_EXPANDED_TOTAL {
            return Err(TOO_MUCH.into());
        }
        Ok(pieces.value(span))
    }
}

struct Lexer<'a, 'b> {
    expander: &'a Expander<'b>,
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    span: Span,
    depth: u32,
}

impl Lexer<'_, '_> {
    /// Reads to `stop`, which is taken, or to the end.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool) -> Result<Pieces, Fault> {
        let mut pieces = Pieces::default();
        let quotes = !self.expander.keep_quotes;
        while let Some(c) = self.chars.next() {
            match c {
                _ if Some(c) == stop => return Ok(pieces),
                '$' if pieces.length() > MAX_EXPANDED_TOTAL => return Ok(pieces),
                '$' => pieces.append(self.dollar()?),
                '\'' if quotes => self.single_quoted(&mut pieces)?,
                '"' if quotes => self.double_quoted(&mut pieces)?,
                _ if c == self.expander.escape => {
                    if keep_escapes {
                        pieces.push(c.encode_utf8(&mut [0; 4]));
                    }
                    if let Some(next) = self.chars.next() {
                        pieces.push(next.encode_utf8(&mut [0; 4]));
                    }
                }
                _ => pieces.push(c.encode_utf8(&mut [0; 4])),
            }
        }
        stop.map_or(Ok(pieces), |stop| Err(format!("`{stop}` is missing after `${{`")))
    }

    fn single_quoted(&mut self, pieces: &mut Pieces) -> Result<(), Fault> {
        loop {
            match self.chars.next() {
                Some('\'') => return Ok(()),
                Some(c) => pieces.push(c.encode_utf8(&mut [0; 4])),
                None => return Err("a single quote is never closed".into()),
            }
        }
    }

    fn double_quoted(&mut self, pieces: &mut Pieces) -> Result<(), Fault> {
        loop {
            match self.chars.next() {
                Some('"') => return Ok(()),
                Some('$') => pieces.append(self.dollar()?),
                Some(c) if c == self.expander.escape => {
                    let special = |next: &char| matches!(*next, '"' | '$') || *next == self.expander.escape;
                    let next = self.chars.next_if(special).unwrap_or(c);
                    pieces.push(next.encode_utf8(&mut [0; 4]));
                }
                Some(c) => pieces.push(c.encode_utf8(&mut [0; 4])),
                None => return Err("a double quote is never closed".into()),
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self) -> Result<Pieces, Fault> {
        if self.chars.next_if_eq(&'{').is_none() {
            let name = self.name();
            let mut pieces = Pieces::default();
            if name.is_empty() {
                pieces.push("$");
            } else {
                self.read(&name, &mut pieces);
            }
            return Ok(pieces);
        }
        self.depth += 1;
        if self.depth > MAX_SUBSTITUTION_DEPTH {
            return Err(format!(
                "substitutions are nested deeper than {MAX_SUBSTITUTION_DEPTH}; use an ARG or ENV in between"
            ));
        }
        let pieces = self.braced();
        self.depth -= 1;
        pieces
    }

    fn braced(&mut self) -> Result<Pieces, Fault> {
        let name = self.name();
        if name.is_empty() {
            return Err("`${` must be followed by the name of a variable".into());
        }
        let mut pieces = Pieces::default();
        let colon = self.chars.next_if_eq(&':').is_some();
        match self.chars.next() {
            Some('}') if !colon => self.read(&name, &mut pieces),
            Some('-') => pieces = self.default_or(&name, colon)?,
            Some('+') => {
                let word = self.until(Some('}'), false)?;
                match self.state(&name, colon) {
                    State::Full => pieces = word,
                    State::Empty => {}
                    State::Open(cause) => pieces.push_unknown(cause),
                }
            }
            Some('?') => {
                let word = self.until(Some('}'), false)?;
                match (self.state(&name, colon), self.expander.scope.get(&name)) {
                    (State::Empty, Lookup::Set(_, HopKind::Env(_))) => {
                        let message = word.known().filter(|message| !message.is_empty()).unwrap_or("it must be set");
                        return Err(format!("`{name}` is empty: {message}"));
                    }
                    // Whoever builds it has to give it, as an `ARG` without default.
                    (State::Empty, _) => {
                        pieces.push_unknown(Cause { why: Why::BuildArg(name), span: self.span });
                    }
                    _ => self.read(&name, &mut pieces),
                }
            }
            Some(side @ ('#' | '%')) if !colon => {
                let greedy = self.chars.next_if_eq(&side).is_some();
                let pattern = self.until(Some('}'), true)?;
                pieces = self.cut(&name, &pattern, |text, pattern| trim(text, pattern, side == '%', greedy))?;
            }
            Some('/') if !colon => {
                let all = self.chars.next_if_eq(&'/').is_some();
                let pattern = self.until(Some('/'), true)?;
                let replacement = self.until(Some('}'), true)?;
                let Some(replacement) = replacement.known() else { return Ok(self.opaque(&name)) };
                pieces = self.cut(&name, &pattern, |text, pattern| replace(text, pattern, replacement, all))?;
            }
            Some(other) => return Err(format!("`{other}` is no modifier of a substitution")),
            None => return Err("`}` is missing after `${`".into()),
        }
        Ok(pieces)
    }

    /// `${x-word}` and `${x:-word}`.
    fn default_or(&mut self, name: &str, colon: bool) -> Result<Pieces, Fault> {
        let word = self.until(Some('}'), false)?;
        let mut pieces = Pieces::default();
        match self.expander.scope.get(name) {
            // An ARG that nobody gave a value is unset in the build that is written here.
            Lookup::Unset(_) | Lookup::Nothing => pieces = word,
            Lookup::Set(value, _) if colon && value.as_str() == Some("") => pieces = word,
            Lookup::Set(..) | Lookup::Base(_) => self.read(name, &mut pieces),
        }
        Ok(pieces)
    }

    fn state(&self, name: &str, colon: bool) -> State {
        match self.expander.scope.get(name) {
            Lookup::Set(value, _) => match (&value.as_str(), value.as_unknown()) {
                (Some(text), _) if colon && text.is_empty() => State::Empty,
                (_, Some(unknown)) if colon => unknown.causes.first().cloned().map_or(State::Full, State::Open),
                _ => State::Full,
            },
            Lookup::Unset(cause) => State::Open(cause),
            Lookup::Base(why) => State::Open(Cause { why, span: self.span }),
            Lookup::Nothing => State::Empty,
        }
    }

    fn cut(
        &self,
        name: &str,
        pattern: &Pieces,
        change: impl FnOnce(&str, &str) -> Option<String>,
    ) -> Result<Pieces, Fault> {
        let (Lookup::Set(value, kind), Some(pattern)) = (self.expander.scope.get(name), pattern.known()) else {
            return Ok(self.opaque(name));
        };
        let short = |text: &&str| text.len() + pattern.len() <= MAX_PATTERN_TEXT;
        let Some(text) = value.as_str().filter(short) else { return Ok(self.opaque(name)) };
        let changed = change(text, pattern).ok_or_else(|| format!("`{pattern}` is no pattern"))?;
        let mut pieces = Pieces::default();
        pieces.push_value(&Value::string(changed, value.origin.span).with_origin(value.origin.clone()), kind);
        Ok(pieces)
    }

    /// The value of `name` as one unknown piece, or nothing when it is empty.
    fn opaque(&self, name: &str) -> Pieces {
        let mut pieces = Pieces::default();
        match self.expander.scope.get(name) {
            Lookup::Set(value, _) => {
                let causes = value.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default();
                let own = Cause { why: Why::Command(name.into()), span: self.span };
                pieces.push_unknown(causes.into_iter().next().unwrap_or(own));
            }
            Lookup::Unset(cause) => pieces.push_unknown(cause),
            Lookup::Base(why) => pieces.push_unknown(Cause { why, span: self.span }),
            Lookup::Nothing => {}
        }
        pieces
    }

    fn read(&self, name: &str, pieces: &mut Pieces) {
        match self.expander.scope.get(name) {
            Lookup::Set(value, kind) => pieces.push_value(value, kind),
            Lookup::Unset(cause) => pieces.push_unknown(cause),
            Lookup::Base(why) => pieces.push_unknown(Cause { why, span: self.span }),
            Lookup::Nothing => {}
        }
    }

    fn name(&mut self) -> Text {
        let mut name = Text::new();
        if let Some(c) = self.chars.next_if(|c| matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!')) {
            name.push(c);
            return name;
        }
        let digits = self.chars.peek().is_some_and(char::is_ascii_digit);
        let is_part = |c: &char| if digits { c.is_ascii_digit() } else { c.is_alphanumeric() || *c == '_' };
        while let Some(c) = self.chars.next_if(is_part) {
            name.push(c);
        }
        name
    }
}

/// Whether a variable counts as set.
enum State {
    Full,
    Empty,
    Open(Cause),
}

/// `${x#pattern}` and its like.
fn trim(text: &str, pattern: &str, end: bool, greedy: bool) -> Option<String> {
    let star = if greedy { ".*" } else { ".*?" };
    let body = expression(pattern, star)?;
    if !end {
        let found = Regex::new(&format!("(?s)^(?:{body})")).ok()?.find(text);
        return Some(text.get(found.map_or(0, |found| found.end())..)?.to_owned());
    }
    // The shortest suffix begins last: look for the last (or first) place from which all of the rest matches.
    let whole = Regex::new(&format!("(?s)^(?:{body})$")).ok()?;
    let starts: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut starts = starts.into_iter();
    let matches = |at: &usize| text.get(*at..).is_some_and(|rest| whole.is_match(rest));
    let start = if greedy { starts.find(matches) } else { starts.rfind(matches) };
    Some(text.get(..start.unwrap_or(text.len()))?.to_owned())
}

/// `${x/pattern/replacement}` and its like.
fn replace(text: &str, pattern: &str, replacement: &str, all: bool) -> Option<String> {
    let regex = Regex::new(&format!("(?s){}", expression(pattern, ".*")?)).ok()?;
    let limit = usize::from(!all);
    Some(regex.replacen(text, limit, regex::NoExpand(replacement)).into_owned())
}

/// The regular expression of a shell pattern: `*`, `?`, and escapes, without brackets.
fn expression(pattern: &str, star: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => out.push_str(star),
            '?' => out.push('.'),
            '\\' => match chars.next()? {
                c @ ('*' | '?' | '\\' | '}' | '/') => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
                _ => return None,
            },
            _ => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Expander, Scope};
    use crate::model::{Symbol, Value, Why};
    use crate::source::{SourceId, Span};
    use std::cell::Cell;

    fn scope() -> Scope {
        let span = Span::new(SourceId(0), 100, 103);
        let mut scope = Scope::default();
        for (name, value) in [("v", "foo.bar.baz"), ("empty", ""), ("n", "18")] {
            scope.set_arg(name.into(), Value::string(value, span));
        }
        scope.set_arg("open".into(), Value::unknown(Why::BuildArg("open".into()), span));
        scope.set_env("blank".into(), Value::string("", span));
        scope
    }

    fn value(text: &str) -> Result<Value, String> {
        let span = Span::new(SourceId(0), 0, text.len() as u32);
        Expander { scope: &scope(), escape: '\\', keep_quotes: false, spent: &Cell::new(0) }.expand(text, span)
    }

    fn known(text: &str) -> String {
        value(text).unwrap().as_str().unwrap_or("?").to_owned()
    }

    /// The examples of the Dockerfile reference, and their neighbours.
    #[test]
    fn modifiers() {
        for (text, expected) in [
            ("$v-$n", "foo.bar.baz-18"),
            ("${v}s", "foo.bar.bazs"),
            ("a\\$v '$v' \"$v\"", "a$v $v foo.bar.baz"),
            ("\"a\\\"b\\c\"", "a\"b\\c"),
            ("${v:-d}|${none:-d}|${empty:-d}|${empty-d}", "foo.bar.baz|d|d|"),
            ("${v:+s}|${none:+s}|${empty:+s}|${empty+s}", "s|||s"),
            ("${none:-${none:-$n}}", "18"),
            ("${v#f*.}|${v##*.}|${v%.*}|${v%%.*}", "bar.baz|baz|foo.bar|foo"),
            ("${v#x}|${v%x}|${v#??o}", "foo.bar.baz|foo.bar.baz|.bar.baz"),
            ("${v/ba?/X}|${v//ba?/X}|${v//./\\/}", "foo.X.baz|foo.X.X|foo\\/bar\\/baz"),
            ("$none$", "$"),
            ("${open:-d}", "d"),
        ] {
            assert_eq!(known(text), expected, "{text}");
        }
    }

    #[test]
    fn an_arg_without_default_is_unknown_with_what_is_known() {
        let value = value("node:${open}-slim").unwrap();
        let unknown = value.as_unknown().unwrap();
        assert_eq!(unknown.refinement.prefix, "node:");
        assert_eq!(unknown.causes[0].why, Why::BuildArg("open".into()));
        assert!(matches!(&unknown.symbol, Some(Symbol::Template(parts)) if parts.len() == 3));
    }

    #[test]
    fn a_required_argument_is_one_without_default() {
        for (text, name) in [("r/${none:?give it}", "none"), ("${empty:?}", "empty"), ("${open?}", "open")] {
            let value = value(text).unwrap();
            assert_eq!(value.as_unknown().unwrap().causes[0].why, Why::BuildArg(name.into()), "{text}");
        }
        assert_eq!(known("${n:?}|${empty?}|"), "18||");
    }

    #[test]
    fn faults_are_told() {
        for text in ["${v", "${}", "${v:}", "'a", "\"a", "${blank:?give it}", "${v@Q}"] {
            assert!(value(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_read_through_a_variable_says_so() {
        let value = value("$n").unwrap();
        assert_eq!(value.origin.hops().count(), 1);
        assert_eq!(value.origin.written().start, 100);
    }
}
