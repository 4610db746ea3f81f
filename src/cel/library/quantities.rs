//! Quantities of resources.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::quantity::Quantity;
use super::super::value::{CelData, CelValue};
use super::strings::text;
use CelData::{Bool, Double, Int};
use std::sync::Arc;

pub const ROWS: &[Row] = &[
    Row("quantity", "(string) quantity", quantity),
    Row("isQuantity", "(string) bool", is_quantity),
    Row("sign", "(quantity) int", sign),
    Row("isGreaterThan", "quantity.(quantity) bool", is_greater_than),
    Row("isLessThan", "quantity.(quantity) bool", is_less_than),
    Row("compareTo", "quantity.(quantity) int", compare_to),
    Row("asApproximateFloat", "quantity.() double", as_float),
    Row("asInteger", "quantity.() int", as_integer),
    Row("isInteger", "quantity.() bool", is_integer),
    Row("add", "quantity.(quantity) quantity", add),
    Row("add", "quantity.(int) quantity", add),
    Row("sub", "quantity.(quantity) quantity", subtract),
    Row("sub", "quantity.(int) quantity", subtract),
];

fn quantity(args: &[CelValue]) -> Answer {
    CelData::Quantity(Arc::new(Quantity::parse(text(args, 0)?)?)).into()
}

fn is_quantity(args: &[CelValue]) -> Answer {
    Bool(Quantity::parse(text(args, 0)?).is_ok()).into()
}

/// The amount of an argument, which may be a whole number.
fn amount(args: &[CelValue], at: usize) -> Result<Quantity, Failure> {
    match args.get(at).map(|arg| &arg.data) {
        Some(CelData::Quantity(quantity)) => Ok((**quantity).clone()),
        Some(Int(number)) => Ok(Quantity::whole(*number)),
        _ => Err(no_overload()),
    }
}

fn sign(args: &[CelValue]) -> Answer {
    Int(amount(args, 0)?.compare(&Quantity::whole(0)) as i64).into()
}

fn is_greater_than(args: &[CelValue]) -> Answer {
    Bool(amount(args, 0)?.compare(&amount(args, 1)?).is_gt()).into()
}

fn is_less_than(args: &[CelValue]) -> Answer {
    Bool(amount(args, 0)?.compare(&amount(args, 1)?).is_lt()).into()
}

fn compare_to(args: &[CelValue]) -> Answer {
    Int(amount(args, 0)?.compare(&amount(args, 1)?) as i64).into()
}

fn as_float(args: &[CelValue]) -> Answer {
    Double(amount(args, 0)?.float()).into()
}

fn as_integer(args: &[CelValue]) -> Answer {
    amount(args, 0)?.integer().map(|number| Int(number).into()).ok_or_else(|| "cannot convert value to integer".into())
}

fn is_integer(args: &[CelValue]) -> Answer {
    Bool(amount(args, 0)?.integer().is_some()).into()
}

fn add(args: &[CelValue]) -> Answer {
    CelData::Quantity(Arc::new(amount(args, 0)?.add(&amount(args, 1)?))).into()
}

fn subtract(args: &[CelValue]) -> Answer {
    CelData::Quantity(Arc::new(amount(args, 0)?.subtract(&amount(args, 1)?))).into()
}
