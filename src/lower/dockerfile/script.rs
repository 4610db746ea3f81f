//! Scripts to command objects.
//!
//! Commands keep their order. A command that runs another one (`sudo`, `env`, `sh -c`, `python -m`) is
//! followed by that one, so a check sees `apt-get` wherever it stands.

use super::arguments::{self, Argument, Arguments};
use super::limits::{MAX_COMMANDS, MAX_SCRIPT_DEPTH};
use super::locals::{Local, Locals};
use super::object::Object;
use super::pieces::Pieces;
use super::substitution::Expander;
use super::vocabulary;
use crate::model::{Cause, HopKind, Text, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::Spliced;
use crate::syntax::dockerfile::{Heredoc, Word};
use crate::syntax::shell::{self, Command, Connector, Context, Limit, MAX_BYTES, Parser, Part, Redirect};

/// Reads the scripts of one file.
#[derive(Default)]
pub(super) struct ScriptReader {
    parser: Parser,
    commands: usize,
    too_many: bool,
}

/// What a script is read with.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The variables of the build.
    pub expander: Expander<'a>,
    /// Whether `pipefail` holds at the start.
    pub pipefail: bool,
}

/// The commands of an instruction.
#[derive(Default)]
pub(super) struct Commands {
    /// One object each.
    pub values: Vec<Value>,
    /// Whether every byte was understood.
    pub complete: bool,
}

impl Commands {
    /// Sets `commands` and `commands_complete`.
    pub(super) fn set(self, object: &mut Object) {
        object.list("commands", self.values);
        object.bool("commands_complete", self.complete);
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

/// The exec form of a command line.
pub(super) struct Exec<'a> {
    /// The line it is in.
    pub line: &'a Spliced<'a>,
    /// The elements, each with its text as it is spliced.
    pub words: Vec<(&'a Word, Spliced<'static>)>,
}

/// A command under construction: what is needed of it before all are known.
struct Draft {
    object: Object,
    span: Span,
    name: Text,
    pipeline: usize,
    position: usize,
}

/// Where a command stands among the drafts.
#[derive(Clone, Default)]
struct Nest {
    parent: Option<usize>,
    wrapped_by: Vec<Text>,
    pipelines: usize,
    depth: u32,
}

impl ScriptReader {
    /// The commands of `script`; those of `heredocs` too, which are scripts themselves where a shell reads them.
    pub(super) fn read(
        &mut self,
        script: &Spliced<'_>,
        heredocs: &[Heredoc<'_>],
        surroundings: &Surroundings<'_>,
        problems: &mut Vec<Problem>,
    ) -> Commands {
        let mut reading = Reading::new(self, surroundings, problems);
        reading.heredocs = heredocs;
        reading.script(script, surroundings.pipefail, &Nest::default());
        reading.finish()
    }

    /// The command in the exec form, and those that it runs.
    pub(super) fn exec(
        &mut self,
        exec: &Exec<'_>,
        surroundings: &Surroundings<'_>,
        problems: &mut Vec<Problem>,
    ) -> Commands {
        let mut reading = Reading::new(self, surroundings, problems);
        reading.literals = exec.words.iter().map(|(word, text)| (word.span, text)).collect();
        let at = |word: Option<&(&Word, Spliced<'static>)>| word.map(|(word, _)| word.at.clone());
        let (Some(first), Some(last)) = (at(exec.words.first()), at(exec.words.last())) else {
            return reading.finish();
        };
        let command = Command {
            range: first.start..last.end,
            words: Vec::new(),
            assignments: Vec::new(),
            redirects: Vec::new(),
            pipeline: 0,
            position: 0,
            connector: Connector::Sequence,
            parent: None,
            context: Context::default(),
        };
        reading.pipelines = 1;
        let words = exec.words.iter().map(|(word, _)| Argument {
            value: Value::string(word.text.clone(), word.span),
            written: word.text.clone(),
            at: word.at.start,
        });
        let locals = Locals::default();
        let place = Placed { text: exec.line, command: &command, pipefail: false, locals: &locals };
        reading.command(&place, words.collect(), &Nest::default());
        reading.finish()
    }
}

struct Reading<'a, 'b> {
    reader: &'a mut ScriptReader,
    surroundings: &'a Surroundings<'b>,
    problems: &'a mut Vec<Problem>,
    drafts: Vec<Draft>,
    complete: bool,
    pipelines: usize,
    heredocs: &'a [Heredoc<'a>],
    /// Strings of the exec form by their place.
    literals: Vec<(Span, &'a Spliced<'static>)>,
    /// The last here-document that was given to `cat`, and the pipeline.
    fed: Option<(usize, Text)>,
}

impl<'a, 'b> Reading<'a, 'b> {
    fn new(reader: &'a mut ScriptReader, surroundings: &'a Surroundings<'b>, problems: &'a mut Vec<Problem>) -> Self {
        Self {
            reader,
            surroundings,
            problems,
            drafts: Vec::new(),
            complete: true,
            pipelines: 0,
            heredocs: &[],
            literals: Vec::new(),
            fed: None,
        }
    }

    fn script(&mut self, text: &Spliced<'_>, pipefail: bool, nest: &Nest) {
        let script = self.reader.parser.parse(text.text());
        self.complete &= script.complete;
        if let Some(limit) = script.limit {
            self.complete = false;
            let span = text.span(0..text.text().len());
            self.problems.push(Problem::error(span, limit_message(limit)).with_help("move it into a file of its own"));
        }
        let nest = Nest { pipelines: self.pipelines, ..nest.clone() };
        self.pipelines += script.pipelines.len();
        let mut locals = Locals::new(&script);
        let mut pipefail = Pipefail { at: pipefail.then_some(0) };
        let mut numbers = Vec::with_capacity(script.commands.len());
        for command in &script.commands {
            if self.reader.commands >= MAX_COMMANDS {
                self.stop(text.span(command.range.start as usize..command.range.end as usize));
                return;
            }
            numbers.push(self.drafts.len());
            let words = self.words(text, command, &locals);
            let parent = command.parent.and_then(|parent| numbers.get(parent as usize).copied());
            let nest = Nest { parent: parent.or(nest.parent), ..nest.clone() };
            pipefail.before(command);
            let place = Placed { text, command, pipefail: pipefail.at.is_some(), locals: &locals };
            self.command(&place, words.clone(), &nest);
            pipefail.after(command, &words);
            let values = command.assignments.iter().map(|assignment| self.value(text, &assignment.value, &locals));
            let values: Vec<_> = values.collect();
            locals.after(command, values);
        }
    }

    /// Tells once that there are too many commands.
    fn stop(&mut self, span: Span) {
        self.complete = false;
        if !self.reader.too_many {
            self.reader.too_many = true;
            let message = format!("the file has more than {MAX_COMMANDS} shell commands; the rest is not read");
            self.problems.push(Problem::error(span, message));
        }
    }

    /// A command, and the one that it runs.
    fn command(&mut self, place: &Placed<'_, '_>, mut words: Vec<Argument>, nest: &Nest) {
        let mut nest = nest.clone();
        loop {
            self.reader.commands += 1;
            let word = words.first().and_then(|word| word.value.as_str()).unwrap_or_default().to_owned();
            let name: Text = vocabulary::canonical(&word).into();
            let sorted = arguments::sort(&name, &words);
            let inner = inner_command(&name, &words, &sorted);
            let script = inner_script(&name, &sorted);
            self.draft(place, &name, &words, sorted, &nest);
            nest.wrapped_by.push(name.clone());
            if nest.wrapped_by.len() as u32 > MAX_SCRIPT_DEPTH {
                return;
            }
            if let Some(argument) = script {
                self.nested(&argument, &words, &nest);
            } else if let Some(content) = self.fed_script(place, &name, &nest) {
                let nest = Nest { parent: Some(self.drafts.len() - 1), depth: nest.depth + 1, ..nest.clone() };
                self.script(&content, false, &nest);
            }
            let Some(rest) = inner.and_then(|at| words.get(at..)).filter(|rest| !rest.is_empty()) else { return };
            words = rest.to_vec();
        }
    }

    /// The here-document that a shell reads as its script: `sh <<EOF`, `cat <<EOF | sh`.
    fn fed_script(&mut self, place: &Placed<'_, '_>, name: &str, nest: &Nest) -> Option<Spliced<'static>> {
        if self.heredocs.is_empty() || nest.depth >= MAX_SCRIPT_DEPTH {
            return None;
        }
        let pipeline = nest.pipelines + place.command.pipeline as usize;
        let mut targets = place.command.redirects.iter().filter(|redirect| redirect.operator.starts_with("<<"));
        let own = targets.find_map(|redirect| redirect.target.as_ref()?.literal());
        if name == "cat" {
            self.fed = own.map(|own| (pipeline, own));
            return None;
        }
        if !vocabulary::is_posix_shell(name) {
            return None;
        }
        let piped = self.fed.as_ref().filter(|(fed, _)| *fed == pipeline).map(|(_, name)| name.clone());
        let wanted = own.or(piped)?;
        let heredoc = self.heredocs.iter().find(|heredoc| heredoc.name == wanted)?;
        Some(heredoc.content.slice(0..heredoc.content.text().len()))
    }

    /// The script in `sh -c '…'`.
    fn nested(&mut self, argument: &Value, words: &[Argument], nest: &Nest) {
        let Some(text) = argument.as_str() else { return };
        if nest.depth >= MAX_SCRIPT_DEPTH || text.is_empty() {
            return;
        }
        let span = argument.origin.span;
        let literal = self.literals.iter().find(|(place, literal)| *place == span && literal.text() == text);
        let script = literal.map_or_else(|| spread(text, argument), |(_, literal)| (*literal).clone());
        let pipefail = words.iter().any(|word| word.value.as_str() == Some("pipefail"));
        let nest = Nest { parent: Some(self.drafts.len() - 1), depth: nest.depth + 1, ..nest.clone() };
        self.script(&script, pipefail, &nest);
    }

    fn draft(&mut self, place: &Placed<'_, '_>, name: &Text, words: &[Argument], sorted: Arguments, nest: &Nest) {
        let command = place.command;
        // A command that another one runs begins at its own name.
        let outer = !nest.wrapped_by.is_empty();
        let start = words.first().filter(|_| outer).map_or(command.range.start, |word| word.at);
        let range = start.max(command.range.start)..command.range.end;
        let span = place.span(range.clone());
        let header = words.first().map_or(span.at_start(), |word| word.value.origin.span);
        let mut object = Object::new(header);
        let name_value =
            words.first().map(|word| Value { origin: word.value.origin.clone(), ..named(&word.value, name) });
        object.number("index", self.drafts.len());
        object.set_or_null("name", name_value);
        object.text("text", place.text.text().get(to_usize(&range)).unwrap_or_default());
        object.list("words", words.iter().map(|word| word.value.clone()).collect());
        object.set_or_null("subcommand", sorted.subcommand);
        object.list("flags", sorted.flags);
        object.set("flag_values", Value::object(sorted.flag_values, header));
        let written =
            sorted.operands.iter().map(|operand| Value::string(operand.written.clone(), operand.value.origin.span));
        object.list("written_operands", written.collect());
        object.list("operands", sorted.operands.into_iter().map(|operand| operand.value).collect());
        object.list("assignments", self.assignments(place));
        object.list(
            "redirects",
            command.redirects.iter().map(|redirect| self.redirect(place, redirect, header)).collect(),
        );
        let pipeline = nest.pipelines + command.pipeline as usize;
        object.number("pipeline", pipeline).number("position", command.position as usize);
        object.text("connector", command.connector.name());
        object.list("context", context(command).into_iter().map(|word| Value::string(word, header)).collect());
        object.bool("pipefail", place.pipefail);
        object.list("wrapped_by", nest.wrapped_by.iter().map(|name| Value::string(name.clone(), header)).collect());
        match nest.parent {
            Some(parent) => object.number("parent", parent),
            None => object.set_or_null("parent", None),
        };
        let position = command.position as usize;
        self.drafts.push(Draft { object, span, name: name.clone(), pipeline, position });
    }

    fn assignments(&self, place: &Placed<'_, '_>) -> Vec<Value> {
        let objects = place.command.assignments.iter().map(|assignment| {
            let span = place.span(assignment.range.clone());
            let mut object = Object::new(span);
            object.text("name", assignment.name.clone());
            object.set("value", self.value(place.text, &assignment.value, place.locals));
            object.value(span)
        });
        objects.collect()
    }

    fn redirect(&self, place: &Placed<'_, '_>, redirect: &Redirect, header: Span) -> Value {
        let mut object = Object::new(place.span(redirect.range.clone()));
        object.text("operator", redirect.operator.clone());
        let descriptor = redirect.descriptor.clone().map(|descriptor| Value::string(descriptor, header));
        object.set_or_null("descriptor", descriptor);
        let target = redirect.target.as_ref().map(|target| self.value(place.text, target, place.locals));
        object.set_or_null("target", target);
        object.value(place.span(redirect.range.clone()))
    }

    /// The words of a command. One unquoted variable may give several, or none.
    fn words(&self, text: &Spliced<'_>, command: &Command, locals: &Locals) -> Vec<Argument> {
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

    fn value(&self, text: &Spliced<'_>, word: &shell::Word, locals: &Locals) -> Value {
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

    fn variable(&self, name: &Text, written: &Text, span: Span, locals: &Locals, pieces: &mut Pieces) {
        let unknown = || Cause { why: Why::Command(written.clone()), span };
        let scope = self.surroundings.expander.scope;
        match locals.get(name) {
            Local::Set(value) if is_plain(written, name) => pieces.push_value(value, HopKind::Local(name.clone())),
            Local::Set(_) | Local::Changing => pieces.push_unknown(unknown()),
            Local::Foreign if scope.is_silent_on(name) => pieces.push_unknown(unknown()),
            Local::Foreign => match self.surroundings.expander.expand(written, span) {
                Ok(value) => pieces.push_expanded(&value),
                Err(_) => pieces.push_unknown(unknown()),
            },
        }
    }

    /// Tells each command what it is piped from and to.
    fn finish(self) -> Commands {
        let mut pipelines: Vec<Vec<(usize, Text)>> = vec![Vec::new(); self.pipelines];
        for draft in &self.drafts {
            if let Some(pipeline) = pipelines.get_mut(draft.pipeline) {
                pipeline.push((draft.position, draft.name.clone()));
            }
        }
        let values = self.drafts.into_iter().map(|mut draft| {
            let others = pipelines.get(draft.pipeline).map(Vec::as_slice).unwrap_or_default();
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
        Commands { values: values.collect(), complete: self.complete }
    }
}

/// A command in its script.
struct Placed<'a, 'b> {
    text: &'a Spliced<'b>,
    command: &'a Command,
    pipefail: bool,
    locals: &'a Locals,
}

impl Placed<'_, '_> {
    fn span(&self, range: std::ops::Range<u32>) -> Span {
        self.text.span(to_usize(&range))
    }
}

/// Whether `set -o pipefail` holds, and how many subshells deep it was set.
struct Pipefail {
    at: Option<u32>,
}

impl Pipefail {
    /// What was set in a subshell ends with it.
    fn before(&mut self, command: &Command) {
        self.at = self.at.filter(|depth| *depth <= command.context.subshell);
    }

    fn after(&mut self, command: &Command, words: &[Argument]) {
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

/// The text of a word as a script. Where nothing was escaped or expanded, each byte has its own place
/// inside the quotes; else all stand for the whole word.
fn spread(text: &str, word: &Value) -> Spliced<'static> {
    let span = word.origin.span;
    let (start, length) = (span.start as usize, (span.end - span.start) as usize);
    let quotes = length.saturating_sub(text.len());
    let plain = (quotes == 0 || quotes == 2) && word.origin.via.is_none();
    let inset = if plain { quotes / 2 } else { 0 };
    let mut script = Spliced::whole(span.source, start, "");
    script.push(text, start + inset..start + length - inset);
    script
}

fn named(word: &Value, name: &Text) -> Value {
    if word.is_unknown() { word.clone() } else { Value::string(name.clone(), word.origin.span) }
}

fn is_plain(written: &str, name: &str) -> bool {
    written.trim_start_matches(['$', '{']).trim_end_matches('}') == name
}

fn to_usize(range: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    range.start as usize..range.end as usize
}

/// Where the command that `name` runs begins among its words.
fn inner_command(name: &str, words: &[Argument], sorted: &Arguments) -> Option<usize> {
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

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The script that a shell is given in its arguments.
fn inner_script(name: &str, sorted: &Arguments) -> Option<Value> {
    let runs = vocabulary::is_posix_shell(name) || name == "su";
    let given = sorted.flag_values.iter().find(|(flag, _)| runs && (flag == "-c" || flag == "--command"));
    if let Some((_, script)) = given {
        return Some(script.clone());
    }
    (name == "eval").then(|| sorted.operands.first().map(|operand| operand.value.clone())).flatten()
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

fn limit_message(limit: Limit) -> String {
    match limit {
        Limit::Bytes => format!("the script has more than {MAX_BYTES} bytes and is not read"),
        Limit::Steps => "the script is too intricate to be read".into(),
        Limit::Depth => "the script is nested too deep to be read whole".into(),
    }
}
