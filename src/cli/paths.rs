//! `gatelint paths`: what leads where, and what opens the way.

use super::args::Paths;
use super::terminal;
use crate::check::TypePattern;
use crate::discover::Disk;
use crate::engine;
use crate::environment;
use crate::gate::Exit;
use crate::graph::{Edge, Graph, Node, Query, Way};
use crate::model::{Lowered, Text};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Prints the ways of the first environment.
pub fn run(args: &Paths) -> anyhow::Result<Exit> {
    let request = args.configuration.request(&args.given, &args.choice, &args.values)?;
    let tree = Disk::tree(&args.given)?.within(&request.scope);
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let lowered = environment::each(&tree, &sources, &request.environments()).next().map(|(_, lowered)| lowered);
    let lowered = lowered.unwrap_or_default();
    let (graph, _) = engine::graph(&lowered, &sources, &catalog);
    let (from, to) = (TypePattern::new(&args.from), args.to.as_deref().map(TypePattern::new));
    // Without a goal, where the ways end.
    let ends = |edge: &Edge| to.as_ref().map_or_else(|| graph.is_end(&edge.to), |to| edge.to.is_named(to, &lowered));
    let starts = graph.starts(&[from], &lowered);
    let ways = graph.ways(&Query { starts, ends: &ends, takes: &|_| true, doubtful: true });
    let picture = Picture { graph: &graph, lowered: &lowered, sources: &sources, ways: &ways };
    let text = match args.format.as_str() {
        "human" => picture.human(&args.from),
        "json" => picture.json(),
        "dot" => picture.dot(),
        "mermaid" => picture.mermaid(),
        other => anyhow::bail!("`{other}` is not a format of `paths`: expected human, json, dot or mermaid"),
    };
    terminal::print(&text)?;
    Ok(Exit::Open)
}

/// The ways that were found, to be drawn.
struct Picture<'a> {
    graph: &'a Graph,
    lowered: &'a Lowered,
    sources: &'a Sources,
    ways: &'a [Way<'a>],
}

impl Picture<'_> {
    fn human(&self, from: &str) -> String {
        let mut text = String::new();
        for way in self.ways {
            let name = |node: Option<&Node>| node.map(|node| node.name(self.lowered)).unwrap_or_default();
            let start = name(way.edges.first().map(|(_, edge)| &edge.from));
            let _ = writeln!(text, "{start} → {}", name(way.end()));
            for (number, (_, edge)) in (1..).zip(&way.edges) {
                let doubt = edge.doubt.first().map(|cause| format!(", unless: {}", cause.why)).unwrap_or_default();
                let _ = writeln!(text, "  {number}. {}{doubt}\n     {}", edge.leg(self.lowered), self.place(edge));
            }
            text.push('\n');
        }
        let edges = self.graph.edges().len();
        let _ = match self.ways.len() {
            0 => writeln!(text, "no path begins at {from}; the graph has {edges} edges"),
            1 => writeln!(text, "1 path; the graph has {edges} edges"),
            ways => writeln!(text, "{ways} paths; the graph has {edges} edges"),
        };
        text
    }

    fn json(&self) -> String {
        let numbers: BTreeMap<u32, usize> = self.taken().into_keys().zip(0..).collect();
        let nodes: BTreeSet<&Node> = self.taken().into_values().flat_map(|edge| [&edge.from, &edge.to]).collect();
        let nodes: Vec<serde_json::Value> = nodes.into_iter().map(|node| self.json_name(node)).collect();
        let edges: Vec<serde_json::Value> = self.taken().into_values().map(|edge| self.json_edge(edge)).collect();
        let steps = |way: &Way| -> Vec<usize> {
            way.edges.iter().filter_map(|(number, _)| numbers.get(number).copied()).collect()
        };
        let paths: Vec<Vec<usize>> = self.ways.iter().map(steps).collect();
        let all = serde_json::json!({ "nodes": nodes, "edges": edges, "paths": paths });
        format!("{all:#}\n")
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

    fn dot(&self) -> String {
        let mut text = "digraph paths {\n  rankdir = LR\n  node [shape = box]\n".to_owned();
        for edge in self.taken().into_values() {
            let style = if edge.doubt.is_empty() { "" } else { ", style = dashed" };
            let (from, to) = (dot_text(&self.label(&edge.from)), dot_text(&self.label(&edge.to)));
            let kind = dot_text(&edge.kind);
            let _ = writeln!(text, "  {from} -> {to} [label = {kind}{style}]");
        }
        text + "}\n"
    }

    fn mermaid(&self) -> String {
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

    /// The edges that some way takes, by their numbers.
    fn taken(&self) -> BTreeMap<u32, &Edge> {
        self.ways.iter().flat_map(|way| way.edges.iter().copied()).collect()
    }

    fn label(&self, node: &Node) -> Text {
        node.name(self.lowered).trim_matches('`').into()
    }

    fn place(&self, edge: &Edge) -> String {
        let source = self.sources.get(edge.place.source);
        format!("{}:{}", source.path, source.places(edge.place).0.line)
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
