//! What is known of the unknown: causes, types and refinements of results.

use crate::limits::evaluation::CAUSES;
use crate::model::{Cause, Data, Form, Part, Refinement, Type, Unknown, Value};
use crate::source::Span;
use crate::source::prose::beginning;
use std::sync::Arc;

/// Adds causes that are not there yet, as long as there are not too many to be read.
pub fn add_causes(causes: &mut Vec<Cause>, more: &[Cause]) {
    for cause in more {
        if causes.len() >= CAUSES {
            return;
        }
        if !causes.contains(cause) {
            causes.push(cause.clone());
        }
    }
}

/// Adds the causes of everything unknown in `value`.
pub fn collect_causes(value: &Value, causes: &mut Vec<Cause>) {
    if causes.len() >= CAUSES {
        return;
    }
    match &value.data {
        Data::Unknown(unknown) => add_causes(causes, &unknown.causes),
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| collect_causes(item, causes)),
        Data::Mapping(mapping) => mapping.entries.iter().for_each(|(_, item)| collect_causes(item, causes)),
        _ => {}
    }
}

/// An unknown of a type because of everything unknown in the operands.
pub fn unknown_because<'a>(ty: Type, operands: impl IntoIterator<Item = &'a Value>, span: Span) -> Value {
    let mut causes = Vec::new();
    let mut sensitive = false;
    for operand in operands {
        collect_causes(operand, &mut causes);
        sensitive |= operand.sensitive;
    }
    let mut value = Value::unknown_of(ty, causes, span);
    value.sensitive = sensitive;
    value
}

/// The same unknown, of a type.
pub fn retyped(unknown: &Unknown, ty: &Type) -> Arc<Unknown> {
    Arc::new(Unknown { ty: ty.clone(), ..unknown.clone() })
}

/// The same value with more known about it, when it is unknown.
#[must_use]
pub fn refined(mut value: Value, refine: impl FnOnce(&mut Refinement)) -> Value {
    if let Data::Unknown(unknown) = &mut value.data {
        refine(&mut Arc::make_mut(unknown).refinement);
    }
    value
}

/// The same value, not null when it is unknown.
#[must_use]
pub fn not_null(value: Value) -> Value {
    refined(value, |refinement| refinement.not_null = true)
}

/// Whether it cannot turn out to be null.
pub fn is_never_null(value: &Value) -> bool {
    match &value.data {
        Data::Null(_) => false,
        Data::Unknown(unknown) => unknown.refinement.not_null,
        _ => true,
    }
}

/// The one answer that all choices of a value lead to.
pub fn agreed(value: &Value, mut answer: impl FnMut(&Value) -> Option<bool>) -> Option<bool> {
    let (first, rest) = value.as_unknown()?.refinement.choices.known()?.split_first()?;
    let agreed = answer(first)?;
    rest.iter().all(|choice| answer(choice) == Some(agreed)).then_some(agreed)
}

/// Whether a text cannot turn out to be empty.
pub fn is_never_empty(value: &Value) -> bool {
    match &value.data {
        Data::String(text) => !text.is_empty(),
        Data::Unknown(unknown) => {
            let is_text = |part: &Part| matches!(part, Part::Text(text) if !text.is_empty());
            let has_text = unknown.parts().is_some_and(|parts| parts.iter().any(is_text));
            has_text || !unknown.refinement.prefix.is_empty() || Form::of(unknown).is_some()
        }
        _ => false,
    }
}

/// The part of a text that stays a prefix whatever follows: a last letter may merge with a combining
/// mark, so it does not count. The rule and the length are those of Terraform's template refinement.
pub fn safe_prefix(text: &str) -> &str {
    const LONGEST: usize = 128;
    let text = beginning(text, LONGEST);
    match text.char_indices().last() {
        Some((at, last)) if !is_unmergeable(last) => text.get(..at).unwrap_or_default(),
        _ => text,
    }
}

fn is_unmergeable(c: char) -> bool {
    c.is_ascii_control() || " -_:;/\\,.(){}[]|?!~@#$%^&*+\"'".contains(c)
}
