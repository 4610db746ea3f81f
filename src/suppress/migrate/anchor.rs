//! Where a comment of ours has to stand so that it is about the same as another tool's.

use crate::source::Span;
use crate::suppress::layout::{Language, Layout};

/// A place for a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// In place of the other comment.
    InPlace,
    /// On a line of its own, above the line that begins at that byte, indented as that line or by so many blanks.
    Above(u32, Option<usize>),
    /// At the end of the line, before that byte.
    Behind(u32),
    /// At the top of the file, above the line that begins at that byte, about all of it.
    Top(u32),
}

/// The place from which a comment is about exactly `target`; `comment` is what stood for it before, if it was a
/// comment. None where there is no such place.
pub fn find(layout: &Layout, target: Span, comment: Option<Span>) -> Option<Anchor> {
    if target == layout.whole() {
        return Some(Anchor::Top(layout.top()));
    }
    if comment.is_some_and(|comment| layout.about(comment) == Some(target)) {
        return Some(Anchor::InPlace);
    }
    let first = layout.line(target.start);
    if let Some(inside) = layout.body_of(target) {
        let line = layout.line(inside);
        let opens = layout.line_span(line);
        if layout.source().text.get(inside as usize..opens.end as usize).is_some_and(|rest| rest.trim().is_empty()) {
            let indent = layout.indent(first) + 2;
            return Some(Anchor::Above(opens.end + 1, Some(indent)));
        }
    }
    let line = layout.line_span(first);
    if layout.language != Language::Dockerfile && layout.subject_on(first) == Some(target) {
        let written = layout.source().slice(line);
        if !layout.has_comment(first) && !written.contains("<<") {
            return Some(Anchor::Behind(line.start + written.trim_end().len() as u32));
        }
    }
    let above = layout.subject_on(first) == Some(target) && !layout.follows_opening(line.start);
    let heads = layout.document_head(target).map(|start| Anchor::Above(start, None));
    if above { Some(Anchor::Above(line.start, None)) } else { heads }
}
