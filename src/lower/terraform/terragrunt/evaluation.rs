//! One configuration with what it includes.

use super::config::{Config, Context, Merge, joined};
use super::generated;
use super::scope::ConfigScope;
use crate::model::{Text, Value, Why};
use crate::source::Span;
use crate::syntax::hcl::{Body, ExprKind};

/// Evaluates a file with all that it includes. `None` where there is no such file.
pub(super) fn evaluate_file(context: &Context<'_>) -> Option<Config> {
    let file =
        if context.is_unit() { context.reader.file(&context.file) } else { context.reader.used_file(&context.file) }?;
    context.read.borrow_mut().insert(file.source);
    let scope = ConfigScope::new(context, &file.body);
    let own = own(&scope, &file.body, Span::new(file.source, 0, 0));
    Some(merged(&scope, own))
}

/// What the file itself says.
fn own(scope: &ConfigScope<'_>, body: &Body, begin: Span) -> Config {
    let terraform: Vec<_> = body.blocks_of("terraform").collect();
    let source = terraform.iter().find_map(|block| block.body.attribute("source"));
    let extra = terraform.iter().flat_map(|block| block.body.blocks_of("extra_arguments"));
    let (mut variable_files, mut arguments) = (Vec::new(), Vec::new());
    for block in extra {
        for name in ["required_var_files", "optional_var_files"] {
            let files = block.body.attribute(name).map(|attribute| scope.evaluate(&attribute.value));
            variable_files.extend(files.iter().flat_map(|files| files.as_items().unwrap_or_default()).cloned());
        }
        let given = block.body.attribute("arguments").map(|attribute| scope.evaluate(&attribute.value));
        arguments.extend(given.iter().flat_map(|given| given.as_items().unwrap_or_default()).cloned());
    }
    Config {
        locals: scope.all_locals(begin),
        inputs: inputs(scope, body),
        source: source.map(|attribute| scope.evaluate(&attribute.value)),
        variable_files,
        arguments,
        generated: generated::of(scope, body),
    }
}

/// The inputs, each by itself where they are written out: one that has no value leaves the others known.
fn inputs(scope: &ConfigScope<'_>, body: &Body) -> Option<Value> {
    let attribute = body.attribute("inputs")?;
    let ExprKind::Object(items) = &attribute.value.kind else { return Some(scope.evaluate(&attribute.value)) };
    let mut entries: Vec<(Text, Value)> = Vec::new();
    for item in items {
        let name = match &item.key.kind {
            ExprKind::Root(name) | ExprKind::String(name) => Some(Text::from(name.as_str())),
            _ => scope.evaluate(&item.key).as_str().map(Text::from),
        };
        let Some(name) = name else {
            let why = Why::Invalid("the name of an input is not known".into());
            return Some(Value::unknown(why, item.key.span));
        };
        entries.push((name, scope.evaluate(&item.value)));
    }
    Some(Value::object(entries, attribute.value.span))
}

/// The configuration with what its `include` blocks bring; what it says itself counts.
fn merged(scope: &ConfigScope<'_>, own: Config) -> Config {
    let mut merged = own;
    for block in scope.body.blocks_of("include").filter(|_| scope.context.includes()) {
        let strategy = block.body.attribute("merge_strategy").map(|attribute| scope.evaluate(&attribute.value));
        let strategy = strategy.as_ref().and_then(Value::as_str).unwrap_or("shallow");
        if strategy == "no_merge" {
            continue;
        }
        let how = match strategy {
            "deep" => Merge::Deep,
            "deep_map_only" => Merge::DeepMaps,
            _ => Merge::Shallow,
        };
        if let Some(base) = scope.included(block) {
            merged.inputs = joined(base.inputs, merged.inputs, how);
            merged.source = merged.source.or(base.source);
            let own = std::mem::replace(&mut merged.variable_files, base.variable_files);
            merged.variable_files.extend(own);
            let own = std::mem::replace(&mut merged.arguments, base.arguments);
            merged.arguments.extend(own);
            merged.generated = generated::joined(base.generated, merged.generated);
        } else {
            // It may name any input.
            let path = block.body.attribute("path").map_or(block.header, |attribute| attribute.value.span);
            let unknown = Value::unknown(Why::File("include".into()), path);
            merged.inputs = joined(Some(unknown), merged.inputs, Merge::Shallow);
        }
    }
    merged
}
