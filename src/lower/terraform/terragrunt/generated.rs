//! Files that a module gets before it is run: those that `generate` writes, and those beside the configuration.
//!
//! What is written in them keeps its place. A part that only a run knows is unknown in the file too; the values of
//! `remote_state` say where the state lies, and are left out.

use super::config::Generated;
use super::reader::Reader;
use super::scope::ConfigScope;
use crate::expr::decoding::EncodedText;
use crate::lower::terraform::deployed::AddedFile;
use crate::lower::terraform::{json, load};
use crate::model::{Cause, Reach, Unseen, Value, Why};
use crate::source::{Derived, PieceKind, Problem, Span, extension};
use crate::syntax::hcl::{self, Body};
use ecow::eco_format;

/// What stands for a part of a file that only a run knows: a call whose result is unknown.
const OF_A_RUN: &str = "provider::terragrunt::known_when_it_runs()";

/// The `generate` blocks of a file, and the attribute of that name.
pub(super) fn of(scope: &ConfigScope<'_>, body: &Body) -> Vec<Generated> {
    let mut all = Vec::new();
    let mut add = |name: &str, of: &dyn Fn(&str) -> Option<Value>, span: Span| {
        let is_disabled = of("disable").and_then(|value| value.as_bool()) == Some(true);
        let (Some(path), false) = (of("path"), is_disabled) else { return };
        let contents = of("contents").unwrap_or_else(|| Value::string("", span));
        let replaces = of("if_exists").as_ref().and_then(Value::as_str) != Some("skip");
        all.push(Generated { name: name.into(), file: scope.context.file.clone(), path, contents, replaces });
    };
    for block in body.blocks_of("generate") {
        let of = |name: &str| block.body.attribute(name).map(|attribute| scope.evaluate(&attribute.value));
        add(block.labels.first().map_or("", |label| &label.name), &of, block.header);
    }
    if let Some(attribute) = body.attribute("generate") {
        let blocks = scope.evaluate(&attribute.value);
        for (name, block) in blocks.as_mapping().into_iter().flat_map(|blocks| &blocks.entries) {
            add(name, &|name| block.get(name).cloned(), attribute.value.span);
        }
    }
    all
}

/// The files that two configurations generate: of one name, that of `over`.
pub(super) fn joined(mut base: Vec<Generated>, over: Vec<Generated>) -> Vec<Generated> {
    base.retain(|file| over.iter().all(|other| other.name != file.name));
    base.extend(over);
    base
}

/// The configuration files in `directory`, which are copied over those of a module.
pub(super) fn copied(reader: &Reader<'_>, directory: &str) -> Vec<AddedFile> {
    let entries = reader.files.list(directory).unwrap_or_default();
    let names = entries.into_iter().filter(|entry| !entry.is_dir && load::is_configuration_file(&entry.name));
    let file = |name: String| {
        let path = load::within(directory, &name);
        let mut problems = Vec::new();
        let (source, text) = load::read_text(reader.files, reader.sources, &path, &mut problems).ok()?;
        let (body, _) = if extension(&name) == "json" {
            hcl::parse_json(source, &text, &json::property)
        } else {
            hcl::parse(source, &text)
        };
        Some(AddedFile { name, replaces: true, path, source, body })
    };
    names.filter_map(|entry| file(entry.name)).collect()
}

/// The configuration file that a block generates; `None` where it is no configuration, and what is not seen where that
/// is not known.
pub(super) fn added(reader: &Reader<'_>, generated: &Generated) -> Result<Option<AddedFile>, Box<Unseen>> {
    let Generated { name, file, path, contents, replaces } = generated;
    let unseen = |value: &Value| {
        let what = eco_format!("the generated file `{name}`");
        let why = Why::Unseen(eco_format!("what is in {what} is known when it is generated"));
        Box::new(Unseen { what, cause: Cause { why, span: value.origin.span }, reach: Reach::Unit })
    };
    let name = path.as_str().ok_or_else(|| unseen(path))?.trim_start_matches("./");
    if name.contains('/') || !load::is_configuration_file(name) {
        return Ok(None);
    }
    let encoded = EncodedText::of(contents, Some(reader.sources)).ok_or_else(|| unseen(contents))?;
    let source = contents.origin.written().source;
    let text = filled(&encoded.text);
    let (body, problems) = if extension(name) == "json" {
        hcl::parse_json(source, text.text(), &json::property)
    } else {
        hcl::parse_text(&text)
    };
    for problem in problems {
        let message = format!("The generated file `{name}` cannot be read: {}", problem.message);
        reader.report(Problem::warning(problem.span, message));
    }
    Ok(Some(AddedFile { name: name.to_owned(), replaces: *replaces, path: file.clone(), source, body }))
}

/// The text with something that is unknown in place of each unknown piece.
fn filled(text: &Derived<'_>) -> Derived<'static> {
    let first = text.span(0..0);
    let mut filled = Derived::empty(first.source, first.start as usize);
    for piece in text.pieces(0..text.text().len()) {
        if piece.kind != PieceKind::Unknown {
            filled.push_all(&text.slice(piece.range));
            continue;
        }
        let line = filled.text().rsplit('\n').next().unwrap_or_default();
        let is_quoted = line.replace("\\\"", "").matches('"').count() % 2 == 1;
        let call = if is_quoted { format!("${{{OF_A_RUN}}}") } else { OF_A_RUN.to_owned() };
        filled.push_replacement(&call, piece.span, None);
    }
    filled
}
