//! The seam between expressions and what their names mean.

use super::EvalError;
use crate::model::Value;
use crate::source::{Files, Sources, Span};

/// How `&&`, `||` and absent attributes behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As Terraform: both sides are evaluated and checked; an absent attribute is an error.
    Configuration,
    /// Three-valued: one side may decide alone; an absent attribute is null, and an error only
    /// inside `try` and `can`; reading through null gives null.
    Policy,
}

/// What a name resolved to.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The value.
    pub value: Value,
    /// How many of the following steps are in it already.
    pub consumed: usize,
}

/// Resolves names, domain functions and files for one evaluation.
pub trait ExprScope {
    /// The value of the traversal that begins with `root`. `following` are the attribute names after
    /// it, where they are literal: for `data.aws_ami.web.id`, `root` is `data` and `following` is
    /// `[Some("aws_ami"), Some("web")]`. The result's origin is where the value stands *there*; a
    /// scope that wants a hop adds it with [`crate::model::Origin::read_at`] and `span`, the place of
    /// the consumed part of the traversal.
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError>;

    /// The value that `root` alone stands for, where the scope holds it: the same that [`ExprScope::resolve`]
    /// gives, without a copy of it.
    fn resolve_ref(&self, root: &str) -> Option<&Value> {
        let _ = root;
        None
    }

    /// The attribute `name` of `base`, where the scope knows more of it than the value says: asked
    /// before an attribute (or a string index) of an unknown with a [`crate::model::Symbol::Reference`],
    /// or an absent one of an object with a header, is read. So a whole resource is one symbolic
    /// unknown whose attributes are evaluated when they are needed. `None` leaves it to the evaluator.
    fn attribute(&self, base: &Value, name: &str, span: Span) -> Option<Result<Value, EvalError>> {
        let _ = (base, name, span);
        None
    }

    /// Whether one side of `&&` and `||` may decide alone in a configuration, so that an error of the
    /// other one does not matter, as since Terraform 1.12.
    fn short_circuits(&self) -> bool {
        true
    }

    /// A function that only this scope knows (`iam_policy`, `getresources`), or that means something else
    /// in it; `None` when it has nothing to say of that name.
    fn call(&self, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
        let _ = (name, args, span);
        None
    }

    /// The files that `file()` and its like may read, with the directory (from the root) that
    /// relative paths start in; `None` where there are none.
    fn files(&self) -> Option<(&dyn Files, &str)> {
        None
    }

    /// The texts of the scan, for places in template files and in literals; `None` where there are none.
    fn sources(&self) -> Option<&Sources> {
        None
    }
}
