//! Which types can be converted to which, and the one type that several can be converted to.
//!
//! The rules are those of Terraform's type system (go-cty, package `convert`, "unsafe" conversions).

use crate::model::{ObjectType, Text, Type};
use std::collections::VecDeque;
use std::sync::Arc;

/// The type that values of all these types can be converted to; for no types at all [`Type::Dynamic`].
pub fn unify(types: &[Type]) -> Option<Type> {
    if types.is_empty() { Some(Type::Dynamic) } else { unify_some(types) }
}

/// Whether values of `from` can be converted to `to`; single values may still fail (`"x"` to number).
pub fn is_convertible(from: &Type, to: &Type) -> bool {
    use Type::{Bool, Dynamic, List, Map, Number, Object, Set, String, Tuple};
    match (from, to) {
        (_, Dynamic) | (Dynamic, _) | (Number | Bool, String) | (String, Number | Bool) => true,
        (Bool, Bool) | (Number, Number) | (String, String) => true,
        (List(a) | Set(a), List(b) | Set(b)) | (Map(a), Map(b)) => is_convertible(a, b),
        (Tuple(items), List(element) | Set(element)) => is_element_of(items.iter(), element),
        (Object(object), Map(element)) => is_element_of(object.fields.iter().map(|(_, ty)| ty), element),
        (Map(element), Object(object)) => object.fields.iter().all(|(_, ty)| is_convertible(element, ty)),
        (Tuple(a), Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_convertible(a, b)),
        (Object(a), Object(b)) => b.fields.iter().all(|(name, ty)| match a.get(name) {
            Some(given) => is_convertible(given, ty),
            None => b.optional.contains(name),
        }),
        _ => false,
    }
}

fn is_element_of<'a>(items: impl Iterator<Item = &'a Type> + Clone, element: &Type) -> bool {
    if *element == Type::Dynamic {
        let types: Vec<Type> = items.cloned().collect();
        return types.is_empty() || unify_some(&types).is_some();
    }
    items.into_iter().all(|item| is_convertible(item, element))
}

/// How many types are of which kind.
#[derive(Default)]
struct Kinds {
    dynamic: usize,
    lists: usize,
    sets: usize,
    maps: usize,
    tuples: usize,
    objects: usize,
}

impl Kinds {
    fn of(types: &[Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            match ty {
                Type::Dynamic => kinds.dynamic += 1,
                Type::List(_) => kinds.lists += 1,
                Type::Set(_) => kinds.sets += 1,
                Type::Map(_) => kinds.maps += 1,
                Type::Tuple(_) => kinds.tuples += 1,
                Type::Object(_) => kinds.objects += 1,
                Type::Bool | Type::Number | Type::String => {}
            }
        }
        kinds
    }
}

/// None for no types: nothing is known of their elements then.
fn unify_some(types: &[Type]) -> Option<Type> {
    let first = types.first()?;
    if types.iter().all(|ty| ty == first) {
        return Some(first.clone());
    }
    let kinds = Kinds::of(types);
    let all = |count: usize| count > 0 && count + kinds.dynamic == types.len();
    let whole = |ty: Option<Type>| if kinds.dynamic > 0 { Some(Type::Dynamic) } else { ty };
    if all(kinds.maps) {
        return whole(unify_elements(types).map(|ty| Type::Map(Arc::new(ty))));
    }
    if all(kinds.lists) {
        return whole(unify_elements(types).map(|ty| Type::List(Arc::new(ty))));
    }
    if all(kinds.sets) {
        return whole(unify_elements(types).map(|ty| Type::Set(Arc::new(ty))));
    }
    if all(kinds.objects) {
        return if kinds.dynamic > 0 { Some(Type::Dynamic) } else { unify_objects(types) };
    }
    if all(kinds.tuples) {
        return if kinds.dynamic > 0 { Some(Type::Dynamic) } else { unify_tuples(types) };
    }
    if kinds.objects > 0 && kinds.tuples > 0 {
        return None;
    }
    let replaced = if kinds.maps > 0 && all(kinds.maps + kinds.objects) {
        replace(types, |ty| matches!(ty, Type::Object(_)), objects_to_map)
    } else if kinds.lists > 0 && all(kinds.lists + kinds.tuples) {
        replace(types, |ty| matches!(ty, Type::Tuple(_)), tuples_to_list)
    } else {
        None
    };
    replaced.or_else(|| most_general(types))
}

fn unify_elements(types: &[Type]) -> Option<Type> {
    let elements: Vec<Type> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Some((**element).clone()),
            _ => None,
        })
        .collect();
    unify_some(&elements)
}

/// Structures often are collections in disguise: sees whether they unify as one together with the others.
fn replace(types: &[Type], is_structure: fn(&Type) -> bool, collect: fn(&[Type]) -> Option<Type>) -> Option<Type> {
    let structures: Vec<Type> = types.iter().filter(|ty| is_structure(ty)).cloned().collect();
    let collection = collect(&structures)?;
    let replaced: Vec<Type> =
        types.iter().map(|ty| if is_structure(ty) { collection.clone() } else { ty.clone() }).collect();
    unify_some(&replaced).filter(|ty| matches!(ty, Type::List(_) | Type::Map(_)))
}

fn unify_objects(types: &[Type]) -> Option<Type> {
    let objects: Vec<&ObjectType> =
        types.iter().filter_map(|ty| if let Type::Object(object) = ty { Some(&**object) } else { None }).collect();
    let first = objects.first()?;
    let same_names = |object: &&ObjectType| {
        object.fields.len() == first.fields.len()
            && object.fields.iter().zip(&first.fields).all(|((a, _), (b, _))| a == b)
    };
    if !objects.iter().all(same_names) {
        return objects_to_map(types);
    }
    let unified: Option<Vec<(Text, Type)>> = first
        .fields
        .iter()
        .map(|(name, _)| {
            let across: Vec<Type> = objects.iter().filter_map(|object| object.get(name).cloned()).collect();
            Some((name.clone(), unify_some(&across)?))
        })
        .collect();
    let unified = Type::Object(Arc::new(ObjectType { fields: unified?, optional: Vec::new() }));
    if types.iter().all(|ty| is_convertible(ty, &unified)) { Some(unified) } else { objects_to_map(types) }
}

fn objects_to_map(types: &[Type]) -> Option<Type> {
    let mut elements = Vec::new();
    for ty in types {
        if let Type::Object(object) = ty {
            elements.extend(object.fields.iter().map(|(_, ty)| ty.clone()));
        }
    }
    let map = Type::Map(Arc::new(unify_some(&elements)?));
    types.iter().all(|ty| is_convertible(ty, &map)).then_some(map)
}

fn unify_tuples(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&Vec<Type>> =
        types.iter().filter_map(|ty| if let Type::Tuple(items) = ty { Some(&**items) } else { None }).collect();
    let length = tuples.first()?.len();
    if tuples.iter().any(|items| items.len() != length) {
        return tuples_to_list(types);
    }
    let unified: Option<Vec<Type>> = (0..length)
        .map(|index| {
            let across: Vec<Type> = tuples.iter().filter_map(|items| items.get(index).cloned()).collect();
            unify_some(&across)
        })
        .collect();
    let unified = Type::Tuple(Arc::new(unified?));
    if types.iter().all(|ty| is_convertible(ty, &unified)) { Some(unified) } else { tuples_to_list(types) }
}

fn tuples_to_list(types: &[Type]) -> Option<Type> {
    let mut elements = Vec::new();
    for ty in types {
        if let Type::Tuple(items) = ty {
            elements.extend(items.iter().cloned());
        }
    }
    let list = Type::List(Arc::new(unify_some(&elements)?));
    types.iter().all(|ty| is_convertible(ty, &list)).then_some(list)
}

/// The first of the types, the most general ones before others, that all can be converted to.
fn most_general(types: &[Type]) -> Option<Type> {
    by_generality(types)
        .into_iter()
        .filter_map(|index| types.get(index))
        .find(|wanted| types.iter().all(|ty| is_convertible(ty, wanted)))
        .cloned()
}

/// A topological order of "more general than", in which equals keep their order.
fn by_generality(types: &[Type]) -> Vec<usize> {
    // Beyond this the quadratic comparison is too slow; equal types, the usual case, never come here.
    let mut distinct: Vec<usize> = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        if distinct.len() < 512 && !distinct.iter().any(|&other| types.get(other) == Some(ty)) {
            distinct.push(index);
        }
    }
    let mut edges = vec![Vec::new(); distinct.len()];
    let mut incoming = vec![0_usize; distinct.len()];
    for (i, &a) in distinct.iter().enumerate() {
        for (j, &b) in distinct.iter().enumerate().skip(i + 1) {
            match generality(&types[a], &types[b]) {
                1 => {
                    edges[i].push(j);
                    incoming[j] += 1;
                }
                -1 => {
                    edges[j].push(i);
                    incoming[i] += 1;
                }
                _ => {}
            }
        }
    }
    let mut queue: VecDeque<usize> = (0..distinct.len()).filter(|&node| incoming[node] == 0).collect();
    let mut order = Vec::with_capacity(distinct.len());
    while let Some(node) = queue.pop_front() {
        order.push(distinct[node]);
        for &next in &edges[node] {
            incoming[next] -= 1;
            if incoming[next] == 0 {
                queue.push_back(next);
            }
        }
    }
    order
}

/// 1 when `a` is more general than `b`, -1 when less, 0 when neither.
fn generality(a: &Type, b: &Type) -> i8 {
    use Type::{Dynamic, List, Map, Object, Set, String, Tuple};
    match (a, b) {
        (Dynamic, Dynamic) | (String, String) => 0,
        // What is not known is assumed to become what its neighbours are.
        (_, Dynamic) | (String, Type::Bool | Type::Number) => 1,
        (Dynamic, _) | (Type::Bool | Type::Number, String) => -1,
        (List(a), List(b)) | (Set(a), Set(b)) | (Map(a), Map(b)) => generality(a, b),
        (Tuple(_) | List(_), Set(_)) | (List(_), Tuple(_)) | (Map(_), Object(_)) => 1,
        (Set(_), Tuple(_) | List(_)) | (Tuple(_), List(_)) | (Object(_), Map(_)) => -1,
        (Object(a), Object(b)) if a.fields.len() == b.fields.len() => {
            if a.fields.iter().zip(&b.fields).any(|((a, _), (b, _))| a != b) {
                return 0;
            }
            consistent(a.fields.iter().zip(&b.fields).map(|((_, a), (_, b))| generality(a, b)))
        }
        (Tuple(a), Tuple(b)) if a.len() == b.len() => consistent(a.iter().zip(b.iter()).map(|(a, b)| generality(a, b))),
        _ => 0,
    }
}

fn consistent(parts: impl Iterator<Item = i8>) -> i8 {
    let (mut above, mut below) = (false, false);
    for part in parts {
        above |= part > 0;
        below |= part < 0;
    }
    i8::from(above) - i8::from(below)
}
