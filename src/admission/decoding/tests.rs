//! What an API server made of objects (`tests/data/decoding`), and what is made of them here.

use super::Decoder;
use crate::lower::yaml::value;
use crate::model::{Data, Value};
use crate::source::{Derived, SourceId};
use crate::syntax::yaml::{self, Dialect};
use serde_json::Value as Json;
use std::collections::BTreeSet;

fn objects(text: &str) -> Vec<Value> {
    let stream = yaml::read(&Derived::file(SourceId(0), text), Dialect::Kubernetes);
    stream.documents.iter().map(|document| value(&document.root, None)).collect()
}

/// What differs, by path, and which paths are not known here.
#[derive(Default)]
struct Comparison {
    different: Vec<String>,
    unknown: BTreeSet<String>,
}

impl Comparison {
    fn compare(&mut self, path: &str, here: Option<&Value>, there: Option<&Json>) {
        let data = match here {
            None if there.is_some() => return self.different.push(format!("{path}: absent here, {}", there.unwrap())),
            None => return,
            Some(value) => &value.data,
        };
        let Some(there) = there else {
            match data {
                Data::Unknown(unknown) if unknown.may_be_absent() => drop(self.unknown.insert(path.to_owned())),
                _ => self.different.push(format!("{path}: only here")),
            }
            return;
        };
        let is_same = match (data, there) {
            (Data::Unknown(_), _) => {
                self.unknown.insert(path.to_owned());
                return;
            }
            (Data::Mapping(mapping), Json::Object(fields)) => {
                let names: BTreeSet<&str> = mapping
                    .entries
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .chain(fields.keys().map(String::as_str))
                    .collect();
                for name in names {
                    self.compare(&format!("{path}.{name}"), mapping.get(name), fields.get(name));
                }
                return;
            }
            (Data::Sequence(sequence), Json::Array(items)) => {
                for at in 0..sequence.items.len().max(items.len()) {
                    self.compare(&format!("{path}[]"), sequence.items.get(at), items.get(at));
                }
                return;
            }
            (Data::Null(_), Json::Null) => true,
            (Data::Bool(here), Json::Bool(there)) => here == there,
            (Data::Number(here), Json::Number(there)) => here.as_i64() == there.as_i64(),
            // The end of its name is random.
            (Data::String(here), Json::String(there)) if here.starts_with("kube-api-access-") => {
                there.starts_with("kube-api-access-")
            }
            (Data::String(here), Json::String(there)) => here == there,
            _ => false,
        };
        if !is_same {
            self.different.push(format!("{path}: {data:?} here, {there}"));
        }
    }
}

/// What the cluster chooses, by kind.
const CHOSEN: &[&str] = &[
    "*.metadata.creationTimestamp",
    "*.metadata.generation",
    "*.metadata.managedFields",
    "*.metadata.uid",
    "Ingress.spec.ingressClassName",
    "CustomResourceDefinition.status",
    "Job.metadata.labels.batch.kubernetes.io/controller-uid",
    "Job.metadata.labels.controller-uid",
    "Job.spec.selector.matchLabels.batch.kubernetes.io/controller-uid",
    "Job.spec.template.metadata.labels.batch.kubernetes.io/controller-uid",
    "Job.spec.template.metadata.labels.controller-uid",
    "PersistentVolume.status.lastPhaseTransitionTime",
    "PersistentVolumeClaim.spec.storageClassName",
    "Pod.metadata.name",
    "Pod.status.qosClass",
    "Service.spec.clusterIP",
    "Service.spec.clusterIPs",
    "Service.spec.healthCheckNodePort",
    "Service.spec.ipFamilies",
    "Service.spec.ipFamilyPolicy",
    "Service.spec.ports[].nodePort",
];

/// What the answer to a dry run has and policies do not see, since the API server decodes the object once more for it. A
/// policy that told what it sees was asked.
const DECODED_TWICE: [&str; 2] = ["Job/queue.metadata.labels", "ClusterRole/aggregated.rules"];

#[test]
fn an_object_is_what_the_api_server_makes_of_it() {
    let read = |name: &str| {
        std::fs::read_to_string(format!("{}/tests/data/decoding/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let objects = objects(&read("objects.yaml"));
    let answers: Vec<Json> = read("answers.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(objects.len() == answers.len() && answers.len() >= 60);
    let (mut different, mut unknown) = (Vec::new(), BTreeSet::new());
    let decoder = Decoder::new(objects.iter());
    for (object, answer) in objects.iter().zip(&answers) {
        // The namespace that `kubectl` puts in.
        let mut object = object.clone();
        if let Some(namespace) = answer["metadata"]["namespace"].as_str() {
            let span = object.origin.span;
            let metadata = object.as_mapping_mut().unwrap().get_mut("metadata").unwrap();
            metadata.as_mapping_mut().unwrap().set("namespace", Value::string(namespace, span));
        }
        let mut comparison = Comparison::default();
        comparison.compare("", Some(&decoder.created(&object, None)), Some(answer));
        let kind = answer["kind"].as_str().unwrap();
        let name = answer["metadata"]["name"].as_str().unwrap();
        different.extend(comparison.different.iter().map(|problem| format!("{kind}/{name}{problem}")));
        let own = |path: &String| CHOSEN.contains(&format!("*{path}").as_str());
        unknown.extend(comparison.unknown.into_iter().filter(|path| !own(path)).map(|path| format!("{kind}{path}")));
    }
    let is_excused = |problem: &String| DECODED_TWICE.iter().any(|path| problem.starts_with(path));
    let (excused, different): (Vec<_>, Vec<_>) = different.into_iter().partition(is_excused);
    assert!(different.is_empty(), "\n{}", different.join("\n"));
    assert_eq!(excused.len(), DECODED_TWICE.len());
    let listed = CHOSEN.iter().filter(|path| !path.starts_with('*')).map(|path| (*path).to_owned()).collect();
    assert_eq!(unknown, listed);
}
