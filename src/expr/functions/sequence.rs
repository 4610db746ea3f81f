//! Functions that make lists and tuples. Elements that come from an argument keep their own origins.

use super::members::Members;
use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::Mode;
use crate::expr::convert::{convert, unify};
use crate::expr::unknowns::{collect_causes, not_null};
use crate::limits::evaluation::RANGE_LIMIT;
use crate::model::{Data, Number, Sequence, SequenceKind, Type, TypeKind, Value};
use std::sync::Arc;

const ANY_LIST: Shape = Shape::List(&Shape::Any);
const LIST: Param = Param::new("list", ANY_LIST);
const STRINGS: &[Param] = &[Param::new("list", Shape::List(&Shape::String))];
const TEXTS: Returns = Returns::Always(Shape::List(&Shape::String));
pub(super) const TABLE: &[Function] = &[
    Function::new(
        "chunklist",
        &[LIST.sensitive(), Param::new("size", Shape::Number)],
        Returns::By(|args| Ok(Type::List(Arc::new(own_type(args))))),
        chunklist,
    ),
    Function::new("compact", STRINGS, TEXTS, |call| Ok(compact(call))),
    Function::new("concat", &[], Returns::By(concat_type), concat).variadic(Param::new("seqs", Shape::Any).sensitive()),
    Function::new("distinct", &[LIST], Returns::By(|args| Ok(own_type(args))), distinct),
    Function::new("flatten", &[Param::new("list", Shape::Any).sensitive()], Returns::By(flatten_type), flatten),
    Function::new(
        "matchkeys",
        &[Param::new("values", ANY_LIST), Param::new("keys", ANY_LIST), Param::new("searchset", ANY_LIST)],
        Returns::By(matchkeys_type),
        matchkeys,
    ),
    Function::new("range", &[], Returns::Always(Shape::List(&Shape::Number)), range)
        .variadic(Param::new("params", Shape::Number)),
    Function::new("reverse", &[Param::new("list", Shape::Any).sensitive()], Returns::By(reverse_type), |call| {
        Ok(reverse(call))
    }),
    Function::new(
        "slice",
        &[
            Param::new("list", Shape::Any).sensitive(),
            Param::new("start_index", Shape::Number),
            Param::new("end_index", Shape::Number),
        ],
        Returns::By(slice_type),
        slice,
    ),
    Function::new("sort", STRINGS, TEXTS, sort),
];

impl Invocation<'_> {
    /// The sequence of the result's type, sensitive when one of the arguments itself is.
    fn sequence(&self, items: Vec<Value>) -> Value {
        let kind = match &self.returns {
            Type::List(element) => SequenceKind::List((**element).clone()),
            Type::Set(element) => SequenceKind::Set((**element).clone()),
            _ => SequenceKind::Tuple,
        };
        let mut value = self.data(Data::Sequence(Arc::new(Sequence::new(kind, items))));
        value.sensitive = self.args.iter().any(|arg| arg.sensitive);
        value
    }
}

fn own_type(args: &[Value]) -> Type {
    args.first().map_or(Type::Dynamic, Value::ty)
}

/// Lists of `size` elements, the last one with what is left; a size of zero keeps all in one.
fn chunklist(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let Some(Value { data: Data::Sequence(list), .. }) = call.args.first() else { return Ok(call.unknown()) };
    if list.items.is_empty() {
        return Ok(call.sequence(Vec::new()));
    }
    let size = usize::try_from(call.integer(1)?).map_err(|_| FunctionError::from("The size must not be negative."))?;
    let chunk = |items: &[Value]| call.data(Data::Sequence(Arc::new(Sequence::new(list.kind.clone(), items.to_vec()))));
    let size = if size == 0 { list.items.len() } else { size };
    Ok(call.sequence(list.items.chunks(size).map(chunk).collect()))
}

/// Without null and empty strings.
fn compact(call: &Invocation<'_>) -> Value {
    if !call.items(0).iter().all(Value::is_wholly_known) {
        return call.unknown();
    }
    let kept = call.items(0).iter().filter(|item| item.as_str().is_some_and(|text| !text.is_empty()));
    call.sequence(kept.cloned().collect())
}

/// A list of lists with a common type, else a tuple.
fn concat_type(args: &[Value]) -> Result<Type, FunctionError> {
    if args.is_empty() {
        return Err("At least one list is required.".into());
    }
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = unify(&types)
    {
        return Ok(common);
    }
    let mut elements = Vec::new();
    for (index, (arg, ty)) in args.iter().zip(&types).enumerate() {
        match ty {
            Type::Tuple(own) => elements.extend(own.iter().cloned()),
            Type::List(element) => match arg.as_items() {
                Some(items) => elements.extend(std::iter::repeat_n((**element).clone(), items.len())),
                None => return Ok(Type::Dynamic),
            },
            _ => return Err(FunctionError::argument(index, format!("A list or a tuple is required, not {ty}."))),
        }
    }
    Ok(Type::Tuple(Arc::new(elements)))
}

fn concat(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let total = call.args.iter().filter_map(Value::as_items).map(<[Value]>::len).fold(0, usize::saturating_add);
    call.budget.elements(total, call.span)?;
    let mut items = Vec::with_capacity(total);
    for arg in &call.args {
        if matches!(call.returns, Type::List(_)) {
            items.extend_from_slice(convert(arg, &call.returns)?.as_items().unwrap_or_default());
        } else {
            items.extend_from_slice(arg.as_items().unwrap_or_default());
        }
    }
    Ok(call.sequence(items))
}

/// The first of every group of equal elements.
fn distinct(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    if !call.items(0).iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    let mut kept: Vec<Value> = Vec::new();
    let mut members = Members::default();
    for item in call.items(0) {
        call.budget.steps(members.cost(), call.span)?;
        if members.insert(item) {
            kept.push(item.clone());
        }
    }
    Ok(call.sequence(kept))
}

fn flatten_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args.first() {
        Some(arg) if !matches!(arg.kind(), TypeKind::List | TypeKind::Set | TypeKind::Tuple | TypeKind::Dynamic) => {
            Err(format!("A list, set or tuple is required, not {}.", arg.ty()).into())
        }
        _ => Ok(Type::Dynamic),
    }
}

/// The elements of all sequences within, however deep; unknown when one of those is.
fn flatten(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let mut items = Vec::new();
    let mut sensitive = false;
    let Some(list) = call.args.first() else { return Ok(call.unknown()) };
    let known = flatten_into(list, call.mode, &mut items, &mut sensitive);
    call.budget.elements(items.len(), call.span)?;
    let mut result = if known { call.sequence(items) } else { call.unknown() };
    result.sensitive |= sensitive;
    Ok(result)
}

/// Whether all of it could be flattened. How many elements a set has is of no interest to a policy that asks each of them.
fn flatten_into(value: &Value, mode: Mode, items: &mut Vec<Value>, sensitive: &mut bool) -> bool {
    let Data::Sequence(sequence) = &value.data else { return false };
    *sensitive |= value.sensitive;
    let is_set = matches!(sequence.kind, SequenceKind::Set(_)) && mode == Mode::Configuration;
    if is_set && sequence.items.len() > 1 && !value.is_wholly_known() {
        return false;
    }
    sequence.items.iter().all(|item| match (&item.data, item.kind()) {
        (Data::Sequence(_), _) => flatten_into(item, mode, items, sensitive),
        // Not known, or null: what is in it, or whether it is a sequence at all.
        (Data::Unknown(_), TypeKind::Dynamic) | (_, TypeKind::List | TypeKind::Set | TypeKind::Tuple) => false,
        _ => {
            items.push(item.clone());
            true
        }
    })
}

fn matchkeys_type(args: &[Value]) -> Result<Type, FunctionError> {
    let [values, keys, search] = args else { return Ok(Type::Dynamic) };
    unify(&[keys.ty(), search.ty()]).ok_or("Keys and search set have no type in common.")?;
    Ok(values.ty())
}

/// The values whose key, the element at the same place, is in the search set. An unknown element of the
/// search set gives an empty list, as in Terraform.
fn matchkeys(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let [values, keys, search] = call.args.as_slice() else { return Ok(call.unknown()) };
    if call.items(0).len() != call.items(1).len() {
        return Err("There must be as many keys as values.".into());
    }
    let common = unify(&[keys.ty(), search.ty()]).unwrap_or(Type::Dynamic);
    let (keys, search) = (convert(keys, &common)?, convert(search, &common)?);
    let searched = search.as_items().unwrap_or_default();
    if searched.is_empty() {
        return Ok(call.sequence(Vec::new()));
    }
    if !values.is_wholly_known() || !keys.is_wholly_known() {
        return Ok(call.unknown());
    }
    let mut found = Vec::new();
    // As in Terraform, an unknown element makes the result empty once it is reached in the search.
    let known = searched.iter().position(|item| !item.is_wholly_known()).unwrap_or(searched.len());
    let members = Members::of(searched.get(..known).unwrap_or_default());
    for (value, key) in call.items(0).iter().zip(keys.as_items().unwrap_or_default()) {
        call.budget.steps(members.cost(), call.span)?;
        if members.contains(key) {
            found.push(value.clone());
        } else if known < searched.len() {
            return Ok(call.sequence(Vec::new()));
        }
    }
    Ok(call.sequence(found))
}

/// Numbers from start towards end, which is not one of them; 1,024 at most, as in Terraform.
fn range(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let (zero, one) = (Number::Int(0), Number::Int(1));
    let towards = |start: &Number, end: &Number| if end < start { one.negated() } else { one.clone() };
    let (start, end, step) = match call.args.len() {
        1 => (zero.clone(), call.numeral(0), towards(&zero, &call.numeral(0))),
        2 => (call.numeral(0), call.numeral(1), towards(&call.numeral(0), &call.numeral(1))),
        3 => (call.numeral(0), call.numeral(1), call.numeral(2)),
        given => return Err(format!("One to three arguments are required, {given} are given.").into()),
    };
    if step.is_zero() && start != end {
        return Err(FunctionError::argument(2, "The step must not be zero."));
    }
    let down = step < zero;
    if (down && end > start) || (!down && end < start) {
        return Err(FunctionError::argument(1, "The step leads away from the end."));
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if numbers.len() >= RANGE_LIMIT {
            return Err(format!("More than {RANGE_LIMIT} numbers; shorten the range or take larger steps.").into());
        }
        numbers.push(call.number(next.clone()));
        next = next.add(&step).ok_or("Infinities have no numbers between them.")?;
    }
    Ok(call.list(Type::Number, numbers))
}

fn reverse_type(args: &[Value]) -> Result<Type, FunctionError> {
    match own_type(args) {
        Type::Tuple(elements) => Ok(Type::Tuple(Arc::new(elements.iter().rev().cloned().collect()))),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
        other => Err(FunctionError::argument(0, format!("A list, set or tuple is required, not {other}."))),
    }
}

fn reverse(call: &Invocation<'_>) -> Value {
    call.sequence(call.items(0).iter().rev().cloned().collect())
}

fn slice_type(args: &[Value]) -> Result<Type, FunctionError> {
    let [list, start, end] = args else { return Ok(Type::Dynamic) };
    let length = match (list.ty(), list.as_items()) {
        (Type::Tuple(elements), _) => Some(elements.len()),
        (Type::List(_), items) => items.map(<[Value]>::len),
        (Type::Set(_), _) => {
            return Err(FunctionError::argument(0, "A set has no order to slice; use tolist() or sort() first."));
        }
        (other, _) => return Err(FunctionError::argument(0, format!("A list or a tuple is required, not {other}."))),
    };
    let (start, end) = (bound(start, length, 1)?, bound(end, length, 2)?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(FunctionError::argument(1, "The start must not be after the end."));
    }
    match (list.ty(), start, end) {
        (Type::Tuple(elements), Some(start), Some(end)) => {
            Ok(Type::Tuple(Arc::new(elements.get(start..end).unwrap_or_default().to_vec())))
        }
        (Type::Tuple(_), _, _) => Ok(Type::Dynamic),
        (list, _, _) => Ok(list),
    }
}

/// A bound of a slice, which must not be beyond the length.
fn bound(index: &Value, length: Option<usize>, argument: usize) -> Result<Option<usize>, FunctionError> {
    let Data::Number(number) = &index.data else { return Ok(None) };
    let at = number.as_i64().and_then(|at| usize::try_from(at).ok());
    let at = at.ok_or_else(|| FunctionError::argument(argument, "A whole number of zero or more is required."))?;
    match length {
        Some(length) if at > length => {
            Err(FunctionError::argument(argument, format!("{at} is beyond the end of a list of {length} elements.")))
        }
        _ => Ok(Some(at)),
    }
}

fn slice(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let start = usize::try_from(call.integer(1)?).unwrap_or(0);
    let end = usize::try_from(call.integer(2)?).unwrap_or(0);
    Ok(call.sequence(call.items(0).get(start..end).unwrap_or_default().to_vec()))
}

/// By code points. With an unknown element only the length is known.
fn sort(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let items = call.items(0);
    if !items.iter().all(Value::is_wholly_known) {
        let mut causes = Vec::new();
        for item in items {
            collect_causes(item, &mut causes);
        }
        let unknown = not_null(Value::unknown_of(Type::String, causes, call.span));
        return Ok(call.sequence(vec![unknown; items.len()]));
    }
    if items.iter().any(Value::is_null) {
        return Err("An element is null; remove it, as with compact(), before sorting.".into());
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(call.sequence(sorted))
}
