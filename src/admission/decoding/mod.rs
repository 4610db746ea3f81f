//! The object that policies see: what is written, decoded into its kind, with defaults, and with what the API server adds
//! to each new object.
//!
//! Owns what the API server does to an object between the request and the validating policies, without the objects and
//! webhooks of a cluster. A default has the place of the mapping that would hold it. Knows no policies.
//!
//! The facts are those of Kubernetes 1.36, and compared with the answers of its API server (`tests/data/decoding`).

mod creation;
mod kinds;
mod part;
mod pods;
#[cfg(test)]
mod tests;
mod written;

use super::cluster::kind_of;
use super::parameters::ParameterSchema;
use super::request::GroupVersion;
use crate::model::{Cause, Text, Value};
use crate::schema;
use creation::Account;
use part::ObjectPart;
use std::collections::BTreeMap;

/// Decodes objects as the API server of a cluster does.
#[derive(Debug, Default)]
pub struct Decoder {
    /// Schemas of custom kinds.
    custom: BTreeMap<GroupVersion, Value>,
    /// Service accounts by name.
    accounts: BTreeMap<Text, Vec<Account>>,
}

impl Decoder {
    /// The decoder of a cluster that has these objects.
    pub fn new<'v>(objects: impl Iterator<Item = &'v Value>) -> Self {
        let mut decoder = Self::default();
        for object in objects {
            let kind = kind_of(object);
            match (kind.group.as_str(), kind.name.as_str()) {
                ("apiextensions.k8s.io", "CustomResourceDefinition") => decoder.define(object),
                ("", "ServiceAccount") => decoder.add_account(object),
                _ => {}
            }
        }
        decoder
    }

    fn define(&mut self, definition: &Value) {
        let Some(spec) = definition.get("spec") else { return };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let (group, name) = (text(spec.get("group")), text(spec.get("names").and_then(|names| names.get("kind"))));
        for version in spec.get("versions").and_then(Value::as_items).unwrap_or_default() {
            let kind = GroupVersion { group: group.clone(), version: text(version.get("name")), name: name.clone() };
            if let Some(schema) = version.get("schema").and_then(|schema| schema.get("openAPIV3Schema")) {
                self.custom.entry(kind).or_insert_with(|| schema.clone());
            }
        }
    }

    fn add_account(&mut self, object: &Value) {
        let metadata =
            |name: &str| object.get("metadata").and_then(|metadata| metadata.get(name)).and_then(Value::as_str);
        let Some(name) = metadata("name") else { return };
        let secrets = object.get("imagePullSecrets");
        let account = Account {
            namespace: metadata("namespace").map(Text::from),
            mounts: object.get("automountServiceAccountToken").and_then(Value::as_bool),
            pull_secrets: secrets.filter(|secrets| secrets.as_items().is_some_and(|items| !items.is_empty())).cloned(),
        };
        self.accounts.entry(name.into()).or_default().push(account);
    }

    /// Returns an object as policies see it when it is created. `namespace` is why its namespace is not known.
    pub fn created(&self, object: &Value, namespace: Option<&[Cause]>) -> Value {
        let kind = kind_of(object);
        let api_version = object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        if let Some(schema) = self.custom.get(&kind) {
            let completed = ParameterSchema::new(schema, true).complete(Some(object));
            return with_identity(completed.unwrap_or_else(|| object.clone()), namespace);
        }
        let Some(ty) = schema::kubernetes(api_version, &kind.name).filter(|_| is_stable(&kind)) else {
            return with_identity(object.clone(), namespace);
        };
        let mut decoded = object.clone();
        written::decode(&mut decoded, ty.body(), &kind.name);
        let (group, name) = (kind.group.as_str(), kind.name.as_str());
        if let Some(mut part) = ObjectPart::of(&mut decoded) {
            kinds::complete(group, name, &mut part);
            creation::chosen(group, name, &mut part);
            if (group, name) == ("", "Pod") {
                let metadata = object.get("metadata");
                let own = metadata.and_then(|metadata| metadata.get("namespace")).and_then(Value::as_str);
                part.inside("spec", |spec| creation::pod(spec, &|name| self.account(name, own)));
            }
            creation::status(group, name, &mut part);
        }
        with_identity(decoded, namespace)
    }

    /// The account of a name, in a namespace that may not be known.
    fn account(&self, name: &str, namespace: Option<&str>) -> Option<Account> {
        let is_there = |account: &&Account| match (&account.namespace, namespace) {
            (Some(there), Some(here)) => there == here,
            _ => true,
        };
        self.accounts.get(name)?.iter().find(is_there).cloned()
    }
}

/// Whether the facts here are about a version of a kind.
fn is_stable(kind: &GroupVersion) -> bool {
    match kind.group.as_str() {
        "autoscaling" => kind.version == "v2",
        _ => kind.version == "v1",
    }
}

fn with_identity(mut object: Value, namespace: Option<&[Cause]>) -> Value {
    if let Some(mut part) = ObjectPart::of(&mut object) {
        part.always("metadata", |_| {});
        creation::identity(&mut part, namespace);
    }
    object
}
