//! sprig's functions on values that are set or not.

use super::convert::is_empty;
use super::short::{A, B, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("default", &[A], default).and(A).of_anything(),
    Function::new("empty", &[A], empty).of_anything(),
    Function::new("coalesce", &[], coalesce).and(A).of_anything(),
    Function::new("all", &[], |call| quantified(call, false)).and(A).of_anything(),
    Function::new("any", &[], |call| quantified(call, true)).and(A).of_anything(),
    Function::new("ternary", &[A, A, B], ternary).of_anything(),
    Function::new("fail", &[S], |call| call.fail(call.text(0).to_owned())).of_anything(),
    Function::new("required", &[S, A], required).of_anything(),
];

fn default(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (fallback, given) = (call.value(0), call.value(1));
    match is_empty(&given) {
        Some(true) => Ok(fallback),
        Some(false) => Ok(given),
        None => Ok(Value::unknown(given.unknown_note())),
    }
}

fn empty(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = call.value(0);
    match is_empty(&value) {
        Some(is_empty) => Ok(is_empty.into()),
        None => Ok(Value::unknown(value.unknown_note())),
    }
}

fn coalesce(call: &mut Call<'_, '_>) -> Outcome<Value> {
    for value in &call.arguments {
        match is_empty(value) {
            Some(true) => {}
            Some(false) => return Ok(value.clone()),
            None => return Ok(Value::unknown(value.unknown_note())),
        }
    }
    Ok(Value::nil())
}

/// Whether some argument is set (`any`), or none is not (`all`).
fn quantified(call: &mut Call<'_, '_>, wanted: bool) -> Outcome<Value> {
    let mut unknown = None;
    for value in &call.arguments {
        match is_empty(value) {
            Some(is_empty) if is_empty != wanted => return Ok(wanted.into()),
            Some(_) => {}
            None => unknown = Some(value.unknown_note()),
        }
    }
    Ok(unknown.map_or_else(|| (!wanted).into(), Value::unknown))
}

fn ternary(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let condition = call.value(2);
    match condition.truth() {
        Some(true) => Ok(call.value(0)),
        Some(false) => Ok(call.value(1)),
        None => Ok(Value::unknown(condition.unknown_note())),
    }
}

fn required(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = call.value(1);
    if value.is_nil() || value.as_text().is_some_and(|text| text.text().is_empty()) {
        return call.lacks(call.text(0).to_owned());
    }
    Ok(value)
}
