//! Values as they are written in files.

use crate::model::{Data, Text, Value};
use crate::syntax::yaml::{Dialect, is_plain_string};

/// A value as an expression of HCL; the lines of an object are indented by more than `indent` blanks.
pub fn hcl(value: &Value, indent: usize) -> Option<String> {
    Some(match &value.data {
        Data::Null(_) => "null".to_owned(),
        Data::Bool(truth) => truth.to_string(),
        Data::Number(number) => number.to_string(),
        Data::String(text) => quoted(text).replace("${", "$${").replace("%{", "%%{"),
        Data::Sequence(sequence) => {
            let items: Option<Vec<String>> = sequence.items.iter().map(|item| hcl(item, indent)).collect();
            format!("[{}]", items?.join(", "))
        }
        Data::Mapping(mapping) if mapping.entries.is_empty() => "{}".to_owned(),
        Data::Mapping(mapping) => {
            let blanks = " ".repeat(indent + 2);
            let entry = |(key, item): &(_, Value)| Some(format!("{blanks}{key} = {}\n", hcl(item, indent + 2)?));
            let entries: Option<String> = mapping.entries.iter().map(entry).collect();
            format!("{{\n{}{}}}", entries?, " ".repeat(indent))
        }
        Data::Unknown(_) => return None,
    })
}

/// A value as YAML on one line.
pub fn yaml(value: &Value) -> Option<String> {
    Some(match &value.data {
        Data::Null(_) => "null".to_owned(),
        Data::Bool(truth) => truth.to_string(),
        Data::Number(number) => number.to_string(),
        Data::String(text)
            if is_plain_string(text, Dialect::Kubernetes) && !text.contains([',', '[', ']', '{', '}']) =>
        {
            text.to_string()
        }
        Data::String(text) => quoted(text),
        Data::Sequence(sequence) => {
            let items: Option<Vec<String>> = sequence.items.iter().map(yaml).collect();
            format!("[{}]", items?.join(", "))
        }
        Data::Mapping(mapping) => {
            let entry = |(key, item): &(_, Value)| Some(format!("{key}: {}", yaml(item)?));
            let entries: Option<Vec<String>> = mapping.entries.iter().map(entry).collect();
            format!("{{{}}}", entries?.join(", "))
        }
        Data::Unknown(_) => return None,
    })
}

/// A value as JSON on one line.
pub fn json(value: &Value) -> Option<String> {
    Some(match &value.data {
        Data::Null(_) => "null".to_owned(),
        Data::Bool(truth) => truth.to_string(),
        Data::Number(number) => number.to_string(),
        Data::String(text) => quoted(text),
        Data::Sequence(sequence) => {
            let items: Option<Vec<String>> = sequence.items.iter().map(json).collect();
            format!("[{}]", items?.join(", "))
        }
        Data::Mapping(mapping) => {
            let entry = |(key, item): &(Text, Value)| Some(format!("{}: {}", quoted(key), json(item)?));
            let entries: Option<Vec<String>> = mapping.entries.iter().map(entry).collect();
            format!("{{{}}}", entries?.join(", "))
        }
        Data::Unknown(_) => return None,
    })
}

/// A text in double quotes, as both languages and JSON have it.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
