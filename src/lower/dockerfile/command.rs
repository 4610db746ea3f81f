//! Commands to objects of the model.

use super::arguments::{Argument, Arguments};
use super::expansion::{ShellContext, to_usize};
use super::locals::Locals;
use super::object::Object;
use super::packages;
use super::vocabulary;
use crate::model::{Cause, Text, Type, Value, Why};
use crate::source::Derived;
use crate::source::Span;
use crate::syntax::shell::{Command, Redirect};
use std::ops::Range;

/// The commands of an instruction.
#[derive(Default)]
pub(super) struct Commands {
    /// One object each.
    pub values: Vec<Value>,
    /// Why there may be commands beside them.
    pub unread: Vec<Cause>,
}

impl Commands {
    /// Commands in a language that is not read: nothing is known of them.
    pub(super) fn unread(interpreter: &str, span: Span) -> Self {
        Self { values: Vec::new(), unread: vec![Cause { why: Why::Interpreter(interpreter.into()), span }] }
    }

    /// Sets `commands`. Where more commands may be, an unknown element at the end stands for all of them, so that
    /// whoever asks for a command that is not among the known ones finds it unknown.
    pub(super) fn set(mut self, object: &mut Object) {
        if let Some(span) = self.unread.first().map(|cause| cause.span) {
            self.values.push(Value::unknown_of(Type::Dynamic, self.unread, span));
        }
        object.list("commands", self.values);
    }

    /// The first command that does something, as a name for all: `apt-get update`.
    pub(super) fn label(&self) -> Option<Text> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(Text::from);
        let is_work = |name: &Text| {
            let prepares =
                matches!(name.as_str(), "set" | "export" | "cd" | "[" | "[[" | "test" | "true" | ":" | "python");
            !prepares && vocabulary::wrapper(name).is_none() && !vocabulary::is_posix_shell(name)
        };
        let mut named = self.values.iter().filter_map(|value| Some((value, text(value, "name").filter(is_work)?)));
        let first = || self.values.first().and_then(|value| Some((value, text(value, "name")?)));
        let (value, name) = named.next().or_else(first)?;
        Some(match text(value, "subcommand") {
            Some(subcommand) => ecow::eco_format!("{name} {subcommand}"),
            None => name,
        })
    }
}

/// A command under construction: what is needed of it before all are known.
pub(super) struct Draft {
    object: Object,
    span: Span,
    name: Text,
    pipeline: usize,
    position: usize,
}

/// Where a command stands among the drafts.
#[derive(Clone, Default)]
pub(super) struct CommandContext {
    /// The command that runs it, or that it is substituted into.
    pub parent: Option<usize>,
    /// The names of those that run it, outermost first.
    pub wrapped_by: Vec<Text>,
    /// The number of the script's first pipeline.
    pub pipelines: usize,
    /// How many scripts are around its own.
    pub depth: u32,
    /// The variables that the commands around it give it: `env NAME=value`.
    pub given: Vec<(Text, Value)>,
}

/// A command in its script.
pub(super) struct CommandSite<'a, 'b> {
    /// The script.
    pub text: &'a Derived<'b>,
    /// The command.
    pub command: &'a Command,
    /// Whether `pipefail` holds.
    pub pipefail: bool,
    /// The script's variables up to here.
    pub locals: &'a Locals,
    /// Those of the build.
    pub surroundings: &'a ShellContext<'b>,
}

impl CommandSite<'_, '_> {
    /// The command with its `words`, of which `sorted` are the arguments, as number `index` of the list.
    pub(super) fn draft(
        &self,
        index: usize,
        name: &Text,
        words: &[Argument],
        sorted: Arguments,
        nest: &CommandContext,
    ) -> Draft {
        let command = self.command;
        // A command that another one runs begins at its own name.
        let outer = !nest.wrapped_by.is_empty();
        let start = words.first().filter(|_| outer).map_or(command.range.start, |word| word.at);
        let range = start.max(command.range.start)..command.range.end;
        let span = self.span(range.clone());
        let header = words.first().map_or(span.at_start(), |word| word.value.origin.span);
        let mut object = Object::new(header);
        let name_value =
            words.first().map(|word| Value { origin: word.value.origin.clone(), ..named(&word.value, name) });
        object.number("index", index);
        object.set_or_null("name", name_value);
        object.text("text", self.text.text().get(to_usize(&range)).unwrap_or_default());
        object.list("words", words.iter().map(|word| word.value.clone()).collect());
        packages::describe(&mut object, words.first().map(|word| &word.value), name, &sorted);
        object.set_or_null("subcommand", sorted.subcommand);
        object.list("flags", sorted.flags);
        object.set("flag_values", Value::object(sorted.flag_values, header));
        let written =
            sorted.operands.iter().map(|operand| Value::string(operand.written.clone(), operand.value.origin.span));
        object.list("written_operands", written.collect());
        object.list("operands", sorted.operands.into_iter().map(|operand| operand.value).collect());
        object.set_or_null("environment", self.environment(name, nest, header));
        object.list("assignments", self.assignments());
        object.list("redirects", command.redirects.iter().map(|redirect| self.redirect(redirect, header)).collect());
        let pipeline = nest.pipelines + command.pipeline as usize;
        object.number("pipeline", pipeline).number("position", command.position as usize);
        object.text("connector", command.connector.name());
        object.list("context", context(command).into_iter().map(|word| Value::string(word, header)).collect());
        object.bool("pipefail", self.pipefail);
        object.list("wrapped_by", nest.wrapped_by.iter().map(|name| Value::string(name.clone(), header)).collect());
        match nest.parent {
            Some(parent) => object.number("parent", parent),
            None => object.set_or_null("parent", None),
        };
        let position = command.position as usize;
        Draft { object, span, name: name.clone(), pipeline, position }
    }

    /// The variables that the program reads its options from, as they stand above the command.
    fn environment(&self, program: &str, nest: &CommandContext, header: Span) -> Option<Value> {
        let names = vocabulary::options_in_environment(program);
        let value = |name: &str| {
            let own = self.command.assignments.iter().rev().find(|assignment| assignment.name == name);
            if let Some(own) = own {
                return Some(self.surroundings.value(self.text, &own.value, self.locals));
            }
            let given = nest.given.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.clone());
            given.or_else(|| self.surroundings.variable_of(name, self.locals))
        };
        let entries: Vec<_> = names.iter().filter_map(|name| Some((Text::from(*name), value(name)?))).collect();
        (!names.is_empty()).then(|| Value::object(entries, header))
    }

    fn assignments(&self) -> Vec<Value> {
        let objects = self.command.assignments.iter().map(|assignment| {
            let span = self.span(assignment.range.clone());
            let mut object = Object::new(span);
            object.text("name", assignment.name.clone());
            object.set("value", self.surroundings.value(self.text, &assignment.value, self.locals));
            object.value(span)
        });
        objects.collect()
    }

    fn redirect(&self, redirect: &Redirect, header: Span) -> Value {
        let mut object = Object::new(self.span(redirect.range.clone()));
        object.text("operator", redirect.operator.clone());
        let descriptor = redirect.descriptor.clone().map(|descriptor| Value::string(descriptor, header));
        object.set_or_null("descriptor", descriptor);
        let target = redirect.target.as_ref().map(|target| self.surroundings.value(self.text, target, self.locals));
        object.set_or_null("target", target);
        object.value(self.span(redirect.range.clone()))
    }

    fn span(&self, range: Range<u32>) -> Span {
        self.text.span(to_usize(&range))
    }
}

/// Tells each command what it is piped from and to.
pub(super) fn finish(drafts: Vec<Draft>, pipelines: usize, unread: Vec<Cause>) -> Commands {
    let mut members: Vec<Vec<(usize, Text)>> = vec![Vec::new(); pipelines];
    for draft in &drafts {
        if let Some(pipeline) = members.get_mut(draft.pipeline) {
            pipeline.push((draft.position, draft.name.clone()));
        }
    }
    let values = drafts.into_iter().map(|mut draft| {
        let others = members.get(draft.pipeline).map(Vec::as_slice).unwrap_or_default();
        let header = draft.span.at_start();
        let names = |keep: &dyn Fn(usize) -> bool| -> Vec<Value> {
            // A pipeline of thousands is nobody's, and would cost the square of its length.
            let kept = others.iter().filter(|(position, _)| keep(*position)).take(64);
            kept.map(|(_, name)| Value::string(name.clone(), header)).collect()
        };
        draft.object.list("piped_from", names(&|position| position < draft.position));
        draft.object.list("piped_to", names(&|position| position > draft.position));
        draft.object.value(draft.span)
    });
    Commands { values: values.collect(), unread }
}

fn named(word: &Value, name: &Text) -> Value {
    if word.is_unknown() { word.clone() } else { Value::string(name.clone(), word.origin.span) }
}

fn context(command: &Command) -> Vec<&'static str> {
    let context = command.context;
    let words = [
        (context.subshell > 0 && command.parent.is_none(), "subshell"),
        (command.parent.is_some(), "substitution"),
        (context.is_test, "test"),
        (context.is_conditional, "conditional"),
        (context.in_function, "function"),
        (context.is_negated, "negated"),
    ];
    words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect()
}
