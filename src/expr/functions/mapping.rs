//! Functions of maps and objects. Elements that come from an argument keep their own origins.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::convert::convert;
use crate::model::{Data, Mapping, MappingKind, ObjectType, Text, Type, TypeKind, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

const MAP: Param = Param::new("inputMap", Shape::Any).sensitive();

pub(super) const TABLE: &[Function] = &[
    Function::new("keys", &[MAP.unknown()], Returns::By(keys_type), |call| Ok(keys(call))),
    Function::new(
        "lookup",
        &[MAP.unknown(), Param::new("key", Shape::String).unknown().sensitive()],
        Returns::By(lookup_type),
        lookup,
    )
    .variadic(Param::new("default", Shape::Any).nullable().unknown().dynamic().sensitive())
    .may_be_null(),
    Function::new("merge", &[], Returns::By(merge_type), merge)
        .variadic(Param::new("maps", Shape::Any).nullable().dynamic().sensitive()),
    Function::new(
        "transpose",
        &[Param::new("values", Shape::Map(&Shape::List(&Shape::String)))],
        Returns::Always(Shape::Map(&Shape::List(&Shape::String))),
        transpose,
    ),
    Function::new("values", &[MAP], Returns::By(values_type), |call| Ok(values(call))),
    Function::new(
        "zipmap",
        &[Param::new("keys", Shape::List(&Shape::String)).sensitive(), Param::new("values", Shape::Any).sensitive()],
        Returns::By(zipmap_type),
        zipmap,
    ),
];

/// A map when the result is one, else an object.
fn mapping(call: &Invocation<'_>, entries: Vec<(Text, Value)>) -> Value {
    let mut mapping = Mapping::object(entries, None);
    if let Type::Map(element) = &call.returns {
        mapping.kind = MappingKind::Map((**element).clone());
    }
    let mut value = call.data(Data::Mapping(Arc::new(mapping)));
    value.sensitive = call.args.iter().any(|arg| arg.sensitive);
    value
}

fn keys_type(args: &[Value]) -> Result<Type, FunctionError> {
    let strings = |count| Ok(Type::Tuple(Arc::new(vec![Type::String; count])));
    let wrong = || Err(FunctionError::argument(0, "A map or an object is required."));
    match args.first().map(|arg| (&arg.data, arg.kind())) {
        Some((_, TypeKind::Map)) => Ok(Type::List(Arc::new(Type::String))),
        Some((Data::Mapping(object), _)) => strings(object.entries.len()),
        Some((Data::Unknown(unknown), _)) => match &unknown.ty {
            Type::Object(object) => strings(object.fields.len()),
            _ => wrong(),
        },
        _ => wrong(),
    }
}

/// Known also of an unknown object whose type is known.
fn keys(call: &Invocation<'_>) -> Value {
    let Some(arg) = call.args.first() else { return call.unknown() };
    let names: Vec<Text> = match (&arg.data, arg.as_unknown().map(|unknown| &unknown.ty)) {
        (Data::Mapping(mapping), _) => mapping.entries.iter().map(|(key, _)| key.clone()).collect(),
        (_, Some(Type::Object(object))) => object.fields.iter().map(|(name, _)| name.clone()).collect(),
        _ => return Value { sensitive: arg.sensitive, ..call.unknown() },
    };
    let names: Vec<_> = names.iter().map(|name| call.string(name)).collect();
    let keys = if matches!(call.returns, Type::List(_)) {
        call.list(Type::String, names)
    } else {
        Value::tuple(names, call.span)
    };
    Value { sensitive: arg.sensitive, ..keys }
}

fn lookup_type(args: &[Value]) -> Result<Type, FunctionError> {
    let (map, key, default) = match args {
        [map, key] => (map, key, None),
        [map, key, default] => (map, key, Some(default)),
        _ => return Err("Two or three arguments are required.".into()),
    };
    match map.ty() {
        Type::Object(object) => match (key.as_str(), default) {
            (None, _) => Ok(Type::Dynamic),
            (Some(key), default) => match (object.get(key), default) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty()),
                (None, None) => Err(FunctionError::argument(0, format!("The object has no attribute `{key}`."))),
            },
        },
        Type::Map(element) => {
            if let Some(default) = default {
                convert(default, &element)
                    .map_err(|_| FunctionError::argument(2, "The default must have the type of the map's elements."))?;
            }
            Ok((*element).clone())
        }
        _ => Err(FunctionError::argument(0, "A map or an object is required.")),
    }
}

/// The element itself, with its own origin; else the default, as the type of the elements.
fn lookup(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let [map, key, default @ ..] = call.args.as_slice() else { return Ok(call.unknown()) };
    let mut found = match (&map.data, key.as_str()) {
        (Data::Mapping(mapping), Some(name)) => match (mapping.get(name), default.first()) {
            (Some(element), _) => element.clone(),
            (None, Some(default)) => convert(default, &call.returns)?,
            (None, None) => return Err(missing(name, key.sensitive)),
        },
        _ => call.unknown(),
    };
    found.sensitive |= map.sensitive || key.sensitive;
    Ok(found)
}

fn missing(name: &str, sensitive: bool) -> FunctionError {
    let name = if sensitive { "(sensitive)" } else { name };
    FunctionError::argument(1, format!("The map has no element `{name}`, and there is no default."))
}

/// The type of the arguments when all have the same, else an object.
fn merge_type(args: &[Value]) -> Result<Type, FunctionError> {
    let mut fields: BTreeMap<Text, Type> = BTreeMap::new();
    let mut all_known = true;
    for arg in args {
        match (&arg.data, arg.ty()) {
            (_, Type::Dynamic) => return Ok(Type::Dynamic),
            (Data::Null(_), Type::Map(_) | Type::Object(_)) => {}
            (_, Type::Object(object)) => fields.extend(object.fields.iter().cloned()),
            (Data::Mapping(mapping), Type::Map(element)) => {
                fields.extend(mapping.entries.iter().map(|(key, _)| (key.clone(), (*element).clone())));
            }
            (_, Type::Map(_)) => all_known = false,
            (_, other) => return Err(format!("Every argument must be a map or an object, not {other}.").into()),
        }
    }
    let mut types = args.iter().map(Value::ty);
    match types.next() {
        Some(first) if types.all(|ty| ty == first) => Ok(first),
        Some(_) if !all_known => Ok(Type::Dynamic),
        _ => Ok(Type::Object(Arc::new(ObjectType { fields: fields.into_iter().collect(), optional: Vec::new() }))),
    }
}

/// The elements of all arguments; of a key that is there twice the last counts. Null adds nothing.
fn merge(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let mut entries = Vec::new();
    for (index, arg) in call.args.iter().enumerate() {
        match &arg.data {
            Data::Mapping(mapping) => {
                call.budget.elements(mapping.entries.len(), call.span)?;
                entries.extend(mapping.entries.iter().cloned());
            }
            Data::Null(_) => {}
            _ => {
                return Err(FunctionError {
                    argument: Some(index),
                    ..FunctionError::from("A map or an object is required.")
                });
            }
        }
    }
    Ok(mapping(call, entries))
}

/// From keys with lists of strings to strings with lists of keys.
fn transpose(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let Some(Value { data: Data::Mapping(input), .. }) = call.args.first() else { return Ok(call.unknown()) };
    if !call.args.iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    let mut output: BTreeMap<Text, Vec<Value>> = BTreeMap::new();
    for (key, list) in &input.entries {
        for item in list.as_items().ok_or("An element of the map is null.")? {
            let Data::String(name) = &item.data else { return Err("An element of a list is null.".into()) };
            output.entry(name.clone()).or_default().push(call.string(key));
        }
    }
    let entries = output.into_iter().map(|(name, keys)| (name, call.list(Type::String, keys))).collect();
    let kind = MappingKind::Map(Type::List(Arc::new(Type::String)));
    Ok(call.data(Data::Mapping(Arc::new(Mapping { kind, entries, header: None, open: None }))))
}

fn values_type(args: &[Value]) -> Result<Type, FunctionError> {
    match args.first().map(Value::ty) {
        Some(Type::Map(element)) => Ok(Type::List(element)),
        Some(Type::Object(object)) => {
            Ok(Type::Tuple(Arc::new(object.fields.iter().map(|(_, ty)| ty.clone()).collect())))
        }
        _ => Err("A map or an object is required.".into()),
    }
}

fn values(call: &Invocation<'_>) -> Value {
    let Some(Value { data: Data::Mapping(mapping), sensitive, .. }) = call.args.first() else {
        return call.unknown();
    };
    let items: Vec<_> = mapping.entries.iter().map(|(_, value)| value.clone()).collect();
    let values = match &call.returns {
        Type::List(element) => call.list((**element).clone(), items),
        _ => Value::tuple(items, call.span),
    };
    Value { sensitive: *sensitive, ..values }
}

/// A map of a list, an object of a tuple.
fn zipmap_type(args: &[Value]) -> Result<Type, FunctionError> {
    let [keys, values] = args else { return Ok(Type::Dynamic) };
    match values.ty() {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(_) if !keys.is_wholly_known() => Ok(Type::Dynamic),
        Type::Tuple(elements) => {
            let keys = keys.as_items().unwrap_or_default();
            check_lengths(keys.len(), elements.len())?;
            let mut fields: BTreeMap<Text, Type> = BTreeMap::new();
            for (key, ty) in keys.iter().zip(elements.iter()) {
                fields.insert(key.as_str().ok_or("A key is null.")?.into(), ty.clone());
            }
            Ok(Type::Object(Arc::new(ObjectType { fields: fields.into_iter().collect(), optional: Vec::new() })))
        }
        _ => Err("The values must be a list or a tuple.".into()),
    }
}

fn check_lengths(keys: usize, values: usize) -> Result<(), FunctionError> {
    if keys == values { Ok(()) } else { Err(format!("There are {keys} keys for {values} values.").into()) }
}

fn zipmap(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let (keys, values) = (call.items(0), call.items(1));
    if !keys.iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    check_lengths(keys.len(), values.len())?;
    let mut entries = Vec::with_capacity(keys.len());
    for (key, value) in keys.iter().zip(values) {
        entries.push((key.as_str().ok_or("A key is null.")?.into(), value.clone()));
    }
    let mut zipped = mapping(call, entries);
    zipped.sensitive |= keys.iter().any(|key| key.sensitive);
    Ok(zipped)
}
