//! What leads where: places and resources as nodes, what opens the way between them as edges, and the search for ways.
//!
//! Owns the graph and its search. Evaluates nothing: the edges are given by the engine, from the rules in `edges/`.

mod cut;
mod search;
mod summary;

pub use cut::Cut;
pub use search::{Query, Way};
pub use summary::{Identity, Summary, USES};

use crate::check::{TypePattern, place_name};
use crate::finding::{Label, Leg};
use crate::model::{Cause, Lowered, ResourceId, Text};
use crate::source::Span;
use std::collections::HashMap;

/// The rules of edges that are in the binary: name and text.
pub const RULES: &[(&str, &str)] = &[
    ("edges/aws-reach.hcl", include_str!("edges/aws-reach.hcl")),
    ("edges/aws-rights.hcl", include_str!("edges/aws-rights.hcl")),
    ("edges/azure.hcl", include_str!("edges/azure.hcl")),
    ("edges/dns.hcl", include_str!("edges/dns.hcl")),
    ("edges/google.hcl", include_str!("edges/google.hcl")),
    ("edges/images.hcl", include_str!("edges/images.hcl")),
    ("edges/kubernetes.hcl", include_str!("edges/kubernetes.hcl")),
];

/// Something that a way leads through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A place where paths begin and end: `internet`, `aws_account`.
    Place(Text),
    /// What several units of a repository call by one name: `system:serviceaccount:shop:web`.
    Name {
        /// The directory of the repository.
        repository: Text,
        /// What it is called there.
        name: Text,
    },
    /// A resource.
    Resource(ResourceId),
}

impl Node {
    /// What people call it: an address between backquotes, or a place (`the internet`).
    pub fn name(&self, model: &Lowered) -> Text {
        match self {
            Self::Place(name) => place_name(name).unwrap_or(name).into(),
            Self::Name { name, .. } => name.clone(),
            Self::Resource(id) => ecow::eco_format!("`{}`", model.resource(model.reported(*id)).address),
        }
    }

    /// Whether a pattern names it: by the name of a place, or by a type, a family or the address of a resource.
    pub fn is_named(&self, pattern: &TypePattern, model: &Lowered) -> bool {
        match self {
            Self::Place(name) | Self::Name { name, .. } => pattern.exact() == Some(name),
            Self::Resource(id) => {
                let resource = model.resource(*id);
                resource.names().any(|name| pattern.matches(name))
                    || pattern.exact().is_some_and(|address| resource.address == *address)
            }
        }
    }
}

/// One step: something is open between two nodes.
#[derive(Clone, Debug)]
pub struct Edge {
    /// How it leads there: `reaches`, `runs_as`, `may`, ….
    pub kind: Text,
    /// Where it begins.
    pub from: Node,
    /// Where it ends.
    pub to: Node,
    /// The resource because of which it is there.
    pub by: ResourceId,
    /// What opens it, one clause without a full stop.
    pub message: String,
    /// The technique of MITRE ATT&CK that takes this way.
    pub technique: Option<Text>,
    /// The value that opens it, or the header of the block that lacks one.
    pub place: Span,
    /// Attribute path of the value in `by`.
    pub path: Text,
    /// The same path, with elements of lists by what names them.
    pub stable_path: Text,
    /// The way of the value, nearest first.
    pub labels: Vec<Label>,
    /// Why it may not be there: the inputs that are missing. Empty when it certainly is.
    pub doubt: Vec<Cause>,
}

impl Edge {
    /// The edge as a step of a finding, of which `breaks` ways are no more without it.
    pub fn leg(&self, model: &Lowered, breaks: usize) -> Leg {
        Leg {
            kind: self.kind.clone(),
            from: self.from.name(model),
            to: self.to.name(model),
            message: self.message.clone(),
            technique: self.technique.clone(),
            place: self.place,
            breaks,
        }
    }
}

/// All edges, by where they begin.
#[derive(Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    leaving: HashMap<Node, Vec<u32>>,
    arriving: HashMap<Node, Vec<u32>>,
}

impl Graph {
    /// Makes a graph of its edges. Their order decides between ways of the same length.
    pub fn new(edges: Vec<Edge>) -> Self {
        let mut leaving: HashMap<Node, Vec<u32>> = HashMap::new();
        let mut arriving: HashMap<Node, Vec<u32>> = HashMap::new();
        for (number, edge) in (0..).zip(&edges) {
            leaving.entry(edge.from.clone()).or_default().push(number);
            arriving.entry(edge.to.clone()).or_default().push(number);
        }
        Self { edges, leaving, arriving }
    }

    /// All edges.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The nodes that edges begin at and some pattern names, sorted.
    pub fn starts(&self, patterns: &[TypePattern], model: &Lowered) -> Vec<Node> {
        let is_named = |node: &&Node| patterns.iter().any(|pattern| node.is_named(pattern, model));
        let mut starts: Vec<Node> = self.leaving.keys().filter(is_named).cloned().collect();
        starts.sort();
        starts
    }

    /// Whether no step begins at a node that leads on.
    pub fn is_end(&self, node: &Node) -> bool {
        self.leaving(node).all(|(_, edge)| edge.kind == USES || self.is_loose(&edge.to))
    }

    /// Whether a node is a name by which no other unit calls anything: nothing is there.
    pub fn is_loose(&self, node: &Node) -> bool {
        matches!(node, Node::Name { .. }) && !self.leaving.contains_key(node)
    }

    /// The edges that begin at a node, with their numbers.
    fn leaving(&self, node: &Node) -> impl Iterator<Item = (u32, &Edge)> {
        self.numbered(self.leaving.get(node))
    }

    /// The edges that end at a node, with their numbers.
    fn arriving(&self, node: &Node) -> impl Iterator<Item = (u32, &Edge)> {
        self.numbered(self.arriving.get(node))
    }

    fn numbered(&self, numbers: Option<&Vec<u32>>) -> impl Iterator<Item = (u32, &Edge)> {
        let numbers = numbers.map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| Some((*number, self.edges.get(*number as usize)?)))
    }
}
