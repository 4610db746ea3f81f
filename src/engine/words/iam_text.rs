//! Policies that are written as JSON text, possibly with interpolations that are not known.

use super::heredoc;
use crate::model::{Cause, Data, Mapping, Origin, Part, Refinement, Symbol, Text, Type, Unknown, Value};
use crate::source::{Sources, Span};
use serde_json::Value as Json;
use std::sync::Arc;

/// Stands for an interpolation that is not known, within a JSON string. A noncharacter: no policy has it.
const HOLE: char = '\u{fdd0}';

/// The policy in a string; `None` when it is not known, or not JSON. What an interpolation would have
/// been is unknown in it, the rest is known.
pub fn parse(value: &Value, sources: &Sources) -> Option<Value> {
    let reader =
        Reader { whole: value, causes: value.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default() };
    let text = match &value.data {
        Data::String(text) => text.to_string(),
        Data::Unknown(unknown) => match &unknown.symbol {
            Some(Symbol::Template(parts)) => parts.iter().map(shown).collect(),
            _ => return None,
        },
        _ => return None,
    };
    match serde_json::from_str(&text) {
        Ok(json) => {
            let mut policy = reader.value(&json);
            place_statements(&mut policy, &heredoc::statement_spans(&text, value, sources));
            Some(policy)
        }
        // What is no JSON is no policy: a known one without statements.
        Err(_) if value.is_unknown() => None,
        Err(_) => Some(Value::object(Vec::new(), value.origin.span)),
    }
}

fn shown(part: &Part) -> String {
    match part {
        Part::Text(text) => text.to_string(),
        Part::Reference(_) | Part::Unknown => HOLE.to_string(),
    }
}

/// Gives each statement, and all that is in it, the place where it is written.
fn place_statements(policy: &mut Value, spans: &[Span]) {
    let Some(written) = policy.as_mapping_mut().and_then(|mapping| {
        let at = mapping.entries.iter().position(|(key, _)| key == "Statement")?;
        mapping.entries.get_mut(at).map(|(_, value)| value)
    }) else {
        return;
    };
    match written.as_items_mut() {
        Some(items) if items.len() == spans.len() => {
            items.iter_mut().zip(spans).for_each(|(item, span)| move_to(item, *span));
        }
        Some(_) => {}
        None => spans.iter().take(1).for_each(|span| move_to(written, *span)),
    }
}

fn move_to(value: &mut Value, span: Span) {
    value.origin = Origin::at(span);
    if let Some(items) = value.as_items_mut() {
        items.iter_mut().for_each(|item| move_to(item, span));
    } else if let Some(mapping) = value.as_mapping_mut() {
        mapping.entries.iter_mut().for_each(|(_, value)| move_to(value, span));
    }
}

struct Reader<'a> {
    whole: &'a Value,
    causes: Vec<Cause>,
}

impl Reader<'_> {
    fn span(&self) -> Span {
        self.whole.origin.span
    }

    fn value(&self, json: &Json) -> Value {
        let value = match json {
            Json::Null => Value::null(self.span()),
            Json::Bool(value) => Value::bool(*value, self.span()),
            Json::Number(number) => match crate::model::Number::parse(&number.to_string()) {
                Some(number) => Value::number(number, self.span()),
                None => Value::null(self.span()),
            },
            Json::String(text) => self.text(text),
            Json::Array(items) => Value::tuple(items.iter().map(|item| self.value(item)).collect(), self.span()),
            Json::Object(fields) => {
                let entries = fields.iter().map(|(key, value)| (Text::from(key.as_str()), self.value(value))).collect();
                let mapping = Mapping::object(entries, None);
                Value::new(Data::Mapping(Arc::new(mapping)), self.span())
            }
        };
        value.with_origin(self.whole.origin.clone())
    }

    fn text(&self, text: &str) -> Value {
        let Some(hole) = text.find(HOLE) else { return Value::string(text, self.span()) };
        let refinement = Refinement { not_null: true, prefix: text[..hole].into(), ..Refinement::default() };
        let unknown = Unknown { ty: Type::String, causes: self.causes.clone(), symbol: None, refinement };
        Value::new(Data::Unknown(Arc::new(unknown)), self.span())
    }
}
