//! Rendered texts to documents, in the order in which Helm installs them.

use super::gaps::{self, Readable};
use crate::source::{Derived, PLACEHOLDER, SourceId};
use crate::syntax::yaml::{self, Dialect, Node, NodeKind, Stream};
use std::ops::Range;

/// Kinds in the order in which Helm installs them; others follow, by name.
const INSTALL_ORDER: [&str; 36] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// The hooks that Helm knows.
const HOOKS: [&str; 10] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// What Helm does with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is installed.
    Manifest,
    /// It is run at some event. Whether that is a test.
    Hook {
        /// Whether it is run by `helm test`.
        is_test: bool,
    },
    /// It has a hook that does not exist, and is left out.
    Dropped,
    /// It stands in `crds/`: it is installed before everything else, and `helm template` shows it only when asked.
    Definition,
}

/// One document of a template.
#[derive(Debug)]
pub struct Document {
    /// The path of its template from the root chart's directory; an alias stands for the chart's own name.
    pub path: String,
    /// Its template or file.
    pub template: Option<SourceId>,
    /// Its text, with places.
    pub text: Derived<'static>,
    /// What was read of it.
    pub stream: Stream,
    /// `kind`, where it has one.
    pub kind: String,
    /// What Helm does with it.
    pub role: Role,
    /// What in its text stands for lines that are not known, as bytes of the text.
    pub gaps: Vec<Range<usize>>,
    /// Whether each of its mappings may have more entries: lines are left out of which is not known where they belong.
    pub is_open: bool,
}

/// Cuts a rendered text into the texts of its documents.
pub fn split(text: &Derived<'_>) -> Vec<Derived<'static>> {
    let content = text.text();
    let whole = trimmed(content, 0..content.len());
    let mut parts = Vec::new();
    let mut start = whole.start;
    let mut at = whole.start;
    while at < whole.end {
        let line_end =
            content.get(at..whole.end).and_then(|rest| rest.find('\n')).map_or(whole.end, |end| at + end + 1);
        if content.get(at..line_end).is_some_and(|line| line.starts_with("---")) {
            parts.push(start..at);
            start = at + 3;
            // Blanks behind the mark belong to it, and lines of blanks too, so that another mark may follow in its line.
            let rest = content.get(start..whole.end).unwrap_or_default();
            start += rest.len() - rest.trim_start_matches(is_space).len();
            let begins_line = content.get(..start).is_some_and(|before| before.ends_with('\n'));
            at = if begins_line { start } else { next_line(content, start, whole.end) };
            continue;
        }
        at = line_end;
    }
    parts.push(start..whole.end);
    let filled = parts.into_iter().map(|range| trimmed(content, range)).filter(|range| !range.is_empty());
    filled.map(|range| text.slice(range)).collect()
}

fn next_line(text: &str, at: usize, end: usize) -> usize {
    text.get(at..end).and_then(|rest| rest.find('\n')).map_or(end, |found| at + found + 1)
}

/// White space of Go's regular expressions.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..(start + part.trim().len())
}

/// Reads a document, with stand-ins for the lines that are not known. Where it cannot be read so, all lines with unknown
/// text are left out, and any mapping may have more entries.
pub fn read(path: &str, text: &Derived<'static>) -> Document {
    // Helm ends each document with a line break.
    let mut ended = text.clone();
    ended.push_replacement("\n", text.span(text.text().len()..text.text().len()), None);
    let is_partial = ended.text().contains(PLACEHOLDER);
    let readable = if is_partial { gaps::marked(&ended) } else { Readable { text: ended.clone(), gaps: Vec::new() } };
    let (mut readable, mut is_open) = (readable, false);
    let mut stream = yaml::read_first(&readable.text, Dialect::Kubernetes);
    if is_partial && !stream.problems.is_empty() {
        let commented = gaps::commented(&ended);
        let retried = yaml::read_first(&commented.text, Dialect::Kubernetes);
        if retried.problems.is_empty() {
            (readable, is_open, stream) = (commented, true, retried);
        }
    }
    let (kind, role) = match stream.documents.first().map(|document| head(&document.root)) {
        Some(Ok((kind, role))) => (kind, role),
        Some(Err((message, span))) => {
            stream.problems.push(crate::source::Problem::error(span, message));
            (String::new(), Role::Manifest)
        }
        None => (String::new(), Role::Manifest),
    };
    let Readable { text, gaps } = readable;
    Document { path: path.to_owned(), template: None, text, stream, kind, role, gaps, is_open }
}

/// What Helm reads of a document before it sorts it.
fn head(root: &Node) -> Result<(String, Role), (String, crate::source::Span)> {
    let wrong = |node: &Node, what: &str, wanted: &str| Err((format!("`{what}` must be {wanted}"), node.span));
    if root.is_null() {
        return Ok((String::new(), Role::Manifest));
    }
    if root.as_mapping().is_none() {
        return wrong(root, "a document", "a mapping");
    }
    for key in ["apiVersion", "kind"] {
        if let Some(value) = root.get(key)
            && !matches!(value.kind, NodeKind::String(_) | NodeKind::Null)
            && matches!(value.kind, NodeKind::Sequence(_) | NodeKind::Mapping(_))
        {
            return wrong(value, key, "a string");
        }
    }
    let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default().to_owned();
    let Some(metadata) = root.get("metadata").filter(|metadata| !metadata.is_null()) else {
        return Ok((kind, Role::Manifest));
    };
    if metadata.as_mapping().is_none() {
        return wrong(metadata, "metadata", "a mapping");
    }
    let Some(annotations) = metadata.get("annotations").filter(|annotations| !annotations.is_null()) else {
        return Ok((kind, Role::Manifest));
    };
    let Some(mapping) = annotations.as_mapping() else { return wrong(annotations, "annotations", "a mapping") };
    for entry in &mapping.entries {
        if matches!(entry.value.kind, NodeKind::Sequence(_) | NodeKind::Mapping(_)) {
            return wrong(&entry.value, &entry.key, "a string");
        }
    }
    let Some(hooks) = annotations.get("helm.sh/hook") else { return Ok((kind, Role::Manifest)) };
    let text = hooks.as_str().unwrap_or_default().to_lowercase();
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    if !names.iter().all(|name| HOOKS.contains(name)) {
        return Ok((kind, Role::Dropped));
    }
    Ok((kind, Role::Hook { is_test: names.iter().any(|name| name.starts_with("test")) }))
}

/// Sorts documents as Helm writes them: by kind, hooks behind the others; those of one kind stay in order.
pub fn sort(documents: &mut [Document]) {
    documents.sort_by(|a, b| {
        let is_hook = |document: &Document| matches!(document.role, Role::Hook { .. });
        let place = |document: &Document| INSTALL_ORDER.iter().position(|kind| *kind == document.kind);
        is_hook(a).cmp(&is_hook(b)).then_with(|| match (place(a), place(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => a.kind.cmp(&b.kind),
        })
    });
}
