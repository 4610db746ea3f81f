//! `module` blocks: instances of called modules, and their outputs.

use super::instance::{Called, Instance, Parent, joined};
use super::module::Module;
use super::repetition::{Repeats, Repetition, Shape};
use super::scope::{ModuleScope, read};
use super::sources::{self, Absent, Target};
use super::{provided, repeat};
use crate::expr::Resolved;
use crate::model::{Address, Call, Cause, Given, HopKind, Key, Reach, Reference, Step, Text, Unseen, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block};
use ecow::EcoString;
use std::rc::Rc;
use std::sync::Arc;

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
            let why = called.unseen.as_ref().map(|unseen| unseen.cause.why.clone());
            let why = why.unwrap_or_else(|| Why::Module(address.text().clone()));
            return Resolved { value: Value::reference(reference, Cause { why, span }, span), consumed: 1 };
        };
        if !called.repeats.causes.is_empty() {
            let mut value = Value::reference(
                Reference { address, path: Vec::new() },
                Cause { why: Why::Instances(name.clone()), span },
                span,
            );
            provided::set_causes(&mut value, called.repeats.causes.clone());
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
            let value = if child.outputs.is_running(name) {
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
            if let Some(unread) = child.module.unseen.first() {
                return Value::unknown(unread.cause.why.clone(), span);
            }
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
            return Rc::new(Called::absent(Repeats::single()));
        };
        self.evaluation.follow(
            &self.instance.calls,
            name,
            || self.subject("module.", name, block.header),
            || Rc::new(self.call(name, block)),
            |_, _| Rc::new(Called::absent(Repeats::single())),
        )
    }

    fn call(&self, name: &EcoString, block: &Block) -> Called {
        let owner = ecow::eco_format!("module.{name}");
        let repeats = repeat::of(self, block, &owner);
        let target = match sources::target(self, name, block) {
            Target::Found(target) => target,
            Target::Absent(absent) => {
                let unseen = (!repeats.instances.is_empty()).then(|| self.unseen_call(name, &absent));
                self.report(absent.problem);
                return Called { unseen, ..Called::absent(repeats) };
            }
        };
        if !self.evaluation.admit(repeats.instances.len(), block.header) {
            let cause = Cause { why: Why::Limit("instances".into()), span: block.header };
            let unseen = Unseen { what: ecow::eco_format!("module `{name}`"), cause, reach: Reach::Unit };
            return Called { unseen: Some(unseen), ..Called::absent(repeats) };
        }
        let module = self.evaluation.declarations(&target.dir);
        self.check_arguments(&module, block);
        let instance = |place: usize, key: &Key, repetition: &Repetition| {
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
                doubt: joined(
                    joined(self.instance.doubt.as_ref(), module.doubt.as_deref().cloned()).as_ref(),
                    repeats.doubt(place),
                ),
                ..Instance::root(id, Arc::clone(&module))
            });
            child.id
        };
        let called = repeats.instances.iter().enumerate();
        let instances = called.map(|(place, (key, repetition))| instance(place, key, repetition)).collect();
        Called { instances: Some(instances), repeats, unseen: None }
    }

    /// Returns a called module that is not on disk, without what it was given.
    fn unseen_call(&self, name: &EcoString, absent: &Absent) -> Unseen {
        let address = Address::module(&self.instance.address, name.clone(), Key::None);
        let why = absent.why.clone().unwrap_or_else(|| match absent.source.as_str() {
            "" => Why::Unseen(ecow::eco_format!("`module.{name}` has no source")),
            _ => Why::Module(address.text().clone()),
        });
        let of = if absent.source.is_empty() { String::new() } else { format!(" of {}", absent.source) };
        Unseen {
            what: ecow::eco_format!("module `{name}`{of}"),
            cause: Cause { why, span: absent.problem.span },
            reach: Reach::Given(Given { address: address.text().clone(), ..Given::default() }),
        }
    }

    /// Returns what is not here of a called module, with all that it was given. Its arguments may depend on its outputs,
    /// so they are evaluated when all resources are.
    pub fn unseen_module(&self, name: &EcoString, called: &Called) -> Option<Unseen> {
        let mut unseen = called.unseen.clone()?;
        let (Reach::Given(given), Some(block)) = (&mut unseen.reach, self.instance.module.calls.get(name)) else {
            return Some(unseen);
        };
        let owner = ecow::eco_format!("module.{name}");
        for (_, repetition) in &called.repeats.instances {
            let names = self.clone().repeated(repetition, &owner);
            let is_own = |attribute: &&Attribute| OWN_ARGUMENTS.contains(&attribute.name.name.as_str());
            for argument in block.body.attributes().filter(|attribute| !is_own(attribute)) {
                if let Ok(value) = names.try_evaluate(&argument.value) {
                    given.take(&value);
                }
            }
        }
        Some(unseen)
    }

    fn check_arguments(&self, module: &Module, block: &Block) {
        if !module.unseen.is_empty() {
            // What of it could not be read may declare any variable.
            return;
        }
        for attribute in
            block.body.attributes().filter(|attribute| !OWN_ARGUMENTS.contains(&attribute.name.name.as_str()))
        {
            if !module.variables.contains_key(&attribute.name.name) {
                let message = format!("The called module has no variable `{}`.", attribute.name.name);
                self.report(Problem::refused(attribute.name.span, message));
            }
        }
    }
}

/// The arguments of a `module` block that Terraform itself reads.
const OWN_ARGUMENTS: [&str; 6] = ["source", "version", "count", "for_each", "providers", "depends_on"];

/// The value of an output where it is declared.
pub(super) fn output_value(names: &ModuleScope, name: &EcoString, block: &Block) -> Value {
    names.evaluation.follow(
        &names.instance.outputs,
        name,
        || names.subject("output.", name, block.header),
        || {
            let value = block.body.attribute("value");
            let value = value.map_or_else(|| Value::null(block.header), |value| names.evaluate(&value.value));
            names.typed(block, &format!("output `{name}`"), value)
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
