//! Override files: what `override.tf` and `*_override.tf` change in the blocks of the others.
//!
//! Attributes replace attributes, nested blocks replace all nested blocks of their kind, and a few
//! blocks are merged more finely, as in Terraform's `configs/module_merge.go`.

use crate::source::Problem;
use crate::syntax::hcl::{Attribute, Block, Body, ExprKind, Item};
use ecow::EcoString;
use std::collections::{BTreeMap, BTreeSet};

/// Merges the blocks of one override file into those of the module.
pub(super) fn merge(blocks: &mut Vec<Block>, overriding: Vec<Block>, problems: &mut Vec<Problem>) {
    let mut places: BTreeMap<(EcoString, Vec<EcoString>), usize> = BTreeMap::new();
    for (at, block) in blocks.iter().enumerate() {
        places.entry(identity(block)).or_insert(at);
    }
    for block in overriding {
        match block.kind.name.as_str() {
            "locals" => merge_locals(blocks, block, problems),
            "terraform" => merge_settings(blocks, block),
            _ => {
                if let Some(base) = places.get(&identity(&block)).and_then(|at| blocks.get_mut(*at)) {
                    merge_body(&mut base.body, block.body);
                    continue;
                }
                let message = format!("There is no {} to override; it is taken as a new one.", describe(&block));
                problems.push(Problem::refused(block.header, message));
                blocks.push(block);
            }
        }
    }
}

/// What makes two blocks the same: kind, labels, and a provider's alias.
fn identity(block: &Block) -> (EcoString, Vec<EcoString>) {
    let mut labels: Vec<EcoString> = block.labels.iter().map(|label| label.name.clone()).collect();
    if block.kind.name == "provider"
        && let Some(alias) = block.body.attribute("alias")
        && let ExprKind::String(alias) = &alias.value.kind
    {
        labels.push(alias.clone());
    }
    (block.kind.name.clone(), labels)
}

fn describe(block: &Block) -> String {
    let labels: Vec<_> = block.labels.iter().map(|label| format!(" \"{}\"", label.name)).collect();
    format!("`{}{}`", block.kind.name, labels.concat())
}

fn merge_body(base: &mut Body, over: Body) {
    let replaced: BTreeSet<EcoString> = over.blocks().filter(|block| !is_fine(block)).map(kind_of).collect();
    base.items.retain(|item| !matches!(item, Item::Block(block) if replaced.contains(&kind_of(block))));
    for item in over.items {
        match item {
            Item::Attribute(attribute) => set_attribute(base, attribute),
            Item::Block(block) => {
                let same =
                    |block: &Block, item: &Item| matches!(item, Item::Block(b) if b.kind.name == block.kind.name);
                let block = without_enabled(block);
                match base.items.iter_mut().find(|item| is_fine(&block) && same(&block, item)) {
                    Some(Item::Block(existing)) => merge_body(&mut existing.body, block.body),
                    _ => base.items.push(Item::Block(block)),
                }
            }
        }
    }
}

/// The same block; OpenTofu's override files do not change whether a resource is enabled.
fn without_enabled(mut block: Block) -> Block {
    if block.kind.name == "lifecycle" {
        block.body.items.retain(|item| !matches!(item, Item::Attribute(attribute) if attribute.name.name == "enabled"));
    }
    block
}

/// Blocks that are merged argument by argument.
fn is_fine(block: &Block) -> bool {
    matches!(block.kind.name.as_str(), "lifecycle" | "required_providers")
}

/// The kind of nested block that it gives: `dynamic "ingress"` gives `ingress`.
fn kind_of(block: &Block) -> EcoString {
    match block.labels.first() {
        Some(label) if block.kind.name == "dynamic" => label.name.clone(),
        _ => block.kind.name.clone(),
    }
}

fn set_attribute(base: &mut Body, attribute: Attribute) {
    let same = |item: &&mut Item| matches!(item, Item::Attribute(a) if a.name.name == attribute.name.name);
    match base.items.iter_mut().find(same) {
        Some(item) => *item = Item::Attribute(attribute),
        None => base.items.push(Item::Attribute(attribute)),
    }
}

fn merge_locals(blocks: &mut Vec<Block>, over: Block, problems: &mut Vec<Problem>) {
    let mut rest = Vec::new();
    for item in over.body.items {
        let Item::Attribute(attribute) = item else { continue };
        let holder = blocks
            .iter_mut()
            .find(|block| block.kind.name == "locals" && block.body.attribute(&attribute.name.name).is_some());
        if let Some(block) = holder {
            set_attribute(&mut block.body, attribute);
            continue;
        }
        let name = &attribute.name;
        let message = format!("There is no local value `{}` to override; it is taken as a new one.", name.name);
        problems.push(Problem::refused(name.span, message));
        rest.push(Item::Attribute(attribute));
    }
    if !rest.is_empty() {
        blocks.push(Block { body: Body { items: rest, span: over.body.span }, ..over });
    }
}

/// `backend` and `cloud` stand for each other; `required_providers` is merged by provider.
fn merge_settings(blocks: &mut Vec<Block>, over: Block) {
    let is_state = |kind: &str| matches!(kind, "backend" | "cloud");
    let replaces_state = over.body.blocks().any(|block| is_state(&block.kind.name));
    for block in blocks.iter_mut().filter(|block| block.kind.name == "terraform") {
        if replaces_state {
            block.body.items.retain(|item| !matches!(item, Item::Block(b) if is_state(&b.kind.name)));
        }
    }
    match blocks.iter_mut().find(|block| block.kind.name == "terraform") {
        Some(base) => merge_body(&mut base.body, over.body),
        None => blocks.push(over),
    }
}
