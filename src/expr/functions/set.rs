//! Functions of sets.

use super::members::Members;
use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::Mode;
use crate::expr::convert::{convert, unify};
use crate::expr::set::build;
use crate::model::{Data, Type, Value};
use std::sync::Arc;

const ANY_SET: Shape = Shape::Set(&Shape::Any);
const FIRST: Param = Param::new("first_set", ANY_SET).dynamic();
const OTHERS: Param = Param::new("other_sets", ANY_SET).dynamic();

pub(super) const TABLE: &[Function] = &[
    Function::new("setintersection", &[FIRST], Returns::By(common_type), |call| combine(call, true)).variadic(OTHERS),
    Function::new("setproduct", &[], Returns::By(product_type), product)
        .variadic(Param::new("sets", Shape::Any).sensitive()),
    Function::new(
        "setsubtract",
        &[Param::new("a", ANY_SET).dynamic(), Param::new("b", ANY_SET).dynamic()],
        Returns::By(common_type),
        |call| combine(call, false),
    ),
    Function::new("setunion", &[FIRST], Returns::By(common_type), union).variadic(OTHERS),
];

/// A set of what all elements can be converted to; an empty set of no type has no say.
fn common_type(args: &[Value]) -> Result<Type, FunctionError> {
    let mut elements = Vec::new();
    for arg in args {
        match arg.ty() {
            Type::Set(element) if *element == Type::Dynamic && arg.as_items().is_some_and(<[Value]>::is_empty) => {}
            Type::Set(element) => elements.push((*element).clone()),
            _ => return Ok(Type::Dynamic),
        }
    }
    if elements.is_empty() {
        return Ok(Type::Set(Arc::new(Type::Dynamic)));
    }
    let element = unify(&elements).ok_or("The elements of the sets have no type in common.")?;
    Ok(Type::Set(Arc::new(element)))
}

/// The elements of an argument, converted to those of the result.
fn converted(call: &Invocation<'_>, arg: &Value) -> Result<Vec<Value>, FunctionError> {
    Ok(convert(arg, &call.returns)?.as_items().unwrap_or_default().to_vec())
}

fn set(call: &Invocation<'_>, items: Vec<Value>) -> Value {
    let element = match &call.returns {
        Type::Set(element) => (**element).clone(),
        _ => Type::Dynamic,
    };
    build(call.data(Data::Null(Type::Dynamic)), element, items)
}

/// Unknown elements stand in the result as they are.
fn union(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let mut items = Vec::new();
    for arg in &call.args {
        items.extend(converted(call, arg)?);
        call.budget.elements(items.len(), call.span)?;
    }
    Ok(set(call, items))
}

/// The elements of the first set that all others hold (or, with `wanted` false, that none does).
fn combine(call: &Invocation<'_>, wanted: bool) -> Result<Value, FunctionError> {
    let mut sets = call.args.iter().map(|arg| converted(call, arg));
    let mut kept = sets.next().transpose()?.unwrap_or_default();
    let others: Vec<_> = sets.collect::<Result<_, _>>()?;
    if !call.args.iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    for other in &others {
        let members = Members::of(other);
        call.budget.steps(members.cost().saturating_mul(kept.len() as u64), call.span)?;
        kept.retain(|item| members.contains(item) == wanted);
    }
    Ok(set(call, kept))
}

/// A list when no argument is a set.
fn product_type(args: &[Value]) -> Result<Type, FunctionError> {
    if args.len() < 2 {
        return Err("At least two sets are required.".into());
    }
    let mut elements = Vec::with_capacity(args.len());
    let mut is_list = true;
    for (index, arg) in args.iter().enumerate() {
        elements.push(match arg.ty() {
            Type::List(element) => (*element).clone(),
            Type::Set(element) => {
                is_list = false;
                (*element).clone()
            }
            Type::Tuple(types) if types.is_empty() => Type::Dynamic,
            Type::Tuple(types) => {
                unify(&types).ok_or_else(|| FunctionError::argument(index, "The elements have no type in common."))?
            }
            other => return Err(FunctionError::argument(index, format!("A list or a set is required, not {other}."))),
        });
    }
    let row = Arc::new(Type::Tuple(Arc::new(elements)));
    Ok(if is_list { Type::List(row) } else { Type::Set(row) })
}

/// Every way to take one element of each argument; the last changes fastest.
fn product(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let (Type::List(row) | Type::Set(row)) = call.returns.clone() else { return Ok(call.unknown()) };
    let Type::Tuple(types) = &*row else { return Ok(call.unknown()) };
    let mut total = 1_usize;
    for arg in &call.args {
        let count = arg.as_items().unwrap_or_default().len();
        let is_strict = call.mode == Mode::Configuration;
        if is_strict && count > 1 && matches!(arg.ty(), Type::Set(_)) && !arg.is_wholly_known() {
            return Ok(call.unknown());
        }
        total = total.saturating_mul(count);
    }
    call.budget.elements(total.saturating_mul(call.args.len()), call.span)?;
    let mut columns = Vec::with_capacity(call.args.len());
    for (arg, ty) in call.args.iter().zip(types.iter()) {
        let items = arg.as_items().unwrap_or_default();
        columns.push(items.iter().map(|item| convert(item, ty)).collect::<Result<Vec<_>, _>>()?);
    }
    let mut rows: Vec<Vec<Value>> = if total == 0 { Vec::new() } else { vec![Vec::new()] };
    for column in &columns {
        rows = rows
            .iter()
            .flat_map(|row| column.iter().map(|item| [row.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    let items: Vec<_> = rows.into_iter().map(|row| Value::tuple(row, call.span)).collect();
    let mut result = match &call.returns {
        Type::Set(_) => set(call, items),
        _ => call.list((*row).clone(), items),
    };
    result.sensitive |= call.args.iter().any(|arg| arg.sensitive);
    Ok(result)
}
