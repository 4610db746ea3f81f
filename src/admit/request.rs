//! Which requests are evaluated, and what a violation that the stored object already has leads to.

use super::review::Request;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An object that is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'r> {
    /// The object, as JSON.
    pub object: &'r str,
    /// The object that it replaces, where that matters, and how.
    pub before: Option<(&'r str, Before)>,
}

/// What a violation leads to that the object had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// To a warning, where it would deny: an old workload can still be scaled.
    Warns,
    /// To nothing: only labels or annotations change.
    Passes,
}

/// Returns what is evaluated of a request: `None` where nothing is, because the object goes, is being deleted or stays
/// what it was, or because the request is about a part of it (`status`, `scale`, `ephemeralcontainers`) or connects to
/// it. With `ratchet`, violations that the stored object has do not deny.
pub fn subject(request: &Request, ratchet: bool) -> Option<Subject<'_>> {
    if !request.sub_resource.is_empty() {
        return None;
    }
    let object = request.object.as_deref();
    match request.operation.as_str() {
        "CREATE" => Some(Subject { object: object?.get(), before: None }),
        "UPDATE" => {
            let (object, Some(old)) = (object?, request.old_object.as_deref()) else {
                return Some(Subject { object: object?.get(), before: None });
            };
            let before = match Change::between(object, old) {
                Change::Nothing => return None,
                Change::Metadata => Some(Before::Passes),
                Change::Whole => ratchet.then_some(Before::Warns),
            };
            Some(Subject { object: object.get(), before: before.map(|before| (old.get(), before)) })
        }
        _ => None,
    }
}

/// What an update changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Nothing that a check reads: finalizers, managed fields, the status. Or the object is on its way out.
    Nothing,
    /// Labels or annotations.
    Metadata,
    /// Something else.
    Whole,
}

/// The fields of an object as they were sent. The API server writes equal values with equal bytes.
type Fields = BTreeMap<String, Box<RawValue>>;

impl Change {
    fn between(object: &RawValue, old: &RawValue) -> Self {
        let (Some(object), Some(old)) = (fields(object), fields(old)) else { return Self::Whole };
        let metadata = |of: &Fields| of.get("metadata").and_then(|metadata| fields(metadata)).unwrap_or_default();
        let (new, stored) = (metadata(&object), metadata(&old));
        if new.contains_key("deletionTimestamp") {
            return Self::Nothing;
        }
        if !same(&object, &old, |field| !matches!(field, "metadata" | "status")) {
            return Self::Whole;
        }
        let is_same = same(&new, &stored, |field| matches!(field, "labels" | "annotations"));
        if is_same { Self::Nothing } else { Self::Metadata }
    }
}

fn fields(object: &RawValue) -> Option<Fields> {
    serde_json::from_str(object.get()).ok()
}

/// Whether two objects have the same value in all fields that count.
fn same(one: &Fields, other: &Fields, counts: impl Fn(&str) -> bool) -> bool {
    let counting = |fields: &Fields| fields.iter().filter(|(name, _)| counts(name)).count();
    let mut there = one
        .iter()
        .map(|(name, value)| !counts(name) || other.get(name).is_some_and(|other| other.get() == value.get()));
    counting(one) == counting(other) && there.all(|is_there| is_there)
}
