//! One instruction to its attributes, and what it changes for those after it.

use super::copy;
use super::evaluation::Evaluation;
use super::object::Object;
use crate::expr::partial::PartialText;
use crate::limits::dockerfile::MAX_SETTINGS;
use crate::lower::pieces::{may_be_null, part, text_of, unread};
use crate::model::{HopKind, Text, Type, Value, Why};
use crate::source::Problem;
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword, Pair};

/// The attributes of an instruction.
pub(super) struct Evaluated {
    /// The object.
    pub attrs: Value,
    /// What tells it from others of its kind, for its address.
    pub label: Option<Text>,
}

impl Evaluation<'_, '_> {
    /// The attributes of `instruction`, which is applied to the settings.
    pub(super) fn run(&mut self, instruction: &Instruction<'_>) -> Evaluated {
        let mut object = Object::new(instruction.header);
        object.text("instruction", instruction.keyword.name());
        object.text("text", arguments_text(instruction));
        let form = match command_arguments(&instruction.arguments) {
            Arguments::Exec(_) => Some("exec"),
            Arguments::Text(_) if takes_command(instruction.keyword) => Some("shell"),
            _ => None,
        };
        object.set_or_null("form", form.map(|form| Value::string(form, instruction.header)));
        self.flags(instruction, &mut object);
        heredocs(instruction, &mut object);
        let mut label = None;
        match instruction.keyword {
            Keyword::Run => label = self.run_command(instruction, &mut object),
            Keyword::Cmd | Keyword::Entrypoint => self.entry(instruction, &mut object),
            Keyword::Healthcheck => self.healthcheck(instruction, &mut object),
            Keyword::Shell => self.shell(instruction, &mut object),
            Keyword::Copy | Keyword::Add => label = copy::describe(self, instruction, &mut object),
            Keyword::Env | Keyword::Label | Keyword::Arg => label = self.pairs(instruction, &mut object),
            Keyword::Expose => label = self.expose(instruction, &mut object),
            Keyword::Volume => self.volume(instruction, &mut object),
            Keyword::User => self.user(instruction, &mut object),
            Keyword::Workdir => self.workdir(instruction, &mut object),
            Keyword::Stopsignal => self.single(instruction, &mut object, "signal", Some("stopsignal")),
            Keyword::Maintainer => self.single(instruction, &mut object, "name", None),
            // What waits in it is evaluated when the stage ends.
            Keyword::Onbuild => {
                object.set_or_null("trigger", None);
            }
            Keyword::From => {}
        }
        Evaluated { attrs: object.value(instruction.span), label }
    }

    /// `flags`: each by its name, with its value, or true. Of a repeated one the last is told.
    fn flags(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let flags = instruction.flags.iter().map(|flag| (flag.name.clone(), self.flag_value(flag)));
        let flags: Vec<_> = flags.collect();
        object.set("flags", Value::object(flags, instruction.header));
    }

    fn single(&mut self, instruction: &Instruction<'_>, object: &mut Object, name: &str, sets: Option<&'static str>) {
        let value = self.rest(instruction);
        object.set_or_null(name, value.clone());
        if let (Some(name), Some(value)) = (sets, value) {
            self.declare(name, value);
        }
    }

    /// The rest of the line as one expanded word.
    fn rest(&mut self, instruction: &Instruction<'_>) -> Option<Value> {
        let Arguments::Text(range) = &instruction.arguments else { return None };
        Some(self.expand(instruction.text(range), instruction.place(range)))
    }

    fn user(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let Some(value) = self.rest(instruction) else { return };
        let span = value.origin.span;
        let text = text_of(&value);
        let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
        object.set("value", value.clone());
        let open = group.is_none() && user.ends_unknown();
        let group = group.map(|group| part(&value, group, span));
        let unknown = || may_be_null(part(&value, PartialText::unknown(), span));
        let user = part(&value, user, span);
        object.set("user", user.clone());
        object.set_or_null("group", if open { Some(unknown()) } else { group });
        self.declare("user", user);
    }

    fn workdir(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let Some(value) = self.rest(instruction) else { return };
        object.set("path", value.clone());
        object.set("is_absolute", is_absolute(&value));
        let before = self.settings.declared("workdir").and_then(|value| value.as_str());
        let joined = match (is_absolute(&value).as_bool(), before) {
            (Some(false), Some(before)) => {
                let path = text_of(&value);
                let inset = path.text().len() - path.text().trim_start_matches("./").len();
                let mut joined = PartialText::from(before.trim_end_matches('/'));
                joined.push("/");
                joined.push_all(&path.slice(inset..path.text().len()));
                part(&value, joined, value.origin.span)
            }
            (None, Some(_)) => part(&value, PartialText::unknown(), value.origin.span),
            _ => value,
        };
        self.declare("workdir", joined);
    }

    fn volume(&mut self, instruction: &Instruction<'_>, object: &mut Object) {
        let paths = self.list(&instruction.arguments);
        object.list("paths", paths.clone());
        if self.settings.volumes.len() + paths.len() <= MAX_SETTINGS {
            self.settings.volumes.extend(paths);
        }
    }

    /// `EXPOSE 80/tcp 8000-8010`: `ports` as `{port, end, protocol}`.
    fn expose(&mut self, instruction: &Instruction<'_>, object: &mut Object) -> Option<Text> {
        let words = self.list(&instruction.arguments);
        let label = words.first().and_then(|word| word.as_str()).map(Text::from);
        let ports: Vec<_> = words.iter().map(port).collect();
        object.list("ports", ports.clone());
        if self.settings.ports.len() + ports.len() <= MAX_SETTINGS {
            self.settings.ports.extend(ports);
        }
        label
    }

    /// `ENV`, `LABEL`, `ARG`: `pairs` as `{name, value, written}`.
    fn pairs(&mut self, instruction: &Instruction<'_>, object: &mut Object) -> Option<Text> {
        let Arguments::Pairs { pairs, legacy } = &instruction.arguments else {
            object.list("pairs", Vec::new());
            return None;
        };
        let mut values = Vec::with_capacity(pairs.len());
        let mut set = Vec::new();
        for pair in pairs {
            let name = match instruction.keyword {
                Keyword::Label => self.expand(&pair.name.text, pair.name.span),
                _ => Value::string(pair.name.text.clone(), pair.name.span),
            };
            let value =
                if instruction.keyword == Keyword::Arg { self.arg(pair) } else { self.pair_value(pair, *legacy) };
            let mut object = Object::new(pair.span);
            object.set("name", name.clone()).set("value", value.clone());
            let written = pair.value.as_ref().map(|value| Value::string(value.text.clone(), value.span));
            object.set_or_null("written", written);
            values.push(object.value(pair.span));
            set.extend(name.as_str().map(|name| (Text::from(name), value)));
            if instruction.keyword == Keyword::Arg {
                self.apply(instruction, std::mem::take(&mut set));
            }
        }
        object.list("pairs", values);
        object.bool("is_legacy_form", *legacy);
        let label =
            set.first().map(|(name, _)| name.clone()).or_else(|| pairs.first().map(|pair| pair.name.text.clone()));
        // The pairs of one instruction do not see each other.
        self.apply(instruction, set);
        label.filter(|_| pairs.len() == 1)
    }

    fn apply(&mut self, instruction: &Instruction<'_>, set: Vec<(Text, Value)>) {
        for (name, value) in set {
            if self.settings.is_full() {
                let message = format!("a stage has more than {MAX_SETTINGS} settings; the rest is not read");
                self.shared.problems.push(Problem::error(instruction.span, message));
                return;
            }
            match instruction.keyword {
                Keyword::Env => self.settings.scope.set_env(name, value),
                Keyword::Arg => self.settings.scope.set_arg(name, value),
                _ => {
                    self.settings.labels.insert(name, value);
                }
            }
        }
    }

    fn pair_value(&mut self, pair: &Pair, legacy: bool) -> Value {
        match &pair.value {
            Some(word) if legacy => self.expand(word.text.trim_end(), word.span),
            Some(word) => self.word(word),
            None => Value::null(pair.span),
        }
    }

    /// The value of an `ARG`: `--build-arg`, else its default, else the global one's, else unknown.
    pub(super) fn arg(&mut self, pair: &Pair) -> Value {
        let name = &pair.name.text;
        let given = self.shared.build_args.iter().rev().find(|(given, _)| given == name);
        if let Some((_, value)) = given {
            return value.clone();
        }
        if let Some(word) = &pair.value {
            return self.word(word);
        }
        let global = self.shared.globals.iter().rev().find(|(global, _)| global == name);
        match global {
            Some((_, value)) if !value.is_unknown() => {
                let origin = value.origin.read_at(pair.span, HopKind::Arg(name.clone()));
                value.clone().with_origin(origin)
            }
            _ => Value::unknown(Why::BuildArg(name.clone()), pair.span),
        }
    }
}

/// `heredocs`: `{name, expand, content}` each.
fn heredocs(instruction: &Instruction<'_>, object: &mut Object) {
    let values = instruction.heredocs.iter().map(|heredoc| {
        let mut inner = Object::new(instruction.place(&heredoc.marker));
        let content = &heredoc.content;
        let span = content.span(0..content.text().len());
        inner.text("name", heredoc.name.clone()).bool("expand", heredoc.expand);
        inner.set("content", Value::string(content.text(), span));
        inner.value(span)
    });
    let values = values.collect();
    object.list("heredocs", values);
}

/// The instruction in `ONBUILD` with the here-documents, which were read with the whole.
pub(super) fn trigger(outer: &Instruction<'_>) -> Option<Instruction<'static>> {
    let Arguments::Onbuild(inner) = &outer.arguments else { return None };
    let offset = outer.text(&(0..outer.line.text().len() as u32)).len() - inner.line.text().len();
    let mut inner = (**inner).clone();
    let heredocs = outer.heredocs.iter().map(|heredoc| crate::syntax::dockerfile::Heredoc {
        name: heredoc.name.clone(),
        marker: heredoc.marker.start.saturating_sub(offset as u32)..heredoc.marker.end.saturating_sub(offset as u32),
        expand: heredoc.expand,
        chomp: heredoc.chomp,
        content: heredoc.content.slice(0..heredoc.content.text().len()),
    });
    inner.heredocs = heredocs.collect();
    Some(inner)
}

fn takes_command(keyword: Keyword) -> bool {
    matches!(keyword, Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck)
}

fn command_arguments(arguments: &Arguments) -> &Arguments {
    if let Arguments::Healthcheck(_, command) = arguments { command } else { arguments }
}

/// The arguments as they are written, continuations joined.
fn arguments_text<'a>(instruction: &'a Instruction<'_>) -> &'a str {
    let text = instruction.line.text().trim();
    text.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start())
}

/// Whether a path is absolute, on Windows or elsewhere; unknown when its beginning is.
fn is_absolute(path: &Value) -> Value {
    let text = text_of(path);
    // A letter may be a drive's.
    let has_letter = text.text().starts_with(|c: char| c.is_ascii_alphabetic());
    if text.begins_unknown() || has_letter && text.is_unknown_at(1) {
        return unread(path, Type::Bool);
    }
    Value::bool(is_absolute_text(text.text()), path.origin.span).with_origin(path.origin.clone())
}

fn is_absolute_text(text: &str) -> bool {
    let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    text.starts_with(['/', '\\']) || drive
}

/// `{port, end, protocol}` of one word of `EXPOSE`. A port that is no number is told as null.
fn port(word: &Value) -> Value {
    let span = word.origin.span;
    let text = text_of(word);
    let (range, protocol) =
        text.split_once('/').map_or_else(|| (text.clone(), None), |(range, protocol)| (range, Some(protocol)));
    let (first, last) = range.split_once('-').unwrap_or_else(|| (range.clone(), range.clone()));
    let number = |text: &PartialText| match text.text().parse::<i64>() {
        Ok(number) => Some(Value::number(number, span).with_origin(word.origin.clone())),
        Err(_) => (!text.is_known()).then(|| unread(word, Type::Number)),
    };
    let mut object = Object::new(span);
    object.set("text", word.clone());
    object.set_or_null("port", number(&first)).set_or_null("end", number(&last));
    object.set(
        "protocol",
        match protocol {
            Some(protocol) => part(word, protocol.to_ascii_lowercase(), span),
            None if text.ends_unknown() => part(word, PartialText::unknown(), span),
            None => Value::string("tcp", span),
        },
    );
    object.value(span)
}
