//! The layout of a YAML file: documents, entries, elements of lists; and the same of patches that are written into a
//! kustomization.

use super::{Construct, Part};
use crate::source::{Derived, SourceId};
use crate::syntax::yaml::{self, Dialect, Entry, Node, NodeKind, Stream};
use std::ops::Range;

/// The comments and the constructs of a file.
pub(super) fn read(id: SourceId, text: &str) -> (Vec<Range<u32>>, Vec<Construct>) {
    let stream = yaml::read(&Derived::file(id, text), Dialect::Kubernetes);
    let mut walk = Walk { text, comments: Vec::new(), constructs: Vec::new(), in_patch: false };
    walk.note_comments(&stream);
    for document in &stream.documents {
        walk.add(document.span.start..document.span.end, Part::Document);
        walk.node(&document.root);
    }
    // Those of a patch are found before what stands above it.
    walk.comments.sort_by_key(|comment| comment.start);
    (walk.comments, walk.constructs)
}

struct Walk<'t> {
    text: &'t str,
    comments: Vec<Range<u32>>,
    constructs: Vec<Construct>,
    in_patch: bool,
}

impl Walk<'_> {
    fn add(&mut self, range: Range<u32>, part: Part) {
        self.constructs.push(Construct { range, part });
    }

    fn note_comments(&mut self, stream: &Stream) {
        self.comments.extend(stream.comments.iter().map(|comment| comment.span.start..comment.span.end));
    }

    /// The patch in a block scalar. A patch holds no further one.
    fn patch(&mut self, node: &Node) {
        if self.in_patch {
            return;
        }
        let (Some(content), Some(written)) =
            (node.as_str(), self.text.get(node.span.start as usize..node.span.end as usize))
        else {
            return;
        };
        if written.starts_with(['|', '>']) {
            let stream = yaml::read(&yaml::string_text(written, content, node.span), Dialect::Kubernetes);
            self.note_comments(&stream);
            self.in_patch = true;
            stream.documents.iter().for_each(|document| self.node(&document.root));
            self.in_patch = false;
        }
    }

    fn node(&mut self, node: &Node) {
        // What an alias stands for is laid out where it is written.
        if node.alias.is_some() {
            return;
        }
        match &node.kind {
            NodeKind::Sequence(items) => {
                for item in items.iter() {
                    self.add(item.span.start..item.span.end, Part::Item);
                    self.node(item);
                }
            }
            NodeKind::Mapping(mapping) => {
                for entry in mapping.entries.iter().filter(|entry| is_written_here(self.text, entry)) {
                    self.add(entry.key_span.start..entry.value.span.end.max(entry.key_span.end), Part::Item);
                    self.node(&entry.value);
                    match entry.key.as_str() {
                        "patch" => self.patch(&entry.value),
                        "patchesStrategicMerge" => {
                            entry.value.as_items().into_iter().flatten().for_each(|item| self.patch(item));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the value follows its key: that of a merged entry stands elsewhere.
fn is_written_here(text: &str, entry: &Entry) -> bool {
    let between = text.get(entry.key_span.end as usize..entry.value.span.start as usize);
    between.is_some_and(|between| entry.value.alias.is_none() || !between.contains('\n'))
}
