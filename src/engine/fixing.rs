//! From the `fix` of an `enforce` to what would be changed on one resource.

use crate::check::{Fix, FixChange};
use crate::expr::Evaluator;
use crate::finding::{Change, FixPlan};
use crate::model::{Step, Value};
use crate::syntax::hcl::{Expr, ExprKind};

/// What would be changed; none where it cannot be said.
pub fn plan(fix: &Fix, evaluator: &Evaluator<'_>) -> Option<FixPlan> {
    let mut changes = Vec::new();
    for one in &fix.changes {
        changes.extend(change(one, evaluator)?);
    }
    Some(FixPlan { safe: fix.safe, changes })
}

/// What is changed by one of them: nothing where it is so already.
fn change(change: &FixChange, evaluator: &Evaluator<'_>) -> Option<Vec<Change>> {
    let known = |expr: &Expr| {
        let value = evaluator.evaluate(expr).ok()?;
        (value.is_wholly_known() && !value.is_null()).then_some(value)
    };
    Some(match change {
        FixChange::Set { at, value } => vec![match target(at, evaluator)? {
            Target::Present(old) => Change::Replace { old, new: known(value)? },
            Target::Absent { around, path } => {
                let header = around.as_mapping()?.header;
                Change::Add { around: around.origin, header, path, value: known(value)? }
            }
        }],
        FixChange::Remove { at } => match target(at, evaluator)? {
            Target::Present(old) => vec![Change::Remove(old.origin)],
            // What is absent is removed already.
            Target::Absent { .. } => Vec::new(),
        },
        FixChange::Insert { after, value } => {
            vec![Change::Insert { after: evaluator.evaluate(after).ok()?, word: known(value)? }]
        }
    })
}

/// What a path leads to.
enum Target {
    /// A value that is there.
    Present(Value),
    /// Something that is absent from a block or mapping, at the end of the way from there.
    Absent { around: Value, path: Vec<Step> },
}

/// Follows a path as far as there is something, and says what is absent.
fn target(at: &Expr, evaluator: &Evaluator<'_>) -> Option<Target> {
    let mut steps = Vec::new();
    let root = unwound(at, &mut steps)?;
    let mut value = evaluator.evaluate(root).ok()?;
    // The innermost block or mapping on the way, and the number of the step in it.
    let mut around: Option<(Value, usize)> = None;
    for (number, step) in steps.iter().enumerate() {
        if value.as_mapping().is_some() {
            around = Some((value.clone(), number));
        }
        match value.at(std::slice::from_ref(step)).cloned() {
            Some(next) if !next.is_null() || number + 1 == steps.len() => value = next,
            _ if value.is_unknown() || value.as_items().is_some_and(|items| !items.is_empty()) => return None,
            _ => {
                // An empty list of blocks stands nowhere itself: the block around it lacks one.
                let (around, from) = around?;
                return Some(Target::Absent { around, path: steps.get(from..)?.to_vec() });
            }
        }
    }
    Some(Target::Present(value))
}

/// The root of a path, such as `attrs`, `owner.attrs` or `each.value`; the steps from there are added in order.
fn unwound<'e>(expr: &'e Expr, steps: &mut Vec<Step>) -> Option<&'e Expr> {
    match &expr.kind {
        ExprKind::Root(_) => Some(expr),
        ExprKind::Attribute(base, name) => {
            let is_root = |root: &str| matches!(root, "each" | "owner" | "local");
            if matches!(&base.kind, ExprKind::Root(root) if is_root(root.as_str())) {
                return Some(expr);
            }
            let root = unwound(base, steps)?;
            steps.push(Step::Key(name.name.clone()));
            Some(root)
        }
        ExprKind::Index(base, key) => {
            let root = unwound(base, steps)?;
            steps.push(match &key.kind {
                ExprKind::Number(text) => Step::Index(text.parse().ok()?),
                ExprKind::String(text) => Step::Key(text.clone()),
                _ => return None,
            });
            Some(root)
        }
        _ => None,
    }
}
