//! Which objects no API server would take, because they lack what the API requires: they are patches, to be merged into
//! an object that has the rest.

use super::Object;
use crate::model::Value;

/// Whether an object lacks the pod template, the pods' containers, or the image of a container, where its kind requires
/// them. What is not known is not lacking.
pub fn is_fragment(object: &Object) -> bool {
    let spec = match object.field("kind") {
        Some("Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job") => &["spec", "template", "spec"][..],
        Some("CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        Some("Pod") => &["spec"],
        _ => return false,
    };
    let mut value = &object.value;
    for field in spec {
        match value.get(field) {
            Some(inner) => value = inner,
            None => return is_known(value),
        }
    }
    match value.get("containers").and_then(Value::as_items) {
        Some(containers) => containers.iter().any(|container| is_known(container) && container.get("image").is_none()),
        None => is_known(value) && value.get("containers").is_none_or(is_known),
    }
}

fn is_known(value: &Value) -> bool {
    !value.is_unknown()
}
