//! The rules of edges on all resources: what leads from where to where in a model.

use super::Index;
use super::evidence::{Evidence, Notebook};
use super::place::{Place, place_apart};
use super::scope::PolicyScope;
use crate::check::{EdgeRule, Page, Policy, place_name, policies};
use crate::expr::{Budget, EvalError, Evaluator, Mode};
use crate::graph::{Edge, Graph, Node, RULES};
use crate::model::{Cause, Data, ResourceId, Text, Value, Why};
use crate::source::{Problem, ProblemKind, Sources};
use crate::syntax::hcl::{self, Expr};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The edges of a model, and what is wrong with the rules.
#[derive(Default)]
struct Found {
    edges: Vec<Edge>,
    problems: Vec<Problem>,
}

/// The rules in the binary.
pub struct EdgeRules {
    policies: Vec<Policy>,
    /// What is wrong with them.
    problems: Vec<Problem>,
}

/// Returns the graph of a model, by the rules in the binary and those on `pages`, and defects of these rules.
pub fn graph(index: &Index, shipped: &EdgeRules, pages: &[Arc<Page>], sources: &Sources) -> (Graph, Vec<Problem>) {
    let mut problems = shipped.problems.clone();
    let own = pages.iter().flat_map(|page| &page.policies).filter(|policy| !policy.edges.is_empty());
    let mut by_type: HashMap<&str, Vec<&Policy>> = HashMap::new();
    for rule in shipped.policies.iter().chain(own) {
        let types: BTreeSet<&str> = rule.patterns.iter().flat_map(|pattern| index.types(pattern)).collect();
        types.into_iter().for_each(|name| by_type.entry(name).or_default().push(rule));
    }
    let numbers = 0..index.len() as u32;
    let found = numbers.into_par_iter().map(ResourceId).fold(Found::default, |mut found, id| {
        for name in index.get(id).names() {
            for rule in by_type.get(name).into_iter().flatten() {
                Walker { index, sources, id, found: &mut found }.policy(rule);
            }
        }
        found
    });
    let found = found.reduce(Found::default, |mut found, mut more| {
        found.edges.append(&mut more.edges);
        found.problems.append(&mut more.problems);
        found
    });
    problems.extend(found.problems);
    (Graph::new(found.edges), problems)
}

/// Parses the rules in the binary.
pub fn rules(sources: &Sources) -> EdgeRules {
    let (mut rules, mut problems) = (Vec::new(), Vec::new());
    for (name, text) in RULES {
        let source = sources.add_input(*name, *text);
        let (body, wrong) = hcl::parse_body(source, text, 0);
        problems.extend(wrong);
        match policies(body) {
            Ok(logic) => rules.extend(logic.policies),
            Err(wrong) => problems.extend(wrong),
        }
    }
    EdgeRules { policies: rules, problems }
}

/// Walks the edges that one resource opens.
struct Walker<'a> {
    index: &'a Index<'a>,
    sources: &'a Sources,
    id: ResourceId,
    found: &'a mut Found,
}

impl Walker<'_> {
    fn policy(&mut self, policy: &Policy) {
        let budget = Budget::policy();
        let scope = PolicyScope::new(self.index, policy, self.id, &budget);
        let notebook = Notebook::default();
        let evidence = Evidence::new(self.index, policy, self.id, &notebook);
        let evaluator = Evaluator::new(&scope, Mode::Policy, &budget);
        let applies = policy.filter.as_ref().map(|filter| evaluator.truth(filter));
        let doubt = match applies {
            None => Vec::new(),
            Some(Ok(value)) if value.as_bool() == Some(true) => Vec::new(),
            Some(Ok(value)) if value.is_unknown() => causes(&value),
            Some(Ok(_)) => return,
            Some(Err(error)) => return self.defect(&error),
        };
        for rule in &policy.edges {
            if let Err(error) = self.edge(rule, &evaluator, &evidence, &doubt) {
                self.defect(&error);
            }
        }
    }

    /// Adds the edges of one rule.
    fn edge(
        &mut self,
        rule: &EdgeRule,
        evaluator: &Evaluator,
        evidence: &Evidence,
        doubt: &[Cause],
    ) -> Result<(), EvalError> {
        let mut doubt = doubt.to_vec();
        if let Some(condition) = &rule.condition {
            let holds = evaluator.truth(condition)?;
            match holds.as_bool() {
                Some(true) => {}
                None if holds.is_unknown() => doubt.extend(causes(&holds)),
                _ => return Ok(()),
            }
        }
        let resource = self.index.get(self.id);
        doubt.extend(resource.doubt.iter().flat_map(|doubt| doubt.causes.iter().cloned()));
        doubt
            .extend(rule.unless.iter().map(|unless| Cause { why: Why::Unseen(unless.clone()), span: resource.header }));
        let from = self.ends(rule.from.as_ref(), evaluator)?;
        let to = self.ends(rule.to.as_ref(), evaluator)?;
        if from.is_empty() || to.is_empty() {
            return Ok(());
        }
        let message = match evaluator.evaluate(&rule.message) {
            Err(error) if error.fatal => return Err(error),
            // A value that the message tells is not there: the edge stands.
            message => message.ok(),
        };
        let shown = message.as_ref().filter(|message| !message.sensitive).and_then(Value::as_str);
        let message = shown.map(|text| self.index.secrets().hidden(text));
        let message = message.unwrap_or_else(|| format!("by `{}`", resource.address));
        let accesses = match (&rule.at, &rule.condition) {
            (Some(at), _) => evidence.pointed_at(at, None).into_iter().collect(),
            (None, Some(condition)) => evidence.deciding(condition, None).accesses,
            (None, None) => Vec::new(),
        };
        let Place { span, labels, path, stable } = place_apart(accesses, resource, rule.span.source);
        let stable_path: Text = self.index.secrets().hidden(&stable).into();
        for begin in &from {
            for end in to.iter().filter(|end| *end != begin) {
                self.found.edges.push(Edge {
                    kind: rule.kind.clone(),
                    from: begin.clone(),
                    to: end.clone(),
                    by: self.id,
                    message: message.clone(),
                    technique: rule.technique.clone(),
                    place: span,
                    path: path.clone(),
                    stable_path: stable_path.clone(),
                    labels: labels.clone(),
                    doubt: doubt.clone(),
                });
            }
        }
        Ok(())
    }

    /// The nodes that an expression names; the resource itself where there is none.
    fn ends(&self, expr: Option<&Expr>, evaluator: &Evaluator) -> Result<Vec<Node>, EvalError> {
        let Some(expr) = expr else { return Ok(vec![Node::Resource(self.id)]) };
        let mut nodes = Vec::new();
        self.nodes(&evaluator.evaluate(expr)?, &mut nodes);
        nodes.sort();
        nodes.dedup();
        Ok(nodes)
    }

    fn nodes(&self, value: &Value, nodes: &mut Vec<Node>) {
        match &value.data {
            // What is secret is no name.
            Data::String(_) if value.sensitive || self.index.secrets().are_in(value) => {}
            Data::String(name) if place_name(name).is_some() => nodes.push(Node::Place(name.clone())),
            Data::String(name) => {
                let repository = self.index.model().repository_of(self.index.get(self.id)).into();
                nodes.push(Node::Name { repository, name: name.clone() });
            }
            Data::Sequence(sequence) => sequence.items.iter().for_each(|item| self.nodes(item, nodes)),
            // A list that may be longer leads to what is known of it.
            Data::Unknown(_) => value.known_elements().into_iter().flatten().for_each(|item| self.nodes(item, nodes)),
            Data::Mapping(_) => nodes.extend(self.resource(value).map(Node::Resource)),
            _ => {}
        }
    }

    /// The resource whose attributes a value is, with its `meta`. Relations give those of one unit.
    fn resource(&self, value: &Value) -> Option<ResourceId> {
        let address = value.get("meta")?.get("address")?.as_str()?;
        self.index.at_address(self.index.get(self.id).unit, address)
    }

    fn defect(&mut self, error: &EvalError) {
        let source = self.sources.get(error.span.source);
        let line = source.places(error.span).0.line;
        let message = format!("An edge failed on `{}`: {}", self.index.get(self.id).address, error.message);
        let help = format!("At line {line} of `{}`.", source.path);
        let problem = Problem::error(self.index.get(self.id).header, message);
        self.found.problems.push(problem.about(ProblemKind::Check).with_help(help));
    }
}

fn causes(value: &Value) -> Vec<Cause> {
    value.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default()
}
