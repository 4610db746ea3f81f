//! Policies, and other JSON, that are written as text, possibly with interpolations that are not known.

use super::arguments::Arguments;
use crate::expr::decoding::EncodedText;
use crate::expr::{EvalError, json};
use crate::model::secrecy;
use crate::model::{Data, Type, Value};
use crate::source::Sources;

/// Returns the policy in a string, each part of it with its place; `None` when it is not known. What an interpolation
/// would have been is unknown in it, the rest is known. A text that is not JSON is an unknown policy, and an empty one is
/// no policy: a known one without statements.
pub fn parse(value: &Value, sources: &Sources) -> Option<Value> {
    if is_blank(value) { Some(Value::object(Vec::new(), value.origin.span)) } else { read(value, sources) }
}

/// `from_json(value)`: the value that a text was encoded from, with its places; else what the JSON in it
/// says, in which interpolations that are not known are unknown. Unknown for what is no JSON, and null for an empty text.
pub fn from_json(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    let known = match (value.origin.encoded(), &value.data) {
        (Some(encoded), _) => Some(encoded.clone()),
        (None, _) if is_blank(value) => return Ok(Value::null(value.origin.span)),
        (None, Data::String(_) | Data::Unknown(_)) => read(value, args.sources),
        (None, _) => return Ok(value.clone()),
    };
    let mut known = known.unwrap_or_else(|| args.unknown(Type::Dynamic));
    secrecy::hide(&mut known);
    Ok(known)
}

/// Whether a text is known to say nothing.
fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Returns what the JSON in a text says; `None` where the text is not known. Of a text that is not JSON, nothing is
/// known, for the reason and in the place of the error.
fn read(value: &Value, sources: &Sources) -> Option<Value> {
    match json::from_written(&EncodedText::of(value, Some(sources))?) {
        Ok(read) => Some(read),
        // With what is not known it may be right.
        Err(_) if value.is_unknown() => None,
        Err(cause) => {
            let unknown = Value::unknown_of(Type::Dynamic, vec![cause], value.origin.span);
            Some(unknown.with_origin(value.origin.clone()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    #[test]
    fn json_is_read_and_what_is_none_is_unknown() {
        let span = Span::new(SourceId(0), 0, 0);
        let read = |text: &str| {
            let values = [Value::string(text, span)];
            let sources = Sources::default();
            sources.add_input("text", "");
            from_json(&Arguments { word: "from_json", values: &values, span, sources: &sources }).unwrap()
        };
        assert_eq!(read(r#"{"name": "app"}"#).get("name").and_then(Value::as_str), Some("app"));
        assert!(read(" \n").is_null());
        let broken = read(r#"{"name": }"#);
        let causes: Vec<String> =
            broken.as_unknown().unwrap().causes.iter().map(|cause| cause.why.to_string()).collect();
        assert!(causes.len() == 1 && causes[0].starts_with("invalid JSON: "), "{causes:?}");
        assert_eq!(read("[1, 2,\n]").as_items().map(<[Value]>::len), Some(2));
        assert_eq!(read(r#"{"name": "a,]",}"#).get("name").and_then(Value::as_str), Some("a,]"));
    }
}
