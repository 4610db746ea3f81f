//! From documents to objects: lists taken apart, and what cannot be an object refused.

use super::decode::Located;
use super::identity::{Identity, scalar_text};
use super::library::Document;
use super::object::Object;
use crate::model::Value;
use crate::source::{Problem, ProblemKind};

/// The objects of documents.
pub fn objects(documents: Vec<Document>, problems: &mut Vec<Problem>) -> Vec<Object> {
    let mut objects = Vec::new();
    for document in documents {
        let kind = document.value.get("kind").map(scalar_text).unwrap_or_default();
        match document.value.get("items").filter(|_| kind.ends_with("List")) {
            Some(items) if items.as_items().is_some() || items.is_null() => {
                for item in items.as_items().unwrap_or_default() {
                    add(item.clone(), item.origin.span, &mut objects, problems);
                }
            }
            _ => add(document.value, document.block, &mut objects, problems),
        }
    }
    objects
}

fn add(value: Value, block: crate::source::Span, objects: &mut Vec<Object>, problems: &mut Vec<Problem>) {
    if value.is_null() || value.as_mapping().is_some_and(|mapping| mapping.entries.is_empty()) {
        return;
    }
    let identity = Identity::of(&value);
    let refused = if value.as_mapping().is_none() {
        Some("an object must be a mapping")
    } else if identity.gvk.kind.is_empty() {
        Some("this object has no `kind`")
    } else if identity.name.is_empty() && !identity.gvk.kind.ends_with("List") {
        Some("this object has no `metadata.name`")
    } else {
        None
    };
    match refused {
        Some(message) => problems.push(Problem::error(value.origin.span, message)),
        None => objects.push(Object::new(value, block)),
    }
}

/// Why an entry of `resources` or `components` gives nothing: it is elsewhere, or nowhere.
pub fn missing(entry: &Located) -> Problem {
    let path = entry.text.as_str();
    if is_remote(path) {
        let message = format!("`{path}` would have to be fetched, which is never done; its objects are unknown");
        return Problem::warning(entry.origin.span, message).about(ProblemKind::Elsewhere);
    }
    Problem::error(entry.origin.span, format!("there is no file or directory `{path}`"))
}

/// Whether a path names a repository or a file on another machine.
fn is_remote(path: &str) -> bool {
    const SIGNS: [&str; 5] = ["://", "?ref=", "?version=", ".git/", "git@"];
    let is_yaml = matches!(path.rsplit_once('.'), Some((_, "yaml" | "yml" | "json")));
    let ends_in_git = matches!(path.rsplit_once('.'), Some((_, "git")));
    let host = path.split_once('/').map_or("", |(host, _)| host);
    let has_host = host.contains('.') && !host.starts_with('.') && !is_yaml;
    has_host || ends_in_git || path.starts_with("git::") || SIGNS.iter().any(|sign| path.contains(sign))
}
