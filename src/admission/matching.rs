//! Which requests a policy or a binding is about: resource rules and selectors.

use super::cluster::Cluster;
use super::request::{AdmissionRequest, GroupVersion};
use super::selector::{Labels, Match, Selector, texts};
use crate::model::Value;

/// `matchConstraints` of a policy, `matchResources` of a binding.
#[derive(Clone, Debug, Default)]
pub struct MatchResources {
    rules: Vec<Rule>,
    excluded: Vec<Rule>,
    namespaces: Selector,
    objects: Selector,
    /// Whether a request of another version of the same resource matches.
    equivalent: bool,
}

#[derive(Clone, Debug)]
struct Rule {
    groups: Vec<String>,
    versions: Vec<String>,
    operations: Vec<String>,
    resources: Vec<String>,
    names: Vec<String>,
    scope: String,
}

/// Groups that serve the same resources, as the API server's equivalents have them.
const MOVED: [(&str, &str, &[&str]); 4] = [
    ("extensions", "apps", &["deployments", "daemonsets", "replicasets"]),
    ("extensions", "networking.k8s.io", &["ingresses", "networkpolicies"]),
    ("extensions", "policy", &["podsecuritypolicies"]),
    ("", "events.k8s.io", &["events"]),
];

fn rules(list: Option<&Value>) -> Vec<Rule> {
    let items = list.and_then(Value::as_items).unwrap_or_default();
    let rule = |rule: &Value| Rule {
        groups: texts(rule.get("apiGroups")),
        versions: texts(rule.get("apiVersions")),
        operations: texts(rule.get("operations")),
        resources: texts(rule.get("resources")),
        names: texts(rule.get("resourceNames")),
        scope: rule.get("scope").and_then(Value::as_str).unwrap_or("*").to_owned(),
    };
    items.iter().map(rule).collect()
}

impl Rule {
    fn matches(&self, request: &AdmissionRequest, resource: &GroupVersion) -> bool {
        let any = |list: &[String], wanted: &str| list.iter().any(|item| item == "*" || item == wanted);
        let is_namespace = resource.group.is_empty() && resource.name == "namespaces";
        let lives_in_one = !is_namespace && (!request.namespace.is_empty() || request.unknown_namespace.is_some());
        let scope = match self.scope.as_str() {
            "*" => true,
            "Namespaced" => lives_in_one,
            "Cluster" => !lives_in_one,
            _ => false,
        };
        let of_resource = self.resources.iter().any(|pattern| {
            let (name, part) = pattern.split_once('/').unwrap_or((pattern, ""));
            (name == "*" || name == resource.name) && (part == "*" || part == request.subresource)
        });
        scope
            && any(&self.operations, &request.operation)
            && any(&self.groups, &resource.group)
            && any(&self.versions, &resource.version)
            && of_resource
            && (self.names.is_empty() || self.names.contains(&request.name))
    }

    /// The resource in the group and version that the rule names, if it serves the one of the request too.
    fn equivalent(&self, request: &AdmissionRequest, cluster: &Cluster) -> Option<GroupVersion> {
        let own = &request.resource;
        let same = |group: &str| {
            group == own.group
                || MOVED.iter().any(|(old, new, resources)| {
                    let moved =
                        (*old, *new) == (group, own.group.as_str()) || (*new, *old) == (group, own.group.as_str());
                    moved && resources.contains(&own.name.as_str())
                })
        };
        for group in self.groups.iter().filter(|group| same(group)) {
            for version in &self.versions {
                let other = GroupVersion { group: group.clone(), version: version.clone(), name: own.name.clone() };
                let kind = GroupVersion { name: request.kind.name.clone(), ..other.clone() };
                if other != *own && cluster.serves(&kind) && self.matches(request, &other) {
                    return Some(other);
                }
            }
        }
        None
    }
}

impl MatchResources {
    /// Reads them.
    pub fn read(value: &Value) -> Self {
        Self {
            rules: rules(value.get("resourceRules")),
            excluded: rules(value.get("excludeResourceRules")),
            namespaces: Selector::read(value.get("namespaceSelector")),
            objects: Selector::read(value.get("objectSelector")),
            equivalent: value.get("matchPolicy").and_then(Value::as_str) != Some("Exact"),
        }
    }

    /// Returns those that match requests about anything with some operations; with all, where there is none.
    pub fn of_operations(operations: Vec<String>) -> Self {
        if operations.is_empty() {
            return Self::default();
        }
        let any = || vec!["*".to_owned()];
        let (groups, versions, resources, names) = (any(), any(), vec!["*/*".into()], Vec::new());
        Self {
            rules: vec![Rule { groups, versions, operations, resources, names, scope: "*".into() }],
            ..Self::default()
        }
    }

    /// Returns the names of the resources that may match; `None` where any may.
    pub fn resources(&self) -> Option<Vec<&str>> {
        let patterns = self.rules.iter().flat_map(|rule| &rule.resources);
        let names: Vec<&str> = patterns.map(|pattern| pattern.split('/').next().unwrap_or_default()).collect();
        (!self.rules.is_empty() && !names.contains(&"*")).then_some(names)
    }

    /// Returns the resource of a request as some rules have it.
    fn resource(&self, rules: &[Rule], request: &AdmissionRequest, cluster: &Cluster) -> Option<GroupVersion> {
        if rules.iter().any(|rule| rule.matches(request, &request.resource)) {
            return Some(request.resource.clone());
        }
        if !self.equivalent {
            return None;
        }
        rules.iter().find_map(|rule| rule.equivalent(request, cluster))
    }

    /// Returns whether a request matches, and the resource in the group and version that the rules have.
    pub fn matches(&self, request: &AdmissionRequest, cluster: &Cluster) -> (Match, GroupVersion) {
        let own = || request.resource.clone();
        let namespaces = self.namespace(request, cluster);
        if namespaces == Match::No {
            return (Match::No, own());
        }
        let objects = self.object(request);
        if objects == Match::No || self.resource(&self.excluded, request, cluster).is_some() {
            return (Match::No, own());
        }
        let resource = if self.rules.is_empty() { Some(own()) } else { self.resource(&self.rules, request, cluster) };
        let Some(resource) = resource else { return (Match::No, own()) };
        for selected in [namespaces, objects] {
            if selected != Match::Yes {
                return (selected, resource);
            }
        }
        (Match::Yes, resource)
    }

    fn namespace(&self, request: &AdmissionRequest, cluster: &Cluster) -> Match {
        if self.namespaces.is_empty() {
            return Match::Yes;
        }
        let is_namespace = request.kind.group.is_empty() && request.kind.name == "Namespace";
        if is_namespace && request.subresource.is_empty() {
            // A Namespace that is deleted has only its old labels.
            let object = request.object.as_ref().or(request.old_object.as_ref());
            let labels = object.map(Labels::of).unwrap_or_default();
            return self.namespaces.matches(&labels.with("kubernetes.io/metadata.name", &request.name));
        }
        if let Some(causes) = &request.unknown_namespace {
            return self.namespaces.matches(&Labels::unknown(Vec::new(), causes.clone()));
        }
        if request.namespace.is_empty() {
            return Match::Yes;
        }
        match cluster.namespace_labels(&request.namespace) {
            Ok(labels) => self.namespaces.matches(&labels),
            Err(error) => Match::Error(error),
        }
    }

    /// One of the objects is enough.
    fn object(&self, request: &AdmissionRequest) -> Match {
        if self.objects.is_empty() {
            return Match::Yes;
        }
        let mut result = Match::No;
        for object in request.object.iter().chain(&request.old_object) {
            match self.objects.matches(&Labels::of(object)) {
                Match::Yes => return Match::Yes,
                Match::No => {}
                other => result = other,
            }
        }
        result
    }
}
