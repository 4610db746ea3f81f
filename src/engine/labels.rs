//! Namespaces and label selectors: which Kubernetes objects of a type may lie in a namespace, and which select labels.
//!
//! Owns the tables by which they are looked up. Whether a selector does select is for `functions::selector` to say.

use super::Index;
use super::functions::selector::required_label;
use super::tables::{Namespaces, Selectors};
use crate::model::{Resource, ResourceId, UnitId, Value};

impl Index<'_> {
    /// Returns the resources of a type that may lie in the namespace of another resource, in the order of the model.
    pub fn in_namespace_of(&self, judged: &Resource, type_name: &str) -> Vec<ResourceId> {
        if !self.has_type(type_name) {
            return Vec::new();
        }
        let Some(own) = judged.meta.get("namespace").and_then(Value::as_str) else {
            return self.of_type(type_name, judged.unit).map(|(id, _)| id).collect();
        };
        let all = self
            .tables
            .namespaces
            .get_or_make((judged.unit, type_name.into()), || self.namespaces(type_name, judged.unit));
        let mut found = all.anywhere.clone();
        found.extend(all.named.get(own).into_iter().flatten());
        found.sort_unstable();
        found
    }

    /// Returns the resources of a type that may select `labels`, in the order of the model.
    pub fn selecting(&self, unit: UnitId, type_name: &str, labels: &Value) -> Vec<ResourceId> {
        if !self.has_type(type_name) {
            return Vec::new();
        }
        let known = labels.as_mapping().filter(|_| labels.is_wholly_known());
        let Some(known) = known else { return self.of_type(type_name, unit).map(|(id, _)| id).collect() };
        let all = self.tables.selectors.get_or_make((unit, type_name.into()), || self.selectors(type_name, unit));
        let mut found = all.others.clone();
        for (key, value) in &known.entries {
            let Some(text) = value.as_str() else { continue };
            found.extend(all.by_label.get(&(key.clone(), text.into())).into_iter().flatten());
        }
        found.sort_unstable();
        found
    }

    /// Returns the resources of a type that a selector may select, in the order of the model.
    pub fn selected(&self, unit: UnitId, type_name: &str, selector: &Value) -> Vec<ResourceId> {
        let Some((key, values)) = required_label(selector) else {
            return self.of_type(type_name, unit).map(|(id, _)| id).collect();
        };
        let all = self.tables.labelled.get_or_make((unit, type_name.into()), || self.labelled(type_name, unit));
        let mut found = all.others.clone();
        for value in values {
            found.extend(all.by_label.get(&(key.into(), value.into())).into_iter().flatten());
        }
        found.sort_unstable();
        found
    }

    fn labelled(&self, type_name: &str, unit: UnitId) -> Selectors {
        let mut all = Selectors::default();
        for (id, resource) in self.of_type(type_name, unit) {
            let Some(labels) = labels_of(resource, type_name) else { continue };
            let entries = labels.as_mapping().map(|labels| labels.entries.as_slice()).unwrap_or_default();
            if labels.is_unknown() || entries.iter().any(|(_, value)| value.as_str().is_none()) {
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

    fn namespaces(&self, type_name: &str, unit: UnitId) -> Namespaces {
        let mut all = Namespaces::default();
        for (id, resource) in self.of_type(type_name, unit) {
            match resource.meta.get("namespace").and_then(Value::as_str) {
                Some(name) => all.named.entry(name.into()).or_default().push(id),
                None => all.anywhere.push(id),
            }
        }
        all
    }

    fn selectors(&self, type_name: &str, unit: UnitId) -> Selectors {
        let mut all = Selectors::default();
        for (id, resource) in self.of_type(type_name, unit) {
            let Some((key, values)) = selector(resource).and_then(required_label) else {
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
