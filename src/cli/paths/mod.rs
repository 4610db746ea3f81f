//! `gatelint paths`: what leads where, and what opens the way.

mod drawn;
mod human;
mod json;

use super::args::Paths;
use super::terminal;
use crate::check::TypePattern;
use crate::discover::Disk;
use crate::engine;
use crate::environment;
use crate::gate::Exit;
use crate::graph::{Cut, Edge, Graph, Node, Query, Summary, USES, Way};
use crate::model::{Lowered, Text};
use crate::report::write_json;
use crate::source::{Sources, Span};
use std::collections::BTreeMap;

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
    let is_last = |node: &Node| graph.is_end(node) && !graph.is_loose(node);
    let ends = |edge: &Edge| to.as_ref().map_or_else(|| is_last(&edge.to), |to| edge.to.is_named(to, &lowered));
    let starts = graph.starts(&[from], &lowered);
    let takes = |kind: &str| kind != USES;
    let query = Query { starts, ends: Box::new(ends), takes: Box::new(takes), doubtful: true };
    let (ways, summary) = (graph.ways(&query), graph.summary());
    let (entries, cuts) = (graph.entries(&query, None), graph.cuts(&[query], &ways));
    let picture = Picture {
        graph: &graph,
        lowered: &lowered,
        sources: &sources,
        ways: &ways,
        entries,
        cuts: &cuts,
        summary: &summary,
    };
    match args.format.as_str() {
        "human" => terminal::print(&picture.human(&args.from))?,
        "json" => write_json(&picture.json(), &mut std::io::stdout().lock())?,
        "dot" => terminal::print(&picture.dot())?,
        "mermaid" => terminal::print(&picture.mermaid())?,
        other => anyhow::bail!("`{other}` is not a format of `paths`: expected human, json, dot or mermaid"),
    }
    Ok(Exit::Open)
}

/// The ways that were found, to be drawn.
struct Picture<'a> {
    graph: &'a Graph,
    lowered: &'a Lowered,
    sources: &'a Sources,
    ways: &'a [Way<'a>],
    /// How many first steps lead to an end.
    entries: usize,
    cuts: &'a [Cut],
    summary: &'a Summary<'a>,
}

impl Picture<'_> {
    /// The edges that some way takes, by their numbers.
    fn taken(&self) -> BTreeMap<u32, &Edge> {
        self.ways.iter().flat_map(|way| way.edges.iter().copied()).collect()
    }

    fn label(&self, node: &Node) -> Text {
        node.name(self.lowered).trim_matches('`').into()
    }

    fn place(&self, place: Span) -> String {
        let source = self.sources.get(place.source);
        format!("{}:{}", source.path, source.places(place).0.line)
    }
}
