//! Objects to resources: the object itself, the pods in it, and their containers.
//!
//! | resource | `attrs` | `owner` |
//! |---|---|---|
//! | the object, under its kind | all its fields from `apiVersion` on | none |
//! | `pod` | the fields of the pod specification | the object |
//! | `container` | its own fields | the pod; for a step of a workflow, the object |
//!
//! What a specification does not hold stands in `meta`, listed at [`object_meta`], [`pod_meta`] and
//! [`container_meta`].

use super::pod::{Pod, is_workload, pods, stray_containers};
use super::step::{Step, steps};
use super::{Object, fields};
use crate::model::{Address, Call, Doubt, Format, Lowered, Resource, ResourceId, Text, UnitId, Value};
use crate::source::{Problem, Span};
use ecow::eco_format;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the resources of an object stand among the others.
#[derive(Clone, Debug)]
pub struct Placement {
    /// What they were written in.
    pub format: Format,
    /// The address, if it is not `Kind/namespace/name`.
    pub address: Option<Address>,
    /// What describes the object.
    pub owner: Option<ResourceId>,
    /// What they are evaluated with.
    pub unit: UnitId,
    /// The `module` blocks around.
    pub call: Option<Arc<Call>>,
    /// Why it is not certain that they will exist.
    pub doubt: Option<Arc<Doubt>>,
    /// Whether each part of the object has its own place, as in a manifest.
    pub has_places: bool,
}

/// Adds the resource of an object of a manifest, then those of the pods in it and of their containers.
pub fn add_object(lowered: &mut Lowered, unit: UnitId, object: Object) -> ResourceId {
    let (format, has_places) = (Format::Kubernetes, true);
    let placement = Placement { format, address: None, owner: None, unit, call: None, doubt: None, has_places };
    add_placed(lowered, &placement, object)
}

/// Adds the resources of an object wherever it is written.
pub fn add_placed(lowered: &mut Lowered, placement: &Placement, mut object: Object) -> ResourceId {
    hide_secrets(&mut object);
    let pods = pods(&object);
    let address = placement.address.clone().unwrap_or_else(|| address(&object));
    let problems = if placement.format == Format::Kubernetes { fields::problems(&object) } else { Vec::new() };
    let families = families(!pods.is_empty() || is_workload(&object), !problems.is_empty());
    let kind = object.field("kind").unwrap_or_default();
    let steps = steps(&object);
    let mut meta = if pods.is_empty() && steps.is_empty() {
        without_pods(lowered, placement, &object)
    } else {
        object_meta(&object)
    };
    if let Some(fields) = meta.as_mapping_mut().filter(|_| !problems.is_empty()) {
        fields.set("schema_problems", Value::tuple(problems, object.header));
    }
    let resource = placement.resource(kind, address.clone(), &object.value, meta);
    let workload = lowered.add(Resource { families, block: object.block, header: object.header, ..resource });
    for pod in &pods {
        let of = if pods.len() == 1 { address.clone() } else { address.part(&pod.path, None) };
        let header = announced(pod.spec, object.header);
        let resource = placement.resource("pod", of.part("pod", None), pod.spec, pod_meta(&object, pod));
        let block = placement.block(pod.template, &object);
        let id = lowered.add(Resource { owner: Some(workload), block, header, ..resource });
        add_containers(lowered, placement, &object, pod, id, &of);
    }
    add_steps(lowered, placement, &object, &steps, workload, &address);
    workload
}

/// The families of an object: whether it runs pods, and whether something is wrong with its fields.
pub(super) fn families(is_workload: bool, has_problems: bool) -> &'static [&'static str] {
    match (is_workload, has_problems) {
        (false, false) => &[],
        (false, true) => &["kubernetes_schema_problem"],
        (true, false) => &["workload"],
        (true, true) => &["workload", "kubernetes_schema_problem"],
    }
}

/// The `meta` of an object that has no pods. Containers in it that nobody will judge are told: as a problem where the API
/// fixes their place, else as `unread_containers`.
fn without_pods(lowered: &mut Lowered, placement: &Placement, object: &Object) -> Value {
    let mut meta = object_meta(object);
    let Some(stray) = stray_containers(object) else { return meta };
    if is_workload(object) {
        let kind = object.field("kind").unwrap_or_default();
        let message = format!("Containers stand at `{}`, where a {kind} has none, so nothing judges them.", stray.path);
        let help = "They belong to the `spec` of the pod template, beside which nothing else is read.";
        lowered.problems.push(Problem::error(stray.value.origin.span, message).with_help(help));
    } else if placement.format == Format::Kubernetes
        && let Some(fields) = meta.as_mapping_mut()
    {
        fields.set("unread_containers", Value::string(stray.path, stray.value.origin.span));
    }
    meta
}

fn add_containers(
    lowered: &mut Lowered,
    placement: &Placement,
    object: &Object,
    pod: &Pod<'_>,
    owner: ResourceId,
    of: &Address,
) {
    let mut names = BTreeMap::new();
    for (field, kind) in CONTAINER_LISTS {
        let containers = pod.spec.get(field).and_then(Value::as_items).unwrap_or_default();
        for (at, container) in containers.iter().enumerate().filter(|(_, item)| item.as_mapping().is_some()) {
            let kind = if *kind == "init" && is_sidecar(container) { "sidecar" } else { kind };
            let address = container_address(of, container, at, &mut names);
            let meta = container_meta(object, pod, kind, announced(container, container.origin.span));
            add_container(lowered, placement, object, container, owner, address, meta);
        }
    }
}

/// Adds the containers of the tasks and templates of a workflow.
fn add_steps(
    lowered: &mut Lowered,
    placement: &Placement,
    object: &Object,
    steps: &[Step<'_>],
    owner: ResourceId,
    of: &Address,
) {
    let mut names = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let pod = Pod { spec: step.holder, template: step.holder, path: step.path.clone() };
        let container = &step.container;
        let address = container_address(of, container, at, &mut names);
        let meta = container_meta(object, &pod, step.kind, announced(container, container.origin.span));
        add_container(lowered, placement, object, container, owner, address, meta);
    }
}

fn add_container(
    lowered: &mut Lowered,
    placement: &Placement,
    object: &Object,
    container: &Value,
    owner: ResourceId,
    address: Address,
    meta: Value,
) {
    let header = announced(container, container.origin.span);
    let block = placement.block(container, object);
    let resource = placement.resource("container", address, container, meta);
    lowered.add(Resource { owner: Some(owner), block, header, ..resource });
}

/// The address of a container: by its name, numbered where that is taken, or by its position.
fn container_address(of: &Address, container: &Value, at: usize, names: &mut BTreeMap<Text, usize>) -> Address {
    let name = container.get("name").and_then(Value::as_str);
    let name = name.map_or_else(|| eco_format!("{at}"), Text::from);
    let times = names.entry(name.clone()).or_default();
    *times += 1;
    let name = if *times == 1 { name } else { eco_format!("{name}[{}]", *times - 1) };
    of.part("container", Some(&name))
}

impl Placement {
    /// What stands in a part of an object. A block of Terraform knows only its header, so there it is all of the
    /// object.
    fn block(&self, part: &Value, object: &Object) -> Span {
        if self.has_places { part.origin.span } else { object.block }
    }

    /// A resource of this placement that stands where its attributes do.
    fn resource(&self, type_name: &str, address: Address, attrs: &Value, meta: Value) -> Resource {
        Resource {
            format: self.format,
            type_name: type_name.into(),
            families: &[],
            address,
            attrs: attrs.clone(),
            meta,
            block: attrs.origin.span,
            header: attrs.origin.span,
            owner: self.owner,
            unit: self.unit,
            call: self.call.clone(),
            doubt: self.doubt.clone(),
            planned: None,
        }
    }
}

/// The lists of a pod specification that hold containers, and the words for their kinds.
const CONTAINER_LISTS: &[(&str, &str)] =
    &[("containers", "container"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral")];

/// An init container that is not waited for.
fn is_sidecar(container: &Value) -> bool {
    container.get("restartPolicy").and_then(Value::as_str) == Some("Always")
}

/// Where a mapping is announced.
fn announced(value: &Value, otherwise: Span) -> Span {
    value.as_mapping().and_then(|mapping| mapping.header).unwrap_or(otherwise)
}

/// `Kind/namespace/name`, without a namespace that is absent.
fn address(object: &Object) -> Address {
    let kind = object.field("kind").unwrap_or_default();
    let name = object.metadata("name").or_else(|| object.metadata("generateName")).unwrap_or_default();
    let namespace = object.metadata("namespace").filter(|namespace| !namespace.is_empty());
    let stem = name.rsplit_once('-').filter(|_| object.is_hashed).map(|(stem, _)| stem);
    Address::object(kind, namespace, name, stem)
}

/// `api_version`, `group`, `version`, `kind`, `file`, and from `metadata` what is there of `name`, `namespace`,
/// `labels` and `annotations`.
fn object_meta(object: &Object) -> Value {
    let mut entries = type_meta(object);
    let kind = object.field("kind").unwrap_or_default();
    entries.push(("kind".into(), Value::string(kind, object.header)));
    entries.extend(metadata(object, &object.value));
    Value::object(entries, object.header)
}

/// As for an object, with `kind` being `Pod`, `labels` and `annotations` those of the template, and
/// `workload_kind` and `path` (from the object to the template) besides.
fn pod_meta(object: &Object, pod: &Pod<'_>) -> Value {
    let header = announced(pod.spec, object.header);
    let mut entries = type_meta(object);
    let kind = object.field("kind").unwrap_or_default();
    entries.push(("kind".into(), Value::string("Pod", header)));
    entries.push(("workload_kind".into(), Value::string(kind, object.header)));
    entries.push(("path".into(), Value::string(pod.path.clone(), header)));
    entries.extend(metadata(object, pod.template));
    Value::object(entries, header)
}

/// As for its pod, with `kind` being `Container`, and `container_kind`, one of `container`, `init`, `sidecar`
/// (an init container that keeps running) and `ephemeral`.
fn container_meta(object: &Object, pod: &Pod<'_>, container_kind: &str, header: Span) -> Value {
    let mut meta = pod_meta(object, pod);
    if let Some(mapping) = meta.as_mapping_mut() {
        mapping.set("kind", Value::string("Container", header));
        mapping.set("container_kind", Value::string(container_kind, header));
    }
    meta
}

fn type_meta(object: &Object) -> Vec<(Text, Value)> {
    let span = object.header;
    let api_version = object.field("apiVersion").unwrap_or_default();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    vec![
        ("api_version".into(), Value::string(api_version, span)),
        ("group".into(), Value::string(group, span)),
        ("version".into(), Value::string(version, span)),
        ("file".into(), Value::string(object.file.clone(), span)),
    ]
}

/// Name and namespace of the object, labels and annotations of `labelled`, as far as they are there.
fn metadata(object: &Object, labelled: &Value) -> Vec<(Text, Value)> {
    let field = |of: &Value, name: &str| {
        let value = of.get("metadata")?.get(name)?;
        Some((Text::from(name), value.clone()))
    };
    let of_object = ["name", "namespace"].into_iter().filter_map(|name| field(&object.value, name));
    let of_labelled = ["labels", "annotations"].into_iter().filter_map(|name| field(labelled, name));
    of_object.chain(of_labelled).collect()
}

/// Marks what a `Secret` keeps.
fn hide_secrets(object: &mut Object) {
    if object.field("kind") != Some("Secret") {
        return;
    }
    let Some(fields) = object.value.as_mapping_mut() else { return };
    for field in ["data", "stringData"] {
        let Some(mut data) = fields.remove(field) else { continue };
        if let Some(data) = data.as_mapping_mut() {
            data.entries.iter_mut().for_each(|(_, value)| value.sensitive = true);
        }
        fields.set(field, data);
    }
}
