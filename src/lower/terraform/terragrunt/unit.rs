//! A unit of Terragrunt: the module that it deploys, and what it passes to the variables of that.

use super::config::{Config, Context};
use super::evaluation::evaluate_file;
use super::generated;
use super::paths::{CACHE, VALUES_FILE, is_remote, locate};
use super::reader::Reader;
use super::scope::ConfigScope;
use crate::lower::terraform::deployed::{AddedFile, DeployedUnit, Passed};
use crate::lower::terraform::load;
use crate::model::{Cause, Data, Reach, Text, Type, Unseen, Value, Why};
use crate::source::{SourceId, Span, parent};
use crate::syntax::hcl::Attribute;
use ecow::eco_format;

/// The unit of a `terragrunt.hcl`; `None` of one that deploys nothing itself.
pub(super) fn deployed(reader: &Reader<'_>, file: &str, values: Option<(&str, Value)>) -> Option<DeployedUnit> {
    let directory = values.as_ref().map_or_else(|| parent(file), |(directory, _)| *directory).to_owned();
    let values = values.map(|(_, values)| values).or_else(|| written_values(reader, parent(file)));
    let context = Context::of_unit(reader, (file, directory.as_str()), values, evaluate_file);
    let config = context.evaluate()?;
    let begin = Span::new(reader.file(file)?.source, 0, 0);
    let module = module(reader, &config, parent(file), &directory, begin)?;
    let read: Vec<SourceId> = context.read.borrow().iter().copied().collect();
    let (module, lacks) = match module {
        Ok(module) => (Some(module), None),
        Err(lacks) => (None, Some(lacks)),
    };
    let (missing, mut unseen) = lacks.map(|lacks| *lacks).unzip();
    let mut passed = passed(reader, &config, &directory);
    passed.beside = Some(parent(file).to_owned()).filter(|beside| module.as_ref().is_some_and(|dir| dir != beside));
    let mut added = passed.beside.as_deref().map(|beside| generated::copied(reader, beside)).unwrap_or_default();
    for generated in &config.generated {
        match generated::added(reader, generated) {
            Ok(file) => file.into_iter().for_each(|file| add(&mut added, file)),
            Err(lacks) => unseen = unseen.or(Some(*lacks)),
        }
    }
    Some(DeployedUnit { path: directory, file: file.to_owned(), module, missing, unseen, added, passed, read })
}

/// Adds a file to those that are copied.
fn add(added: &mut Vec<AddedFile>, file: AddedFile) {
    match added.iter_mut().find(|other| other.name == file.name) {
        Some(other) if file.replaces => *other = file,
        Some(_) => {}
        None => added.push(file),
    }
}

/// What a stack passed to the unit that it made in a directory.
fn written_values(reader: &Reader<'_>, directory: &str) -> Option<Value> {
    let path = load::within(directory, VALUES_FILE);
    let file = reader.used_file(&path)?;
    let context = Context::of_unit(reader, (&path, directory), None, evaluate_file);
    let scope = ConfigScope::new(&context, &file.body);
    let value = |attribute: &Attribute| (attribute.name.name.clone(), scope.evaluate(&attribute.value));
    Some(Value::object(file.body.attributes().map(value).collect(), Span::new(file.source, 0, 0)))
}

/// The directory of the module, or why it is not in the tree; `None` where the configuration deploys nothing.
fn module(
    reader: &Reader<'_>,
    config: &Config,
    beside: &str,
    directory: &str,
    begin: Span,
) -> Option<Result<String, Box<(String, Unseen)>>> {
    let holds_module = |dir: &str| {
        let entries = reader.files.list(dir).unwrap_or_default();
        let ends = |name: &str| [".tf", ".tf.json", ".tofu", ".tofu.json"].iter().any(|ending| name.ends_with(ending));
        entries.iter().any(|entry| !entry.is_dir && ends(&entry.name))
    };
    let Some(source) = &config.source else {
        return holds_module(beside).then(|| Ok(beside.to_owned()));
    };
    let unseen = |reason: &str, span: Span| {
        let what: Text = match source.as_str() {
            Some(source) => eco_format!("module `{source}`"),
            None => "the module".into(),
        };
        let why = Why::Unseen(eco_format!("{what} {reason}"));
        let unseen = Unseen { what: what.clone(), cause: Cause { why, span }, reach: Reach::Unit };
        Err(Box::new((format!("the Terragrunt unit deploys {what}, which {reason}"), unseen)))
    };
    let span = if source.origin.span.source == begin.source { source.origin.span } else { begin };
    let Some(written) = source.as_str() else { return Some(unseen("is not known before the run", span)) };
    if is_remote(written) {
        if let Some(fetched) = fetched(reader, directory, written).filter(|dir| holds_module(dir)) {
            return Some(Ok(fetched));
        }
        return Some(unseen("is fetched when it is deployed", span));
    }
    // In a source that is no address of the internet, `//` divides what is copied from the module in it.
    let found = locate(directory, written).filter(|dir| reader.files.is_dir(dir) && holds_module(dir));
    let beside = locate(beside, written).filter(|dir| reader.files.is_dir(dir) && holds_module(dir));
    Some(found.or(beside).map_or_else(|| unseen("is not in the tree", span), Ok))
}

/// The only copy of a module that an earlier run fetched for a unit.
fn fetched(reader: &Reader<'_>, directory: &str, source: &str) -> Option<String> {
    let below = |dir: &str| {
        let entries = reader.files.list(dir).unwrap_or_default().into_iter();
        entries.filter(|entry| entry.is_dir).map(|entry| load::within(dir, &entry.name)).collect::<Vec<_>>()
    };
    let address = source.split_once("://").map_or(source, |(_, rest)| rest);
    let inner = address.split('?').next()?.split_once("//").map(|(_, inner)| inner);
    let copies = below(&load::within(directory, CACHE)).iter().flat_map(|dir| below(dir)).collect::<Vec<_>>();
    let [copy] = copies.as_slice() else { return None };
    Some(inner.map_or_else(|| copy.clone(), |inner| load::within(copy, inner)))
}

fn passed(reader: &Reader<'_>, config: &Config, directory: &str) -> Passed {
    let mut passed = Passed::default();
    match config.inputs.as_ref().map(|inputs| &inputs.data) {
        Some(Data::Mapping(mapping)) => {
            passed.inputs.extend(mapping.entries.iter().cloned());
            let span = config.inputs.as_ref().map(|inputs| inputs.origin.span);
            let open = mapping.open.as_ref().zip(span);
            passed.rest = open.map(|(causes, span)| Value::unknown_of(Type::Dynamic, causes.to_vec(), span));
        }
        Some(Data::Unknown(_)) => passed.rest.clone_from(&config.inputs),
        _ => {}
    }
    for file in &config.variable_files {
        let path = file.as_str().and_then(|path| locate(directory, path));
        if let Some(path) = path.filter(|path| reader.files.is_file(path)) {
            passed.files.push((path, file.origin.span));
        }
    }
    let arguments: Vec<&Value> = config.arguments.iter().collect();
    for (at, argument) in arguments.iter().enumerate() {
        let Some(text) = argument.as_str() else { continue };
        // Both `-var-file=PATH` and `-var-file PATH`, which are two arguments.
        let next = || arguments.get(at + 1).and_then(|next| next.as_str());
        let of = |option: &str| match text.strip_prefix(option)? {
            "" => next(),
            rest => rest.strip_prefix('=').or_else(|| rest.strip_prefix(' ')),
        };
        if let Some(path) = of("-var-file").and_then(|path| locate(directory, path)) {
            if reader.files.is_file(&path) {
                passed.files.push((path, argument.origin.span));
            }
        } else if let Some((name, value)) = of("-var").and_then(|given| given.split_once('=')) {
            passed.options.push((name.trim_matches(['"', '\'']).into(), value.into(), argument.origin.span));
        }
    }
    passed
}
