//! Containers of workflows: the steps of Tekton and the templates of Argo Workflows.
//!
//! They run to their end in pods that the controller writes, so there is no pod specification around them. What the
//! controller gives every container of a task or of a template is put into each of them. Source: the references of
//! `tekton.dev/v1` (`stepTemplate`, `computeResources`) and `argoproj.io/v1alpha1` (`securityContext`).

use super::Object;
use crate::limits::kubernetes::STEP_DEPTH;
use crate::model::{Data, Text, Value};
use ecow::eco_format;

/// A container in a workflow.
#[derive(Debug)]
pub struct Step<'a> {
    /// The container, with what it inherits.
    pub container: Value,
    /// The mapping that holds it: the task or the template.
    pub holder: &'a Value,
    /// The way to the holder.
    pub path: Text,
    /// `init` for what runs to its end, `sidecar` for what runs beside it.
    pub kind: &'static str,
}

/// The fields that hold containers, alone or in a list, and the kinds of these.
const FIELDS: [(&str, &str); 5] =
    [("steps", "init"), ("container", "init"), ("script", "init"), ("initContainers", "init"), ("sidecars", "sidecar")];

/// All containers in the tasks and templates of an object, in the order of its fields.
pub fn steps(object: &Object) -> Vec<Step<'_>> {
    let group = object.field("apiVersion").and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    let kind = object.field("kind").unwrap_or_default();
    let is_argo = matches!(kind, "Workflow" | "WorkflowTemplate" | "ClusterWorkflowTemplate" | "CronWorkflow");
    let mut found = Vec::new();
    if group == "tekton.dev" || group == "argoproj.io" && is_argo {
        search(&object.value, None, &Text::new(), 0, &mut found);
    }
    found
}

/// Collects the containers in a value. `context` is the security context of the mappings around it.
fn search<'a>(value: &'a Value, context: Option<&'a Value>, path: &Text, depth: usize, found: &mut Vec<Step<'a>>) {
    if depth > STEP_DEPTH {
        return;
    }
    match &value.data {
        Data::Mapping(mapping) => {
            let context = value.get("securityContext").or(context);
            for (key, child) in &mapping.entries {
                let kind = FIELDS.iter().find(|(field, _)| key == field).map(|(_, kind)| *kind);
                let containers = kind.map(|_| containers(child)).unwrap_or_default();
                for container in &containers {
                    let template = value.get("stepTemplate").filter(|_| key == "steps");
                    let container = completed(container, template, context);
                    found.push(Step { container, holder: value, path: path.clone(), kind: kind.unwrap_or("init") });
                }
                if containers.is_empty() {
                    let path = if path.is_empty() { key.clone() } else { eco_format!("{path}.{key}") };
                    search(child, context, &path, depth + 1, found);
                }
            }
        }
        Data::Sequence(sequence) => {
            for (at, child) in sequence.items.iter().enumerate() {
                search(child, context, &eco_format!("{path}[{at}]"), depth + 1, found);
            }
        }
        _ => {}
    }
}

/// The containers that a field holds: mappings that name an image.
fn containers(value: &Value) -> Vec<&Value> {
    let is_container = |value: &&Value| value.as_mapping().is_some() && value.get("image").is_some();
    match value.as_items() {
        Some(items) => items.iter().filter(is_container).collect(),
        None => Some(value).filter(is_container).into_iter().collect(),
    }
}

/// A container with what its template and the security context around it give it.
fn completed(container: &Value, template: Option<&Value>, context: Option<&Value>) -> Value {
    let mut completed = container.clone();
    let Some(fields) = completed.as_mapping_mut() else { return completed };
    let inherited = template.and_then(Value::as_mapping).map(|template| template.entries.as_slice());
    for (key, value) in inherited.unwrap_or_default() {
        if container.get(key).is_none() {
            fields.set(key.clone(), value.clone());
        }
    }
    let own = container.get("securityContext");
    let around = template.and_then(|template| template.get("securityContext")).or(context);
    if let Some(context) = merged(own, around) {
        fields.set("securityContext", context);
    }
    if let (None, Some(resources)) = (container.get("resources"), container.get("computeResources")) {
        fields.set("resources", resources.clone());
    }
    completed
}

/// A mapping with the entries of another that it lacks.
fn merged(own: Option<&Value>, other: Option<&Value>) -> Option<Value> {
    let (Some(own), Some(other)) = (own, other) else { return own.or(other).cloned() };
    let mut merged = own.clone();
    let entries = other.as_mapping().map(|other| other.entries.as_slice()).unwrap_or_default();
    for (key, value) in entries {
        if let Some(fields) = merged.as_mapping_mut().filter(|_| own.get(key).is_none()) {
            fields.set(key.clone(), value.clone());
        }
    }
    Some(merged)
}
