//! Whole configurations through the whole frontend. Expectations are Terraform's, as its documentation
//! or a run of it tells, or a person's reading of the configuration.

mod given;
mod language;
mod modules;
mod origins;
mod plans;
mod references;
mod sets;
mod stacks;
mod terragrunt;
mod tolerance;

use super::{Assignment, Variables};
use crate::discover::Memory;
use crate::lower::{self, Inputs};
use crate::model::{Data, Lowered, Resource, Step, Value};
use crate::source::{Level, Sources, Span, Status};

/// A configuration, evaluated.
struct Project {
    sources: Sources,
    lowered: Lowered,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, Variables::default())
    }

    fn with(files: &[(&str, &str)], variables: Variables) -> Self {
        let sources = Sources::default();
        let inputs = Inputs { variables, ..Inputs::default() };
        let lowered = lower::lower(&Memory::tree(files.iter().copied()), &sources, &inputs);
        Self { sources, lowered }
    }

    /// Addresses of resources and data sources.
    fn addresses(&self) -> Vec<&str> {
        let is_other = |r: &&Resource| {
            let kind = r.type_name.as_str();
            matches!(kind, "variable" | "output" | "module" | "terraform") || kind.starts_with("provider.")
        };
        self.lowered.resources.iter().filter(|r| !is_other(r) && !r.is_deleted()).map(|r| r.address.as_str()).collect()
    }

    fn resource(&self, address: &str) -> &Resource {
        let found = self.lowered.resources.iter().find(|resource| resource.address == address);
        found.unwrap_or_else(|| panic!("no resource {address}: {:?}", self.addresses()))
    }

    /// The value at a path such as `rule.0.days`.
    fn value(&self, address: &str, path: &str) -> &Value {
        let step = |step: &str| step.parse().map_or_else(|_| Step::Key(step.into()), Step::Index);
        let path: Vec<Step> = path.split('.').map(step).collect();
        let attrs = &self.resource(address).attrs;
        attrs.at(&path).unwrap_or_else(|| panic!("no {path:?} in {attrs:?}"))
    }

    fn text(&self, address: &str, path: &str) -> String {
        shown(self.value(address, path))
    }

    /// What stands in the files at a place.
    fn slice(&self, span: Span) -> String {
        self.sources.get(span.source).slice(span).to_owned()
    }

    fn output(&self, name: &str) -> String {
        let outputs = self.lowered.units.iter().flat_map(|unit| &unit.outputs);
        shown(&outputs.into_iter().find(|output| output.name == name).expect("an output").value)
    }

    /// `file:line` of a place.
    fn place(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        format!("{}:{}", source.path, source.lines().line(span.start))
    }

    /// The place of a value and the hops from there, each with its place.
    fn way(&self, value: &Value) -> Vec<String> {
        let hops = value.origin.hops().map(|hop| format!("{} {}", self.place(hop.span), hop.kind));
        std::iter::once(self.place(value.origin.span)).chain(hops).collect()
    }

    fn problems(&self, level: Level) -> Vec<String> {
        let problems = self.lowered.problems.iter().filter(|problem| problem.level == level);
        problems.map(|problem| format!("{} {}", self.place(problem.span), problem.message)).collect()
    }

    fn status(&self, file: &str) -> Status {
        self.lowered.ledger.iter().find(|entry| entry.file == file).expect("a line in the ledger").status
    }
}

/// A value in one line: JSON-like, `?why` for what is not known.
fn shown(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match &value.data {
        Data::Null(_) => "null".into(),
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => value.to_string(),
        Data::String(text) => text.to_string(),
        Data::Sequence(sequence) => format!("[{}]", list(sequence.items.iter().map(shown).collect())),
        Data::Mapping(mapping) => {
            format!("{{{}}}", list(mapping.entries.iter().map(|(k, v)| format!("{k}: {}", shown(v))).collect()))
        }
        Data::Unknown(unknown) => format!("?{}", list(unknown.causes.iter().map(|c| c.why.to_string()).collect())),
    }
}

fn value(name: &str, text: &str) -> Assignment {
    Assignment::Value { name: name.into(), text: text.into() }
}
