//! sprig's functions on types, and conversions.

use super::convert::{float64, int64, string};
use super::equality::deep_equal;
use super::short::{A, S};
use crate::limits::charts::COPY_LIMIT;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::text::value_text;
use crate::lower::kubernetes::helm::value::{Data, Value, copied};

pub const FUNCTIONS: &[Function] = &[
    Function::new("typeOf", &[A], |call| call.result(call.value(0).type_name())).of_parts(),
    Function::new("typeIs", &[S, A], |call| Ok((call.value(1).type_name() == call.text(0)).into())).of_parts(),
    Function::new("typeIsLike", &[S, A], |call| {
        let (target, name) = (call.text(0), call.value(1).type_name());
        Ok((name == target || name.strip_prefix('*') == Some(target)).into())
    })
    .of_parts(),
    Function::new("kindOf", &[A], |call| Ok(call.value(0).kind_name().into())).of_parts(),
    Function::new("kindIs", &[S, A], |call| Ok((call.value(1).kind_name() == call.text(0)).into())).of_parts(),
    Function::new("deepEqual", &[A, A], |call| Ok(deep_equal(&call.value(0), &call.value(1)).into())),
    Function::new("toString", &[A], |call| {
        let value = call.value(0);
        Ok(if value.as_text().is_some() { value } else { Value::from(string(&value)).noted(value.note) })
    })
    .of_anything(),
    Function::new("int", &[A], |call| call.result(Value::int(int64(&call.value(0))))),
    Function::new("int64", &[A], |call| call.result(Value::int64(int64(&call.value(0))))),
    Function::new("float64", &[A], |call| call.result(float64(&call.value(0)))),
    Function::new("atoi", &[S], |call| {
        let digits = call.text(0);
        let is_decimal = digits.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_decimal { digits.parse().unwrap_or(0) } else { 0 };
        call.result(Value::int(number))
    }),
    Function::new("toDecimal", &[A], |call| {
        let text = value_text(&call.value(0));
        let number = i64::from_str_radix(text.text(), 8).unwrap_or(0);
        call.result(Value::int64(number))
    }),
    Function::new("deepCopy", &[A], copy).of_parts(),
    Function::new("mustDeepCopy", &[A], copy).of_parts(),
];

fn copy(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = call.value(0);
    if matches!(value.data, Data::Nil | Data::Invalid) {
        return call.fail("nil cannot be copied");
    }
    let mut budget = COPY_LIMIT;
    match copied(&value, &mut budget) {
        Some(copy) => {
            call.evaluator.step(COPY_LIMIT - budget, call.span)?;
            Ok(copy)
        }
        None => call.limit("copied values"),
    }
}
