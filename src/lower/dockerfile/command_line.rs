//! The instructions that run something: `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`; and `SHELL`.

use super::command::Commands;
use super::copy;
use super::evaluation::Evaluation;
use super::expansion::{ShellContext, to_usize};
use super::mount;
use super::object::Object;
use super::reference::copied_from;
use super::script::Exec;
use super::settings::Settings;
use super::shell_kind::{self, ShellKind};
use super::substitution::Expander;
use crate::model::{Text, Value};
use crate::source::{Derived, Problem};
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword, Word};
use crate::syntax::json::decode;

impl Evaluation<'_, '_> {
    /// `RUN`. Gives its label.
    pub(super) fn run_command(&mut self, instruction: &Instruction<'_>, object: &mut Object) -> Option<Text> {
        let mounts = instruction.flags.iter().filter(|flag| flag.name == "mount");
        let mounts = mounts.filter_map(|flag| mount::describe(self, flag));
        let mounts: Vec<_> = mounts.collect();
        let images = mounts.iter().filter_map(|mount| {
            let from = mount.get("from").filter(|from| !from.is_null())?;
            copied_from(from, copy::stage_of(self, from).as_ref(), instruction.header)
        });
        object.list("images", images.collect());
        object.list("mounts", mounts);
        for name in ["network", "security"] {
            let value = instruction.flag(name).map(|flag| self.flag_value(flag));
            object.set_or_null(name, value);
        }
        let commands = self.commands(instruction, &instruction.arguments);
        let label = commands.label();
        commands.set(object);
        label
    }

    /// `CMD`, `ENTRYPOINT`.
    pub(super) fn entry(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let arguments = command_line(instruction, &instruction.arguments);
        let commands = self.commands(instruction, &instruction.arguments);
        commands.set(object);
        object.list("arguments", arguments.clone());
        let mut told = Object::new(instruction.header);
        let exec = matches!(instruction.arguments, Arguments::Exec(_));
        told.text("form", if exec { "exec" } else { "shell" }).list("arguments", arguments);
        let value = told.value(instruction.span);
        if instruction.keyword == Keyword::Entrypoint {
            self.declare("entrypoint", value);
        } else {
            self.declare("cmd", value);
        }
    }

    /// `HEALTHCHECK`.
    pub(super) fn healthcheck(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let Arguments::Healthcheck(kind, command) = &instruction.arguments else { return };
        let kind = Value::string(kind.text.to_ascii_uppercase(), kind.span);
        object.set("type", kind.clone());
        object.list("arguments", command_line(instruction, command));
        let mut told = Object::new(instruction.header);
        told.set("type", kind).list("arguments", command_line(instruction, command));
        for name in ["interval", "timeout", "start-period", "start-interval", "retries"] {
            let value = instruction.flag(name).map(|flag| self.flag_value(flag));
            let key = name.replace('-', "_");
            object.set_or_null(&key, value.clone());
            told.set_or_null(&key, value);
        }
        self.commands(instruction, command).set(object);
        self.declare("healthcheck", told.value(instruction.span));
    }

    /// `SHELL`.
    pub(super) fn shell(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let words: &[Word] = if let Arguments::Exec(words) = &instruction.arguments { words } else { &[] };
        // What waits in ONBUILD is not looked at before it is triggered.
        if words.is_empty() && !self.is_trigger {
            let message = "SHELL needs a JSON array: SHELL [\"/bin/bash\", \"-c\"]";
            self.shared.problems.push(Problem::error(instruction.span, message));
        }
        let values: Vec<_> = words.iter().map(|word| Value::string(word.text.clone(), word.span)).collect();
        object.list("arguments", values.clone());
        if words.is_empty() {
            return;
        }
        self.settings.shell = words.first().map_or(ShellKind::Other, |word| ShellKind::of_program(&word.text));
        self.settings.pipefail = words.iter().any(|word| word.text == "pipefail");
        let span = instruction.span;
        self.declare("shell", Value::tuple(values, span));
    }

    /// The commands of a command line in either form.
    fn commands(&mut self, instruction: &Instruction<'_>, arguments: &Arguments) -> Commands {
        let expander =
            Expander { scope: &self.settings.scope, escape: '\\', keep_quotes: true, spent: &self.shared.spent };
        let pipefail = self.settings.pipefail;
        let surroundings = ShellContext { expander, pipefail };
        let problems = &mut self.shared.problems;
        match arguments {
            Arguments::Exec(words) => {
                let exec = Exec {
                    line: &instruction.line,
                    words: words.iter().map(|word| (word, decode(&instruction.line, to_usize(&word.at)))).collect(),
                };
                self.shared.scripts.exec(&exec, &surroundings, problems)
            }
            Arguments::Text(range) => {
                let (script, foreign) = script(instruction, range, self.settings);
                if let Some(interpreter) = foreign {
                    return Commands::unread(&interpreter, instruction.span);
                }
                self.shared.scripts.read(&script, &instruction.heredocs, &surroundings, problems)
            }
            _ => Commands::default(),
        }
    }
}

/// Returns the script that the shell is given, and the program that reads it where that is no POSIX shell.
fn script(
    instruction: &Instruction<'_>,
    range: &std::ops::Range<u32>,
    settings: &Settings,
) -> (Derived<'static>, Option<Text>) {
    let foreign = || settings.foreign_shell();
    if let [heredoc] = instruction.heredocs.as_slice()
        && heredoc.marker == *range
    {
        let text = heredoc.content.text();
        let foreign =
            if text.starts_with("#!") { shell_kind::foreign_shebang(text).map(Text::from) } else { foreign() };
        return (heredoc.content.slice(0..text.len()), foreign);
    }
    let mut script = command_first(instruction, range);
    for heredoc in &instruction.heredocs {
        // What is added stands nowhere in this form; it is told at the here-document.
        let content = &heredoc.content;
        let span = content.span(0..content.text().len());
        script.push_replacement("\n", span.at_start(), None);
        script.push_all(content);
        script.push_replacement(&format!("{}\n", heredoc.name), span.at_end(), None);
    }
    (script, foreign())
}

/// The line of a script with here-documents. `<<EOF bash` is told as `bash <<EOF`, which means the same
/// and is the only form that the grammar knows.
fn command_first(instruction: &Instruction<'_>, range: &std::ops::Range<u32>) -> Derived<'static> {
    let line = &instruction.line;
    let marker = instruction.heredocs.first().map(|heredoc| heredoc.marker.clone());
    let Some(marker) = marker.filter(|marker| marker.start == range.start && marker.end < range.end) else {
        return line.slice(to_usize(range));
    };
    let rest = instruction.text(&(marker.end..range.end));
    let start = marker.end + (rest.len() - rest.trim_start().len()) as u32;
    let end = start + rest.split_whitespace().next().map_or(0, str::len) as u32;
    let mut script = line.slice(to_usize(&(start..end)));
    script.push_replacement(" ", line.span(to_usize(&(end..end))), None);
    script.push_all(&line.slice(to_usize(&marker)));
    script.push_all(&line.slice(to_usize(&(end..range.end))));
    script
}

/// The command line as strings: the elements of the exec form, or the one text of the shell form.
fn command_line(instruction: &Instruction<'_>, arguments: &Arguments) -> Vec<Value> {
    match arguments {
        Arguments::Exec(words) => words.iter().map(|word| Value::string(word.text.clone(), word.span)).collect(),
        Arguments::Text(range) => vec![Value::string(instruction.text(range), instruction.place(range))],
        _ => Vec::new(),
    }
}
