//! Which policies and bindings may be about an object: an index by the names of resources and kinds, so that an object
//! meets only those, whatever else the repository has.

use super::matching::MatchResources;
use super::policy::{Binding, BindingMatch, Policy};
use super::request::AdmissionRequest;
use std::collections::{BTreeMap, HashMap};

/// The numbers of a policy and of a binding of it.
type Pair = (usize, usize);

/// Pairs by what they may be about.
#[derive(Debug, Default)]
pub struct PolicyIndex {
    by_resource: HashMap<String, Vec<Pair>>,
    by_kind: HashMap<String, Vec<Pair>>,
    any: Vec<Pair>,
}

impl PolicyIndex {
    /// Makes the index.
    pub fn new(policies: &[Policy], bindings: &[Binding]) -> Self {
        let mut bound: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, binding) in bindings.iter().enumerate() {
            bound.entry((binding.source, &binding.policy)).or_default().push(at);
        }
        let mut index = Self::default();
        for (at, policy) in policies.iter().enumerate() {
            let resources = policy.constraints.as_ref().and_then(MatchResources::resources);
            for number in bound.get(&(policy.source, &policy.name)).into_iter().flatten() {
                let pair = (at, *number);
                let kinds = bindings.get(*number).and_then(|binding| match &binding.matching {
                    BindingMatch::Constraint(matching) => matching.kinds(),
                    _ => None,
                });
                if let Some(kinds) = kinds {
                    insert(&mut index.by_kind, kinds.iter().copied(), pair);
                } else if let Some(resources) = &resources {
                    let controllers = policy.pod_controllers.iter().map(String::as_str);
                    insert(&mut index.by_resource, resources.iter().copied().chain(controllers), pair);
                } else {
                    index.any.push(pair);
                }
            }
        }
        index
    }

    /// Returns the numbers of the policies that may be about a request, each with those of its bindings, in order.
    pub fn about(&self, request: &AdmissionRequest) -> BTreeMap<usize, Vec<usize>> {
        let by_resource = self.by_resource.get(&request.resource.name).into_iter().flatten();
        let by_kind = self.by_kind.get(&request.kind.name).into_iter().flatten();
        let mut about: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (policy, binding) in self.any.iter().chain(by_resource).chain(by_kind) {
            about.entry(*policy).or_default().push(*binding);
        }
        for bindings in about.values_mut() {
            bindings.sort_unstable();
        }
        about
    }
}

fn insert<'n>(index: &mut HashMap<String, Vec<Pair>>, names: impl Iterator<Item = &'n str>, pair: Pair) {
    for name in names {
        let pairs = index.entry(name.to_owned()).or_default();
        if pairs.last() != Some(&pair) {
            pairs.push(pair);
        }
    }
}
