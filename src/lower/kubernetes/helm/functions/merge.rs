//! sprig's merging of dictionaries: dario.cat/mergo.

use super::short::M;
use crate::limits::charts::MERGE_LIMIT;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Map, Value};

pub const FUNCTIONS: &[Function] = &[
    Function::new("merge", &[M], |call| merged(call, false)).and(M).of_parts(),
    Function::new("mustMerge", &[M], |call| merged(call, false)).and(M).of_parts(),
    Function::new("mergeOverwrite", &[M], |call| merged(call, true)).and(M).of_parts(),
    Function::new("mustMergeOverwrite", &[M], |call| merged(call, true)).and(M).of_parts(),
];

fn merged(call: &mut Call<'_, '_>, overwrites: bool) -> Outcome<Value> {
    let target = call.value(0);
    let mut budget = MERGE_LIMIT;
    let Some(map) = target.as_map() else {
        let map = Map::default();
        for source in call.rest(1).iter().filter_map(Value::as_map) {
            merge(&map, source, overwrites, 0, &mut budget);
        }
        return Ok(map.into());
    };
    for source in call.rest(1).iter().filter_map(Value::as_map) {
        merge(map, source, overwrites, 0, &mut budget);
    }
    call.evaluator.step(MERGE_LIMIT - budget, call.span)?;
    if budget == 0 {
        return call.limit("merged values");
    }
    Ok(target.clone())
}

/// Whether mergo takes the value for empty, so that the other one may fill it.
fn is_empty(value: &Value) -> bool {
    value.truth() == Some(false)
}

/// Merges `source` into `target`, which is changed. Nested maps that are only in `source` are shared.
fn merge(target: &Map, source: &Map, overwrites: bool, depth: usize, budget: &mut u64) {
    if target.is_same(source) || depth > 200 {
        return;
    }
    for (key, value) in source.entries() {
        *budget = budget.saturating_sub(1);
        if *budget == 0 {
            return;
        }
        let present = target.get(&key);
        if let (Some(inner), Some(value)) = (present.as_ref().and_then(Value::as_map), value.as_map()) {
            if !(overwrites && value.borrow().is_empty()) {
                merge(inner, value, overwrites, depth + 1, budget);
            }
            continue;
        }
        let fills = match &present {
            None => overwrites || !value.is_nil(),
            Some(present) if overwrites => {
                // An empty map overwrites nothing that is set.
                is_empty(present) || value.as_map().is_none_or(|map| !map.borrow().is_empty())
            }
            Some(present) => is_empty(present) && !is_empty(&value),
        };
        if fills {
            target.set(key, value);
        }
    }
}
