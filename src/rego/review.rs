//! The input of a template: a review that is known in part, and the parameters of a constraint.

use super::flow::Path;
use crate::model::{Cause, Data, Text, Value};
use regorus::Value as RegoValue;

/// What a template is asked about.
#[derive(Default)]
pub struct Review {
    fields: Vec<(Text, Value)>,
}

/// A part of the input that is not known, or must not be shown.
pub struct Part<'v> {
    /// Where it stands in `input`.
    pub path: Path,
    /// The keys there that are known, of a mapping that may have more.
    pub known: Vec<&'v str>,
    /// Why it is not known.
    pub causes: &'v [Cause],
    /// Whether it counts only for a template that names it: what the cluster adds to each object that it gets. What reads
    /// a whole object, as a search for passwords does, is not about that.
    pub counts_by_name: bool,
}

/// Where the object stands.
const OBJECT: [&str; 2] = ["review", "object"];

impl Review {
    /// Sets a part of the input: `review`, `parameters`.
    pub fn set(&mut self, name: &str, value: Value) {
        self.fields.push((name.into(), value));
    }

    /// The parts that are not known.
    pub fn unknown(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        for (name, value) in &self.fields {
            unknown(value, &mut vec![Some(name.as_str().into())], &mut parts);
        }
        parts
    }

    /// The paths of what must not be shown.
    pub fn sensitive(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        for (name, value) in &self.fields {
            sensitive(value, &mut vec![Some(name.as_str().into())], &mut paths);
        }
        paths
    }

    /// The input as regorus takes it. What is not known is null, or absent if it may be.
    pub fn input(&self) -> RegoValue {
        object(self.fields.iter().map(|(name, value)| (name.as_str(), converted(value))))
    }
}

fn unknown<'v>(value: &'v Value, path: &mut Path, parts: &mut Vec<Part<'v>>) {
    match &value.data {
        Data::Unknown(unknown) => {
            let in_object = path.len() > 2 && path.iter().zip(OBJECT).all(|(step, name)| step.as_deref() == Some(name));
            let counts_by_name = in_object && unknown.may_be_absent();
            parts.push(Part { path: path.clone(), known: Vec::new(), causes: &unknown.causes, counts_by_name });
        }
        Data::Mapping(mapping) => {
            if let Some(causes) = &mapping.open {
                let known = mapping.entries.iter().map(|(key, _)| key.as_str()).collect();
                path.push(None);
                parts.push(Part { path: path.clone(), known, causes, counts_by_name: false });
                path.pop();
            }
            for (key, value) in &mapping.entries {
                path.push(Some(key.as_str().into()));
                unknown(value, path, parts);
                path.pop();
            }
        }
        Data::Sequence(sequence) => {
            path.push(None);
            for item in &sequence.items {
                unknown(item, path, parts);
            }
            path.pop();
        }
        Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => {}
    }
}

fn sensitive(value: &Value, path: &mut Path, paths: &mut Vec<Path>) {
    if value.sensitive {
        paths.push(path.clone());
        return;
    }
    match &value.data {
        Data::Mapping(mapping) => {
            for (key, value) in &mapping.entries {
                path.push(Some(key.as_str().into()));
                sensitive(value, path, paths);
                path.pop();
            }
        }
        Data::Sequence(sequence) => {
            path.push(None);
            sequence.items.iter().for_each(|item| sensitive(item, path, paths));
            path.pop();
        }
        _ => {}
    }
}

fn object<'k>(fields: impl Iterator<Item = (&'k str, RegoValue)>) -> RegoValue {
    fields.map(|(key, value)| (RegoValue::from(key), value)).collect::<std::collections::BTreeMap<_, _>>().into()
}

fn converted(value: &Value) -> RegoValue {
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => RegoValue::Null,
        Data::Bool(value) => (*value).into(),
        Data::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => RegoValue::from_numeric_string(&number.to_string()).unwrap_or(RegoValue::Null),
        },
        Data::String(text) => RegoValue::from(text.as_str()),
        Data::Sequence(sequence) => sequence.items.iter().map(converted).collect::<Vec<_>>().into(),
        Data::Mapping(mapping) => {
            let is_there = |value: &Value| value.as_unknown().is_none_or(|unknown| !unknown.may_be_absent());
            let entries = mapping.entries.iter().filter(|(_, value)| is_there(value));
            object(entries.map(|(key, value)| (key.as_str(), converted(value))))
        }
    }
}
