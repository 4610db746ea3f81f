//! What a unit has that is not here, and which relations it leaves open.
//!
//! Owns the rule of invariant 3 for relations. A relation that comes back without what was asked for is no proof that
//! there is no such thing, where an unseen member of the unit could bring it:
//!
//! - A member that reaches the whole unit (a file that cannot be read, a remote base, a chart) opens every relation.
//! - A member that knows only what it was given (a module that is not on disk) opens the relations about a resource
//!   that it was given: by a reference in its arguments, by its known name or id, or by the variable without value that
//!   names both; and those about what the member makes itself. A relation that is about no resource of the unit, such
//!   as a setting of the whole account, stays closed: another root module is as likely to bring it, and the absence of
//!   that is no doubt either.
//!
//! A relation by which a resource was found under its own id or name is complete: nothing brings the same one again.

use super::Index;
use super::index::prefixes;
use super::joins::{NAMES, names_of};
use super::tables::Member;
use crate::expr::unknowns::add_causes;
use crate::model::{Address, Cause, Given, Part, Reach, Resource, ResourceId, Symbol, UnitId, Unseen, Value};
use std::collections::{HashMap, HashSet};

/// How many members a relation names as reasons.
const MOST_CAUSES: usize = 8;

impl Index<'_> {
    /// Returns why a relation about some resources and values may have more than is here.
    pub fn openers(&self, unit: UnitId, about: &[ResourceId], values: &[&Value]) -> Vec<Cause> {
        let mut causes = Vec::new();
        let Some(unseen) = self.units().get(unit.0 as usize).map(|unit| unit.unseen.as_slice()) else { return causes };
        if unseen.is_empty() {
            return causes;
        }
        for member in self.members(unit) {
            let Some(unseen) = unseen.get(member.number) else { continue };
            let opens = match &unseen.reach {
                Reach::Unit => true,
                Reach::Given(given) => {
                    about.iter().any(|id| member.given.contains(id) || self.is_named_to(given, *id))
                        || values.iter().any(|value| is_known_to(given, value))
                }
            };
            if opens {
                add_causes(&mut causes, std::slice::from_ref(&unseen.cause));
                if causes.len() == MOST_CAUSES {
                    break;
                }
            }
        }
        causes
    }

    fn members(&self, unit: UnitId) -> &[Member] {
        let all = self.tables.members.get_or_init(|| self.all_members());
        all.get(&unit).map(Vec::as_slice).unwrap_or_default()
    }

    fn all_members(&self) -> HashMap<UnitId, Vec<Member>> {
        let mut all: HashMap<UnitId, Vec<Member>> = HashMap::new();
        let units = (0..).map(UnitId).zip(self.units()).filter(|(_, unit)| !unit.unseen.is_empty());
        let blocks = self.blocks();
        for (id, unit) in units {
            let member = |(number, unseen): (usize, &Unseen)| {
                let given = match &unseen.reach {
                    Reach::Unit => HashSet::new(),
                    Reach::Given(given) => self.given(id, given, &blocks),
                };
                Member { number, given }
            };
            all.insert(id, unit.unseen.iter().enumerate().map(member).collect());
        }
        all
    }

    /// Returns the resources that the arguments of a member mention: an instance, or all of a block.
    fn given(
        &self,
        unit: UnitId,
        given: &Given,
        blocks: &HashMap<(UnitId, &str), Vec<ResourceId>>,
    ) -> HashSet<ResourceId> {
        let mut resources = HashSet::new();
        for mention in &given.mentions {
            for prefix in prefixes(mention) {
                if let Some(id) = self.at_address(unit, prefix) {
                    resources.insert(id);
                    break;
                }
                if let Some(instances) = blocks.get(&(unit, prefix)) {
                    resources.extend(instances);
                    break;
                }
            }
        }
        resources
    }

    /// Returns the instances of the blocks that have several, by unit and address of the block, where the unit has unseen
    /// members.
    fn blocks(&self) -> HashMap<(UnitId, &str), Vec<ResourceId>> {
        let mut blocks: HashMap<(UnitId, &str), Vec<ResourceId>> = HashMap::new();
        for (id, resource) in (0..self.len() as u32).map(ResourceId).map(|id| (id, self.get(id))) {
            let is_open = self.units().get(resource.unit.0 as usize).is_some_and(|unit| !unit.unseen.is_empty());
            if let Some(block) = block_of(resource).filter(|_| is_open) {
                blocks.entry((resource.unit, block)).or_default().push(id);
            }
        }
        blocks
    }

    /// Returns whether a member was given the name of a resource, or of what owns it: as a text, or by the same variable
    /// without value.
    fn is_named_to(&self, given: &Given, id: ResourceId) -> bool {
        let owners = std::iter::successors(Some(self.get(id)), |resource| resource.owner.map(|owner| self.get(owner)));
        owners.into_iter().any(|resource| {
            let ids = ["id", "arn"].into_iter().filter_map(|key| resource.attrs.get(key)?.as_str());
            names_of(resource).chain(ids).any(|text| given.texts.contains(text)) || is_named_alike(given, resource)
        })
    }
}

/// Returns the address of the block that a resource is one of several instances of.
fn block_of(resource: &Resource) -> Option<&str> {
    let address = resource.address.as_str();
    Some(address.strip_suffix(']')?.rsplit_once('[')?.0)
}

/// Returns whether the unknown name of a resource stands for what the member was given, or is unknown for want of the same
/// variable.
fn is_named_alike(given: &Given, resource: &Resource) -> bool {
    NAMES.iter().filter_map(|key| resource.attrs.get(key)?.as_unknown()).any(|unknown| match &unknown.symbol {
        Some(symbol) => given.symbols.contains(symbol),
        None => unknown.causes.iter().any(|cause| given.missing.contains(cause)),
    })
}

/// Returns whether a member knows of the thing that a value names: it was given that name, or makes the thing itself.
fn is_known_to(given: &Given, value: &Value) -> bool {
    if let Some(text) = value.as_str() {
        return given.texts.contains(text);
    }
    let is_own = |address: &Address| {
        let rest = address.as_str().strip_prefix(given.address.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    match value.as_unknown().and_then(|unknown| unknown.symbol.as_ref()) {
        Some(Symbol::Reference(reference)) => is_own(&reference.address),
        Some(Symbol::Template(parts)) => {
            parts.iter().any(|part| matches!(part, Part::Reference(reference) if is_own(&reference.address)))
        }
        None => false,
    }
}
