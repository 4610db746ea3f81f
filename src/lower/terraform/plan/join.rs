//! A plan and the configuration that it was made of, as one: the plan decides what a value is, the configuration where
//! it is written and how it got there.

use super::read::{Plan, PlannedResource};
use crate::lower::joined::Joining;
use crate::model::{Address, Call, Cause, HopKind, Key, Lowered, Reach, Resource, Role, Text, UnitId, Unseen, Why};
use crate::schema;
use crate::source::{Problem, ProblemKind, Span, parent};
use std::collections::HashMap;
use std::sync::Arc;

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
        let joining = Joining { decided: HopKind::Planned(self.path.as_str().into()) };
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
