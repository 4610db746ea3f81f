//! What a script sets itself: variables, and `pipefail`.

use super::arguments::Argument;
use crate::model::{Text, Value};
use crate::syntax::shell::{Command, Script, Word};
use std::collections::BTreeMap;

/// A variable, as a script has it.
pub(super) enum Local<'a> {
    /// The script does not set it.
    Foreign,
    /// It has this value at this place.
    Set(&'a Value),
    /// It is set more than once, or not in any case, or not yet.
    Changing,
}

/// What a script's own variables are, as far as reading in order tells.
#[derive(Debug, Default)]
pub(super) struct Locals {
    /// The names that are set somewhere: how often.
    counts: BTreeMap<Text, usize>,
    /// Those that were set up to here, once and in any case, with their value.
    values: BTreeMap<Text, Value>,
}

impl Locals {
    /// The names that `script` sets.
    pub(super) fn new(script: &Script) -> Self {
        let mut counts: BTreeMap<Text, usize> = BTreeMap::new();
        for name in &script.loop_variables {
            *counts.entry(name.clone()).or_default() += 2;
        }
        for command in &script.commands {
            let name = command.words.first().and_then(Word::literal);
            let lasting = match name.as_deref() {
                None => command.words.is_empty(),
                Some("read" | "getopts" | "mapfile" | "readarray" | "printf") => {
                    for word in command.words.iter().skip(1).filter_map(Word::literal) {
                        *counts.entry(word).or_default() += 2;
                    }
                    false
                }
                Some("export" | "declare" | "typeset" | "local" | "readonly") => true,
                Some(_) => false,
            };
            for assignment in command.assignments.iter().filter(|_| lasting) {
                *counts.entry(assignment.name.clone()).or_default() += 1;
            }
        }
        Self { counts, values: BTreeMap::new() }
    }

    /// What the script makes of `name`.
    pub(super) fn get(&self, name: &str) -> Local<'_> {
        match (self.counts.contains_key(name), self.values.get(name)) {
            (false, _) => Local::Foreign,
            (true, Some(value)) => Local::Set(value),
            (true, None) => Local::Changing,
        }
    }

    /// Notes what `command`, with the values of its assignments, sets for those after it.
    pub(super) fn after(&mut self, command: &Command, values: Vec<Value>) {
        let context = command.context;
        let lasts = context.subshell == 0 && !context.is_conditional && !context.in_function && command.position == 0;
        for (assignment, value) in command.assignments.iter().zip(values) {
            if lasts && self.counts.get(&assignment.name) == Some(&1) {
                self.values.insert(assignment.name.clone(), value);
            }
        }
    }
}

/// Whether `set -o pipefail` holds, and how many subshells deep it was set.
pub(super) struct Pipefail {
    at: Option<u32>,
}

impl Pipefail {
    /// At the start of a script.
    pub(super) fn new(holds: bool) -> Self {
        Self { at: holds.then_some(0) }
    }

    /// Whether it holds.
    pub(super) fn holds(&self) -> bool {
        self.at.is_some()
    }

    /// What was set in a subshell ends with it.
    pub(super) fn before(&mut self, command: &Command) {
        self.at = self.at.filter(|depth| *depth <= command.context.subshell);
    }

    /// Notes what `set` sets.
    pub(super) fn after(&mut self, command: &Command, words: &[Argument]) {
        let mut texts = words.iter().map(|word| word.value.as_str().unwrap_or_default());
        if texts.next() != Some("set") {
            return;
        }
        let mut previous = "";
        for text in texts {
            if text == "pipefail" && previous.ends_with('o') {
                self.at = previous.starts_with('-').then_some(command.context.subshell);
            }
            previous = text;
        }
    }
}
