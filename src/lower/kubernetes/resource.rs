//! Objects to resources.

use super::Object;
use crate::model::{Format, Lowered, Resource, ResourceId, Text, UnitId, Value};
use ecow::eco_format;

/// Adds the resources of many objects.
pub fn add_objects(lowered: &mut Lowered, unit: UnitId, objects: Vec<Object>) {
    for object in objects {
        add_object(lowered, unit, object);
    }
}

/// Adds the resource of an object, and those of the pods and containers in it.
pub fn add_object(lowered: &mut Lowered, unit: UnitId, object: Object) -> ResourceId {
    let address = address(&object);
    let meta = meta(&object);
    lowered.add(Resource {
        format: Format::Kubernetes,
        type_name: object.field("kind").unwrap_or_default().into(),
        families: &[],
        address,
        attrs: object.value,
        meta,
        block: object.block,
        header: object.header,
        owner: None,
        unit,
        call: None,
    })
}

/// `Kind/namespace/name`, without a namespace that is absent.
fn address(object: &Object) -> Text {
    let kind = object.field("kind").unwrap_or_default();
    let name = object.metadata("name").or_else(|| object.metadata("generateName")).unwrap_or_default();
    match object.metadata("namespace") {
        Some(namespace) => eco_format!("{kind}/{namespace}/{name}"),
        None => eco_format!("{kind}/{name}"),
    }
}

/// What is known beside the fields: `kind`, `api_version`, `group`, `version`, `namespace`, `name`, `labels`,
/// `annotations`, `file`.
fn meta(object: &Object) -> Value {
    let span = object.header;
    let api_version = object.field("apiVersion").unwrap_or_default();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let mut entries: Vec<(Text, Value)> = vec![
        ("api_version".into(), Value::string(api_version, span)),
        ("group".into(), Value::string(group, span)),
        ("version".into(), Value::string(version, span)),
        ("kind".into(), Value::string(object.field("kind").unwrap_or_default(), span)),
        ("file".into(), Value::string(object.file.clone(), span)),
    ];
    for field in ["name", "namespace", "labels", "annotations"] {
        if let Some(value) = object.value.get("metadata").and_then(|metadata| metadata.get(field)) {
            entries.push((field.into(), value.clone()));
        }
    }
    Value::object(entries, span)
}
