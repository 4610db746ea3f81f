//! Argo CD: `Application`, and `ApplicationSet` with a list generator.

use super::Finder;
use crate::lower::kubernetes::chart_reading::{NotKnown, is_true, items, layer, scalar, setting, text};
use crate::lower::kubernetes::chart_use::{ChartUse, ValuesLayer};
use crate::lower::kubernetes::helm::chart::SetKind;
use crate::model::{Data, Mapping, Sequence, Text, Value};
use crate::source::join;
use ecow::eco_format;
use std::sync::Arc;

impl Finder<'_> {
    /// Finds what an `Application` installs.
    pub(super) fn application(&mut self, object: &Value) {
        let Some(spec) = object.get("spec") else { return };
        let name = object.get("metadata").and_then(|metadata| text(metadata, "name")).unwrap_or_default();
        let sources = spec.get("source").into_iter().chain(items(spec, "sources"));
        for source in sources.filter(|source| text(source, "chart").is_none()) {
            let Some(chart) = text(source, "path").and_then(|path| join("", path)) else { continue };
            if self.is_chart(&chart) {
                let by = eco_format!("Application/{name}");
                let made = self.argo_use(&by, name, &chart, spec, source);
                self.keep(&by, &chart, made);
            }
        }
    }

    /// Finds what an `ApplicationSet` installs for the elements of its lists.
    pub(super) fn application_set(&mut self, object: &Value) {
        let Some(spec) = object.get("spec") else { return };
        let Some(template) = spec.get("template") else { return };
        let lists = items(spec, "generators").iter().filter_map(|generator| generator.get("list"));
        for element in lists.flat_map(|list| items(list, "elements")) {
            self.application(&filled(template, element));
        }
    }

    fn argo_use(&self, by: &Text, name: &str, chart: &str, spec: &Value, source: &Value) -> Result<ChartUse, NotKnown> {
        let mut used = ChartUse::new(chart.to_owned(), by.clone());
        used.release = Some(name.to_owned());
        let destination = spec.get("destination").and_then(|destination| text(destination, "namespace"));
        used.namespace = destination.map(str::to_owned);
        let Some(helm) = source.get("helm") else { return Ok(used) };
        if let Some(value) = first_unknown(helm) {
            return Err(NotKnown("they are made from what a generator gives", value.origin.span));
        }
        if let Some(release) = text(helm, "releaseName") {
            used.release = Some(release.to_owned());
        }
        if let Some(namespace) = text(helm, "namespace") {
            used.namespace = Some(namespace.to_owned());
        }
        let is_optional = is_true(helm, "ignoreMissingValueFiles");
        for file in items(helm, "valueFiles") {
            let named = file.origin.span;
            let path = file.as_str().and_then(|path| match path.strip_prefix('$') {
                // Of the repository that another source names.
                Some(rest) => join("", rest.split_once('/')?.1),
                None if path.contains("://") => None,
                None => path.strip_prefix('/').map_or_else(|| join(chart, path), |path| join("", path)),
            });
            let path = path.ok_or(NotKnown("a file of values is not in the tree", named))?;
            used.layers.push(ValuesLayer::File { path, named, is_optional });
        }
        if let Some(values) = helm.get("valuesObject").or(helm.get("values")).filter(|values| !values.is_null()) {
            used.layers.push(layer(values, self.sources)?);
        }
        for parameter in items(helm, "parameters") {
            let (Some(name), Some(value)) = (text(parameter, "name"), parameter.get("value")) else { continue };
            let kind = if is_true(parameter, "forceString") { SetKind::String } else { SetKind::Typed };
            used.layers.push(ValuesLayer::Setting(setting(name, value, kind)?));
        }
        if let Some(parameter) = items(helm, "fileParameters").first() {
            return Err(NotKnown("the content of a file is a parameter", parameter.origin.span));
        }
        used.skips_definitions = is_true(helm, "skipCrds");
        used.skips_tests = is_true(helm, "skipTests");
        Ok(used)
    }
}

/// The first part of a value that still asks for a parameter, or is unknown.
fn first_unknown(value: &Value) -> Option<&Value> {
    match &value.data {
        Data::Unknown(_) => Some(value),
        Data::String(text) => text.contains("{{").then_some(value),
        Data::Sequence(sequence) => sequence.items.iter().find_map(first_unknown),
        Data::Mapping(mapping) => mapping.entries.iter().find_map(|(_, value)| first_unknown(value)),
        _ => None,
    }
}

/// The template with the parameters of an element in its texts: `{{name}}` and `{{.name}}`.
fn filled(template: &Value, element: &Value) -> Value {
    let mut value = template.clone();
    match &template.data {
        Data::String(text) if text.contains("{{") => value.data = Data::String(filled_text(text, element)),
        Data::Sequence(sequence) => {
            let items = sequence.items.iter().map(|item| filled(item, element)).collect();
            value.data = Data::Sequence(Arc::new(Sequence { items, ..Sequence::clone(sequence) }));
        }
        Data::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|(key, item)| (key.clone(), filled(item, element))).collect();
            value.data = Data::Mapping(Arc::new(Mapping { entries, ..Mapping::clone(mapping) }));
        }
        _ => {}
    }
    value
}

fn filled_text(text: &str, element: &Value) -> Text {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, (inside, after))) =
        rest.split_once("{{").and_then(|(before, behind)| Some((before, behind.split_once("}}")?)))
    {
        made.push_str(before);
        let name = inside.trim().trim_matches('-').trim().trim_start_matches('.');
        let found = name.split('.').try_fold(element, |value, key| value.get(key));
        match found.and_then(scalar) {
            Some(text) => made.push_str(&text),
            None => made.extend(["{{", inside, "}}"]),
        }
        rest = after;
    }
    made.push_str(rest);
    made.into()
}
