//! `module` blocks: instances of called modules, and their outputs.

use super::evaluation::{Evaluation, Memo};
use super::instance::{Called, Instance, Parent};
use super::module::Module;
use super::repeat::{Repeats, Shape};
use super::scope::{ModuleScope, read};
use super::sources::{self, Target};
use crate::expr::Resolved;
use crate::model::{Address, Call, Cause, HopKind, Key, Reference, Step, Text, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::hcl::Block;
use ecow::EcoString;
use std::rc::Rc;
use std::sync::Arc;

impl Instance {
    /// The root module in a directory.
    pub fn root(id: usize, module: Arc<Module>) -> Self {
        Self {
            id,
            module,
            address: Address::root(),
            path: ".".into(),
            manifest_key: String::new(),
            depth: 0,
            call: None,
            parent: None,
            uncertain: false,
            variables: Memo::default(),
            locals: Memo::default(),
            outputs: Memo::default(),
            resources: Memo::default(),
            calls: Memo::default(),
            default_tags: Memo::default(),
        }
    }
}

impl ModuleScope<'_, '_> {
    /// `module.name`, with the output after it when there is one instance.
    pub fn called(&self, name: &str, output: Option<&str>, span: Span) -> Resolved {
        let Some((name, _)) = self.instance.module.calls.get_key_value(name) else {
            return Resolved { value: self.undeclared(&format!("module.{name}"), span), consumed: 1 };
        };
        let called = self.called_instances(name);
        let address = Address::module(&self.instance.address, name.into(), Key::None);
        let Some(ids) = &called.instances else {
            let reference = Reference { address: address.clone(), path: Vec::new() };
            return Resolved {
                value: Value::reference(reference, Cause { why: Why::Module(address.text().clone()), span }, span),
                consumed: 1,
            };
        };
        if !called.repeats.causes.is_empty() {
            let mut value = Value::reference(
                Reference { address, path: Vec::new() },
                Cause { why: Why::Instances(name.clone()), span },
                span,
            );
            super::resource_values::set_causes(&mut value, called.repeats.causes.clone());
            return Resolved { value, consumed: 1 };
        }
        let instances = ids.iter().filter_map(|id| self.evaluation.module(*id));
        let mut whole = called.repeats.instances.iter().zip(instances);
        match called.repeats.shape {
            Shape::Single => match (whole.next(), output) {
                (Some((_, child)), Some(output)) => Resolved { value: self.output(&child, output, span), consumed: 2 },
                (Some((_, child)), None) => Resolved { value: self.outputs(&child, span), consumed: 1 },
                (None, _) => Resolved { value: Value::null(span), consumed: 1 },
            },
            Shape::List => {
                let items = whole.map(|(_, child)| self.outputs(&child, span)).collect();
                Resolved { value: Value::tuple(items, span), consumed: 1 }
            }
            Shape::Map => {
                let entries = whole.map(|((key, _), child)| (key.text(), self.outputs(&child, span))).collect();
                Resolved { value: Value::object(entries, span), consumed: 1 }
            }
        }
    }

    /// All outputs of an instance. One that is being computed is left unknown here: reading another
    /// one beside it is no cycle.
    fn outputs(&self, child: &Rc<Instance>, span: Span) -> Value {
        let entry = |name: &EcoString| {
            let value = if Evaluation::is_running(&child.outputs, name) {
                Value::unknown(
                    Why::Invalid(ecow::eco_format!("`{}.{name}` is needed for its own value", child.address)),
                    span,
                )
            } else {
                self.output(child, name, span)
            };
            (name.clone(), value)
        };
        Value::object(child.module.outputs.keys().map(entry).collect(), span)
    }

    /// One output of an instance, read at `span`.
    fn output(&self, child: &Rc<Instance>, name: &str, span: Span) -> Value {
        let Some((name, block)) = child.module.outputs.get_key_value(name) else {
            let message = format!("`{}` has no output `{name}`.", child.address);
            self.report(Problem::error(span, message.clone()));
            return Value::unknown(Why::Invalid(message.into()), span);
        };
        let value = output_value(&ModuleScope::of(self.evaluation, child), name, block);
        let call = child.parent.as_ref().map(|parent| parent.name.clone()).unwrap_or_default();
        read(value, span, HopKind::ModuleOutput(call, name.clone()))
    }

    /// The instances of a `module` block of this module.
    pub fn called_instances(&self, name: &EcoString) -> Rc<Called> {
        let Some(block) = self.instance.module.calls.get(name) else {
            return Rc::new(Called { repeats: Repeats::single(), instances: None });
        };
        self.evaluation.follow(
            &self.instance.calls,
            name,
            || self.subject("module.", name, block.header),
            || Rc::new(self.call(name, block)),
            |_, _| Rc::new(Called { repeats: Repeats::single(), instances: None }),
        )
    }

    fn call(&self, name: &EcoString, block: &Block) -> Called {
        let owner = ecow::eco_format!("module.{name}");
        let repeats = Repeats::of(self, block, &owner);
        let target = match sources::target(self, name, block) {
            Target::Found(target) => target,
            Target::Absent(problem) => {
                self.report(problem);
                return Called { repeats, instances: None };
            }
        };
        if !self.evaluation.admit(repeats.instances.len(), block.header) {
            return Called { repeats, instances: None };
        }
        let module = self.evaluation.declarations(&target.dir);
        self.check_arguments(&module, block);
        let instance = |key: &Key, repetition: &super::instance::Repetition| {
            let address = Address::module(&self.instance.address, name.clone(), key.clone());
            let call = Call {
                address: address.clone(),
                header: block.header,
                block: block.span,
                committed: module.committed,
                outer: self.instance.call.clone(),
            };
            let parent =
                Parent { instance: Rc::clone(self.instance), name: name.clone(), repetition: repetition.clone() };
            let child = self.evaluation.add_module(|id| Instance {
                address,
                path: target.path.clone(),
                manifest_key: target.key.clone(),
                depth: self.instance.depth + 1,
                call: Some(Arc::new(call)),
                parent: Some(parent),
                uncertain: self.instance.uncertain || !repeats.causes.is_empty(),
                ..Instance::root(id, Arc::clone(&module))
            });
            child.id
        };
        let instances = repeats.instances.iter().map(|(key, repetition)| instance(key, repetition)).collect();
        Called { instances: Some(instances), repeats }
    }

    fn check_arguments(&self, module: &Module, block: &Block) {
        let own = ["source", "version", "count", "for_each", "providers", "depends_on"];
        for attribute in block.body.attributes().filter(|attribute| !own.contains(&attribute.name.name.as_str())) {
            if !module.variables.contains_key(&attribute.name.name) {
                let message = format!("The called module has no variable `{}`.", attribute.name.name);
                self.report(Problem::warning(attribute.name.span, message));
            }
        }
    }
}

/// The value of an output where it is declared.
pub(super) fn output_value(names: &ModuleScope, name: &EcoString, block: &Block) -> Value {
    names.evaluation.follow(
        &names.instance.outputs,
        name,
        || names.subject("output.", name, block.header),
        || {
            block
                .body
                .attribute("value")
                .map_or_else(|| Value::null(block.header), |value| names.evaluate(&value.value))
        },
        Value::unknown,
    )
}

impl Key {
    /// The key in the map that a block with `for_each` is.
    pub fn text(&self) -> Text {
        if let Self::Text(text) = self { text.clone() } else { Text::new() }
    }

    /// Whether a step of a path chooses this instance.
    pub fn is(&self, step: &Step) -> bool {
        match (self, step) {
            (Self::Index(index), Step::Index(wanted)) => u64::try_from(*wanted).is_ok_and(|wanted| wanted == *index),
            (Self::Text(key), Step::Key(wanted)) => key == wanted,
            _ => false,
        }
    }
}
