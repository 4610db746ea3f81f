//! The methods of the values that Helm gives its templates.

use super::short::{S, V};
use crate::go::duration as durations;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::text::{YamlForm, yaml_text};
use crate::lower::kubernetes::helm::value::Version;
use crate::lower::kubernetes::helm::value::moment::format;
use crate::lower::kubernetes::helm::value::{Data, Element, Integer, IntegerKind, MapKind, ObjectKind, Value};
use crate::lower::kubernetes::helm::value::{Moment, Place, TextBuilder};
use crate::model::calendar::WEEKDAYS;
use std::cmp::Ordering;
use std::rc::Rc;

/// The method `name` of a value. Its receiver is its first argument.
pub fn method(receiver: &Value, name: &str) -> Option<&'static Function> {
    let methods: &'static [Function] = match &receiver.data {
        Data::Files(_) => FILES,
        Data::Map(map) if map.kind() == MapKind::Values => VALUES,
        Data::List(list) if list.element == Element::ApiVersion => API_VERSIONS,
        Data::Object(object) if object.kind == ObjectKind::KubeVersion => KUBE_VERSION,
        Data::Version(_) => VERSION,
        Data::Time(_) => TIME,
        Data::Duration(_) => DURATION,
        _ => return None,
    };
    methods.iter().find(|method| method.name == name)
}

const FILES: &[Function] = &[
    Function::new("Get", &[S], |call| match &call.value(0).data {
        Data::Files(files) => match files.get(call.text(1)) {
            Some(text) => call.result(text),
            None => call.unknown_text("the file holds bytes that are no text"),
        },
        _ => Ok(Value::nil()),
    }),
    Function::new("GetBytes", &[S], |call| match &call.value(0).data {
        Data::Files(files) => call.result(files.bytes(call.text(1))),
        _ => Ok(Value::nil()),
    }),
    Function::new("Lines", &[S], |call| match &call.value(0).data {
        Data::Files(files) => call.result(Value::strings(files.lines(call.text(1)))),
        _ => Ok(Value::nil()),
    }),
    Function::new("Glob", &[S], |call| match &call.value(0).data {
        Data::Files(files) => call.result(Value::from(Data::Files(Rc::new(files.matching(call.text(1)))))),
        _ => Ok(Value::nil()),
    }),
    Function::new("AsConfig", &[], |call| as_yaml(call, false)),
    Function::new("AsSecrets", &[], |call| as_yaml(call, true)),
];

fn as_yaml(call: &mut Call<'_, '_>, encoded: bool) -> Outcome<Value> {
    let value = call.value(0);
    let Data::Files(files) = &value.data else { return Ok(Value::nil()) };
    let map = Value::from(files.by_base_name(encoded));
    let text = yaml_text(&map, YamlForm::Kubernetes).unwrap_or_default();
    call.evaluator.bytes(text.text().len(), call.span)?;
    Ok(text.into())
}

const VALUES: &[Function] = &[
    Function::new("AsMap", &[], |call| {
        let value = call.value(0);
        Ok(Value::from(call.map(0).renamed(MapKind::Any)).noted(value.note))
    })
    .of_parts(),
    Function::new("YAML", &[], |call| {
        let text = yaml_text(&call.value(0), YamlForm::Kubernetes).unwrap_or_default();
        let mut ended = TextBuilder::default();
        ended.push_text(&text, Place::default());
        ended.push_plain("\n");
        Ok(ended.finish().into())
    })
    .of_parts(),
    Function::new("Table", &[S], |call| {
        let table = at_path(call).filter(|value| value.as_map().is_some());
        match table.as_ref().and_then(Value::as_map) {
            Some(map) => Ok(map.renamed(MapKind::Values).into()),
            None => call.fail(format!("`{}` is not a table", call.text(1))),
        }
    })
    .of_parts(),
    Function::new("PathValue", &[S], |call| match at_path(call).filter(|value| value.as_map().is_none()) {
        Some(value) => Ok(value),
        None => call.fail(format!("`{}` is not a value", call.text(1))),
    })
    .of_parts(),
    Function::new("Encode", &[super::short::A], |call| call.fail("a template has nothing to encode values to")),
];

/// The value at a path with dots between its keys.
fn at_path(call: &Call<'_, '_>) -> Option<Value> {
    call.text(1).split('.').try_fold(call.value(0), |value, key| value.as_map()?.get(key))
}

const API_VERSIONS: &[Function] = &[Function::new("Has", &[S], |call| {
    let has = call.list(0).is_some_and(|list| list.items.iter().any(|item| item.as_str() == Some(call.text(1))));
    Ok(has.into())
})];

const KUBE_VERSION: &[Function] =
    &[Function::new("String", &[], kube_version), Function::new("GitVersion", &[], kube_version)];

fn kube_version(call: &mut Call<'_, '_>) -> Outcome<Value> {
    match &call.value(0).data {
        Data::Object(object) => Ok(object.get("Version").cloned().unwrap_or_else(Value::nil)),
        _ => Ok(Value::nil()),
    }
}

const VERSION: &[Function] = &[
    Function::new("Major", &[], |call| number(call, 0)),
    Function::new("Minor", &[], |call| number(call, 1)),
    Function::new("Patch", &[], |call| number(call, 2)),
    Function::new("Prerelease", &[], |call| of_version(call, |version| version.prerelease.clone().into())),
    Function::new("Metadata", &[], |call| of_version(call, |version| version.metadata.clone().into())),
    Function::new("Original", &[], |call| of_version(call, |version| version.original.clone().into())),
    Function::new("String", &[], |call| of_version(call, |version| version.to_string().into())),
    Function::new("IncPatch", &[], |call| of_version(call, |version| made(version.next_patch()))),
    Function::new("IncMinor", &[], |call| {
        of_version(call, |version| made(version.of([version.numbers[0], version.numbers[1] + 1, 0])))
    }),
    Function::new("IncMajor", &[], |call| of_version(call, |version| made(version.of([version.numbers[0] + 1, 0, 0])))),
    Function::new("Compare", &[V], |call| compared(call, |order| Value::int(order as i64))),
    Function::new("Equal", &[V], |call| compared(call, |order| (order == Ordering::Equal).into())),
    Function::new("LessThan", &[V], |call| compared(call, |order| (order == Ordering::Less).into())),
    Function::new("GreaterThan", &[V], |call| compared(call, |order| (order == Ordering::Greater).into())),
    Function::new("LessThanEqual", &[V], |call| compared(call, |order| (order != Ordering::Greater).into())),
    Function::new("GreaterThanEqual", &[V], |call| compared(call, |order| (order != Ordering::Less).into())),
];

fn made(version: Version) -> Value {
    Data::Version(Rc::new(version)).into()
}

fn of_version(call: &mut Call<'_, '_>, part: fn(&Version) -> Value) -> Outcome<Value> {
    match &call.value(0).data {
        Data::Version(version) => call.result(part(version)),
        _ => Ok(Value::nil()),
    }
}

fn number(call: &mut Call<'_, '_>, at: usize) -> Outcome<Value> {
    let Data::Version(version) = &call.value(0).data else { return Ok(Value::nil()) };
    let value = i128::from(version.numbers.get(at).copied().unwrap_or(0));
    call.result(Value::from(Data::Integer(Integer { value, kind: IntegerKind::Uint64 })))
}

fn compared(call: &mut Call<'_, '_>, result: fn(Ordering) -> Value) -> Outcome<Value> {
    match (&call.value(0).data, &call.value(1).data) {
        (Data::Version(a), Data::Version(b)) => Ok(result(a.compare(b))),
        _ => call.fail("a version is compared with nil"),
    }
}

const TIME: &[Function] = &[
    Function::new("Format", &[S], |call| {
        let layout = call.text(1).to_owned();
        of_time(call, |moment| format(&layout, moment).into())
    }),
    Function::new("String", &[], |call| of_time(call, |moment| moment.to_string().into())),
    Function::new("Unix", &[], |call| of_time(call, |moment| Value::int64(moment.seconds))),
    Function::new("UTC", &[], |call| of_time(call, |moment| Data::Time(moment.within("UTC")).into())),
    Function::new("Year", &[], |call| of_time(call, |moment| Value::int(moment.civil().year))),
    Function::new("Day", &[], |call| of_time(call, |moment| Value::int(moment.civil().day.into()))),
    Function::new("Hour", &[], |call| of_time(call, |moment| Value::int(moment.civil().hour.into()))),
    Function::new("Minute", &[], |call| of_time(call, |moment| Value::int(moment.civil().minute.into()))),
    Function::new("Second", &[], |call| of_time(call, |moment| Value::int(moment.civil().second.into()))),
    Function::new("YearDay", &[], |call| of_time(call, |moment| Value::int(moment.civil().year_day.into()))),
    Function::new("Month", &[], |call| of_time(call, |moment| format("January", moment).into())),
    Function::new("Weekday", &[], |call| {
        of_time(call, |moment| WEEKDAYS.get(usize::from(moment.civil().weekday)).copied().unwrap_or_default().into())
    }),
    Function::new("IsZero", &[], |call| of_time(call, |moment| (moment.seconds == Moment::zero().seconds).into())),
];

fn of_time(call: &mut Call<'_, '_>, part: impl Fn(&Moment) -> Value) -> Outcome<Value> {
    match &call.value(0).data {
        Data::Time(moment) => call.result(part(moment)),
        _ => Ok(Value::nil()),
    }
}

const DURATION: &[Function] = &[
    Function::new("String", &[], |call| match call.value(0).data {
        Data::Duration(nanoseconds) => call.result(durations::write(nanoseconds)),
        _ => Ok(Value::nil()),
    }),
    Function::new("Seconds", &[], |call| match call.value(0).data {
        Data::Duration(nanoseconds) => call.result(nanoseconds as f64 / 1e9),
        _ => Ok(Value::nil()),
    }),
];
