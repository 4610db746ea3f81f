//! Which verdicts a suppression covers.

use super::directive::{Condition, Designator, Directive, Scope};
use crate::finding::{Label, Verdict};
use crate::model::{Format, Key, Lowered, Resource, ResourceId, Value};
use crate::source::{Paths, SourceId, Sources, Span};
use regex::Regex;
use std::collections::HashMap;

/// What verdicts are compared with.
pub struct MatchContext<'a> {
    sources: &'a Sources,
    /// A file that was read several times is one file: the number of its first reading.
    same: HashMap<SourceId, SourceId>,
    /// The Kubernetes objects that a resource of Terraform describes.
    described: HashMap<ResourceId, Vec<ResourceId>>,
    lowered: &'a Lowered,
    workspace: &'a str,
}

/// What a verdict is about: the resource, its place, and the whole that users know the resource by.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub resource: &'a Resource,
    pub place: Span,
    /// The way of the value at fault, where suppressions hold too: the value of a base that an overlay changed.
    way: &'a [Label],
    reported: ResourceId,
    pub object: ResourceId,
}

impl Target<'_> {
    /// The places of the way of the value at fault.
    pub fn way(&self) -> impl Iterator<Item = Span> {
        self.way.iter().filter(|label| label.hop).map(|label| label.span)
    }
}

impl<'a> MatchContext<'a> {
    /// The context of one model, in a workspace of Terraform.
    pub fn new(lowered: &'a Lowered, sources: &'a Sources, workspace: &'a str) -> Self {
        let mut first: HashMap<String, SourceId> = HashMap::new();
        let files = sources.files();
        let same = files.iter().map(|(id, file)| (*id, *first.entry(file.path.clone()).or_insert(*id))).collect();
        let mut described: HashMap<ResourceId, Vec<ResourceId>> = HashMap::new();
        for (number, resource) in (0..).zip(&lowered.resources) {
            let id = ResourceId(number);
            if resource.format == Format::Terraform && resource.owner.is_some() && resource.attrs.get("kind").is_some()
            {
                described.entry(lowered.reported(id)).or_default().push(id);
            }
        }
        Self { sources, same, described, lowered, workspace }
    }

    /// What a verdict at `place` on the resource `id` is about. `labels` are those of the verdict.
    pub fn target(&self, id: ResourceId, place: Span, labels: &'a [Label]) -> Target<'a> {
        let (resource, reported) = (self.lowered.resource(id), self.lowered.reported(id));
        Target { resource, place, way: labels, reported, object: object(self.lowered, reported) }
    }

    /// Whether a suppression covers a verdict.
    pub fn covers(&self, directive: &Directive, verdict: &Verdict, target: &Target<'_>) -> bool {
        self.applies(directive, target) && self.meets(&directive.condition, verdict, target)
    }

    /// Whether a suppression applies to what a verdict is about, whatever its condition.
    pub fn applies(&self, directive: &Directive, target: &Target<'_>) -> bool {
        match &directive.scope {
            Scope::Places(places) => places.iter().any(|place| self.holds(*place, target)),
            Scope::Object(object) => target.object == *object,
            Scope::Anywhere { paths, addresses } => {
                (paths.is_empty() || self.stands_in(paths, target))
                    && (addresses.is_empty() || addresses.matches(self.address(target)))
            }
            Scope::Objects(designators) => self.described(designators, target),
        }
    }

    /// The block of the resource that users know a target by.
    pub fn reported_block(&self, target: &Target<'_>) -> Span {
        self.lowered.resource(target.reported).block
    }

    /// The address that users know the resource of a target by.
    pub fn address(&self, target: &Target<'_>) -> &'a str {
        self.lowered.resource(target.reported).address.as_str()
    }

    /// Whether a place of a suppression begins before another place and ends behind its first byte.
    pub fn is_at(&self, place: Span, other: Span) -> bool {
        self.file(place) == self.file(other)
            && place.start <= other.start
            && other.start < place.end.max(place.start + 1)
    }

    /// The file of a place, whichever reading of it the place belongs to.
    pub fn file(&self, place: Span) -> SourceId {
        self.same.get(&place.source).copied().unwrap_or(place.source)
    }

    fn holds(&self, place: Span, target: &Target<'_>) -> bool {
        let lies_in =
            |span: Span| self.file(place) == self.file(span) && place.start <= span.start && span.end <= place.end;
        self.is_at(place, target.place)
            || target.way().any(|span| self.is_at(place, span))
            || lies_in(self.reported_block(target))
            || lies_in(target.resource.block)
            || target.resource.calls().any(|call| lies_in(call.block))
    }

    /// Whether the verdict stands in one of the files, or what was evaluated does.
    fn stands_in(&self, paths: &Paths, target: &Target<'_>) -> bool {
        let spans = [target.place, target.resource.block, self.reported_block(target)];
        spans.iter().any(|span| paths.matches(&self.sources.get(span.source).path))
    }

    /// The files in which a verdict stands, and in which what was evaluated does, each once.
    pub fn files(&self, target: &Target<'_>) -> Vec<String> {
        let mut sources: Vec<SourceId> = Vec::new();
        for span in [target.place, target.resource.block, self.reported_block(target)] {
            if !sources.contains(&span.source) {
                sources.push(span.source);
            }
        }
        sources.into_iter().map(|source| self.sources.get(source).path.clone()).collect()
    }

    fn described(&self, designators: &[Designator], target: &Target<'_>) -> bool {
        let described = self.described.get(&target.object).into_iter().flatten();
        let objects = std::iter::once(&target.object).chain(described).map(|id| self.lowered.resource(*id));
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
        let mut manifests = objects.filter(|resource| resource.attrs.get("kind").is_some());
        manifests.any(|object| {
            designators.iter().any(|designator| designator.attributes.iter().all(|pair| fits(object, pair)))
        })
    }

    fn meets(&self, condition: &Condition, verdict: &Verdict, target: &Target<'_>) -> bool {
        condition.workspace.as_ref().is_none_or(|glob| glob.is_match(self.workspace))
            && (condition.attributes.is_empty() || self.has_all(&condition.attributes, verdict.place, target))
    }

    /// Whether the resource, or one block around the value at fault, has all the attributes.
    fn has_all(&self, attributes: &[(String, String)], place: Span, target: &Target<'_>) -> bool {
        let resource = self.lowered.resource(target.reported);
        let mut blocks = vec![&resource.attrs];
        around(&resource.attrs, place, &mut blocks);
        let has = |block: &Value, (path, wanted): &(String, String)| {
            if path == "count.index" || path == "each.key" {
                return instance_key(resource) == *wanted;
            }
            descend(block, path).iter().any(|value| text(value).as_deref() == Some(wanted))
        };
        blocks.iter().any(|block| attributes.iter().all(|pair| has(block, pair)))
    }
}

/// The Kubernetes object that a resource is a part of, or else the resource that is a part of no other.
pub fn object(lowered: &Lowered, id: ResourceId) -> ResourceId {
    let reported = lowered.reported(id);
    let is_object = |id: &ResourceId| {
        let resource = lowered.resource(*id);
        resource.owner.is_none() || resource.attrs.get("metadata").is_some()
    };
    lowered.owners(reported).find(is_object).unwrap_or(reported)
}

/// `count.index` or `each.key` of an instance, as text.
fn instance_key(resource: &Resource) -> String {
    match resource.address.key() {
        Key::None => String::new(),
        Key::Index(index) => index.to_string(),
        Key::Text(key) => key.to_string(),
        Key::Any => "*".to_owned(),
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
