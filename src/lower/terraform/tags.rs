//! `default_tags` of AWS providers: what `tags_all` of a resource will be.

use super::instance::Instance;
use super::module::{Mode, ResourceBlock};
use super::scope::{ModuleScope, written};
use crate::model::{Data, Value};
use crate::syntax::hcl::{Block, ExprKind, Item};
use ecow::EcoString;
use std::rc::Rc;

/// `tags_all` of an AWS resource: the provider's default tags with the resource's `own` over them.
/// `None` when there is neither.
pub(super) fn all(names: &ModuleScope, declared: &ResourceBlock, own: impl FnOnce() -> Option<Value>) -> Option<Value> {
    if declared.mode != Mode::Managed || !declared.type_name.starts_with("aws_") {
        return None;
    }
    let own = own().filter(|tags| !tags.is_null());
    let defaults = provider(names, declared).and_then(|(instance, place)| default_tags(names, &instance, place));
    let Some(defaults) = defaults.filter(|tags| !tags.is_null()) else { return own };
    let Some(own) = own else { return Some(defaults) };
    match (&defaults.data, &own.data) {
        (Data::Mapping(base), Data::Mapping(over)) => {
            let entries = base.entries.iter().chain(&over.entries).cloned().collect();
            Some(Value { sensitive: own.sensitive || defaults.sensitive, ..Value::object(entries, own.origin.span) })
        }
        (Data::Unknown(_), _) => Some(defaults),
        _ => Some(own),
    }
}

/// The name of a provider configuration as the resource asks for it: `aws` or `aws.west`.
pub(super) fn provider_name(names: &ModuleScope, declared: &ResourceBlock) -> EcoString {
    match declared.block.body.attribute("provider").map(|attribute| &attribute.value) {
        Some(expr) => match &expr.kind {
            ExprKind::String(text) => text.clone(),
            _ => written(names, expr),
        },
        None => declared.type_name.split('_').next().unwrap_or_default().into(),
    }
}

/// The provider block that configures a resource, with the module instance that it stands in.
fn provider(names: &ModuleScope, declared: &ResourceBlock) -> Option<(Rc<Instance>, usize)> {
    let mut wanted = provider_name(names, declared);
    let mut instance = Rc::clone(names.instance);
    loop {
        if let Some(place) = instance.module.providers.iter().position(|block| configures(block, &wanted)) {
            return Some((instance, place));
        }
        let parent = instance.parent.as_ref()?;
        let call = parent.instance.module.calls.get(&parent.name)?;
        match passed(names, call, &wanted) {
            Some(passed) => wanted = passed,
            // Only the default configuration of a provider is inherited.
            None if wanted.contains('.') => return None,
            None => {}
        }
        let caller = Rc::clone(&parent.instance);
        instance = caller;
    }
}

fn configures(block: &Block, wanted: &str) -> bool {
    let (name, alias) = wanted.split_once('.').map_or((wanted, None), |(name, alias)| (name, Some(alias)));
    let own = match block.body.attribute("alias").map(|attribute| &attribute.value.kind) {
        Some(ExprKind::String(alias)) => Some(alias.as_str()),
        _ => None,
    };
    own == alias && block.labels.first().is_some_and(|label| label.name == name)
}

/// What a call passes for the provider `wanted` of the called module.
fn passed(names: &ModuleScope, call: &Block, wanted: &str) -> Option<EcoString> {
    let ExprKind::Object(items) = &call.body.attribute("providers")?.value.kind else { return None };
    let text = |expr: &crate::syntax::hcl::Expr| match &expr.kind {
        ExprKind::String(text) => text.clone(),
        _ => written(names, expr),
    };
    items.iter().find(|item| text(&item.key) == wanted).map(|item| text(&item.value))
}

fn default_tags(names: &ModuleScope, instance: &Rc<Instance>, place: usize) -> Option<Value> {
    let block = instance.module.providers.get(place)?;
    names.evaluation.follow(
        &instance.default_tags,
        &place,
        || names.subject("provider.", &EcoString::from("default_tags"), block.header),
        || {
            let within = ModuleScope::of(names.evaluation, instance);
            let items: Vec<&Item> =
                block.body.items.iter().filter(|item| super::module::member_name(item) == "default_tags").collect();
            let tags =
                if items.is_empty() { return None } else { within.member("default_tags", &items, block.header, None) };
            // In JSON it may be an object instead of a block.
            let first = tags.as_items().and_then(<[Value]>::first).unwrap_or(&tags);
            if first.is_unknown() { Some(first.clone()) } else { first.get("tags").cloned() }
        },
        |why, span| Some(Value::unknown(why, span)),
    )
}
