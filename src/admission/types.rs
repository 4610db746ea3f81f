//! What the expressions of a policy may name, and the types of those names.

use crate::cel::{CelType, Environment, FieldTypes};
use std::sync::Arc;

/// A type with these fields.
fn object(name: &str, fields: &[(&str, CelType)]) -> CelType {
    let fields = fields.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect();
    CelType::Object(Arc::new(FieldTypes { name: format!("kubernetes.{name}"), fields }))
}

fn strings() -> CelType {
    CelType::list(CelType::String)
}

/// The type of `request`.
fn request() -> CelType {
    let of_kind = |name: &str, last: &str| {
        object(name, &[("group", CelType::String), ("version", CelType::String), (last, CelType::String)])
    };
    let (kind, resource) = (of_kind("GroupVersionKind", "kind"), of_kind("GroupVersionResource", "resource"));
    let user = object(
        "UserInfo",
        &[
            ("username", CelType::String),
            ("uid", CelType::String),
            ("groups", strings()),
            ("extra", CelType::map(CelType::String, strings())),
        ],
    );
    object(
        "AdmissionRequest",
        &[
            ("kind", kind.clone()),
            ("resource", resource.clone()),
            ("subResource", CelType::String),
            ("requestKind", kind),
            ("requestResource", resource),
            ("requestSubResource", CelType::String),
            ("name", CelType::String),
            ("namespace", CelType::String),
            ("operation", CelType::String),
            ("userInfo", user),
            ("dryRun", CelType::Bool),
            ("options", CelType::Dyn),
        ],
    )
}

/// The type of `namespaceObject`: what the API server shows of a namespace.
fn namespace() -> CelType {
    let text_map = || CelType::map(CelType::String, CelType::String);
    let condition = object(
        "NamespaceCondition",
        &[
            ("status", CelType::String),
            ("type", CelType::String),
            ("lastTransitionTime", CelType::Timestamp),
            ("message", CelType::String),
            ("reason", CelType::String),
        ],
    );
    let metadata = object(
        "NamespaceMetadata",
        &[
            ("name", CelType::String),
            ("generateName", CelType::String),
            ("namespace", CelType::String),
            ("labels", text_map()),
            ("annotations", text_map()),
            ("UID", CelType::String),
            ("creationTimestamp", CelType::Timestamp),
            ("deletionGracePeriodSeconds", CelType::Int),
            ("deletionTimestamp", CelType::Timestamp),
            ("generation", CelType::Int),
            ("resourceVersion", CelType::String),
            ("finalizers", strings()),
        ],
    );
    let status = object("NamespaceStatus", &[("conditions", CelType::list(condition)), ("phase", CelType::String)]);
    let spec = object("NamespaceSpec", &[("finalizers", strings())]);
    object("Namespace", &[("metadata", metadata), ("spec", spec), ("status", status)])
}

/// Returns the names of every policy.
pub fn plain_environment() -> Environment {
    Environment::default()
        .with("object", CelType::Dyn)
        .with("oldObject", CelType::Dyn)
        .with("request", request())
        .with("namespaceObject", namespace())
}

/// Returns the names of a policy of the API server. `params` is there only for a policy that has a kind of parameters.
pub fn environment(has_params: bool) -> Environment {
    let environment = plain_environment()
        .with("authorizer", CelType::Opaque("kubernetes.authorization.Authorizer"))
        .with("authorizer.requestResource", CelType::Opaque("kubernetes.authorization.ResourceCheck"));
    if has_params { environment.with("params", CelType::Dyn) } else { environment }
}
