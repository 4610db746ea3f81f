//! YAML and JSON, as Kubernetes' own programs read them.
//!
//! Owns the way from the bytes of a manifest file to a tree of nodes with exact places: encodings, the
//! division into documents, anchors and merge keys, what a plain scalar means, and JSON where the loader
//! would take the text for JSON. Two dialects, because `kubectl` and Kustomize disagree. Knows nothing of
//! Kubernetes' objects.
//!
//! Nothing here fails as a whole: a broken document is a problem with a place, and the documents around
//! it are read.

mod compose;
mod document;
mod encoding;
pub(crate) mod events;
mod json;
mod mapping;
mod node;
mod scalar;
mod text;

pub use crate::limits::yaml::{DEPTH_LIMIT, NODE_LIMIT, PROBLEM_LIMIT};
pub use encoding::{Decoded, decode};
pub use node::{Alias, Comment, Document, Entry, Mapping, Node, NodeKind, Passage, Stream};
pub use scalar::is_plain_string;
pub use text::string_text;

use crate::source::{Derived, Problem, SourceId};

/// Whose rules a text is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `kubectl`'s loader of resource files: its own document splitter, then sigs.k8s.io/yaml with the
    /// scalars of go-yaml v2 (`yes` is a boolean), the last of equal keys counts, keys become strings.
    /// A text that begins with `{` is JSON.
    Kubernetes,
    /// Kustomize's loader (kyaml): its own splitter, then the scalars of go-yaml v3 (`yes` is a string).
    /// Equal keys and keys that are no strings are errors.
    Kustomize,
}

/// Reads all documents of `derived`.
pub fn read(derived: &Derived<'_>, dialect: Dialect) -> Stream {
    read_all(derived, dialect).with_problems_of_syntax()
}

fn read_all(derived: &Derived<'_>, dialect: Dialect) -> Stream {
    let text = derived.text();
    let begin = text.len() - text.trim_start_matches('\u{feff}').len();
    if dialect == Dialect::Kubernetes && json::begins_as_json(text.get(begin..).unwrap_or_default()) {
        return json::read(derived);
    }
    let mut stream = Stream::default();
    let mut budget = NODE_LIMIT;
    for part in document::split(text, begin, dialect) {
        if stream.problems.len() >= PROBLEM_LIMIT {
            let rest = derived.span(part.range.start..text.len());
            let message = format!("{PROBLEM_LIMIT} documents of this file cannot be read; the rest is not looked at");
            stream.problems.push(Problem::error(rest, message));
            break;
        }
        // The splitter of `kubectl` ends every line, also the last of the file.
        compose::document(derived, &part, dialect, dialect == Dialect::Kubernetes, &mut budget, &mut stream);
        if budget == 0 {
            break;
        }
    }
    stream
}

/// Reads the first document of `derived`, as sigs.k8s.io/yaml does: it never takes the text for JSON, and ignores
/// what follows.
pub fn read_first(derived: &Derived<'_>, dialect: Dialect) -> Stream {
    let text = derived.text();
    let begin = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut stream = Stream::default();
    let mut budget = NODE_LIMIT;
    if let Some(part) = document::split(text, begin, dialect).first() {
        compose::document(derived, part, dialect, false, &mut budget, &mut stream);
    }
    stream.with_problems_of_syntax()
}

/// The comments of `text`, in order, wherever a document can be read up to them.
pub fn comments(source: SourceId, text: &str) -> Vec<Comment> {
    read(&Derived::file(source, text), Dialect::Kubernetes).comments
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Node, NodeKind, Stream, read};
    use crate::source::{Derived, SourceId, Span};

    fn kubernetes(text: &str) -> Stream {
        read(&Derived::file(SourceId(0), text), Dialect::Kubernetes)
    }

    fn slice(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    /// The tree as JSON-like text, without places.
    fn shown(node: &Node) -> String {
        match &node.kind {
            NodeKind::Null => "null".into(),
            NodeKind::Bool(value) => value.to_string(),
            NodeKind::Integer(value) => value.to_string(),
            NodeKind::Float(value) => value.to_string(),
            NodeKind::String(text) => format!("'{text}'"),
            NodeKind::Sequence(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            NodeKind::Mapping(mapping) => {
                let entries = mapping.entries.iter().map(|entry| format!("{}: {}", entry.key, shown(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn only(text: &str, dialect: Dialect) -> Result<String, String> {
        let stream = read(&Derived::file(SourceId(0), text), dialect);
        match stream.problems.first() {
            Some(problem) => Err(problem.message.clone()),
            None => Ok(stream.documents.iter().map(|document| shown(&document.root)).collect::<Vec<_>>().join(" ")),
        }
    }

    #[test]
    fn dialects_differ_in_scalars_keys_and_merging() {
        let cases = [
            ("a: yes", "{a: true}", "{a: 'yes'}"),
            ("a: [0755, 0o17, 0b11, 1_000, 08]", "{a: [493, 15, 3, 1000, 8]}", "{a: [493, 15, 3, 1000, 8]}"),
            ("on: 1", "{true: 1}", "{on: 1}"),
            ("a: &x {k: 1}\nb: {k: 2, <<: *x}", "{a: {k: 1}, b: {k: 1}}", "{a: {k: 1}, b: {k: 2}}"),
        ];
        for (text, kubernetes, kustomize) in cases {
            assert_eq!(only(text, Dialect::Kubernetes).as_deref(), Ok(kubernetes), "{text}");
            assert_eq!(only(text, Dialect::Kustomize).as_deref(), Ok(kustomize), "{text}");
        }
        assert_eq!(only("a: 1\na: 2", Dialect::Kubernetes).as_deref(), Ok("{a: 2}"));
        assert!(only("a: 1\na: 2", Dialect::Kustomize).is_err());
        assert_eq!(only("1.0: a", Dialect::Kubernetes).as_deref(), Ok("{1: 'a'}"));
        assert!(only("1.0: a", Dialect::Kustomize).is_err());
    }

    #[test]
    fn a_broken_document_loses_only_itself_and_says_where() {
        let text = "a: 1\n---\nb: [1, 2\nc: 3\n---\nd: 4\n--- e\nf: 5\n---\ng: 6\n";
        let stream = kubernetes(text);
        let read: Vec<_> = stream.documents.iter().map(|document| shown(&document.root)).collect();
        assert_eq!(read, ["{a: 1}", "{d: 4}", "{g: 6}"]);
        let places: Vec<_> = stream.problems.iter().map(|problem| problem.span.start as usize).collect();
        assert_eq!(places, [text.find(": 3").unwrap(), text.find("e\nf").unwrap()]);
    }

    #[test]
    fn spans_are_exact() {
        let text = "spec:\n  image: \"nginx\"  # c\n  run: |\n    x\n    y\n\n  args: [a, b]\n  list:\n  - é: 1\n    z: 2\nlast: ~\n";
        let stream = kubernetes(text);
        let spec = stream.documents[0].root.get("spec").unwrap();
        let field = |name: &str| slice(text, spec.get(name).unwrap().span);
        assert_eq!(field("image"), "\"nginx\"");
        assert_eq!(field("run"), "|\n    x\n    y");
        assert_eq!(field("args"), "[a, b]");
        assert_eq!(slice(text, spec.get("list").unwrap().as_items().unwrap()[0].span), "é: 1\n    z: 2");
        assert!(slice(text, spec.span).ends_with("z: 2"));
        assert_eq!(slice(text, spec.as_mapping().unwrap().entries[1].key_span), "run");
        assert_eq!(slice(text, stream.comments[0].span), "# c");
        assert!(!stream.comments[0].alone);
    }

    #[test]
    fn an_alias_knows_where_its_value_is_written() {
        let text = "a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n";
        let stream = kubernetes(text);
        let root = &stream.documents[0].root;
        let (alias, merged) = (root.get("b").unwrap(), root.get("c").unwrap().get("k").unwrap());
        assert_eq!(slice(text, alias.span), "*x");
        assert_eq!(slice(text, alias.alias.as_ref().unwrap().written), "{k: 1}");
        assert_eq!(slice(text, merged.span), "*x");
        assert_eq!(slice(text, merged.alias.as_ref().unwrap().written), "1");
    }

    #[test]
    fn json_is_read_by_the_rules_of_json() {
        assert_eq!(only("{\"a\": \"\\u00e9\\ud83d\\ude00\"}{\"b\": 1e3}", Dialect::Kubernetes).as_deref(), {
            Ok("{a: 'é😀'} {b: 1000}")
        });
        for refused in ["{\"a\": 0755}", "{\"a\": 1,}", "{a: 1}", "{\"a\": \"\t\"}", "{\"a\": 1} # c", "{\"a\": nul}"] {
            assert!(only(refused, Dialect::Kubernetes).is_err(), "{refused}");
        }
        assert_eq!(only("{a: 1,}", Dialect::Kustomize).as_deref(), Ok("{a: 1}"));
    }

    #[test]
    fn bombs_and_nesting_are_a_problem_each() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb = format!("{bomb}a{level}: &a{level} [{aliases}]\n");
        }
        let deep = ["[", "{a: ", "- ", "? "].map(|opening| format!("x:\n  {}", opening.repeat(100_000)));
        let json = format!("{{\"a\": {}", "[".repeat(100_000));
        let chain = (1..2000)
            .fold("a0: &a0 [x]\n".to_owned(), |chain, level| format!("{chain}a{level}: &a{level} [*a{}]\n", level - 1));
        let others = ["x: &a [*a]", "x: &a {<<: *a}", "x: a\0b", "x: .inf", "x: *y", "? [a]\n: b"].map(String::from);
        for text in deep.into_iter().chain([bomb, json, chain]).chain(others) {
            let stream = kubernetes(&text);
            assert_eq!(stream.problems.len(), 1, "{}", &text[..text.len().min(60)]);
            assert!(stream.documents.is_empty());
        }
    }
}
