//! Functions that ask one question of a collection: its length, a truth, an element of it.

use super::invocation::bound;
use super::{Function, FunctionError, Invocation, Param, Returns, Shape, text};
use crate::expr::convert::{convert, to_number, unify};
use crate::expr::unknowns::{is_never_empty, is_never_null, refined};
use crate::expr::{Mode, set};
use crate::limits::evaluation::COMPARED_ELEMENTS;
use crate::model::{Data, Number, SequenceKind, Type, TypeKind, Value};

const LIST: Param = Param::new("list", Shape::Any);
const TRUTHS: &[Param] = &[Param::new("list", Shape::List(&Shape::Bool))];
const TRUTH: Returns = Returns::Always(Shape::Bool);
const NUMBER: Returns = Returns::Always(Shape::Number);

pub(super) const TABLE: &[Function] = &[
    Function::new("alltrue", TRUTHS, TRUTH, |call| Ok(quantified(call, false))),
    Function::new("anytrue", TRUTHS, TRUTH, |call| Ok(quantified(call, true))),
    Function::new("coalesce", &[], Returns::By(unified_type), coalesce)
        .variadic(Param::new("vals", Shape::Any).nullable().unknown().dynamic()),
    Function::new("coalescelist", &[], Returns::By(coalescelist_type), coalescelist)
        .variadic(Param::new("vals", Shape::Any).nullable().unknown().dynamic()),
    Function::new("contains", &[LIST, Param::new("value", Shape::Any).unknown().dynamic()], TRUTH, contains),
    Function::new(
        "element",
        &[LIST.sensitive(), Param::new("index", Shape::Number)],
        Returns::By(element_type),
        element,
    )
    .may_be_null(),
    Function::new("index", &[LIST, Param::new("value", Shape::Any)], NUMBER, index),
    Function::new(
        "length",
        &[Param::new("value", Shape::Any).unknown().dynamic().sensitive()],
        Returns::By(length_type),
        |call| Ok(length(call)),
    ),
    Function::new("one", &[LIST], Returns::By(one_type), one).may_be_null(),
    Function::new("sum", &[LIST], NUMBER, sum),
];

/// Whether some element is `wanted`, or else all are the opposite. Null is false; the first element that
/// decides does so, whatever is unknown beside it, and the answer leads to it.
fn quantified(call: &Invocation<'_>, wanted: bool) -> Value {
    let truth = |item: &Value| item.as_bool().or_else(|| item.is_null().then_some(false));
    let items = call.items(0);
    if let Some(decisive) = items.iter().find(|item| truth(item) == Some(wanted)) {
        return call.decided_by(Data::Bool(wanted), decisive);
    }
    if items.iter().any(Value::is_unknown) { call.unknown() } else { call.bool(!wanted) }
}

fn unified_type(args: &[Value]) -> Result<Type, FunctionError> {
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    unify(&types).ok_or_else(|| "The arguments have no type in common.".into())
}

/// The first argument that is neither null nor the empty string, as the type that all have in common.
fn coalesce(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    for arg in &call.args {
        let value = convert(arg, &call.returns)?;
        if value.is_unknown() {
            // What is certainly there, and no empty text, is the result whatever it will be.
            let is_there = is_never_null(&value) && (call.returns != Type::String || is_never_empty(&value));
            return Ok(if is_there { value } else { call.unknown() });
        }
        let is_empty = call.returns == Type::String && value.as_str() == Some("");
        if !value.is_null() && !is_empty {
            return Ok(value);
        }
    }
    Err("Every argument is null or an empty string.".into())
}

fn coalescelist_type(args: &[Value]) -> Result<Type, FunctionError> {
    for arg in args {
        match arg.ty() {
            _ if arg.is_unknown() => return Ok(Type::Dynamic),
            Type::List(_) | Type::Tuple(_) if !arg.is_null() => {}
            _ => return Err("Every argument must be a list or a tuple.".into()),
        }
    }
    let mut types = args.iter().map(Value::ty);
    let first = types.next().ok_or("At least one argument is required.")?;
    Ok(if types.all(|ty| ty == first) { first } else { Type::Dynamic })
}

/// The first list that is not empty.
fn coalescelist(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    for arg in &call.args {
        match arg.as_items() {
            None => return Ok(call.unknown()),
            Some([]) => {}
            Some(_) => return Ok(arg.clone()),
        }
    }
    Err("Every list is empty.".into())
}

/// True as soon as one element is equal for sure; elements of another type are not.
fn contains(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let [list, wanted] = call.args.as_slice() else { return Ok(call.unknown()) };
    // In a policy, what it stands for may decide; Terraform does not look.
    if wanted.is_unknown() && call.mode == Mode::Configuration {
        return Ok(call.unknown());
    }
    let items = list.as_items().ok_or("A list, tuple or set is required.")?;
    call.budget.steps(items.len() as u64, call.span)?;
    let mut open = false;
    for item in items {
        call.budget.walk([item], call.span)?;
        match call.equal(item, wanted) {
            Some(true) => return Ok(call.decided_by(Data::Bool(true), item)),
            Some(false) => {}
            None => open = true,
        }
    }
    Ok(if open { call.unknown() } else { call.bool(false) })
}

/// The place of an element, wrapped around at both ends.
fn position(index: &Value, length: usize) -> Result<usize, FunctionError> {
    let Data::Number(number) = &index.data else { return Err(FunctionError::argument(1, "A number is required.")) };
    let index = number
        .as_i64()
        .ok_or_else(|| FunctionError::argument(1, format!("A whole number is required, not {number}.")))?;
    let length = i64::try_from(length).ok().filter(|length| *length > 0).ok_or("An empty list has no elements.")?;
    Ok(index.rem_euclid(length) as usize)
}

fn element_type(args: &[Value]) -> Result<Type, FunctionError> {
    let [list, index] = args else { return Ok(Type::Dynamic) };
    match list.ty() {
        Type::List(element) => Ok((*element).clone()),
        Type::Tuple(_) if index.is_unknown() => Ok(Type::Dynamic),
        Type::Tuple(elements) => Ok(elements.get(position(index, elements.len())?).cloned().unwrap_or(Type::Dynamic)),
        other => Err(format!("A list or a tuple is required, not {other}.").into()),
    }
}

/// The element itself, with its own origin. Below zero, the index counts from the end, as since Terraform 1.12.
fn element(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let [Value { data: Data::Sequence(list), sensitive, .. }, index] = call.args.as_slice() else {
        return Ok(call.unknown());
    };
    let at = position(index, list.items.len())?;
    let mut found = list.items.get(at).cloned().ok_or("An empty list has no elements.")?;
    found.sensitive |= sensitive;
    Ok(found)
}

/// The place of the first element that is equal. An unknown one before it leaves that open.
fn index(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let [Value { data: Data::Sequence(list), .. }, wanted] = call.args.as_slice() else {
        return Err("A list or a tuple is required.".into());
    };
    if matches!(list.kind, SequenceKind::Set(_)) {
        return Err("A list or a tuple is required.".into());
    }
    for (at, item) in list.items.iter().enumerate() {
        call.budget.walk([item], call.span)?;
        match call.equal(item, wanted) {
            Some(true) => return Ok(call.count(at)),
            Some(false) => {}
            None => return Ok(call.unknown()),
        }
    }
    Err("No element of the list is equal to the value.".into())
}

fn length_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args.first().map(Value::kind) {
        Some(TypeKind::Bool | TypeKind::Number) => {
            Err("A string, a collection, an object or a tuple is required.".into())
        }
        _ => Ok(Type::Number),
    }
}

/// Elements, or characters as people see them. Of an unknown one as much as is known of it.
fn length(call: &Invocation<'_>) -> Value {
    let Some(value) = call.args.first() else { return call.unknown() };
    let between = |least: u64, most: Option<u64>| {
        refined(call.unknown(), |refinement| {
            refinement.at_least = Some(bound(least));
            refinement.at_most = most.map(bound);
        })
    };
    let mut result = match &value.data {
        Data::String(text) => call.count(text::length(text)),
        // The equal ones of the blocks that a declaration writes are one.
        Data::Sequence(set)
            if call.mode == Mode::Policy
                && value.kind() == TypeKind::Set
                && !set.items.iter().all(|item| item.as_str().is_some()) =>
        {
            match distinct(call, &set.items) {
                (least, most) if least == most => call.number(bound(most)),
                (least, most) => between(least, Some(most)),
            }
        }
        // Unknown elements of a set may turn out to be equal to others.
        Data::Sequence(set) if value.kind() == TypeKind::Set && set.items.len() > 1 && !value.is_wholly_known() => {
            between(1, Some(set.items.len() as u64))
        }
        Data::Sequence(sequence) => call.count(sequence.items.len()),
        Data::Mapping(mapping) => call.count(mapping.entries.len()),
        Data::Unknown(unknown) => match &unknown.ty {
            Type::Tuple(elements) => call.count(elements.len()),
            Type::Object(object) => call.count(object.fields.len()),
            // What follows may join the last character of the known prefix.
            Type::String => between(text::length(&unknown.refinement.prefix) as u64, None),
            Type::List(_) | Type::Set(_) | Type::Map(_) => {
                between(unknown.refinement.min_length, unknown.refinement.max_length)
            }
            _ => call.unknown(),
        },
        _ => call.unknown(),
    };
    result.sensitive |= value.sensitive;
    result
}

/// How many elements a set has at least and at most, of which some may be equal.
fn distinct(call: &Invocation<'_>, items: &[Value]) -> (u64, u64) {
    if items.iter().all(Value::is_wholly_known) {
        let count = set::count(items) as u64;
        return (count, count);
    }
    let (mut apart, mut kept): (u64, Vec<&Value>) = (0, Vec::new());
    for item in items.iter().take(COMPARED_ELEMENTS) {
        let compared = || kept.iter().map(|other| call.equal(other, item));
        if compared().any(|equal| equal == Some(true)) {
            continue;
        }
        apart += u64::from(compared().all(|equal| equal == Some(false)));
        kept.push(item);
    }
    (apart, (kept.len() + items.len().saturating_sub(COMPARED_ELEMENTS)) as u64)
}

fn one_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args.first().map(Value::ty) {
        Some(Type::List(element) | Type::Set(element)) => Ok((*element).clone()),
        Some(Type::Tuple(elements)) => match elements.as_slice() {
            [] => Ok(Type::Dynamic),
            [element] => Ok(element.clone()),
            _ => Err(FunctionError::argument(0, "A list, set or tuple with no or one element is required.")),
        },
        _ => Err(FunctionError::argument(0, "A list, set or tuple with no or one element is required.")),
    }
}

/// The only element, with its own origin; null of an empty list.
fn one(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let is_set = call.args.first().is_some_and(|arg| arg.kind() == TypeKind::Set);
    match call.items(0) {
        [] => Ok(call.data(Data::Null(call.returns.clone()))),
        [only] => Ok(only.clone()),
        [first, rest @ ..] if is_set && rest.iter().all(|other| call.equal(first, other) == Some(true)) => {
            Ok(first.clone())
        }
        items if is_set && !items.iter().all(Value::is_wholly_known) => Ok(call.unknown()),
        _ => Err(FunctionError::argument(0, "A list, set or tuple with no or one element is required.")),
    }
}

/// The sum of numbers and of strings that read as such. Of nothing there is none.
fn sum(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let fault = |message: &str| FunctionError::argument(0, message);
    let items = call
        .args
        .first()
        .and_then(Value::as_items)
        .ok_or_else(|| fault("A list, set or tuple of numbers is required."))?;
    if items.is_empty() {
        return Err(fault("There is no sum of an empty list."));
    }
    if !items.iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    let mut total: Option<Number> = None;
    for item in items {
        let number = to_number(item).ok_or_else(|| fault("Every element must be a number, and not null."))?;
        total = Some(match total {
            None => number,
            Some(total) => total.add(&number).ok_or("Infinities of opposite signs have no sum.")?,
        });
    }
    total.map(|total| call.number(total)).ok_or_else(|| fault("There is no sum of an empty list."))
}
