//! The tables of an index: what is looked up instead of compared one by one.
//!
//! Owns their shapes, and that each is made once, when it is first asked for. What they hold is for `joins`, `labels` and
//! `unseen` to say.

use super::functions::firewall::{Denial, Direction};
use crate::expr::EvalError;
use crate::expr::truth::Truth;
use crate::model::{Cause, ResourceId, Step, Symbol, Text, UnitId, Value};
use crate::source::Span;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The tables of an index, made when they are first asked for.
#[derive(Default)]
pub struct Tables {
    pub joins: Table<(UnitId, Text, Text), Join>,
    pub ids: Table<(UnitId, Text), HashMap<Text, ResourceId>>,
    pub called: Table<(UnitId, Text), HashMap<Text, Option<ResourceId>>>,
    pub strangers: Table<(UnitId, Text, Text, Text), Vec<ResourceId>>,
    pub namespaces: Table<(UnitId, Text), Namespaces>,
    pub names: Table<(UnitId, Text, Part, NamedBy), Names>,
    pub selectors: Table<(UnitId, Text, Part), Selectors>,
    pub labelled: Table<(UnitId, Text, Part), Selectors>,
    pub accounts: Table<UnitId, Accounts>,
    pub firewalls: Table<(UnitId, FirewallKey, Direction), Firewall>,
    /// Whether the rules of a role give rights, by the role and the rights.
    pub rights: Table<(ResourceId, Text), Truth>,
    pub members: OnceLock<HashMap<UnitId, Members>>,
    /// Which locals of a policy only the owner decides, by its header.
    pub owned_locals: Table<Span, Vec<bool>>,
    /// Their values, by the header of the policy, their position, and the owner.
    pub owned: Table<(Span, usize, ResourceId), Result<Value, EvalError>>,
}

/// Values by key that are made once.
pub struct Table<K, V>(RwLock<HashMap<K, Arc<V>>>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Hash + Eq, V> Table<K, V> {
    /// Returns the value of `key`, made by `make` when it is not there.
    pub fn get_or_make(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some(value) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(value);
        }
        // Two threads may make it; both make the same.
        let value = Arc::new(make());
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(value))
    }
}

/// What one attribute of all resources of a type in a unit says.
#[derive(Debug, Default)]
pub struct Join {
    /// Resources by the resource that the attribute stands for.
    pub by_target: HashMap<ResourceId, Vec<ResourceId>>,
    /// Resources by the known text of the attribute.
    pub by_text: HashMap<Text, Vec<ResourceId>>,
    /// Resources whose attribute is a known text, in the order of the model.
    pub texts: Vec<ResourceId>,
    /// Resources by what the unknown attribute stands for.
    pub by_symbol: HashMap<Symbol, Vec<ResourceId>>,
    /// Resources whose attribute is known to the provider only, by the type that it belongs to and the way in that.
    pub by_kind: BTreeMap<(Text, Vec<Step>), Vec<ResourceId>>,
    /// Everything else.
    pub loose: Vec<ResourceId>,
}

/// The objects of a type by their namespaces.
#[derive(Debug, Default)]
pub struct Namespaces {
    pub named: HashMap<Text, Vec<ResourceId>>,
    /// Those that name no namespace, or an unknown one: they may lie in any.
    pub anywhere: Vec<ResourceId>,
}

/// Which of the objects of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    All,
    /// Those in a namespace.
    Within(Text),
    /// Those that name no namespace, or an unknown one.
    Anywhere,
}

/// What a Kubernetes object is looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedBy {
    /// Its own name.
    Itself,
    /// The name of the workload that it scales.
    ScaleTarget,
    /// The name of the role that it binds.
    Role,
}

/// The objects of a type by what they have or name.
#[derive(Debug, Default)]
pub struct Names {
    pub by_name: HashMap<Text, Vec<ResourceId>>,
    /// Those of which it is not known, or absent.
    pub others: Vec<ResourceId>,
}

/// Cluster role bindings by the names and namespaces of the service accounts among their subjects.
pub type Accounts = HashMap<Text, BTreeMap<Option<Text>, Vec<ResourceId>>>;

/// The objects of a type by each value of a label that they select by, or by each label that they have.
#[derive(Debug, Default)]
pub struct Selectors {
    pub by_label: HashMap<(Text, Text), Vec<ResourceId>>,
    /// Those that no known label stands for.
    pub others: Vec<ResourceId>,
}

impl Selectors {
    /// Those that a known label stands for.
    pub fn of(&self, key: &str, value: &str) -> &[ResourceId] {
        self.by_label.get(&(key.into(), value.into())).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What makes a firewall that one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FirewallKey {
    /// It is a resource, and holds its rules.
    Own(ResourceId),
    /// Resources of a type are its rules, and name it.
    Shared {
        type_name: &'static str,
        /// The resource that the name stands for.
        subject: Option<ResourceId>,
        /// The name, as far as it is known.
        text: Option<Text>,
        symbol: Option<Symbol>,
        causes: Vec<Cause>,
        /// What tells firewalls of one name apart.
        apart: Vec<Option<Text>>,
    },
}

/// What a firewall denies.
#[derive(Debug, Default)]
pub struct Firewall {
    /// Rules that may deny something, with their resources and whether they belong to the firewall, in the order of their
    /// numbers; those come first whose number is not known.
    pub denials: Vec<(ResourceId, Truth, Denial)>,
    /// The number of the first rule that is left out because there are too many, and that as a reason.
    pub left_out: Option<(Option<i64>, Cause)>,
    /// Why there may be more.
    pub causes: Vec<Cause>,
}

/// Numbers of unseen members of a unit, in their order; those that bring no further reason are left out.
pub type MembersBy<K> = HashMap<K, Vec<usize>>;

/// The unseen members of a unit, by what they were given.
#[derive(Debug, Default)]
pub struct Members {
    /// Those that reach the whole unit.
    pub everywhere: Vec<usize>,
    /// By a resource that was mentioned.
    pub by_resource: MembersBy<ResourceId>,
    /// By the address of a block of several instances that was mentioned as a whole.
    pub by_block: MembersBy<Text>,
    /// By a known text.
    pub by_text: MembersBy<Text>,
    /// By what an unknown stands for.
    pub by_symbol: MembersBy<Symbol>,
    /// By what an unknown lacks that stands for nothing.
    pub by_missing: MembersBy<Cause>,
    /// By the address of the member itself.
    pub by_address: MembersBy<Text>,
}
