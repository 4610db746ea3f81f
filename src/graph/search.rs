//! The shortest ways from some nodes to others.
//!
//! One search for all starts and ends, breadth first: it takes every edge at most once, whatever the number of ends.

use super::{Edge, Graph, Node};
use std::collections::{HashMap, VecDeque};

/// What is looked for.
pub struct Query<'q> {
    /// Where ways begin.
    pub starts: Vec<Node>,
    /// Whether a way ends with an edge.
    pub ends: &'q dyn Fn(&Edge) -> bool,
    /// Whether a way may take edges of a kind.
    pub takes: &'q dyn Fn(&str) -> bool,
    /// Whether it may take edges that are in doubt.
    pub doubtful: bool,
}

/// A way through the graph.
#[derive(Clone, Debug)]
pub struct Way<'g> {
    /// The edges that it takes in their order, at least one, with their numbers.
    pub edges: Vec<(u32, &'g Edge)>,
}

impl<'g> Way<'g> {
    /// The node that it ends at.
    pub fn end(&self) -> Option<&'g Node> {
        self.edges.last().map(|(_, edge)| &edge.to)
    }
}

impl Graph {
    /// Returns the shortest way to each end that is reached, in the order of their length.
    pub fn ways(&self, query: &Query) -> Vec<Way<'_>> {
        let mut came_by: HashMap<&Node, Option<u32>> = query.starts.iter().map(|start| (start, None)).collect();
        let mut next: VecDeque<&Node> = query.starts.iter().collect();
        let mut reached = Vec::new();
        while let Some(node) = next.pop_front() {
            for (number, edge) in self.leaving(node) {
                let may_be_taken = (query.takes)(&edge.kind) && (query.doubtful || edge.doubt.is_empty());
                if may_be_taken && !came_by.contains_key(&edge.to) {
                    came_by.insert(&edge.to, Some(number));
                    next.push_back(&edge.to);
                    if (query.ends)(edge) {
                        reached.push(&edge.to);
                    }
                }
            }
        }
        reached.into_iter().map(|end| self.back(&came_by, end)).collect()
    }

    /// The way that the search came by to a node.
    fn back(&self, came_by: &HashMap<&Node, Option<u32>>, end: &Node) -> Way<'_> {
        let last = |node: &Node| {
            let number = came_by.get(node).copied().flatten()?;
            Some((number, self.edges.get(number as usize)?))
        };
        let mut edges: Vec<(u32, &Edge)> = std::iter::successors(last(end), |(_, edge)| last(&edge.from)).collect();
        edges.reverse();
        Way { edges }
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, Node, Query};
    use crate::graph::Edge;
    use crate::model::{Cause, ResourceId, Why};
    use crate::source::{SourceId, Span};

    fn place(name: &str) -> Node {
        Node::Place(name.into())
    }

    fn edge(from: &str, to: &str, kind: &str, is_certain: bool) -> Edge {
        let span = Span::new(SourceId(0), 0, 0);
        let cause = Cause { why: Why::AfterApply("aws_vpc.v.id".into()), span };
        Edge {
            kind: kind.into(),
            from: place(from),
            to: place(to),
            by: ResourceId(0),
            message: String::new(),
            technique: None,
            place: span,
            path: "".into(),
            stable_path: "".into(),
            labels: Vec::new(),
            doubt: if is_certain { Vec::new() } else { vec![cause] },
        }
    }

    fn ways(edges: Vec<Edge>, doubtful: bool) -> Vec<Vec<String>> {
        let graph = Graph::new(edges);
        let ends = |edge: &Edge| edge.to == place("d");
        let query = Query { starts: vec![place("a")], ends: &ends, takes: &|kind| kind != "closed", doubtful };
        let name = |node: &Node| if let Node::Place(name) = node { name.to_string() } else { String::new() };
        graph.ways(&query).iter().map(|way| way.edges.iter().map(|(_, edge)| name(&edge.to)).collect()).collect()
    }

    #[test]
    fn the_shortest_way_is_taken_and_a_circle_ends() {
        let edges = ["ab", "ba", "bc", "cd", "ac"].map(|way| edge(&way[..1], &way[1..], "open", true));
        assert_eq!(ways(edges.into(), false), [["c", "d"]]);
    }

    #[test]
    fn kinds_that_are_not_taken_are_closed() {
        assert!(ways(vec![edge("a", "d", "closed", true)], true).is_empty());
    }

    #[test]
    fn a_doubtful_edge_is_taken_only_when_asked_for() {
        let edges = vec![edge("a", "d", "open", false)];
        assert!(ways(edges.clone(), false).is_empty());
        assert_eq!(ways(edges, true), [["d"]]);
    }
}
