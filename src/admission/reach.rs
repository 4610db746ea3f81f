//! Rules that no object can match: what they name does not exist in any cluster.
//!
//! Only what is sure: groups of Kubernetes have the kinds that the embedded schemas know, and a kind of one of them in
//! another one, in the singular or with a capital letter, is a mistake. Groups that are not Kubernetes' own may have any
//! kind.

use super::request::plural;
use super::selector::texts;
use crate::model::Value;
use crate::schema;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The kinds of Kubernetes.
struct OwnKinds {
    /// The groups of kinds and of resources by name: `Deployment`, `deployments`.
    groups: BTreeMap<String, BTreeSet<String>>,
    /// All groups.
    all: BTreeSet<String>,
}

static OWN: LazyLock<OwnKinds> = LazyLock::new(|| {
    let mut own = OwnKinds { groups: BTreeMap::new(), all: BTreeSet::new() };
    for ty in schema::kubernetes_types("") {
        let mut parts = ty.name().rsplitn(3, '/');
        let (Some(kind), Some(_version)) = (parts.next(), parts.next()) else { continue };
        let group = parts.next().unwrap_or_default().to_owned();
        for name in [kind.to_owned(), plural(kind)] {
            own.groups.entry(name).or_default().insert(group.clone());
        }
        own.all.insert(group);
    }
    own
});

/// A name in a rule: of a kind or of a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Kind,
    Resource,
}

impl Naming {
    /// Why no group has a name, or why one group does not have it; `None` where it may.
    fn absence(self, name: &str, group: &str) -> Option<String> {
        let (noun, starts_well) = match self {
            Self::Kind => ("kind", name.starts_with(|first: char| first.is_ascii_uppercase())),
            Self::Resource => ("resource", !name.contains(|letter: char| letter.is_ascii_uppercase())),
        };
        if group.contains('/') {
            return Some(format!("'{group}' is not an API group: a group has no version"));
        }
        if name == "*" || name.is_empty() {
            return None;
        }
        if !starts_well {
            let hint = self.spelling(name).map(|right| format!(" (it is '{right}')")).unwrap_or_default();
            return Some(format!("'{name}' is not the name of a {noun}{hint}"));
        }
        if group == "*" || !OWN.all.contains(group) {
            return None;
        }
        let groups = match OWN.groups.get(name) {
            Some(groups) if groups.contains(group) => return None,
            Some(groups) => groups,
            None => {
                let right = self.spelling(name)?;
                return Some(format!("'{name}' is not the name of a {noun} (it is '{right}')"));
            }
        };
        let right: Vec<String> = groups.iter().map(|group| format!("'{group}'")).collect();
        Some(format!("the group '{group}' has no {noun} '{name}' (it is in {})", right.join(", ")))
    }

    /// The name of a kind of Kubernetes that was meant.
    fn spelling(self, name: &str) -> Option<String> {
        let is_resource = |name: &str| !name.starts_with(|first: char| first.is_ascii_uppercase());
        let lower = name.to_lowercase();
        let own = |found: &&String| is_resource(found) == (self == Self::Resource);
        let meant =
            |found: &&String| found.to_lowercase() == lower || plural(found) == lower || **found == plural(name);
        OWN.groups.keys().filter(own).find(meant).cloned()
    }
}

/// Returns why the resource rules of `matchConstraints` or `matchResources` match no request, and the place of the first
/// reason.
pub fn unreachable_rules(matching: &Value) -> Option<(String, Span)> {
    let rules = matching.get("resourceRules").and_then(Value::as_items).filter(|rules| !rules.is_empty())?;
    first_of_all(rules.iter().map(|rule| {
        const OPERATIONS: [&str; 5] = ["CREATE", "UPDATE", "DELETE", "CONNECT", "*"];
        for name in ["apiGroups", "apiVersions", "operations", "resources"] {
            let list = rule.get(name);
            if list.is_none_or(|list| list.is_null() || list.as_items().is_some_and(<[Value]>::is_empty)) {
                return Some((format!("a rule without `{name}` matches nothing"), rule.origin.span));
            }
        }
        let operations = rule.get("operations")?;
        let known = operations.as_items()?;
        if known.iter().all(|operation| operation.as_str().is_some_and(|name| !OPERATIONS.contains(&name))) {
            return Some(("the rule has no operation that exists".into(), operations.origin.span));
        }
        unreachable_names(rule, Naming::Resource, "resources")
    }))
}

/// Returns why `match.kinds` of a constraint of Gatekeeper match no object.
pub fn unreachable_kinds(matching: &Value) -> Option<(String, Span)> {
    let kinds = matching.get("kinds").and_then(Value::as_items).filter(|kinds| !kinds.is_empty())?;
    first_of_all(kinds.iter().map(|kind| unreachable_names(kind, Naming::Kind, "kinds")))
}

/// The first reason, if all have one.
fn first_of_all(reasons: impl Iterator<Item = Option<(String, Span)>>) -> Option<(String, Span)> {
    reasons.collect::<Option<Vec<_>>>()?.into_iter().next()
}

/// Why none of the names of a rule exists in one of its groups. An empty list matches all.
fn unreachable_names(rule: &Value, naming: Naming, field: &str) -> Option<(String, Span)> {
    let all = |name: &str| -> Option<Vec<String>> {
        let Some(list) = rule.get(name).filter(|list| !list.is_null()) else { return Some(vec!["*".into()]) };
        let names = texts(Some(list));
        // A name that is not known may be any.
        let is_known = list.is_wholly_known() && names.len() == list.as_items()?.len();
        is_known.then_some(if names.is_empty() { vec!["*".into()] } else { names })
    };
    let (groups, names) = (all("apiGroups")?, all(field)?);
    let pairs = groups.iter().flat_map(|group| names.iter().map(move |name| (group, name)));
    let absent = pairs.map(|(group, name)| naming.absence(name.split('/').next().unwrap_or_default(), group));
    let reason = absent.collect::<Option<Vec<String>>>()?.into_iter().next()?;
    let is_group = reason.contains("is not an API group");
    let place = rule.get(if is_group { "apiGroups" } else { field }).map_or(rule.origin.span, |list| list.origin.span);
    Some((reason, place))
}
