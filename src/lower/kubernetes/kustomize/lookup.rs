//! The field paths of replacements and variables: keys between dots, places in lists, `[key=pattern]`, `*`.

use super::identity::scalar_text;
use super::limits;
use super::object::{empty_mapping, text, value_at};
use crate::model::{Origin, Step, Text, Value};
use regex::Regex;

/// One part of a field path.
#[derive(Clone, Debug)]
pub enum Part {
    /// A key, or a place in a list.
    Key(Text),
    /// The elements of a list whose field fits; with an empty field, the elements that fit themselves.
    Where {
        /// The field.
        field: Text,
        /// The value as it is written, for an element that is made.
        value: Text,
        /// Fits anywhere in the value.
        pattern: Regex,
    },
    /// All elements of a list.
    All,
}

/// The parts of a path. `\.` and brackets keep dots together.
pub fn parse(path: &str) -> Option<Vec<Part>> {
    let parts = split(path).into_iter().filter(|part| !part.is_empty());
    parts.map(part).collect::<Option<Vec<Part>>>().filter(|parts| parts.len() <= limits::DEPTH)
}

fn split(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut in_brackets = false;
    let mut characters = path.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '.' && !in_brackets {
            parts.push(String::new());
            continue;
        }
        in_brackets = in_brackets && character != ']' || !in_brackets && character == '[';
        let escaped = if character == '\\' { characters.next_if_eq(&'.') } else { None };
        if let Some(last) = parts.last_mut() {
            last.push(escaped.unwrap_or(character));
        }
    }
    parts
}

fn part(text: String) -> Option<Part> {
    let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return Some(if text == "*" { Part::All } else { Part::Key(text.into()) });
    };
    match inner.split_once('=') {
        Some((field, value)) => {
            Some(Part::Where { field: field.into(), value: value.into(), pattern: Regex::new(value).ok()? })
        }
        None => Some(Part::Key(inner.into())),
    }
}

/// The places that the path leads to. With `create`, what is absent is made first: mappings and list elements
/// on the way, null at its end.
pub fn find(value: &mut Value, parts: &[Part], create: Option<&Origin>) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    collect(value, parts, create, &mut Vec::new(), &mut found);
    found
}

fn collect(
    value: &mut Value,
    parts: &[Part],
    create: Option<&Origin>,
    way: &mut Vec<Step>,
    found: &mut Vec<Vec<Step>>,
) {
    let Some((part, rest)) = parts.split_first() else {
        found.push(way.clone());
        return;
    };
    let mut go_on = |value: &mut Value, step: Step, way: &mut Vec<Step>| {
        way.push(step);
        collect(value, rest, create, way, found);
        way.pop();
    };
    if let (Some(origin), true) = (create, value.is_null()) {
        *value = match part {
            Part::Key(_) => empty_mapping(origin.clone()),
            Part::Where { .. } | Part::All => Value::tuple(Vec::new(), origin.span).with_origin(origin.clone()),
        };
    }
    if value.as_items().is_some() {
        let length = value.as_items().map_or(0, <[Value]>::len);
        let mut chosen: Vec<usize> = Vec::new();
        match part {
            Part::All => chosen.extend(0..length),
            Part::Key(key) => {
                chosen.extend(key.parse::<usize>().ok().filter(|at| *at < length + usize::from(create.is_some())));
            }
            Part::Where { field, pattern, .. } => {
                let items = value.as_items().unwrap_or_default().iter().enumerate();
                chosen.extend(items.filter(|(_, item)| fits(item, field, pattern)).map(|(at, _)| at));
                if chosen.is_empty() && create.is_some() {
                    chosen.push(length);
                }
            }
        }
        let Some(items) = value.as_items_mut() else { return };
        for at in chosen {
            if let (Some(origin), true) = (create, at == items.len()) {
                items.push(made(part, origin));
            }
            if let Some(item) = items.get_mut(at) {
                go_on(item, Step::Index(i64::try_from(at).unwrap_or(i64::MAX)), way);
            }
        }
        return;
    }
    let Part::Key(key) = part else { return };
    let Some(mapping) = value.as_mapping_mut() else { return };
    if let (Some(origin), None) = (create, mapping.get(key)) {
        mapping.set(key.clone(), Value::null(origin.span).with_origin(origin.clone()));
    }
    if let Some(value) = value_at(mapping, key) {
        go_on(value, Step::Key(key.clone()), way);
    }
}

fn fits(item: &Value, field: &str, pattern: &Regex) -> bool {
    let content = if field.is_empty() { Some(item) } else { item.get(field) };
    content.is_some_and(|content| pattern.is_match(&scalar_text(content)))
}

/// The element that a part asks for.
fn made(part: &Part, origin: &Origin) -> Value {
    match part {
        Part::Where { field, value, .. } if field.is_empty() => text(value.clone(), origin.clone()),
        Part::Where { field, value, .. } => {
            let entries = vec![(field.clone(), text(value.clone(), origin.clone()))];
            Value::object(entries, origin.span).with_origin(origin.clone())
        }
        Part::Key(_) | Part::All => Value::null(origin.span).with_origin(origin.clone()),
    }
}

/// The value at the end of a way.
pub fn at_mut<'a>(value: &'a mut Value, way: &[Step]) -> Option<&'a mut Value> {
    way.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value_at(value.as_mapping_mut()?, key),
        Step::Index(index) => value.as_items_mut()?.get_mut(usize::try_from(*index).ok()?),
        Step::EachKey | Step::At(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn brackets_and_backslashes_keep_dots() {
        assert_eq!(split(r"a.[b.c].d\.e.[name=x.y]"), ["a", "[b.c]", "d.e", "[name=x.y]"]);
    }
}
