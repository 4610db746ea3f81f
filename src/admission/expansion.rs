//! Objects that controllers of the cluster will make, as an ExpansionTemplate of Gatekeeper says: they are reviewed with
//! the object that they come from. Mutators are not applied to them.
//!
//! Source: pkg/expansion/system.go and aggregate.go in open-policy-agent/gatekeeper.

use super::request::{AdmissionRequest, GroupVersion, plural};
use super::selector::texts;
use crate::limits::admission::{MAX_EXPANDED, MAX_EXPANSION_DEPTH};
use crate::model::{Mapping, Text, Value};
use std::sync::Arc;

/// The group of ExpansionTemplates.
pub const EXPANSIONS: &str = "expansion.gatekeeper.sh";

/// An ExpansionTemplate.
#[derive(Debug)]
pub struct Expansion {
    /// Its name.
    pub name: Text,
    /// The enforcement action that goes before that of constraints: `deny`, `warn`, `dryrun`.
    pub action: Option<String>,
    /// Groups, versions and kinds of what it applies to.
    apply: Vec<[Vec<String>; 3]>,
    source: Vec<String>,
    generated: GroupVersion,
}

/// A request for an object that will be made, and the template that says so.
#[derive(Debug)]
pub struct Implied<'a> {
    /// The request.
    pub request: AdmissionRequest,
    /// The template; `None` for the object itself.
    pub by: Option<&'a Expansion>,
}

impl Expansion {
    /// Reads a template; `None` of one that Gatekeeper refuses.
    pub fn read(object: &Value) -> Option<Self> {
        let spec = object.get("spec")?;
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let generated = spec.get("generatedGVK")?;
        let generated = GroupVersion {
            group: text(generated, "group"),
            version: text(generated, "version"),
            name: text(generated, "kind"),
        };
        let apply = spec.get("applyTo").and_then(Value::as_items).unwrap_or_default().iter();
        let apply: Vec<_> =
            apply.map(|apply| ["groups", "versions", "kinds"].map(|name| texts(apply.get(name)))).collect();
        let source = text(spec, "templateSource");
        let expansion = Self {
            name: object.get("metadata")?.get("name")?.as_str()?.into(),
            action: Some(text(spec, "enforcementAction")).filter(|action| !action.is_empty()),
            source: source.split('.').map(str::to_owned).collect(),
            apply,
            generated,
        };
        let makes_itself = expansion.applies_to(&expansion.generated);
        (!source.is_empty() && !expansion.generated.name.is_empty() && !makes_itself).then_some(expansion)
    }

    fn applies_to(&self, kind: &GroupVersion) -> bool {
        self.apply.iter().any(|[groups, versions, kinds]| {
            groups.contains(&kind.group) && versions.contains(&kind.version) && kinds.contains(&kind.name)
        })
    }

    /// The request for what the controller of an object will make; `None` if the template is not about it.
    fn expand(&self, request: &AdmissionRequest) -> Option<AdmissionRequest> {
        let object = request.object.as_ref().filter(|_| self.applies_to(&request.kind))?;
        let mut source = object;
        for step in &self.source {
            if !source.is_unknown() {
                source = source.get(step)?;
            }
        }
        let span = source.origin.span;
        let mut made = match source.as_unknown() {
            None => source.clone(),
            Some(unknown) => {
                let mut open = Mapping::object(Vec::new(), object.as_mapping().and_then(|mapping| mapping.header));
                open.open = Some(Arc::new(unknown.causes.clone()));
                Value { data: crate::model::Data::Mapping(Arc::new(open)), ..source.clone() }
            }
        };
        let kind = &self.generated;
        let version =
            if kind.group.is_empty() { kind.version.clone() } else { format!("{}/{}", kind.group, kind.version) };
        let parent = |name: &str| object.get("metadata").and_then(|metadata| metadata.get(name));
        let name = match parent("name") {
            Some(name) if name.is_unknown() => name.clone(),
            name => {
                let name = name.and_then(Value::as_str).unwrap_or_default();
                Value::string(format!("{name}-{}", kind.name).to_lowercase(), span)
            }
        };
        let request_name = name.as_str().unwrap_or_default().to_owned();
        let fields = made.as_mapping_mut()?;
        let mut metadata = fields.get("metadata").cloned().unwrap_or_else(|| Value::object(Vec::new(), span));
        if let Some(parts) = metadata.as_mapping_mut() {
            parts.set("name", name);
            if let Some(namespace) = parent("namespace") {
                parts.set("namespace", namespace.clone());
            }
            let owner = ["apiVersion", "kind"].map(|name| (Text::from(name), object.get(name).cloned()));
            let owner = owner.into_iter().chain([("name".into(), parent("name").cloned())]);
            let owner = Value::object(owner.filter_map(|(name, value)| Some((name, value?))).collect(), span);
            let mut owners = parts.get("ownerReferences").and_then(Value::as_items).unwrap_or_default().to_vec();
            owners.push(owner);
            parts.set("ownerReferences", Value::tuple(owners, span));
        }
        fields.set("metadata", metadata);
        fields.set("apiVersion", Value::string(version, span));
        fields.set("kind", Value::string(kind.name.as_str(), span));
        let resource = GroupVersion { name: plural(&kind.name), ..kind.clone() };
        Some(AdmissionRequest {
            kind: kind.clone(),
            resource: resource.clone(),
            request_kind: kind.clone(),
            request_resource: resource,
            name: request_name,
            object: Some(made),
            is_generated: true,
            ..request.clone()
        })
    }
}

/// Returns a request with those for all that will be made of its object.
pub fn with_implied(request: AdmissionRequest, expansions: &[Expansion]) -> Vec<Implied<'_>> {
    let mut all = vec![Implied { request, by: None }];
    let mut begin = 0;
    for _ in 0..MAX_EXPANSION_DEPTH {
        let end = all.len();
        for at in begin..end {
            for expansion in expansions {
                let made = all.get(at).and_then(|parent| expansion.expand(&parent.request));
                if let Some(request) = made.filter(|_| all.len() < MAX_EXPANDED) {
                    all.push(Implied { request, by: Some(expansion) });
                }
            }
        }
        begin = end;
    }
    all
}
