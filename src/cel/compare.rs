//! Equality and order of values, across numeric types.

use super::value::{CelData, CelMap, CelValue};
use crate::model::Value;
use std::cmp::Ordering;

/// Returns whether two values are equal; the causes are unknown where that depends on a part that is.
pub fn equal(a: &CelData, b: &CelData) -> Option<bool> {
    use CelData::{
        Bool, Bytes, Cidr, Duration, Format, Ip, List, Map, Null, Optional, Quantity, Semver, String, Timestamp, Type,
        Unknown, Url,
    };
    Some(match (a, b) {
        (Unknown(_), _) | (_, Unknown(_)) => return None,
        (Null, Null) => true,
        (Bool(a), Bool(b)) => a == b,
        (String(a), String(b)) => a == b,
        (Bytes(a), Bytes(b)) => a == b,
        (Timestamp(a), Timestamp(b)) => a == b,
        (Duration(a), Duration(b)) => a == b,
        (Type(a), Type(b)) => a.runtime_name() == b.runtime_name(),
        (Quantity(a), Quantity(b)) => a.compare(b).is_eq(),
        (Url(a), Url(b)) => a.text() == b.text(),
        (Ip(a), Ip(b)) => a == b,
        (Cidr(a, m), Cidr(b, n)) => (a, m) == (b, n),
        (Semver(a), Semver(b)) => a.compare(b).is_eq(),
        (Format(a), Format(b)) => a == b,
        (Optional(a), Optional(b)) => match (a, b) {
            (Some(a), Some(b)) => return equal(&a.data, &b.data),
            (a, b) => a.is_none() && b.is_none(),
        },
        (List(a), List(b)) => {
            return if a.len() == b.len() {
                all(a.iter().zip(b.iter()).map(|(a, b)| equal(&a.data, &b.data)))
            } else {
                Some(false)
            };
        }
        (Map(a), Map(b)) => return maps_equal(a, b),
        (a, b) => matches!(order_of_numbers(a, b), Numeric::Ordered(Ordering::Equal)),
    })
}

/// Returns whether all are true: false if one is false, unknown if one is unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

fn maps_equal(a: &CelMap, b: &CelMap) -> Option<bool> {
    let open = a.open().is_some() || b.open().is_some();
    if a.len() != b.len() && !open {
        return Some(false);
    }
    let entries = a.iter().map(|(key, value)| match find(b, &key.data) {
        Some((other, _)) => equal(&value.data, &other.data),
        None if b.open().is_some() => None,
        None => Some(false),
    });
    let missing = if open { None } else { Some(true) };
    all(entries.chain([missing]))
}

/// Returns the value of a key of a map, and the value of the model that it is.
pub fn find<'m>(map: &'m CelMap, key: &CelData) -> Option<(CelValue, Option<&'m Value>)> {
    match map {
        CelMap::Model(mapping) => mapping.get(key.as_str()?).map(|value| (value.into(), Some(value))),
        CelMap::Made(entries) => {
            let entry = entries.iter().find(|(other, _)| equal(&other.data, key) == Some(true));
            entry.map(|(_, value)| (value.clone(), None))
        }
    }
}

/// How two values are ordered as numbers.
enum Numeric {
    Ordered(Ordering),
    /// One of them is not a number, though a `double`.
    Nan,
    /// One of them is of another type.
    Other,
}

fn order_of_numbers(a: &CelData, b: &CelData) -> Numeric {
    use CelData::{Double, Int, Uint};
    let order = match (a, b) {
        (Int(a), Int(b)) => Some(a.cmp(b)),
        (Uint(a), Uint(b)) => Some(a.cmp(b)),
        (Double(a), Double(b)) => a.partial_cmp(b),
        (Int(a), Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (Uint(a), Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (Int(a), Double(b)) => order_of_integer(i128::from(*a), *b),
        (Uint(a), Double(b)) => order_of_integer(i128::from(*a), *b),
        (Double(a), Int(b)) => order_of_integer(i128::from(*b), *a).map(Ordering::reverse),
        (Double(a), Uint(b)) => order_of_integer(i128::from(*b), *a).map(Ordering::reverse),
        _ => return Numeric::Other,
    };
    order.map_or(Numeric::Nan, Numeric::Ordered)
}

/// Compares an integer with a float, exactly.
fn order_of_integer(a: i128, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    // Within this bound a float's whole part is an exact `i128`; all integers here are nearer to zero.
    if b.abs() >= 1e30 {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = b.trunc();
    Some(a.cmp(&(whole as i128)).then(if b > whole {
        Ordering::Less
    } else if b < whole {
        Ordering::Greater
    } else {
        Ordering::Equal
    }))
}

/// Returns how two values are ordered, of types that have an order.
pub fn order(a: &CelData, b: &CelData) -> Result<Ordering, String> {
    use CelData::{Bool, Bytes, Duration, String, Timestamp};
    match (a, b) {
        (Bool(a), Bool(b)) => Ok(a.cmp(b)),
        (String(a), String(b)) => Ok(a.as_str().cmp(b)),
        (Bytes(a), Bytes(b)) => Ok(a.cmp(b)),
        (Timestamp(a), Timestamp(b)) => Ok(a.cmp(b)),
        (Duration(a), Duration(b)) => Ok(a.cmp(b)),
        (a, b) => match order_of_numbers(a, b) {
            Numeric::Ordered(order) => Ok(order),
            Numeric::Nan => Err("NaN values cannot be ordered".into()),
            Numeric::Other => Err("no such overload".into()),
        },
    }
}
