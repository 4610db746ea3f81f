//! `.policy.hcl`: each file is a unit of its own, whatever lies beside it.

use super::refused::{Judged, Skipped, refused};
use crate::check::input::input;
use crate::check::policy::locals;
use crate::check::unexpected::unexpected;
use crate::check::{Input, Policy, PolicyKind, TerraformPolicy, TypePattern};
use crate::model::Text;
use crate::source::{Problem, SourceId};
use crate::syntax::hcl::{self, Block, Expr, ExprKind, Item};

/// One `.policy.hcl` file.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// What whoever runs it may set.
    pub inputs: Vec<Input>,
    /// Its policies in source order, those left out that are skipped.
    pub policies: Vec<Unlevelled>,
    /// Policies that what is judged can never be judged by.
    pub skipped: Vec<Skipped>,
}

/// A policy whose enforcement level is not evaluated yet.
#[derive(Clone, Debug)]
pub struct Unlevelled {
    /// The policy.
    pub policy: Policy,
    /// `enforcement_level`; without, the policy is mandatory.
    pub level: Option<Expr>,
}

/// Reads a `.policy.hcl` file to judge by. One that is wrong anywhere is not evaluated at all.
pub fn read_policies(source: SourceId, text: &str, judged: Judged) -> Result<PolicyFile, Vec<Problem>> {
    let (body, problems) = hcl::parse(source, text);
    if !problems.is_empty() {
        return Err(problems);
    }
    let (mut shared, mut inputs, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
    for item in body.items {
        match item {
            Item::Attribute(attribute) => {
                return Err(unexpected(&attribute.name.name, attribute.span, BLOCKS));
            }
            Item::Block(block) => match block.kind.name.as_str() {
                // Versions and sources of providers and plug-ins: nothing of it is needed here.
                "policy" => {}
                "input" => inputs.push(input(block)?),
                "locals" => shared.extend(locals(block)?),
                "resource_policy" => blocks.push((PolicyKind::Resource, block)),
                "provider_policy" => blocks.push((PolicyKind::Provider, block)),
                "module_policy" => blocks.push((PolicyKind::Module, block)),
                other => return Err(unexpected(other, block.header, BLOCKS)),
            },
        }
    }
    let mut file = PolicyFile { inputs, policies: Vec::new(), skipped: Vec::new() };
    let mut labels: Vec<(PolicyKind, Text, Text)> = Vec::new();
    for (kind, block) in blocks {
        let header = block.header;
        let key = (kind, label(&block, 0), label(&block, 1));
        if labels.contains(&key) {
            let message = format!("Policy `{}` of `{}` is defined twice; rename one of them.", key.2, key.1);
            return Err(vec![Problem::error(header, message)]);
        }
        labels.push(key);
        let read = policy(kind, block, &shared)?;
        match refused(&read.policy, judged)? {
            Some(skipped) => file.skipped.push(skipped),
            None => file.policies.push(read),
        }
    }
    Ok(file)
}

/// What stands at the top of a file.
const BLOCKS: &str = "policy, input, locals, resource_policy, provider_policy and module_policy";

fn label(block: &Block, at: usize) -> Text {
    block.labels.get(at).map(|label| label.name.clone()).unwrap_or_default()
}

fn policy(kind: PolicyKind, block: Block, shared: &[(Text, Expr)]) -> Result<Unlevelled, Vec<Problem>> {
    let [judged, name] = block.labels.as_slice() else {
        let message = format!("A `{}` has two labels: what it judges, and a name.", block.kind.name);
        return Err(vec![Problem::error(block.header, message)]);
    };
    let judged = judged.name.as_str();
    let (pattern, source) = match kind {
        PolicyKind::Resource => (judged.to_owned(), None),
        PolicyKind::Provider => (format!("provider.{judged}"), None),
        PolicyKind::Module => ("module".to_owned(), Some(TypePattern::new(judged))),
    };
    let mut policy = Policy::new(name.name.clone(), vec![TypePattern::new(&pattern)], shared, block.header);
    let mut subject = TerraformPolicy { kind, source, operations: Vec::new() };
    policy.terraform = Some(subject.clone());
    let mut level = None;
    let before = policy.locals.len();
    for item in block.body.items {
        match policy.take(item)? {
            None => {}
            Some(Item::Attribute(attribute)) if attribute.name.name == "enforcement_level" => {
                level = Some(attribute.value);
            }
            Some(Item::Attribute(attribute)) if attribute.name.name == "operations" => {
                subject.operations = operations(&attribute.value)?;
            }
            Some(item) => return Err(policy.unexpected(&item)),
        }
    }
    let (shared, own) = policy.locals.split_at(before);
    if let Some((name, twice)) = own.iter().find(|(name, _)| shared.iter().any(|(other, _)| other == name)) {
        let message = format!("`local.{name}` is declared at the top of the file too; rename one of them.");
        return Err(vec![Problem::error(twice.span, message)]);
    }
    policy.terraform = Some(subject);
    Ok(Unlevelled { policy: policy.checked()?, level })
}

/// The operations that exist.
const OPERATIONS: [&str; 4] = ["create", "update", "delete", "no-op"];

fn operations(value: &Expr) -> Result<Vec<Text>, Vec<Problem>> {
    let wrong =
        |expr: &Expr| vec![Problem::error(expr.span, "`operations` is a list of create, update, delete and no-op.")];
    let ExprKind::Tuple(items) = &value.kind else { return Err(wrong(value)) };
    let operation = |item: &Expr| match &item.kind {
        ExprKind::String(name) if OPERATIONS.contains(&name.as_str()) => Ok(name.clone()),
        _ => Err(wrong(item)),
    };
    let operations: Vec<Text> = items.iter().map(operation).collect::<Result<_, _>>()?;
    let twice = |(at, name): &(usize, &Text)| operations.iter().take(*at).any(|before| before == *name);
    match operations.iter().enumerate().find(twice).and_then(|(at, _)| items.get(at)) {
        Some(item) => Err(vec![Problem::error(item.span, "This operation is listed twice.")]),
        None if operations.is_empty() => Ok(OPERATIONS.map(Text::from).into()),
        None => Ok(operations),
    }
}
