//! What the API server refuses in the head of an object, before it looks at the kind: the names of the outer fields, and
//! the form of `metadata`.
//!
//! Source: the strict decoding of the API server ("Field validation" in "Kubernetes API Concepts") and the types of
//! `ObjectMeta`. Knows no kind, and nothing of what stands in `spec`.

use crate::source::{PLACEHOLDER, Problem, Span};
use crate::syntax::yaml::{Mapping, Node};

/// Fields of every object, as the API writes them.
const OUTER: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

/// Fields of `metadata` that people write.
const METADATA: &[&str] =
    &["annotations", "finalizers", "generateName", "labels", "name", "namespace", "ownerReferences"];

/// Returns what the API server refuses in the head of an object.
pub fn problems(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(object) = root.as_mapping() else { return problems };
    misspelt(object, OUTER, &mut problems);
    let Some(metadata) = object.get("metadata").filter(|metadata| is_known(metadata)) else { return problems };
    let Some(fields) = metadata.as_mapping() else {
        problems.push(Problem::error(metadata.span, "`metadata` must be a mapping with the name of the object"));
        return problems;
    };
    misspelt(fields, METADATA, &mut problems);
    for field in ["name", "generateName", "namespace"] {
        let node = fields.get(field).filter(|node| node.as_str().is_none() && !node.is_null());
        let refused = node.map(|node| Problem::error(node.span, format!("`metadata.{field}` must be a string")));
        problems.extend(refused.map(|problem| problem.with_help("Put it in quotes.")));
    }
    for field in ["labels", "annotations"] {
        let Some(pairs) = fields.get(field).filter(|pairs| is_known(pairs)) else { continue };
        let Some(pairs) = pairs.as_mapping() else {
            problems.push(Problem::error(pairs.span, format!("`metadata.{field}` must be a mapping")));
            continue;
        };
        for entry in pairs.entries.iter().filter(|entry| entry.value.as_str().is_none() && !entry.value.is_null()) {
            problems.push(no_text(field, &entry.key, entry.value.span));
        }
    }
    problems
}

/// Whether something is there, and what it is can be said: it is not the text of a template that cannot be rendered.
fn is_known(node: &Node) -> bool {
    let is_rendered = node.passage.is_none() || node.as_str().is_none_or(|text| !text.contains(PLACEHOLDER));
    !node.is_null() && is_rendered
}

fn no_text(field: &str, key: &str, span: Span) -> Problem {
    let message = format!("`{key}` in `metadata.{field}` must be a string; the API server refuses the object");
    Problem::error(span, message).with_help("Put it in quotes.")
}

/// Reports the fields that differ from those that the API has by capitals only.
fn misspelt(mapping: &Mapping, known: &[&str], problems: &mut Vec<Problem>) {
    for entry in &mapping.entries {
        let meant = known.iter().find(|name| name.eq_ignore_ascii_case(&entry.key) && **name != entry.key);
        if let Some(name) = meant {
            let message = format!("there is no field `{}`; write `{name}`", entry.key);
            problems.push(Problem::error(entry.key_span, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::discover::Memory;
    use crate::lower::{Inputs, lower};
    use crate::source::Sources;

    fn problems(object: &str) -> (Vec<String>, usize) {
        let tree = Memory::tree([("object.yaml", object)]);
        let lowered = lower(&tree, &Sources::default(), &Inputs::default());
        (lowered.problems.iter().map(|problem| problem.message.clone()).collect(), lowered.resources.len())
    }

    #[test]
    fn what_the_api_refuses_in_a_head_is_reported_and_the_object_is_kept() {
        let refused = |metadata: &str, about: &str| {
            let (found, objects) = problems(&format!("apiVersion: v1\nkind: ConfigMap\n{metadata}\n"));
            assert!(found.len() == 1 && found[0].contains(about), "{metadata}: {found:?}");
            assert_eq!(objects, 1, "{metadata}");
        };
        refused("metadata: web", "`metadata` must be a mapping");
        refused("metadata: {name: a, labels: {version: 1}}", "`version` in `metadata.labels`");
        refused("metadata: {name: a, annotations: {count: 3}}", "`count` in `metadata.annotations`");
        refused("metadata: {name: a, annotations: [x]}", "`metadata.annotations` must be a mapping");
        refused("metadata: {name: a, Labels: {a: b}}", "write `labels`");
        refused("metadata: {name: a}\nSpec: {}", "write `spec`");
    }

    #[test]
    fn a_sound_head_is_not_reported() {
        let (found, objects) = problems(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {version: \"1\", empty: }\n  annotations:\n",
        );
        assert_eq!((found, objects), (Vec::new(), 1));
    }
}
