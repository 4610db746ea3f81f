//! The resources of a project.

use super::loading::{Model, opened};
use super::project::stands_alone;
use crate::model::{Address, Cause, Data, Format, Lowered, Mapping, Resource, ResourceId, Text, UnitId, Value, Why};
use crate::source::Span;
use ecow::eco_format;
use std::sync::Arc;

/// What a project declares beside services: the key in the file, and the type.
const DECLARED: [(&str, &str); 4] = [
    ("networks", "compose_network"),
    ("volumes", "compose_volume"),
    ("secrets", "compose_secret"),
    ("configs", "compose_config"),
];

/// Adds the resources of a project.
pub(super) fn add(model: &Model, unit: UnitId, lowered: &mut Lowered) {
    let root = &model.root;
    let header = root.as_mapping().and_then(|mapping| mapping.header).unwrap_or(model.begin);
    let project = Emitter { unit, owner: None, header };
    let name = root.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut own = root.clone();
    if let Some(mapping) = own.as_mapping_mut() {
        // They are resources of their own.
        ["services", "networks", "volumes", "secrets", "configs"].iter().for_each(|key| _ = mapping.remove(key));
    }
    let owner = project.add(lowered, "compose_project", "project".into(), name, own, header);
    let emitter = Emitter { owner: Some(owner), ..project };
    for (name, service) in entries(root, "services") {
        let service = with_host_paths(described(service), root);
        let service = if stands_alone(&service) || service.as_mapping().is_some_and(|mapping| mapping.open.is_some()) {
            service
        } else {
            let message = eco_format!("the file that says what service `{name}` is made from is not known");
            opened(service, Cause { why: Why::Unseen(message), span: header_of(&emitter, name, root) })
        };
        emitter.part(lowered, "compose_service", "services", name, service);
    }
    for (key, type_name) in DECLARED {
        for (name, value) in entries(root, key) {
            emitter.part(lowered, type_name, key, name, described(value));
        }
    }
}

fn header_of(emitter: &Emitter, name: &str, root: &Value) -> Span {
    let service = root.get("services").and_then(|services| services.get(name));
    service.and_then(Value::as_mapping).and_then(|mapping| mapping.header).unwrap_or(emitter.header)
}

/// The named values below a key, without extensions.
fn entries<'v>(root: &'v Value, key: &str) -> impl Iterator<Item = (&'v Text, &'v Value)> {
    let mapping = root.get(key).and_then(Value::as_mapping);
    let entries = mapping.into_iter().flat_map(|mapping| &mapping.entries);
    entries.map(|(name, value)| (name, value)).filter(|(name, _)| !name.starts_with("x-"))
}

/// The value, as an object where it is none: `volumes: {data: }` declares a volume with all defaults.
fn described(value: &Value) -> Value {
    match &value.data {
        Data::Mapping(_) => value.clone(),
        _ => Value {
            data: Data::Mapping(Arc::new(Mapping::object(Vec::new(), Some(value.origin.span)))),
            ..value.clone()
        },
    }
}

/// The service with the paths of the host that named volumes show.
fn with_host_paths(mut service: Value, root: &Value) -> Value {
    let Some(mut volumes) = service.get("volumes").cloned() else { return service };
    for volume in volumes.as_items_mut().into_iter().flatten() {
        let source = volume.get("source").and_then(Value::as_str);
        let is_named = volume.get("host_path").is_none();
        let declared = source.filter(|_| is_named).and_then(|source| root.get("volumes")?.get(source));
        let options = declared.and_then(|declared| declared.get("driver_opts"));
        let is_bind =
            options.and_then(|options| options.get("o")?.as_str()).is_some_and(|o| o.split(',').any(|o| o == "bind"));
        let device = options.and_then(|options| options.get("device")).filter(|_| is_bind).cloned();
        if let (Some(device), Some(mapping)) = (device, volume.as_mapping_mut()) {
            mapping.set("host_path", device);
        }
    }
    if let Some(mapping) = service.as_mapping_mut() {
        mapping.set("volumes", volumes);
    }
    service
}

struct Emitter {
    unit: UnitId,
    owner: Option<ResourceId>,
    /// The header of the project.
    header: Span,
}

impl Emitter {
    fn part(&self, lowered: &mut Lowered, type_name: &str, key: &str, name: &str, attrs: Value) {
        let header = attrs.as_mapping().and_then(|mapping| mapping.header).unwrap_or(self.header);
        self.add(lowered, type_name, eco_format!("{key}.{name}"), name, attrs, header);
    }

    fn add(
        &self,
        lowered: &mut Lowered,
        type_name: &str,
        address: Text,
        name: &str,
        attrs: Value,
        header: Span,
    ) -> ResourceId {
        lowered.add(Resource {
            format: Format::Compose,
            type_name: type_name.into(),
            families: &[],
            address: Address::other(None, address),
            meta: Value::object(vec![("name".into(), Value::string(name, header))], header),
            block: header.to(attrs.origin.span),
            attrs,
            header,
            owner: self.owner,
            unit: self.unit,
            call: None,
            doubt: None,
            planned: None,
        })
    }
}
