//! References by name: when an object is called something else in the end, everything that refers to it
//! follows.

use super::affixes::reference_hop;
use super::configuration::NameReference;
use super::field_path::{Create, FieldSpec, exists, visit};
use super::identity::{GroupVersionKind, Identity, scalar_text};
use super::object::{Object, Objects, text, value_at};
use crate::model::{Mapping, Origin, Text, Value};
use crate::source::Problem;
use std::collections::{HashMap, HashSet};

/// Lets all references follow the names of what they refer to.
pub fn fix(objects: &mut Objects, references: &[NameReference], problems: &mut Vec<Problem>) {
    let index = Index::new(objects);
    for (place, object) in objects.change().iter_mut().enumerate() {
        let Some(referrer) = index.entries.get(place) else { continue };
        problems.extend(blank_namespace(&object.value));
        let original = object.original().gvk;
        for reference in references {
            for spec in reference.referrers.iter().filter(|spec| original.is_selected_by(&spec.gvk)) {
                if !exists(&object.value, spec) {
                    continue;
                }
                let fix = Fix { index: &index, referrer, target: &reference.target, spec };
                if let Err(problem) = fix.apply(object) {
                    problems.push(problem);
                }
            }
        }
    }
}

/// What has to be known of an object to find it by the names that it had.
struct Entry {
    now: Identity,
    previous: Vec<Identity>,
    prefixes: Vec<Text>,
    suffixes: Vec<Text>,
    origin: Origin,
    /// The namespaces of the service accounts that it binds.
    bound: HashSet<Text>,
    role: Option<GroupVersionKind>,
}

struct Index {
    entries: Vec<Entry>,
    by_name: HashMap<Text, Vec<usize>>,
}

impl Index {
    fn new(objects: &Objects) -> Self {
        let entries: Vec<Entry> = objects.all().iter().map(Entry::of).collect();
        let mut by_name: HashMap<Text, Vec<usize>> = HashMap::new();
        for (place, entry) in entries.iter().enumerate() {
            let mut names: Vec<&Text> = entry.previous.iter().map(|identity| &identity.name).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                by_name.entry(name.clone()).or_default().push(place);
            }
        }
        Self { entries, by_name }
    }
}

impl Entry {
    fn of(object: &Object) -> Self {
        let name = object.value.get("metadata").and_then(|metadata| metadata.get("name"));
        let origin = name.map_or_else(|| object.value.origin.clone(), |name| name.origin.clone());
        Self {
            now: object.identity(),
            previous: object.previous.clone(),
            prefixes: object.prefixes.clone(),
            suffixes: object.suffixes.clone(),
            origin,
            bound: bound_namespaces(&object.value),
            role: role_of(&object.value),
        }
    }

    /// Whether an object here could refer to that one.
    fn can_refer_to(&self, other: &Self) -> bool {
        self.now.gvk.is_cluster_scoped()
            || other.now.gvk.is_cluster_scoped()
            || self.now.effective_namespace() == other.now.effective_namespace()
            || self.bound.contains(&other.now.namespace)
    }
}

/// What is wrong with a subject whose namespace is left out although its key is there.
fn blank_namespace(object: &Value) -> Option<Problem> {
    let is_binding = object.get("kind").is_some_and(|kind| scalar_text(kind) == "RoleBinding");
    let mut subjects = object.get("subjects").filter(|_| is_binding)?.as_items()?.iter();
    let blank = subjects.find_map(|subject| subject.get("namespace").filter(|namespace| namespace.is_null()))?;
    Some(Problem::error(blank.origin.span, "the namespace of this subject is blank; give it or remove its key"))
}

fn bound_namespaces(object: &Value) -> HashSet<Text> {
    if object.get("kind").is_none_or(|kind| scalar_text(kind) != "RoleBinding") {
        return HashSet::new();
    }
    let subjects = object.get("subjects").and_then(Value::as_items).unwrap_or_default();
    let accounts = subjects.iter().filter(|s| s.get("kind").is_some_and(|kind| scalar_text(kind) == "ServiceAccount"));
    accounts.filter_map(|subject| subject.get("namespace").map(scalar_text)).collect()
}

fn role_of(object: &Value) -> Option<GroupVersionKind> {
    let role = object.get("roleRef")?;
    let (group, kind) = (role.get("apiGroup")?, role.get("kind")?);
    Some(GroupVersionKind { group: scalar_text(group), version: Text::new(), kind: scalar_text(kind) })
}

/// What a reference says of the namespace.
enum Within<'a> {
    /// It is a mere name.
    Anywhere,
    /// It is a mapping, which can name one.
    Told(Option<&'a Text>),
}

/// One field spec on one object.
struct Fix<'a> {
    index: &'a Index,
    referrer: &'a Entry,
    target: &'a GroupVersionKind,
    spec: &'a FieldSpec,
}

impl Fix<'_> {
    fn apply(&self, object: &mut Object) -> Result<(), Problem> {
        let any_kind = FieldSpec { gvk: GroupVersionKind::default(), path: self.spec.path.clone(), create: false };
        let origin = object.value.origin.clone();
        visit(&mut object.value, &any_kind, Create::Never, &origin, &mut |value| self.value(value))
    }

    fn value(&self, value: &mut Value) -> Result<(), Problem> {
        if let Some(items) = value.as_items_mut() {
            return items.iter_mut().filter(|item| !item.is_null()).try_for_each(|item| self.element(item));
        }
        if value.is_null() { Ok(()) } else { self.element(value) }
    }

    fn element(&self, value: &mut Value) -> Result<(), Problem> {
        let place = value.origin.span;
        if let Some(mapping) = value.as_mapping_mut() {
            let Some(name) = mapping.get("name") else {
                let message = format!("`{}` should refer to a {} by its `name`", self.spec.path, self.target.kind);
                return Err(Problem::error(place, message));
            };
            let old = scalar_text(name);
            return self.mapping(mapping, &old, place);
        }
        let old = scalar_text(value);
        if let Some(target) = self.find(&old, &Within::Anywhere, place)? {
            rename(value, target);
        }
        Ok(())
    }

    fn mapping(&self, mapping: &mut Mapping, old: &Text, place: crate::source::Span) -> Result<(), Problem> {
        let namespace = mapping.get("namespace").map(scalar_text);
        let Some(target) = self.find(old, &Within::Told(namespace.as_ref()), place)? else { return Ok(()) };
        if let Some(name) = value_at(mapping, "name") {
            rename(name, target);
        }
        if !target.now.namespace.is_empty() && namespace.as_ref() != Some(&target.now.namespace) {
            let origin = target.origin.read_at(place, reference_hop(&format!("`{}`", target.now)));
            mapping.set("namespace", text(target.now.namespace.clone(), origin));
        }
        Ok(())
    }

    /// The object that `old` refers to.
    fn find(&self, old: &Text, within: &Within<'_>, place: crate::source::Span) -> Result<Option<&Entry>, Problem> {
        let places = self.index.by_name.get(old).map(Vec::as_slice).unwrap_or_default();
        let mut candidates: Vec<&Entry> = places.iter().filter_map(|place| self.index.entries.get(*place)).collect();
        candidates.retain(|entry| self.referrer.can_refer_to(entry));
        if let Within::Told(Some(namespace)) = within {
            candidates = in_namespace(candidates, namespace);
        }
        let selected = |entry: &&Entry, pattern: &GroupVersionKind| {
            entry.previous.iter().any(|identity| identity.gvk.is_selected_by(pattern))
        };
        candidates.retain(|entry| selected(entry, self.target));
        if let Some(role) = self.referrer.role.as_ref().filter(|_| self.spec.path.ends_with("roleRef/name")) {
            candidates.retain(|entry| selected(entry, role));
        }
        candidates.retain(|entry| {
            self.referrer.now.gvk.is_cluster_scoped()
                || entry.now.gvk.is_cluster_scoped()
                || entry.now.gvk.kind == "ServiceAccount"
                || entry.now.effective_namespace() == self.referrer.now.effective_namespace()
        });
        if let [only] = candidates.as_slice() {
            return Ok(Some(only));
        }
        candidates.retain(|entry| {
            same_end(&entry.prefixes, &self.referrer.prefixes) && same_end(&entry.suffixes, &self.referrer.suffixes)
        });
        let Some(first) = candidates.first().copied() else { return Ok(None) };
        let alike = |entry: &&Entry| {
            entry.now.name == first.now.name
                && (matches!(within, Within::Anywhere) || entry.now.namespace == first.now.namespace)
        };
        if candidates.iter().all(alike) {
            return Ok(Some(first));
        }
        let message = format!("`{old}` could be any of several objects of kind {}", self.target.kind);
        Err(Problem::error(place, message).with_help("Give them different names before prefixes and suffixes."))
    }
}

fn in_namespace<'a>(candidates: Vec<&'a Entry>, namespace: &str) -> Vec<&'a Entry> {
    let in_first = |entry: &&&Entry| entry.previous.first().unwrap_or(&entry.now).effective_namespace() == namespace;
    let first: Vec<&Entry> = candidates.iter().filter(in_first).copied().collect();
    if !first.is_empty() {
        return first;
    }
    candidates.into_iter().filter(|entry| entry.now.effective_namespace() == namespace).collect()
}

/// Whether the shorter list is the end of the longer one; an empty list is only the end of an empty one.
fn same_end(one: &[Text], other: &[Text]) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    if short.is_empty() { long.is_empty() } else { long.ends_with(short) }
}

fn rename(value: &mut Value, target: &Entry) {
    if scalar_text(value) != target.now.name {
        let origin = target.origin.read_at(value.origin.span, reference_hop(&format!("`{}`", target.now)));
        *value = text(target.now.name.clone(), origin);
    }
}
