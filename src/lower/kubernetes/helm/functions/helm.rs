//! Helm's own functions that call templates or ask the cluster.

use super::short::{A, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Data, Map, Value};

pub const FUNCTIONS: &[Function] = &[
    Function::new("include", &[S, A], include).of_anything(),
    Function::new("tpl", &[S, A], tpl).of_anything(),
    Function::new("lookup", &[S, S, S, S], |_| Ok(Map::default().into())).of_anything(),
    Function::new("getHostByName", &[S], |_| Ok("".into())),
];

/// The data of a template: nil is no value there.
fn data(value: Value) -> Value {
    if value.is_nil() { Data::Invalid.into() } else { value }
}

fn include(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let name = call.value(0);
    if !name.is_wholly_known() {
        return Ok(Value::unknown(name.unknown_note()));
    }
    let (frame, span) = (call.frame, call.span);
    let text = call.evaluator.include(frame, name.as_str().unwrap_or_default(), data(call.value(1)), span)?;
    Ok(text.into())
}

fn tpl(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let text = call.value(0);
    if text.is_unknown() {
        return Ok(text);
    }
    let (frame, span) = (call.frame, call.span);
    let rendered = call.evaluator.tpl(frame, &text, data(call.value(1)), span)?;
    Ok(Value::from(rendered).noted(text.note))
}
