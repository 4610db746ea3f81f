//! Pods in objects, found by their shape.
//!
//! A pod specification is a mapping with a list `containers` of mappings. Built-in workloads, Argo Rollouts,
//! Knative services, training jobs and all the operators that embed one are found alike, at any depth. In a
//! custom kind at least one container must name an image: operators complete the others themselves, and what
//! they will become is not in the file.

use super::Object;
use crate::model::{Data, Text, Value};
use ecow::eco_format;

/// A pod specification in an object.
#[derive(Debug)]
pub struct Pod<'a> {
    /// The specification.
    pub spec: &'a Value,
    /// The mapping that holds it beside its `metadata`: the template, the object of a bare pod, or the
    /// specification itself.
    pub template: &'a Value,
    /// The way to it: `spec.template`, `spec.tfReplicaSpecs.Worker.template`; empty for a bare pod.
    pub path: Text,
}

/// How deep pods are looked for: the depth that the readers allow.
const DEPTH_LIMIT: usize = 512;

/// All pod specifications of an object, in the order of its fields.
pub fn pods(object: &Object) -> Vec<Pod<'_>> {
    let mut found = Vec::new();
    // A schema describes objects; it holds none.
    if object.field("kind") != Some("CustomResourceDefinition") {
        let strict = !is_built_in(object);
        search(&object.value, None, &Text::new(), strict, 0, &mut found);
    }
    found
}

/// Whether the kind belongs to Kubernetes itself, so that nobody completes what is not written.
fn is_built_in(object: &Object) -> bool {
    let group = object.field("apiVersion").and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    matches!(group, "" | "apps" | "batch" | "extensions")
}

fn search<'a>(
    value: &'a Value,
    holder: Option<&'a Value>,
    path: &Text,
    strict: bool,
    depth: usize,
    found: &mut Vec<Pod<'a>>,
) {
    if depth > DEPTH_LIMIT {
        return;
    }
    if is_pod_spec(value, strict) {
        let (template, path) = match (path.as_str(), path.strip_suffix(".spec")) {
            ("spec", _) => (holder.unwrap_or(value), ""),
            (_, Some(path)) => (holder.unwrap_or(value), path),
            (path, None) => (value, path),
        };
        found.push(Pod { spec: value, template, path: path.into() });
        return;
    }
    match &value.data {
        Data::Mapping(mapping) => {
            for (key, child) in &mapping.entries {
                if matches!(child.data, Data::Mapping(_) | Data::Sequence(_)) {
                    let path = if path.is_empty() { key.clone() } else { eco_format!("{path}.{key}") };
                    search(child, Some(value), &path, strict, depth + 1, found);
                }
            }
        }
        Data::Sequence(sequence) => {
            for (at, child) in sequence.items.iter().enumerate() {
                if matches!(child.data, Data::Mapping(_) | Data::Sequence(_)) {
                    search(child, None, &eco_format!("{path}[{at}]"), strict, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

fn is_pod_spec(value: &Value, strict: bool) -> bool {
    let Some(containers) = value.get("containers") else { return false };
    let Some(items) = containers.as_items() else { return containers.is_unknown() };
    let all_mappings = !items.is_empty() && items.iter().all(|item| item.as_mapping().is_some());
    all_mappings && items.iter().any(|item| item.get("image").is_some() || !strict && item.get("name").is_some())
}
