//! `spec.match` of a constraint of Gatekeeper: which objects it applies to.
//!
//! Source: pkg/mutation/match/match.go and pkg/wildcard/wildcard.go in open-policy-agent/gatekeeper.

use super::cluster::Cluster;
use super::request::AdmissionRequest;
use super::selector::{Labels, Match, Selector, texts};
use crate::model::Value;

/// Which objects a constraint applies to. What is empty narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct ConstraintMatch {
    /// Groups and kinds.
    kinds: Vec<(Vec<String>, Vec<String>)>,
    scope: String,
    namespaces: Vec<String>,
    excluded: Vec<String>,
    /// A selector of labels.
    pub labels: Selector,
    /// A selector of the labels of the namespace.
    pub namespace_labels: Selector,
    name: String,
    /// `Generated` objects are those of ExpansionTemplates, `Original` ones all others.
    source: String,
}

/// The label of a namespace whose requests Gatekeeper's webhook is not asked about.
const IGNORE_LABEL: &str = "admission.gatekeeper.sh/ignore";

/// Whether a pattern with an asterisk at its begin, its end, or both, matches a text.
fn glob(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(rest), Some(_)) => text.contains(rest.strip_suffix('*').unwrap_or(rest)),
        (Some(end), None) => text.ends_with(end),
        (None, Some(begin)) => text.starts_with(begin),
        (None, None) => text == pattern,
    }
}

/// Both must match.
fn and(a: Match, b: impl FnOnce() -> Match) -> Match {
    match a {
        Match::No => Match::No,
        Match::Yes => b(),
        unsure => {
            if b() == Match::No {
                Match::No
            } else {
                unsure
            }
        }
    }
}

impl ConstraintMatch {
    /// Reads it; `exempt` are patterns of namespaces that Gatekeeper's configuration leaves out.
    pub fn read(value: Option<&Value>, exempt: &[String]) -> Self {
        let field = |name: &str| value.and_then(|value| value.get(name)).filter(|value| !value.is_null());
        let text = |name: &str| field(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kinds = field("kinds").and_then(Value::as_items).unwrap_or_default();
        Self {
            kinds: kinds.iter().map(|kind| (texts(kind.get("apiGroups")), texts(kind.get("kinds")))).collect(),
            scope: text("scope"),
            namespaces: texts(field("namespaces")),
            excluded: texts(field("excludedNamespaces")).into_iter().chain(exempt.iter().cloned()).collect(),
            labels: Selector::read(field("labelSelector")),
            namespace_labels: Selector::read(field("namespaceSelector")),
            name: text("name"),
            source: text("source"),
        }
    }

    /// Returns the names of the kinds that may match; `None` where any may.
    pub fn kinds(&self) -> Option<Vec<&str>> {
        let is_any = |kinds: &[String]| kinds.is_empty() || kinds.iter().any(|kind| kind == "*");
        let has_any = self.kinds.is_empty() || self.kinds.iter().any(|(_, kinds)| is_any(kinds));
        (!has_any).then(|| self.kinds.iter().flat_map(|(_, kinds)| kinds).map(String::as_str).collect())
    }

    /// Returns whether an object of a request matches.
    pub fn matches(&self, request: &AdmissionRequest, cluster: &Cluster) -> Match {
        let of_source = match self.source.as_str() {
            "Generated" => request.is_generated,
            "Original" => !request.is_generated,
            _ => true,
        };
        let decided = self.of_kind(request) && of_source;
        and(Match::of(decided), || {
            let labels = request.object.as_ref().or(request.old_object.as_ref()).map(Labels::of).unwrap_or_default();
            let objects = || and(self.labels.matches(&labels), || self.named(request));
            let namespaces =
                || and(self.in_namespace(request, cluster), || self.of_namespace(request, &labels, cluster));
            and(objects(), namespaces)
        })
    }

    fn of_kind(&self, request: &AdmissionRequest) -> bool {
        let has =
            |list: &[String], wanted: &str| list.is_empty() || list.iter().any(|item| item == "*" || item == wanted);
        let of_kind = |(groups, kinds): &(Vec<String>, Vec<String>)| {
            has(kinds, &request.kind.name) && has(groups, &request.kind.group)
        };
        let lives_in_one = !is_namespace(request) && !is_outside(request);
        // A scope that is neither of the two is none.
        let in_scope = match self.scope.as_str() {
            "Cluster" => !lives_in_one,
            "Namespaced" => lives_in_one,
            _ => true,
        };
        in_scope && (self.kinds.is_empty() || self.kinds.iter().any(of_kind))
    }

    /// The name matches, or what it is generated from: by patterns that do not end in a fixed text.
    fn named(&self, request: &AdmissionRequest) -> Match {
        if self.name.is_empty() {
            return Match::Yes;
        }
        let object = request.object.as_ref().or(request.old_object.as_ref());
        let field =
            |name: &str| object.and_then(|object| object.get("metadata")).and_then(|metadata| metadata.get(name));
        let text = |name: &str| field(name).and_then(Value::as_str).unwrap_or_default();
        if self.name.ends_with('*') && glob(&self.name, text("generateName")) {
            return Match::Yes;
        }
        match field("name").or(field("generateName")).and_then(Value::as_unknown) {
            Some(unknown) => Match::Unknown(unknown.causes.clone()),
            None => Match::of(glob(&self.name, text("name"))),
        }
    }

    /// `namespaces` and `excludedNamespaces`. A Namespace is in itself; objects of the cluster are in all.
    fn in_namespace(&self, request: &AdmissionRequest, cluster: &Cluster) -> Match {
        let any = |patterns: &[String], name: &str| patterns.iter().any(|pattern| glob(pattern, name));
        let name = match &request.unknown_namespace {
            Some(causes) if !self.namespaces.is_empty() || !self.excluded.is_empty() => {
                return Match::Unknown(causes.clone());
            }
            _ if is_namespace(request) => request.name.as_str(),
            _ => request.namespace.as_str(),
        };
        if name.is_empty() {
            return Match::Yes;
        }
        let is_in = (self.namespaces.is_empty() || any(&self.namespaces, name)) && !any(&self.excluded, name);
        let is_ignored = cluster.namespace(name).is_some_and(|namespace| {
            let labels = namespace.get("metadata").and_then(|metadata| metadata.get("labels"));
            labels.and_then(|labels| labels.get(IGNORE_LABEL)).is_some()
        });
        Match::of(is_in && !is_ignored)
    }

    /// `namespaceSelector`
    fn of_namespace(&self, request: &AdmissionRequest, own: &Labels, cluster: &Cluster) -> Match {
        if self.namespace_labels.is_empty() {
            return Match::Yes;
        }
        if is_namespace(request) {
            return self.namespace_labels.matches(own);
        }
        if is_outside(request) {
            return Match::Yes;
        }
        if let Some(causes) = &request.unknown_namespace {
            return self.namespace_labels.matches(&Labels::unknown(Vec::new(), causes.clone()));
        }
        match cluster.namespace_labels(&request.namespace) {
            Ok(labels) => self.namespace_labels.matches(&labels),
            Err(error) => Match::Error(error),
        }
    }
}

fn is_namespace(request: &AdmissionRequest) -> bool {
    request.kind.group.is_empty() && request.kind.name == "Namespace"
}

/// Whether the object lives outside of namespaces.
fn is_outside(request: &AdmissionRequest) -> bool {
    request.namespace.is_empty() && request.unknown_namespace.is_none()
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn an_asterisk_stands_at_the_ends() {
        assert!(glob("kube-*", "kube-system") && glob("*-system", "kube-system") && glob("*e-s*", "kube-system"));
        assert!(!glob("kube", "kube-system") && !glob("*kube", "kube-system") && glob("*", ""));
    }
}
