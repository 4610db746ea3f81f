//! The arguments of a program: options, their values, operands, and the command that it runs.

use super::vocabulary::{self, Program, Short};
use crate::expr::partial::PartialText;
use crate::lower::pieces::{part, text_of};
use crate::model::{Text, Value};

/// A word of a command.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// Its value.
    pub value: Value,
    /// As written, quotes included.
    pub written: Text,
    /// Its first byte in the script.
    pub at: u32,
}

/// The arguments of one command, sorted out.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// The first operand of a program that has subcommands.
    pub subcommand: Option<Value>,
    /// The names of the options, clusters taken apart. A word that may be an option is among them, unknown.
    pub flags: Vec<Value>,
    /// The options that have a value, with it.
    pub flag_values: Vec<(Text, Value)>,
    /// What is neither an option nor the value of one.
    pub operands: Vec<Argument>,
    /// Where the operands begin, as the number of a word.
    pub first_operand: Option<usize>,
}

/// Sorts the words after the name of the program `name`.
pub(super) fn sort(name: &str, words: &[Argument]) -> Arguments {
    // What follows the name of the command that is run belongs to that one.
    let stops = vocabulary::wrapper(name).is_some() || vocabulary::is_posix_shell(name) || name == "python";
    let program = vocabulary::lookup(name);
    let mut sorter = Sorter { program, stops, sorted: Arguments::default(), words, at: 1 };
    sorter.run();
    sorter.sorted
}

struct Sorter<'a> {
    program: Option<&'a Program>,
    /// Whether options end at the first operand.
    stops: bool,
    sorted: Arguments,
    words: &'a [Argument],
    at: usize,
}

impl Sorter<'_> {
    fn run(&mut self) {
        let mut only_operands = false;
        while let Some(word) = self.words.get(self.at) {
            let index = self.at;
            self.at += 1;
            let partial = text_of(&word.value);
            let text = partial.text();
            if only_operands || !text.starts_with('-') || text.len() == 1 {
                self.operand(word.clone(), index, !only_operands && partial.begins_unknown());
                only_operands |= self.stops;
            } else if text == "--" {
                only_operands = true;
            } else if text.starts_with("--") {
                self.long(&word.value, &partial);
            } else {
                self.short(&word.value, &partial);
            }
        }
    }

    fn operand(&mut self, word: Argument, index: usize, may_be_option: bool) {
        if may_be_option {
            self.sorted.flags.push(word.value.clone());
        }
        let wants = self.program.is_some_and(|program| program.has_subcommand);
        if wants && self.sorted.subcommand.is_none() {
            // `cargo +nightly install` chooses a toolchain before it says what to do.
            let is_toolchain = word.value.as_str().is_some_and(|text| text.starts_with('+'));
            if is_toolchain {
                self.sorted.flags.push(word.value);
            } else {
                self.sorted.subcommand = Some(word.value);
            }
            return;
        }
        self.sorted.first_operand.get_or_insert(index);
        self.sorted.operands.push(word);
    }

    fn takes_value(&self, name: &str) -> bool {
        self.program.is_some_and(|program| program.valued.split_whitespace().any(|valued| valued == name))
    }

    fn flag(&mut self, whole: &Value, flag: PartialText, value: Option<PartialText>) {
        let span = whole.origin.span;
        let name = Text::from(flag.text());
        self.sorted.flags.push(part(whole, flag, span));
        if let Some(value) = value {
            self.sorted.flag_values.push((name, part(whole, value, span)));
        } else if self.takes_value(&name)
            && let Some(next) = self.words.get(self.at)
        {
            self.at += 1;
            self.sorted.flag_values.push((name, next.value.clone()));
        }
    }

    fn long(&mut self, whole: &Value, text: &PartialText) {
        match text.split_once('=') {
            Some((name, value)) => self.flag(whole, name, Some(value)),
            None => self.flag(whole, text.clone(), None),
        }
    }

    fn short(&mut self, whole: &Value, partial: &PartialText) {
        let style = self.program.map_or(Short::Whole, |program| program.short);
        if style == Short::Whole {
            return self.long(whole, partial);
        }
        let text = partial.text();
        let mut at = 1;
        while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let pair = style == Short::PairsOfN && first == 'n';
            let rest = text.get(at..).unwrap_or_default();
            let letters = at + rest.chars().take(1 + usize::from(pair)).map(char::len_utf8).sum::<usize>();
            let mut name = PartialText::from("-");
            name.push_all(&partial.slice(at..letters));
            if self.takes_value(name.text()) {
                let equals = usize::from(text.as_bytes().get(letters) == Some(&b'='));
                let value = Some(partial.slice(letters + equals..text.len())).filter(|value| !value.text().is_empty());
                return self.flag(whole, name, value);
            }
            self.flag(whole, name, None);
            at = letters;
        }
    }
}

/// Where the command that `name` runs begins among its words.
pub(super) fn inner_command(name: &str, words: &[Argument], sorted: &Arguments) -> Option<usize> {
    let text = |at: usize| words.get(at).and_then(|word| word.value.as_str());
    if name == "python" {
        return (1..words.len()).find(|at| text(*at) == Some("-m")).map(|at| at + 1);
    }
    if name == "uv" {
        return (text(1) == Some("pip")).then_some(1);
    }
    let operands = vocabulary::wrapper(name)?;
    let mut at = sorted.first_operand? + operands;
    while text(at).is_some_and(|word| word.split_once('=').is_some_and(|(name, _)| is_name(name))) {
        at += 1;
    }
    Some(at)
}

/// The variable that a word gives the command behind it: `NAME=value`.
pub(super) fn assignment(word: &Argument) -> Option<(Text, Value)> {
    let text = text_of(&word.value);
    let (name, value) = text.split_once('=')?;
    let named = name.is_known() && is_name(name.text());
    named.then(|| (name.text().into(), part(&word.value, value, word.value.origin.span)))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The script that a shell is given in its arguments.
pub(super) fn inner_script(name: &str, sorted: &Arguments) -> Option<Value> {
    let runs = vocabulary::is_posix_shell(name) || name == "su";
    let given = sorted.flag_values.iter().find(|(flag, _)| runs && (flag == "-c" || flag == "--command"));
    if let Some((_, script)) = given {
        return Some(script.clone());
    }
    (name == "eval").then(|| sorted.operands.first().map(|operand| operand.value.clone())).flatten()
}
