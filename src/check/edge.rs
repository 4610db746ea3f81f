//! `edge` blocks: what leads from one thing to another because a resource is there.

use super::unexpected::unexpected;
use crate::model::Text;
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block, Expr, ExprKind, Item};

/// One `edge` block of a policy.
#[derive(Clone, Debug)]
pub struct EdgeRule {
    /// How it leads there: `reaches`, `runs_as`, `assumes`, `may`, `escapes_to`, `escalates_to`.
    pub kind: Text,
    /// Where it begins: the name of a place, a resource, or a list of these. The resource itself where it is absent.
    pub from: Option<Expr>,
    /// Where it ends, likewise.
    pub to: Option<Expr>,
    /// What must hold for it to be there.
    pub condition: Option<Expr>,
    /// What opens it, one clause without a full stop: "the security group admits every address".
    pub message: Expr,
    /// The place of that, where the deciding value is not it.
    pub at: Option<Expr>,
    /// What would close it and no configuration shows, a sentence: the edge is in doubt.
    pub unless: Option<Text>,
    /// The technique of MITRE ATT&CK that takes this way: `T1190`.
    pub technique: Option<Text>,
    /// The header.
    pub span: Span,
}

impl EdgeRule {
    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let others = [&self.from, &self.to, &self.condition, &self.at];
        std::iter::once(&self.message).chain(others.into_iter().flatten())
    }
}

/// Reads an `edge` block.
pub(super) fn edge(block: Block) -> Result<EdgeRule, Vec<Problem>> {
    let [kind] = block.labels.as_slice() else {
        return Err(vec![Problem::error(block.header, "An `edge` has one label: how it leads there.")]);
    };
    let kind = kind.name.clone();
    let (mut from, mut to, mut condition, mut message, mut at) = (None, None, None, None, None);
    let (mut unless, mut technique) = (None, None);
    let there_are = "from, to, condition, message, at, unless and technique";
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) => match name.name.as_str() {
                "from" => from = Some(value),
                "to" => to = Some(value),
                "condition" => condition = Some(value),
                "message" => message = Some(value),
                "at" => at = Some(value),
                "unless" => unless = Some(literal(&value)?),
                "technique" => technique = Some(literal(&value)?),
                other => return Err(unexpected(other, span, there_are)),
            },
            Item::Block(inner) => return Err(unexpected(&inner.kind.name, inner.header, there_are)),
        }
    }
    let header = block.header;
    let message = message.ok_or_else(|| vec![Problem::error(header, "An `edge` says what opens it in `message`.")])?;
    if from.is_none() && to.is_none() {
        return Err(vec![Problem::error(header, "An `edge` leads from or to something else: give `from` or `to`.")]);
    }
    Ok(EdgeRule { kind, from, to, condition, message, at, unless, technique, span: header })
}

/// A text that is written as one.
pub(super) fn literal(value: &Expr) -> Result<Text, Vec<Problem>> {
    match &value.kind {
        ExprKind::String(text) => Ok(text.clone()),
        _ => Err(vec![Problem::error(value.span, "Write a text here, as a literal.")]),
    }
}
