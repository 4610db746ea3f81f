//! Label selectors.

use crate::model::{Cause, Value};

/// Whether something applies.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That depends on something that is not known.
    Unknown(Vec<Cause>),
    /// The selector is none: what the API server says.
    Error(String),
}

impl Match {
    /// Yes or no.
    pub fn of(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

/// A label selector. One without requirements selects everything.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    requirements: Vec<Requirement>,
    /// What stands in place of an operator.
    wrong_operator: Option<String>,
}

#[derive(Clone, Debug)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// The labels of an object, known or not.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Names and values; a value that is not known has causes.
    known: Vec<(String, Result<String, Vec<Cause>>)>,
    /// Why there may be more.
    open: Option<Vec<Cause>>,
}

impl Labels {
    /// Reads `metadata.labels` of an object.
    pub fn of(object: &Value) -> Self {
        let Some(metadata) = object.get("metadata") else {
            return Self { known: Vec::new(), open: open_of(object) };
        };
        let Some(labels) = metadata.get("labels") else {
            return Self { known: Vec::new(), open: open_of(metadata) };
        };
        if labels.is_unknown() {
            return Self { known: Vec::new(), open: open_of(labels) };
        }
        let entries = labels.as_mapping().into_iter().flat_map(|mapping| &mapping.entries);
        let known = entries.map(|(key, value)| {
            let text = match (value.as_str(), value.as_unknown()) {
                (Some(text), _) => Ok(text.to_owned()),
                (None, Some(unknown)) => Err(unknown.causes.clone()),
                (None, None) => Ok(String::new()),
            };
            (key.to_string(), text)
        });
        Self { known: known.collect(), open: open_of(labels) }
    }

    /// Labels of which none is known but these.
    pub fn unknown(known: Vec<(String, String)>, causes: Vec<Cause>) -> Self {
        Self { known: known.into_iter().map(|(key, value)| (key, Ok(value))).collect(), open: Some(causes) }
    }

    /// Adds a label, unless it is there.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        if !self.known.iter().any(|(name, _)| name == key) {
            self.known.push((key.to_owned(), Ok(value.to_owned())));
        }
        self
    }
}

/// Why a value may have more than it shows.
fn open_of(value: &Value) -> Option<Vec<Cause>> {
    if let Some(unknown) = value.as_unknown() {
        return Some(unknown.causes.clone());
    }
    value.as_mapping().and_then(|mapping| mapping.open.as_ref()).map(|causes| (**causes).clone())
}

/// The texts of a list.
pub fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_items).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Selector {
    /// Reads a selector; an absent one selects everything.
    pub fn read(selector: Option<&Value>) -> Self {
        let mut read = Self::default();
        let Some(selector) = selector else { return read };
        for (key, value) in
            selector.get("matchLabels").and_then(Value::as_mapping).into_iter().flat_map(|of| &of.entries)
        {
            let values = value.as_str().map(str::to_owned).into_iter().collect();
            read.requirements.push(Requirement { key: key.to_string(), operator: Operator::In, values });
        }
        for expression in selector.get("matchExpressions").and_then(Value::as_items).unwrap_or_default() {
            let text = |name: &str| expression.get(name).and_then(Value::as_str).unwrap_or_default();
            let operator = match text("operator") {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => {
                    read.wrong_operator.get_or_insert(other.into());
                    continue;
                }
            };
            let values = texts(expression.get("values"));
            read.requirements.push(Requirement { key: text("key").to_owned(), operator, values });
        }
        read
    }

    /// Returns whether it selects everything, whatever the labels are.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty() && self.wrong_operator.is_none()
    }

    /// Returns what stands in place of an operator: the API server refuses such a selector.
    pub fn wrong_operator(&self) -> Option<&str> {
        self.wrong_operator.as_deref()
    }

    /// Returns whether it selects an object with these labels.
    pub fn matches(&self, labels: &Labels) -> Match {
        if let Some(operator) = &self.wrong_operator {
            let error = format!("Internal error occurred: \"{operator}\" is not a valid label selector operator");
            return Match::Error(error);
        }
        let mut result = Match::Yes;
        for requirement in &self.requirements {
            match requirement.matches(labels) {
                Match::Yes => {}
                Match::No => return Match::No,
                other => result = other,
            }
        }
        result
    }
}

impl Requirement {
    fn matches(&self, labels: &Labels) -> Match {
        let found = labels.known.iter().find(|(key, _)| *key == self.key).map(|(_, value)| value);
        let has = |value: &String| self.values.contains(value);
        match (found, self.operator) {
            (Some(_), Operator::Exists) => Match::Yes,
            (Some(_), Operator::DoesNotExist) => Match::No,
            (Some(Err(causes)), _) => Match::Unknown(causes.clone()),
            (Some(Ok(value)), Operator::In) => Match::of(has(value)),
            (Some(Ok(value)), Operator::NotIn) => Match::of(!has(value)),
            (None, operator) => match &labels.open {
                Some(causes) => Match::Unknown(causes.clone()),
                None => Match::of(matches!(operator, Operator::NotIn | Operator::DoesNotExist)),
            },
        }
    }
}
