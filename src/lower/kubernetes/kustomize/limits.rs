//! How far a build goes before it stops with a problem: what is copied can be copied again, and doubles.

pub use crate::limits::kustomize::{DEPTH, DIRECTORIES, ELEMENTS};
use crate::limits::kustomize::{LEAST_OBJECTS, NAME, SHARED_OBJECTS, TEXT, VALUES};
use crate::model::{Data, Value};
use crate::source::{Problem, Span};

/// How many objects one of so many builds may give.
pub fn objects(builds: usize) -> usize {
    (SHARED_OBJECTS / builds.max(1)).max(LEAST_OBJECTS)
}

/// Refuses an object that has grown too large, for the place of what made it grow.
pub fn check_size(value: &Value, span: Span) -> Result<(), Problem> {
    let mut left = VALUES;
    if fits(value, DEPTH, &mut left) {
        return Ok(());
    }
    let message = format!("the object would have more than {VALUES} values, or more than {DEPTH} in one another");
    Err(Problem::error(span, message))
}

fn fits(value: &Value, depth: usize, left: &mut usize) -> bool {
    let (Some(depth), Some(rest)) = (depth.checked_sub(1), left.checked_sub(1)) else { return false };
    *left = rest;
    match &value.data {
        Data::Sequence(sequence) => sequence.items.iter().all(|item| fits(item, depth, left)),
        Data::Mapping(mapping) => mapping.entries.iter().all(|(_, item)| fits(item, depth, left)),
        _ => true,
    }
}

/// Refuses a text that has grown too long.
pub fn check_text(length: usize, span: Span) -> Result<(), Problem> {
    check_length(length, TEXT, span)
}

/// Refuses a part of a name or an image that is too long.
pub fn check_name(length: usize, span: Span) -> Result<(), Problem> {
    check_length(length, NAME, span)
}

fn check_length(length: usize, limit: usize, span: Span) -> Result<(), Problem> {
    if length <= limit {
        return Ok(());
    }
    Err(Problem::error(span, format!("the text would be {length} bytes long, over the limit of {limit}")))
}
