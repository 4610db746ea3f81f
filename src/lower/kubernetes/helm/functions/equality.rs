//! `reflect.DeepEqual`.

#![allow(clippy::float_cmp, reason = "templates compare floats exactly")]

use crate::lower::kubernetes::helm::value::{Data, Value};

/// Whether two values are equal with all that is in them; values of different types never are.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    equal_within(a, b, 0, &mut 200_000)
}

/// `budget` is how many pairs are compared; what is larger is taken for unequal.
fn equal_within(a: &Value, b: &Value, depth: usize, budget: &mut u32) -> bool {
    *budget = budget.saturating_sub(1);
    if depth > 200 || *budget == 0 {
        return false;
    }
    match (&a.data, &b.data) {
        (Data::Nil | Data::Invalid, Data::Nil | Data::Invalid) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Integer(a), Data::Integer(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Complex(a, b), Data::Complex(c, d)) => a == c && b == d,
        (Data::String(a), Data::String(b)) => a.text() == b.text(),
        (Data::Bytes(a), Data::Bytes(b)) => a == b,
        (Data::List(a), Data::List(b)) => {
            a.element == b.element
                && a.nil == b.nil
                && a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|(a, b)| equal_within(a, b, depth + 1, budget))
        }
        (Data::Map(a), Data::Map(b)) => {
            if a.is_same(b) {
                return true;
            }
            let (one, other) = (a.borrow(), b.borrow());
            a.kind() == b.kind()
                && one.len() == other.len()
                && one.iter().zip(other.iter()).all(|((k, a), (l, b))| k == l && equal_within(a, b, depth + 1, budget))
        }
        (Data::Object(a), Data::Object(b)) => {
            a.kind == b.kind
                && a.fields.iter().zip(&b.fields).all(|(a, b)| equal_within(&a.value, &b.value, depth + 1, budget))
        }
        (Data::Version(a), Data::Version(b)) => a == b,
        (Data::Time(a), Data::Time(b)) => a == b,
        (Data::Duration(a), Data::Duration(b)) => a == b,
        _ => false,
    }
}
