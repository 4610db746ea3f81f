//! The variables that a script sets itself.

use crate::model::{Text, Value};
use crate::syntax::shell::{Command, Script};
use std::collections::BTreeMap;

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
            let name = command.words.first().and_then(crate::syntax::shell::Word::literal);
            let lasting = match name.as_deref() {
                None => command.words.is_empty(),
                Some("read" | "getopts" | "mapfile" | "readarray" | "printf") => {
                    for word in command.words.iter().skip(1).filter_map(crate::syntax::shell::Word::literal) {
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

    /// The script's own variable: `Some(None)` when its value is not known here, `None` when it is not
    /// the script's.
    pub(super) fn get(&self, name: &str) -> Option<Option<&Value>> {
        self.counts.get(name).map(|_| self.values.get(name))
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
