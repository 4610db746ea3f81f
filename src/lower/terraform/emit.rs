//! From an evaluated root module to the resources that checks judge.

use super::address;
use super::calls::output_value;
use super::evaluation::Evaluation;
use super::instance::{Instance, ResourceInstance};
use super::module::{Mode, ResourceBlock};
use super::scope::{Names, written};
use super::tags;
use crate::model::{Data, Format, HopKind, Mapping, Output, Resource, Text, UnitId, Value};
use crate::source::Problem;
use crate::syntax::hcl::{Block, ExprKind};
use ecow::EcoString;
use std::rc::Rc;
use std::sync::Arc;

/// Everything in a root module and all that it calls, sorted by address.
pub(super) fn resources(evaluation: &Evaluation, root: &Rc<Instance>) -> Vec<Resource> {
    let mut resources = Vec::new();
    let mut open = vec![Rc::clone(root)];
    while let Some(instance) = open.pop() {
        let names = Names::of(evaluation, &instance);
        let emitter = Emitter { names: &names, instance: &instance };
        emitter.blocks(&mut resources);
        for place in 0..instance.module.resources.len() {
            emitter.resource(place, &mut resources);
        }
        for name in instance.module.calls.keys() {
            let called = names.called_instances(name);
            open.extend(called.instances.iter().flatten().filter_map(|id| evaluation.module(*id)));
        }
    }
    resources.sort_by(|a, b| a.address.cmp(&b.address));
    resources
}

/// The outputs of a root module, sorted by name.
pub(super) fn outputs(evaluation: &Evaluation, root: &Rc<Instance>) -> Vec<Output> {
    let names = Names::of(evaluation, root);
    let output = |(name, block): (&EcoString, &Block)| {
        let value = output_value(&names, name, block);
        let flag = |flag: &str| {
            block.body.attribute(flag).and_then(|attribute| names.evaluate(&attribute.value).as_bool()).unwrap_or(false)
        };
        if value.sensitive && !flag("sensitive") {
            let message = format!("Output `{name}` is sensitive and not declared so; Terraform refuses it.");
            names.report(Problem::warning(block.header, message));
        }
        if let Some(variable) = ephemeral(root, &value) {
            let message = format!(
                "Output `{name}` would keep the value of the ephemeral `var.{variable}`; Terraform refuses it."
            );
            names.report(Problem::warning(block.header, message));
        }
        Output { name: name.clone(), value }
    };
    root.module.outputs.iter().map(output).collect()
}

/// The ephemeral variable of the root module that a value came through.
fn ephemeral(root: &Instance, value: &Value) -> Option<Text> {
    value.origin.hops().find_map(|hop| {
        let (HopKind::VariableValue(name) | HopKind::VariableDefault(name)) = &hop.kind else { return None };
        let flag = root.module.variables.get(name)?.body.attribute("ephemeral")?;
        matches!(flag.value.kind, ExprKind::Bool(true)).then(|| name.clone())
    })
}

struct Emitter<'e, 'a> {
    names: &'e Names<'e, 'a>,
    instance: &'e Rc<Instance>,
}

impl Emitter<'_, '_> {
    fn make(&self, type_name: Text, inner: &str, block: &Block, attrs: Value, meta: Vec<(Text, Value)>) -> Resource {
        let mut meta = meta;
        let path = self.instance.module.dir.as_str();
        meta.push(("module_path".into(), Value::string(path, block.header)));
        Resource {
            format: Format::Terraform,
            type_name,
            families: &[],
            address: address::within(&self.instance.address, inner),
            attrs,
            meta: Value::object(meta, block.header),
            block: block.span,
            header: block.header,
            owner: None,
            unit: UnitId(0),
            call: self.instance.call.clone(),
        }
    }

    /// All blocks that are no resources.
    fn blocks(&self, resources: &mut Vec<Resource>) {
        let module = &self.instance.module;
        let mut add = |type_name: Text, inner: &str, block: &Block| {
            let attrs = self.attributes(block, &[]);
            resources.push(self.make(type_name, inner, block, attrs, Vec::new()));
        };
        for block in &module.settings {
            add("terraform".into(), "terraform", block);
        }
        for block in &module.providers {
            let name = block.labels.first().map(|label| label.name.clone()).unwrap_or_default();
            let alias = match block.body.attribute("alias").map(|attribute| &attribute.value.kind) {
                Some(ExprKind::String(alias)) => format!(".{alias}"),
                _ => String::new(),
            };
            add(ecow::eco_format!("provider.{name}"), &format!("provider.{name}{alias}"), block);
        }
        for (name, block) in &module.outputs {
            add("output".into(), &format!("output.{name}"), block);
            for condition in block.body.blocks_of("precondition") {
                self.names.require(condition, &format!("Output `{name}` fails its precondition"), block.header);
            }
        }
        for block in &module.checks {
            for condition in block.body.blocks_of("assert") {
                self.names.require(condition, "A check fails", condition.header);
            }
        }
        for (name, attribute) in &module.locals {
            self.names.local(name, attribute.span);
        }
        for (name, block) in &module.variables {
            resources.push(self.variable(name, block));
            self.names.validate(name, block);
        }
        for (name, block) in &module.calls {
            let called = self.names.called_instances(name);
            let Some((_, repetition)) = called.repeats.instances.first() else { continue };
            let owner = ecow::eco_format!("module.{name}");
            let uncertain = self.names.uncertain || !called.repeats.causes.is_empty();
            let names = Names { uncertain, ..self.names.clone().repeated(repetition, &owner) };
            let attrs = Emitter { names: &names, instance: self.instance }
                .attributes(block, &["count", "for_each", "depends_on", "providers"]);
            resources.push(self.make("module".into(), &owner, block, attrs, Vec::new()));
        }
    }

    /// A `variable` block: its type as text, its validations left out, and the value that it has here.
    fn variable(&self, name: &EcoString, block: &Block) -> Resource {
        let mut attrs = self.attributes(block, &["type", "validation"]);
        if let Some(mapping) = attrs.as_mapping_mut() {
            if let Some(ty) = block.body.attribute("type") {
                mapping.set("type", Value::string(written(self.names, &ty.value), ty.value.span));
            }
            mapping.set("value", self.names.variable(name, block.header));
        }
        self.make("variable".into(), &format!("var.{name}"), block, attrs, Vec::new())
    }

    /// The body of a block as an object, without the members named.
    fn attributes(&self, block: &Block, without: &[&str]) -> Value {
        let mut members: std::collections::BTreeMap<&EcoString, Vec<&crate::syntax::hcl::Item>> = Default::default();
        for item in &block.body.items {
            members.entry(super::module::member_name(item)).or_default().push(item);
        }
        let members = members.into_iter().filter(|(name, _)| !without.contains(&name.as_str()));
        let entries =
            members.map(|(name, items)| (name.clone(), self.names.member(name, &items, block.header))).collect();
        Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(block.header)))), block.header)
    }

    /// All instances of a resource.
    fn resource(&self, place: usize, resources: &mut Vec<Resource>) {
        let Some(declared) = self.instance.module.resources.get(place) else { return };
        for resource in &self.names.expanded(place).instances {
            let attrs = self.resource_attributes(resource, declared);
            let type_name = ecow::eco_format!("{}{}", declared.mode.prefix(), declared.type_name);
            let provider = Value::string(tags::provider_name(self.names, declared), declared.block.header);
            let inner = format!("{}{}", declared.address, resource.key);
            resources.push(self.make(type_name, &inner, &declared.block, attrs, vec![("provider".into(), provider)]));
            self.conditions(resource, declared);
        }
    }

    fn resource_attributes(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock) -> Value {
        let header = declared.block.header;
        let is_builtin = declared.type_name == "terraform_data" && declared.mode == Mode::Managed;
        let mut entries: Vec<(Text, Value)> = Vec::new();
        for name in declared.members.keys().filter(|name| !Names::is_meta_argument(name)) {
            entries.extend(self.names.resource_member(resource, declared, name).map(|value| (name.clone(), value)));
            let known = ["input", "triggers_replace", "lifecycle", "provisioner", "connection"];
            if is_builtin && !known.contains(&name.as_str()) {
                let message = format!("`terraform_data` has no argument or block `{name}`.");
                self.names.report(Problem::warning(header, message));
            }
        }
        // What only the provider knows, but what other resources refer to this one by.
        let mut computed = vec!["id"];
        if declared.type_name.starts_with("aws_") {
            computed.push("arn");
        }
        if declared.type_name == "aws_iam_policy_document" {
            computed.extend(["json", "minified_json"]);
        }
        if is_builtin {
            computed.push("output");
        }
        for name in computed.into_iter().filter(|name| !declared.members.contains_key(*name)) {
            entries.push((name.into(), self.names.attribute_of(self.instance, resource, name, header)));
        }
        if !declared.members.contains_key("tags_all") {
            let tags = self.names.resource_member(resource, declared, "tags_all");
            entries.extend(tags.map(|tags| ("tags_all".into(), tags)));
        }
        Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(header)))), header)
    }

    /// Reports conditions of the lifecycle that definitely fail.
    fn conditions(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock) {
        let names = self.names.of_resource(resource, &declared.address);
        for lifecycle in declared.block.body.blocks_of("lifecycle") {
            for kind in ["precondition", "postcondition"] {
                for condition in lifecycle.body.blocks_of(kind) {
                    names.require(condition, &format!("`{}` fails its {kind}", resource.address), condition.header);
                }
            }
        }
    }
}
