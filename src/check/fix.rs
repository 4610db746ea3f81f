//! How a machine mends what an `enforce` finds: `fix` blocks.

use super::unexpected::unexpected;
use crate::source::Problem;
use crate::syntax::hcl::{Attribute, Block, Expr, ExprKind, Item};

/// A `fix` block of an `enforce`.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Whether what runs goes on as before, or only becomes more secret.
    pub safe: bool,
    /// What is changed, in this order.
    pub changes: Vec<FixChange>,
}

/// A `set`, `remove` or `insert` block. A place is a path from `attrs`, `owner.attrs`, `each.value` or a local.
#[derive(Clone, Debug)]
pub enum FixChange {
    /// A value stands at a place afterwards, whatever stood there.
    Set {
        /// The place. What is absent from it is added.
        at: Expr,
        /// The value.
        value: Expr,
    },
    /// Nothing stands at a place afterwards.
    Remove {
        /// The place.
        at: Expr,
    },
    /// A word of an instruction of a Dockerfile gets another one behind it.
    Insert {
        /// The word.
        after: Expr,
        /// The other one.
        value: Expr,
    },
}

impl Fix {
    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.changes.iter().flat_map(|change| {
            let (place, value) = match change {
                FixChange::Set { at, value } => (at, Some(value)),
                FixChange::Remove { at } => (at, None),
                FixChange::Insert { after, value } => (after, Some(value)),
            };
            std::iter::once(place).chain(value)
        })
    }
}

/// Reads a `fix` block.
pub(super) fn fix(block: Block) -> Result<Fix, Vec<Problem>> {
    let there_are = "safe, set, remove and insert";
    let (mut safe, mut changes) = (false, Vec::new());
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) if name.name == "safe" => match value.kind {
                ExprKind::Bool(said) => safe = said,
                _ => return Err(vec![Problem::error(span, "`safe` is true or false, as a literal.")]),
            },
            Item::Block(inner) => match inner.kind.name.as_str() {
                "set" => {
                    let [at, value] = arguments(inner, ["at", "value"])?;
                    changes.push(FixChange::Set { at, value });
                }
                "remove" => {
                    let [at] = arguments(inner, ["at"])?;
                    changes.push(FixChange::Remove { at });
                }
                "insert" => {
                    let [after, value] = arguments(inner, ["after", "value"])?;
                    changes.push(FixChange::Insert { after, value });
                }
                other => return Err(unexpected(other, inner.header, there_are)),
            },
            Item::Attribute(attribute) => return Err(unexpected(&attribute.name.name, attribute.span, there_are)),
        }
    }
    if changes.is_empty() {
        let message = "A `fix` changes something: add a `set`, `remove` or `insert` block.";
        return Err(vec![Problem::error(block.header, message)]);
    }
    Ok(Fix { safe, changes })
}

/// The arguments of a block, all of which are required.
fn arguments<const COUNT: usize>(block: Block, names: [&str; COUNT]) -> Result<[Expr; COUNT], Vec<Problem>> {
    let mut given: [Option<Expr>; COUNT] = std::array::from_fn(|_| None);
    let there_are = names.join(" and ");
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) => {
                let at = names.iter().position(|known| *known == name.name.as_str());
                let slot = at.and_then(|at| given.get_mut(at));
                *slot.ok_or_else(|| unexpected(&name.name, span, &there_are))? = Some(value);
            }
            Item::Block(inner) => return Err(unexpected(&inner.kind.name, inner.header, &there_are)),
        }
    }
    let lacks = || vec![Problem::error(block.header, format!("This block needs {there_are}."))];
    let given: Vec<Expr> = given.into_iter().collect::<Option<_>>().ok_or_else(lacks)?;
    given.try_into().map_err(|_| lacks())
}
