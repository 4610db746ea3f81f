//! `count` and `for_each`, evaluated: how many instances there are, and what each of them is called.

use super::repetition::{Over, Repeats, Repetition, Shape};
use super::scope::ModuleScope;
use crate::expr::convert;
use crate::model::{Address, Cause, Data, Key, Reference, SequenceKind, Text, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Block, Expr, ExprKind};
use std::collections::BTreeMap;

/// How `block` is repeated; `address` names it in messages.
pub(super) fn of(names: &ModuleScope, block: &Block, address: &str) -> Repeats {
    let (count, each) = (block.body.attribute("count"), block.body.attribute("for_each"));
    let enabled = block.body.blocks_of("lifecycle").find_map(|lifecycle| lifecycle.body.attribute("enabled"));
    if let Some(enabled) = enabled {
        if let Some(other) = count.or(each) {
            let message = format!("`{address}` has both `enabled` and `{}`; `enabled` was ignored.", other.name.name);
            names.report(Problem::refused(enabled.name.span, message));
        } else {
            return switched(names, &enabled.value);
        }
    }
    if let (Some(count), Some(_)) = (count, each) {
        let message = format!("`{address}` has both `count` and `for_each`; `for_each` was ignored.");
        names.report(Problem::refused(count.name.span, message));
    }
    if let Some(count) = count {
        return counted(names, &count.value);
    }
    each.map_or_else(Repeats::single, |each| for_each(names, &each.value))
}

/// A block with `enabled` of OpenTofu's `lifecycle`: one instance or none.
fn switched(names: &ModuleScope, expr: &Expr) -> Repeats {
    let value = names.evaluate(expr);
    refuse_ephemeral(names, "enabled", &value, expr.span);
    if value.sensitive {
        names.report(Problem::refused(
            expr.span,
            "`enabled` is sensitive, and the plan would show it; OpenTofu refuses it.",
        ));
    }
    let causes = match (value.as_unknown(), convert::to_bool(&value)) {
        (None, Some(true)) => return Repeats::single(),
        (None, Some(false)) => return Repeats { instances: Vec::new(), certain: 0, ..Repeats::single() },
        (Some(unknown), _) => {
            names.needs_plan("`enabled`", &value, expr.span);
            unknown.causes.clone()
        }
        (None, None) => {
            let message = if value.is_null() { "`enabled` is null." } else { "`enabled` is neither true nor false." };
            names.report(Problem::error(expr.span, message));
            vec![Cause { why: Why::Invalid(message.into()), span: expr.span }]
        }
    };
    Repeats { causes, conditional: true, certain: 0, ..Repeats::single() }
}

/// Reports the number or the keys of instances that the plan would keep though they may be kept nowhere.
fn refuse_ephemeral(names: &ModuleScope, argument: &str, value: &Value, span: Span) {
    let is_ephemeral = |value: &Value| names.is_ephemeral(value);
    if is_ephemeral(value) || value.as_items().is_some_and(|items| items.iter().any(is_ephemeral)) {
        let message = format!("`{argument}` is ephemeral, and the plan would keep it; Terraform refuses it.");
        names.report(Problem::refused(span, message));
    }
}

fn counted(names: &ModuleScope, expr: &Expr) -> Repeats {
    let value = names.evaluate(expr);
    refuse_ephemeral(names, "count", &value, expr.span);
    if let Some(unknown) = value.as_unknown() {
        let choices = choices(expr);
        let counts: Vec<u64> = choices.iter().filter_map(|choice| count_of(&names.evaluate(choice)).ok()).collect();
        let least = counts.iter().min().filter(|_| counts.len() == choices.len()).copied().unwrap_or_default();
        return match counts.iter().max() {
            Some(most) if is_choice(expr) => Repeats {
                causes: unknown.causes.clone(),
                conditional: true,
                certain: usize::try_from(least).unwrap_or_default(),
                ..numbered(names, *most, expr.span)
            },
            _ => Repeats::any(Shape::List, unknown.causes.clone(), expr.span, Some(&over(names, &value, expr))),
        };
    }
    match count_of(&value) {
        Ok(count) => numbered(names, count, expr.span),
        Err(message) => invalid(names, Shape::List, &message, expr.span),
    }
}

fn numbered(names: &ModuleScope, count: u64, span: Span) -> Repeats {
    let limit = names.evaluation.input.limits.instances as u64;
    if count > limit {
        let message =
            format!("`count` is {count}, over the limit of {limit} instances; the block is taken as one instance.");
        names.report(Problem::error(span, message));
        return Repeats::any(Shape::List, vec![Cause { why: Why::Limit("instances".into()), span }], span, None);
    }
    let index = |index: u64| {
        let value = Value::number(i64::try_from(index).unwrap_or(i64::MAX), span);
        (Key::Index(index), Repetition::Count(value))
    };
    Repeats::exactly(Shape::List, (0..count).map(index).collect())
}

fn for_each(names: &ModuleScope, expr: &Expr) -> Repeats {
    let mut value = names.evaluate(expr);
    refuse_ephemeral(names, "for_each", &value, expr.span);
    if value.sensitive {
        let message = "`for_each` is sensitive, and its keys would show in addresses; Terraform refuses it.";
        names.report(Problem::refused(expr.span, message));
        // Where only a condition is sensitive, the keys are not.
        value = names.evaluate(taken(names, expr));
        if value.sensitive {
            let causes = vec![Cause { why: Why::Invalid(message.into()), span: expr.span }];
            return Repeats::any(Shape::Map, causes, expr.span, None);
        }
    }
    if let Some(unknown) = value.as_unknown() {
        let mut possible: BTreeMap<Text, Repetition> = BTreeMap::new();
        let mut decided = is_choice(expr);
        for choice in choices(expr) {
            let elements = elements(&names.evaluate(choice));
            decided &= elements.is_ok();
            for (key, each) in elements.into_iter().flatten() {
                possible.entry(key).or_insert(each);
            }
        }
        if !decided {
            return Repeats::any(Shape::Map, unknown.causes.clone(), expr.span, Some(&over(names, &value, expr)));
        }
        let instances = possible.into_iter().map(|(key, each)| (Key::Text(key), each)).collect();
        let causes = unknown.causes.clone();
        return Repeats { shape: Shape::Map, instances, causes, conditional: true, certain: 0 };
    }
    match elements(&value) {
        Ok(elements) => {
            let instances = elements.into_iter().map(|(key, each)| (Key::Text(key), each));
            Repeats::exactly(Shape::Map, instances.collect())
        }
        Err(Refused::Unknown(causes)) => Repeats::any(Shape::Map, causes, expr.span, Some(&over(names, &value, expr))),
        Err(Refused::Invalid(message)) => invalid(names, Shape::Map, &message, expr.span),
    }
}

fn invalid(names: &ModuleScope, shape: Shape, message: &str, span: Span) -> Repeats {
    names.report(Problem::error(span, message));
    Repeats::any(shape, vec![Cause { why: Why::Invalid(message.into()), span }], span, None)
}

/// What a block is repeated over, which is not known: what the value stands for, else what the expression says, which
/// means the same wherever it is written in the module.
fn over(names: &ModuleScope, value: &Value, expr: &Expr) -> Over {
    let written = || {
        let source = names.evaluation.input.sources.get(expr.span.source);
        let address = Address::other(Some(&names.instance.address), Text::from(source.slice(expr.span)));
        Reference { address, path: Vec::new() }
    };
    Over { collection: value.referenced().cloned().unwrap_or_else(written), ty: value.ty() }
}

/// The expression that gives the value: the branch, where the condition is known.
fn taken<'a>(names: &ModuleScope, expr: &'a Expr) -> &'a Expr {
    match &expr.kind {
        ExprKind::Parens(inner) => taken(names, inner),
        ExprKind::Conditional(condition, then, otherwise) => match names.evaluate(condition).as_bool() {
            Some(true) => taken(names, then),
            Some(false) => taken(names, otherwise),
            None => expr,
        },
        _ => expr,
    }
}

/// The branches that an expression whose condition is unknown may take.
fn choices(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Parens(inner) => choices(inner),
        ExprKind::Conditional(_, then, otherwise) => [choices(then), choices(otherwise)].concat(),
        _ => vec![expr],
    }
}

fn is_choice(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Parens(inner) => is_choice(inner),
        kind => matches!(kind, ExprKind::Conditional(..)),
    }
}

fn count_of(value: &Value) -> Result<u64, String> {
    if value.is_null() {
        return Err("`count` is null. Give it a whole number.".into());
    }
    let number = convert::to_number(value).and_then(|number| number.as_i64());
    number
        .and_then(|number| u64::try_from(number).ok())
        .ok_or_else(|| "`count` is no whole number from zero up.".into())
}

enum Refused {
    Unknown(Vec<Cause>),
    Invalid(String),
}

/// Keys and what `each` means, sorted by key.
fn elements(value: &Value) -> Result<Vec<(Text, Repetition)>, Refused> {
    let each = |key: Value, value: &Value| Repetition::Each(key, value.clone());
    match &value.data {
        Data::Mapping(mapping) => {
            let entry = |(key, value): &(Text, Value)| {
                (key.clone(), each(Value::string(key.clone(), value.origin.span), value))
            };
            Ok(mapping.entries.iter().map(entry).collect())
        }
        Data::Sequence(sequence) if matches!(sequence.kind, SequenceKind::Set(_)) => {
            let mut elements = Vec::new();
            for item in &sequence.items {
                match &item.data {
                    Data::String(key) => elements.push((key.clone(), each(item.clone(), item))),
                    Data::Unknown(unknown) => return Err(Refused::Unknown(unknown.causes.clone())),
                    _ => {
                        return Err(Refused::Invalid("`for_each` is a set whose elements are not all strings.".into()));
                    }
                }
            }
            elements.sort_by(|(a, _), (b, _)| a.cmp(b));
            Ok(elements)
        }
        Data::Unknown(unknown) => Err(Refused::Unknown(unknown.causes.clone())),
        Data::Null(_) => Err(Refused::Invalid("`for_each` is null. Give it a map or a set of strings.".into())),
        _ => Err(Refused::Invalid(
            "`for_each` is neither a map nor a set of strings. Convert a list with `toset`.".into(),
        )),
    }
}
