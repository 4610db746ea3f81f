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
//!
//! The members are looked up by what they were given, never walked: there may be as many of them as there are questions.

use super::Index;
use super::index::prefixes;
use super::joins::{NAMES, names_of};
use super::tables::{Members, MembersBy};
use crate::expr::unknowns::add_causes;
use crate::model::{Cause, Part, Reach, Reference, Resource, ResourceId, Symbol, Unit, UnitId, Unseen, Value};
use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;

/// How many members a relation names as reasons.
const MOST_CAUSES: usize = 8;

impl Index<'_> {
    /// Returns why a relation about some resources and values may have more than is here.
    pub fn openers(&self, unit: UnitId, about: &[ResourceId], values: &[&Value]) -> Vec<Cause> {
        let Some((unseen, members)) = self.unseen(unit).zip(self.members(unit)) else { return Vec::new() };
        let mut numbers: BTreeSet<usize> = members.everywhere.iter().copied().collect();
        for id in about {
            self.given_to(members, *id, &mut numbers);
        }
        for value in values {
            knowing(members, value, &mut numbers);
        }
        let mut causes = Vec::new();
        for member in numbers.into_iter().filter_map(|number| unseen.get(number)) {
            add_causes(&mut causes, std::slice::from_ref(&member.cause));
            if causes.len() == MOST_CAUSES {
                break;
            }
        }
        causes
    }

    /// Returns the unseen members of a unit, where it has any.
    fn unseen(&self, unit: UnitId) -> Option<&[Unseen]> {
        let unit = self.units().get(unit.0 as usize)?;
        (!unit.unseen.is_empty()).then_some(&unit.unseen)
    }

    fn members(&self, unit: UnitId) -> Option<&Members> {
        let all = self.tables.members.get_or_init(|| {
            let blocks = self.blocks();
            let units = (0..).map(UnitId).zip(self.units()).filter(|(_, unit)| !unit.unseen.is_empty());
            units.map(|(id, unit)| (id, self.members_of(id, unit, &blocks))).collect()
        });
        all.get(&unit)
    }

    /// Sorts the unseen members of a unit by what they were given.
    fn members_of(&self, id: UnitId, unit: &Unit, blocks: &HashSet<(UnitId, &str)>) -> Members {
        let mut members = Members::default();
        for number in 0..unit.unseen.len() {
            let sorted = Sorted { unseen: &unit.unseen, number };
            let given = match unit.unseen.get(number).map(|member| &member.reach) {
                Some(Reach::Given(given)) => given,
                Some(Reach::Unit) => {
                    sorted.push(&mut members.everywhere);
                    continue;
                }
                None => continue,
            };
            sorted.under(&mut members.by_address, [&given.address]);
            sorted.under(&mut members.by_text, &given.texts);
            sorted.under(&mut members.by_symbol, &given.symbols);
            sorted.under(&mut members.by_missing, &given.missing);
            for mention in &given.mentions {
                // An instance, or all of a block.
                for prefix in prefixes(mention) {
                    if let Some(resource) = self.at_address(id, prefix) {
                        sorted.under(&mut members.by_resource, [&resource]);
                        break;
                    }
                    if blocks.contains(&(id, prefix)) {
                        sorted.under(&mut members.by_block, [&prefix.into()]);
                        break;
                    }
                }
            }
        }
        members
    }

    /// Returns the addresses of the blocks that have several instances, where the unit has unseen members.
    fn blocks(&self) -> HashSet<(UnitId, &str)> {
        let resources = (0..self.len() as u32).map(|number| self.get(ResourceId(number)));
        let open = resources.filter(|resource| self.unseen(resource.unit).is_some());
        open.filter_map(|resource| Some((resource.unit, block_of(resource)?))).collect()
    }

    /// Adds the members that were given a resource, or its name or that of what owns it: as a text, or by the same
    /// variable without value.
    fn given_to(&self, members: &Members, id: ResourceId, numbers: &mut BTreeSet<usize>) {
        let mut add = |found: Option<&Vec<usize>>| numbers.extend(found.into_iter().flatten());
        add(members.by_resource.get(&id));
        add(block_of(self.get(id)).and_then(|block| members.by_block.get(block)));
        let owners = std::iter::successors(Some(self.get(id)), |resource| resource.owner.map(|owner| self.get(owner)));
        for resource in owners {
            let ids = ["id", "arn"].into_iter().filter_map(|key| resource.attrs.get(key)?.as_str());
            for text in names_of(resource).chain(ids) {
                add(members.by_text.get(text));
            }
            for unknown in NAMES.iter().filter_map(|key| resource.attrs.get(key)?.as_unknown()) {
                match &unknown.symbol {
                    Some(symbol) => add(members.by_symbol.get(symbol)),
                    None => unknown.causes.iter().for_each(|cause| add(members.by_missing.get(cause))),
                }
            }
        }
    }
}

/// One member that is sorted.
struct Sorted<'a> {
    unseen: &'a [Unseen],
    number: usize,
}

impl Sorted<'_> {
    /// Adds the member to a list, unless a relation that meets this list names enough reasons without it.
    fn push(&self, list: &mut Vec<usize>) {
        let cause = |number: usize| self.unseen.get(number).map(|member| &member.cause);
        if list.len() < MOST_CAUSES && !list.iter().any(|other| cause(*other) == cause(self.number)) {
            list.push(self.number);
        }
    }

    /// Adds the member under each of the keys.
    fn under<'k, K: Hash + Eq + Clone + 'k>(&self, lists: &mut MembersBy<K>, keys: impl IntoIterator<Item = &'k K>) {
        for key in keys {
            self.push(lists.entry(key.clone()).or_default());
        }
    }
}

/// Returns the address of the block that a resource is one of several instances of.
fn block_of(resource: &Resource) -> Option<&str> {
    let address = resource.address.as_str();
    Some(address.strip_suffix(']')?.rsplit_once('[')?.0)
}

/// Adds the members that know of the thing that a value names: they were given that name, or make the thing themselves.
fn knowing(members: &Members, value: &Value, numbers: &mut BTreeSet<usize>) {
    let mut add = |found: Option<&Vec<usize>>| numbers.extend(found.into_iter().flatten());
    let mut makers = |reference: &Reference| {
        prefixes(reference.address.as_str()).for_each(|address| add(members.by_address.get(address)));
    };
    match value.as_unknown().and_then(|unknown| unknown.symbol.as_ref()) {
        Some(Symbol::Reference(reference)) => makers(reference),
        Some(Symbol::Template(parts)) => {
            let references =
                parts.iter().filter_map(|part| if let Part::Reference(of) = part { Some(of) } else { None });
            references.for_each(makers);
        }
        None => add(value.as_str().and_then(|text| members.by_text.get(text))),
    }
}
