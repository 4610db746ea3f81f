//! sprig's dictionaries.

use super::convert::string;
use super::short::{A, M, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Data, Element, List, Map, MapKind, Value};
use ecow::EcoString;

pub const FUNCTIONS: &[Function] = &[
    Function::new("dict", &[], dict).and(A).of_anything(),
    Function::new("get", &[M, S], |call| Ok(call.map(0).get(call.text(1)).unwrap_or_else(|| "".into()))).of_parts(),
    Function::new("set", &[M, S, A], set).of_anything(),
    Function::new("unset", &[M, S], unset).of_parts(),
    Function::new("hasKey", &[M, S], has_key).of_parts(),
    Function::new("pluck", &[S], pluck).and(M).of_parts(),
    Function::new("keys", &[], keys).and(M).of_parts(),
    Function::new("values", &[M], values).of_parts(),
    Function::new("pick", &[M], |call| chosen(call, true)).and(S).of_parts(),
    Function::new("omit", &[M], |call| chosen(call, false)).and(S).of_parts(),
    Function::new("dig", &[], dig).and(A).of_parts(),
];

fn has_key(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let map = call.map(0);
    match (map.contains(call.text(1)), map.open()) {
        (false, Some(note)) => Ok(Value::unknown(Some(note))),
        (has, _) => Ok(has.into()),
    }
}

fn dict(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let map = Map::default();
    for pair in call.arguments.chunks(2) {
        let [key, rest @ ..] = pair else { continue };
        if key.is_unknown() {
            return Ok(key.clone());
        }
        let value = rest.first().cloned().unwrap_or_else(|| "".into());
        map.set(string(key).content().clone(), stored(value));
    }
    Ok(map.into())
}

/// A value as it stands in a map.
fn stored(value: Value) -> Value {
    if value.is_nil() { Value { data: Data::Nil, ..value } } else { value }
}

fn set(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (target, key) = (call.value(0), call.value(1));
    let (Some(map), Some(key)) = (target.as_map(), key.as_text()) else {
        if target.is_nil() {
            return call.fail("nil has no keys to set");
        }
        let unknown = if target.is_unknown() { target } else { key };
        return Ok(unknown);
    };
    let value = call.evaluator.stored(stored(call.value(2)));
    map.set(key.content().clone(), value);
    Ok(Value::from(map.clone()).noted(target.note))
}

fn unset(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let target = call.value(0);
    let map = call.map(0);
    let key = call.text(1).to_owned();
    match call.evaluator.stored(true.into()) {
        unknown if unknown.is_unknown() => map.set(key, unknown),
        _ => {
            map.remove(&key);
        }
    }
    Ok(target)
}

fn pluck(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let found = call.rest(1).iter().filter_map(|map| map.as_map()?.get(call.text(0)));
    Ok(Value::list(found.collect()))
}

fn keys(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let all = call.arguments.iter().flat_map(|map| {
        let entries = map.as_map().map(Map::entries).unwrap_or_default();
        entries.into_iter().map(|(key, value)| Value::from(key).noted(value.note))
    });
    let items: Vec<Value> = all.collect();
    call.evaluator.step(items.len() as u64, call.span)?;
    unordered(call, Element::String, items)
}

fn values(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let items: Vec<Value> = call.map(0).entries().into_iter().map(|(_, value)| value).collect();
    unordered(call, Element::Any, items)
}

/// A list in the order of a map, which differs from run to run.
fn unordered(call: &mut Call<'_, '_>, element: Element, items: Vec<Value>) -> Outcome<Value> {
    let several = items.len() > 1;
    let list = Value::from(List { unordered: several, ..List::of(element, items) });
    if !several {
        return Ok(list);
    }
    let note = call.evaluator.notes.unknown(call.span, "the order of a map's keys differs from run to run");
    Ok(list.noted(Some(note)))
}

fn chosen(call: &mut Call<'_, '_>, picks: bool) -> Outcome<Value> {
    let names: Vec<EcoString> = call.rest(1).iter().filter_map(Value::as_str).map(EcoString::from).collect();
    let entries = call.map(0).entries().into_iter().filter(|(key, _)| names.contains(key) == picks);
    let map: Map = entries.collect();
    Ok(Value::from(map).noted(call.value(0).note))
}

fn dig(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let [path @ .., fallback, target] = call.arguments.as_slice() else {
        return call.fail("`dig` needs at least three arguments");
    };
    if path.is_empty() {
        return call.fail("`dig` needs at least three arguments");
    }
    if path.iter().any(|key| key.as_str().is_none() && !key.is_unknown()) {
        return call.fail("a key that `dig` follows must be a string");
    }
    let mut value = target.clone();
    for key in path {
        if value.is_unknown() {
            return Ok(value);
        }
        let Some(map) = value.as_map().filter(|map| map.kind() == MapKind::Any) else {
            return call.fail(format!("`dig` needs a map, not a value of type {}", value.type_name()));
        };
        let Some(key) = key.as_str() else { return Ok(key.clone()) };
        match map.get(key) {
            Some(found) => value = found.noted(value.note),
            None => return Ok(fallback.clone()),
        }
    }
    Ok(value)
}
