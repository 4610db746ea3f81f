//! Dockerfiles to resources.

mod address;
mod arguments;
mod copy;
mod file;
mod from;
mod image;
mod input;
mod instruction;
mod limits;
mod locals;
mod mount;
mod object;
mod pieces;
mod scope;
mod script;
mod settings;
mod shell_kind;
mod stages;
mod substitution;
mod vocabulary;

pub use input::{Input, is_candidate};

use crate::model::{Format, Lowered, Text, Unit, Value};
use crate::source::{Kind, LedgerEntry, Level, ReadError, Span, Status, parent};
use crate::syntax::dockerfile::parse;
use instruction::Shared;
use std::cell::Cell;

/// All resources of the candidates, with a ledger entry for each candidate.
pub fn lower(input: &Input<'_>) -> Lowered {
    let build_args = build_args(input);
    let mut lowered = Lowered::default();
    for path in input.candidates {
        let entry = lower_file(input, path, &build_args, &mut lowered);
        lowered.ledger.push(entry);
    }
    lowered
}

/// The `--build-arg`s, each with a place of its own.
fn build_args(input: &Input<'_>) -> Vec<(Text, Value)> {
    let values = input.build_args.iter().map(|(name, value)| {
        let source = input.sources.add_input(format!("--build-arg {name}"), value.as_str());
        let span = Span::new(source, 0, value.len() as u32);
        (Text::from(name.as_str()), Value::string(value.as_str(), span))
    });
    values.collect()
}

fn lower_file(input: &Input<'_>, path: &str, build_args: &[(Text, Value)], lowered: &mut Lowered) -> LedgerEntry {
    let text = match input.files.read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => {
            return LedgerEntry::stopped(path, Kind::Dockerfile, Status::Failed, "it is not UTF-8; save it as UTF-8");
        }
        Err(error) => {
            let status = if matches!(error, ReadError::OutsideRoot(_)) { Status::Skipped } else { Status::Failed };
            return LedgerEntry::stopped(path, Kind::Dockerfile, status, error.to_string());
        }
    };
    let id = input.sources.add(path, text);
    let source = input.sources.get(id);
    let file = parse(id, &source.text);
    if let Some(place) = file.template {
        let line = source.lines().line(place.start);
        let reason = format!("line {line} is of a template engine; scan the Dockerfile that it renders");
        return LedgerEntry::stopped(path, Kind::DockerfileTemplate, Status::Skipped, reason);
    }
    if let Some(problem) = file.problems.first().filter(|_| is_named_template(path)) {
        let line = source.lines().line(problem.span.start);
        let reason = format!("line {line} is no Dockerfile's, and the name says template; scan what it renders");
        return LedgerEntry::stopped(path, Kind::DockerfileTemplate, Status::Skipped, reason);
    }
    let unit = lowered.add_unit(Unit { format: Format::Dockerfile, path: path.into(), outputs: Vec::new() });
    let span = Span::new(id, 0, source.text.len() as u32);
    let mut shared = Shared {
        scripts: script::ScriptReader::default(),
        problems: file.problems.clone(),
        escape: char::from(file.escape),
        spent: Cell::new(0),
        build_args,
        globals: Vec::new(),
        stages: Vec::new(),
    };
    let request = file::Request { unit, span, target: input.target, dockerignore: dockerignore(input, path, span) };
    file::lower(&file, &request, &mut shared, lowered);
    if file.instructions.is_empty() && shared.problems.is_empty() {
        shared.problems.push(crate::source::Problem::warning(span, "the file holds no instruction"));
    }
    let is_partial = shared.problems.iter().any(|problem| problem.level == Level::Error);
    lowered.problems.append(&mut shared.problems);
    if is_partial {
        let reason = "some of it could not be read; see the problems";
        return LedgerEntry::stopped(path, Kind::Dockerfile, Status::Partial, reason);
    }
    LedgerEntry::evaluated(path, Kind::Dockerfile)
}

/// Whether the extension is one of template engines.
fn is_named_template(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["template", "tmpl", "tpl", "j2", "jinja", "jinja2", "erb", "mustache", "gotmpl", "in"].contains(&extension)
}

/// The patterns of the `.dockerignore` that holds for the file when its own directory is the context: that of its own name, else
/// the directory's. Null where there is none.
fn dockerignore(input: &Input<'_>, path: &str, span: Span) -> Value {
    let dir = parent(path);
    let beside = if dir.is_empty() { ".dockerignore".to_owned() } else { format!("{dir}/.dockerignore") };
    let candidates = [format!("{path}.dockerignore"), beside];
    let found = candidates.iter().find(|path| input.files.is_file(path));
    let text = found.and_then(|path| Some((path, String::from_utf8(input.files.read(path).ok()?).ok()?)));
    let Some((ignore, text)) = text else { return Value::null(span.at_start()) };
    let id = input.sources.add(ignore.as_str(), text);
    let source = input.sources.get(id);
    let mut patterns = Vec::new();
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let trimmed = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            patterns.push(Value::string(trimmed, Span::new(id, start as u32, (start + trimmed.len()) as u32)));
        }
    }
    Value::tuple(patterns, Span::new(id, 0, source.text.len() as u32))
}

#[cfg(test)]
mod tests;
