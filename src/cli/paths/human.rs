//! Ways, cuts and the summary for people.

use super::Picture;
use crate::graph::{Identity, Node};
use crate::model::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Names that are told of a set; the rest is counted.
const MOST_NAMED: usize = 4;

impl Picture<'_> {
    /// Each way with its steps, the cheapest cut, and the summary.
    pub(super) fn human(&self, from: &str) -> String {
        let mut text = String::new();
        for way in self.ways {
            let name = |node: Option<&Node>| node.map(|node| node.name(self.lowered)).unwrap_or_default();
            let start = name(way.edges.first().map(|(_, edge)| &edge.from));
            let _ = writeln!(text, "{start} → {}", name(way.end()));
            for (number, (_, edge)) in (1..).zip(&way.edges) {
                let doubt = edge.doubt.first().map(|cause| format!(", unless: {}", cause.why)).unwrap_or_default();
                let _ =
                    writeln!(text, "  {number}. {}{doubt}\n     {}", edge.leg(self.lowered, 0), self.place(edge.place));
            }
            text.push('\n');
        }
        let edges = self.graph.edges().len();
        let _ = match self.ways.len() {
            0 => writeln!(text, "no path begins at {from}; the graph has {edges} edges"),
            1 => writeln!(text, "1 path; the graph has {edges} edges"),
            ways => writeln!(text, "{ways} paths; the graph has {edges} edges"),
        };
        self.cut(&mut text);
        self.summary(&mut text);
        text
    }

    /// The change that breaks most of the paths.
    fn cut(&self, text: &mut String) {
        let Some(cut) = self.cuts.first().filter(|cut| cut.breaks > 1) else { return };
        let Some(edge) = self.graph.edges().get(cut.edge as usize) else { return };
        let (place, step) = (self.place(cut.place), edge.leg(self.lowered, cut.breaks));
        let (breaks, entries) = (cut.breaks, self.entries);
        let _ = writeln!(text, "cheapest cut: {place} closes {breaks} of {entries} ways in\n  {step}");
    }

    fn summary(&self, text: &mut String) {
        let (reached, possibly) = (self.types(&self.summary.reached), self.types(&self.summary.possibly_reached));
        let _ = match (reached.is_empty(), possibly.is_empty()) {
            (true, true) => return self.identities(text),
            (false, true) => writeln!(text, "the internet reaches {reached}"),
            (true, false) => writeln!(text, "the internet may reach {possibly}"),
            (false, false) => writeln!(text, "the internet reaches {reached}, and may reach {possibly}"),
        };
        self.identities(text);
    }

    /// How many resources of each type there are among nodes.
    fn types(&self, nodes: &BTreeSet<&Node>) -> String {
        let mut numbers: BTreeMap<&Text, usize> = BTreeMap::new();
        for node in nodes {
            if let Node::Resource(id) = node {
                *numbers.entry(&self.lowered.resource(*id).type_name).or_default() += 1;
            }
        }
        numbers.iter().map(|(name, number)| format!("{number} {name}")).collect::<Vec<_>>().join(", ")
    }

    /// The identities whose rights are wider than what their workloads use.
    fn identities(&self, text: &mut String) {
        if self.summary.identities.is_empty() {
            return;
        }
        let _ = match self.summary.identities.len() {
            1 => writeln!(text, "1 identity has rights on everything of a kind:"),
            identities => writeln!(text, "{identities} identities have rights on everything of a kind:"),
        };
        for Identity { node, may, workloads, is_exposed, uses } in &self.summary.identities {
            let exposed = if *is_exposed { ", reached by the internet" } else { "" };
            let _ = writeln!(text, "  {} may use {}", node.name(self.lowered), self.names(may));
            let _ = writeln!(text, "    of {}{exposed}", self.names(workloads));
            if !uses.is_empty() {
                let _ = writeln!(text, "    which names {}", self.names(uses));
            }
        }
    }

    fn names(&self, nodes: &BTreeSet<&Node>) -> String {
        let mut names: Vec<String> =
            nodes.iter().take(MOST_NAMED).map(|node| node.name(self.lowered).to_string()).collect();
        if nodes.len() > MOST_NAMED {
            names.push(format!("{} more", nodes.len() - MOST_NAMED));
        }
        names.join(", ")
    }
}
