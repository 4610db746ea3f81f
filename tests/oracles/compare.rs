//! How two answers relate.

use serde_json::{Map, Value as Json};

/// From best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The same.
    Right,
    /// Known here where the oracle does not know.
    Refined,
    /// Unknown here where the oracle knows.
    Vague,
    /// Anything else.
    Wrong,
}

/// Whether a value is `{"$unknown": why}`.
pub fn is_unknown(value: &Json) -> bool {
    value.get("$unknown").is_some()
}

/// Whether any part of a value is unknown.
pub fn has_unknown(value: &Json) -> bool {
    match value {
        Json::Object(members) => is_unknown(value) || members.values().any(has_unknown),
        Json::Array(items) => items.iter().any(has_unknown),
        _ => false,
    }
}

/// Equal as JSON; numbers are equal when their digits or their nearest doubles are.
pub fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

/// `mask` is the oracle's: true where it does not know, false where it does, or a structure of these.
pub fn masked(want: &Json, mask: &Json, got: &Json) -> Verdict {
    match mask {
        Json::Bool(true) if is_unknown(got) => return Verdict::Right,
        Json::Bool(true) => return Verdict::Refined,
        _ if is_unknown(got) => return Verdict::Vague,
        Json::Bool(false) | Json::Null => return known(want, got),
        Json::Object(members) if members.is_empty() => return known(want, got),
        Json::Array(items) if items.is_empty() => return known(want, got),
        _ => {}
    }
    let (none, at_null) = (Map::new(), Json::Null);
    match (mask, got) {
        (Json::Array(mask), Json::Array(got)) => {
            let want = want.as_array().map_or(&[][..], Vec::as_slice);
            if got.len() != mask.len().max(want.len()) {
                return Verdict::Wrong;
            }
            let at = |at: usize, got| masked(want.get(at).unwrap_or(&at_null), mask.get(at).unwrap_or(&at_null), got);
            got.iter().enumerate().map(|(index, got)| at(index, got)).max().unwrap_or(Verdict::Right)
        }
        (Json::Object(mask), Json::Object(got)) => {
            let want = want.as_object().unwrap_or(&none);
            if !got.keys().all(|key| mask.contains_key(key) || want.contains_key(key)) {
                return Verdict::Wrong;
            }
            let all = mask.keys().chain(want.keys());
            let at = |key: &String| match got.get(key) {
                None => Verdict::Wrong,
                Some(got) => masked(want.get(key).unwrap_or(&at_null), mask.get(key).unwrap_or(&at_null), got),
            };
            all.map(at).max().unwrap_or(Verdict::Right)
        }
        _ => Verdict::Wrong,
    }
}

fn known(want: &Json, got: &Json) -> Verdict {
    match same(want, got) {
        true => Verdict::Right,
        false if has_unknown(got) => Verdict::Vague,
        false => Verdict::Wrong,
    }
}

/// Every value that the oracle knows stands in `got`; where it does not know, `want` has null or nothing.
pub fn known_part(want: &Json, got: &Json) -> Verdict {
    match (want, got) {
        _ if is_unknown(got) => match want {
            Json::Null => Verdict::Right,
            Json::Object(members) if members.is_empty() => Verdict::Right,
            Json::Array(items) if items.is_empty() => Verdict::Right,
            _ => Verdict::Vague,
        },
        (Json::Object(want), Json::Object(got)) => {
            let at = |(key, want): (&String, &Json)| match got.get(key) {
                Some(got) => known_part(want, got),
                None if want.is_null() => Verdict::Right,
                None => Verdict::Wrong,
            };
            want.iter().map(at).max().unwrap_or(Verdict::Right)
        }
        (Json::Array(want), Json::Array(got)) if want.len() == got.len() => {
            want.iter().zip(got).map(|(want, got)| known_part(want, got)).max().unwrap_or(Verdict::Right)
        }
        (Json::Null, _) => Verdict::Right,
        _ if same(want, got) => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

/// What is wrong with the objects found, in any order; empty when they are those wanted.
pub fn objects(want: &[Json], mut got: Vec<Json>) -> String {
    for wanted in want {
        match got.iter().position(|found| same(wanted, found)) {
            Some(at) => drop(got.swap_remove(at)),
            None => return format!("no equal for {}/{}", wanted["kind"], wanted["metadata"]["name"]),
        }
    }
    if got.is_empty() { String::new() } else { format!("{} objects too many", got.len()) }
}
