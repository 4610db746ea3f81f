//! Functions of regular expressions (RE2 syntax), and `replace`.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::{Mode, limits};
use crate::go::re2;
use crate::model::{Data, ObjectType, Text, Type, Value};
use regex::{Captures, Regex};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

const PATTERN: Param = Param::new("pattern", Shape::String).unknown();
const STRING: Param = Param::new("string", Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("regex", &[PATTERN, STRING], Returns::By(match_type), first_match),
    Function::new("regexall", &[PATTERN, STRING], Returns::By(matches_type), all_matches),
    Function::new(
        "replace",
        &[Param::new("str", Shape::String), Param::new("substr", Shape::String), Param::new("replace", Shape::String)],
        Returns::Always(Shape::String),
        replace,
    ),
];

/// The compiled pattern of an argument, whose steps are charged. The patterns of policies are few, and stay compiled.
fn pattern(call: &Invocation<'_>, index: usize, pattern: &str) -> Result<Rc<Regex>, FunctionError> {
    if call.mode == Mode::Configuration {
        call.budget.pattern(pattern, call.span)?;
    }
    re2::compile(pattern).map_err(|message| FunctionError::argument(index, message))
}

/// Uses the steps of one more search from a place in a text: it may look at all that follows.
fn search(call: &Invocation<'_>, text: &str, from: usize) -> Result<(), FunctionError> {
    Ok(call.budget.text(text.len().saturating_sub(from), call.span)?)
}

/// Whether two groups have one name, of which Terraform takes the last, and the engine none.
fn repeats_a_name(pattern: &str) -> bool {
    let mut seen = BTreeSet::new();
    let names = pattern.split("(?P<").skip(1).chain(pattern.split("(?<").skip(1));
    let mut names = names.filter_map(|rest| rest.split_once('>').map(|(name, _)| name));
    names.any(|name| !seen.insert(name))
}

/// A string without groups, a tuple of strings with unnamed groups, an object with named ones.
fn match_type(args: &[Value]) -> Result<Type, FunctionError> {
    let Some(pattern) = args.first().and_then(Value::as_str) else { return Ok(Type::Dynamic) };
    if repeats_a_name(pattern) {
        return Ok(Type::Dynamic);
    }
    let regex = re2::compile(pattern).map_err(|message| FunctionError::argument(0, message))?;
    shape_of(&regex)
}

fn shape_of(regex: &Regex) -> Result<Type, FunctionError> {
    let names: Vec<_> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return Ok(Type::String);
    }
    if names.iter().all(Option::is_none) {
        return Ok(Type::Tuple(Arc::new(vec![Type::String; names.len()])));
    }
    let mut fields = Vec::with_capacity(names.len());
    for name in names {
        let name = name.ok_or_else(|| {
            FunctionError::argument(0, "Either all groups have names or none; name the others, or use `(?:…)`.")
        })?;
        fields.push((Text::from(name), Type::String));
    }
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(Type::Object(Arc::new(ObjectType { fields, optional: Vec::new() })))
}

fn matches_type(args: &[Value]) -> Result<Type, FunctionError> {
    Ok(match match_type(args)? {
        Type::Dynamic => Type::Dynamic,
        element => Type::List(Arc::new(element)),
    })
}

fn first_match(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    if call.args.first().is_some_and(Value::is_unknown) {
        return Ok(call.unknown());
    }
    if repeats_a_name(call.text(0)) {
        return Ok(call.open("regex"));
    }
    let regex = pattern(call, 0, call.text(0))?;
    let captures = regex.captures(call.text(1)).ok_or("The pattern did not match any part of the string.")?;
    Ok(value_of(call, &regex, &captures))
}

fn all_matches(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    if call.args.first().is_some_and(Value::is_unknown) {
        return Ok(call.unknown());
    }
    if repeats_a_name(call.text(0)) {
        return Ok(call.open("regex"));
    }
    let regex = pattern(call, 0, call.text(0))?;
    let element = shape_of(&regex)?;
    let text = call.text(1);
    let mut items = Vec::new();
    for captures in regex.captures_iter(text).take(limits::ELEMENTS + 1) {
        search(call, text, captures.get(0).map_or(0, |found| found.end()))?;
        items.push(value_of(call, &regex, &captures));
    }
    call.budget.elements(items.len().saturating_mul(regex.captures_len()), call.span)?;
    Ok(call.list(element, items))
}

/// A group that took no part in the match is null.
fn value_of(call: &Invocation<'_>, regex: &Regex, captures: &Captures<'_>) -> Value {
    let group = |index: usize| match captures.get(index) {
        Some(group) => call.string(group.as_str()),
        None => call.data(Data::Null(Type::String)),
    };
    let mut names = regex.capture_names().enumerate().skip(1).peekable();
    match names.peek() {
        None => group(0),
        Some((_, None)) => Value::tuple(names.map(|(index, _)| group(index)).collect(), call.span),
        Some((_, Some(_))) => {
            let fields = names.map(|(index, name)| (name.unwrap_or_default().into(), group(index))).collect();
            Value::object(fields, call.span)
        }
    }
}

/// Replaces every occurrence. A text between slashes is a pattern, and `$1`, `${name}` in the
/// replacement are its groups then.
fn replace(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let (whole, searched, replacement) = (call.text(0), call.text(1), call.text(2));
    let inner = searched.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let Some(inner) = inner else {
        let occurrences = whole.matches(searched).count();
        let bound = whole.len().saturating_add(occurrences.saturating_mul(replacement.len()));
        call.budget.bytes(bound, call.span)?;
        return Ok(call.string(whole.replace(searched, replacement)));
    };
    let regex = pattern(call, 1, inner)?;
    let mut replaced = String::new();
    let mut end = 0;
    let references = replacement.matches('$').count();
    for captures in regex.captures_iter(whole) {
        let Some(found) = captures.get(0) else { continue };
        search(call, whole, found.end())?;
        replaced.push_str(whole.get(end..found.start()).unwrap_or_default());
        // A group is no longer than the match.
        let bound = found.len().saturating_mul(references).saturating_add(replacement.len());
        if replaced.len().saturating_add(bound) > limits::STRING_BYTES {
            return Err(limits::exceeded("bytes of a string", limits::STRING_BYTES as u64, call.span).into());
        }
        captures.expand(replacement, &mut replaced);
        end = found.end();
    }
    replaced.push_str(whole.get(end..).unwrap_or_default());
    Ok(call.string(replaced))
}
