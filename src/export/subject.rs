//! What a policy is about: the containers of a pod, a pod, or an object; and how each is called in CEL.

use super::Refusal;
use super::term::{Shape, Term};
use crate::check::TypePattern;
use crate::schema;
use std::collections::BTreeSet;

/// The kinds of the API that have a pod template, with their groups.
const WORKLOADS: [(&str, &str); 8] = [
    ("Pod", ""),
    ("ReplicationController", ""),
    ("DaemonSet", "apps"),
    ("Deployment", "apps"),
    ("ReplicaSet", "apps"),
    ("StatefulSet", "apps"),
    ("CronJob", "batch"),
    ("Job", "batch"),
];

/// A name for a part of the request: `spec.variables`. Each uses only those before it.
pub const VARIABLES: [(&str, &str); 5] = [
    (
        "template",
        "object.kind == \"Pod\" ? object : object.kind == \"CronJob\" ? object.spec.jobTemplate.spec.template : \
         object.spec.template",
    ),
    ("pod", "variables.template.spec"),
    (
        "containers",
        "variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([]) + \
         variables.pod.?ephemeralContainers.orValue([])",
    ),
    (
        "kinds",
        "variables.pod.?containers.orValue([]).map(c, \"container\") + \
         variables.pod.?initContainers.orValue([]).map(c, c.?restartPolicy.orValue(\"\") == \"Always\" ? \"sidecar\" : \
         \"init\") + variables.pod.?ephemeralContainers.orValue([]).map(c, \"ephemeral\")",
    ),
    ("words", super::words::WORDS),
];

/// The group whose objects no policy is asked about.
const EXEMPT: &str = "admissionregistration.k8s.io";

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Each container of a pod: `c`, at the index `i`.
    Container,
    /// The pod of an object.
    Pod,
    /// The object.
    Object,
}

/// A kind of the API: its group and its name.
pub type Kind = (String, String);

impl Subject {
    /// The subjects that the patterns of a policy name, each with its kinds. Kinds that the API server does not have
    /// are left out.
    pub fn of(patterns: &[TypePattern]) -> Result<Vec<(Self, BTreeSet<Kind>)>, Refusal> {
        let (mut subjects, mut objects) = (Vec::new(), BTreeSet::new());
        for pattern in patterns {
            match pattern.text.as_str() {
                "container" => subjects.push((Self::Container, workloads())),
                "pod" => subjects.push((Self::Pod, workloads())),
                "workload" => objects.extend(workloads()),
                name if name.contains('*') => return Err(Refusal::Language(format!("the type `{name}`"))),
                name => objects.extend(kinds(name)),
            }
        }
        if !objects.is_empty() {
            subjects.push((Self::Object, objects));
        }
        Ok(subjects)
    }

    /// `attrs`
    pub fn attrs(self) -> Term {
        let text = match self {
            Self::Container => "c",
            Self::Pod => "variables.pod",
            Self::Object => "object",
        };
        Term::new(Shape::Map, text)
    }

    /// `owner`
    pub fn owner(self) -> Option<Self> {
        match self {
            Self::Container => Some(Self::Pod),
            Self::Pod => Some(Self::Object),
            Self::Object => None,
        }
    }

    /// A field of `meta`.
    pub fn meta(self, name: &str) -> Result<Term, Refusal> {
        let metadata = |of: &str| Term::new(Shape::Map, of).field("metadata");
        let kind = || Term::new(Shape::Text, "string(object.kind)");
        Ok(match (self, name) {
            (_, "name" | "namespace") => metadata("object").field(name),
            (Self::Object, "labels" | "annotations") => metadata("object").field(name),
            (_, "labels" | "annotations") => metadata("variables.template").field(name),
            (Self::Object, "type" | "kind") | (_, "workload_kind") => kind(),
            (Self::Pod, "type") => Term::literal("pod"),
            (Self::Container, "type") => Term::literal("container"),
            (Self::Container, "container_kind") => Term::new(Shape::Text, "variables.kinds[i]"),
            (_, "api_version") => Term::new(Shape::Text, "string(object.apiVersion)"),
            _ => return Err(Refusal::Language(format!("`meta.{name}`"))),
        })
    }
}

fn workloads() -> BTreeSet<Kind> {
    WORKLOADS.into_iter().map(|(kind, group)| (group.to_owned(), kind.to_owned())).collect()
}

/// The groups in which the current API has a kind.
fn kinds(name: &str) -> BTreeSet<Kind> {
    let group = |type_name: &str| -> Option<String> {
        let (version, _) = type_name.rsplit_once('/')?;
        Some(version.rsplit_once('/').map_or("", |(group, _)| group).to_owned())
    };
    let current = schema::kubernetes_kinds(name).filter(|ty| {
        let newest = ty.family().newest(ty.family().select(|_| true));
        ty.family().newest(ty.releases()) == newest
    });
    let groups = current.filter_map(|ty| group(ty.name())).filter(|group| group != EXEMPT);
    groups.map(|group| (group, name.to_owned())).collect()
}
