//! Lists whose elements are merged by key, element by element, as the kyaml of Kustomize 5.5 merges them.
//!
//! Owns which element of a patch is merged into which element of a list, their order, and what an element that lacks a
//! merge key does: kyaml looks elements up by the keys that are there, and takes an element without any merge key as one
//! that every element with the keys is. Elements with the key are then lost, which is what `kubectl kustomize` prints.
//! How two elements are merged is the caller's.

use super::identity::scalar_text;
use super::limits;
use crate::model::{Text, Value};
use crate::source::Problem;
use std::collections::{HashMap, HashSet};

/// Merges an element of the list, if it has one, with one of the patch, if it has one; `None` when nothing is left.
pub type MergeElement<'m> = dyn FnMut(Option<Value>, Option<&Value>) -> Result<Option<Value>, Problem> + 'm;

/// The elements of both lists, those of the patch first.
pub fn merged(
    base: Vec<Value>,
    patch: &[Value],
    keys: &[&str],
    merge: &mut MergeElement<'_>,
) -> Result<Vec<Value>, Problem> {
    match keys {
        [key] => by_key(base, patch, key, merge),
        _ => by_keys(base, patch, keys, merge),
    }
}

/// What an element is known by; nothing where the key is absent or empty.
fn known_by(item: &Value, key: &str) -> Option<Text> {
    item.get(key).map(scalar_text).filter(|text| !text.is_empty())
}

fn is_filled(item: &Value) -> bool {
    item.as_mapping().is_none_or(|item| !item.entries.is_empty())
}

/// Whether an element of a patch is to take the place of the one that is there.
fn replaces(change: Option<&Value>) -> bool {
    change.and_then(|change| change.get("$patch")).and_then(Value::as_str) == Some("replace")
}

/// Elements by their one key, each key once.
#[derive(Default)]
struct ByKey {
    items: Vec<Value>,
    places: HashMap<Text, usize>,
}

impl ByKey {
    fn set(&mut self, key: Text, item: Value) {
        if let Some(earlier) = self.places.get(&key).and_then(|at| self.items.get_mut(*at)) {
            *earlier = item;
        } else {
            self.places.insert(key, self.items.len());
            self.items.push(item);
        }
    }
}

fn by_key(base: Vec<Value>, patch: &[Value], key: &str, merge: &mut MergeElement<'_>) -> Result<Vec<Value>, Problem> {
    // One that lacks the key in the list itself outlives all others, and the last of them the rest.
    if let Some(keyless) = base.iter().rev().find(|item| known_by(item, key).is_none()) {
        return Ok(vec![keyless.clone()]);
    }
    let mut first: HashMap<Text, Value> = HashMap::new();
    for item in &base {
        if let Some(known) = known_by(item, key) {
            first.entry(known).or_insert_with(|| item.clone());
        }
    }
    let (mut merged, mut done, mut lost) = (ByKey::default(), HashSet::new(), false);
    let mut left: HashMap<Text, Value> = HashMap::new();
    for change in patch.iter().filter(|item| item.as_mapping().is_some()) {
        let Some(known) = known_by(change, key) else {
            lost = true;
            continue;
        };
        if !done.insert(known.clone()) {
            continue;
        }
        let old = first.get(&known).filter(|_| !lost).cloned();
        let result = merge(old.clone(), Some(change))?.filter(is_filled);
        if let Some(new) = &result {
            merged.set(known.clone(), new.clone());
        }
        // The old element is put back over one that was to replace it.
        let stays = if replaces(Some(change)) { old } else { result };
        left.extend(stays.map(|stays| (known, stays)));
    }
    if lost {
        return Ok(merged.items);
    }
    for item in base {
        let Some(known) = known_by(&item, key) else { continue };
        if done.contains(&known) {
            let is_first = first.remove(&known).is_some();
            // What is there twice: the second takes the place of the first, unless both were deleted.
            let stays = if is_first { left.get(&known).cloned() } else { left.contains_key(&known).then_some(item) };
            stays.into_iter().for_each(|stays| merged.set(known.clone(), stays));
        } else if let Some(item) = merge(Some(item), None)?.filter(is_filled) {
            merged.set(known, item);
        }
    }
    Ok(merged.items)
}

/// The merge keys of an element, in order; empty where it lacks one.
type Wanted = Vec<Text>;

/// The elements of a list that is merged by several keys, by number: a merge changes an element in all lists that hold it.
struct ByKeys<'k> {
    keys: &'k [&'k str],
    elements: Vec<Value>,
}

fn by_keys(
    base: Vec<Value>,
    patch: &[Value],
    keys: &[&str],
    merge: &mut MergeElement<'_>,
) -> Result<Vec<Value>, Problem> {
    let wanted = wanted(&base, patch, keys);
    if let Some(change) = patch.first().filter(|_| wanted.len() > limits::ELEMENTS) {
        let message = format!("a list that is merged by several keys may have at most {} elements", limits::ELEMENTS);
        return Err(Problem::error(change.origin.span, message));
    }
    // Keys that no element has are no keys of this list.
    let is_used = |at: &usize| wanted.iter().any(|wanted| wanted.get(*at).is_some_and(|text| !text.is_empty()));
    let used: Vec<usize> = (0..keys.len()).filter(is_used).collect();
    let used: Vec<usize> = if used.is_empty() { (0..keys.len()).collect() } else { used };
    let pick = |wanted: &Wanted| -> Wanted { used.iter().filter_map(|at| wanted.get(*at).cloned()).collect() };
    let keys: Vec<&str> = used.iter().filter_map(|at| keys.get(*at).copied()).collect();
    let mut base_list: Vec<usize> = (0..base.len()).collect();
    let mut lists = ByKeys { keys: &keys, elements: base };
    let mut merged: Vec<usize> = Vec::new();
    for wanted in wanted.iter().map(pick) {
        let at = base_list.iter().copied().find(|at| lists.element(*at).is_some_and(|item| lists.is(item, &wanted)));
        let old = at.and_then(|at| lists.element(at)).cloned();
        let change = patch.iter().find(|item| lists.is(item, &wanted));
        let Some(new) = merge(old, change)?.filter(is_filled) else {
            lists.set(&mut base_list, &wanted, None);
            continue;
        };
        let at = match at.filter(|_| !replaces(change)) {
            Some(at) => at,
            None => lists.elements.len(),
        };
        match lists.elements.get_mut(at) {
            Some(element) => *element = new,
            None => lists.elements.push(new),
        }
        lists.set(&mut merged, &wanted, Some(at));
    }
    for at in base_list {
        let Some(item) = lists.element(at) else { continue };
        let found: Wanted = keys.iter().filter_map(|key| known_by(item, key)).collect();
        merged.extend(std::iter::repeat_n(at, keys.len() - found.len()));
        if keys.len() > 1 {
            lists.set(&mut merged, &found, None);
        }
        lists.set(&mut merged, &found, Some(at));
    }
    Ok(merged.into_iter().filter_map(|at| lists.element(at).cloned()).collect())
}

/// What is looked up in both lists, that of the patch first. Where two sets of keys differ only in keys that one of them
/// lacks, and agree in one, they are one.
fn wanted(base: &[Value], patch: &[Value], keys: &[&str]) -> Vec<Wanted> {
    let known = |item: &Value| -> Wanted { keys.iter().map(|key| known_by(item, key).unwrap_or_default()).collect() };
    let mut seen = HashSet::new();
    let elements = patch.iter().filter(|item| item.as_mapping().is_some()).chain(base);
    let mut wanted: Vec<Wanted> = elements.map(known).filter(|known| seen.insert(known.clone())).collect();
    if wanted.len() > limits::ELEMENTS {
        return wanted;
    }
    for one in 0..wanted.len() {
        // What is compared is what stood there when its turn came.
        let Some(mine) = wanted.get(one).cloned() else { continue };
        for other in 0..wanted.len() {
            if let Some(both) = wanted.get(other).and_then(|other| united(&mine, other)) {
                for at in [one, other] {
                    wanted.get_mut(at).into_iter().for_each(|place| place.clone_from(&both));
                }
            }
        }
    }
    wanted
}

fn united(one: &Wanted, other: &Wanted) -> Option<Wanted> {
    let mut agree = false;
    let both = one.iter().zip(other).map(|(one, other)| {
        agree |= one == other;
        (one == other || one.is_empty() || other.is_empty()).then(|| if one.is_empty() { other } else { one }.clone())
    });
    let both = both.collect::<Option<Wanted>>();
    both.filter(|_| agree)
}

impl ByKeys<'_> {
    fn element(&self, at: usize) -> Option<&Value> {
        self.elements.get(at)
    }

    /// Whether an element has the keys that are looked up, as far as there are any.
    fn is(&self, item: &Value, wanted: &Wanted) -> bool {
        let mut given = self.keys.iter().zip(wanted).filter(|(_, text)| !text.is_empty()).peekable();
        given.peek().is_some() && given.all(|(key, text)| known_by(item, key).as_ref() == Some(text))
    }

    /// Puts an element in the place of all that have the keys, or behind the others; without one, those that have the
    /// keys are removed. Here an empty text fits whatever stands under the key, and a missing one counts as the last.
    fn set(&self, list: &mut Vec<usize>, wanted: &Wanted, new: Option<usize>) {
        let has = |item: &Value| {
            let mut found = false;
            self.keys.iter().enumerate().all(|(at, key)| {
                if let Some(text) = wanted.get(at) {
                    found =
                        item.get(key).is_some_and(|_| text.is_empty() || known_by(item, key).as_ref() == Some(text));
                }
                found
            })
        };
        let mut is_there = false;
        let kept = list.drain(..).filter_map(|at| {
            if !self.element(at).is_some_and(has) {
                return (!wanted.is_empty()).then_some(at);
            }
            is_there = true;
            new
        });
        let mut kept: Vec<usize> = kept.collect();
        kept.extend(new.filter(|_| !is_there));
        *list = kept;
    }
}
