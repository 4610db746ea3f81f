//! Arithmetic, concatenation, negation, membership and elements.

use super::super::compare;
use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelList, CelValue};
use CelData::{Bool, Bytes, Double, Duration, Int, List, Map, Optional, String, Timestamp, Uint};
use std::sync::Arc;

pub const ROWS: &[Row] = &[
    Row("_+_", "(int, int) int", add),
    Row("_+_", "(uint, uint) uint", add),
    Row("_+_", "(double, double) double", add),
    Row("_+_", "(string, string) string", add),
    Row("_+_", "(bytes, bytes) bytes", add),
    Row("_+_", "(list(A), list(A)) list(A)", add),
    Row("_+_", "(timestamp, duration) timestamp", add),
    Row("_+_", "(duration, timestamp) timestamp", add),
    Row("_+_", "(duration, duration) duration", add),
    Row("_-_", "(int, int) int", subtract),
    Row("_-_", "(uint, uint) uint", subtract),
    Row("_-_", "(double, double) double", subtract),
    Row("_-_", "(timestamp, timestamp) duration", subtract),
    Row("_-_", "(timestamp, duration) timestamp", subtract),
    Row("_-_", "(duration, duration) duration", subtract),
    Row("_*_", "(int, int) int", multiply),
    Row("_*_", "(uint, uint) uint", multiply),
    Row("_*_", "(double, double) double", multiply),
    Row("_/_", "(int, int) int", divide),
    Row("_/_", "(uint, uint) uint", divide),
    Row("_/_", "(double, double) double", divide),
    Row("_%_", "(int, int) int", modulo),
    Row("_%_", "(uint, uint) uint", modulo),
    Row("-_", "(int) int", negate),
    Row("-_", "(double) double", negate),
    Row("!_", "(bool) bool", not),
    Row("@in", "(A, list(A)) bool", in_list),
    Row("@in", "(A, map(A, B)) bool", in_map),
    Row("_[_]", "(list(A), int) A", element),
    Row("_[_]", "(map(A, B), A) B", element),
    Row("_[_]", "(optional(list(A)), int) optional(A)", element),
    Row("_[_]", "(optional(map(A, B)), A) optional(B)", element),
    Row("_[?_]", "(list(A), int) optional(A)", element),
    Row("_[?_]", "(map(A, B), A) optional(B)", element),
    Row("_[?_]", "(optional(list(A)), int) optional(A)", element),
    Row("_[?_]", "(optional(map(A, B)), A) optional(B)", element),
];

fn whole(value: Option<i64>) -> Result<CelData, Failure> {
    value.map(Int).ok_or_else(|| "integer overflow".into())
}

fn natural(value: Option<u64>) -> Result<CelData, Failure> {
    value.map(Uint).ok_or_else(|| "unsigned integer overflow".into())
}

/// A moment that is so many nanoseconds after another one.
fn later(moment: jiff::Timestamp, nanoseconds: i128) -> Result<CelData, Failure> {
    let moment = jiff::Timestamp::from_nanosecond(moment.as_nanosecond() + nanoseconds);
    moment.ok().filter(super::conversions::is_in_range).map(Timestamp).ok_or_else(|| "timestamp overflow".into())
}

fn length(nanoseconds: Option<i64>) -> Result<CelData, Failure> {
    nanoseconds.map(Duration).ok_or_else(|| "integer overflow".into())
}

/// Adds, or joins.
pub fn add(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    Ok(CelValue::from(match (&a.data, &b.data) {
        (Int(a), Int(b)) => whole(a.checked_add(*b))?,
        (Uint(a), Uint(b)) => natural(a.checked_add(*b))?,
        (Double(a), Double(b)) => Double(a + b),
        (String(a), String(b)) => CelData::string(format!("{a}{b}")),
        (Bytes(a), Bytes(b)) => Bytes([&a[..], &b[..]].concat().into()),
        (List(a), List(b)) => joined(a, b),
        (Timestamp(moment), Duration(length)) | (Duration(length), Timestamp(moment)) => {
            later(*moment, i128::from(*length))?
        }
        (Duration(a), Duration(b)) => length(a.checked_add(*b))?,
        _ => return Err(no_overload()),
    }))
}

fn joined(a: &CelList, b: &CelList) -> CelData {
    CelData::list_of(a.iter().chain(b.iter()).collect())
}

fn subtract(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    Ok(CelValue::from(match (&a.data, &b.data) {
        (Int(a), Int(b)) => whole(a.checked_sub(*b))?,
        (Uint(a), Uint(b)) => natural(a.checked_sub(*b))?,
        (Double(a), Double(b)) => Double(a - b),
        (Timestamp(a), Timestamp(b)) => length(i64::try_from(a.as_nanosecond() - b.as_nanosecond()).ok())?,
        (Timestamp(moment), Duration(length)) => later(*moment, -i128::from(*length))?,
        (Duration(a), Duration(b)) => length(a.checked_sub(*b))?,
        _ => return Err(no_overload()),
    }))
}

fn multiply(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    Ok(CelValue::from(match (&a.data, &b.data) {
        (Int(a), Int(b)) => whole(a.checked_mul(*b))?,
        (Uint(a), Uint(b)) => natural(a.checked_mul(*b))?,
        (Double(a), Double(b)) => Double(a * b),
        _ => return Err(no_overload()),
    }))
}

fn divide(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    Ok(CelValue::from(match (&a.data, &b.data) {
        (Int(_), Int(0)) | (Uint(_), Uint(0)) => return Err("division by zero".into()),
        (Int(a), Int(b)) => whole(a.checked_div(*b))?,
        (Uint(a), Uint(b)) => Uint(a / b),
        (Double(a), Double(b)) => Double(a / b),
        _ => return Err(no_overload()),
    }))
}

fn modulo(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    Ok(CelValue::from(match (&a.data, &b.data) {
        (Int(_), Int(0)) | (Uint(_), Uint(0)) => return Err("modulus by zero".into()),
        (Int(a), Int(b)) => whole(a.checked_rem(*b))?,
        (Uint(a), Uint(b)) => Uint(a % b),
        _ => return Err(no_overload()),
    }))
}

fn negate(args: &[CelValue]) -> Answer {
    match args.first().map(|arg| &arg.data) {
        Some(Int(value)) => Ok(whole(value.checked_neg())?.into()),
        Some(Double(value)) => Double(-value).into(),
        _ => Err(no_overload()),
    }
}

fn not(args: &[CelValue]) -> Answer {
    match args.first().map(|arg| &arg.data) {
        Some(Bool(value)) => Bool(!value).into(),
        _ => Err(no_overload()),
    }
}

fn in_list(args: &[CelValue]) -> Answer {
    let [value, CelValue { data: List(list), .. }] = args else { return Err(no_overload()) };
    let mut undecided = false;
    for item in list.iter() {
        match compare::equal(&value.data, &item.data) {
            Some(true) => return Bool(true).into(),
            Some(false) => {}
            None => undecided = true,
        }
    }
    if undecided { Err(Failure::Undecided) } else { Bool(false).into() }
}

fn in_map(args: &[CelValue]) -> Answer {
    let [key, CelValue { data: Map(map), .. }] = args else { return Err(no_overload()) };
    match compare::find(map, &key.data) {
        Some(_) => Bool(true).into(),
        None if map.open().is_some() => Err(Failure::Undecided),
        None => Bool(false).into(),
    }
}

/// The element of a list or a map; an error if it is absent.
fn element(args: &[CelValue]) -> Answer {
    let [base, key] = args else { return Err(no_overload()) };
    match &base.data {
        Optional(None) => Optional(None).into(),
        Optional(Some(inner)) => {
            let result = element(&[(**inner).clone(), key.clone()]);
            Optional(result.ok().map(Arc::new)).into()
        }
        List(list) => list_element(list, &key.data),
        Map(map) => match compare::find(map, &key.data) {
            Some((value, _)) => Ok(value),
            None if map.open().is_some() => Err(Failure::Undecided),
            None => Err(absent(&key.data)),
        },
        _ => Err(no_overload()),
    }
}

fn list_element(list: &CelList, key: &CelData) -> Answer {
    let at = index(key)?;
    let element = usize::try_from(at).ok().and_then(|at| list.get(at));
    element.map(|(item, _)| item).ok_or_else(|| format!("index out of bounds: {at}").into())
}

/// Returns the number of an element, which may be a float or a `uint` without a fraction.
pub fn index(key: &CelData) -> Result<i64, Failure> {
    match key {
        Int(at) => Ok(*at),
        Uint(at) => i64::try_from(*at).map_err(|_| format!("index out of bounds: {at}").into()),
        Double(at) if at.fract() == 0.0 && at.abs() < 9e15 => Ok(*at as i64),
        other => Err(format!("unsupported index value {} in list", super::super::text::plain(other)).into()),
    }
}

/// The error of a key that a map does not have.
fn absent(key: &CelData) -> Failure {
    format!("no such key: {}", super::super::text::plain(key)).into()
}
