//! The severity of an `enforce` block, which may depend on what the resource is.
//!
//! Written as a literal, or as a choice between severities: `local.work != null ? "info" : "high"`.

use super::Severity;
use crate::source::Problem;
use crate::syntax::hcl::{Expr, ExprKind};

/// A severity, or a choice between several.
#[derive(Clone, Debug)]
pub enum Graded {
    /// The same for every finding.
    Fixed(Severity),
    /// The first where the condition holds, else the second.
    Choice(Box<Expr>, Box<Graded>, Box<Graded>),
}

impl Graded {
    /// Reads a severity as it is written.
    ///
    /// # Errors
    /// If the expression is neither the name of a severity nor a conditional expression of such names.
    pub(super) fn read(value: Expr) -> Result<Self, Vec<Problem>> {
        match value.kind {
            ExprKind::String(text) => {
                let severity = text.parse().map_err(|message: String| vec![Problem::error(value.span, message)])?;
                Ok(Self::Fixed(severity))
            }
            ExprKind::Parens(inner) => Self::read(*inner),
            ExprKind::Conditional(condition, then, otherwise) => {
                Ok(Self::Choice(condition, Self::read(*then)?.into(), Self::read(*otherwise)?.into()))
            }
            _ => {
                let message = "Write a severity here: \"low\", or a choice: CONDITION ? \"info\" : \"high\".";
                Err(vec![Problem::error(value.span, message)])
            }
        }
    }

    /// The most severe of its severities.
    pub fn most(&self) -> Severity {
        match self {
            Self::Fixed(severity) => *severity,
            Self::Choice(_, then, otherwise) => then.most().max(otherwise.most()),
        }
    }

    /// The severity of one finding. Where `holds` does not know a condition, the less severe branch applies.
    pub fn decide(&self, holds: &dyn Fn(&Expr) -> Option<bool>) -> Severity {
        match self {
            Self::Fixed(severity) => *severity,
            Self::Choice(condition, then, otherwise) => match holds(condition) {
                Some(true) => then.decide(holds),
                Some(false) => otherwise.decide(holds),
                None => then.decide(holds).min(otherwise.decide(holds)),
            },
        }
    }

    /// The conditions of its choices.
    pub fn conditions(&self) -> Vec<&Expr> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Choice(condition, then, otherwise) => {
                std::iter::once(&**condition).chain(then.conditions()).chain(otherwise.conditions()).collect()
            }
        }
    }
}
