//! A unit of Terragrunt: the module that it deploys, and what it passes to the variables of that.

use super::config::{Config, Context};
use super::evaluation::evaluate_file;
use super::paths::{is_remote, locate};
use super::reader::Reader;
use crate::lower::terraform::deployed::{DeployedUnit, Passed};
use crate::model::{Cause, Data, Reach, Text, Type, Unseen, Value, Why};
use crate::source::{SourceId, Span, parent};
use ecow::eco_format;

/// The unit of a `terragrunt.hcl`; `None` of one that deploys nothing itself.
pub(super) fn deployed(reader: &Reader<'_>, file: &str, values: Option<(&str, Value)>) -> Option<DeployedUnit> {
    let directory = values.as_ref().map_or_else(|| parent(file), |(directory, _)| *directory).to_owned();
    let context = Context::of_unit(reader, (file, directory.as_str()), values.map(|(_, values)| values), evaluate_file);
    let config = context.evaluate()?;
    let begin = Span::new(reader.file(file)?.source, 0, 0);
    let module = module(reader, &config, parent(file), &directory, begin)?;
    let read: Vec<SourceId> = context.read.borrow().iter().copied().collect();
    let (module, lacks) = match module {
        Ok(module) => (Some(module), None),
        Err(lacks) => (None, Some(lacks)),
    };
    let (missing, unseen) = lacks.map(|lacks| *lacks).unzip();
    let passed = passed(reader, &config, &directory);
    Some(DeployedUnit { path: directory, file: file.to_owned(), module, missing, unseen, passed, read })
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
        return Some(unseen("is fetched when it is deployed", span));
    }
    // In a source that is no address of the internet, `//` divides what is copied from the module in it.
    let found = locate(directory, written).filter(|dir| reader.files.is_dir(dir) && holds_module(dir));
    let beside = locate(beside, written).filter(|dir| reader.files.is_dir(dir) && holds_module(dir));
    Some(found.or(beside).map_or_else(|| unseen("is not in the tree", span), Ok))
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
    passed
}
