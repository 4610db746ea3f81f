//! Equality of values: true, false, or not known.

use super::Mode;
use super::partial::PartialText;
use super::primitive::{has_dynamic, to_bool, to_number};
use super::unknowns::{agreed, is_never_null};
use crate::model::{Data, Mapping, Part, Reference, Refinement, Sequence, SequenceKind, Symbol, Type, Unknown, Value};

/// Whether two values are equal in a dialect: [`equals`] or [`same`].
pub fn equal(mode: Mode, a: &Value, b: &Value) -> Option<bool> {
    match mode {
        Mode::Configuration => equals(a, b),
        Mode::Policy => same(a, b),
    }
}

/// Whether two values are equal, as Terraform's `==`: of the same type and content, all nulls alike.
/// `None` when unknown parts leave it open.
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    match (&a.data, &b.data) {
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::String(a), Data::String(b)) => Some(a == b),
        (Data::Null(_), Data::Null(_)) => Some(true),
        (Data::Unknown(unknown), _) => unknown_equals(unknown, b),
        (_, Data::Unknown(unknown)) => unknown_equals(unknown, a),
        (Data::Sequence(x), Data::Sequence(y)) => of_equal_types(a, b, || sequences(x, y)),
        (Data::Mapping(x), Data::Mapping(y)) => of_equal_types(a, b, || mappings(x, y)),
        _ => Some(false),
    }
}

/// Whether two values are equal in a policy, where kinds of collections do not matter: a tuple equals a
/// list of the same elements. A text equals the bool or number that it says, for a provider takes `"true"` where its
/// schema wants a bool. Two unknowns that stand for the same attribute are equal.
pub fn same(a: &Value, b: &Value) -> Option<bool> {
    let chosen = || agreed(a, |a| same(a, b)).or_else(|| agreed(b, |b| same(a, b)));
    is_same(a, b).or_else(chosen)
}

fn is_same(a: &Value, b: &Value) -> Option<bool> {
    match (&a.data, &b.data) {
        (Data::Unknown(x), Data::Unknown(y)) if x.symbol.is_some() && x.symbol == y.symbol && is_definite(x) => {
            Some(true)
        }
        (Data::Unknown(x), Data::Unknown(y)) if are_apart(x, y) => Some(false),
        (Data::Bool(_), Data::String(_)) | (Data::String(_), Data::Bool(_)) => Some(to_bool(a) == to_bool(b)),
        (Data::Number(_), Data::String(_)) | (Data::String(_), Data::Number(_)) => Some(to_number(a) == to_number(b)),
        (Data::Unknown(unknown), Data::Bool(_) | Data::Number(_)) if unknown.ty == Type::String => None,
        (Data::Bool(_) | Data::Number(_), Data::Unknown(unknown)) if unknown.ty == Type::String => None,
        (Data::Unknown(unknown), Data::String(_)) if matches!(unknown.ty, Type::Bool | Type::Number) => None,
        (Data::String(_), Data::Unknown(unknown)) if matches!(unknown.ty, Type::Bool | Type::Number) => None,
        (Data::Unknown(_), Data::String(text)) if may_be(a, text) == Some(false) => Some(false),
        (Data::String(text), Data::Unknown(_)) if may_be(b, text) == Some(false) => Some(false),
        (Data::Sequence(x), Data::Sequence(y)) => {
            if is_set(x) || is_set(y) {
                return same_elements(&x.items, &y.items);
            }
            if x.items.len() != y.items.len() {
                return Some(false);
            }
            all(x.items.iter().zip(&y.items).map(|(x, y)| same(x, y)))
        }
        (Data::Mapping(x), Data::Mapping(y)) => {
            if x.entries.len() != y.entries.len() || x.entries.iter().zip(&y.entries).any(|((a, _), (b, _))| a != b) {
                return Some(false);
            }
            all(x.entries.iter().zip(&y.entries).map(|((_, x), (_, y))| same(x, y)))
        }
        _ => equals(a, b),
    }
}

fn is_set(sequence: &Sequence) -> bool {
    matches!(sequence.kind, SequenceKind::Set(_))
}

/// Whether two sets have the same elements: each element of one is in the other. Where one is a list, it is taken for the
/// set that it can be converted to.
fn same_elements(a: &[Value], b: &[Value]) -> Option<bool> {
    let held = |item: &Value, others: &[Value]| {
        let mut held = Some(false);
        for other in others {
            match same(item, other) {
                Some(true) => return Some(true),
                None => held = None,
                Some(false) => {}
            }
        }
        held
    };
    all(a.iter().map(|item| held(item, b)).chain(b.iter().map(|item| held(item, a))))
}

/// Whether a text that is known in part is this one, as far as its pieces tell.
fn may_be(value: &Value, text: &str) -> Option<bool> {
    PartialText::of(value)?.equals(text)
}

/// Whether two texts that are known in part are certainly different: beside what is the same at the beginning and at the
/// end of both, a known character stands against another one, or against nothing.
fn are_apart(a: &Unknown, b: &Unknown) -> bool {
    let (Some(a), Some(b)) = (pieces(a), pieces(b)) else { return false };
    let is_same = |(a, b): &(&Piece, &Piece)| a == b && **a != Piece::Open;
    let begin = a.iter().zip(&b).take_while(is_same).count();
    let (a, b) = (a.get(begin..).unwrap_or_default(), b.get(begin..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(is_same).count();
    let (a, b) = (a.get(..a.len() - end).unwrap_or_default(), b.get(..b.len() - end).unwrap_or_default());
    let is_text = |piece: Option<&Piece>| matches!(piece, Some(Piece::Text(_)));
    match (a, b) {
        ([], rest) | (rest, []) => rest.iter().any(|piece| is_text(Some(piece))),
        _ => is_text(a.first()) && is_text(b.first()) || is_text(a.last()) && is_text(b.last()),
    }
}

/// A character of a text, or what stands in its place.
#[derive(PartialEq)]
enum Piece<'a> {
    Text(char),
    Same(&'a Reference),
    Open,
}

/// What a text is made of, as far as it is known; `None` where nothing is.
fn pieces(unknown: &Unknown) -> Option<Vec<Piece<'_>>> {
    let Some(parts) = unknown.parts() else {
        return unknown
            .referenced()
            .filter(|_| unknown.ty == Type::String)
            .map(|reference| vec![Piece::Same(reference)]);
    };
    let mut pieces = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => pieces.extend(text.chars().map(Piece::Text)),
            Part::Reference(reference) => pieces.push(Piece::Same(reference)),
            Part::Unknown => pieces.push(Piece::Open),
        }
    }
    Some(pieces)
}

/// A template with a part that nothing is known of may differ from its twin.
fn is_definite(unknown: &Unknown) -> bool {
    match &unknown.symbol {
        Some(Symbol::Template(parts)) => !parts.contains(&Part::Unknown),
        Some(Symbol::Reference(_)) => true,
        None => false,
    }
}

/// False as soon as one part is, however unknown the others.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

fn of_equal_types(a: &Value, b: &Value, compare: impl FnOnce() -> Option<bool>) -> Option<bool> {
    let (x, y) = (a.ty(), b.ty());
    if is_type_known(a) && is_type_known(b) {
        return if x == y { compare() } else { Some(false) };
    }
    if conforms(&x, &y) || conforms(&y, &x) { None } else { Some(false) }
}

/// Whether an unknown of unknown type is nowhere in it.
fn is_type_known(value: &Value) -> bool {
    match &value.data {
        Data::Unknown(unknown) => !has_dynamic(&unknown.ty),
        Data::Sequence(sequence) => sequence.items.iter().all(is_type_known),
        Data::Mapping(mapping) => mapping.entries.iter().all(|(_, item)| is_type_known(item)),
        _ => true,
    }
}

/// Whether a value of type `given` could be one of type `wanted`, of which parts may not be known.
fn conforms(given: &Type, wanted: &Type) -> bool {
    match (given, wanted) {
        (_, Type::Dynamic) => true,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => conforms(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| conforms(a, b)),
        (Type::Object(a), Type::Object(b)) => {
            a.fields.len() == b.fields.len()
                && a.fields.iter().zip(&b.fields).all(|((x, a), (y, b))| x == y && conforms(a, b))
        }
        _ => given == wanted,
    }
}

fn sequences(a: &Sequence, b: &Sequence) -> Option<bool> {
    if let SequenceKind::Set(_) = a.kind {
        // A set with an unknown element equals none for sure, but may turn out to be of another size.
        let open = a.items.iter().chain(&b.items).any(|item| !item.is_wholly_known());
        if open {
            return None;
        }
    }
    if a.items.len() != b.items.len() {
        return Some(false);
    }
    in_order(a.items.iter().zip(&b.items).map(|(a, b)| equals(a, b)))
}

fn mappings(a: &Mapping, b: &Mapping) -> Option<bool> {
    if a.entries.len() != b.entries.len() || a.entries.iter().zip(&b.entries).any(|((x, _), (y, _))| x != y) {
        return Some(false);
    }
    in_order(a.entries.iter().zip(&b.entries).map(|((_, a), (_, b))| equals(a, b)))
}

/// As Terraform, which stops at the first part that is unequal or unknown.
fn in_order(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts.find(|part| *part != Some(true)).unwrap_or(Some(true))
}

fn unknown_equals(unknown: &Unknown, other: &Value) -> Option<bool> {
    let refinement = &unknown.refinement;
    match &other.data {
        Data::Null(_) => refinement.not_null.then_some(false),
        Data::Unknown(_) => None,
        _ if excludes(refinement, &unknown.ty, other) => Some(false),
        _ => None,
    }
}

/// Whether what is known of an unknown rules out that it is this known, non-null value.
fn excludes(refinement: &Refinement, ty: &Type, value: &Value) -> bool {
    debug_assert!(is_never_null(value), "nulls are compared elsewhere");
    if !has_dynamic(ty) && is_type_known(value) && value.ty() != *ty {
        return true;
    }
    match &value.data {
        Data::String(text) => !text.starts_with(refinement.prefix.as_str()),
        Data::Number(number) => {
            refinement.at_least.as_ref().is_some_and(|bound| number < bound)
                || refinement.at_most.as_ref().is_some_and(|bound| number > bound)
        }
        Data::Sequence(sequence) => is_outside(refinement, sequence.items.len()),
        Data::Mapping(mapping) => is_outside(refinement, mapping.entries.len()),
        _ => false,
    }
}

fn is_outside(refinement: &Refinement, length: usize) -> bool {
    let length = length as u64;
    length < refinement.min_length || refinement.max_length.is_some_and(|most| length > most)
}
