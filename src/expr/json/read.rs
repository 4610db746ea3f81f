//! JSON to values, as `jsondecode` does.

use crate::expr::decoding::EncodedText;
use crate::expr::limits;
use crate::expr::normal_form::normalized;
use crate::model::{Cause, Number, Value, Why};
use crate::source::{Derived, Span};
use crate::syntax::json::{self, Kind, Node, Rules};

/// Nesting beyond this is refused: what is read is walked recursively later.
const RULES: Rules = Rules { depth: 512, values: limits::ELEMENTS, trailing_commas: false };

/// Returns the value that `jsondecode` gives: tuples and objects, all with the origin `span`. Of a repeated key
/// the last counts. The error is a clause without period.
pub fn from_json(text: &str, span: Span) -> Result<Value, String> {
    let whole = Value::string(text, span);
    match EncodedText::of(&whole, None) {
        Some(encoded) => from_text(&encoded, RULES),
        None => Err("the text is unknown".into()),
    }
}

/// Returns the value that `jsondecode` gives of a text, each part of it with its place. The error is as that of
/// [`from_json`].
pub fn from_encoded(encoded: &EncodedText<'_>) -> Result<Value, String> {
    from_text(encoded, RULES)
}

/// Returns what a text in JSON that somebody wrote says, each part with its place; what is not known of it is unknown. A
/// comma before a closing bracket is forgiven. The error says why the text is no JSON, and where.
pub fn from_written(encoded: &EncodedText<'_>) -> Result<Value, Cause> {
    let malformed = |at, message: &str| {
        let why = Why::Malformed(ecow::eco_format!("invalid JSON: {}", message.trim_end_matches('.')));
        Cause { why, span: encoded.origin(at).span }
    };
    let root = json::read(&encoded.text, Rules { trailing_commas: true, ..RULES });
    let root = root.map_err(|error| malformed(error.at, &error.message))?;
    value(&root, &encoded.text, encoded).map_err(|message| malformed(root.at.clone(), &message))
}

fn from_text(encoded: &EncodedText<'_>, rules: Rules) -> Result<Value, String> {
    let root = json::read(&encoded.text, rules);
    let root = root
        .map_err(|error| format!("invalid JSON at byte {}: {}", error.at.start, error.message.trim_end_matches('.')))?;
    value(&root, &encoded.text, encoded)
}

fn value(node: &Node, text: &Derived<'_>, encoded: &EncodedText<'_>) -> Result<Value, String> {
    let origin = encoded.origin(node.at.clone());
    let span = origin.span;
    let made = match &node.kind {
        Kind::Null => Value::null(span),
        Kind::Bool(value) => Value::bool(*value, span),
        Kind::Number(digits) => {
            let number = Number::parse(digits).ok_or_else(|| format!("the number {digits} is out of range"))?;
            Value::number(number, span)
        }
        Kind::String(known) => {
            let content = node.at.start + 1..node.at.end - 1;
            if !text.is_plain(content) {
                return Ok(encoded.string(&json::decode(text, node.at.clone()), node.at.clone()));
            }
            Value::string(normalized(known), span)
        }
        Kind::Array(items) => {
            let items = items.iter().map(|item| value(item, text, encoded)).collect::<Result<_, _>>()?;
            Value::tuple(items, span)
        }
        Kind::Object(members) => {
            let entry = |member: &json::Member| Ok((normalized(&member.name), value(&member.value, text, encoded)?));
            Value::object(members.iter().map(entry).collect::<Result<_, String>>()?, span)
        }
        Kind::Unknown => return Ok(encoded.unknown(node.at.clone())),
    };
    Ok(made.with_origin(origin))
}
