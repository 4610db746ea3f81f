//! How large values are.
//!
//! Values share their parts, so that a few lines of configuration can make one that holds itself 2^40
//! times over without taking any room. Everything that walks a value counts on its size being bounded.

use super::limits::{ELEMENTS, exceeded};
use super::{Budget, EvalError};
use crate::model::{Data, Value};
use crate::source::Span;

/// Fails when a value holds more values than a collection may have elements, counting those that several
/// places share once for each.
pub fn check(value: &Value, budget: &Budget, span: Span) -> Result<(), EvalError> {
    let mut left = ELEMENTS;
    if !fits(value, &mut left) {
        return Err(exceeded("values in one value", ELEMENTS as u64, span));
    }
    // Looking at a value is a good deal cheaper than a step of evaluation.
    budget.steps((ELEMENTS - left) as u64 / 32, span)
}

fn fits(value: &Value, left: &mut usize) -> bool {
    let inner: &mut dyn Iterator<Item = &Value> = match &value.data {
        Data::Sequence(sequence) => &mut sequence.items.iter(),
        Data::Mapping(mapping) => &mut mapping.entries.iter().map(|(_, item)| item),
        _ => return true,
    };
    for item in inner {
        *left = left.saturating_sub(1);
        if *left == 0 || !fits(item, left) {
            return false;
        }
    }
    true
}
