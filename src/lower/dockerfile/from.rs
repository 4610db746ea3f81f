//! `FROM`: the image or the stage that a stage starts with.

use super::evaluation::Shared;
use super::image;
use super::object::Object;
use super::scope::Scope;
use super::settings::{Root, Settings};
use super::stages;
use super::substitution::Expander;
use crate::expr::partial::PartialText;
use crate::lower::pieces::{text_of, unread};
use crate::model::{HopKind, Text, Type, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::dockerfile::{Arguments, Instruction, Word};

/// Arguments that BuildKit gives every `FROM` without a declaration.
const PLATFORM_ARGS: [&str; 8] = [
    "BUILDARCH",
    "BUILDOS",
    "BUILDPLATFORM",
    "BUILDVARIANT",
    "TARGETARCH",
    "TARGETOS",
    "TARGETPLATFORM",
    "TARGETVARIANT",
];

/// What a `FROM` says.
pub(super) struct From {
    /// Its attributes, but for what all instructions have.
    pub base: Value,
    /// The name given to the stage, in lower case as BuildKit has it.
    pub name: Option<(Text, Span)>,
    /// The number of the stage it builds on.
    pub stage: Option<usize>,
    /// What the stage starts with.
    pub settings: Settings,
    /// `--platform`
    pub platform: Option<Value>,
}

/// The scope of all `FROM`s: the global arguments.
pub(super) fn global_scope(shared: &Shared<'_>, span: Span) -> Scope {
    let mut scope = Scope::default();
    for name in PLATFORM_ARGS {
        let given = shared.build_args.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.clone());
        scope.set_arg(name.into(), given.unwrap_or_else(|| Value::unknown(Why::BuildArg(name.into()), span)));
    }
    for (name, value) in &shared.globals {
        scope.set_arg(name.clone(), value.clone());
    }
    scope
}

/// Reads a `FROM`; `earlier` gives the final settings of the stages before it.
pub(super) fn read(instruction: &Instruction<'_>, shared: &mut Shared<'_>, earlier: &[Settings]) -> From {
    let words: &[Word] = if let Arguments::Words(words) = &instruction.arguments { words } else { &[] };
    let scope = global_scope(shared, instruction.header);
    let span = words.first().map_or(instruction.header, |word| word.span);
    let mut image = words.first().map_or_else(|| Value::null(span), |word| expand(shared, &scope, word));
    if let (Some(""), Some(word)) = (image.as_str(), words.first()) {
        // An `ARG` whose default is empty has to be given, as one without.
        let given = image.origin.hops().find_map(|hop| match &hop.kind {
            HopKind::Arg(name) => Some(name.clone()),
            _ => None,
        });
        let why = given.map_or_else(|| Why::Undeclared(word.text.clone()), Why::BuildArg);
        if matches!(why, Why::Undeclared(_)) {
            let message = "no image is left after substitution; declare its ARG before the first FROM";
            shared.problems.push(Problem::error(span, message));
        }
        image = Value::unknown(why, span);
    }
    let name = name(words, shared);
    let platform = instruction.flag("platform").and_then(|flag| flag.value.as_ref());
    let written_platform = platform.map(|word| Value::string(word.text.clone(), word.span));
    let platform = platform.map(|word| expand(shared, &scope, word));
    let stage = image.as_str().and_then(|text| stages::find(&shared.stages, text));
    let is_scratch = image.as_str() == Some("scratch") && stage.is_none();
    let may_be_scratch = PartialText::of(&image).is_some_and(|text| text.equals("scratch").is_none());
    let mut base = Object::new(span);
    base.set("image", image.clone());
    let told = Value::bool(is_scratch, instruction.header);
    base.set("is_scratch", if may_be_scratch { unread(&image, Type::Bool) } else { told });
    let written = words.first().map(|word| Value::string(word.text.clone(), word.span));
    base.set_or_null("written", written).set_or_null("platform", platform.clone());
    base.set_or_null("written_platform", written_platform);
    if stage.is_some() || is_scratch || image.is_null() {
        for part in ["registry", "repository", "tag", "digest"] {
            base.set_or_null(part, None);
        }
    } else {
        image::describe(&mut base, &image, span);
    }
    let told = stage.as_ref().map(|(name, index)| {
        let mut object = Object::new(span);
        object.number("index", *index).set_or_null("name", name.clone().map(|name| Value::string(name, span)));
        object.value(span)
    });
    base.set_or_null("stage", told.or_else(|| stages::unfound(&shared.stages, &image)));
    let settings = match &stage {
        Some((name, index)) => {
            let told = name.clone().unwrap_or_else(|| ecow::eco_format!("{index}"));
            earlier.get(*index).map(|settings| settings.inherited(&told, span))
        }
        None => None,
    };
    let settings = settings.unwrap_or_else(|| {
        let called = text_of(&image);
        let is_windows = image::is_windows(called.text())
            || platform.as_ref().and_then(Value::as_str).is_some_and(|text| text.starts_with("windows"))
            || shared.escape == '`' && !image::is_linux(called.text());
        let root = if is_scratch { Root::Scratch } else { Root::Image(image.clone()) };
        let built_by = shared.built.builder_of(&text_of(&image), shared.path);
        let built_by = built_by.filter(|path| shared.files.is_file(path)).map(Text::from);
        let mut settings = Settings::of(root, is_windows);
        settings.built_by = built_by;
        settings
    });
    From { base: base.value(span), name, stage: stage.map(|(_, index)| index), settings, platform }
}

fn expand(shared: &mut Shared<'_>, scope: &Scope, word: &Word) -> Value {
    let expander = Expander { scope, escape: shared.escape, keep_quotes: false, spent: &shared.spent };
    expander.expand(&word.text, word.span).unwrap_or_else(|message| {
        let unknown = Value::unknown(Why::Invalid(message.clone().into()), word.span);
        shared.problems.push(Problem::error(word.span, message));
        unknown
    })
}

/// `FROM image AS name`.
fn name(words: &[Word], shared: &mut Shared<'_>) -> Option<(Text, Span)> {
    match words {
        [] | [_] => None,
        [_, between, name] if between.text.eq_ignore_ascii_case("as") => {
            let valid = |(index, c): (usize, char)| {
                c.is_ascii_alphabetic() || index > 0 && (c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
            };
            if !name.text.chars().enumerate().all(valid) {
                let message =
                    format!("`{}` cannot name a stage: letters first, then also digits, `-`, `_`, `.`", name.text);
                shared.problems.push(Problem::error(name.span, message));
            }
            Some((name.text.to_ascii_lowercase(), name.span))
        }
        [_, rest @ ..] => {
            let span = rest.first().zip(rest.last()).map(|(first, last)| first.span.to(last.span));
            let message = "FROM takes an image, or an image, AS and a name; there are no comments behind it";
            shared.problems.extend(span.map(|span| Problem::error(span, message)));
            None
        }
    }
}
