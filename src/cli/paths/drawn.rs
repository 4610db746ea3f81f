//! Ways as pictures, in the languages of Graphviz and Mermaid. A dashed arrow is a step that depends on an input.

use super::Picture;
use crate::graph::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

impl Picture<'_> {
    pub(super) fn dot(&self) -> String {
        let mut text = "digraph paths {\n  rankdir = LR\n  node [shape = box]\n".to_owned();
        for edge in self.taken().into_values() {
            let style = if edge.doubt.is_empty() { "" } else { ", style = dashed" };
            let (from, to) = (dot_text(&self.label(&edge.from)), dot_text(&self.label(&edge.to)));
            let kind = dot_text(&edge.kind);
            let _ = writeln!(text, "  {from} -> {to} [label = {kind}{style}]");
        }
        text + "}\n"
    }

    pub(super) fn mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        let nodes: BTreeSet<&Node> = self.taken().into_values().flat_map(|edge| [&edge.from, &edge.to]).collect();
        let numbers: BTreeMap<&Node, usize> = nodes.into_iter().zip(0..).collect();
        for (node, number) in &numbers {
            let _ = writeln!(text, "  n{number}[{}]", mermaid_text(&self.label(node)));
        }
        for edge in self.taken().into_values() {
            let number = |node| numbers.get(node).copied().unwrap_or_default();
            let arrow = if edge.doubt.is_empty() { "-->" } else { "-.->" };
            let (from, to) = (number(&edge.from), number(&edge.to));
            let _ = writeln!(text, "  n{from} {arrow}|{}| n{to}", edge.kind.replace("_", " "));
        }
        text
    }
}

/// A text as DOT quotes it.
fn dot_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text as Mermaid quotes it.
fn mermaid_text(text: &str) -> String {
    format!("\"{}\"", text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;"))
}
