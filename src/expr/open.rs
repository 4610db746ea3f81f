//! Lists that may be longer than is known: what their known elements decide all the same.
//!
//! Configurations make them, and policies look into them; for a configuration such a list is unknown. What says nothing of
//! the known elements treats such a list as any unknown value.

use super::functions::Function;
use super::unknowns::refined;
use super::{EvalError, Evaluator, Mode};
use crate::model::{Data, KnownElements, Sequence, SequenceKind, Type, Value};
use crate::source::Span;
use std::borrow::Cow;
use std::sync::Arc;

/// Returns the known elements of a list that may be longer, as a list of their own; any other value as it is.
pub(super) fn known_part(value: &Value) -> Cow<'_, Value> {
    match value.known_elements() {
        Some(items) => {
            let list = Value::tuple(items.to_vec(), value.origin.span).with_origin(value.origin.clone());
            Cow::Owned(Value { trace: value.trace, ..list })
        }
        None => Cow::Borrowed(value),
    }
}

/// Returns a list of which `known` are elements, and that may be longer for the reasons of another value.
pub(super) fn list(open: &Value, known: Vec<Value>, span: Span) -> Value {
    let causes = open.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default();
    let list = Value::open_list(known, causes, span).with_origin(open.origin.clone());
    Value { sensitive: open.sensitive, ..list }
}

/// Functions whose result has what they make of some elements, whatever the others are.
const MONOTONE: [&str; 10] =
    ["compact", "concat", "distinct", "flatten", "reverse", "setunion", "sort", "tolist", "toset", "values"];

impl Function {
    /// Says of the unknown result of a call in a configuration which elements it certainly has: those that the function
    /// makes of what is known of its arguments.
    pub(super) fn with_known_elements(
        &self,
        evaluator: &Evaluator<'_>,
        args: &[Value],
        spans: &[Span],
        span: Span,
        result: Value,
    ) -> Value {
        if evaluator.mode != Mode::Configuration || !result.is_unknown() || !MONOTONE.contains(&self.name) {
            return result;
        }
        // These keep elements that are known in part; all others compare them.
        let keeps = matches!(self.name, "concat" | "flatten" | "reverse");
        let args: Vec<Value> = args.iter().map(|arg| certain_part(arg, keeps)).collect();
        if args.iter().all(|arg| arg.as_items().is_none_or(<[Value]>::is_empty)) {
            return result;
        }
        let made = self.call(evaluator, args, spans, span).ok();
        let known: Vec<Value> = made.as_ref().and_then(Value::as_items).unwrap_or_default().to_vec();
        if known.is_empty() {
            return result;
        }
        let causes = result.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default();
        // Elements of a set may turn out to be one.
        let least = if keeps { known.len() as u64 } else { 1 };
        refined(result, |refinement| {
            refinement.min_length = refinement.min_length.max(least);
            refinement.elements = KnownElements::new(known, causes, span);
        })
    }

    /// Calls the function with lists of which some may be longer, where what it makes of the known elements says
    /// something of the whole; none where it does not.
    pub(super) fn call_open(
        &self,
        evaluator: &Evaluator<'_>,
        args: &[Value],
        spans: &[Span],
        span: Span,
    ) -> Option<Result<Value, EvalError>> {
        if !matches!(self.name, "alltrue" | "anytrue" | "concat" | "contains" | "flatten") {
            return None;
        }
        let nested =
            |arg: &Value| self.name == "flatten" && arg.as_items().is_some_and(|items| items.iter().any(is_open));
        if !args.iter().any(|arg| is_open(arg) || nested(arg)) {
            return None;
        }
        let makes_list = matches!(self.name, "concat" | "flatten");
        let flattens = self.name == "flatten";
        let open: Vec<&Value> = args.iter().flat_map(|arg| open_parts(arg, makes_list, flattens)).collect();
        let known =
            args.iter().map(|arg| if makes_list { listed(arg, flattens) } else { known_part(arg).into_owned() });
        let result = match self.call(evaluator, known.collect(), spans, span) {
            Ok(result) => result,
            error => return Some(error),
        };
        let decides = match (self.name, &result.data) {
            ("alltrue", Data::Bool(truth)) => !truth,
            (_, Data::Bool(truth)) => *truth,
            _ => false,
        };
        if decides {
            return Some(Ok(result));
        }
        let unknown = evaluator.unknown(Type::Bool, open.iter().copied().chain([&result]).collect::<Vec<_>>(), span);
        Some(Ok(match result.as_items() {
            Some(items) => list(&unknown, items.to_vec(), span),
            None if makes_list => list(&unknown, Vec::new(), span),
            None => unknown,
        }))
    }
}

/// What is known of a list: its elements that are known, `in_part` or as a whole, and theirs where they are lists.
fn certain_part(value: &Value, in_part: bool) -> Value {
    let is_certain = |item: &&Value| item.is_wholly_known() || in_part && (!item.is_unknown() || is_open(item));
    let part = |items: &[Value], kind: SequenceKind| {
        let known = items.iter().filter(is_certain).map(|item| certain_part(item, in_part)).collect();
        Value { data: Data::Sequence(Arc::new(Sequence::new(kind, known))), ..value.clone() }
    };
    match (&value.data, value.known_elements()) {
        (_, Some(items)) => part(items, SequenceKind::Tuple),
        (Data::Unknown(_), None) => part(&[], SequenceKind::Tuple),
        (Data::Sequence(sequence), None) => part(&sequence.items, sequence.kind.clone()),
        _ => value.clone(),
    }
}

fn is_open(value: &Value) -> bool {
    value.known_elements().is_some()
}

/// The lists in an argument that may be longer: itself, or its elements. Of a list that is unknown `as_a_whole` no element
/// is known; `in_part`, the same holds of the elements.
fn open_parts(arg: &Value, as_a_whole: bool, in_part: bool) -> Vec<&Value> {
    if is_open(arg) || as_a_whole && arg.is_unknown() {
        return vec![arg];
    }
    arg.as_items().unwrap_or_default().iter().filter(|item| is_open(item) || in_part && item.is_unknown()).collect()
}

/// What is known of an argument that becomes part of a list, as a list: nothing of an unknown one. If it is `flattened`,
/// its elements become parts too.
fn listed(arg: &Value, flattened: bool) -> Value {
    let items = match known_part(arg).as_items() {
        Some(items) => items.to_vec(),
        None if arg.is_unknown() => Vec::new(),
        None => return arg.clone(),
    };
    let items = if flattened {
        items
            .iter()
            .filter(|item| is_open(item) || !item.is_unknown())
            .map(|item| known_part(item).into_owned())
            .collect()
    } else {
        items
    };
    Value { trace: arg.trace, ..Value::tuple(items, arg.origin.span).with_origin(arg.origin.clone()) }
}
