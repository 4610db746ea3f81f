//! Instances: a module in the context of one call, a resource with one key.

use super::memo::Memo;
use super::mistake::Mistake;
use super::module::Module;
use super::repetition::{Repeats, Repetition};
use crate::model::{Address, Call, Doubt, HopKind, Key, Unseen, Value};
use crate::source::Span;
use ecow::EcoString;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A module in the context of one call; the root has none.
pub(super) struct Instance {
    /// Its number in the evaluation.
    pub id: usize,
    /// What it declares.
    pub module: Arc<Module>,
    /// `module.logs["eu"]`; empty for the root.
    pub address: Address,
    /// `path.module`: from the root module's directory, `.` for that.
    pub path: String,
    /// Names of the calls that lead here, dotted, as `modules.json` has them.
    pub manifest_key: String,
    /// How many calls lead here.
    pub depth: usize,
    /// The call as resources show it.
    pub call: Option<Arc<Call>>,
    /// The calling instance, the name of the call, and its `count.index` or `each`.
    pub parent: Option<Parent>,
    /// Why it is not certain to exist as it is declared: its `count` or `for_each`, or that of a caller, is unknown, or
    /// an override file could not be read.
    pub doubt: Option<Arc<Doubt>>,
    /// Values of variables, and how they got there.
    pub variables: Memo<EcoString, (Value, HopKind)>,
    /// Values of locals.
    pub locals: Memo<EcoString, Value>,
    /// Values of outputs.
    pub outputs: Memo<EcoString, Value>,
    /// Instances of resources, by place in [`Module::resources`].
    pub resources: Memo<usize, Rc<Expanded>>,
    /// Instances of called modules, by name.
    pub calls: Memo<EcoString, Rc<Called>>,
    /// `default_tags` of providers, by place in [`Module::providers`] and key.
    pub default_tags: Memo<(usize, Key), Option<Value>>,
}

impl Instance {
    /// The root module in a directory.
    pub fn root(id: usize, module: Arc<Module>) -> Self {
        Self {
            id,
            doubt: module.doubt.clone(),
            module,
            address: Address::root(),
            path: ".".into(),
            manifest_key: String::new(),
            depth: 0,
            call: None,
            parent: None,
            variables: Memo::default(),
            locals: Memo::default(),
            outputs: Memo::default(),
            resources: Memo::default(),
            calls: Memo::default(),
            default_tags: Memo::default(),
        }
    }
}

/// Where an instance was called.
pub(super) struct Parent {
    /// The caller.
    pub instance: Rc<Instance>,
    /// Name of the `module` block.
    pub name: EcoString,
    /// What `count` and `each` mean in its arguments.
    pub repetition: Repetition,
}

/// A resource with its instances.
pub(super) struct Expanded {
    /// How `count` or `for_each` came out.
    pub repeats: Repeats,
    /// All instances as one value, by the place where it is read.
    pub all: Memo<Span, Value>,
    /// The instances, in the order of their keys.
    pub instances: Vec<Rc<ResourceInstance>>,
}

/// One instance of a resource.
pub(super) struct ResourceInstance {
    /// Its place in [`Module::resources`].
    pub place: usize,
    /// Its key.
    pub key: Key,
    /// The full address.
    pub address: Address,
    /// What `count` and `each` mean in it.
    pub repetition: Repetition,
    /// Why it is not certain to exist in its module.
    pub doubt: Option<Arc<Doubt>>,
    /// Values of its attributes and lists of its nested blocks.
    pub members: Memo<EcoString, Option<Value>>,
    /// What in it the provider would refuse, as far as it was evaluated.
    pub mistakes: RefCell<Vec<Mistake>>,
}

/// Joins why a module may not exist with why something in it may not.
pub(super) fn joined(outer: Option<&Arc<Doubt>>, own: Option<Doubt>) -> Option<Arc<Doubt>> {
    match (outer, own) {
        (Some(outer), Some(mut own)) => {
            own.causes
                .extend(outer.causes.iter().filter(|cause| !own.causes.contains(cause)).cloned().collect::<Vec<_>>());
            own.conditional |= outer.conditional;
            Some(Arc::new(own))
        }
        (outer, own) => own.map(Arc::new).or_else(|| outer.cloned()),
    }
}

/// A called module with its instances.
pub(super) struct Called {
    /// How `count` or `for_each` came out.
    pub repeats: Repeats,
    /// Numbers of the instances, in the order of their keys; `None` when the source is not on disk.
    pub instances: Option<Vec<usize>>,
    /// What of it is not here.
    pub unseen: Option<Unseen>,
}

impl Called {
    /// Returns a module without instances, whatever it is.
    pub fn absent(repeats: Repeats) -> Self {
        Self { repeats, instances: None, unseen: None }
    }
}
