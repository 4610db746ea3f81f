//! The resources by type, and who refers to whom.

use super::tables::Tables;
use crate::check::{Page, Policy, TypePattern};
use crate::model::secrecy::SecretTexts;
use crate::model::{DELETED, Data, Lowered, Mapping, Resource, ResourceId, Text, Unit, UnitId, Value, mentions};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// Policies by the type that they name, each with the number of its page.
pub type ByType<'a, 'p> = HashMap<&'a str, Vec<(usize, &'p Page, &'p Policy)>>;

/// The resources of a scan, for looking them up.
pub struct Index<'a> {
    model: &'a Lowered,
    /// The texts, for places inside of strings.
    pub sources: &'a Sources,
    /// By type or family, then by unit, in the order of the model.
    by_type: BTreeMap<&'a str, HashMap<UnitId, Vec<ResourceId>>>,
    views: Vec<Views>,
    referrers: OnceLock<HashMap<ResourceId, Vec<ResourceId>>>,
    addresses: OnceLock<HashMap<UnitId, HashMap<Text, ResourceId>>>,
    /// What is looked up instead of compared one by one.
    pub tables: Tables,
}

/// What policies see of a resource that is not the judged one, made when one first looks.
#[derive(Default)]
struct Views {
    other: OnceLock<Box<Value>>,
    owner: OnceLock<Box<Value>>,
}

impl<'a> Index<'a> {
    /// Indexes `model`, whose places lie in `sources`.
    pub fn new(model: &'a Lowered, sources: &'a Sources) -> Self {
        let mut by_type: BTreeMap<&str, HashMap<UnitId, Vec<ResourceId>>> = BTreeMap::new();
        for (number, resource) in (0..).zip(&model.resources) {
            for name in resource.names() {
                by_type.entry(name).or_default().entry(resource.unit).or_default().push(ResourceId(number));
            }
        }
        let views = model.resources.iter().map(|_| Views::default()).collect();
        Self {
            model,
            sources,
            by_type,
            views,
            referrers: OnceLock::new(),
            addresses: OnceLock::new(),
            tables: Tables::default(),
        }
    }

    /// The resource with that number.
    pub fn get(&self, id: ResourceId) -> &'a Resource {
        &self.model.resources[id.0 as usize]
    }

    /// How many resources have a type or are of a family.
    pub fn count(&self, name: &str) -> usize {
        self.by_type.get(name).map_or(0, |units| units.values().map(Vec::len).sum())
    }

    /// The model that is indexed.
    pub fn model(&self) -> &'a Lowered {
        self.model
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.model.resources.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.model.resources.is_empty()
    }

    /// The texts of all secrets.
    pub fn secrets(&self) -> &'a SecretTexts {
        &self.model.secret_texts
    }

    /// All units, in the order of their numbers.
    pub fn units(&self) -> &'a [Unit] {
        &self.model.units
    }

    /// The resource of a unit at an address.
    pub fn at_address(&self, unit: UnitId, address: &str) -> Option<ResourceId> {
        let all = self.addresses.get_or_init(|| {
            let numbered = (0..).map(ResourceId).zip(&self.model.resources);
            let mut all: HashMap<UnitId, HashMap<Text, ResourceId>> = HashMap::new();
            for (id, resource) in numbered {
                let unit = all.entry(resource.unit).or_default();
                unit.entry(resource.address.text().clone()).or_insert(id);
            }
            all
        });
        all.get(&unit)?.get(address).copied()
    }

    /// Whether some resource is of a type or family.
    pub fn has_type(&self, name: &str) -> bool {
        self.by_type.contains_key(name)
    }

    /// The type names and families that some resource has and the pattern names, sorted.
    pub fn types<'i>(&'i self, pattern: &'i TypePattern) -> impl Iterator<Item = &'a str> + 'i {
        let exact = pattern.exact();
        let only = exact.and_then(|name| self.by_type.get_key_value(name)).map(|(name, _)| *name);
        let several = exact.is_none().then(|| self.by_type.keys().copied().filter(|name| pattern.matches(name)));
        only.into_iter().chain(several.into_iter().flatten())
    }

    /// All resources of a type or family in one unit, in the order of the model.
    pub fn of_type(&self, name: &str, unit: UnitId) -> impl Iterator<Item = (ResourceId, &'a Resource)> {
        let ids = self.by_type.get(name).and_then(|units| units.get(&unit)).map(Vec::as_slice);
        ids.unwrap_or_default().iter().map(|id| (*id, self.get(*id)))
    }

    /// The attributes of a resource, with what the frontend knows as `meta`, unless that is the name of an
    /// attribute.
    pub fn as_other(&self, id: ResourceId) -> &Value {
        self.views[id.0 as usize].other.get_or_init(|| {
            let resource = self.get(id);
            let mut value = resource.attrs.clone();
            if let Some(mapping) = value.as_mapping_mut()
                && mapping.get("meta").is_none()
            {
                mapping.set("meta", whole_meta(resource));
            }
            Box::new(value)
        })
    }

    /// `attrs` and `meta` of a resource, and its `owner`, as those that it owns see it.
    pub fn as_owner(&self, id: ResourceId) -> &Value {
        self.views[id.0 as usize].owner.get_or_init(|| {
            let resource = self.get(id);
            let owner = resource.owner.map_or_else(|| Value::null(resource.header), |id| self.as_owner(id).clone());
            let entries = vec![
                ("attrs".into(), resource.attrs.clone()),
                ("meta".into(), whole_meta(resource)),
                ("owner".into(), owner),
            ];
            let object = Mapping::object(entries, Some(resource.header));
            Box::new(Value::new(Data::Mapping(Arc::new(object)), resource.block))
        })
    }

    /// The policies for each type that is there, with the number of their page; a policy stands once under each of its
    /// types.
    pub fn policies<'p>(&self, pages: impl IntoIterator<Item = &'p Arc<Page>>) -> ByType<'a, 'p> {
        let mut by_type = ByType::new();
        for (number, page) in pages.into_iter().enumerate() {
            for policy in &page.policies {
                let names = policy.patterns.iter().flat_map(|pattern| self.types(pattern));
                let mut names: BTreeSet<&str> = names.filter(|name| !name.starts_with(DELETED)).collect();
                names.extend(self.deleted(policy));
                for name in names {
                    by_type.entry(name).or_default().push((number, &**page, policy));
                }
            }
        }
        by_type
    }

    /// The policies that name a type of a resource, out of those `by_type`: each with the number of its page, and with how
    /// many resources share what it may use.
    pub fn judging<'m, 'p>(
        &'m self,
        id: ResourceId,
        by_type: &'m ByType<'a, 'p>,
    ) -> impl Iterator<Item = (usize, &'p Page, &'p Policy, usize)> + 'm {
        self.get(id).names().flat_map(move |name| {
            let sharing = self.count(name);
            let policies = by_type.get(name).into_iter().flatten();
            policies.map(move |(number, page, policy)| (*number, *page, *policy, sharing))
        })
    }

    /// The names under which resources stand that a plan deletes, and that a policy judges.
    pub fn deleted(&self, policy: &Policy) -> impl Iterator<Item = &'a str> {
        let mut operations = policy.terraform.iter().flat_map(|subject| &subject.operations);
        let is_asked = operations.any(|operation| operation == "delete");
        let all = is_asked.then(|| self.by_type.keys().copied()).into_iter().flatten();
        all.filter(move |name| {
            let own = name.strip_prefix(DELETED);
            own.is_some_and(|own| policy.patterns.iter().any(|pattern| pattern.matches(own)))
        })
    }

    /// The resources of the same unit that mention `id`, in the order of the model.
    pub fn referrers(&self, id: ResourceId) -> &[ResourceId] {
        let all = self.referrers.get_or_init(|| self.find_referrers());
        all.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The resources of a unit that a value was made from.
    pub fn referents(&self, value: &Value, unit: UnitId) -> BTreeSet<ResourceId> {
        let mut mentioned = BTreeSet::new();
        mentions(value, &mut |address| {
            mentioned.extend(prefixes(address).find_map(|prefix| self.at_address(unit, prefix)));
        });
        mentioned
    }

    fn find_referrers(&self) -> HashMap<ResourceId, Vec<ResourceId>> {
        let mut referrers: HashMap<ResourceId, Vec<ResourceId>> = HashMap::new();
        for (id, resource) in (0..).map(ResourceId).zip(&self.model.resources) {
            let mentioned = self.referents(&resource.attrs, resource.unit).into_iter();
            for target in mentioned.filter(|target| *target != id) {
                referrers.entry(target).or_default().push(id);
            }
        }
        referrers
    }
}

/// `meta` of a resource as others see it: what the engine knows of every resource, with what its frontend says.
pub(super) fn whole_meta(resource: &Resource) -> Value {
    let mut meta = resource.meta.clone();
    if let Some(fields) = meta.as_mapping_mut() {
        fields.set("type", Value::string(resource.type_name.clone(), resource.header));
        fields.set("address", Value::string(resource.address.clone(), resource.header));
    }
    meta
}

/// `a.b.c`, `a.b`, `a`: the addresses that a path into a resource may begin with, longest first.
pub fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind(['.', '[']).map(|at| &path[..at]))
}

#[cfg(test)]
mod tests {
    use super::prefixes;

    #[test]
    fn prefixes_of_a_path_into_an_instance() {
        let all: Vec<_> = prefixes("module.m.aws_s3_bucket.b[0].bucket").take(2).collect();
        assert_eq!(all, ["module.m.aws_s3_bucket.b[0].bucket", "module.m.aws_s3_bucket.b[0]"]);
    }
}
