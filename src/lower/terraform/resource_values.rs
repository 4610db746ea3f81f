//! Resources as values: what references to them give.
//!
//! A resource instance is one symbolic unknown, and its attributes are evaluated when they are read:
//! those that the configuration sets are known, the others belong to the provider.

use super::evaluation::Named;
use super::instance::{Expanded, Instance, ResourceInstance, joined};
use super::memo::{Memo, Progress};
use super::mistake::{Mistake, Rule};
use super::module::{Mode, ResourceBlock};
use super::provided::{is_without_blocks, nullable, outside, refine, retype, set_causes, symbolize, without_nulls};
use super::repetition::{Repeats, Repetition, Shape};
use super::scope::{ModuleScope, read};
use super::typed::computed_type;
use super::{ids, imports, policy_document, repeat, tags};
use crate::expr::set::in_order;
use crate::expr::unknowns::collect_causes;
use crate::expr::{self, Evaluator};
use crate::model::{Cause, Data, Form, HopKind, Key, Origin, Reach, Reference, Step, Type, Unseen, Value, Why};
use crate::source::{Problem, Span, nearest};
use crate::syntax::hcl::Item;
use ecow::EcoString;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Arguments that Terraform itself reads, and no provider.
const META_ARGUMENTS: [&str; 4] = ["count", "for_each", "provider", "depends_on"];

impl ModuleScope<'_, '_> {
    /// The instances of a resource of this module.
    pub fn expanded(&self, place: usize) -> Rc<Expanded> {
        let none = || Rc::new(Expanded { repeats: Repeats::single(), all: Memo::default(), instances: Vec::new() });
        let Some(declared) = self.instance.module.resources.get(place) else { return none() };
        self.evaluation.follow(
            &self.instance.resources,
            &place,
            || self.subject("", declared.address.text(), declared.block.header),
            || Rc::new(self.expand(place, declared)),
            |_, _| none(),
        )
    }

    fn expand(&self, place: usize, declared: &ResourceBlock) -> Expanded {
        let names = ModuleScope::of(self.evaluation, self.instance);
        let mut repeats = repeat::of(&names, &declared.block, declared.address.as_str());
        if !self.evaluation.admit(repeats.instances.len(), declared.block.header) {
            repeats.instances.clear();
            let cause = Cause { why: Why::Limit("instances".into()), span: declared.block.header };
            repeats.causes.push(cause.clone());
            let what = ecow::eco_format!("resource `{}`", declared.address);
            self.evaluation.miss(Unseen { what, cause, reach: Reach::Unit });
        }
        let instance = |(place_of_key, (key, repetition)): (usize, &(Key, Repetition))| {
            let address = declared.address.instance(&self.instance.address, key.clone());
            let resource = Rc::new(ResourceInstance {
                place,
                key: key.clone(),
                address: address.clone(),
                repetition: repetition.clone(),
                doubt: joined(self.instance.doubt.as_ref(), repeats.doubt(place_of_key)),
                members: Memo::default(),
                mistakes: RefCell::default(),
            });
            self.evaluation.name(address, Named::Instance(Rc::clone(self.instance), Rc::clone(&resource)));
            resource
        };
        let instances = repeats.instances.iter().enumerate().map(instance).collect();
        if !repeats.causes.is_empty() {
            let whole = declared.address.instance(&self.instance.address, Key::None);
            self.evaluation.name(whole, Named::Instances(Rc::clone(self.instance), place));
        }
        Expanded { repeats, all: Memo::default(), instances }
    }

    /// A resource of this module as a value, or `attribute` of its one instance; and which it was.
    pub fn resource_value(&self, place: usize, attribute: Option<&str>, span: Span) -> (Value, bool) {
        let expanded = self.expanded(place);
        if !expanded.repeats.causes.is_empty() {
            let address =
                self.instance.module.resources.get(place).map(|declared| declared.address.clone()).unwrap_or_default();
            let reference =
                Reference { address: address.instance(&self.instance.address, Key::None), path: Vec::new() };
            let causes = expanded.repeats.causes.clone();
            let cause = Cause { why: Why::Instances(reference.address.text().clone()), span };
            let mut value = Value::reference(reference, cause, span);
            set_causes(&mut value, causes);
            let any = Arc::new(Type::Dynamic);
            match expanded.repeats.shape {
                Shape::Map => refine(&mut value, Type::Map(any), ""),
                Shape::List => refine(&mut value, Type::List(any), ""),
                // Null where it is not enabled.
                Shape::Single => {}
            }
            return (value, false);
        }
        match (expanded.repeats.shape, expanded.instances.first(), attribute) {
            (Shape::Single, Some(resource), Some(name)) => {
                self.must_have(self.instance, resource, name, span);
                (self.attribute_of(self.instance, resource, name, span), true)
            }
            (Shape::Single, Some(resource), None) => (self.whole(self.instance, resource, span), false),
            (Shape::Single, None, _) => (Value::null(span), false),
            (Shape::List | Shape::Map, ..) => (self.all(&expanded, place, span), false),
        }
    }

    /// All instances of a resource as one value. An expression that is evaluated for many instances of another resource
    /// reads it each time, and makes it once.
    fn all(&self, expanded: &Expanded, place: usize, span: Span) -> Value {
        let make = || {
            let wholes = expanded.instances.iter().map(|resource| self.whole(self.instance, resource, span));
            match expanded.repeats.shape {
                Shape::Map => {
                    let keys = expanded.instances.iter().map(|resource| resource.key.text());
                    Value::object(keys.zip(wholes).collect(), span)
                }
                Shape::List | Shape::Single => Value::tuple(wholes.collect(), span),
            }
        };
        // The attributes of `terraform_data` are evaluated for its value, and may be under way.
        let is_evaluated = |declared: &ResourceBlock| declared.type_name == "terraform_data";
        if self.instance.module.resources.get(place).is_none_or(is_evaluated) {
            return make();
        }
        match expanded.all.progress(&span) {
            Some(Progress::Done(value)) => value,
            _ => expanded.all.compute(&span, make),
        }
    }

    /// A resource instance as a value.
    pub fn whole(&self, instance: &Rc<Instance>, resource: &Rc<ResourceInstance>, span: Span) -> Value {
        let Some(declared) = instance.module.resources.get(resource.place) else { return Value::null(span) };
        if declared.type_name == "terraform_data" && declared.mode == Mode::Managed {
            let attribute = |name: &str| (name.into(), self.attribute_of(instance, resource, name, span));
            return Value::object(["id", "input", "output", "triggers_replace"].map(attribute).into(), span);
        }
        let reference = Reference { address: resource.address.clone(), path: Vec::new() };
        let mut value = Value::reference(
            reference,
            Cause { why: outside(declared.mode, resource.address.text().clone()), span: declared.block.header },
            span,
        );
        refine(&mut value, Type::Dynamic, "");
        value
    }

    /// An attribute of the instance with an unknown key: that of the instance which is evaluated, if both blocks are
    /// repeated over the same collection, or one of them over the other.
    pub fn repeated_alike(
        &self,
        instance: &Rc<Instance>,
        place: usize,
        key: &Reference,
        name: &str,
        span: Span,
    ) -> Option<Value> {
        let expanded = ModuleScope::of(self.evaluation, instance).expanded(place);
        let resource = expanded.instances.iter().find(|resource| resource.key == Key::Any)?;
        let declared = instance.module.resources.get(place)?;
        let is_whole = || key.address == declared.address.instance(&instance.address, Key::None);
        let is_own = resource.repetition.key_symbol() == Some(key) || key.path == [Step::EachKey] && is_whole();
        is_own.then(|| self.attribute_of(instance, resource, name, span))
    }

    /// An attribute of an instance that may not exist.
    pub fn possible(
        &self,
        instance: &Rc<Instance>,
        place: usize,
        step: &Step,
        name: &str,
        span: Span,
    ) -> Option<Value> {
        let expanded = ModuleScope::of(self.evaluation, instance).expanded(place);
        let resource = expanded.instances.iter().find(|resource| resource.key.is(step));
        let resource = resource.or_else(|| expanded.instances.iter().find(|resource| resource.key == Key::Any))?;
        let reference = Reference { address: resource.address.clone(), path: vec![Step::Key(name.into())] };
        let mut value =
            Value::reference(reference, Cause { why: Why::Instances(resource.address.text().clone()), span }, span);
        set_causes(&mut value, expanded.repeats.causes.clone());
        Some(value)
    }

    /// `name` of a resource instance, read at `span`.
    pub fn attribute_of(
        &self,
        instance: &Rc<Instance>,
        resource: &Rc<ResourceInstance>,
        name: &str,
        span: Span,
    ) -> Value {
        let Some(declared) = instance.module.resources.get(resource.place) else { return Value::null(span) };
        let path = ecow::eco_format!("{}.{name}", resource.address);
        let names = ModuleScope::of(self.evaluation, instance);
        if declared.type_name == "terraform_data" && declared.mode == Mode::Managed {
            return read(names.terraform_data(resource, declared, name), span, HopKind::Attribute(path));
        }
        if declared.type_name == "aws_iam_policy_document" && matches!(name, "json" | "minified_json") {
            let document = names.document_members(resource, declared);
            let origin = Origin::encoding(&document, span, HopKind::Document(resource.address.text().clone()));
            return names.policy_document(resource, declared, name).with_origin(origin);
        }
        if declared.type_name == "template_file"
            && name == "rendered"
            && let Some(text) = names.rendered(resource, declared, span)
        {
            return read(text, span, HopKind::Attribute(path));
        }
        if declared.type_name == "terraform_remote_state"
            && name == "outputs"
            && let Some(outputs) = names.remote_state(resource, declared)
        {
            return read(outputs, span, HopKind::Attribute(path));
        }
        // Write-only arguments, which providers name so, are in no state: a reference to one gives null.
        if declared.mode == Mode::Managed && name.ends_with("_wo") && declared.members.contains_key(name) {
            return read(Value::null(declared.block.header), span, HopKind::Attribute(path));
        }
        let naming = ids::attribute(&declared.type_name).filter(|_| declared.mode == Mode::Managed);
        let attribute = if name == "id" { naming.unwrap_or(name) } else { name };
        let symbol = Reference { address: resource.address.clone(), path: vec![Step::Key(attribute.into())] };
        let is_left_to_provider = |value: &Value| value.is_null() || is_without_blocks(value, declared, attribute);
        let member = names.resource_member(resource, declared, attribute);
        if let Some(value) = member.filter(|value| !is_left_to_provider(value)) {
            let mut value = in_order(without_nulls(value));
            symbolize(&mut value, symbol);
            return read(value, span, HopKind::Attribute(path));
        }
        let cause = Cause { why: outside(declared.mode, path.clone()), span: declared.block.header };
        let has_form = Form::of_reference(&symbol).is_some();
        let mut value = Value::reference(symbol, cause, declared.block.header);
        match attribute {
            "arn" if declared.type_name.starts_with("aws_") => refine(&mut value, Type::String, "arn:"),
            _ if has_form || name == "id" => refine(&mut value, Type::String, ""),
            _ => retype(&mut value, declared.schema().and_then(|body| body.get(attribute)).and_then(computed_type)),
        }
        read(value, span, HopKind::Attribute(path))
    }

    /// Notes a reference to an attribute that the type has not: in the resource that refers, or else in the one that
    /// is referred to.
    pub fn must_have(&self, instance: &Instance, resource: &Rc<ResourceInstance>, name: &str, span: Span) {
        let Some(declared) = instance.module.resources.get(resource.place) else { return };
        let Some(body) = declared.schema() else { return };
        if body.get(name).is_some() || declared.members.contains_key(name) || META_ARGUMENTS.contains(&name) {
            return;
        }
        let near = nearest(name, body.arguments().map(|(name, _)| name));
        let hint = near.map_or_else(|| ".".into(), |near| ecow::eco_format!("; did you mean `{near}`?"));
        let message = ecow::eco_format!("`{}` has no attribute `{name}`{hint}", declared.type_name);
        let mistake = Mistake { rule: Rule::Reference, name: name.into(), message, place: span, meant: None };
        let at = self.this.unwrap_or(resource);
        let mut mistakes = at.mistakes.borrow_mut();
        if mistakes.iter().all(|known| known.place != span) {
            mistakes.push(mistake);
        }
    }

    /// What the configuration sets for an instance: an attribute, or nested blocks as a list.
    pub fn resource_member(
        &self,
        resource: &Rc<ResourceInstance>,
        declared: &ResourceBlock,
        name: &str,
    ) -> Option<Value> {
        if META_ARGUMENTS.contains(&name) {
            return None;
        }
        let Some((name, places)) = declared.members.get_key_value(name) else {
            let own = || self.resource_member(resource, declared, "tags");
            return (name == "tags_all").then(|| tags::all(self, resource, declared, own)).flatten();
        };
        let names = self.of_resource(resource, declared.address.text());
        self.evaluation.follow(
            &resource.members,
            name,
            || {
                self.subject(
                    "",
                    &ecow::eco_format!("{}{}.{name}", declared.address, resource.key),
                    declared.block.header,
                )
            },
            || {
                let items: Vec<&Item> = places.iter().filter_map(|at| declared.block.body.items.get(*at)).collect();
                let said = declared.schema().and_then(|body| body.get(name));
                Some(names.member("resource", name, &items, declared.block.header, said))
            },
            |why, span| Some(Value::unknown(why, span)),
        )
    }

    /// The attributes of the built-in resource that carries a value. What it gives back is what it was
    /// given, once it is applied; until then only the type is known.
    fn terraform_data(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock, name: &str) -> Value {
        let header = declared.block.header;
        let set = |name: &str| self.resource_member(resource, declared, name).unwrap_or_else(|| Value::null(header));
        let ty = match name {
            "input" | "triggers_replace" => return set(name),
            "output" => {
                let input = set("input");
                if input.is_null() {
                    return input;
                }
                input.ty()
            }
            "id" => match imports::id(self, resource, declared) {
                Some(id) => return id,
                None => Type::String,
            },
            _ => {
                let message = format!("`terraform_data` has no attribute `{name}`.");
                self.report(Problem::refused(header, message.clone()));
                return Value::unknown(Why::Invalid(message.into()), header);
            }
        };
        let reference = Reference { address: resource.address.clone(), path: vec![Step::Key(name.into())] };
        let why = Why::AfterApply(ecow::eco_format!("{}.{name}", resource.address));
        let mut value = Value::reference(reference, Cause { why, span: header }, header);
        refine(&mut value, ty, "");
        if name == "output" {
            nullable(&mut value);
        }
        value
    }

    /// The text of a `template_file`, a function of its arguments, as far as it is known; `None` where it has none.
    fn rendered(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock, span: Span) -> Option<Value> {
        let member = |name: &str| self.resource_member(resource, declared, name).filter(|value| !value.is_null());
        let template = member("template")?;
        let variables = member("vars").unwrap_or_else(|| Value::object(Vec::new(), declared.block.header));
        let evaluator = Evaluator::new(self, expr::Mode::Configuration, &self.evaluation.budget);
        evaluator.rendered(&template, &variables, span).ok()
    }

    /// What a policy document is made of, each part with its place.
    fn document_members(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock) -> Value {
        let member = |name: &str| Some((EcoString::from(name), self.resource_member(resource, declared, name)?));
        let entries = policy_document::MEMBERS.into_iter().filter_map(member).collect();
        Value::object(entries, declared.block.header)
    }

    /// The text of a policy document, as far as it is known.
    fn policy_document(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock, name: &str) -> Value {
        let member = |name: &str| self.resource_member(resource, declared, name);
        let text = policy_document::compute(&member, name == "minified_json");
        let length = text.as_ref().map_or(0, |text| text.text().len());
        // It is read anew by each document that it becomes a part of.
        if let Err(error) = self.evaluation.budget.document(length, declared.block.header) {
            self.report(Problem::error(error.span, error.message));
            return Value::unknown(Why::Limit("bytes of a policy document".into()), declared.block.header);
        }
        if let Some(text) = text.as_ref().filter(|text| text.is_known()) {
            return Value::string(text.text(), declared.block.header);
        }
        let reference = Reference { address: resource.address.clone(), path: vec![Step::Key(name.into())] };
        let path = ecow::eco_format!("{}.{name}", resource.address);
        let cause = Cause { why: Why::DataSource(path), span: declared.block.header };
        let mut value = Value::reference(reference, cause, declared.block.header);
        refine(&mut value, Type::String, "{");
        let mut causes = Vec::new();
        policy_document::MEMBERS
            .iter()
            .filter_map(|name| member(name))
            .for_each(|value| collect_causes(&value, &mut causes));
        if !causes.is_empty() {
            set_causes(&mut value, causes);
        }
        if let (Data::Unknown(unknown), Some(text)) = (&mut value.data, text) {
            Arc::make_mut(unknown).refinement.parts = text.into_parts().map(Into::into);
        }
        value
    }

    /// Whether a member of the block stays out of the attributes of the resource.
    pub fn is_meta_argument(name: &EcoString) -> bool {
        META_ARGUMENTS.contains(&name.as_str())
    }
}
