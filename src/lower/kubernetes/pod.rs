//! Pods in objects: where the API has them, else found by their shape.
//!
//! The kinds of Kubernetes itself, and OpenShift's `DeploymentConfig`, have one pod at a known place, whatever
//! it holds. In any other kind a pod specification is a mapping with a list `containers` of mappings: Argo
//! Rollouts, Knative services, training jobs and all the operators that embed one are found alike, at any depth.
//! At least one of those containers must name an image: operators complete the others themselves, and what they
//! will become is not in the file.

use super::Object;
use crate::limits::kubernetes::POD_DEPTH;
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

/// All pod specifications of an object, in the order of its fields.
pub fn pods(object: &Object) -> Vec<Pod<'_>> {
    if let Some(path) = known_path(object) {
        return at_path(&object.value, path).into_iter().collect();
    }
    let mut found = Vec::new();
    // A schema describes objects; it holds none.
    if object.field("kind") != Some("CustomResourceDefinition") && !describes_pods(object) {
        search(&object.value, None, &Text::new(), 0, &mut found);
    }
    found
}

/// API groups of policy engines: their objects hold patterns of pods and patches to them, and no pods. Sources: the
/// API references of Kyverno, Gatekeeper, Kubewarden and of GKE's `WorkloadAllowlist`.
const POLICY_ENGINES: [&str; 4] = ["kyverno.io", "gatekeeper.sh", "kubewarden.io", "auto.gke.io"];

/// Whether the pods in an object are what a policy engine compares pods with.
fn describes_pods(object: &Object) -> bool {
    let group = object.field("apiVersion").and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    POLICY_ENGINES
        .iter()
        .any(|engine| group.strip_suffix(engine).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether an object is of a kind that the API runs pods from, even where its template is missing or broken.
pub fn is_workload(object: &Object) -> bool {
    known_path(object).is_some()
}

/// The way from an object to its pod template, where the API fixes it. Source: the API reference of
/// Kubernetes 1.32 (`core`, `apps`, `batch`) and of OpenShift 4 (`apps.openshift.io`).
fn known_path(object: &Object) -> Option<&'static [&'static str]> {
    let group = object.field("apiVersion").and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    if !matches!(group, "" | "apps" | "batch" | "extensions" | "apps.openshift.io") {
        return None;
    }
    match object.field("kind")? {
        "Pod" => Some(&[]),
        "PodTemplate" => Some(&["template"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template"]),
        "Deployment"
        | "DaemonSet"
        | "StatefulSet"
        | "ReplicaSet"
        | "ReplicationController"
        | "Job"
        | "DeploymentConfig" => Some(&["spec", "template"]),
        _ => None,
    }
}

/// The pod whose template stands at `path`.
fn at_path<'a>(object: &'a Value, path: &[&str]) -> Option<Pod<'a>> {
    let template = path.iter().try_fold(object, |value, field| value.get(field))?;
    let spec = template.get("spec")?;
    spec.as_mapping()?;
    Some(Pod { spec, template, path: path.join(".").into() })
}

fn search<'a>(value: &'a Value, holder: Option<&'a Value>, path: &Text, depth: usize, found: &mut Vec<Pod<'a>>) {
    if depth > POD_DEPTH {
        return;
    }
    if is_pod_spec(value) {
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
                    search(child, Some(value), &path, depth + 1, found);
                }
            }
        }
        Data::Sequence(sequence) => {
            for (at, child) in sequence.items.iter().enumerate() {
                if matches!(child.data, Data::Mapping(_) | Data::Sequence(_)) {
                    search(child, None, &eco_format!("{path}[{at}]"), depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

/// Containers in an object without pods, where no pod specification is known to hold them.
pub struct Stray<'a> {
    /// The way to them.
    pub path: Text,
    /// Their list, or the one container.
    pub value: &'a Value,
}

/// Returns the first containers in an object that has no pods. Steps of a pipeline are containers too.
pub fn stray_containers(object: &Object) -> Option<Stray<'_>> {
    let kind = object.field("kind");
    (kind != Some("CustomResourceDefinition")).then(|| stray(&object.value, &Text::new(), 0)).flatten()
}

fn stray<'a>(value: &'a Value, path: &Text, depth: usize) -> Option<Stray<'a>> {
    if depth > POD_DEPTH {
        return None;
    }
    if let Some(items) = value.as_items() {
        let numbered = items.iter().enumerate();
        return numbered.into_iter().find_map(|(at, item)| stray(item, &eco_format!("{path}[{at}]"), depth + 1));
    }
    let has_image =
        |value: &Value| value.get("image").is_some_and(|image| image.as_str().is_some() || image.is_unknown());
    value.as_mapping()?.entries.iter().find_map(|(key, child)| {
        let path = if path.is_empty() { key.clone() } else { eco_format!("{path}.{key}") };
        let is_list = matches!(key.as_str(), "containers" | "initContainers" | "steps" | "sidecars");
        let is_one = matches!(key.as_str(), "container" | "script") && has_image(child);
        if is_one || is_list && child.as_items().unwrap_or_default().iter().any(has_image) {
            return Some(Stray { path, value: child });
        }
        stray(child, &path, depth + 1)
    })
}

fn is_pod_spec(value: &Value) -> bool {
    let Some(containers) = value.get("containers") else { return false };
    let Some(items) = containers.as_items() else { return containers.is_unknown() };
    let all_mappings = !items.is_empty() && items.iter().all(|item| item.as_mapping().is_some());
    all_mappings && items.iter().any(|item| item.get("image").is_some())
}
