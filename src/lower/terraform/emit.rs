//! From an evaluated root module to the resources that checks judge.

use super::calls::output_value;
use super::evaluation::Evaluation;
use super::instance::{Instance, ResourceInstance};
use super::mistake::Mistake;
use super::module::{Mode, ResourceBlock};
use super::providers::Provider;
use super::scope::ModuleScope;
use super::{declaration, moves, releases, tags};
use crate::model::{Address, Data, Format, Lowered, Mapping, Output, Resource, Text, UnitId, Value};
use crate::schema::{self, Releases};
use crate::source::Problem;
use crate::syntax::hcl::{Block, Expr, ExprKind};
use ecow::EcoString;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// Adds everything in a root module and all that it calls, sorted by address, and what of it has moved.
pub(super) fn resources(evaluation: &Evaluation, root: &Rc<Instance>, lowered: &mut Lowered) {
    let (mut resources, mut unseen) = (Vec::new(), Vec::new());
    let mut declared = Vec::new();
    let mut shown = BTreeSet::new();
    let mut open = VecDeque::from([Rc::clone(root)]);
    while let Some(instance) = open.pop_front() {
        let names = ModuleScope::of(evaluation, &instance);
        names.evaluate_declarations();
        if shown.insert(instance.module.dir.clone()) {
            names.declarations(&mut resources);
        }
        lowered.moves.extend(moves::of(&instance));
        for place in 0..instance.module.resources.len() {
            names.instances(place, &mut resources, &mut declared);
        }
        for name in instance.module.calls.keys() {
            let called = names.called_instances(name);
            unseen.extend(called.unseen.is_some().then(|| (Rc::clone(&instance), name.clone(), Rc::clone(&called))));
            open.extend(called.instances.iter().flatten().filter_map(|id| evaluation.module(*id)));
        }
    }
    for (instance, name, called) in unseen {
        let missed = ModuleScope::of(evaluation, &instance).unseen_module(&name, &called);
        missed.into_iter().for_each(|missed| evaluation.miss(missed));
    }
    // What is wrong with a declaration is known once everything that refers to it was evaluated.
    for (at, instance, resource) in &declared {
        let Some(declared) = instance.module.resources.get(resource.place) else { continue };
        let (Some(provider), Some(made)) = (&declared.provider, resources.get_mut(*at)) else { continue };
        let releases = releases::of(evaluation, &instance.module, provider.family);
        note_mistakes(declared, provider, releases, resource, made);
    }
    resources.sort_by(|a, b| a.address.cmp(&b.address));
    lowered.resources = resources;
}

/// Adds to the `meta` of a resource what its provider would refuse.
fn note_mistakes(
    declared: &ResourceBlock,
    provider: &Provider,
    releases: Releases,
    resource: &ResourceInstance,
    made: &mut Resource,
) {
    // Releases from before the table are left alone.
    if releases.is_empty() {
        return;
    }
    let mut mistakes = declaration::mistakes(declared, provider, releases);
    mistakes.append(&mut resource.mistakes.borrow_mut());
    if mistakes.is_empty() {
        return;
    }
    mistakes.sort_by_key(|mistake| (mistake.place.source.0, mistake.place.start));
    let problems = mistakes.iter().map(Mistake::value).collect();
    if let Some(meta) = made.meta.as_mapping_mut() {
        meta.set("schema_problems", Value::tuple(problems, made.header));
    }
    made.families = &["terraform_schema_problem"];
}

/// The outputs of a root module, sorted by name.
pub(super) fn outputs(evaluation: &Evaluation, root: &Rc<Instance>) -> Vec<Output> {
    let names = ModuleScope::of(evaluation, root);
    let output = |(name, block): (&EcoString, &Block)| {
        let value = output_value(&names, name, block);
        let flag = |flag: &str| {
            block.body.attribute(flag).and_then(|attribute| names.evaluate(&attribute.value).as_bool()).unwrap_or(false)
        };
        if value.sensitive && !flag("sensitive") {
            let message = format!("Output `{name}` is sensitive and not declared so; Terraform refuses it.");
            names.report(Problem::refused(block.header, message));
        }
        if names.is_ephemeral(&value) {
            let message = format!("Output `{name}` would keep an ephemeral value; Terraform refuses it.");
            names.report(Problem::refused(block.header, message));
        }
        Output { name: name.clone(), value }
    };
    root.module.outputs.iter().map(output).collect()
}

impl ModuleScope<'_, '_> {
    /// A resource of this instance.
    pub fn make(
        &self,
        type_name: Text,
        address: Address,
        block: &Block,
        attrs: Value,
        meta: Vec<(Text, Value)>,
    ) -> Resource {
        let mut meta = meta;
        let path = self.instance.module.dir.as_str();
        meta.push(("module_path".into(), Value::string(path, block.header)));
        Resource {
            format: Format::Terraform,
            type_name,
            families: &[],
            address,
            attrs,
            meta: Value::object(meta, block.header),
            block: block.span,
            header: block.header,
            owner: None,
            unit: UnitId(0),
            call: self.instance.call.clone(),
            doubt: self.instance.doubt.clone(),
            planned: None,
        }
    }

    /// All instances of a resource.
    fn instances(
        &self,
        place: usize,
        resources: &mut Vec<Resource>,
        all: &mut Vec<(usize, Rc<Instance>, Rc<ResourceInstance>)>,
    ) {
        let Some(declared) = self.instance.module.resources.get(place) else { return };
        for resource in &self.expanded(place).instances {
            let attrs = self.resource_attributes(resource, declared);
            let type_name = ecow::eco_format!("{}{}", declared.mode.prefix(), declared.type_name);
            let provider = Value::string(tags::provider_name(self, declared), declared.block.header);
            let address = resource.address.clone();
            let made = self.make(type_name, address, &declared.block, attrs, vec![("provider".into(), provider)]);
            all.push((resources.len(), Rc::clone(self.instance), Rc::clone(resource)));
            resources.push(Resource { doubt: resource.doubt.clone(), ..made });
            self.conditions(resource, declared);
        }
    }

    fn resource_attributes(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock) -> Value {
        let header = declared.block.header;
        let is_builtin = declared.type_name == "terraform_data" && declared.mode == Mode::Managed;
        let mut entries: Vec<(Text, Value)> = Vec::new();
        for name in declared.members.keys().filter(|name| !ModuleScope::is_meta_argument(name)) {
            entries.extend(self.resource_member(resource, declared, name).map(|value| (name.clone(), value)));
            let known = ["input", "triggers_replace", "lifecycle", "provisioner", "connection"];
            if is_builtin && !known.contains(&name.as_str()) {
                let message = format!("`terraform_data` has no argument or block `{name}`.");
                self.report(Problem::refused(header, message));
            }
        }
        // What only the provider knows, but what other resources refer to this one by.
        let mut computed = Vec::new();
        if declared.mode == Mode::Managed {
            computed.push("id");
            let has_arn = |body: schema::Body| body.get("arn").is_some();
            if declared.type_name.starts_with("aws_") && declared.schema().is_none_or(has_arn) {
                computed.push("arn");
            }
        }
        if declared.type_name == "aws_iam_policy_document" {
            computed.extend(["json", "minified_json"]);
        }
        if is_builtin {
            computed.push("output");
        }
        for name in computed.into_iter().filter(|name| !declared.members.contains_key(*name)) {
            entries.push((name.into(), self.attribute_of(self.instance, resource, name, header)));
        }
        if !declared.members.contains_key("tags_all") {
            let tags = self.resource_member(resource, declared, "tags_all");
            entries.extend(tags.map(|tags| ("tags_all".into(), tags)));
        }
        Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(header)))), header)
    }

    /// Reports conditions of the lifecycle that definitely fail.
    fn conditions(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock) {
        let names = self.of_resource(resource, declared.address.text());
        for lifecycle in declared.block.body.blocks_of("lifecycle") {
            if let Some(prevent) = lifecycle.body.attribute("prevent_destroy") {
                names.prevents_destruction(&prevent.value);
            }
            let triggers = lifecycle.body.blocks_of("action_trigger");
            for condition in triggers.filter_map(|trigger| trigger.body.attribute("condition")) {
                names.needs_plan("`condition`", &names.evaluate(&condition.value), condition.value.span);
            }
            for kind in ["precondition", "postcondition"] {
                for condition in lifecycle.body.blocks_of(kind) {
                    names.require(condition, &format!("`{}` fails its {kind}", resource.address), condition.header);
                }
            }
        }
    }

    /// Reports a `prevent_destroy` that is no literal: OpenTofu evaluates it since 1.12, Terraform refuses it.
    fn prevents_destruction(&self, expr: &Expr) {
        if matches!(expr.kind, ExprKind::Bool(_) | ExprKind::String(_)) {
            return;
        }
        let value = self.evaluate(expr);
        if value.sensitive {
            self.report(Problem::refused(expr.span, "`prevent_destroy` is sensitive, and the plan would show it."));
        }
        self.needs_plan("`prevent_destroy`", &value, expr.span);
        self.report(Problem::note(expr.span, "Terraform takes only a literal for `prevent_destroy`."));
    }
}
