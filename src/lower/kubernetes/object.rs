//! Kubernetes objects: which values are one, and the flattening of lists.

use super::value::value;
use crate::model::{Text, Value};
use crate::source::{Problem, Span};
use crate::syntax::yaml::{Document, Entry, Node, NodeKind};

/// One object, as it would be sent to the cluster.
#[derive(Clone, Debug)]
pub struct Object {
    /// The whole object: `apiVersion`, `kind`, `metadata`, …
    pub value: Value,
    /// Path of the file it is reported in.
    pub file: Text,
    /// The document, or the element of a list.
    pub block: Span,
    /// The line that says what it is: `kind` with its value, else the first key.
    pub header: Span,
}

impl Object {
    /// A string field at the top of the object.
    pub fn field(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.as_str()
    }

    /// A string field of `metadata`.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.value.get("metadata")?.get(key)?.as_str()
    }
}

/// What a document holds.
pub enum Content {
    /// Nothing.
    Empty,
    /// Something that has neither `apiVersion` nor `kind`, or is no mapping.
    Foreign,
    /// Objects, and what is wrong with others.
    Objects(Vec<Object>, Vec<Problem>),
}

/// The objects of one document, lists flattened: `kubectl` takes apart whatever has a list `items`.
pub fn objects(document: &Document, file: &Text) -> Content {
    let root = &document.root;
    let Some(mapping) = root.as_mapping() else {
        return if root.is_null() { Content::Empty } else { Content::Foreign };
    };
    let kind = mapping.get("kind");
    if kind.is_none() || mapping.get("apiVersion").is_none() && mapping.get("items").is_none() {
        return Content::Foreign;
    }
    let mut found = Vec::new();
    let mut problems = Vec::new();
    if let Err(problem) = check_type(root) {
        return Content::Objects(found, vec![problem]);
    }
    match mapping.get("items") {
        None => match object(root, document.span, file) {
            Ok(object) => found.push(object),
            Err(problem) => problems.push(problem),
        },
        Some(items) => {
            let Some(elements) = items.as_items() else {
                if !items.is_null() {
                    problems.push(Problem::error(items.span, "`items` must be a list of objects"));
                }
                return Content::Objects(found, problems);
            };
            let list_kind = kind.and_then(Node::as_str).unwrap_or_default();
            for element in elements {
                match item(element, root, list_kind, file) {
                    Ok(object) => found.push(object),
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }
    Content::Objects(found, problems)
}

/// An element of a list. In a `PodList`, an element without a kind is a `Pod`.
fn item(element: &Node, list: &Node, list_kind: &str, file: &Text) -> Result<Object, Problem> {
    let Some(mapping) = element.as_mapping() else {
        return Err(Problem::error(element.span, "every element of `items` must be an object"));
    };
    if mapping.get("kind").is_some() {
        check_type(element)?;
        return object(element, element.span, file);
    }
    let kind = list_kind.strip_suffix("List").filter(|kind| !kind.is_empty());
    let Some(kind) = kind else {
        return Err(Problem::error(element.span, "this element of `items` has no `kind`"));
    };
    let mut typed = mapping.clone();
    typed.entries.push(Entry {
        key: "kind".into(),
        key_span: element.span.at_start(),
        value: Node::new(NodeKind::String(kind.into()), list.get("kind").map_or(element.span, |node| node.span)),
    });
    if let (None, Some(version)) = (mapping.get("apiVersion"), list.get("apiVersion")) {
        let key_span = element.span.at_start();
        typed.entries.push(Entry { key: "apiVersion".into(), key_span, value: version.clone() });
    }
    let typed = Node { kind: NodeKind::Mapping(typed.into()), ..element.clone() };
    object(&typed, element.span, file)
}

/// The checks that the loader makes before it knows the kind.
fn check_type(root: &Node) -> Result<(), Problem> {
    let kind = root.get("kind").map_or(root, |kind| kind);
    if kind.as_str().is_none_or(str::is_empty) {
        return Err(Problem::error(kind.span, "`kind` must be a string that names a kind"));
    }
    match root.get("apiVersion") {
        Some(version) if !version.is_null() => match version.as_str() {
            Some(text) if text.matches('/').count() < 2 => Ok(()),
            Some(_) => Err(Problem::error(version.span, "`apiVersion` must be `version` or `group/version`")),
            None => Err(Problem::error(version.span, "`apiVersion` must be a string").with_help("Put it in quotes.")),
        },
        _ => Ok(()),
    }
}

fn object(root: &Node, block: Span, file: &Text) -> Result<Object, Problem> {
    for field in ["name", "generateName", "namespace"] {
        if let Some(node) = root.get("metadata").and_then(|metadata| metadata.get(field))
            && node.as_str().is_none()
            && !node.is_null()
        {
            let message = format!("`metadata.{field}` must be a string");
            return Err(Problem::error(node.span, message).with_help("Put it in quotes."));
        }
    }
    let entries = root.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    let announcing = entries.iter().find(|entry| entry.key == "kind").or(entries.first());
    let header = announcing.map_or(block, |entry| entry.key_span.to(entry.value.span));
    Ok(Object { value: value(root, None), file: file.clone(), block, header })
}
