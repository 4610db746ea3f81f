//! `vars`: values of fields that `$(NAME)` stands for elsewhere.

use super::configuration::kind_fields;
use super::decode::{Fields, Located};
use super::field_path::{Create, FieldSpec, visit};
use super::identity::{GroupVersionKind, Identity, scalar_text};
use super::limits;
use super::lookup;
use super::object::{Object, Objects};
use crate::model::{Data, HopKind, Text, Value};
use crate::source::{Problem, Span};
use std::collections::BTreeMap;

/// One variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Text,
    target: Identity,
    field: Text,
    /// Its place.
    pub span: Span,
}

impl Variable {
    /// Reads an element of `vars`.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let span = value.origin.span;
        let mut fields = Fields::of(value, "a variable", problems)?;
        let name = fields.text("name");
        let reference = fields.value("objref");
        let target = reference.and_then(|reference| {
            let mut fields = Fields::of(reference, "the object of a variable", fields.problems)?;
            let mut gvk = kind_fields(&mut fields);
            if let Some(api_version) = fields.text("apiVersion") {
                gvk = GroupVersionKind::new(&api_version.text, &gvk.kind);
            }
            let mut part = |name| fields.text(name).map(|located: Located| located.text).unwrap_or_default();
            let target = Identity { gvk, name: part("name"), namespace: part("namespace") };
            fields.ignore(&["fieldPath", "uid", "resourceVersion"]);
            fields.finish();
            Some(target)
        });
        let field = fields.value("fieldref").and_then(|field| {
            let mut fields = Fields::of(field, "the field of a variable", fields.problems)?;
            let path = fields.text("fieldPath");
            fields.ignore(&["apiVersion"]);
            fields.finish();
            path
        });
        fields.finish();
        let field = field.map_or_else(|| "metadata.name".into(), |path| path.text);
        let (Some(name), Some(target)) = (name, target) else {
            problems.push(Problem::error(span, "a variable needs a `name` and an `objref`"));
            return None;
        };
        Some(Self { name: name.text, target, field, span })
    }

    /// Notes on its object, as that is called now or was first, that it reads from it.
    pub fn attach(&self, objects: &mut Objects) -> Result<(), Problem> {
        let wanted = &self.target;
        let any_namespace = wanted.namespace.is_empty() && !wanted.gvk.is_cluster_scoped();
        let fits = |object: &&mut Object| {
            let first = object.original();
            first.name == wanted.name
                && first.gvk.is_selected_by(&wanted.gvk)
                && (any_namespace || first.effective_namespace() == wanted.effective_namespace())
        };
        let mut found: Vec<&mut Object> = objects.change().iter_mut().filter(fits).collect();
        if found.len() > 1 {
            let message = format!("several objects fit `{wanted}`, so `{}` could be any of their values", self.name);
            return Err(Problem::error(self.span, message));
        }
        if let Some(object) = found.first_mut() {
            object.variables.push(self.name.clone());
        }
        Ok(())
    }

    fn value(&self, objects: &mut Objects) -> Result<Value, Problem> {
        let missing = || {
            let message = format!("`{}` has no field `{}` for the variable `{}`", self.target, self.field, self.name);
            Problem::error(self.span, message)
        };
        let object =
            objects.change().iter_mut().find(|object| object.variables.contains(&self.name)).ok_or_else(missing)?;
        let path = self.field.as_str().replace('[', ".[").replace("..[", ".[");
        let parts: Vec<lookup::Part> = lookup::parse(&path)
            .ok_or_else(missing)?
            .into_iter()
            .map(|part| match part {
                lookup::Part::Key(key) => lookup::Part::Key(key.trim_matches(['[', ']']).into()),
                other => other,
            })
            .collect();
        let ways = lookup::find(&mut object.value, &parts, None);
        ways.first().and_then(|way| object.value.at(way)).cloned().ok_or_else(missing)
    }
}

/// Puts the values of the variables where the fields in `specs` ask for them.
pub fn resolve(objects: &mut Objects, variables: &[Variable], specs: &[FieldSpec], problems: &mut Vec<Problem>) {
    let mut values: BTreeMap<Text, Value> = BTreeMap::new();
    for variable in variables {
        match variable.value(objects) {
            Ok(value) => {
                values.insert(variable.name.clone(), value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if values.is_empty() {
        return;
    }
    for object in objects.change() {
        for spec in specs {
            let origin = object.value.origin.clone();
            let outcome =
                visit(&mut object.value, spec, Create::Never, &origin, &mut |value| expand_within(value, &values));
            problems.extend(outcome.err());
        }
    }
}

/// Expands a string, the strings in a list, or the strings in a mapping.
fn expand_within(value: &mut Value, values: &BTreeMap<Text, Value>) -> Result<(), Problem> {
    if let Some(items) = value.as_items_mut() {
        return items.iter_mut().try_for_each(|item| expand(item, values));
    }
    if let Some(mapping) = value.as_mapping_mut() {
        return mapping.entries.iter_mut().try_for_each(|(_, item)| expand(item, values));
    }
    expand(value, values)
}

fn expand(value: &mut Value, values: &BTreeMap<Text, Value>) -> Result<(), Problem> {
    let Some(content) = value.as_str().map(Text::from).filter(|content| content.contains('$')) else { return Ok(()) };
    let through = |variable: &str, found: &Value| {
        found.origin.read_at(value.origin.span, HopKind::Patch(format!("variable `{variable}`").into()))
    };
    let whole = content.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    if let Some((name, found)) = whole.and_then(|name| values.get_key_value(name)) {
        let origin = through(name, found);
        let data = match &found.data {
            Data::Number(_) | Data::Bool(_) => found.data.clone(),
            _ => Data::String(scalar_text(found)),
        };
        *value = Value { data, origin, sensitive: value.sensitive || found.sensitive, trace: None };
        return Ok(());
    }
    let (expanded, last) = expanded(&content, values);
    limits::check_text(expanded.len(), value.origin.span)?;
    if expanded != *content {
        let origin = last.map_or_else(|| value.origin.clone(), |(name, found)| through(&name, found));
        let sensitive = value.sensitive || reads_sensitive(&content, values);
        *value = Value { data: Data::String(expanded.into()), origin, sensitive, trace: None };
    }
    Ok(())
}

fn reads_sensitive(content: &str, values: &BTreeMap<Text, Value>) -> bool {
    values.iter().any(|(name, value)| value.sensitive && content.contains(&format!("$({name})")))
}

/// The text with its variables replaced, and the last of them. `$$` is a dollar; unknown names stay.
fn expanded<'a>(content: &str, values: &'a BTreeMap<Text, Value>) -> (String, Option<(Text, &'a Value)>) {
    let mut result = String::new();
    let mut last = None;
    let mut rest = content;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            result.push('$');
            rest = after;
            continue;
        }
        let Some((name, behind)) = after.strip_prefix('(').and_then(|inner| inner.split_once(')')) else {
            result.push('$');
            rest = after;
            continue;
        };
        rest = behind;
        if let Some((name, value)) = values.get_key_value(name) {
            result.push_str(&scalar_text(value));
            last = Some((name.clone(), value));
        } else {
            result.extend(["$(", name, ")"]);
        }
    }
    result.push_str(rest);
    (result, last)
}
