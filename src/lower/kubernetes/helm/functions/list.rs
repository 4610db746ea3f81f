//! sprig's lists.

use super::convert::{int64, string};
use super::equality::deep_equal;
use super::short::{A, I, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Data, Element, List, Place, TextBuilder, Value};
use std::rc::Rc;

pub const FUNCTIONS: &[Function] = &[
    Function::new("list", &[], list).and(A).of_anything(),
    Function::new("tuple", &[], list).and(A).of_anything(),
    Function::new("append", &[A, A], push).of_parts(),
    Function::new("push", &[A, A], push).of_parts(),
    Function::new("mustAppend", &[A, A], push).of_parts(),
    Function::new("mustPush", &[A, A], push).of_parts(),
    Function::new("prepend", &[A, A], prepend).of_parts(),
    Function::new("mustPrepend", &[A, A], prepend).of_parts(),
    Function::new("concat", &[], concat).and(A).of_parts(),
    Function::new("first", &[A], |call| element(call, 0)).of_parts(),
    Function::new("mustFirst", &[A], |call| element(call, 0)).of_parts(),
    Function::new("last", &[A], |call| element(call, -1)).of_parts(),
    Function::new("mustLast", &[A], |call| element(call, -1)).of_parts(),
    Function::new("rest", &[A], |call| part(call, 1, 0)).of_parts(),
    Function::new("mustRest", &[A], |call| part(call, 1, 0)).of_parts(),
    Function::new("initial", &[A], |call| part(call, 0, 1)).of_parts(),
    Function::new("mustInitial", &[A], |call| part(call, 0, 1)).of_parts(),
    Function::new("reverse", &[A], reverse).of_parts(),
    Function::new("mustReverse", &[A], reverse).of_parts(),
    Function::new("compact", &[A], compact),
    Function::new("mustCompact", &[A], compact),
    Function::new("uniq", &[A], uniq),
    Function::new("mustUniq", &[A], uniq),
    Function::new("without", &[A], without).and(A),
    Function::new("mustWithout", &[A], without).and(A),
    Function::new("has", &[A, A], has).of_parts(),
    Function::new("mustHas", &[A, A], has).of_parts(),
    Function::new("slice", &[A], slice).and(A).of_parts(),
    Function::new("mustSlice", &[A], slice).and(A).of_parts(),
    Function::new("chunk", &[I, A], chunk).of_parts(),
    Function::new("mustChunk", &[I, A], chunk).of_parts(),
    Function::new("sortAlpha", &[A], sort_alpha).of_parts(),
    Function::new("join", &[S, A], join).of_parts(),
    Function::new("toStrings", &[A], |call| call.result(Value::strings(strings(&call.value(0))))).of_parts(),
];

fn list(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let items = std::mem::take(&mut call.arguments);
    Ok(Value::list(items))
}

/// The list of argument `at`; an error where it is none.
fn items(call: &Call<'_, '_>, at: usize) -> Outcome<Rc<List>> {
    match &call.value(at).data {
        Data::List(list) => Ok(list.clone()),
        Data::Bytes(bytes) => Ok(Rc::new(List::of(Element::Any, bytes.iter().copied().map(Value::byte).collect()))),
        Data::Nil | Data::Invalid => call.fail("a list is expected, not nil"),
        _ => call.fail(format!("a list is expected, not a value of type {}", call.value(at).type_name())),
    }
}

fn push(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let mut items = items(call, 0)?.items.clone();
    call.evaluator.step(items.len() as u64, call.span)?;
    items.push(call.value(1));
    Ok(Value::list(items))
}

fn prepend(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let list = items(call, 0)?;
    call.evaluator.step(list.items.len() as u64, call.span)?;
    Ok(Value::list(std::iter::once(call.value(1)).chain(list.items.iter().cloned()).collect()))
}

fn concat(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let mut all = Vec::new();
    for at in 0..call.arguments.len() {
        let list = items(call, at)?;
        call.evaluator.step(list.items.len() as u64, call.span)?;
        all.extend(list.items.iter().cloned());
    }
    if all.is_empty() {
        return Ok(List::nil(Element::Any).into());
    }
    Ok(Value::list(all))
}

/// An element from the front, or from the back where `at` is negative; nil in an empty list.
fn element(call: &mut Call<'_, '_>, at: isize) -> Outcome<Value> {
    let list = items(call, 0)?;
    if list.unordered && list.items.len() > 1 {
        return Ok(Value::unknown(call.note()));
    }
    let found = if at < 0 { list.items.last() } else { list.items.first() };
    Ok(found.cloned().unwrap_or_else(Value::nil))
}

/// The list without some elements at its ends.
fn part(call: &mut Call<'_, '_>, front: usize, back: usize) -> Outcome<Value> {
    let list = items(call, 0)?;
    if list.items.is_empty() {
        return Ok(List::nil(Element::Any).into());
    }
    let kept = list.items.get(front..list.items.len() - back).unwrap_or_default().to_vec();
    call.evaluator.step(kept.len() as u64, call.span)?;
    Ok(List { unordered: list.unordered, ..List::of(Element::Any, kept) }.into())
}

fn reverse(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let list = items(call, 0)?;
    Ok(List { unordered: list.unordered, ..List::of(Element::Any, list.items.iter().rev().cloned().collect()) }.into())
}

fn compact(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let list = items(call, 0)?;
    Ok(Value::list(list.items.iter().filter(|item| item.truth() == Some(true)).cloned().collect()))
}

fn uniq(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let list = items(call, 0)?;
    let mut unique: Vec<Value> = Vec::new();
    for item in &list.items {
        call.evaluator.step(1 + unique.len() as u64 / 8, call.span)?;
        if !unique.iter().any(|known| deep_equal(known, item)) {
            unique.push(item.clone());
        }
    }
    Ok(Value::list(unique))
}

fn without(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let list = items(call, 0)?;
    let kept = list.items.iter().filter(|item| !call.rest(1).iter().any(|omitted| deep_equal(item, omitted)));
    Ok(Value::list(kept.cloned().collect()))
}

fn has(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if call.value(1).is_nil() {
        return Ok(false.into());
    }
    let (needle, list) = (call.value(0), items(call, 1)?);
    if list.items.iter().any(|item| item.is_wholly_known() && deep_equal(&needle, item)) {
        return Ok(true.into());
    }
    match list.items.iter().find_map(Value::unknown_note).or(needle.unknown_note()) {
        Some(note) => Ok(Value::unknown(Some(note))),
        None => Ok(false.into()),
    }
}

fn slice(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let list = items(call, 0)?;
    if list.items.is_empty() {
        return Ok(Value::nil());
    }
    let start = call.arguments.get(1).map_or(0, int64);
    let end = call.arguments.get(2).map_or(list.items.len() as i64, int64);
    let bounds = usize::try_from(start).ok().zip(usize::try_from(end).ok()).filter(|(start, end)| start <= end);
    match bounds.and_then(|(start, end)| list.items.get(start..end)) {
        Some(items) => Ok(List { items: items.to_vec(), ..(*list).clone() }.into()),
        None => call.fail("the bounds of this slice are out of range"),
    }
}

fn chunk(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (size, list) = (call.int(0), items(call, 1)?);
    if list.items.is_empty() && size > 0 {
        return Ok(List::of(Element::List, Vec::new()).into());
    }
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return call.fail("the size of a chunk must be positive");
    };
    let chunks = list.items.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect();
    Ok(List::of(Element::List, chunks).into())
}

/// The elements of a list as strings, without nil ones; anything else as a list of one.
pub fn strings(value: &Value) -> Vec<Value> {
    match &value.data {
        Data::List(list) => {
            let known = list.items.iter().filter(|item| !item.is_nil());
            known
                .map(|item| if item.is_unknown() { item.clone() } else { Value::from(string(item)).noted(item.note) })
                .collect()
        }
        Data::Nil | Data::Invalid => Vec::new(),
        _ => vec![Value::from(string(value)).noted(value.note)],
    }
}

fn sort_alpha(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = call.value(0);
    let mut sorted = strings(&value);
    if value.as_list().is_none() {
        return Ok(Value::strings(vec![Value::from(string(&value)).noted(value.note)]));
    }
    if let Some(note) = sorted.iter().find_map(Value::unknown_note) {
        return Ok(Value::unknown(Some(note)));
    }
    sorted.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::strings(sorted))
}

fn join(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (separator, value) = (call.placed(0), call.value(1));
    if value.as_list().is_some_and(|list| list.unordered && list.items.len() > 1) {
        return Ok(Value::unknown(value.note));
    }
    let mut out = TextBuilder::default();
    for (at, item) in strings(&value).iter().enumerate() {
        if at > 0 {
            out.push_text(&separator, Place::default());
        }
        match item.as_text() {
            Some(text) => out.push_text(text, Place::noted(item.note.or(value.note))),
            None => out.push_unknown(None, item.note),
        }
    }
    call.evaluator.bytes(out.len(), call.span)?;
    Ok(out.finish().into())
}
