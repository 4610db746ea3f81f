//! `sets.contains`, `sets.equivalent`, `sets.intersects`: lists as sets.

use super::super::compare;
use super::super::function::{Answer, Failure, Row};
use super::super::value::{CelData, CelList, CelValue};
use super::lists::list;
use CelData::Bool;

pub const ROWS: &[Row] = &[
    Row("sets.contains", "(list(A), list(A)) bool", contains),
    Row("sets.equivalent", "(list(A), list(A)) bool", equivalent),
    Row("sets.intersects", "(list(A), list(A)) bool", intersects),
];

/// Whether a list has an element; `None` if that is not known.
fn has(list: &CelList, item: &CelValue) -> Option<bool> {
    let mut undecided = false;
    for other in list.iter() {
        match compare::equal(&other.data, &item.data) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => undecided = true,
        }
    }
    if undecided { None } else { Some(false) }
}

/// Whether `list` has all elements of `part`; one that it surely lacks decides.
fn has_all(list: &CelList, part: &CelList) -> Option<bool> {
    let mut result = Some(true);
    for item in part.iter() {
        match has(list, &item) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

fn answer(truth: Option<bool>) -> Answer {
    truth.map(|truth| Bool(truth).into()).ok_or(Failure::Undecided)
}

fn contains(args: &[CelValue]) -> Answer {
    answer(has_all(list(args, 0)?, list(args, 1)?))
}

fn equivalent(args: &[CelValue]) -> Answer {
    let (a, b) = (list(args, 0)?, list(args, 1)?);
    answer(match (has_all(a, b), has_all(b, a)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    })
}

fn intersects(args: &[CelValue]) -> Answer {
    let (a, b) = (list(args, 0)?, list(args, 1)?);
    let mut result = Some(false);
    for item in b.iter() {
        match has(a, &item) {
            Some(true) => return Bool(true).into(),
            Some(false) => {}
            None => result = None,
        }
    }
    answer(result)
}
