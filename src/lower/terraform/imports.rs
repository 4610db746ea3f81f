//! `import` blocks: the ids of resources that exist already.

use super::instance::ResourceInstance;
use super::module::ResourceBlock;
use super::repeat;
use super::scope::{ModuleScope, written};
use crate::expr::convert;
use crate::model::{Key, Value};
use crate::syntax::hcl::{Expr, ExprKind};

/// The id by which an instance is imported.
pub(super) fn id(names: &ModuleScope, resource: &ResourceInstance, declared: &ResourceBlock) -> Option<Value> {
    names.instance.module.imports.iter().find_map(|block| {
        let (to, id) = (block.body.attribute("to")?, block.body.attribute("id")?);
        let (base, key) = match &to.value.kind {
            ExprKind::Index(base, key) => (base.as_ref(), Some(key.as_ref())),
            _ => (&to.value, None),
        };
        if declared.address != *written(names, base) {
            return None;
        }
        let repeats = repeat::of(names, block, "import");
        repeats.instances.iter().find_map(|(_, repetition)| {
            let names = names.clone().repeated(repetition, declared.address.text());
            chooses(&names, key, &resource.key).then(|| names.evaluate(&id.value))
        })
    })
}

/// Whether the key in a `to` is that of an instance.
fn chooses(names: &ModuleScope, key: Option<&Expr>, instance: &Key) -> bool {
    match (key.map(|key| names.evaluate(key)), instance) {
        (None, Key::None) => true,
        (Some(value), Key::Text(text)) => value.as_str() == Some(text),
        (Some(value), Key::Index(index)) => {
            let number = convert::to_number(&value).and_then(|number| number.as_i64());
            number.and_then(|number| u64::try_from(number).ok()) == Some(*index)
        }
        _ => false,
    }
}
