//! Words of scripts: the variables that the build and the script itself set are expanded.

use super::arguments::Argument;
use super::locals::{Local, Locals};
use super::scope::Lookup;
use super::substitution::Expander;
use crate::lower::pieces::Pieces;
use crate::model::{Cause, HopKind, Text, Value, Why};
use crate::source::Derived;
use crate::source::Span;
use crate::syntax::shell::{Command, Part, Word};
use std::ops::Range;

/// What a script is read with.
#[derive(Clone, Copy)]
pub(super) struct ShellContext<'a> {
    /// The variables of the build.
    pub expander: Expander<'a>,
    /// Whether `pipefail` holds at the start.
    pub pipefail: bool,
}

impl ShellContext<'_> {
    /// The words of a command. One unquoted variable may give several, or none.
    pub(super) fn words(&self, text: &Derived<'_>, command: &Command, locals: &Locals) -> Vec<Argument> {
        let mut words = Vec::with_capacity(command.words.len());
        for word in &command.words {
            let value = self.value(text, word, locals);
            let written = text.text().get(to_usize(&word.range)).unwrap_or_default();
            match (word.parts.as_slice(), value.as_str()) {
                ([Part::Variable { quoted: false, .. }], Some(known)) => {
                    words.extend(known.split_whitespace().map(|piece| Argument {
                        value: Value::string(piece, value.origin.span).with_origin(value.origin.clone()),
                        written: written.into(),
                        at: word.range.start,
                    }));
                }
                _ => words.push(Argument { value, written: written.into(), at: word.range.start }),
            }
        }
        words
    }

    /// The value of a word.
    pub(super) fn value(&self, text: &Derived<'_>, word: &Word, locals: &Locals) -> Value {
        let span = text.span(to_usize(&word.range));
        let mut pieces = Pieces::default();
        for part in &word.parts {
            match part {
                Part::Text(text) => pieces.push(text),
                Part::Computed => {
                    let written = text.text().get(to_usize(&word.range)).unwrap_or_default();
                    pieces.push_unknown(Cause { why: Why::Command(written.into()), span });
                }
                Part::Variable { name, written, range, .. } => {
                    let span = text.span(to_usize(range));
                    self.variable(name, written, span, locals, &mut pieces);
                }
            }
        }
        pieces.value(span)
    }

    /// The variable `name` as a command finds it: of the script, else of the build; none where nothing here sets it.
    pub(super) fn variable_of(&self, name: &str, locals: &Locals) -> Option<Value> {
        match locals.get(name) {
            Local::Set(value) => Some(value.clone()),
            // It is set further down, or not in any case: what the build says holds until then.
            Local::Changing | Local::Foreign => match self.expander.scope.get(name) {
                Lookup::Set(value, kind) => {
                    let origin = value.origin.read_at(value.origin.span, kind);
                    Some(value.clone().with_origin(origin))
                }
                Lookup::Unset(_) | Lookup::Base(_) | Lookup::Nothing => None,
            },
        }
    }

    fn variable(&self, name: &Text, written: &Text, span: Span, locals: &Locals, pieces: &mut Pieces) {
        let unknown = || Cause { why: Why::Command(written.clone()), span };
        let scope = self.expander.scope;
        match locals.get(name) {
            Local::Set(value) if is_plain(written, name) => pieces.push_value(value, HopKind::Local(name.clone())),
            Local::Set(_) | Local::Changing => pieces.push_unknown(unknown()),
            Local::Foreign if scope.is_silent_on(name) => pieces.push_unknown(unknown()),
            Local::Foreign => match self.expander.expand(written, span) {
                Ok(value) => pieces.push_expanded(&value),
                Err(_) => pieces.push_unknown(unknown()),
            },
        }
    }
}

fn is_plain(written: &str, name: &str) -> bool {
    written.trim_start_matches(['$', '{']).trim_end_matches('}') == name
}

/// A range as Rust's slices want it.
pub(super) fn to_usize(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
