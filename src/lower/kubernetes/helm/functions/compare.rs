//! Go's comparisons: `eq`, `lt` and their like. Numbers of different types are not comparable.

#![allow(clippy::float_cmp, reason = "templates compare floats exactly")]

use super::short::A;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Data, Value};
use std::cmp::Ordering;

pub const FUNCTIONS: &[Function] = &[
    Function::new("eq", &[A], eq).and(A).of_anything(),
    Function::new("ne", &[A, A], |call| {
        let equal = equal(call, &call.value(0), &call.value(1))?;
        finish(call, equal.map(|equal| !equal))
    })
    .of_anything(),
    Function::new("lt", &[A, A], |call| ordered(call, |order| order == Some(Ordering::Less))).of_anything(),
    Function::new("le", &[A, A], |call| ordered(call, |order| matches!(order, Some(Ordering::Less | Ordering::Equal))))
        .of_anything(),
    Function::new("gt", &[A, A], |call| {
        ordered(call, |order| !matches!(order, Some(Ordering::Less | Ordering::Equal)))
    })
    .of_anything(),
    Function::new("ge", &[A, A], |call| ordered(call, |order| order != Some(Ordering::Less))).of_anything(),
];

/// The kinds that Go compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basic {
    None,
    Bool,
    Integer,
    Float,
    Complex,
    String,
}

fn basic(value: &Value) -> Basic {
    match &value.data {
        Data::Bool(_) => Basic::Bool,
        Data::Integer(_) | Data::Duration(_) => Basic::Integer,
        Data::Float(_) => Basic::Float,
        Data::Complex(..) => Basic::Complex,
        Data::String(_) => Basic::String,
        _ => Basic::None,
    }
}

fn finish(call: &Call<'_, '_>, truth: Option<bool>) -> Outcome<Value> {
    match truth {
        Some(truth) => Ok(truth.into()),
        None => Ok(Value::unknown(call.arguments.iter().find_map(Value::unknown_note))),
    }
}

fn eq(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if call.rest(1).is_empty() {
        return call.fail("`eq` needs something to compare with");
    }
    let mut result = Some(false);
    for other in call.rest(1) {
        match equal(call, &call.value(0), other)? {
            Some(true) => return Ok(true.into()),
            Some(false) => {}
            None => result = None,
        }
    }
    finish(call, result)
}

/// Whether two values are equal. `None` when that is not known.
fn equal(call: &Call<'_, '_>, a: &Value, b: &Value) -> Outcome<Option<bool>> {
    if a.is_unknown() || b.is_unknown() {
        return Ok(None);
    }
    if let (Some(one), Some(other)) = (a.as_text(), b.as_text())
        && !(one.is_known() && other.is_known())
    {
        return Ok(None);
    }
    let (first, second) = (basic(a), basic(b));
    if first != second {
        if !a.is_nil() && !b.is_nil() {
            return call.fail(format!("values of types {} and {} cannot be compared", a.type_name(), b.type_name()));
        }
        return Ok(Some(false));
    }
    Ok(Some(match (&a.data, &b.data) {
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Integer(a), Data::Integer(b)) => a.value == b.value,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Complex(a, b), Data::Complex(c, d)) => a == c && b == d,
        (Data::String(a), Data::String(b)) => a.text() == b.text(),
        (Data::Duration(a), Data::Duration(b)) => a == b,
        (Data::Duration(a), Data::Integer(b)) | (Data::Integer(b), Data::Duration(a)) => i128::from(*a) == b.value,
        (Data::Nil | Data::Invalid, Data::Nil | Data::Invalid) => true,
        (Data::Nil | Data::Invalid, Data::List(list)) | (Data::List(list), Data::Nil | Data::Invalid) => list.nil,
        (Data::Nil | Data::Invalid, _) | (_, Data::Nil | Data::Invalid) => false,
        (Data::Version(a), Data::Version(b)) => std::rc::Rc::ptr_eq(a, b),
        (Data::Time(a), Data::Time(b)) => a == b,
        _ => return call.fail(format!("values of type {} cannot be compared", b.type_name())),
    }))
}

fn ordered(call: &mut Call<'_, '_>, decide: fn(Option<Ordering>) -> bool) -> Outcome<Value> {
    let (a, b) = (call.value(0), call.value(1));
    let unknown = |value: &Value| value.is_unknown() || value.as_text().is_some_and(|text| !text.is_known());
    if unknown(&a) || unknown(&b) {
        return finish(call, None);
    }
    let order = match (&a.data, &b.data) {
        (Data::Integer(a), Data::Integer(b)) => Some(a.value.cmp(&b.value)),
        (Data::Float(a), Data::Float(b)) => a.partial_cmp(b),
        (Data::String(a), Data::String(b)) => Some(a.text().cmp(b.text())),
        (Data::Duration(a), Data::Duration(b)) => Some(a.cmp(b)),
        _ => {
            return call.fail(format!("values of types {} and {} have no order", a.type_name(), b.type_name()));
        }
    };
    Ok(decide(order).into())
}
