//! Joins: which resources of a type one attribute ties to another resource.
//!
//! Owns what makes a value stand for a resource (a symbolic reference to it, a value that was read from it, its id or
//! name as text), and how such values are looked up instead of compared one by one. Knows no policy.

use super::Index;
use super::index::prefixes;
use super::tables::Join;
use crate::expr::equality::same;
use crate::expr::truth::Truth;
use crate::limits::evaluation::JOINED_VALUES;
use crate::model::{Data, HopKind, Resource, ResourceId, Step, Symbol, Text, UnitId, Unknown, Value, Why};
use std::collections::HashMap;
use std::sync::Arc;

/// Attributes by which AWS, Azure and Google name a resource; its `id` is one of them.
pub const NAMES: [&str; 4] = ["bucket", "name", "identifier", "cluster_identifier"];

/// Resources whose attribute may be what is wanted.
#[derive(Debug, Default)]
pub struct Candidates {
    /// To be compared, sorted.
    pub compared: Vec<ResourceId>,
    /// One of those that are too many to be compared.
    pub more: Option<ResourceId>,
}

impl Candidates {
    fn extend(&mut self, found: Option<&Vec<ResourceId>>) {
        self.compared.extend(found.into_iter().flatten());
    }

    /// Adds values that no table tells apart.
    fn some_of(&mut self, loose: &[ResourceId]) {
        self.compared.extend(loose.iter().take(JOINED_VALUES));
        self.more = self.more.or(loose.get(JOINED_VALUES).copied());
    }

    fn sorted(mut self) -> Self {
        self.compared.sort_unstable();
        self.compared.dedup();
        self
    }
}

impl Index<'_> {
    /// Returns the resource of a unit that a value stands for: the one that it is an attribute of, or whose id it was
    /// read as. A data source stands for the resource that it reads.
    pub fn target(&self, value: &Value, unit: UnitId) -> Option<ResourceId> {
        let target = self.owner_of(value, unit)?;
        Some(self.read_by(target).unwrap_or(target))
    }

    /// Returns the resource of its unit that a data source reads: one of its type, which an argument refers to, or names.
    fn read_by(&self, id: ResourceId) -> Option<ResourceId> {
        let source = self.get(id);
        let type_name = source.type_name.strip_prefix("data.")?;
        source.attrs.as_mapping()?.entries.iter().find_map(|(key, value)| match value.as_str() {
            Some(text) if NAMES.contains(&key.as_str()) => {
                self.called(type_name, source.unit).get(text).copied().flatten()
            }
            _ => self.owner_of(value, source.unit).filter(|owner| self.get(*owner).type_name == type_name),
        })
    }

    /// The resources of a type in a unit by their known names; none where several have one.
    fn called(&self, type_name: &str, unit: UnitId) -> Arc<HashMap<Text, Option<ResourceId>>> {
        self.tables.called.get_or_make((unit, type_name.into()), || {
            let mut all = HashMap::new();
            for (id, resource) in self.of_type(type_name, unit) {
                for name in names_of(resource) {
                    let known = all.entry(name.into()).or_insert(Some(id));
                    *known = known.filter(|known| *known == id);
                }
            }
            all
        })
    }

    fn owner_of(&self, value: &Value, unit: UnitId) -> Option<ResourceId> {
        if let Some(reference) = value.referenced()
            && let Some(id) = self.at_address(unit, reference.address.as_str())
            && is_real(self.get(id))
        {
            return Some(id);
        }
        value.origin.hops().find_map(|hop| {
            let HopKind::Attribute(path) = &hop.kind else { return None };
            let (id, address) =
                prefixes(path).skip(1).find_map(|address| Some((self.at_address(unit, address)?, address)))?;
            let is_own_name = path.strip_prefix(address) == Some(".name") && is_name_of(value, self.get(id));
            (is_own_name || self.is_id_of(value, id)).then_some(id)
        })
    }

    /// Returns whether a value is the id of a resource.
    pub fn is_id_of(&self, value: &Value, id: ResourceId) -> bool {
        self.get(id).attrs.get("id").is_some_and(|own| is_identical(value, own))
    }

    /// Returns the resource that a wanted value is about: what it stands for, or the judged one, whose id or name it is.
    pub fn subject(&self, wanted: &Value, judged: ResourceId) -> Option<ResourceId> {
        let resource = self.get(judged);
        let is_own = || self.is_id_of(wanted, judged) || is_named(resource, wanted);
        self.target(wanted, resource.unit).or_else(|| is_own().then_some(judged))
    }

    /// Returns the resources of a type whose attribute `key` may be `wanted`, which is about `subject`; none where all
    /// have to be looked at.
    pub fn candidates(
        &self,
        type_name: &str,
        unit: UnitId,
        key: &str,
        wanted: &Value,
        subject: Option<ResourceId>,
    ) -> Option<Candidates> {
        let join = self.join(type_name, unit, key)?;
        let mut found = Candidates::default();
        let symbol = wanted.as_unknown().and_then(|unknown| unknown.symbol.as_ref());
        let way = wanted.as_unknown().and_then(provider_path);
        found.extend(symbol.and_then(|symbol| join.by_symbol.get(symbol)));
        match (subject, wanted.as_str()) {
            (Some(id), text) => {
                let resource = self.get(id);
                found.extend(join.by_target.get(&id));
                found.extend(text.and_then(|text| join.by_text.get(text)));
                for name in names_of(resource) {
                    found.extend(join.by_text.get(name));
                }
                if resource.names().any(|name| name == type_name) {
                    found.compared.push(id);
                }
                if text.is_none() && names_of(resource).next().is_none() {
                    found.some_of(&self.strangers(&join, type_name, unit, key, &resource.type_name));
                }
                for ((of_type, path), resources) in &join.by_kind {
                    if *of_type != resource.type_name && way.is_none_or(|way| way != path.as_slice()) {
                        found.some_of(resources);
                    }
                }
            }
            (None, Some(text)) => {
                found.extend(join.by_text.get(text));
                join.by_kind.values().for_each(|resources| found.some_of(resources));
            }
            (None, None) if wanted.is_unknown() => {
                found.some_of(&join.texts);
                for ((_, path), resources) in &join.by_kind {
                    if way.is_none_or(|way| way != path.as_slice()) {
                        found.some_of(resources);
                    }
                }
            }
            (None, None) => return None,
        }
        found.some_of(&join.loose);
        Some(found.sorted())
    }

    /// Returns whether a value of another resource is the wanted one, which is about `subject`. What stands for a
    /// resource of the subject's type settles it: that is the subject, or another one.
    pub fn joins(&self, value: &Value, unit: UnitId, wanted: &Value, subject: Option<ResourceId>) -> Truth {
        let open = || Truth::open(value).or_because_of(wanted);
        let Some(id) = subject else {
            // A literal beside a reference to what has this name.
            let named = || self.target(value, unit).is_some_and(|target| is_named(self.get(target), wanted));
            return equal(value, wanted).or_else(|| named().then_some(true)).map_or_else(open, Truth::Known);
        };
        let resource = self.get(id);
        match self.target(value, unit) {
            Some(target) if target == id => return Truth::Known(true),
            Some(target) if self.get(target).type_name == resource.type_name => return Truth::Known(false),
            _ => {}
        }
        if is_undeclared(value, &resource.type_name) {
            return Truth::Known(false);
        }
        if let Some(text) = value.as_str() {
            // Its name as a literal: as good as a reference, when the resource says its name.
            if names_of(resource).any(|name| name == text) {
                return Truth::Known(true);
            }
            let is_another = || self.ids(&resource.type_name, unit).get(text).is_some_and(|owner| *owner != id);
            if wanted.is_unknown() && (names_of(resource).next().is_some() || is_another()) {
                return Truth::Known(false);
            }
        }
        equal(value, wanted).map_or_else(open, Truth::Known)
    }

    /// Returns what the attribute `key` of all resources of a type in a unit says; none where there are no such resources.
    fn join(&self, type_name: &str, unit: UnitId, key: &str) -> Option<Arc<Join>> {
        self.has_type(type_name).then_some(())?;
        let place = (unit, type_name.into(), key.into());
        Some(self.tables.joins.get_or_make(place, || self.make_join(type_name, unit, key)))
    }

    fn make_join(&self, type_name: &str, unit: UnitId, key: &str) -> Join {
        let mut join = Join::default();
        for (id, resource) in self.of_type(type_name, unit) {
            let Some(value) = resource.attrs.get(key) else { continue };
            let target = self.target(value, unit);
            if let Some(target) = target {
                join.by_target.entry(target).or_default().push(id);
            }
            match &value.data {
                Data::String(text) => {
                    join.by_text.entry(text.clone()).or_default().push(id);
                    join.texts.push(id);
                }
                Data::Unknown(unknown) => {
                    if let Some(symbol) = &unknown.symbol {
                        join.by_symbol.entry(symbol.clone()).or_default().push(id);
                    }
                    if let Some(target) = target {
                        let kind =
                            (self.get(target).type_name.clone(), provider_path(unknown).unwrap_or_default().to_vec());
                        join.by_kind.entry(kind).or_default().push(id);
                    } else {
                        join.loose.push(id);
                    }
                }
                _ => join.loose.push(id),
            }
        }
        join
    }

    /// Returns the resources whose attribute is a known text, but not the known id of a resource of the type `named`.
    fn strangers(&self, join: &Join, type_name: &str, unit: UnitId, key: &str, named: &str) -> Arc<Vec<ResourceId>> {
        let ids = self.ids(named, unit);
        self.tables.strangers.get_or_make((unit, type_name.into(), key.into(), named.into()), || {
            let text = |id: ResourceId| self.get(id).attrs.get(key).and_then(Value::as_str);
            let is_stranger = |id: &ResourceId| text(*id).is_some_and(|text| !ids.contains_key(text));
            join.texts.iter().copied().filter(is_stranger).collect()
        })
    }

    /// Returns the resources of a type in a unit by their ids, as far as those are known.
    fn ids(&self, type_name: &str, unit: UnitId) -> Arc<HashMap<Text, ResourceId>> {
        self.tables.ids.get_or_make((unit, type_name.into()), || {
            let known =
                |(id, resource): (ResourceId, &Resource)| Some((resource.attrs.get("id")?.as_str()?.into(), id));
            self.of_type(type_name, unit).filter_map(known).collect()
        })
    }
}

/// Returns whether a block stands for a thing of the provider, and not for a value such as a variable.
fn is_real(resource: &Resource) -> bool {
    resource.is_managed() || resource.type_name.starts_with("data.")
}

/// Returns the known names of a resource.
pub fn names_of(resource: &Resource) -> impl Iterator<Item = &str> {
    NAMES.iter().filter_map(|key| resource.attrs.get(key)).filter_map(Value::as_str)
}

/// Returns whether a value that was read from the name of a resource is still that name, known or not.
fn is_name_of(value: &Value, resource: &Resource) -> bool {
    let is_still = |own: &Value| is_identical(value, own) || own.is_unknown() && own.as_unknown() == value.as_unknown();
    resource.is_managed() && resource.attrs.get("name").is_some_and(is_still)
}

/// Returns whether a value is a known name of a resource.
fn is_named(resource: &Resource, value: &Value) -> bool {
    value.as_str().is_some_and(|text| names_of(resource).any(|name| name == text))
}

/// Returns whether two values are equal, or surely not; attributes of two instances that only the provider names are
/// two names.
fn equal(a: &Value, b: &Value) -> Option<bool> {
    if is_identical(a, b) {
        return Some(true);
    }
    let (x, y) = (a.as_unknown().and_then(provider_path), b.as_unknown().and_then(provider_path));
    if x.is_some() && x == y { Some(false) } else { same(a, b) }
}

/// Returns whether two values are one and the same, known or not.
fn is_identical(a: &Value, b: &Value) -> bool {
    match (a.as_unknown(), b.as_unknown()) {
        (Some(a), Some(b)) => match &a.symbol {
            Some(Symbol::Reference(_)) => a.symbol == b.symbol,
            // Parts of which nothing is known are the same part only for the same reason.
            Some(Symbol::Template(_)) => a.symbol == b.symbol && a.causes == b.causes,
            None => false,
        },
        (None, None) => same(a, b) == Some(true),
        _ => false,
    }
}

/// Whether a value is not known because it comes from resources of a type that nothing declares: none of those that are
/// declared is meant.
fn is_undeclared(value: &Value, type_name: &str) -> bool {
    let is_of_type = |name: &str| name.split('.').next() == Some(type_name);
    let is_missing = |why: &Why| matches!(why, Why::Undeclared(name) if is_of_type(name));
    let causes = value.as_unknown().map(|unknown| unknown.causes.as_slice()).unwrap_or_default();
    !causes.is_empty() && causes.iter().all(|cause| is_missing(&cause.why))
}

/// Returns the path of an attribute that is missing because only the provider knows it, and not for want of a variable.
fn provider_path(unknown: &Unknown) -> Option<&[Step]> {
    let reference = unknown.referenced()?;
    let is_of_provider = |why: &Why| matches!(why, Why::AfterApply(_) | Why::DataSource(_));
    unknown.causes.iter().all(|cause| is_of_provider(&cause.why)).then_some(&reference.path)
}
