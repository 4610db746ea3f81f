//! Which findings a suppression covers.

use super::annotations;
use super::directive::{Condition, Designator, Directive, Scope};
use crate::finding::Finding;
use crate::model::{Lowered, Resource, Value};
use crate::source::{Paths, SourceId, Sources, Span};
use globset::GlobBuilder;
use regex::Regex;
use std::collections::HashMap;

/// What a finding is compared with.
pub struct MatchContext<'a> {
    sources: &'a Sources,
    /// A file that was read several times is one file: the number of its first reading.
    same: HashMap<SourceId, SourceId>,
    /// The resources by unit and address: those that findings name.
    resources: HashMap<(&'a str, &'a str), &'a Resource>,
    lowered: &'a Lowered,
    workspace: &'a str,
}

impl<'a> MatchContext<'a> {
    /// The ground of one model, in a workspace of Terraform.
    pub fn new(lowered: &'a Lowered, sources: &'a Sources, workspace: &'a str) -> Self {
        let mut first: HashMap<String, SourceId> = HashMap::new();
        let files = sources.files();
        let same = files.iter().map(|(id, file)| (*id, *first.entry(file.path.clone()).or_insert(*id))).collect();
        let unit = |resource: &Resource| lowered.units.get(resource.unit.0 as usize).map(|unit| unit.path.as_str());
        let keyed = lowered.resources.iter().map(|resource| {
            let unit = unit(resource).unwrap_or_default();
            ((unit, resource.address.as_str()), resource)
        });
        // An owner comes before what it owns, and keeps the address that both have.
        let mut resources = HashMap::new();
        keyed.for_each(|(key, resource)| {
            resources.entry(key).or_insert(resource);
        });
        Self { sources, same, resources, lowered, workspace }
    }

    /// Whether a suppression is about a finding.
    pub fn covers(&self, directive: &Directive, finding: &Finding) -> bool {
        let about = match &directive.scope {
            Scope::Places(places) => places.iter().any(|place| self.holds(*place, finding)),
            Scope::Object { unit, address } => {
                finding.unit == *unit && self.object(finding).is_some_and(|object| object == address.as_str())
            }
            Scope::Anywhere { paths, addresses } => {
                (paths.is_empty() || self.stands_in(paths, finding))
                    && (addresses.is_empty() || addresses.is_match(finding.resource.as_str()))
            }
            Scope::Objects(designators) => self.described(designators, finding),
        };
        about && self.meets(&directive.condition, finding)
    }

    /// Whether a place of a suppression begins before another place and ends behind its first byte.
    pub fn is_at(&self, place: Span, other: Span) -> bool {
        self.is_same(place, other) && place.start <= other.start && other.start < place.end.max(place.start + 1)
    }

    fn holds(&self, place: Span, finding: &Finding) -> bool {
        let lies_in = |span: Span| self.is_same(place, span) && place.start <= span.start && span.end <= place.end;
        self.is_at(place, finding.place) || lies_in(finding.block) || finding.calls.iter().copied().any(lies_in)
    }

    fn is_same(&self, one: Span, other: Span) -> bool {
        let first = |id: SourceId| self.same.get(&id).copied().unwrap_or(id);
        one.source == other.source || first(one.source) == first(other.source)
    }

    /// Whether the finding stands in one of the files, or what was judged does.
    fn stands_in(&self, paths: &Paths, finding: &Finding) -> bool {
        [finding.place, finding.block].iter().any(|span| paths.matches(&self.sources.get(span.source).path))
    }

    /// The address of the Kubernetes object, or else of the resource, that a finding is on.
    fn object<'f>(&self, finding: &'f Finding) -> Option<&'f str> {
        self.prefix(finding).map(|(address, _)| address)
    }

    /// The longest part of the finding's address that is one of an object.
    fn prefix<'f>(&self, finding: &'f Finding) -> Option<(&'f str, &'a Resource)> {
        let cut = |address: &&'f str| address.rfind('/').and_then(|at| address.get(..at));
        let mut addresses = std::iter::successors(Some(finding.resource.as_str()), cut);
        addresses.find_map(|address| {
            let resource = *self.resources.get(&(finding.unit.as_str(), address))?;
            let is_object = resource.owner.is_none() || resource.attrs.get("metadata").is_some();
            is_object.then_some((address, resource))
        })
    }

    fn described(&self, designators: &[Designator], finding: &Finding) -> bool {
        let Some((_, object)) = self.prefix(finding) else { return false };
        let objects = self.lowered.resources.iter().filter(|resource| {
            std::ptr::eq(*resource, object)
                || resource.unit == object.unit
                    && annotations::address(self.lowered, resource) == *object.address.text()
        });
        let manifests: Vec<&Resource> = objects.filter(|resource| resource.attrs.get("kind").is_some()).collect();
        let field = |object: &Resource, name: &str| -> Option<String> {
            let metadata = object.attrs.get("metadata");
            let text = |value: &Value| value.as_str().map(str::to_owned);
            match name {
                "kind" => object.attrs.get("kind").and_then(text),
                "name" | "namespace" => metadata?.get(name).and_then(text),
                label => metadata?.get("labels")?.get(label).and_then(text),
            }
        };
        let fits = |object: &Resource, (name, pattern): &(String, Regex)| {
            pattern.is_match(&field(object, name).unwrap_or_default())
        };
        manifests.iter().any(|object| {
            designators.iter().any(|designator| designator.attributes.iter().all(|pair| fits(object, pair)))
        })
    }

    fn meets(&self, condition: &Condition, finding: &Finding) -> bool {
        let in_workspace = condition.workspace.as_ref().is_none_or(|pattern| {
            let glob = GlobBuilder::new(pattern).build().map(|glob| glob.compile_matcher());
            glob.is_ok_and(|glob| glob.is_match(self.workspace))
        });
        in_workspace && (condition.attributes.is_empty() || self.has_all(&condition.attributes, finding))
    }

    /// Whether the resource, or one block around the value at fault, has all the attributes.
    fn has_all(&self, attributes: &[(String, String)], finding: &Finding) -> bool {
        let key = (finding.unit.as_str(), finding.resource.as_str());
        let Some(resource) = self.resources.get(&key) else { return false };
        let mut blocks = vec![&resource.attrs];
        around(&resource.attrs, finding.place, &mut blocks);
        let has = |block: &Value, (path, wanted): &(String, String)| {
            instance_key(path, &finding.resource).map_or_else(
                || descend(block, path).iter().any(|value| text(value).as_deref() == Some(wanted)),
                |key| key == wanted,
            )
        };
        blocks.iter().any(|block| attributes.iter().all(|pair| has(block, pair)))
    }
}

/// Adds the objects in `value` that hold a value at `place`; gives whether there is one.
fn around<'v>(value: &'v Value, place: Span, blocks: &mut Vec<&'v Value>) -> bool {
    let mut holds = value.origin.span.contains(place);
    if let Some(items) = value.as_items() {
        holds |= items.iter().filter(|item| around(item, place, blocks)).count() > 0;
    }
    if let Some(mapping) = value.as_mapping()
        && mapping.entries.iter().filter(|(_, value)| around(value, place, blocks)).count() > 0
    {
        blocks.push(value);
        holds = true;
    }
    holds
}

/// `count.index` and `each.key` of an instance.
fn instance_key<'f>(path: &str, address: &'f str) -> Option<&'f str> {
    if path != "count.index" && path != "each.key" {
        return None;
    }
    let key = address.strip_suffix(']').and_then(|address| address.rsplit_once('[')).map(|(_, key)| key);
    Some(key.unwrap_or_default().trim_matches('"'))
}

/// The values at a path: `attribute`, `block.attribute`, `list.1.attribute`. A block stands for all of its kind.
fn descend<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut values = vec![value];
    for step in path.split('.') {
        let each = values.into_iter().flat_map(|value| match (member(value, step), value.as_items()) {
            (Some(found), _) => vec![found],
            (None, Some(items)) => items.iter().filter_map(|item| member(item, step)).collect(),
            (None, None) => Vec::new(),
        });
        values = each.collect();
    }
    values
}

fn member<'v>(value: &'v Value, step: &str) -> Option<&'v Value> {
    match value.as_items() {
        Some(items) => items.get(step.parse::<usize>().ok()?),
        None => value.get(step.trim_matches('"')),
    }
}

/// A scalar as text.
fn text(value: &Value) -> Option<String> {
    use crate::model::Data;
    match &value.data {
        Data::String(text) => Some(text.to_string()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
