//! The graph in a few sentences: what the internet reaches, and which identities have more rights than their workloads use.

use super::{Edge, Graph, Node};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of edges that lead from an identity to what it has a right to.
const RIGHTS: [&str; 3] = ["assumes", "may", "escalates_to"];
/// What a workload names in its configuration: no step of a way, but what its rights are measured by.
pub const USES: &str = "uses";

/// What a graph says of a repository.
#[derive(Debug, Default)]
pub struct Summary<'g> {
    /// The resources that the internet reaches.
    pub reached: BTreeSet<&'g Node>,
    /// Those that it reaches only if inputs are what nobody knows.
    pub possibly_reached: BTreeSet<&'g Node>,
    /// The identities that have rights on everything of a kind, by what runs as them.
    pub identities: Vec<Identity<'g>>,
}

/// An identity whose rights are wider than what its workloads use.
#[derive(Debug)]
pub struct Identity<'g> {
    /// The role, service account or managed identity.
    pub node: &'g Node,
    /// The places where its rights end: every right, all data, all secrets.
    pub may: BTreeSet<&'g Node>,
    /// What runs as it.
    pub workloads: BTreeSet<&'g Node>,
    /// Whether the internet reaches one of these.
    pub is_exposed: bool,
    /// What these name in their configuration.
    pub uses: BTreeSet<&'g Node>,
}

impl Graph {
    /// Returns the summary of the graph.
    pub fn summary(&self) -> Summary<'_> {
        let reached = self.reached_by_internet(false);
        let mut possibly_reached = self.reached_by_internet(true);
        possibly_reached.retain(|node| !reached.contains(node));
        let mut workloads: BTreeMap<&Node, BTreeSet<&Node>> = BTreeMap::new();
        let mut uses: BTreeMap<&Node, BTreeSet<&Node>> = BTreeMap::new();
        let mut rights: BTreeSet<&Node> = BTreeSet::new();
        for edge in self.edges() {
            match edge.kind.as_str() {
                "runs_as" => _ = workloads.entry(&edge.to).or_default().insert(&edge.from),
                USES => _ = uses.entry(&edge.from).or_default().insert(&edge.to),
                kind if RIGHTS.contains(&kind)
                    && !matches!(edge.to, Node::Resource(_))
                    && self.is_end(&edge.to)
                    && !self.is_loose(&edge.to) =>
                {
                    rights.insert(&edge.to);
                }
                _ => {}
            }
        }
        let mut may: BTreeMap<&Node, BTreeSet<&Node>> = BTreeMap::new();
        for right in rights {
            for holder in self.holders(right) {
                may.entry(holder).or_default().insert(right);
            }
        }
        let identities = workloads.into_iter().filter_map(|(node, workloads)| {
            let uses = workloads.iter().filter_map(|workload| uses.get(workload)).flatten().copied().collect();
            let is_exposed = workloads.iter().any(|workload| reached.contains(workload));
            Some(Identity { node, may: may.remove(node)?, workloads, is_exposed, uses })
        });
        let identities = identities.collect();
        Summary { reached, possibly_reached, identities }
    }

    /// What the internet reaches: by certain steps, or by those too that are in doubt.
    fn reached_by_internet(&self, doubtful: bool) -> BTreeSet<&Node> {
        let internet = Node::Place("internet".into());
        let onward = |node| self.leaving(node).map(|(_, edge)| edge);
        let open = |edge: &&Edge| edge.kind == "reaches" && (doubtful || edge.doubt.is_empty());
        walk(onward(&internet).filter(open).map(|edge| &edge.to), |node| onward(node).filter(open).map(|edge| &edge.to))
    }

    /// The identities that certainly have a right, themselves or by others.
    fn holders(&self, right: &Node) -> BTreeSet<&Node> {
        let backward = |node| self.arriving(node).map(|(_, edge)| edge);
        let open = |edge: &&Edge| RIGHTS.contains(&edge.kind.as_str()) && edge.doubt.is_empty();
        walk(backward(right).filter(open).map(|edge| &edge.from), |node| {
            backward(node).filter(open).map(|edge| &edge.from)
        })
    }
}

/// Some nodes, and those that lie behind them.
fn walk<'g, I: Iterator<Item = &'g Node>>(
    first: impl Iterator<Item = &'g Node>,
    behind: impl Fn(&'g Node) -> I,
) -> BTreeSet<&'g Node> {
    let mut next: Vec<&Node> = first.collect();
    let mut seen: BTreeSet<&Node> = next.iter().copied().collect();
    while let Some(node) = next.pop() {
        next.extend(behind(node).filter(|node| seen.insert(node)));
    }
    seen
}
