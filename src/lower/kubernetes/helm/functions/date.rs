//! sprig's dates. What depends on the clock is unknown.

use super::short::{A, S, T};
use crate::go::duration as durations;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::Moment;
use crate::lower::kubernetes::helm::value::moment::format;
use crate::lower::kubernetes::helm::value::moment::parse;
use crate::lower::kubernetes::helm::value::{Data, IntegerKind, Value};

pub const FUNCTIONS: &[Function] = &[
    Function::new("now", &[], now),
    Function::new("ago", &[A], |call| call.unknown_text(CLOCK)),
    Function::new("date", &[S, A], |call| {
        let layout = call.text(0).to_owned();
        shown(call, &layout, 1, "Local")
    })
    .gives_filled_text(),
    Function::new("dateInZone", &[S, A, S], in_zone),
    Function::new("date_in_zone", &[S, A, S], in_zone).gives_filled_text(),
    Function::new("htmlDate", &[A], |call| shown(call, "2006-01-02", 0, "Local")),
    Function::new("htmlDateInZone", &[A, S], |call| {
        let zone = call.text(1).to_owned();
        shown(call, "2006-01-02", 0, &zone)
    })
    .gives_filled_text(),
    Function::new("dateModify", &[S, T], |call| modified(call, false)),
    Function::new("date_modify", &[S, T], |call| modified(call, false)),
    Function::new("mustDateModify", &[S, T], |call| modified(call, true)),
    Function::new("must_date_modify", &[S, T], |call| modified(call, true)),
    Function::new("toDate", &[S, S], |call| {
        let moment = parse(call.text(0), call.text(1)).unwrap_or_else(Moment::zero);
        call.result(Value::from(Data::Time(moment)))
    }),
    Function::new("mustToDate", &[S, S], |call| match parse(call.text(0), call.text(1)) {
        Some(moment) => call.result(Value::from(Data::Time(moment))),
        None => call.fail(format!("`{}` is not a date of the form `{}`", call.text(1), call.text(0))),
    }),
    Function::new("unixEpoch", &[T], |call| match &call.value(0).data {
        Data::Time(moment) => call.result(moment.seconds.to_string()),
        _ => Ok(Value::nil()),
    })
    .gives_filled_text(),
    Function::new("duration", &[A], duration),
    Function::new("durationRound", &[A], duration_round).gives_filled_text(),
];

const CLOCK: &str = "the time of the rendering is not known";

fn now(call: &mut Call<'_, '_>) -> Outcome<Value> {
    call.unknown(CLOCK)
}

fn in_zone(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (layout, zone) = (call.text(0).to_owned(), call.text(2).to_owned());
    shown(call, &layout, 1, &zone)
}

/// The moment of argument `at` in a zone, as a layout shows it. Anything that is no moment is the present one.
fn shown(call: &mut Call<'_, '_>, layout: &str, at: usize, zone: &str) -> Outcome<Value> {
    let moment = match &call.value(at).data {
        Data::Time(moment) => moment.clone(),
        Data::Integer(integer) if !integer.kind.is_unsigned() => Moment::utc(integer.int64()),
        _ => return call.unknown_text(CLOCK),
    };
    call.result(format(layout, &moment.within(zone)))
}

fn modified(call: &mut Call<'_, '_>, must: bool) -> Outcome<Value> {
    let value = call.value(1);
    let Data::Time(moment) = &value.data else { return Ok(value) };
    match durations::parse(call.text(0)) {
        Some(nanoseconds) => call.result(Value::from(Data::Time(moment.plus(nanoseconds)))),
        None if must => call.fail(format!("`{}` is not a duration", call.text(0))),
        None => Ok(value),
    }
}

fn duration(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let seconds = match &call.value(0).data {
        Data::String(text) => text.text().parse().unwrap_or(0),
        Data::Integer(integer) if integer.kind == IntegerKind::Int64 => integer.int64(),
        _ => 0_i64,
    };
    call.result(durations::write(seconds.wrapping_mul(1_000_000_000)))
}

/// A duration in its largest unit.
fn duration_round(call: &mut Call<'_, '_>) -> Outcome<Value> {
    const HOUR: u64 = 3_600_000_000_000;
    const UNITS: [(&str, u64); 6] = [
        ("y", HOUR * 24 * 365),
        ("mo", HOUR * 24 * 30),
        ("d", HOUR * 24),
        ("h", HOUR),
        ("m", HOUR / 60),
        ("s", HOUR / 3600),
    ];
    let nanoseconds = match &call.value(0).data {
        Data::String(text) => durations::parse(text.text()).unwrap_or(0),
        Data::Integer(integer) if integer.kind == IntegerKind::Int64 => integer.int64(),
        Data::Time(_) => return call.unknown_text(CLOCK),
        _ => 0,
    };
    let magnitude = nanoseconds.unsigned_abs();
    let found = UNITS.into_iter().find(|(_, unit)| magnitude > *unit);
    call.result(found.map_or_else(|| "0s".into(), |(name, unit)| format!("{}{name}", magnitude / unit)))
}
