//! `moved` blocks: what was called otherwise before.

use super::instance::Instance;
use crate::model::{Address, Key, Move, Text, UnitId};
use crate::syntax::hcl::{Expr, ExprKind};

/// What the `moved` blocks of a module mean in one instance of it.
pub(super) fn of(instance: &Instance) -> Vec<Move> {
    let address = |expr: &Expr| Some(Address::parse(&named(expr)?).within(&instance.address));
    let blocks = instance.module.moves.iter();
    let moves = blocks.filter_map(|block| {
        let (from, to) = (block.body.attribute("from")?, block.body.attribute("to")?);
        Some(Move { unit: UnitId(0), from: address(&from.value)?, to: address(&to.value)? })
    });
    moves.collect()
}

/// The address that an expression names; the keys in it can only be written out.
fn named(expr: &Expr) -> Option<Text> {
    match &expr.kind {
        ExprKind::Root(name) => Some(name.clone()),
        // JSON has addresses as text.
        ExprKind::String(address) => Some(address.clone()),
        ExprKind::Attribute(base, name) => Some(ecow::eco_format!("{}.{}", named(base)?, name.name)),
        ExprKind::Index(base, key) => {
            let key = match &key.kind {
                ExprKind::String(key) => Key::Text(key.clone()),
                ExprKind::Number(number) => Key::Index(number.parse().ok()?),
                _ => return None,
            };
            Some(ecow::eco_format!("{}{key}", named(base)?))
        }
        _ => None,
    }
}
