//! `input` blocks: values that whoever runs a policy may set.

use super::unexpected::unexpected;
use crate::model::Text;
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block, Expr, ExprKind, Item};

/// One `input` block.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its label.
    pub name: Text,
    /// The type constraint.
    pub constraint: Option<Expr>,
    /// The value when none is given.
    pub default: Option<Expr>,
    /// Whether null is a value, and the one when none is given.
    pub nullable: bool,
    /// Whether it must not be shown.
    pub sensitive: bool,
    /// The header.
    pub span: Span,
}

/// Reads one `input` block.
pub(super) fn input(block: Block) -> Result<Input, Vec<Problem>> {
    let [name] = block.labels.as_slice() else {
        return Err(vec![Problem::error(block.header, "An `input` has one label: its name.")]);
    };
    let mut input = Input {
        name: name.name.clone(),
        constraint: None,
        default: None,
        nullable: false,
        sensitive: false,
        span: block.header,
    };
    let there_are = "type, default, description, nullable and sensitive";
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) => match name.name.as_str() {
                "type" => input.constraint = Some(value),
                "default" => input.default = Some(value),
                "description" => {}
                "nullable" => input.nullable = flag(&value)?,
                "sensitive" => input.sensitive = flag(&value)?,
                other => return Err(unexpected(other, span, there_are)),
            },
            Item::Block(inner) => return Err(unexpected(&inner.kind.name, inner.header, there_are)),
        }
    }
    Ok(input)
}

/// `true` or `false`, as they are written.
pub(super) fn flag(value: &Expr) -> Result<bool, Vec<Problem>> {
    match value.kind {
        ExprKind::Bool(flag) => Ok(flag),
        _ => Err(vec![Problem::error(value.span, "Write `true` or `false` here.")]),
    }
}
