//! sprig's numbers.

use super::convert::{float64, int64};
use super::decimal::Decimal;
use super::short::{A, F, I, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Element, List, Value};

pub const FUNCTIONS: &[Function] = &[
    Function::new("add", &[], |call| fold(call, i64::wrapping_add)).and(A),
    Function::new("add1", &[A], |call| call.result(Value::int64(int64(&call.value(0)).wrapping_add(1)))),
    Function::new("sub", &[A, A], |call| fold(call, i64::wrapping_sub)),
    Function::new("mul", &[A], |call| fold(call, i64::wrapping_mul)).and(A),
    Function::new("div", &[A, A], |call| quotient(call, i64::wrapping_div)),
    Function::new("mod", &[A, A], |call| quotient(call, i64::wrapping_rem)),
    Function::new("max", &[A], |call| fold(call, i64::max)).and(A),
    Function::new("biggest", &[A], |call| fold(call, i64::max)).and(A),
    Function::new("min", &[A], |call| fold(call, i64::min)).and(A),
    Function::new("maxf", &[A], |call| fold_float(call, maximum)).and(A),
    Function::new("minf", &[A], |call| fold_float(call, minimum)).and(A),
    Function::new("addf", &[], |call| decimal(call, Decimal::add)).and(A),
    Function::new("add1f", &[A], add1f),
    Function::new("subf", &[A], |call| decimal(call, Decimal::subtract)).and(A),
    Function::new("mulf", &[A], |call| decimal(call, Decimal::multiply)).and(A),
    Function::new("divf", &[A], divf).and(A),
    Function::new("ceil", &[A], |call| call.result(float64(&call.value(0)).ceil())),
    Function::new("floor", &[A], |call| call.result(float64(&call.value(0)).floor())),
    Function::new("round", &[A, I], round).and(F),
    Function::new("until", &[I], |call| {
        let count = call.int(0);
        until(call, 0, count, if count < 0 { -1 } else { 1 })
    }),
    Function::new("untilStep", &[I, I, I], |call| until(call, call.int(0), call.int(1), call.int(2))),
    Function::new("seq", &[], seq).and(I),
    Function::new("randInt", &[I, I], |call| {
        if call.int(1) <= call.int(0) {
            return call.fail("the bounds of `randInt` hold no number");
        }
        if call.int(1) == call.int(0) + 1 {
            return Ok(call.value(0));
        }
        call.unknown("`randInt` gives another number in each run")
    }),
    Function::new("plural", &[S, S, I], |call| Ok(call.value(usize::from(call.int(2) != 1)))),
];

fn fold(call: &mut Call<'_, '_>, step: fn(i64, i64) -> i64) -> Outcome<Value> {
    let mut numbers = call.arguments.iter().map(int64);
    let first = numbers.next().unwrap_or(0);
    call.result(Value::int64(numbers.fold(first, step)))
}

fn quotient(call: &mut Call<'_, '_>, step: fn(i64, i64) -> i64) -> Outcome<Value> {
    if int64(&call.value(1)) == 0 {
        return call.fail("this divides by zero");
    }
    fold(call, step)
}

fn fold_float(call: &mut Call<'_, '_>, step: fn(f64, f64) -> f64) -> Outcome<Value> {
    let mut numbers = call.arguments.iter().map(float64);
    let first = numbers.next().unwrap_or(0.0);
    call.result(numbers.fold(first, step))
}

fn maximum(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

fn minimum(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}

fn operands(call: &Call<'_, '_>) -> Outcome<Vec<Decimal>> {
    let numbers = call.arguments.iter().map(|value| Decimal::of(float64(value)));
    match numbers.collect::<Option<Vec<_>>>() {
        Some(numbers) => Ok(numbers),
        None => call.fail("an infinite number cannot be computed with"),
    }
}

fn decimal(call: &mut Call<'_, '_>, step: fn(&Decimal, &Decimal) -> Decimal) -> Outcome<Value> {
    let mut numbers = operands(call)?.into_iter();
    let first = numbers.next().unwrap_or_default();
    let result = numbers.fold(first, |result, next| step(&result, &next));
    call.result(result.to_f64())
}

fn add1f(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(one) = Decimal::of(1.0) else { return Ok(Value::nil()) };
    let number = operands(call)?.into_iter().next().unwrap_or_default();
    call.result(number.add(&one).to_f64())
}

fn divf(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let mut numbers = operands(call)?.into_iter();
    let mut result = numbers.next().unwrap_or_default();
    for next in numbers {
        match result.divide(&next) {
            Some(quotient) => result = quotient,
            None => return call.fail("this divides by zero"),
        }
    }
    call.result(result.to_f64())
}

fn round(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (value, places) = (float64(&call.value(0)), call.int(1));
    let threshold = call.arguments.get(2).map_or(0.5, float64);
    let power = power_of_ten(places);
    let digit = power * value;
    let rounded = if digit.fract() >= threshold { digit.ceil() } else { digit.floor() };
    call.result(rounded / power)
}

/// Ten to the power of `places`, as `math.Pow` gives it.
fn power_of_ten(places: i64) -> f64 {
    format!("1e{}", places.clamp(-400, 400)).parse().unwrap_or(f64::INFINITY)
}

/// The numbers from `first` up or down to `bound`, without it.
fn numbers(call: &mut Call<'_, '_>, first: i64, bound: i64, step: i64) -> Outcome<Vec<i64>> {
    let fits = if bound < first { step < 0 } else { step > 0 };
    if !fits {
        return Ok(Vec::new());
    }
    let count = (i128::from(bound) - i128::from(first)).unsigned_abs().div_ceil(u128::from(step.unsigned_abs()));
    call.evaluator.step(u64::try_from(count).unwrap_or(u64::MAX), call.span)?;
    let number = |at: i64| first.wrapping_add(at.wrapping_mul(step));
    Ok((0..i64::try_from(count).unwrap_or(0)).map(number).collect())
}

fn until(call: &mut Call<'_, '_>, first: i64, bound: i64, step: i64) -> Outcome<Value> {
    let items = numbers(call, first, bound, step)?.into_iter().map(Value::int).collect();
    call.result(List::of(Element::Int, items))
}

fn seq(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let given: Vec<i64> = (0..call.arguments.len()).map(|at| call.int(at)).collect();
    let (start, step, end) = match given.as_slice() {
        [end] => (1, if *end < 1 { -1 } else { 1 }, *end),
        [start, end] => (*start, if end < start { -1 } else { 1 }, *end),
        [start, step, end] if end < start && *step > 0 => (*start, 0, *end),
        [start, step, end] => (*start, *step, *end),
        _ => return Ok("".into()),
    };
    let beyond = if end < start { -1 } else { 1 };
    let all = numbers(call, start, end.saturating_add(beyond), step)?;
    let text: Vec<String> = all.iter().map(i64::to_string).collect();
    let text = text.join(" ");
    call.evaluator.bytes(text.len(), call.span)?;
    call.result(text)
}
