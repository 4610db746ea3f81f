//! Ways, cuts and the summary as JSON.

use super::Picture;
use crate::graph::{Cut, Edge, Identity, Node, Summary, Way};
use std::collections::{BTreeMap, BTreeSet};

impl Picture<'_> {
    pub(super) fn json(&self) -> serde_json::Value {
        let numbers: BTreeMap<u32, usize> = self.taken().into_keys().zip(0..).collect();
        let nodes: BTreeSet<&Node> = self.taken().into_values().flat_map(|edge| [&edge.from, &edge.to]).collect();
        let nodes: Vec<serde_json::Value> = nodes.into_iter().map(|node| self.json_name(node)).collect();
        let edges: Vec<serde_json::Value> = self.taken().into_values().map(|edge| self.json_edge(edge)).collect();
        let steps = |way: &Way| -> Vec<usize> {
            way.edges.iter().filter_map(|(number, _)| numbers.get(number).copied()).collect()
        };
        let paths: Vec<Vec<usize>> = self.ways.iter().map(steps).collect();
        let cuts: Vec<serde_json::Value> = self.cuts.iter().map(|cut| self.json_cut(cut)).collect();
        let summary = self.json_summary();
        serde_json::json!({ "nodes": nodes, "edges": edges, "paths": paths, "cuts": cuts, "summary": summary })
    }

    fn json_name(&self, node: &Node) -> serde_json::Value {
        self.label(node).as_str().into()
    }

    fn json_edge(&self, edge: &Edge) -> serde_json::Value {
        let doubt: Vec<String> = edge.doubt.iter().map(|cause| cause.why.to_string()).collect();
        let source = self.sources.get(edge.place.source);
        serde_json::json!({
            "kind": edge.kind.as_str(),
            "from": self.json_name(&edge.from),
            "to": self.json_name(&edge.to),
            "message": edge.message,
            "technique": edge.technique.as_deref(),
            "file": source.path,
            "line": source.places(edge.place).0.line,
            "unless": doubt,
        })
    }

    fn json_cut(&self, cut: &Cut) -> serde_json::Value {
        let source = self.sources.get(cut.place.source);
        let line = source.places(cut.place).0.line;
        serde_json::json!({ "file": source.path, "line": line, "breaks": cut.breaks })
    }

    fn json_summary(&self) -> serde_json::Value {
        let names = |nodes: &BTreeSet<&Node>| -> Vec<serde_json::Value> {
            nodes.iter().map(|node| self.json_name(node)).collect()
        };
        let Summary { reached, possibly_reached, identities } = self.summary;
        let identity = |identity: &Identity| {
            serde_json::json!({
                "identity": self.json_name(identity.node),
                "may": names(&identity.may),
                "workloads": names(&identity.workloads),
                "exposed": identity.is_exposed,
                "uses": names(&identity.uses),
            })
        };
        let identities: Vec<serde_json::Value> = identities.iter().map(identity).collect();
        serde_json::json!({
            "reached": names(reached),
            "possibly_reached": names(possibly_reached),
            "over_privileged": identities,
        })
    }
}
