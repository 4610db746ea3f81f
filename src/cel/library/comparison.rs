//! `==`, `!=`, `<` and its like.

use super::super::compare;
use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelValue};
use std::cmp::Ordering;

/// The signatures of an operator by which values have an order.
macro_rules! ordered {
    ($name:literal, $run:ident) => {
        [
            Row($name, "(bool, bool) bool", $run),
            Row($name, "(int, int) bool", $run),
            Row($name, "(int, double) bool", $run),
            Row($name, "(int, uint) bool", $run),
            Row($name, "(uint, uint) bool", $run),
            Row($name, "(uint, double) bool", $run),
            Row($name, "(uint, int) bool", $run),
            Row($name, "(double, double) bool", $run),
            Row($name, "(double, int) bool", $run),
            Row($name, "(double, uint) bool", $run),
            Row($name, "(string, string) bool", $run),
            Row($name, "(bytes, bytes) bool", $run),
            Row($name, "(timestamp, timestamp) bool", $run),
            Row($name, "(duration, duration) bool", $run),
        ]
    };
}

/// How many types have an order with each other.
const ORDERED: usize = 14;

const fn table() -> [Row; 2 + 4 * ORDERED] {
    let mut rows: [Row; 2 + 4 * ORDERED] = [const { Row("_==_", "(A, A) bool", equal) }; 2 + 4 * ORDERED];
    rows[1] = Row("_!=_", "(A, A) bool", not_equal);
    let operators = [
        ordered!("_<_", less),
        ordered!("_<=_", less_equal),
        ordered!("_>_", greater),
        ordered!("_>=_", greater_equal),
    ];
    let mut at = 0;
    while at < 4 * ORDERED {
        let row = &operators[at / ORDERED][at % ORDERED];
        rows[2 + at] = Row(row.0, row.1, row.2);
        at += 1;
    }
    rows
}

pub const ROWS: &[Row] = &table();

fn equal(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    compare::equal(&a.data, &b.data).map(|equal| CelData::Bool(equal).into()).ok_or(Failure::Undecided)
}

fn not_equal(args: &[CelValue]) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    compare::equal(&a.data, &b.data).map(|equal| CelData::Bool(!equal).into()).ok_or(Failure::Undecided)
}

fn ordering(args: &[CelValue], holds: fn(Ordering) -> bool) -> Answer {
    let [a, b] = args else { return Err(no_overload()) };
    let order = compare::order(&a.data, &b.data)?;
    CelData::Bool(holds(order)).into()
}

fn less(args: &[CelValue]) -> Answer {
    ordering(args, Ordering::is_lt)
}

fn less_equal(args: &[CelValue]) -> Answer {
    ordering(args, Ordering::is_le)
}

fn greater(args: &[CelValue]) -> Answer {
    ordering(args, Ordering::is_gt)
}

fn greater_equal(args: &[CelValue]) -> Answer {
    ordering(args, Ordering::is_ge)
}
