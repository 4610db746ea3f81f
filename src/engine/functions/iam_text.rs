//! Policies, and other JSON, that are written as text, possibly with interpolations that are not known.

use super::arguments::Arguments;
use crate::expr::decoding::EncodedText;
use crate::expr::{EvalError, json};
use crate::model::secrecy;
use crate::model::{Data, Type, Value};
use crate::source::Sources;

/// Returns the policy in a string, each part of it with its place; `None` when it is not known, or not JSON. What an
/// interpolation would have been is unknown in it, the rest is known.
pub fn parse(value: &Value, sources: &Sources) -> Option<Value> {
    match read(value, sources) {
        // What is no JSON is no policy: a known one without statements.
        None if !value.is_unknown() => Some(Value::object(Vec::new(), value.origin.span)),
        policy => policy,
    }
}

/// `from_json(value)`: the value that a text was encoded from, with its places; else what the JSON in it
/// says, in which interpolations that are not known are unknown; null for what is no JSON.
pub fn from_json(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    let known = match (value.origin.encoded(), &value.data) {
        (Some(encoded), _) => Some(encoded.clone()),
        (None, Data::String(_) | Data::Unknown(_)) => read(value, args.sources),
        (None, _) => return Ok(value.clone()),
    };
    let unread = || if value.is_unknown() { args.unknown(Type::Dynamic) } else { Value::null(value.origin.span) };
    let mut known = known.unwrap_or_else(unread);
    secrecy::hide(&mut known);
    Ok(known)
}

fn read(value: &Value, sources: &Sources) -> Option<Value> {
    json::from_written(&EncodedText::of(value, Some(sources))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    #[test]
    fn json_is_read_and_what_is_none_is_null() {
        let span = Span::new(SourceId(0), 0, 0);
        let read = |text: &str| {
            let values = [Value::string(text, span)];
            let sources = Sources::default();
            sources.add_input("text", "");
            from_json(&Arguments { word: "from_json", values: &values, span, sources: &sources }).unwrap()
        };
        assert_eq!(read(r#"{"name": "app"}"#).get("name").and_then(Value::as_str), Some("app"));
        assert!(read("#!/bin/sh").is_null());
        assert_eq!(read("[1, 2,\n]").as_items().map(<[Value]>::len), Some(2));
        assert_eq!(read(r#"{"name": "a,]",}"#).get("name").and_then(Value::as_str), Some("a,]"));
    }
}
