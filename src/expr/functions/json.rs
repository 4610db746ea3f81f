//! `jsonencode` and `jsondecode`.

use super::{Function, FunctionError, Holes, Invocation, Param, Returns, Shape};
use crate::expr::json;
use crate::expr::limits::SYMBOL_BYTES;
use crate::expr::partial::PartialText;
use crate::expr::unknowns::refined;
use crate::model::{Data, HopKind, Origin, Type, Value};

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "jsondecode",
        &[Param::new("str", Shape::String).unknown()],
        Returns::By(|_| Ok(Type::Dynamic)),
        |call| {
            let Some(encoded) = call.encoded(0) else { return Ok(call.unknown()) };
            match json::from_encoded(&encoded) {
                // With what is not known it may be right.
                Err(_) if !encoded.is_wholly_known() => Ok(call.unknown()),
                decoded => decoded.map_err(|message| FunctionError::argument(0, message)),
            }
        },
    )
    .may_be_null()
    .decoding(),
    Function::new(
        "jsonencode",
        &[Param::new("val", Shape::Any).nullable().unknown().dynamic()],
        Returns::Always(Shape::String),
        encode,
    ),
];

/// What was encoded stays reachable through the origin of the text, also when some of it is unknown.
fn encode(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let Some(value) = call.args.first() else { return Ok(call.unknown()) };
    let text = if let Some(text) = known_in_part(value) {
        refined(call.pieced(text), |refinement| refinement.prefix = beginning(value).into())
    } else if value.is_wholly_known() {
        let written = json::to_json(value);
        call.string(
            written.map_err(|error| FunctionError::argument(0, format!("Cannot be written as JSON: {error}.")))?,
        )
    } else {
        refined(call.unknown(), |refinement| refinement.prefix = beginning(value).into())
    };
    let origin = Origin::encoding(value, call.span, HopKind::Argument("jsonencode".into()));
    Ok(text.with_origin(origin))
}

/// What is known of the text of a value that is not wholly known: all that stands around what is unknown in it.
fn known_in_part(value: &Value) -> Option<PartialText> {
    if value.is_wholly_known() || value.is_unknown() && PartialText::of(value).is_none() {
        return None;
    }
    let mut holes = Holes::default();
    let written = json::to_json(&holes.fill_values(value)?).ok()?;
    Some(holes.restored(&written, false)).filter(|text| text.text().len() <= SYMBOL_BYTES)
}

/// How the text of a value that is not wholly known begins.
fn beginning(value: &Value) -> &'static str {
    match (&value.data, value.ty()) {
        (Data::Sequence(_), _) => "[",
        (Data::Mapping(_), _) => "{",
        (Data::Unknown(unknown), ty) if unknown.refinement.not_null => match ty {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => "[",
            Type::Map(_) | Type::Object(_) => "{",
            Type::String => "\"",
            _ => "",
        },
        _ => "",
    }
}
