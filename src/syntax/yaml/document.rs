//! The division of a text into documents.
//!
//! Both loaders cut the text at separators before any YAML parser sees it, so a `---` inside a quoted or
//! block scalar ends the document all the same.

use super::Dialect;
use std::ops::Range;

/// One document of a text, still unread.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Its bytes. A separator with which the loader leaves it to the parser is among them.
    pub range: Range<usize>,
    /// The content behind the `---` that begins it, where none may stand.
    pub misplaced: Option<Range<usize>>,
}

/// The documents of `text` from byte `begin` on.
pub fn split(text: &str, begin: usize, dialect: Dialect) -> Vec<Part> {
    match dialect {
        Dialect::Kubernetes => split_as_kubectl(text, begin),
        Dialect::Kustomize => split_as_kustomize(text, begin),
    }
}

/// `YAMLReader` of k8s.io/apimachinery: a line that begins with `---` ends the document before it; when
/// there is none before it, the parser sees the line.
fn split_as_kubectl(text: &str, begin: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut start, mut misplaced) = (begin, None);
    for (at, line) in lines(text, begin) {
        let Some(rest) = line.strip_prefix("---") else { continue };
        let content = content_behind(at + 3, rest);
        if at > start || misplaced.is_some() {
            parts.push(Part { range: start..at, misplaced: misplaced.take() });
            start = at + line.len();
        } else if content.is_some() {
            start = at + line.len();
        }
        misplaced = content;
    }
    if start < text.len() || misplaced.is_some() {
        parts.push(Part { range: start..text.len(), misplaced });
    }
    parts
}

/// `ByteReader` of kyaml: a line behind the first that begins with `---` and ends in a line break divides.
fn split_as_kustomize(text: &str, begin: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut start, mut misplaced) = (begin, None);
    for (at, line) in lines(text, begin) {
        if at == begin || at == start && !parts.is_empty() || !line.ends_with('\n') {
            continue;
        }
        let Some(rest) = line.strip_prefix("---") else { continue };
        parts.push(Part { range: start..at, misplaced: misplaced.take() });
        misplaced = content_behind(at + 3, rest);
        start = at + line.len();
    }
    parts.push(Part { range: start..text.len(), misplaced });
    parts
}

/// Lines with their line breaks, and where each begins.
fn lines(text: &str, begin: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = begin;
    text.get(begin..).unwrap_or_default().split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// What stands behind a separator, unless it is blank or a comment.
fn content_behind(at: usize, rest: &str) -> Option<Range<usize>> {
    let content = rest.trim();
    let start = at + (rest.len() - rest.trim_start().len());
    (!content.is_empty() && !content.starts_with('#')).then(|| start..start + content.len())
}

#[cfg(test)]
mod tests {
    use super::{Dialect, split};

    fn parts(text: &str) -> Vec<&str> {
        split(text, 0, Dialect::Kubernetes).into_iter().map(|part| &text[part.range]).collect()
    }

    #[test]
    fn a_leading_separator_belongs_to_its_document() {
        assert_eq!(parts("---\na: 1\n---\nb: 2\n"), ["---\na: 1\n", "b: 2\n"]);
        assert_eq!(parts("# c\n---\nb: 2"), ["# c\n", "b: 2"]);
    }

    #[test]
    fn content_behind_a_separator_is_marked() {
        let marked = split("a: 1\n--- b\nc: 1\n---\nd: 1\n", 0, Dialect::Kubernetes);
        assert_eq!(marked.iter().map(|part| part.misplaced.is_some()).collect::<Vec<_>>(), [false, true, false]);
    }
}
