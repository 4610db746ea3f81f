//! The state that the instructions of a Dockerfile are evaluated in, and the words they expand with it.
//!
//! Knows no single instruction.

use super::built::BuiltImages;
use super::script::ScriptReader;
use super::settings::Settings;
use super::substitution::Expander;
use crate::model::{Text, Value, Why};
use crate::source::{Files, Problem, Span};
use crate::syntax::dockerfile::{Arguments, Flag, Word};
use std::cell::Cell;

/// What all instructions of a file share.
pub(super) struct Shared<'a> {
    /// Reads their scripts.
    pub scripts: ScriptReader,
    /// Takes what goes wrong.
    pub problems: Vec<Problem>,
    /// The escape character of the file.
    pub escape: char,
    /// How many bytes were expanded.
    pub spent: Cell<usize>,
    /// `--build-arg`s, with the place of their values.
    pub build_args: &'a [(Text, Value)],
    /// Which Dockerfiles of the tree build which images.
    pub built: &'a BuiltImages,
    /// The path of the file.
    pub path: &'a str,
    /// The tree, which notes what is asked of it.
    pub files: &'a dyn Files,
    /// The global `ARG`s.
    pub globals: Vec<(Text, Value)>,
    /// The stages so far: name and number.
    pub stages: Vec<(Option<Text>, usize)>,
}

/// The evaluation of one instruction.
pub(super) struct Evaluation<'a, 'b> {
    pub(super) shared: &'a mut Shared<'b>,
    pub(super) settings: &'a mut Settings,
    /// Whether it only waits for another build: `ONBUILD`.
    pub(super) is_trigger: bool,
}

impl Evaluation<'_, '_> {
    /// Returns `text`, which stands at `span`, with its variables substituted.
    pub(super) fn expand(&mut self, text: &str, span: Span) -> Value {
        let expander = Expander {
            scope: &self.settings.scope,
            escape: self.shared.escape,
            keep_quotes: false,
            spent: &self.shared.spent,
        };
        expander.expand(text, span).unwrap_or_else(|message| {
            let unknown = Value::unknown(Why::Invalid(message.clone().into()), span);
            self.shared.problems.push(Problem::error(span, message));
            unknown
        })
    }

    /// Returns a word with its variables substituted.
    pub(super) fn word(&mut self, word: &Word) -> Value {
        self.expand(&word.text, word.span)
    }

    /// Returns the expanded words of a list in either form.
    pub(super) fn list(&mut self, arguments: &Arguments) -> Vec<Value> {
        match arguments {
            Arguments::Words(words) | Arguments::Exec(words) => words.iter().map(|word| self.word(word)).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the value of a flag; true if it has none.
    pub(super) fn flag_value(&mut self, flag: &Flag) -> Value {
        match &flag.value {
            Some(word) => self.word(word),
            None => Value::bool(true, flag.span),
        }
    }

    /// Sets what the stage has from here on.
    pub(super) fn declare(&mut self, name: &'static str, value: Value) {
        self.settings.declare(name, value);
    }
}
