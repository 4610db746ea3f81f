//! The shortest ways from some nodes to others.
//!
//! Two searches, each of which takes every edge at most once: from the beginnings, so that every end has a way; and from
//! the ends, so that every first step has one. Whoever closes one entry still has the others.

use super::{Edge, Graph, Node};
use crate::model::ResourceId;
use crate::source::Span;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// What is looked for.
pub struct Query<'q> {
    /// Where ways begin.
    pub starts: Vec<Node>,
    /// Whether a way ends with an edge.
    pub ends: Box<dyn Fn(&Edge) -> bool + 'q>,
    /// Whether a way may take edges of a kind.
    pub takes: Box<dyn Fn(&str) -> bool + 'q>,
    /// Whether it may take edges that are in doubt.
    pub doubtful: bool,
}

impl Query<'_> {
    /// Whether a way may take an edge, if what is opened at the `closed` place is closed.
    fn may_take(&self, edge: &Edge, closed: Option<Span>) -> bool {
        (self.takes)(&edge.kind) && (self.doubtful || edge.doubt.is_empty()) && closed != Some(edge.place)
    }
}

/// What opens a first step: the resource, and where the value stands. Whoever closes it has closed all ways that begin so.
pub type Opening = (ResourceId, u32);

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

    /// What opens its first step.
    pub fn opening(&self) -> Option<Opening> {
        self.edges.first().map(|(_, edge)| opening(edge))
    }
}

fn opening(edge: &Edge) -> Opening {
    (edge.by, edge.place.start)
}

/// For each node, the edge by which a search came to it, or goes on from it.
type Steps<'g> = HashMap<&'g Node, (u32, &'g Edge)>;

impl Graph {
    /// Returns the shortest way to each end that is reached, and from each first step that leads to one. They are in the
    /// order of the resources that open the first steps, then of their length.
    pub fn ways(&self, query: &Query) -> Vec<Way<'_>> {
        let mut ways = self.to_ends(query);
        let told: HashSet<Option<Opening>> = ways.iter().map(Way::opening).collect();
        let onward = self.onward(query, None);
        let mut others: BTreeMap<Opening, Way> = BTreeMap::new();
        for (number, edge) in self.first(query, None).filter(|(_, edge)| !told.contains(&Some(opening(edge)))) {
            let Some(way) = along(&onward, number, edge, query) else { continue };
            let shortest = others.entry(opening(edge)).or_insert_with(|| way.clone());
            if way.edges.len() < shortest.edges.len() {
                *shortest = way;
            }
        }
        ways.extend(others.into_values());
        ways.sort_by_key(|way| (way.opening(), way.edges.len()));
        ways
    }

    /// Returns the number of first steps that lead to an end, if what is opened at the `closed` place is closed.
    pub fn entries(&self, query: &Query, closed: Option<Span>) -> usize {
        let onward = self.onward(query, closed);
        let leading =
            self.first(query, closed).filter(|&(_, edge)| (query.ends)(edge) || onward.contains_key(&edge.to));
        leading.map(|(_, edge)| opening(edge)).collect::<HashSet<_>>().len()
    }

    /// The edges that a way may begin with.
    fn first<'g>(&'g self, query: &Query, closed: Option<Span>) -> impl Iterator<Item = (u32, &'g Edge)> {
        let first = query.starts.iter().flat_map(|start| self.leaving(start));
        first.filter(move |(_, edge)| query.may_take(edge, closed))
    }

    /// The shortest way to each end.
    fn to_ends(&self, query: &Query) -> Vec<Way<'_>> {
        let mut came_by = Steps::new();
        let mut seen: HashSet<&Node> = query.starts.iter().collect();
        let mut next: VecDeque<&Node> = query.starts.iter().collect();
        let mut reached = Vec::new();
        while let Some(node) = next.pop_front() {
            for (number, edge) in self.leaving(node).filter(|(_, edge)| query.may_take(edge, None)) {
                if seen.insert(&edge.to) {
                    came_by.insert(&edge.to, (number, edge));
                    next.push_back(&edge.to);
                    if (query.ends)(edge) {
                        reached.push(&edge.to);
                    }
                }
            }
        }
        let back = |end: &Node| {
            let last = |node: &Node| came_by.get(node).copied();
            let mut edges: Vec<(u32, &Edge)> = std::iter::successors(last(end), |(_, edge)| last(&edge.from)).collect();
            edges.reverse();
            Way { edges }
        };
        reached.into_iter().map(back).collect()
    }

    /// For each node from which an end can be reached, the edge that leads to the nearest one.
    fn onward(&self, query: &Query, closed: Option<Span>) -> Steps<'_> {
        let mut onward = Steps::new();
        let mut next: VecDeque<&Node> = VecDeque::new();
        for (number, edge) in (0..).zip(self.edges()) {
            if (query.ends)(edge) && query.may_take(edge, closed) && !onward.contains_key(&edge.from) {
                onward.insert(&edge.from, (number, edge));
                next.push_back(&edge.from);
            }
        }
        while let Some(node) = next.pop_front() {
            for (number, edge) in self.arriving(node).filter(|(_, edge)| query.may_take(edge, closed)) {
                if !onward.contains_key(&edge.from) {
                    onward.insert(&edge.from, (number, edge));
                    next.push_back(&edge.from);
                }
            }
        }
        onward
    }
}

/// The way that begins with an edge and goes on to the nearest end.
fn along<'g>(onward: &Steps<'g>, number: u32, first: &'g Edge, query: &Query) -> Option<Way<'g>> {
    let mut edges = vec![(number, first)];
    while let Some((_, edge)) = edges.last().filter(|&&(_, edge)| !(query.ends)(edge)) {
        // Each step is nearer to an end, so that this comes to one.
        edges.push(*onward.get(&edge.to)?);
    }
    Some(Way { edges })
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
        let ends = Box::new(|edge: &Edge| edge.to == place("d"));
        let takes = Box::new(|kind: &str| kind != "closed");
        let query = Query { starts: vec![place("a")], ends, takes, doubtful };
        let name = |node: &Node| if let Node::Place(name) = node { name.to_string() } else { String::new() };
        graph.ways(&query).iter().map(|way| way.edges.iter().map(|(_, edge)| name(&edge.to)).collect()).collect()
    }

    #[test]
    fn the_shortest_way_is_taken_and_a_circle_ends() {
        let edges = ["ab", "ba", "bc", "cd", "ac"].map(|way| edge(&way[..1], &way[1..], "open", true));
        assert_eq!(ways(edges.into(), false), [["c", "d"]]);
    }

    #[test]
    fn every_first_step_has_its_way() {
        let mut edges: Vec<Edge> = ["ab", "ac", "bd", "cd"].map(|way| edge(&way[..1], &way[1..], "open", true)).into();
        for (number, edge) in (0..).zip(&mut edges) {
            edge.by = ResourceId(number);
        }
        assert_eq!(ways(edges, false), [["b", "d"], ["c", "d"]]);
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
