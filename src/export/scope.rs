//! What the functions ask of the translation around them.

use super::Refusal;
use super::subject::Subject;
use super::term::Term;
use crate::syntax::hcl::{Expr, For};

/// The translation of the expressions that are the arguments of a function.
pub trait Scope {
    /// What the policy is about.
    fn subject(&self) -> Subject;

    /// Translates an expression.
    fn term(&self, expr: &Expr) -> Result<Term, Refusal>;

    /// The text of a literal, or of a local that is one.
    fn constant(&self, expr: &Expr) -> Option<String>;

    /// Whether any (or every) element of a loop is true.
    fn quantified(&self, looped: &For, any: bool) -> Result<Term, Refusal>;
}
