//! Resources: the things that will exist.

use super::secrecy::SecretTexts;
use super::{Address, Cause, Doubt, Format, Owns, Reach, Text, Unit, UnitId, Unseen, Value, Why};
use crate::source::{LedgerEntry, Problem, Sources, Span};
use std::borrow::Cow;
use std::sync::Arc;

/// The number of a resource in [`Lowered::resources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// One thing that will exist: a Terraform resource instance, a Kubernetes object, a container, a
/// Dockerfile stage or instruction.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What it was written in.
    pub format: Format,
    /// Terraform's type (`aws_s3_bucket`; `data.aws_ami` for data sources, `provider.aws`, `module`,
    /// `variable`, `output`, `terraform` for other blocks), the Kubernetes kind, `pod`, `container`,
    /// `dockerfile`, `dockerfile_stage`, `dockerfile_instruction`.
    pub type_name: Text,
    /// Words of the model that also name it, such as `workload`.
    pub families: &'static [&'static str],
    /// What names it within its unit.
    pub address: Address,
    /// Its attributes: always an object, with the header of the block.
    pub attrs: Value,
    /// What is known beside the attributes, an object: `meta.container_kind`, `meta.module_path`, …
    pub meta: Value,
    /// The whole block, document or instruction.
    pub block: Span,
    /// The announcing part of it: `resource "aws_s3_bucket" "logs"`.
    pub header: Span,
    /// The resource that this one is a part of.
    pub owner: Option<ResourceId>,
    /// What it was evaluated with: relations never cross units.
    pub unit: UnitId,
    /// The `module` blocks through which it was reached, innermost first.
    pub call: Option<Arc<Call>>,
    /// Why it is not certain that it will exist; none where it is.
    pub doubt: Option<Arc<Doubt>>,
    /// What a plan says of it beside its attributes; none where there is no plan.
    pub planned: Option<Box<Planned>>,
}

/// What a plan or a state says of a resource.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What will be done to it.
    pub operation: PlanOperation,
    /// All attributes of its type, an object. [`Resource::attrs`] has only those that the configuration sets or that
    /// have a value: what is null, and what is left to the provider, is absent there.
    pub attrs: Value,
    /// The attributes that it has before, of what is updated, replaced or deleted.
    pub prior: Option<Value>,
}

/// What a plan does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanOperation {
    /// It is new.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted, and made anew.
    Replace,
    /// It stays as it is.
    NoOp,
    /// It is read: a data source.
    Read,
    /// It will not exist, or no longer be managed.
    Delete,
}

/// Before the type of what a plan deletes, so that only those who ask for that find it.
pub const DELETED: &str = "deleted.";

impl PlanOperation {
    /// The name that Terraform Policy has for it; what is replaced is created there, and deleted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create | Self::Replace => "create",
            Self::Update => "update",
            Self::NoOp => "no-op",
            Self::Read => "read",
            Self::Delete => "delete",
        }
    }
}

impl Resource {
    /// Its type, and the families that the type belongs to.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.type_name.as_str()).chain(self.families.iter().copied())
    }

    /// Whether it stands in a `resource` block of Terraform, or is an instance of one.
    pub fn is_managed(&self) -> bool {
        let name = self.type_name.as_str();
        let is_other = name.contains('.') || matches!(name, "module" | "output" | "terraform" | "variable");
        self.format == Format::Terraform && self.owner.is_none() && !is_other
    }

    /// Whether a plan deletes it.
    pub fn is_deleted(&self) -> bool {
        self.planned.as_ref().is_some_and(|planned| planned.operation == PlanOperation::Delete)
    }

    /// Everything in it that has values to show, for a change.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let planned = self.planned.as_deref_mut().into_iter();
        let planned = planned.flat_map(|planned| std::iter::once(&mut planned.attrs).chain(planned.prior.as_mut()));
        std::iter::once(&mut self.attrs).chain(planned)
    }

    /// The `module` blocks through which it was reached, innermost first.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        std::iter::successors(self.call.as_deref(), |call| call.outer.as_deref())
    }
}

/// One `module` block on the way to a resource.
#[derive(Clone, Debug)]
pub struct Call {
    /// `module.logs["eu"]`, the full address.
    pub address: Address,
    /// The header of the `module` block.
    pub header: Span,
    /// The whole `module` block.
    pub block: Span,
    /// Whether the called module's files belong to the repository.
    pub committed: bool,
    /// The call around it.
    pub outer: Option<Arc<Call>>,
}

/// What the author says was called otherwise before: a `moved` block, in one instance of its module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The unit.
    pub unit: UnitId,
    /// The old address of a resource, a module, or an instance of them.
    pub from: Address,
    /// The new address.
    pub to: Address,
}

/// What lowering made of the input: always as much as it could, plus what it could not.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// All resources; an owner comes before what it owns.
    pub resources: Vec<Resource>,
    /// All units.
    pub units: Vec<Unit>,
    /// What was called otherwise before, in the order of the units.
    pub moves: Vec<Move>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
    /// Every file that was a candidate, once.
    pub ledger: Vec<LedgerEntry>,
    /// Places whose text must not be shown, in any order; they may overlap.
    pub secrets: Vec<Span>,
    /// Texts that must not be shown wherever they turn up.
    pub secret_texts: SecretTexts,
}

impl Lowered {
    /// Adds a resource and gives its number.
    pub fn add(&mut self, resource: Resource) -> ResourceId {
        self.resources.push(resource);
        ResourceId(self.resources.len() as u32 - 1)
    }

    /// Adds a unit and gives its number.
    pub fn add_unit(&mut self, unit: Unit) -> UnitId {
        self.units.push(unit);
        UnitId(self.units.len() as u32 - 1)
    }

    /// Makes every unit open: it also has `what`, which cannot be seen and concerns any of its resources.
    pub fn surround(&mut self, what: &Text, span: Span) {
        for unit in &mut self.units {
            let cause = Cause { why: Why::Unseen(what.clone()), span };
            unit.unseen.push(Unseen { what: what.clone(), cause, reach: Reach::Unit });
        }
    }

    /// The resource of that number, which this model gave.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// The resource and what it is a part of, innermost first.
    pub fn owners(&self, id: ResourceId) -> impl Iterator<Item = ResourceId> {
        std::iter::successors(Some(id), |id| self.resource(*id).owner)
    }

    /// The resource that users know another one by: Terraform has no addresses for the parts of what its resources
    /// describe.
    pub fn reported(&self, id: ResourceId) -> ResourceId {
        let is_described = self.resource(id).format == Format::Terraform;
        if is_described { self.owners(id).last().unwrap_or(id) } else { id }
    }

    /// Path of a unit from the root.
    pub fn unit_path(&self, id: UnitId) -> &str {
        self.units.get(id.0 as usize).map(|unit| unit.path.as_str()).unwrap_or_default()
    }

    /// The directory of the repository that a resource is in; `""` for the one at the root.
    pub fn repository_of(&self, resource: &Resource) -> &str {
        self.units.get(resource.unit.0 as usize).map(|unit| unit.repository.as_str()).unwrap_or_default()
    }

    /// Where a resource lives from one commit to the next: the path of its unit, or of its file where the unit depends
    /// on what else lies around.
    pub fn home<'a>(&'a self, resource: &Resource, sources: &Sources) -> Cow<'a, str> {
        match self.units.get(resource.unit.0 as usize) {
            Some(unit) if unit.owns == Owns::Path => Cow::Borrowed(&unit.path),
            _ => Cow::Owned(sources.get(resource.block.source).path.clone()),
        }
    }

    /// Drops the resources that `wanted` does not hold for, with all parts of them.
    pub fn retain(&mut self, wanted: impl Fn(&Self, &Resource) -> bool) {
        let mut numbers: Vec<Option<u32>> = Vec::with_capacity(self.resources.len());
        let mut next = 0;
        for resource in &self.resources {
            // An owner comes before what it owns.
            let owner = resource.owner.map(|owner| numbers.get(owner.0 as usize).copied().flatten());
            let stays = !matches!(owner, Some(None)) && wanted(self, resource);
            numbers.push(stays.then_some(next));
            next += u32::from(stays);
        }
        let mut kept = numbers.iter().map(Option::is_some);
        self.resources.retain(|_| kept.next().unwrap_or_default());
        for owner in self.resources.iter_mut().filter_map(|resource| resource.owner.as_mut()) {
            owner.0 = numbers.get(owner.0 as usize).copied().flatten().unwrap_or_default();
        }
    }

    /// Joins what another frontend, or another part of the input, gave. Secrets are looked for when all is joined.
    pub fn append(&mut self, other: Self) {
        let Self { mut resources, mut units, mut moves, mut problems, mut ledger, mut secrets, secret_texts } = other;
        debug_assert!(secret_texts.is_empty(), "secret texts are those of the whole");
        let (resources_before, units_before) = (self.resources.len() as u32, self.units.len() as u32);
        for resource in &mut resources {
            resource.unit.0 += units_before;
            if let Some(owner) = &mut resource.owner {
                owner.0 += resources_before;
            }
        }
        for moved in &mut moves {
            moved.unit.0 += units_before;
        }
        self.resources.append(&mut resources);
        self.units.append(&mut units);
        self.moves.append(&mut moves);
        self.problems.append(&mut problems);
        self.ledger.append(&mut ledger);
        self.secrets.append(&mut secrets);
    }
}
