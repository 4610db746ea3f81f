//! Policies, and other JSON, that are written as text, possibly with interpolations that are not known.

use super::arguments::Arguments;
use super::heredoc;
use crate::expr::EvalError;
use crate::model::secrecy;
use crate::model::{Cause, Data, Mapping, Origin, Part, Refinement, Symbol, Text, Type, Unknown, Value};
use crate::source::{Sources, Span};
use serde_json::Value as Json;
use std::sync::Arc;

/// Stands for an interpolation that is not known, within a JSON string. A noncharacter: no policy has it.
const HOLE: char = '\u{fdd0}';

/// The policy in a string; `None` when it is not known, or not JSON. What an interpolation would have
/// been is unknown in it, the rest is known.
pub fn parse(value: &Value, sources: &Sources) -> Option<Value> {
    let text = text_of(value)?;
    match read(&text, value) {
        Some(mut policy) => {
            place_statements(&mut policy, &heredoc::statement_spans(&text, value, sources));
            Some(policy)
        }
        // What is no JSON is no policy: a known one without statements.
        None if value.is_unknown() => None,
        None => Some(Value::object(Vec::new(), value.origin.span)),
    }
}

/// `from_json(value)`: the value that a text was encoded from, with its places; else what the JSON in it
/// says, in which interpolations that are not known are unknown; null for what is no JSON.
pub fn from_json(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    let known = match (value.origin.encoded(), &value.data) {
        (Some(encoded), _) => Some(encoded.clone()),
        (None, Data::String(_) | Data::Unknown(_)) => text_of(value).and_then(|text| read(&text, value)),
        (None, _) => return Ok(value.clone()),
    };
    let unread = || if value.is_unknown() { args.unknown(Type::Dynamic) } else { Value::null(value.origin.span) };
    let mut known = known.unwrap_or_else(unread);
    secrecy::hide(&mut known);
    Ok(known)
}

/// The text of a string, with holes for what is not known in it.
fn text_of(value: &Value) -> Option<String> {
    match &value.data {
        Data::String(text) => Some(text.to_string()),
        Data::Unknown(unknown) => match &unknown.symbol {
            Some(Symbol::Template(parts)) => Some(parts.iter().map(shown).collect()),
            _ => None,
        },
        _ => None,
    }
}

fn read(text: &str, whole: &Value) -> Option<Value> {
    let causes = whole.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default();
    let json = serde_json::from_str(text).or_else(|_| serde_json::from_str(&without_trailing_commas(text)));
    json.ok().map(|json| Reader { whole, causes }.value(&json))
}

/// The text without the commas that stand before a closing bracket: a usual slip in JSON by hand, of
/// which it is clear what was meant.
fn without_trailing_commas(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut comma = None;
    let (mut in_string, mut escaped) = (false, false);
    for character in text.chars() {
        match character {
            '"' if !escaped => in_string = !in_string,
            '}' | ']' if !in_string => {
                if let Some(at) = comma {
                    kept.remove(at);
                }
            }
            _ => {}
        }
        escaped = in_string && character == '\\' && !escaped;
        if !in_string && character == ',' {
            comma = Some(kept.len());
        } else if !character.is_whitespace() {
            comma = None;
        }
        kept.push(character);
    }
    kept
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn json_is_read_and_what_is_none_is_null() {
        let span = Span::new(SourceId(0), 0, 0);
        let read = |text: &str| {
            let values = [Value::string(text, span)];
            let sources = Sources::default();
            from_json(&Arguments { word: "from_json", values: &values, span, sources: &sources }).unwrap()
        };
        assert_eq!(read(r#"{"name": "app"}"#).get("name").and_then(Value::as_str), Some("app"));
        assert!(read("#!/bin/sh").is_null());
        assert_eq!(read("[1, 2,\n]").as_items().map(<[Value]>::len), Some(2));
        assert_eq!(read(r#"{"name": "a,]",}"#).get("name").and_then(Value::as_str), Some("a,]"));
    }
}
