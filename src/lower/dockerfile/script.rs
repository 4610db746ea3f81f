//! Scripts to command objects.
//!
//! Commands keep their order. A command that runs another one (`sudo`, `env`, `sh -c`, `python -m`) is
//! followed by that one, so a check sees `apt-get` wherever it stands.

use super::arguments::{self, Argument};
use super::command::{self, CommandContext, CommandSite, Commands, Draft};
use super::expansion::ShellContext;
use super::locals::{Locals, Pipefail};
use super::shell_kind;
use super::vocabulary;
use crate::limits::dockerfile::{MAX_COMMANDS, MAX_SCRIPT_BYTES, MAX_SCRIPT_DEPTH};
use crate::model::{Cause, Text, Value, Why};
use crate::source::{Derived, Problem, Span};
use crate::syntax::dockerfile::{Heredoc, Word};
use crate::syntax::shell::{Command, Connector, Context, Limit, MAX_BYTES, Parser};

/// Reads the scripts of one file.
#[derive(Default)]
pub(super) struct ScriptReader {
    parser: Parser,
    commands: usize,
    bytes: usize,
    too_many: bool,
}

/// The exec form of a command line.
pub(super) struct Exec<'a> {
    /// The line it is in.
    pub line: &'a Derived<'a>,
    /// The elements, each with its text as it is derived.
    pub words: Vec<(&'a Word, Derived<'static>)>,
}

impl ScriptReader {
    /// The commands of `script`; those of `heredocs` too, which are scripts themselves where a shell reads them.
    pub(super) fn read(
        &mut self,
        script: &Derived<'_>,
        heredocs: &[Heredoc<'_>],
        surroundings: &ShellContext<'_>,
        problems: &mut Vec<Problem>,
    ) -> Commands {
        let mut reading = Reading::new(self, surroundings, problems);
        reading.heredocs = heredocs;
        reading.script(script, surroundings.pipefail, &CommandContext::default());
        reading.finish()
    }

    /// The command in the exec form, and those that it runs.
    pub(super) fn exec(
        &mut self,
        exec: &Exec<'_>,
        surroundings: &ShellContext<'_>,
        problems: &mut Vec<Problem>,
    ) -> Commands {
        let mut reading = Reading::new(self, surroundings, problems);
        reading.literals = exec.words.iter().map(|(word, text)| (word.span, text)).collect();
        let at = |word: Option<&(&Word, Derived<'static>)>| word.map(|(word, _)| word.at.clone());
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
        let place = CommandSite { text: exec.line, command: &command, pipefail: false, locals: &locals, surroundings };
        reading.command(&place, words.collect(), &CommandContext::default());
        reading.finish()
    }
}

struct Reading<'a, 'b> {
    reader: &'a mut ScriptReader,
    surroundings: &'a ShellContext<'b>,
    problems: &'a mut Vec<Problem>,
    drafts: Vec<Draft>,
    unread: Vec<Cause>,
    pipelines: usize,
    heredocs: &'a [Heredoc<'a>],
    /// Strings of the exec form by their place.
    literals: Vec<(Span, &'a Derived<'static>)>,
    /// The last here-document that was given to `cat`, and the pipeline.
    fed: Option<(usize, Text)>,
}

impl<'a, 'b> Reading<'a, 'b> {
    fn new(reader: &'a mut ScriptReader, surroundings: &'a ShellContext<'b>, problems: &'a mut Vec<Problem>) -> Self {
        Self {
            reader,
            surroundings,
            problems,
            drafts: Vec::new(),
            unread: Vec::new(),
            pipelines: 0,
            heredocs: &[],
            literals: Vec::new(),
            fed: None,
        }
    }

    fn finish(self) -> Commands {
        command::finish(self.drafts, self.pipelines, self.unread)
    }

    fn script(&mut self, text: &Derived<'_>, pipefail: bool, nest: &CommandContext) {
        self.reader.bytes += text.text().len();
        if self.reader.commands >= MAX_COMMANDS || self.reader.bytes > MAX_SCRIPT_BYTES {
            return self.stop(text.span(0..text.text().len()));
        }
        let script = self.reader.parser.parse(text.text());
        let span = text.span(0..text.text().len());
        if !script.complete && script.limit.is_none() {
            self.unread.push(Cause { why: Why::Invalid("part of the script is not understood".into()), span });
        }
        if let Some(limit) = script.limit {
            self.unread.push(Cause { why: Why::Limit("shell commands".into()), span });
            self.problems.push(Problem::error(span, limit_message(limit)).with_help("move it into a file of its own"));
        }
        let nest = CommandContext { pipelines: self.pipelines, ..nest.clone() };
        self.pipelines += script.pipelines.len();
        let mut locals = Locals::new(&script);
        let mut pipefail = Pipefail::new(pipefail);
        let mut numbers = Vec::with_capacity(script.commands.len());
        for command in &script.commands {
            if self.reader.commands >= MAX_COMMANDS {
                self.stop(text.span(super::expansion::to_usize(&command.range)));
                return;
            }
            numbers.push(self.drafts.len());
            let words = self.surroundings.words(text, command, &locals);
            let parent = command.parent.and_then(|parent| numbers.get(parent as usize).copied());
            let nest = CommandContext { parent: parent.or(nest.parent), ..nest.clone() };
            pipefail.before(command);
            let place = CommandSite {
                text,
                command,
                pipefail: pipefail.holds(),
                locals: &locals,
                surroundings: self.surroundings,
            };
            self.command(&place, words.clone(), &nest);
            pipefail.after(command, &words);
            let values =
                command.assignments.iter().map(|assignment| self.surroundings.value(text, &assignment.value, &locals));
            let values: Vec<_> = values.collect();
            locals.after(command, values);
        }
    }

    /// Tells once that there is too much to read.
    fn stop(&mut self, span: Span) {
        self.unread.push(Cause { why: Why::Limit("shell commands".into()), span });
        if !self.reader.too_many {
            self.reader.too_many = true;
            let message = format!(
                "the file has more than {MAX_COMMANDS} shell commands or {MAX_SCRIPT_BYTES} bytes of them; the rest is not read"
            );
            self.problems.push(Problem::error(span, message));
        }
    }

    /// A command, and the one that it runs.
    fn command(&mut self, place: &CommandSite<'_, '_>, mut words: Vec<Argument>, nest: &CommandContext) {
        let mut nest = nest.clone();
        loop {
            self.reader.commands += 1;
            let word = words.first().and_then(|word| word.value.as_str()).unwrap_or_default().to_owned();
            let name: Text = vocabulary::canonical(&word).into();
            let sorted = arguments::sort(&name, &words);
            let inner = arguments::inner_command(&name, &words, &sorted);
            let script = arguments::inner_script(&name, &sorted);
            self.drafts.push(place.draft(self.drafts.len(), &name, &words, sorted, &nest));
            nest.wrapped_by.push(name.clone());
            if nest.wrapped_by.len() as u32 > MAX_SCRIPT_DEPTH {
                return;
            }
            if let Some(argument) = script {
                self.nested(&argument, &words, &nest);
            } else if let Some(content) = self.fed_script(place, &name, &nest) {
                let nest =
                    CommandContext { parent: Some(self.drafts.len() - 1), depth: nest.depth + 1, ..nest.clone() };
                self.script(&content, false, &nest);
            }
            let Some(rest) = inner.and_then(|at| words.get(at..)).filter(|rest| !rest.is_empty()) else { return };
            let before = words.get(1..words.len() - rest.len()).unwrap_or_default();
            nest.given.extend(before.iter().filter_map(arguments::assignment));
            words = rest.to_vec();
        }
    }

    /// Returns the here-document that a shell reads as its script: `sh <<EOF`, `cat <<EOF | sh`. One that another
    /// interpreter reads is noted as unread.
    fn fed_script(
        &mut self,
        place: &CommandSite<'_, '_>,
        name: &str,
        nest: &CommandContext,
    ) -> Option<Derived<'static>> {
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
        let is_foreign = shell_kind::is_foreign_interpreter(name);
        if !is_foreign && !vocabulary::is_posix_shell(name) {
            return None;
        }
        let piped = self.fed.as_ref().filter(|(fed, _)| *fed == pipeline).map(|(_, name)| name.clone());
        let wanted = own.or(piped)?;
        let heredoc = self.heredocs.iter().find(|heredoc| heredoc.name == wanted)?;
        if is_foreign {
            let span = heredoc.content.span(0..heredoc.content.text().len());
            self.unread.push(Cause { why: Why::Interpreter(name.into()), span });
            return None;
        }
        Some(heredoc.content.slice(0..heredoc.content.text().len()))
    }

    /// The script in `sh -c '…'`.
    fn nested(&mut self, argument: &Value, words: &[Argument], nest: &CommandContext) {
        let Some(text) = argument.as_str() else { return };
        if nest.depth >= MAX_SCRIPT_DEPTH || text.is_empty() {
            return;
        }
        let span = argument.origin.span;
        let literal = self.literals.iter().find(|(place, literal)| *place == span && literal.text() == text);
        let script = literal.map_or_else(|| spread(text, argument), |(_, literal)| (*literal).clone());
        let pipefail = words.iter().any(|word| word.value.as_str() == Some("pipefail"));
        let nest = CommandContext { parent: Some(self.drafts.len() - 1), depth: nest.depth + 1, ..nest.clone() };
        self.script(&script, pipefail, &nest);
    }
}

/// The text of a word as a script. Where nothing was escaped or expanded, each byte has its own place
/// inside the quotes; else all stand for the whole word.
fn spread(text: &str, word: &Value) -> Derived<'static> {
    let span = word.origin.span;
    let start = span.start as usize;
    let quotes = ((span.end - span.start) as usize).saturating_sub(text.len());
    let mut script = Derived::empty(span.source, start);
    if (quotes == 0 || quotes == 2) && word.origin.via.is_none() {
        script.push_verbatim(text, span.source, start + quotes / 2);
    } else {
        script.push_replacement(text, span, None);
    }
    script
}

fn limit_message(limit: Limit) -> String {
    match limit {
        Limit::Bytes => format!("the script has more than {MAX_BYTES} bytes and is not read"),
        Limit::Steps => "the script is too intricate to be read".into(),
        Limit::Depth => "the script is nested too deep to be read whole".into(),
    }
}
