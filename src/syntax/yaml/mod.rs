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

pub use encoding::{Decoded, decode};
pub use node::{Alias, Comment, Document, Entry, Mapping, Node, NodeKind, Stream};

use crate::source::SourceId;

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

/// The deepest nesting of collections that is read. `kubectl` stops at 10,000; nobody writes 512, and every
/// consumer of the tree may recurse this deep.
pub const DEPTH_LIMIT: usize = 512;

/// The most nodes that the documents of one text may have together, each alias counted with all that it
/// stands for.
pub const NODE_LIMIT: usize = 1_000_000;

/// Reads all documents of `text`, the text of `source`.
pub fn read(source: SourceId, text: &str, dialect: Dialect) -> Stream {
    let begin = text.len() - text.trim_start_matches('\u{feff}').len();
    if dialect == Dialect::Kubernetes && json::begins_as_json(text.get(begin..).unwrap_or_default()) {
        return json::read(source, text, begin);
    }
    let mut stream = Stream::default();
    let mut budget = NODE_LIMIT;
    for part in document::split(text, begin, dialect) {
        compose::document(source, text, &part, dialect, &mut budget, &mut stream);
    }
    stream
}
