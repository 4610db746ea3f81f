//! Kubernetes objects: which values are one, and the flattening of lists.

use super::head;
use crate::lower::yaml::{Telling, told_value};
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
    /// Whether its name ends in a dash and a hash of its content.
    pub is_hashed: bool,
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
#[derive(Debug, Default)]
pub struct Content {
    /// Its objects, lists flattened.
    pub objects: Vec<Object>,
    /// What the loader would refuse.
    pub problems: Vec<Problem>,
    /// The place of an element of a list that would be an object and is none.
    pub lost: Option<Span>,
    /// When it is no Kubernetes object, nor tries to be one: what it is instead.
    pub foreign: Option<Foreign>,
}

/// A document that is no Kubernetes object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// Nothing, or comments.
    Empty,
    /// No mapping, or a mapping without any key.
    Shapeless,
    /// A mapping without `apiVersion` and `kind`.
    Mapping,
}

/// The objects of one document; `kubectl` takes apart whatever has a list `items`.
pub fn objects(document: &Document, file: &Text) -> Content {
    told_objects(document, file, &())
}

/// The same for a document of a text that was put together.
pub fn told_objects(document: &Document, file: &Text, telling: &impl Telling) -> Content {
    let mut content = Content::default();
    let root = &document.root;
    let Some(mapping) = root.as_mapping() else {
        content.foreign = Some(if root.is_null() { Foreign::Empty } else { Foreign::Shapeless });
        return content;
    };
    let items = mapping.get("items");
    match (mapping.get("apiVersion"), mapping.get("kind")) {
        (None, Some(_)) if items.is_some() => {}
        (None, Some(_)) if mapping.get("metadata").is_some_and(|metadata| metadata.get("name").is_some()) => {
            content.problems.push(Problem::error(place(root), "this object has a `kind`, but no `apiVersion`"));
            return content;
        }
        (Some(_), None) if mapping.get("metadata").is_some() => {
            content.problems.push(Problem::error(place(root), "this object has an `apiVersion`, but no `kind`"));
            return content;
        }
        (Some(_), Some(kind)) if items.is_some() || mapping.get("metadata").is_some() || is_kind(kind) => {}
        _ => {
            let shapeless = mapping.entries.is_empty();
            content.foreign = Some(if shapeless { Foreign::Shapeless } else { Foreign::Mapping });
            return content;
        }
    }
    if let Err(problem) = check_type(root) {
        content.problems.push(problem);
        return content;
    }
    match items {
        None => content.take(root, Ok(object(root, document.span, file, telling))),
        Some(items) => match items.as_items() {
            Some(elements) => {
                elements.iter().for_each(|element| content.take(element, item(element, root, file, telling)));
            }
            None if items.is_null() => {}
            None => content.problems.push(Problem::error(items.span, "`items` must be a list of objects")),
        },
    }
    content
}

/// Whether the value reads like a kind of the API: other formats with `apiVersion` and `kind` write `feature`.
fn is_kind(kind: &Node) -> bool {
    kind.as_str().is_none_or(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()))
}

impl Content {
    fn take(&mut self, root: &Node, object: Result<Object, Problem>) {
        match object {
            Ok(object) => {
                self.objects.push(object);
                self.problems.extend(head::problems(root));
            }
            Err(problem) => {
                self.lost.get_or_insert(problem.span);
                self.problems.push(problem);
            }
        }
    }
}

/// An element of a list. In a `PodList`, an element without a kind is a `Pod`.
fn item(element: &Node, list: &Node, file: &Text, telling: &impl Telling) -> Result<Object, Problem> {
    let Some(mapping) = element.as_mapping() else {
        return Err(Problem::error(element.span, "every element of `items` must be an object"));
    };
    if let Some(kind) = mapping.get("kind") {
        check_type(element)?;
        if mapping.get("items").is_some_and(|items| items.as_items().is_some()) {
            return Err(Problem::error(
                kind.span,
                "a list inside a list is not read; put its elements into the outer one",
            ));
        }
        return Ok(object(element, element.span, file, telling));
    }
    let list_kind = list.get("kind").and_then(Node::as_str).unwrap_or_default();
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
    Ok(object(&typed, element.span, file, telling))
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

fn object(root: &Node, block: Span, file: &Text, telling: &impl Telling) -> Object {
    let header = place(root);
    Object { value: told_value(root, None, telling), file: file.clone(), block, header, is_hashed: false }
}

/// The line that says what an object is.
fn place(root: &Node) -> Span {
    let entries = root.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    let announcing = entries.iter().find(|entry| entry.key == "kind").or(entries.first());
    announcing.map_or(root.span, |entry| entry.key_span.to(entry.value.span))
}
