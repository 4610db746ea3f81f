//! A value that stands for the one that a variable lacks, until somebody writes the right one.
//!
//! It has the declared type. Of several values of that type, the first one counts that the variable's own validation
//! does not refuse: the empty one, then what the conditions of the validation mention.

use super::inputs::Constants;
use crate::expr::constraint::Constraint;
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved, convert};
use crate::limits::terraform::PLACEHOLDERS;
use crate::model::{Number, Text, Type, Value};
use crate::source::Span;
use crate::syntax::hcl::{Block, Expr, ExprKind, Mention, mentions};

/// The value, for the variable that a block declares, with its type.
pub(super) fn placeholder(name: &str, block: &Block) -> (Value, Type) {
    let budget = Budget::new();
    let constants = Evaluator::new(&Constants, Mode::Configuration, &budget);
    let declared = block.body.attribute("type").map(|attribute| &attribute.value);
    let ty = declared.and_then(|ty| Constraint::read(ty, &|expr| constants.evaluate(expr)).ok()).map(|read| read.ty);
    let refuses_null =
        block.body.attribute("nullable").is_some_and(|flag| matches!(flag.value.kind, ExprKind::Bool(false)));
    let ty = match ty {
        // Without a type, a variable is given text; with `any`, nothing is known of it.
        None => Type::String,
        Some(Type::Dynamic) if refuses_null => Type::String,
        Some(ty) => ty,
    };
    let conditions: Vec<&Expr> =
        block.body.blocks_of("validation").filter_map(|one| Some(&one.body.attribute("condition")?.value)).collect();
    let mut mentioned: Vec<&Expr> = Vec::new();
    for condition in &conditions {
        mentions(condition, &mut |mention| {
            if let Mention::Literal(literal) = mention {
                mentioned.push(literal);
            }
        });
    }
    mentioned.truncate(PLACEHOLDERS);
    let candidates = candidates(&ty, &mentioned, block.header);
    let accepted = |value: &&Value| {
        let scope = Candidate { name, value };
        conditions.iter().all(|condition| {
            let truth = Evaluator::new(&scope, Mode::Configuration, &budget).evaluate(condition);
            truth.is_ok_and(|truth| convert::to_bool(&truth) == Some(true))
        })
    };
    let value = candidates.iter().find(accepted).or(candidates.first()).cloned();
    (value.unwrap_or_else(|| Value::null(block.header)), ty)
}

/// Values of a type, the emptiest first; then those that are `mentioned`.
fn candidates(ty: &Type, mentioned: &[&Expr], span: Span) -> Vec<Value> {
    let of_kind = |is_it: fn(&Expr) -> Option<Value>| mentioned.iter().filter_map(move |expr| is_it(expr));
    match ty {
        Type::String => std::iter::once(empty(ty, span)).chain(of_kind(text)).collect(),
        Type::Number => std::iter::once(empty(ty, span)).chain(of_kind(number)).collect(),
        Type::Bool => vec![Value::bool(false, span), Value::bool(true, span)],
        Type::List(element) | Type::Set(element) => {
            let elements = candidates(element, mentioned, span).into_iter();
            std::iter::once(empty(ty, span)).chain(elements.map(|element| Value::tuple(vec![element], span))).collect()
        }
        _ => vec![empty(ty, span)],
    }
}

/// The value of a type that says least: of an object, with the attributes that it must have.
fn empty(ty: &Type, span: Span) -> Value {
    match ty {
        Type::Dynamic => Value::null(span),
        Type::Bool => Value::bool(false, span),
        Type::Number => Value::number(0i64, span),
        Type::String => Value::string("", span),
        Type::List(_) | Type::Set(_) => Value::tuple(Vec::new(), span),
        Type::Map(_) => Value::object(Vec::new(), span),
        Type::Tuple(elements) => Value::tuple(elements.iter().map(|element| empty(element, span)).collect(), span),
        Type::Object(object) => {
            let needed = object.fields.iter().filter(|(name, _)| !object.optional.contains(name));
            Value::object(needed.map(|(name, ty)| (name.clone(), empty(ty, span))).collect(), span)
        }
    }
}

fn text(expr: &Expr) -> Option<Value> {
    if let ExprKind::String(text) = &expr.kind { Some(Value::string(text.clone(), expr.span)) } else { None }
}

fn number(expr: &Expr) -> Option<Value> {
    let ExprKind::Number(digits) = &expr.kind else { return None };
    Some(Value::number(Number::parse(digits)?, expr.span))
}

/// The names of attributes in a type, however deep.
pub(super) fn attributes(ty: &Type) -> Vec<&Text> {
    match ty {
        Type::List(inner) | Type::Set(inner) | Type::Map(inner) => attributes(inner),
        Type::Tuple(elements) => elements.iter().flat_map(attributes).collect(),
        Type::Object(object) => {
            object.fields.iter().flat_map(|(name, ty)| std::iter::once(name).chain(attributes(ty))).collect()
        }
        _ => Vec::new(),
    }
}

/// The one variable that a validation may always ask for, with a value that is tried.
struct Candidate<'a> {
    name: &'a str,
    value: &'a Value,
}

impl ExprScope for Candidate<'_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        if root == "var" && following.first() == Some(&Some(self.name)) {
            return Ok(Resolved { value: self.value.clone(), consumed: 1 });
        }
        Err(EvalError::new(format!("`{root}` is not known here."), span))
    }
}
