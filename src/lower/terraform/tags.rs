//! `default_tags` of AWS providers: what `tags_all` of a resource will be.

use super::instance::{Instance, ResourceInstance};
use super::module::{Mode, ResourceBlock};
use super::repeat;
use super::repetition::{Repeats, Shape};
use super::scope::{ModuleScope, written};
use crate::model::{Data, Key, Value};
use crate::syntax::hcl::{Block, Expr, ExprKind, Item};
use ecow::EcoString;
use std::rc::Rc;

/// `tags_all` of an AWS resource: the provider's default tags with the resource's `own` over them.
/// `None` when there is neither.
pub(super) fn all(
    names: &ModuleScope,
    resource: &ResourceInstance,
    declared: &ResourceBlock,
    own: impl FnOnce() -> Option<Value>,
) -> Option<Value> {
    if declared.mode != Mode::Managed || !declared.type_name.starts_with("aws_") {
        return None;
    }
    let own = own().filter(|tags| !tags.is_null());
    let defaults = provider(names, resource, declared);
    let defaults = defaults.and_then(|(instance, place, key)| default_tags(names, &instance, place, &key));
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

/// The name of a provider configuration as the resource asks for it, without a key: `aws` or `aws.west`.
pub(super) fn provider_name(names: &ModuleScope, declared: &ResourceBlock) -> EcoString {
    match declared.block.body.attribute("provider").map(|attribute| &attribute.value) {
        Some(expr) => reference(names, expr).0,
        None => declared.type_name.split('_').next().unwrap_or_default().into(),
    }
}

/// The name under which a `provider` block is chosen: `aws` or `aws.west`.
pub(super) fn configured_name(block: &Block) -> EcoString {
    let name = block.labels.first().map(|label| label.name.clone()).unwrap_or_default();
    match block.body.attribute("alias").map(|attribute| &attribute.value.kind) {
        Some(ExprKind::String(alias)) => ecow::eco_format!("{name}.{alias}"),
        _ => name,
    }
}

/// The name and the key of a provider configuration that an expression chooses; in JSON it is a text.
fn reference<'e>(names: &ModuleScope, expr: &'e Expr) -> (EcoString, Option<&'e Expr>) {
    match &expr.kind {
        ExprKind::String(text) => (text.clone(), None),
        ExprKind::Index(base, key) => (written(names, base), Some(key)),
        _ => (written(names, expr), None),
    }
}

/// The provider block that configures a resource, with the module instance that it stands in, and its key.
fn provider(
    names: &ModuleScope,
    resource: &ResourceInstance,
    declared: &ResourceBlock,
) -> Option<(Rc<Instance>, usize, Key)> {
    let own = names.clone().repeated(&resource.repetition, declared.address.text());
    let chosen = declared.block.body.attribute("provider");
    let mut key = chosen.and_then(|chosen| key(&own, reference(names, &chosen.value).1)).unwrap_or(Key::None);
    let mut wanted = provider_name(names, declared);
    let mut instance = Rc::clone(names.instance);
    loop {
        if let Some(place) = instance.module.providers.iter().position(|block| configured_name(block) == wanted) {
            return Some((instance, place, key));
        }
        let parent = instance.parent.as_ref()?;
        let call = parent.instance.module.calls.get(&parent.name)?;
        match passed(names, call, &wanted) {
            Some((passed, chosen)) => {
                let owner = ecow::eco_format!("module.{}", parent.name);
                let caller = ModuleScope::of(names.evaluation, &parent.instance).repeated(&parent.repetition, &owner);
                key = self::key(&caller, chosen).unwrap_or(key);
                wanted = passed;
            }
            // Only the default configuration of a provider is inherited.
            None if wanted.contains('.') => return None,
            None => {}
        }
        let caller = Rc::clone(&parent.instance);
        instance = caller;
    }
}

/// The key that an expression chooses; any where it is not known.
fn key(names: &ModuleScope, expr: Option<&Expr>) -> Option<Key> {
    let value = names.evaluate(expr?);
    Some(value.as_str().map_or(Key::Any, |text| Key::Text(text.into())))
}

/// What a call passes for the provider `wanted` of the called module.
fn passed<'c>(names: &ModuleScope, call: &'c Block, wanted: &str) -> Option<(EcoString, Option<&'c Expr>)> {
    let ExprKind::Object(items) = &call.body.attribute("providers")?.value.kind else { return None };
    let item = items.iter().find(|item| reference(names, &item.key).0 == wanted)?;
    Some(reference(names, &item.value))
}

fn default_tags(names: &ModuleScope, instance: &Rc<Instance>, place: usize, key: &Key) -> Option<Value> {
    let block = instance.module.providers.get(place)?;
    names.evaluation.follow(
        &instance.default_tags,
        &(place, key.clone()),
        || names.subject("provider.", &EcoString::from("default_tags"), block.header),
        || {
            let items: Vec<&Item> =
                block.body.items.iter().filter(|item| super::module::member_name(item) == "default_tags").collect();
            if items.is_empty() {
                return None;
            }
            let within = ModuleScope::of(names.evaluation, instance);
            let owner = ecow::eco_format!("provider.{}", configured_name(block));
            let repeats = repeat::of(&within, block, &owner);
            // Of an element that is not known, what depends on the element is not.
            let repeats = match key {
                Key::Any => Repeats::any(Shape::Map, repeats.causes, block.header, None),
                _ => repeats,
            };
            let (_, repetition) = repeats.instances.iter().find(|(own, _)| own == key || *own == Key::Any)?;
            let within = within.repeated(repetition, &owner);
            let tags = within.member("provider", "default_tags", &items, block.header, None);
            // In JSON it may be an object instead of a block.
            let first = tags.as_items().and_then(<[Value]>::first).unwrap_or(&tags);
            if first.is_unknown() { Some(first.clone()) } else { first.get("tags").cloned() }
        },
        |why, span| Some(Value::unknown(why, span)),
    )
}
