//! Rendered texts to documents, in the order in which Helm installs them.

use crate::source::{Derived, PLACEHOLDER, PieceKind, SourceId};
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
    /// Lines of its text that are not known as a whole, as bytes of the text: what they hold is missing.
    pub gaps: Vec<Range<usize>>,
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

/// Reads a document. A line that is not known as a whole is the value of the key that it follows, where nothing else
/// is; elsewhere it becomes a comment, so that the rest can be read. Where that does not help, all lines with unknown
/// text do.
pub fn read(path: &str, text: &Derived<'static>) -> Document {
    // Helm ends each document with a line break.
    let mut ended = text.clone();
    ended.push_replacement("\n", text.span(text.text().len()..text.text().len()), None);
    let text = &ended;
    let (mut read, mut gaps) = without_unknown_lines(text, Lines::Wholly);
    let mut stream = yaml::read_first(&read, Dialect::Kubernetes);
    if !stream.problems.is_empty() && text.text().contains(PLACEHOLDER) {
        let (again, more) = without_unknown_lines(text, Lines::Any);
        let retried = yaml::read_first(&again, Dialect::Kubernetes);
        if retried.problems.is_empty() {
            (read, gaps, stream) = (again, more, retried);
        }
    }
    let text = read;
    let (kind, role) = match stream.documents.first().map(|document| head(&document.root)) {
        Some(Ok((kind, role))) => (kind, role),
        Some(Err((message, span))) => {
            stream.problems.push(crate::source::Problem::error(span, message));
            (String::new(), Role::Manifest)
        }
        None => (String::new(), Role::Manifest),
    };
    Document { path: path.to_owned(), template: None, text, stream, kind, role, gaps }
}

/// Which lines are taken out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Those of which nothing is known.
    Wholly,
    /// Those with unknown text.
    Any,
}

/// Where a line's content begins, behind the dashes of list elements.
fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// Whether a line that is not known is all that stands below the key of the line before it: what follows it is no
/// deeper, and no element of a list below the key.
fn is_value(before: Option<&str>, after: Option<&str>) -> bool {
    let Some(key) = before.filter(|line| line.trim_end().ends_with(':')) else { return false };
    let at = |line: &str| line.len() - line.trim_start().len();
    after.is_none_or(|after| {
        at(after) < column(key) || at(after) == column(key) && !after.trim_start().starts_with("- ")
    })
}

/// Turns lines that hold unknown text, or nothing but unknown text, into values or comments.
fn without_unknown_lines(text: &Derived<'static>, lines: Lines) -> (Derived<'static>, Vec<Range<usize>>) {
    let content = text.text();
    if !content.contains(PLACEHOLDER) {
        return (text.clone(), Vec::new());
    }
    let span = text.span(0..0);
    let mut derived = Derived::empty(span.source, span.start as usize);
    let (mut gaps, mut at, mut before) = (Vec::new(), 0, None);
    let is_unknown = |line: &str| line.chars().all(|c| c == PLACEHOLDER || c.is_whitespace());
    for line in content.split_inclusive('\n') {
        let range = at..at + line.len();
        at += line.len();
        let bare = line.trim();
        let is_gap = !bare.is_empty()
            && (lines == Lines::Any || is_unknown(line))
            && text.pieces(range.clone()).any(|piece| piece.kind == PieceKind::Unknown);
        let after = || content.get(at..).unwrap_or_default().lines().find(|line| !is_unknown(line));
        if is_gap && lines == Lines::Wholly && is_value(before, after()) {
            let deeper = " ".repeat(before.map_or(0, column) + 1);
            derived.push_replacement(&deeper, text.span(range.clone()).at_start(), None);
            derived.push_all(&text.slice(range));
            before = None;
        } else if is_gap {
            derived.push_replacement("#", text.span(range.clone()).at_start(), None);
            let start = derived.text().len();
            derived.push_all(&text.slice(range));
            gaps.push(start..derived.text().len());
        } else {
            derived.push_all(&text.slice(range));
            before = if bare.is_empty() { before } else { Some(line) };
        }
    }
    (derived, gaps)
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
