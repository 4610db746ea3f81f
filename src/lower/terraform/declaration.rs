//! Compares the declaration of a resource with the schema of its type: unknown names, and required ones that are absent.
//!
//! Reads names and never values. A mistake is what every release that may be installed refuses. A name that only newer
//! releases have is not reported: of each major version, the table has one minor version only.

use super::mistake::{Mistake, Rule};
use super::module::{ResourceBlock, member_name};
use super::providers::Provider;
use crate::schema::{Body, Family, Releases, successors, terraform_types};
use crate::source::{Span, nearest};
use crate::syntax::hcl::{Block, Item};
use ecow::{EcoString, eco_format};
use std::collections::BTreeSet;

/// Blocks and arguments that Terraform reads itself in every resource.
const OF_TERRAFORM: [&str; 8] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "timeouts"];

/// Returns what is wrong with a declaration.
pub(super) fn mistakes(declared: &ResourceBlock, provider: &Provider, releases: Releases) -> Vec<Mistake> {
    let name = &declared.type_name;
    let type_label = declared.block.labels.first().map_or(declared.block.header, |label| label.span);
    let Some(ty) = provider.ty else {
        return vec![Mistake {
            rule: Rule::Type,
            name: name.clone(),
            message: unknown_type(declared, provider.family),
            place: type_label,
            meant: None,
        }];
    };
    let mut reader = Reader { type_name: name, family: provider.family, releases, mistakes: Vec::new() };
    if releases.are_after(ty.releases()) {
        reader.removed(name, "", type_label, ty.releases());
        return reader.mistakes;
    }
    reader.body(&declared.block.body.items, declared.block.header, ty.body(), true);
    reader.mistakes
}

fn unknown_type(declared: &ResourceBlock, family: Family) -> EcoString {
    let (name, provider) = (&declared.type_name, family.name());
    let what = if declared.mode.prefix().is_empty() { "resource" } else { "data source" };
    let prefix = eco_format!("{}{provider}_", declared.mode.prefix());
    let bare = |ty: &'static str| ty.strip_prefix(declared.mode.prefix()).unwrap_or(ty);
    let near = nearest(name, terraform_types(&prefix).map(|ty| bare(ty.name())));
    let followed = successors(name);
    if !followed.is_empty() {
        return eco_format!("The provider `{provider}` no longer has the {what} `{name}`; use {}.", either(followed));
    }
    let hint = near.map_or_else(|| ".".into(), |near| eco_format!("; did you mean `{near}`?"));
    eco_format!("The provider `{provider}` has no {what} `{name}`{hint}")
}

/// Names as alternatives: "`a`, `b` or `c`".
fn either(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Reads bodies and keeps what is wrong.
struct Reader<'r> {
    type_name: &'r str,
    family: Family,
    releases: Releases,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn add(&mut self, rule: Rule, name: &str, message: EcoString, place: Span) {
        self.mistakes.push(Mistake { rule, name: name.into(), message, place, meant: None });
    }

    fn removed(&mut self, name: &str, of: &str, place: Span, had: Releases) {
        let (provider, last) = (self.family.name(), self.family.newest(had).unwrap_or_default());
        let followed = successors(name);
        let hint = if followed.is_empty() { String::new() } else { format!("; use {}", either(followed)) };
        let message =
            eco_format!("`{name}`{of} was removed in version {} of the provider `{provider}`{hint}.", last + 1);
        self.add(Rule::Removed, name, message, place);
    }

    fn body(&mut self, items: &[Item], header: Span, body: Body, is_whole: bool) {
        let mut given: BTreeSet<&str> = BTreeSet::new();
        for item in items {
            let name = member_name(item);
            given.insert(name);
            if is_whole && OF_TERRAFORM.contains(&name.as_str()) {
                continue;
            }
            match item {
                Item::Attribute(attribute) => {
                    self.said(name, "argument", attribute.name.span, body);
                }
                Item::Block(block) => self.block(block, name, body),
            }
        }
        for (name, said) in body.arguments().filter(|(name, said)| said.is_required() && !given.contains(name)) {
            if said.releases().meet(self.releases) {
                let what = if said.is_block() { "block" } else { "argument" };
                let message = eco_format!("The {what} `{name}` of `{}` is required.", self.type_name);
                self.add(Rule::Required, name, message, header);
            }
        }
    }

    fn block(&mut self, block: &Block, name: &EcoString, body: Body) {
        let is_dynamic = block.kind.name == "dynamic";
        let place =
            if is_dynamic { block.labels.first().map_or(block.header, |label| label.span) } else { block.kind.span };
        let Some(said) = self.said(name, "block", place, body) else { return };
        if !said.may_be_block() {
            let message = eco_format!("`{name}` is an argument, not a block: write `{name} = …`.");
            self.add(Rule::Placement, name, message, block.header);
            return;
        }
        let content = if is_dynamic { block.body.blocks_of("content").next() } else { Some(block) };
        if let (Some(content), Some((_, inner))) = (content, said.body()) {
            self.body(&content.body.items, block.header, inner, false);
        }
    }

    /// What the schema says of a name that is given.
    fn said(&mut self, name: &EcoString, what: &str, place: Span, body: Body) -> Option<crate::schema::Argument> {
        let Some(said) = body.get(name) else {
            let names = body.arguments().filter(|(_, said)| said.is_settable()).map(|(name, _)| name);
            let meant = nearest(name, names);
            let hint = meant.map_or_else(|| ".".into(), |near| eco_format!("; did you mean `{near}`?"));
            let message = eco_format!("`{}` has no {what} `{name}` here{hint}", self.type_name);
            self.mistakes.push(Mistake { rule: Rule::Argument, name: name.clone(), message, place, meant });
            return None;
        };
        if self.releases.are_after(said.releases()) {
            self.removed(name, &eco_format!(" of `{}`", self.type_name), place, said.releases());
        }
        Some(said)
    }
}
