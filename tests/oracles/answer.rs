//! What gatelint makes of a tree, as JSON.

use gatelint::discover::Tree;
use gatelint::lower::{Inputs, lower};
use gatelint::model::{Data, Format, Lowered, Value};
use gatelint::source::{Level, Sources};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Everything that a tree was lowered to.
pub struct Answer(Lowered);

impl Answer {
    /// Lowers the tree.
    pub fn of(tree: &Tree, inputs: &Inputs) -> Self {
        Self(lower(tree, &Sources::default(), inputs))
    }

    /// What could not be understood.
    pub fn problems(&self) -> Vec<&str> {
        self.0.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    /// What is wrong, without notes.
    pub fn faults(&self) -> Vec<&str> {
        let faults = self.0.problems.iter().filter(|problem| problem.level != Level::Note);
        faults.map(|problem| problem.message.as_str()).collect()
    }

    /// The outputs; of roots that declare the same one, the outermost is meant.
    pub fn outputs(&self) -> BTreeMap<&str, &Value> {
        let roots = self.0.units.iter().filter(|unit| unit.format == Format::Terraform);
        let mut outputs = BTreeMap::new();
        for output in roots.flat_map(|unit| &unit.outputs) {
            outputs.entry(output.name.as_str()).or_insert(&output.value);
        }
        outputs
    }

    /// The attributes of every resource, by address, with its type.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &str, Json)> {
        let resources = self.0.resources.iter().filter(|resource| resource.owner.is_none());
        resources.map(|resource| (resource.type_name.as_str(), resource.address.as_str(), of_value(&resource.attrs)))
    }

    /// The Kubernetes objects.
    pub fn objects(&self) -> Vec<Json> {
        let attributes = self.resources().map(|(_, _, attributes)| attributes);
        attributes.filter(|object| object.get("apiVersion").is_some() && object.get("kind").is_some()).collect()
    }
}

/// A value; `{"$unknown": why}` for one that is not known.
pub fn of_value(value: &Value) -> Json {
    match &value.data {
        Data::Null(_) => Json::Null,
        Data::Bool(truth) => Json::Bool(*truth),
        Data::Number(number) => {
            serde_json::from_str(&number.to_string()).unwrap_or_else(|_| Json::String(number.to_string()))
        }
        Data::String(text) => Json::String(text.to_string()),
        Data::Sequence(sequence) => Json::Array(sequence.items.iter().map(of_value).collect()),
        Data::Mapping(mapping) => {
            let members = mapping.entries.iter().map(|(key, value)| (key.to_string(), of_value(value)));
            Json::Object(members.collect::<Map<_, _>>())
        }
        Data::Unknown(unknown) => {
            let why = unknown.causes.first().map(|cause| cause.why.to_string());
            json!({"$unknown": why.unwrap_or_default()})
        }
    }
}
