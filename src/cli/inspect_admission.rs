//! `gatelint inspect --admission FILE`: policies with requests, one case a line, answered as the API server would.
//!
//! A case has `id`, `policy` (policies and bindings in YAML), and as they are wanted `cluster` (namespaces and
//! parameters in YAML), `crds` (`APIVersion`, `Kind`, `Scope`) and `requests` (`manifest`, `oldManifest`, `operation`,
//! `subresource`, `user`). The answer is a line `{"id", "requests": [{"allowed", "message", "warnings"}]}`; without
//! `allowed`, that depends on what is not known.

use crate::admission::{
    AdmissionRequest, Binding, Cluster, GroupVersion, Policies, Policy, PolicySource, User, kind_of, plural, split,
};
use crate::lower::yaml::value;
use crate::model::Value;
use crate::source::{Derived, SourceId, Span};
use crate::syntax::yaml::{self, Dialect};
use serde_json::{Map, Value as Json, json};

fn text<'c>(case: &'c Json, name: &str) -> &'c str {
    case.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// The objects of a text in YAML.
fn objects(text: &str) -> Vec<Value> {
    let stream = yaml::read(&Derived::file(SourceId(0), text), Dialect::Kubernetes);
    let values = stream.documents.iter().map(|document| value(&document.root, None));
    values.filter(|value| value.as_mapping().is_some()).collect()
}

/// Answers one case.
pub fn answer(case: &Json) -> Json {
    let nowhere = Span::new(SourceId(0), 0, 0);
    let mut policies = Policies::default();
    for object in objects(text(case, "policy")) {
        match kind_of(&object).name.as_str() {
            "ValidatingAdmissionPolicy" => {
                policies.policies.extend(Policy::read(&object, PolicySource::Kubernetes, nowhere));
            }
            "ValidatingAdmissionPolicyBinding" => policies.bindings.extend(Binding::read(&object, nowhere)),
            _ => {}
        }
    }
    let mut known = objects("apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n");
    known.extend(objects(text(case, "cluster")));
    let crds = case.get("crds").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let custom = |crd: &Json| (split(text(crd, "APIVersion"), text(crd, "Kind")), text(crd, "Scope") != "Cluster");
    let cluster = Cluster::closed(known, crds.iter().map(custom).collect());
    let requests = case.get("requests").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let answers = requests.iter().map(|request| {
        let response = policies.respond(&self::request(request, &cluster), &cluster);
        let mut answer = Map::new();
        answer.extend(response.allowed.map(|allowed| ("allowed".to_owned(), json!(allowed))));
        answer.extend(response.message.map(|message| ("message".to_owned(), json!(message))));
        answer.insert("warnings".into(), json!(response.warnings));
        Json::Object(answer)
    });
    json!({"id": case.get("id"), "requests": answers.collect::<Vec<_>>()})
}

/// A request; a namespaced object without a namespace is in `default`.
fn request(request: &Json, cluster: &Cluster) -> AdmissionRequest {
    let read = |name: &str| objects(text(request, name)).into_iter().next();
    let operation = text(request, "operation");
    let (mut object, mut old_object) = (read("manifest"), read("oldManifest"));
    if operation == "DELETE" {
        old_object = object.take().or(old_object);
    }
    let kind = object.as_ref().or(old_object.as_ref()).map_or_else(|| split("", ""), kind_of);
    let is_namespaced = cluster.is_namespaced(&kind);
    for object in object.iter_mut().chain(&mut old_object).filter(|_| is_namespaced) {
        let span = object.origin.span;
        let metadata = object.as_mapping_mut().and_then(|fields| {
            if fields.get("metadata").is_none() {
                fields.set("metadata", Value::object(Vec::new(), span));
            }
            let mut metadata = fields.remove("metadata")?;
            if let Some(entries) = metadata.as_mapping_mut()
                && entries.get("namespace").is_none()
            {
                entries.set("namespace", Value::string("default", span));
            }
            Some((fields, metadata))
        });
        if let Some((fields, metadata)) = metadata {
            fields.set("metadata", metadata);
        }
    }
    let of = |name: &str| {
        let metadata = object.as_ref().or(old_object.as_ref()).and_then(|object| object.get("metadata"));
        metadata.and_then(|metadata| metadata.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let is_namespace = kind.group.is_empty() && kind.name == "Namespace";
    let namespace = match (is_namespaced, is_namespace) {
        (true, _) => of("namespace"),
        (_, true) => of("name"),
        _ => String::new(),
    };
    let resource = GroupVersion { name: plural(&kind.name), ..kind.clone() };
    AdmissionRequest {
        operation: operation.into(),
        request_kind: kind.clone(),
        request_resource: resource.clone(),
        kind,
        resource,
        subresource: text(request, "subresource").into(),
        name: of("name"),
        namespace,
        unknown_namespace: None,
        user: Some(user(request.get("user"))),
        object,
        old_object,
        is_generated: false,
    }
}

/// Who asks; the administrator where the case does not say.
fn user(user: Option<&Json>) -> User {
    let Some(user) = user.filter(|user| !user.is_null()) else {
        let groups = vec!["system:masters".into(), "system:authenticated".into()];
        return User { name: "kubernetes-admin".into(), groups, ..User::default() };
    };
    let texts = |list: Option<&Json>| {
        let items = list.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Json::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let extra = user.get("Extra").and_then(Json::as_object);
    let extra = extra.into_iter().flatten().map(|(key, value)| {
        let values = value.as_str().map_or_else(|| texts(Some(value)), |text| vec![text.to_owned()]);
        (key.clone(), values)
    });
    User {
        name: text(user, "Name").into(),
        groups: texts(user.get("Groups")),
        uid: text(user, "UID").into(),
        extra: extra.collect(),
    }
}
