//! Functions of lists: Kubernetes' own, and version 3 of the language's extension.

use super::super::compare;
use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelList, CelValue};
use super::strings::number;
use crate::limits::cel::RANGE_LIMIT;
use CelData::{Bool, Double, Duration, Int, List, Uint};
use std::cmp::Ordering;

pub const ROWS: &[Row] = &[
    Row("isSorted", "list(int).() bool", is_sorted),
    Row("isSorted", "list(uint).() bool", is_sorted),
    Row("isSorted", "list(double).() bool", is_sorted),
    Row("isSorted", "list(bool).() bool", is_sorted),
    Row("isSorted", "list(duration).() bool", is_sorted),
    Row("isSorted", "list(timestamp).() bool", is_sorted),
    Row("isSorted", "list(string).() bool", is_sorted),
    Row("isSorted", "list(bytes).() bool", is_sorted),
    Row("sum", "list(int).() int", |args| sum(args, Int(0))),
    Row("sum", "list(uint).() uint", |args| sum(args, Uint(0))),
    Row("sum", "list(double).() double", |args| sum(args, Double(0.0))),
    Row("sum", "list(duration).() duration", |args| sum(args, Duration(0))),
    Row("min", "list(int).() int", min),
    Row("min", "list(uint).() uint", min),
    Row("min", "list(double).() double", min),
    Row("min", "list(bool).() bool", min),
    Row("min", "list(duration).() duration", min),
    Row("min", "list(timestamp).() timestamp", min),
    Row("min", "list(string).() string", min),
    Row("min", "list(bytes).() bytes", min),
    Row("max", "list(int).() int", max),
    Row("max", "list(uint).() uint", max),
    Row("max", "list(double).() double", max),
    Row("max", "list(bool).() bool", max),
    Row("max", "list(duration).() duration", max),
    Row("max", "list(timestamp).() timestamp", max),
    Row("max", "list(string).() string", max),
    Row("max", "list(bytes).() bytes", max),
    Row("indexOf", "list(A).(A) int", index_of),
    Row("lastIndexOf", "list(A).(A) int", last_index_of),
    Row("slice", "list(A).(int, int) list(A)", slice),
    Row("flatten", "list(list(A)).() list(A)", flatten),
    Row("flatten", "list(dyn).(int) list(dyn)", flatten),
    Row("sort", "list(int).() list(int)", sort),
    Row("sort", "list(uint).() list(uint)", sort),
    Row("sort", "list(double).() list(double)", sort),
    Row("sort", "list(bool).() list(bool)", sort),
    Row("sort", "list(duration).() list(duration)", sort),
    Row("sort", "list(timestamp).() list(timestamp)", sort),
    Row("sort", "list(string).() list(string)", sort),
    Row("sort", "list(bytes).() list(bytes)", sort),
    Row("lists.range", "(int) list(int)", range),
    Row("reverse", "list(A).() list(A)", reverse),
    Row("distinct", "list(A).() list(A)", distinct),
    Row("first", "list(A).() optional(A)", first),
    Row("last", "list(A).() optional(A)", last),
];

/// The list that a function is called on.
pub fn list(args: &[CelValue], at: usize) -> Result<&CelList, Failure> {
    match args.get(at).map(|arg| &arg.data) {
        Some(List(list)) => Ok(list),
        _ => Err(no_overload()),
    }
}

/// How two elements are ordered.
fn order(a: &CelValue, b: &CelValue) -> Result<Ordering, Failure> {
    if a.data.as_unknown().is_some() || b.data.as_unknown().is_some() {
        return Err(Failure::Undecided);
    }
    Ok(compare::order(&a.data, &b.data)?)
}

fn is_sorted(args: &[CelValue]) -> Answer {
    let items: Vec<CelValue> = list(args, 0)?.iter().collect();
    for pair in items.windows(2) {
        if let [a, b] = pair
            && order(a, b)?.is_gt()
        {
            return Bool(false).into();
        }
    }
    Bool(true).into()
}

fn sum(args: &[CelValue], zero: CelData) -> Answer {
    let mut total: Option<CelValue> = None;
    for item in list(args, 0)?.iter() {
        if item.data.as_unknown().is_some() {
            return Err(Failure::Undecided);
        }
        total = Some(match total {
            None => item,
            Some(total) => super::operators::add(&[total, item])?,
        });
    }
    Ok(total.unwrap_or_else(|| zero.into()))
}

/// The element that none other stands before (or behind) in the order.
fn extreme(args: &[CelValue], name: &str, better: fn(Ordering) -> bool) -> Answer {
    let mut best: Option<CelValue> = None;
    for item in list(args, 0)?.iter() {
        best = Some(match best {
            Some(best) if !better(order(&item, &best)?) => best,
            _ => item,
        });
    }
    match best {
        Some(best) if best.data.as_unknown().is_some() => Err(Failure::Undecided),
        Some(best) => Ok(best),
        None => Err(format!("{name} called on empty list").into()),
    }
}

fn min(args: &[CelValue]) -> Answer {
    extreme(args, "min", Ordering::is_lt)
}

fn max(args: &[CelValue]) -> Answer {
    extreme(args, "max", Ordering::is_gt)
}

/// The number of the first of some elements that is equal to a value.
fn position(items: impl Iterator<Item = (usize, CelValue)>, value: &CelValue) -> Answer {
    for (at, item) in items {
        match compare::equal(&item.data, &value.data) {
            Some(true) => return Int(at as i64).into(),
            Some(false) => {}
            None => return Err(Failure::Undecided),
        }
    }
    Int(-1).into()
}

fn index_of(args: &[CelValue]) -> Answer {
    position(list(args, 0)?.iter().enumerate(), args.get(1).ok_or_else(no_overload)?)
}

fn last_index_of(args: &[CelValue]) -> Answer {
    let items: Vec<CelValue> = list(args, 0)?.iter().collect();
    position(items.into_iter().enumerate().rev(), args.get(1).ok_or_else(no_overload)?)
}

fn slice(args: &[CelValue]) -> Answer {
    let list = list(args, 0)?;
    let (start, end) = (number(args, 1)?.unwrap_or_default(), number(args, 2)?.unwrap_or_default());
    let wrong = |why: &str| Err(format!("cannot slice({start}, {end}), {why}").into());
    if start < 0 || end < 0 {
        return wrong("negative indexes not supported");
    }
    if start > end {
        return wrong("start index must be less than or equal to end index");
    }
    if end > list.len() as i64 {
        return wrong(&format!("list is length {}", list.len()));
    }
    CelData::list_of(list.iter().skip(start as usize).take((end - start) as usize).collect()).into()
}

fn flatten(args: &[CelValue]) -> Answer {
    let depth = number(args, 1)?.unwrap_or(1);
    if depth < 0 {
        return Err("level must be non-negative".into());
    }
    let mut out = Vec::new();
    flatten_into(list(args, 0)?, depth, &mut out)?;
    CelData::list_of(out).into()
}

fn flatten_into(list: &CelList, depth: i64, out: &mut Vec<CelValue>) -> Result<(), Failure> {
    for item in list.iter() {
        match &item.data {
            List(inner) if depth > 0 => flatten_into(inner, depth - 1, out)?,
            CelData::Unknown(_) if depth > 0 => return Err(Failure::Undecided),
            _ => out.push(item),
        }
    }
    Ok(())
}

fn sort(args: &[CelValue]) -> Answer {
    let items: Vec<CelValue> = list(args, 0)?.iter().collect();
    sorted_by(items.clone(), items)
}

/// Returns `items` in the order of `keys`, one for each.
pub fn sorted_by(items: Vec<CelValue>, keys: Vec<CelValue>) -> Answer {
    let same_type = |pair: &[CelValue]| match pair {
        [a, b] => a.data.ty() == b.data.ty(),
        _ => true,
    };
    if keys.iter().any(|key| key.data.as_unknown().is_some()) {
        return Err(Failure::Undecided);
    }
    if !keys.windows(2).all(same_type) {
        return Err("list elements must have the same type".into());
    }
    let mut pairs: Vec<(CelValue, CelValue)> = keys.into_iter().zip(items).collect();
    if let [(first, _), _, ..] = &pairs[..] {
        compare::order(&first.data, &first.data).map_err(|_| "list elements must be comparable")?;
    }
    pairs.sort_by(|(a, _), (b, _)| compare::order(&a.data, &b.data).unwrap_or(Ordering::Equal));
    CelData::list_of(pairs.into_iter().map(|(_, item)| item).collect()).into()
}

fn range(args: &[CelValue]) -> Answer {
    let end = number(args, 0)?.unwrap_or_default();
    CelData::list((0..end.min(RANGE_LIMIT)).map(Int)).into()
}

fn reverse(args: &[CelValue]) -> Answer {
    let mut items: Vec<CelValue> = list(args, 0)?.iter().collect();
    items.reverse();
    CelData::list_of(items).into()
}

fn distinct(args: &[CelValue]) -> Answer {
    let mut kept: Vec<CelValue> = Vec::new();
    for item in list(args, 0)?.iter() {
        let mut is_new = true;
        for other in &kept {
            match compare::equal(&item.data, &other.data) {
                Some(true) => is_new = false,
                Some(false) => {}
                None => return Err(Failure::Undecided),
            }
        }
        if is_new {
            kept.push(item);
        }
    }
    CelData::list_of(kept).into()
}

fn first(args: &[CelValue]) -> Answer {
    let item = list(args, 0)?.get(0).map(|(item, _)| std::sync::Arc::new(item));
    CelData::Optional(item).into()
}

fn last(args: &[CelValue]) -> Answer {
    let list = list(args, 0)?;
    let item = list.len().checked_sub(1).and_then(|at| list.get(at)).map(|(item, _)| std::sync::Arc::new(item));
    CelData::Optional(item).into()
}
