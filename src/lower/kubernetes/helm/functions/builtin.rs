//! Go's own functions, without the comparisons.

use super::short::{A, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::text;
use crate::lower::kubernetes::helm::value::{Data, Value};
use crate::lower::kubernetes::helm::value::{PlacedText, lossy};

pub const FUNCTIONS: &[Function] = &[
    Function::new("and", &[A], |call| Ok(call.value(0))).and(A).of_anything(),
    Function::new("or", &[A], |call| Ok(call.value(0))).and(A).of_anything(),
    Function::new("not", &[A], not).of_anything(),
    Function::new("len", &[A], len).of_parts(),
    Function::new("index", &[A], index).and(A).of_parts(),
    Function::new("print", &[], |call| call.result(text::print(&call.arguments))).and(A).of_anything(),
    Function::new("println", &[], |call| call.result(text::println(&call.arguments))).and(A).of_anything(),
    Function::new("printf", &[S], printf).and(A).of_anything(),
    Function::new("call", &[], |call| call.fail("this value is not a function")).and(A).of_anything(),
];

fn not(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = call.value(0);
    match value.truth() {
        Some(truth) => call.result(!truth),
        None => Ok(Value::unknown(value.unknown_note())),
    }
}

fn printf(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let format = call.value(0);
    let Some(text) = format.as_text() else { return Ok(Value::unknown(format.note)) };
    let printed = text::printf(text, call.rest(1));
    // The parts say themselves what brought them.
    let note = printed.note().is_none().then(|| call.note()).flatten();
    Ok(Value::from(printed).noted(note))
}

fn len(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = call.value(0);
    let length = match &value.data {
        Data::String(text) if !text.is_known() => return Ok(Value::unknown(text.unknown_note())),
        Data::String(text) => text.text().len(),
        Data::List(list) => list.items.len(),
        Data::Bytes(bytes) => bytes.len(),
        Data::Map(map) => map.borrow().len(),
        Data::Files(files) => files.iter().count(),
        _ => return call.fail(format!("a value of type {} has no length", value.type_name())),
    };
    call.result(Value::int(length as i64))
}

fn index(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let mut value = call.value(0);
    if value.is_nil() {
        return call.fail("nil cannot be indexed");
    }
    for key in call.rest(1).to_vec() {
        let note = value.note;
        value = match &value.data {
            Data::Unknown => return Ok(value),
            Data::Nil | Data::Invalid => return call.fail("nil cannot be indexed"),
            Data::List(list) if list.unordered && list.items.len() > 1 => return Ok(Value::unknown(note)),
            Data::List(list) => {
                let at = position(call, &key, list.items.len())?;
                list.items.get(at).cloned().unwrap_or_else(Value::nil)
            }
            Data::String(text) => {
                let at = position(call, &key, text.text().len())?;
                Value::byte(text.text().as_bytes().get(at).copied().unwrap_or_default())
            }
            Data::Bytes(bytes) => {
                Value::byte(bytes.get(position(call, &key, bytes.len())?).copied().unwrap_or_default())
            }
            Data::Map(map) => match &key.data {
                Data::Unknown => return Ok(key),
                Data::String(name) => map.get(name.text()).unwrap_or_else(Value::nil),
                _ => return call.fail("a map is indexed by a string"),
            },
            Data::Files(files) => match key.as_str() {
                Some(name) => files.bytes(name),
                None => return call.fail("a map is indexed by a string"),
            },
            _ => return call.fail(format!("a value of type {} cannot be indexed", value.type_name())),
        };
        value = value.noted(note);
    }
    Ok(value)
}

fn position(call: &Call<'_, '_>, key: &Value, length: usize) -> Outcome<usize> {
    let Data::Integer(integer) = key.data else {
        return call.fail(format!("a list is indexed by an integer, not by a value of type {}", key.type_name()));
    };
    match usize::try_from(integer.value) {
        Ok(at) if at < length => Ok(at),
        _ => call.fail(format!("index {} is out of range", integer.value)),
    }
}

/// The bytes `range` of a text. Half characters become replacement characters.
pub fn bytes_of(text: &PlacedText, range: std::ops::Range<usize>) -> PlacedText {
    if text.text().is_char_boundary(range.start) && text.text().is_char_boundary(range.end) {
        return text.slice(range);
    }
    lossy(text.text().as_bytes().get(range).unwrap_or_default()).into()
}
