//! Ephemeral values: what neither a plan nor a state may keep.
//!
//! A value is ephemeral that came through a variable that is declared so, or that an `ephemeral` block gives. Values know
//! the way that they came; nothing else marks them.

use super::scope::ModuleScope;
use crate::expr::EvalError;
use crate::model::{Data, HopKind, Value};
use crate::source::Span;
use crate::syntax::hcl::{Block, ExprKind};

impl ModuleScope<'_, '_> {
    /// Whether a value is ephemeral, as this module and the root module see it.
    pub fn is_ephemeral(&self, value: &Value) -> bool {
        if value.is_null() {
            return false;
        }
        if let Some(reference) = value.referenced()
            && reference.address.kind().starts_with("ephemeral.")
        {
            return true;
        }
        let root = self.evaluation.module(0);
        let declares = |name: &str| {
            let own = self.instance.module.variables.get(name);
            let outer = || root.as_ref().and_then(|root| root.module.variables.get(name));
            own.or_else(outer).is_some_and(is_declared_ephemeral)
        };
        let mut found = false;
        value.origin.each_hop(&mut |hop| {
            if let HopKind::VariableValue(name) | HopKind::VariableDefault(name) | HopKind::ModuleArgument(_, name) =
                &hop.kind
            {
                found |= declares(name);
            }
        });
        found
    }

    /// `ephemeralasnull`: null in the place of what is ephemeral.
    pub fn without_ephemeral(&self, value: &Value, span: Span) -> Result<Value, EvalError> {
        if self.is_ephemeral(value) {
            return Ok(Value { sensitive: value.sensitive, ..Value::new(Data::Null(value.ty()), span) });
        }
        let mut value = value.clone();
        if let Some(items) = value.as_items_mut() {
            for item in items {
                *item = self.without_ephemeral(item, span)?;
            }
        } else if let Some(mapping) = value.as_mapping_mut() {
            for (_, item) in &mut mapping.entries {
                *item = self.without_ephemeral(item, span)?;
            }
        }
        Ok(value)
    }
}

/// Whether a `variable` or `output` block is declared ephemeral.
pub(super) fn is_declared_ephemeral(block: &Block) -> bool {
    let flag = block.body.attribute("ephemeral").map(|attribute| &attribute.value.kind);
    matches!(flag, Some(ExprKind::Bool(true)))
}
