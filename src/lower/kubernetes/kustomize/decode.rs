//! Typed reading of the mappings of a configuration, as strict as Kustomize: a field of the wrong type or
//! one that nobody knows is a problem. What is wrong is left out, the rest is read.

use super::identity::scalar_text;
use crate::model::{Data, Mapping, Origin, Text, Value};
use crate::source::{Problem, Span};

/// A string with its place.
#[derive(Clone, Debug)]
pub struct Located {
    /// The string.
    pub text: Text,
    /// Its place.
    pub origin: Origin,
}

/// The fields of one mapping. Those that nobody asked for by the time of [`Fields::finish`] are unknown.
pub struct Fields<'v, 'p> {
    mapping: &'v Mapping,
    what: &'static str,
    taken: Vec<&'v str>,
    /// Where everything goes that is wrong.
    pub problems: &'p mut Vec<Problem>,
}

impl<'v, 'p> Fields<'v, 'p> {
    /// The fields of `value`, which is called `what` in messages; a problem when it is no mapping.
    pub fn of(value: &'v Value, what: &'static str, problems: &'p mut Vec<Problem>) -> Option<Self> {
        let Some(mapping) = value.as_mapping() else {
            problems.push(wrong(value.origin.span, what, "a mapping"));
            return None;
        };
        Some(Self { mapping, what, taken: Vec::new(), problems })
    }

    /// The fields of a value within this one.
    pub fn nested<'q>(&'q mut self, value: &'v Value, what: &'static str) -> Option<Fields<'v, 'q>> {
        Fields::of(value, what, self.problems)
    }

    /// The value of a field, unless it is null. Names fit in any case when none fits exactly.
    pub fn value(&mut self, name: &str) -> Option<&'v Value> {
        let entries = &self.mapping.entries;
        let exact = entries.iter().find(|(key, _)| key == name);
        let (key, value) = exact.or_else(|| entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)))?;
        self.taken.push(key);
        (!value.is_null()).then_some(value)
    }

    /// A string.
    pub fn text(&mut self, name: &'static str) -> Option<Located> {
        let value = self.value(name)?;
        self.string(value, name)
    }

    fn string(&mut self, value: &Value, name: &'static str) -> Option<Located> {
        let located = value.as_str().map(|text| Located { text: text.into(), origin: value.origin.clone() });
        if located.is_none() {
            self.problems.push(wrong(value.origin.span, name, "a string").with_help("Put it in quotes."));
        }
        located
    }

    /// A list of strings.
    pub fn texts(&mut self, name: &'static str) -> Vec<Located> {
        self.list(name).iter().filter_map(|item| self.string(item, name)).collect()
    }

    /// A list; a problem when it is something else.
    pub fn list(&mut self, name: &'static str) -> &'v [Value] {
        let Some(value) = self.value(name) else { return &[] };
        value.as_items().unwrap_or_else(|| {
            self.problems.push(wrong(value.origin.span, name, "a list"));
            &[]
        })
    }

    /// `true` or `false`.
    pub fn truth(&mut self, name: &'static str) -> Option<bool> {
        let value = self.value(name)?;
        let truth = value.as_bool();
        if truth.is_none() {
            self.problems.push(wrong(value.origin.span, name, "`true` or `false`"));
        }
        truth
    }

    /// An integer, with its place.
    pub fn integer(&mut self, name: &'static str) -> Option<(i64, Span)> {
        let value = self.value(name)?;
        let Data::Number(number) = &value.data else {
            self.problems.push(wrong(value.origin.span, name, "an integer"));
            return None;
        };
        let integer = number.as_i64();
        if integer.is_none() {
            self.problems.push(wrong(value.origin.span, name, "an integer"));
        }
        integer.map(|integer| (integer, value.origin.span))
    }

    /// A mapping from keys to strings.
    pub fn pairs(&mut self, name: &'static str) -> Vec<(Text, Located)> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let Some(mapping) = value.as_mapping() else {
            self.problems.push(wrong(value.origin.span, name, "a mapping"));
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (key, value) in &mapping.entries {
            if matches!(key.as_str(), "true" | "false" | "null") {
                let message = format!("a key in `{name}` is read as `{key}`, which Kustomize refuses; rename it");
                self.problems.push(Problem::error(value.origin.span, message));
            }
            pairs.extend(self.string(value, name).map(|located| (key.clone(), located)));
        }
        pairs
    }

    /// A mapping from keys to strings, where another scalar is taken for its text.
    pub fn lenient_pairs(&mut self, name: &'static str) -> Vec<(Text, Located)> {
        let entries = self.value(name).and_then(Value::as_mapping).map(|mapping| mapping.entries.as_slice());
        let located = |value: &Value| Located { text: scalar_text(value), origin: value.origin.clone() };
        entries.unwrap_or_default().iter().map(|(key, value)| (key.clone(), located(value))).collect()
    }

    /// Takes fields that need no reading.
    pub fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.value(name);
        }
    }

    /// Reports what nobody asked for.
    pub fn finish(self) {
        for (key, value) in &self.mapping.entries {
            if !self.taken.contains(&key.as_str()) {
                let message = format!("`{key}` is no field of {}; remove it or correct its name", self.what);
                self.problems.push(Problem::error(value.origin.span, message));
            }
        }
    }
}

fn wrong(span: Span, name: &str, expected: &str) -> Problem {
    Problem::error(span, format!("`{name}` must be {expected}"))
}
