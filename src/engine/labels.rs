//! Namespaces, names and label selectors: which Kubernetes objects of a type may lie in a namespace, which are called or
//! name something, and which select labels.
//!
//! Owns the tables by which they are looked up, one for each namespace and one for what lies in none. Whether a selector
//! does select is for `functions::selector` to say.

use super::Index;
use super::functions::selector::required_labels;
use super::tables::{NamedBy, Names, Namespaces, Part, Selectors};
use crate::model::{Resource, ResourceId, UnitId, Value};
use std::collections::HashMap;

impl Index<'_> {
    /// Returns the resources of a type that may lie in the namespace of another resource, in the order of the model.
    pub fn in_namespace_of(&self, judged: &Resource, type_name: &str) -> Vec<ResourceId> {
        let found = self.parts(judged, type_name).into_iter().flat_map(|part| self.part(judged.unit, type_name, &part));
        sorted(found.collect())
    }

    /// The parts of a type that may lie in the namespace of a resource.
    fn parts(&self, judged: &Resource, type_name: &str) -> Vec<Part> {
        match namespace(judged) {
            _ if !self.has_type(type_name) => Vec::new(),
            None => vec![Part::All],
            Some(own) => vec![Part::Within(own.into()), Part::Anywhere],
        }
    }

    /// The resources of a part of a type.
    fn part(&self, unit: UnitId, type_name: &str, part: &Part) -> Vec<ResourceId> {
        let all = self.tables.namespaces.get_or_make((unit, type_name.into()), || {
            let mut all = Namespaces::default();
            for (id, resource) in self.of_type(type_name, unit) {
                match namespace(resource) {
                    Some(name) => all.named.entry(name.into()).or_default().push(id),
                    None => all.anywhere.push(id),
                }
            }
            all
        });
        match part {
            Part::All => self.of_type(type_name, unit).map(|(id, _)| id).collect(),
            Part::Anywhere => all.anywhere.clone(),
            Part::Within(name) => all.named.get(name).cloned().unwrap_or_default(),
        }
    }

    /// Returns the resources of a type that may lie in the namespace of another resource and may have, or name, what is
    /// called `name`, in the order of the model.
    pub fn named(&self, judged: &Resource, type_name: &str, by: NamedBy, name: &str) -> Vec<ResourceId> {
        let mut found = Vec::new();
        for part in self.parts(judged, type_name) {
            let key = (judged.unit, type_name.into(), part.clone(), by);
            let all = self.tables.names.get_or_make(key, || {
                let mut all = Names::default();
                for id in self.part(judged.unit, type_name, &part) {
                    match named_by(self.get(id), by).and_then(Value::as_str) {
                        Some(name) => all.by_name.entry(name.into()).or_default().push(id),
                        None => all.others.push(id),
                    }
                }
                all
            });
            found.extend(all.others.iter().chain(all.by_name.get(name).into_iter().flatten()));
        }
        sorted(found)
    }

    /// Returns the resources of a type that may lie in the namespace of another resource and may select `labels`, in the
    /// order of the model.
    pub fn selecting(&self, judged: &Resource, type_name: &str, labels: &Value) -> Vec<ResourceId> {
        let known = labels.as_mapping().filter(|_| labels.is_wholly_known());
        let Some(known) = known else { return self.in_namespace_of(judged, type_name) };
        let mut found = Vec::new();
        for part in self.parts(judged, type_name) {
            let ids = || self.part(judged.unit, type_name, &part);
            let key = (judged.unit, type_name.into(), part.clone());
            let all = self.tables.selectors.get_or_make(key, || self.selectors(&ids()));
            found.extend(&all.others);
            let texts = known.entries.iter().filter_map(|(key, value)| Some((key, value.as_str()?)));
            found.extend(texts.flat_map(|(key, text)| all.of(key, text)));
        }
        sorted(found)
    }

    /// Returns the resources of a type that may lie in the namespace of another resource and that a selector may select,
    /// in the order of the model.
    pub fn selected(&self, judged: &Resource, type_name: &str, selector: &Value) -> Vec<ResourceId> {
        let required = required_labels(selector);
        let mut found = Vec::new();
        for part in self.parts(judged, type_name) {
            let ids = || self.part(judged.unit, type_name, &part);
            let key = (judged.unit, type_name.into(), part.clone());
            let all = self.tables.labelled.get_or_make(key, || self.labelled(type_name, &ids()));
            let count = |(key, values): &&(&str, Vec<&str>)| values.iter().map(|value| all.of(key, value).len()).sum();
            match required.iter().min_by_key::<usize, _>(count) {
                None => found.extend(ids()),
                Some((key, values)) => {
                    found.extend(&all.others);
                    found.extend(values.iter().flat_map(|value| all.of(key, value)));
                }
            }
        }
        sorted(found)
    }

    fn labelled(&self, type_name: &str, ids: &[ResourceId]) -> Selectors {
        let mut all = Selectors::default();
        for id in ids.iter().copied() {
            let Some(labels) = labels_of(self.get(id), type_name) else { continue };
            let entries = labels.as_mapping().map(|labels| labels.entries.as_slice()).unwrap_or_default();
            let is_open = labels.as_mapping().is_some_and(|labels| labels.open.is_some());
            if labels.is_unknown() || is_open || entries.iter().any(|(_, value)| value.as_str().is_none()) {
                all.others.push(id);
                continue;
            }
            for (key, value) in entries {
                let label = (key.clone(), value.as_str().unwrap_or_default().into());
                all.by_label.entry(label).or_default().push(id);
            }
        }
        all
    }

    /// The resources, each by the label of its selector that fewest of the selectors require.
    fn selectors(&self, ids: &[ResourceId]) -> Selectors {
        let mut all = Selectors::default();
        let required = |id| selector(self.get(id)).map(required_labels).unwrap_or_default();
        let mut times: HashMap<(&str, &str), usize> = HashMap::new();
        for id in ids {
            for (key, values) in required(*id) {
                values.into_iter().for_each(|value| *times.entry((key, value)).or_default() += 1);
            }
        }
        let count =
            |(key, values): &(&str, Vec<&str>)| values.iter().filter_map(|value| times.get(&(*key, *value))).sum();
        for id in ids.iter().copied() {
            let Some((key, values)) = required(id).into_iter().min_by_key::<usize, _>(count) else {
                all.others.push(id);
                continue;
            };
            for value in values {
                all.by_label.entry((key.into(), value.into())).or_default().push(id);
            }
        }
        all
    }
}

/// The resources in the order of the model, each once.
fn sorted(mut ids: Vec<ResourceId>) -> Vec<ResourceId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The known namespace of a resource.
fn namespace(resource: &Resource) -> Option<&str> {
    resource.meta.get("namespace").and_then(Value::as_str)
}

/// The name that an object has or names, where it does.
fn named_by(resource: &Resource, by: NamedBy) -> Option<&Value> {
    match by {
        NamedBy::Itself => resource.meta.get("name"),
        NamedBy::ScaleTarget => resource.attrs.get("spec")?.get("scaleTargetRef")?.get("name"),
        NamedBy::Role => resource.attrs.get("roleRef")?.get("name"),
    }
}

/// Returns the labels by which selectors know a resource: those of its pods, where it is a pod or makes some. A workload
/// whose template has none, such as a patch, is known by the labels that it selects by.
pub fn labels_of<'r>(resource: &'r Resource, type_name: &str) -> Option<&'r Value> {
    if type_name == "pod" {
        return resource.meta.get("labels");
    }
    let labels = |object: &'r Value| object.get("metadata")?.get("labels");
    let spec = resource.attrs.get("spec");
    match spec.and_then(|spec| spec.get("template")) {
        Some(template) => labels(template).or_else(|| spec?.get("selector")?.get("matchLabels")),
        None => labels(&resource.attrs),
    }
}

/// Returns the selector of pods that an object has.
pub fn selector(resource: &Resource) -> Option<&Value> {
    let spec = resource.attrs.get("spec")?;
    spec.get("selector").or_else(|| spec.get("podSelector"))
}
