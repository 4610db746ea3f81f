//! A plan and the configuration that it was made of, as one: the plan decides what a value is, the configuration where
//! it is written and how it got there.

use super::read::{Plan, PlannedResource};
use crate::model::{
    Address, Call, Cause, Data, Hop, HopKind, Key, Lowered, Mapping, Origin, Reach, Resource, Role, Sequence, Text,
    UnitId, Unseen, Value, Why,
};
use crate::schema;
use crate::source::{Problem, ProblemKind, Span, parent};
use std::collections::HashMap;
use std::sync::Arc;

/// Pairs of elements that are compared to find out which block an element of a set is.
const MOST_PAIRS: usize = 4096;

impl Plan {
    /// Puts the plan into what a root module was evaluated to. Resources that the plan does not have stay only if the
    /// configuration itself was asked about, and is sure of them.
    pub fn decide(&self, lowered: &mut Lowered, keeps_others: bool) {
        let mut written: HashMap<Text, Vec<Resource>> = HashMap::new();
        let mut calls: HashMap<Text, (Span, Span)> = HashMap::new();
        let mut decided: Vec<Resource> = Vec::with_capacity(lowered.resources.len().max(self.resources.len()));
        for resource in std::mem::take(&mut lowered.resources) {
            if resource.type_name == "module" {
                calls
                    .entry(resource.address.without_keys().text().clone())
                    .or_insert((resource.header, resource.block));
            }
            if resource.is_managed() || resource.type_name.starts_with("data.") {
                written.entry(resource.address.without_keys().text().clone()).or_default().push(resource);
            } else {
                decided.push(resource);
            }
        }
        for planned in &self.resources {
            let stem = planned.address.without_keys();
            let all = written.get_mut(stem.text());
            decided.push(match all.and_then(|all| taken(all, planned)) {
                Some(resource) => self.joined(planned, resource),
                None => self.unwritten(planned, &calls),
            });
        }
        let is_sure = |resource: &Resource| {
            resource.doubt.is_none() && resource.address.outward().all(|address| *address.key() != Key::Any)
        };
        let mut left: Vec<Resource> =
            written.into_values().flatten().filter(|resource| resource.planned.is_none()).collect();
        left.retain(|resource| !resource.is_managed() || keeps_others && is_sure(resource));
        left.sort_by(|a, b| a.address.cmp(&b.address));
        if let Some(first) = left.iter().find(|resource| resource.is_managed()) {
            let others = left.iter().filter(|resource| resource.is_managed()).count() - 1;
            let more = if others == 0 { String::new() } else { format!(" and {others} more") };
            let message = format!(
                "`{}`{more} of the configuration is not in the plan `{}`, and is evaluated without it. Is the plan \
                 older, or was it made with `-target`?",
                first.address, self.path
            );
            lowered.problems.push(Problem::warning(first.header, message));
        }
        decided.append(&mut left);
        decided.extend(self.deleted.iter().map(|resource| resource.deleted(parent(&self.path), UnitId(0))));
        decided.sort_by(|a, b| a.address.cmp(&b.address));
        lowered.resources = decided;
        lowered.secrets.extend(&self.hidden);
        // What the plan has is seen, wherever its configuration is.
        lowered.problems.retain(|problem| problem.kind != ProblemKind::Elsewhere);
        for unit in &mut lowered.units {
            unit.is_planned = true;
            unit.reads.sources.push(self.source);
            unit.unseen = self.unseen().into_iter().collect();
        }
    }

    /// What the plan leaves out, where it leaves out something.
    pub fn unseen(&self) -> Option<Unseen> {
        let why = Why::Unseen(ecow::eco_format!("the plan does not show all that will exist: {}", self.partial?));
        let cause = Cause { why, span: Span::new(self.source, 0, 0) };
        Some(Unseen { what: ecow::eco_format!("part of the plan `{}`", self.path), cause, reach: Reach::Unit })
    }

    /// A resource whose block is here.
    fn joined(&self, planned: &PlannedResource, resource: Resource) -> Resource {
        let joining = Joining { plan: self.path.as_str().into() };
        let full = joining.value(&planned.planned.attrs, Some(&resource.attrs), resource.header);
        let mut attrs = planned.present(&full);
        let schema = schema::terraform(&planned.type_name).map(schema::TypeSchema::body);
        let own = resource.attrs.as_mapping().into_iter().flat_map(|own| &own.entries);
        if let Some(mapping) = attrs.as_mapping_mut() {
            for (name, value) in own {
                // What Terraform itself reads, and what it sends and never keeps, is in no plan.
                let is_sent = || {
                    let said = schema.and_then(|body| body.get(name));
                    said.is_some_and(schema::Argument::is_write_only) || name.ends_with("_wo")
                };
                if full.get(name).is_none() || !value.is_null() && is_sent() {
                    mapping.set(name.clone(), value.clone());
                }
            }
        }
        let mut kept = planned.planned.clone();
        kept.attrs = full;
        Resource { address: planned.address.clone(), attrs, doubt: None, planned: Some(Box::new(kept)), ..resource }
    }

    /// A resource whose block is not here: that of a module that is not on disk stands for it.
    fn unwritten(&self, planned: &PlannedResource, calls: &HashMap<Text, (Span, Span)>) -> Resource {
        let modules = planned.address.outward().filter(|address| address.role() == Role::Module);
        let call = modules.into_iter().find_map(|module: &Address| {
            let (header, block) = calls.get(module.without_keys().text())?;
            let (address, header, block) = (module.clone(), *header, *block);
            Some(Arc::new(Call { address, header, block, committed: false, outer: None }))
        });
        Resource { call, ..planned.alone(parent(&self.path), UnitId(0)) }
    }
}

/// The resource of a configuration that an instance in a plan is; one that stands for any instances stays for others.
fn taken(all: &mut [Resource], planned: &PlannedResource) -> Option<Resource> {
    let exact = all.iter().position(|resource| resource.address == planned.address);
    let at = exact
        .or_else(|| all.iter().position(|resource| resource.address.outward().any(|part| *part.key() == Key::Any)));
    let resource = all.get_mut(at.or_else(|| (!all.is_empty()).then_some(0))?)?;
    let found = Resource { planned: None, ..resource.clone() };
    // The mark that it was found.
    resource.planned = Some(Box::new(planned.planned.clone()));
    Some(found)
}

/// Joins values of a plan with those of its configuration.
struct Joining {
    /// The path of the plan.
    plan: Text,
}

impl Joining {
    /// The value that the plan has, at the place where the configuration has it; `around` is the header of the block for
    /// what it does not have.
    fn value(&self, planned: &Value, written: Option<&Value>, around: Span) -> Value {
        let sensitive = planned.sensitive || written.is_some_and(|written| written.sensitive);
        let Some(written) = written else { return self.unwritten(planned, around) };
        let (data, origin) = match (&planned.data, &written.data) {
            (Data::Unknown(planned), Data::Unknown(unknown)) => {
                let mut unknown = unknown.clone();
                Arc::make_mut(&mut unknown).causes.clone_from(&after_apply(&planned.causes, written.origin.span));
                if unknown.symbol.is_none() && planned.symbol.is_some() {
                    Arc::make_mut(&mut unknown).symbol.clone_from(&planned.symbol);
                }
                (Data::Unknown(unknown), written.origin.clone())
            }
            (Data::Unknown(unknown), _) => {
                let mut unknown = unknown.clone();
                Arc::make_mut(&mut unknown).causes = after_apply(&unknown.causes, written.origin.span);
                (Data::Unknown(unknown), Origin::at(written.origin.span))
            }
            (Data::Mapping(mapping), Data::Mapping(own)) => {
                let header = own.header.unwrap_or(around);
                let entry = |(name, value): &(Text, Value)| (name.clone(), self.value(value, own.get(name), header));
                let entries = mapping.entries.iter().map(entry).collect();
                let joined = Mapping { entries, header: own.header, ..Mapping::clone(mapping) };
                (Data::Mapping(Arc::new(joined)), written.origin.clone())
            }
            (Data::Sequence(sequence), Data::Sequence(own)) => {
                let partners = partners(&sequence.items, &own.items);
                let item = |(item, partner): (&Value, Option<usize>)| {
                    let partner = partner.and_then(|at| own.items.get(at));
                    self.value(item, partner, written.origin.span)
                };
                let items = sequence.items.iter().zip(partners).map(item).collect();
                let joined = Sequence { items, kind: sequence.kind.clone(), header: own.header };
                (Data::Sequence(Arc::new(joined)), written.origin.clone())
            }
            // One block that the plan has as an object, or the other way round.
            (Data::Sequence(sequence), Data::Mapping(_)) if sequence.items.len() == 1 => {
                let items = sequence.items.iter().map(|item| self.value(item, Some(written), around)).collect();
                (Data::Sequence(Arc::new(Sequence::new(sequence.kind.clone(), items))), written.origin.clone())
            }
            (Data::Mapping(_), Data::Sequence(own)) if own.items.len() == 1 => {
                return self.value(planned, own.items.first(), around);
            }
            (Data::Sequence(_) | Data::Mapping(_), _) => {
                let inner = self.unwritten(planned, written.origin.span);
                (inner.data, self.planned_at(planned, &written.origin))
            }
            (data, own) if is_same(data, own) => (data.clone(), written.origin.clone()),
            (data, _) => (data.clone(), self.planned_at(planned, &written.origin)),
        };
        Value { data, origin, sensitive, trace: None }
    }

    /// A value that the configuration does not have: the provider decided it.
    fn unwritten(&self, planned: &Value, around: Span) -> Value {
        let data = match &planned.data {
            Data::Unknown(unknown) => {
                let mut unknown = unknown.clone();
                for cause in &mut Arc::make_mut(&mut unknown).causes {
                    if let Why::AfterApply(path) = &cause.why {
                        cause.why = Why::Computed(path.clone());
                    }
                    cause.span = around;
                }
                Data::Unknown(unknown)
            }
            Data::Sequence(sequence) => {
                let items = sequence.items.iter().map(|item| self.unwritten(item, around)).collect();
                Data::Sequence(Arc::new(Sequence::new(sequence.kind.clone(), items)))
            }
            Data::Mapping(mapping) => {
                let entry = |(name, value): &(Text, Value)| (name.clone(), self.unwritten(value, around));
                let entries = mapping.entries.iter().map(entry).collect();
                Data::Mapping(Arc::new(Mapping { entries, header: Some(around), ..Mapping::clone(mapping) }))
            }
            data => data.clone(),
        };
        Value { data, origin: self.planned_at(planned, &Origin::at(around)), ..planned.clone() }
    }

    /// The origin of a value that only the plan knows, and that is written at `written`.
    fn planned_at(&self, planned: &Value, written: &Origin) -> Origin {
        // What the text was encoded from is not wholly known there.
        let is_encoded = written.hops().any(|hop| hop.encoded.is_some());
        let next = written.via.clone().filter(|_| !is_encoded);
        let kind = HopKind::Planned(self.plan.clone());
        let hop = Hop { kind, span: planned.origin.span, next, encoded: None, beside: None };
        Origin { span: written.span, via: Some(Arc::new(hop)) }
    }
}

/// The same causes, where the configuration sets the value.
fn after_apply(causes: &[Cause], span: Span) -> Vec<Cause> {
    let cause = |cause: &Cause| match &cause.why {
        Why::Computed(path) | Why::AfterApply(path) => Cause { why: Why::AfterApply(path.clone()), span },
        _ => cause.clone(),
    };
    causes.iter().map(cause).collect()
}

/// Which of the written elements each planned one is. A set has another order in the plan: there, an element is the one
/// that it agrees with most.
fn partners(planned: &[Value], written: &[Value]) -> Vec<Option<usize>> {
    let in_order = || (0..planned.len()).map(|at| (at < written.len()).then_some(at)).collect();
    let agree = |planned: &Value, written: &Value| agreement(planned, written) >= 0;
    let is_ordered =
        planned.len() == written.len() && planned.iter().zip(written).all(|(one, other)| agree(one, other));
    if is_ordered || planned.len().saturating_mul(written.len()) > MOST_PAIRS {
        return in_order();
    }
    let mut free: Vec<bool> = vec![true; written.len()];
    let mut partner = |value: &Value| {
        let all = written.iter().enumerate().filter(|(at, _)| free.get(*at).copied().unwrap_or_default());
        let best = all.map(|(at, own)| (agreement(value, own), std::cmp::Reverse(at))).max()?;
        let at = best.1.0;
        if best.0 < 0 {
            return None;
        }
        free.get_mut(at).into_iter().for_each(|free| *free = false);
        Some(at)
    };
    let mut partners: Vec<Option<usize>> = planned.iter().map(&mut partner).collect();
    // What is left contradicts each other: a configuration that was changed since, or a value that the provider changed.
    let left = free.iter().enumerate().filter(|(_, free)| **free).map(|(at, _)| at);
    partners.iter_mut().filter(|partner| partner.is_none()).zip(left).for_each(|(partner, at)| *partner = Some(at));
    partners
}

/// How much two values have in common: the number of equal parts, negative where known parts contradict each other.
fn agreement(planned: &Value, written: &Value) -> i64 {
    match (&planned.data, &written.data) {
        (_, Data::Unknown(_)) | (Data::Unknown(_), _) => 0,
        (Data::Mapping(planned), Data::Mapping(written)) => {
            let parts = written.entries.iter().filter_map(|(name, own)| Some(agreement(planned.get(name)?, own)));
            parts.sum()
        }
        (Data::Sequence(planned), Data::Sequence(written)) => {
            let parts = planned.items.iter().zip(&written.items).map(|(one, other)| agreement(one, other));
            let lengths = if planned.items.len() == written.items.len() { 0 } else { -1 };
            parts.sum::<i64>() + lengths
        }
        (one, other) if is_same(one, other) => 1,
        _ => -4,
    }
}

fn is_same(one: &Data, other: &Data) -> bool {
    match (one, other) {
        (Data::Null(_), Data::Null(_)) => true,
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Number(one), Data::Number(other)) => one == other,
        (Data::String(one), Data::String(other)) => one == other,
        _ => false,
    }
}
