//! The logic of a check: `resource_policy` blocks.

use super::edge::{EdgeRule, edge};
use super::fix::{Fix, fix};
use super::input::input;
use super::path::{PathRule, path};
use super::unexpected::unexpected;
use super::{Graded, Input, TypePattern};
use crate::model::{Text, Value};
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block, Body, Expr, Item};
use std::sync::Arc;

/// One `resource_policy`.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its second label.
    pub name: Text,
    /// What its first label names.
    pub patterns: Vec<TypePattern>,
    /// Resources for which this is false are none of its business.
    pub filter: Option<Expr>,
    /// Its locals and those of the page, in source order.
    pub locals: Vec<(Text, Expr)>,
    /// What must hold.
    pub enforces: Vec<Enforce>,
    /// What leads from one thing to another because such a resource is there.
    pub edges: Vec<EdgeRule>,
    /// The values of its inputs, once they are bound.
    pub inputs: Arc<Vec<(Text, Value)>>,
    /// Set for policies that are written for Terraform Policy.
    pub terraform: Option<TerraformPolicy>,
    /// The header.
    pub span: Span,
}

/// What a policy that is written for Terraform Policy judges.
#[derive(Clone, Debug)]
pub struct TerraformPolicy {
    /// Which of the three blocks it is.
    pub kind: PolicyKind,
    /// The sources of the modules that it judges.
    pub source: Option<TypePattern>,
    /// The operations on which it is evaluated; none for all.
    pub operations: Vec<Text>,
}

/// The blocks of Terraform Policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// `resource_policy`
    Resource,
    /// `provider_policy`
    Provider,
    /// `module_policy`
    Module,
}

/// One `enforce` block.
#[derive(Clone, Debug)]
pub struct Enforce {
    /// What must hold.
    pub condition: Expr,
    /// What is said when it does not.
    pub error_message: Option<Expr>,
    /// What is said beside that.
    pub info_message: Option<Expr>,
    /// The place of the finding, where the deciding value is not it.
    pub at: Option<Expr>,
    /// One verdict for each element.
    pub for_each: Option<Expr>,
    /// How bad a finding of it is, where that is less than the page says of the worst.
    pub severity: Option<Graded>,
    /// How a machine mends what it finds.
    pub fix: Option<Fix>,
    /// The header.
    pub span: Span,
}

/// What stands in a body of policies.
#[derive(Debug, Default)]
pub struct Logic {
    /// The policies; locals at the top belong to each of them.
    pub policies: Vec<Policy>,
    /// What whoever runs them may set.
    pub inputs: Vec<Input>,
    /// The ways through the graph that are findings.
    pub paths: Vec<PathRule>,
}

/// Reads the policies of a body, with their inputs and paths.
pub fn policies(body: Body) -> Result<Logic, Vec<Problem>> {
    let mut shared = Vec::new();
    let mut blocks = Vec::new();
    let mut inputs = Vec::new();
    let mut paths = Vec::new();
    let there_are = "resource_policy, path, locals and input";
    for item in body.items {
        match item {
            Item::Block(block) if block.kind.name == "resource_policy" => blocks.push(block),
            Item::Block(block) if block.kind.name == "locals" => shared.extend(locals(block)?),
            Item::Block(block) if block.kind.name == "input" => inputs.push(input(block)?),
            Item::Block(block) if block.kind.name == "path" => paths.push(path(block)?),
            Item::Block(block) => return Err(unexpected(&block.kind.name, block.header, there_are)),
            Item::Attribute(attribute) => return Err(unexpected(&attribute.name.name, attribute.span, there_are)),
        }
    }
    let policies = blocks.into_iter().map(|block| policy(block, &shared)).collect::<Result<_, _>>()?;
    Ok(Logic { policies, inputs, paths })
}

fn policy(block: Block, shared: &[(Text, Expr)]) -> Result<Policy, Vec<Problem>> {
    let [types, name] = block.labels.as_slice() else {
        return Err(vec![Problem::error(block.header, "A `resource_policy` has two labels: types and a name.")]);
    };
    let patterns = TypePattern::each(&types.name);
    if let Some(message) = patterns.iter().find_map(TypePattern::mistake) {
        return Err(vec![Problem::error(types.span, message)]);
    }
    let mut policy = Policy::new(name.name.clone(), patterns, shared, block.header);
    for item in block.body.items {
        if let Some(item) = policy.take(item)? {
            return Err(policy.unexpected(&item));
        }
    }
    policy.checked()
}

impl Policy {
    /// A policy that enforces nothing yet.
    pub(super) fn new(name: Text, patterns: Vec<TypePattern>, shared: &[(Text, Expr)], span: Span) -> Self {
        Self {
            name,
            patterns,
            filter: None,
            locals: shared.to_vec(),
            enforces: Vec::new(),
            edges: Vec::new(),
            inputs: Arc::default(),
            terraform: None,
            span,
        }
    }

    /// Takes one item of its block; gives back what is none of a policy's.
    pub(super) fn take(&mut self, item: Item) -> Result<Option<Item>, Vec<Problem>> {
        match item {
            Item::Attribute(Attribute { name, value, .. }) if name.name == "filter" => self.filter = Some(value),
            Item::Block(block) if block.kind.name == "locals" => self.locals.extend(locals(block)?),
            Item::Block(block) if block.kind.name == "enforce" => self.enforces.push(enforce(block)?),
            Item::Block(block) if block.kind.name == "edge" && self.terraform.is_none() => {
                self.edges.push(edge(block)?);
            }
            other => return Ok(Some(other)),
        }
        Ok(None)
    }

    /// The problem of an item that no policy has.
    pub(super) fn unexpected(&self, item: &Item) -> Vec<Problem> {
        let more = if self.terraform.is_some() { "enforcement_level, operations, " } else { "" };
        let (name, span) = match item {
            Item::Attribute(attribute) => (&attribute.name.name, attribute.span),
            Item::Block(block) => (&block.kind.name, block.header),
        };
        unexpected(name, span, &format!("{more}filter, locals, enforce and edge"))
    }

    /// The policy, if it enforces anything.
    pub(super) fn checked(self) -> Result<Self, Vec<Problem>> {
        if self.enforces.is_empty() && self.edges.is_empty() {
            return Err(vec![Problem::error(self.span, "A policy enforces something: add an `enforce` block.")]);
        }
        Ok(self)
    }

    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let enforces = self.enforces.iter().flat_map(Enforce::expressions);
        let edges = self.edges.iter().flat_map(EdgeRule::expressions);
        self.filter.iter().chain(self.locals.iter().map(|(_, local)| local)).chain(enforces).chain(edges)
    }
}

impl Enforce {
    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let others = [&self.error_message, &self.info_message, &self.at, &self.for_each];
        let graded = self.severity.iter().flat_map(Graded::conditions);
        let fix = self.fix.iter().flat_map(Fix::expressions);
        std::iter::once(&self.condition).chain(others.into_iter().flatten()).chain(graded).chain(fix)
    }
}

pub(super) fn locals(block: Block) -> Result<Vec<(Text, Expr)>, Vec<Problem>> {
    let entry = |item| match item {
        Item::Attribute(attribute) => Ok((attribute.name.name, attribute.value)),
        Item::Block(block) => Err(unexpected(&block.kind.name, block.header, "names with values")),
    };
    block.body.items.into_iter().map(entry).collect()
}

fn enforce(block: Block) -> Result<Enforce, Vec<Problem>> {
    let there_are = "condition, error_message, info_message, at, for_each, severity and fix";
    let (mut condition, mut error_message, mut info_message, mut at, mut for_each) = (None, None, None, None, None);
    let (mut severity, mut mended) = (None, None);
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) => match name.name.as_str() {
                "condition" => condition = Some(value),
                "error_message" => error_message = Some(value),
                "info_message" => info_message = Some(value),
                "at" => at = Some(value),
                "for_each" => for_each = Some(value),
                "severity" => severity = Some(Graded::read(value)?),
                other => return Err(unexpected(other, span, there_are)),
            },
            Item::Block(inner) if inner.kind.name == "fix" => mended = Some(fix(inner)?),
            Item::Block(inner) => return Err(unexpected(&inner.kind.name, inner.header, there_are)),
        }
    }
    let condition =
        condition.ok_or_else(|| vec![Problem::error(block.header, "An `enforce` block has a `condition`.")])?;
    let span = block.header;
    Ok(Enforce { condition, error_message, info_message, at, for_each, severity, fix: mended, span })
}
