//! `yamldecode` and `yamlencode`.

use super::yaml_text::Emitter;
use super::{Function, Invocation, Param, Returns, Shape, yaml_read};
use crate::expr::limits;
use crate::model::{Data, Type, Value};

/// Indentation of what belongs to a node.
const STEP: usize = 2;

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "yamldecode",
        &[Param::new("src", Shape::String).unknown()],
        Returns::By(|_| Ok(Type::Dynamic)),
        |call| {
            let Some(encoded) = call.encoded(0) else { return Ok(call.unknown()) };
            let decoded = match yaml_read::decode(&encoded) {
                // With what is not known it may be right.
                Err(_) if !encoded.is_wholly_known() => return Ok(call.unknown()),
                decoded => decoded?,
            };
            call.budget.elements(decoded.nodes, call.span)?;
            Ok(decoded.value)
        },
    )
    .may_be_null()
    .decoding(),
    Function::new(
        "yamlencode",
        &[Param::new("value", Shape::Any).nullable().dynamic()],
        Returns::Always(Shape::String),
        |call| Ok(encode(call)),
    ),
];

fn encode(call: &Invocation<'_>) -> Value {
    let Some(value) = call.args.first() else { return call.unknown() };
    if !value.is_wholly_known() {
        return call.unknown();
    }
    let mut emitter = Emitter::new();
    node(&mut emitter, value, Place::Document, 0);
    let is_plain = !matches!(value.data, Data::String(_) | Data::Sequence(_) | Data::Mapping(_));
    call.string(emitter.finish(is_plain))
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Document,
    /// After `-`, on the same line.
    Element,
    /// After `key:`, on the next line. Sequences are not indented there.
    Value,
}

/// Writes a node whose parent's elements have the indentation `indent`.
fn node(emitter: &mut Emitter, value: &Value, place: Place, indent: usize) {
    if emitter.size() > limits::STRING_BYTES {
        return;
    }
    match &value.data {
        Data::Sequence(sequence) if sequence.items.is_empty() => emitter.plain("[]"),
        Data::Mapping(mapping) if mapping.entries.is_empty() => emitter.plain("{}"),
        Data::Sequence(sequence) => {
            let own = if place == Place::Element { indent + STEP } else { indent };
            for item in &sequence.items {
                emitter.element(own);
                node(emitter, item, Place::Element, own);
            }
        }
        Data::Mapping(mapping) => {
            let own = if place == Place::Document { indent } else { indent + STEP };
            for (key, item) in &mapping.entries {
                emitter.key(key, own);
                node(emitter, item, Place::Value, own);
            }
        }
        Data::String(text) => emitter.string(text, indent + STEP),
        Data::Bool(value) => emitter.plain(if *value { "true" } else { "false" }),
        Data::Number(number) if number.is_infinite() => {
            emitter.plain(if number.is_negative() { "-.Inf" } else { "+.Inf" });
        }
        Data::Number(number) => emitter.plain(&number.to_string()),
        Data::Null(_) | Data::Unknown(_) => emitter.plain("null"),
    }
}
