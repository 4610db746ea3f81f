//! JSON patches (RFC 6902), with the negative indices that Kustomize's implementation allows.

use super::decode::Fields;
use super::identity::scalar_text;
use super::limits;
use super::object::{mapping_at, value_at};
use crate::model::{Data, Text, Value};
use crate::source::{Problem, Span};

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    kind: Kind,
    path: Vec<Text>,
    from: Vec<Text>,
    value: Option<Value>,
    span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

/// The operations in a list; `None` with problems when it holds anything else.
pub fn decode(list: &Value, problems: &mut Vec<Problem>) -> Option<Vec<Operation>> {
    let before = problems.len();
    let operations: Vec<Operation> =
        list.as_items()?.iter().filter_map(|item| decode_operation(item, problems)).collect();
    (problems.len() == before).then_some(operations)
}

fn decode_operation(item: &Value, problems: &mut Vec<Problem>) -> Option<Operation> {
    let span = item.origin.span;
    let mut fields = Fields::of(item, "an operation of a JSON patch", problems)?;
    let name = fields.text("op");
    let path = fields.text("path");
    let from = fields.text("from").map(|from| pointer(&from.text)).unwrap_or_default();
    fields.ignore(&["value"]);
    let kind = match name.as_ref().map(|name| name.text.as_str()) {
        Some("add") => Kind::Add,
        Some("remove") => Kind::Remove,
        Some("replace") => Kind::Replace,
        Some("move") => Kind::Move,
        Some("copy") => Kind::Copy,
        Some("test") => Kind::Test,
        _ => {
            let message = "`op` must be `add`, `remove`, `replace`, `move`, `copy` or `test`";
            problems.push(Problem::error(name.map_or(span, |name| name.origin.span), message));
            return None;
        }
    };
    let Some(path) = path else {
        problems.push(Problem::error(span, "an operation of a JSON patch needs a `path`"));
        return None;
    };
    Some(Operation { kind, path: pointer(&path.text), from, value: item.get("value").cloned(), span })
}

/// The parts of a JSON pointer.
fn pointer(text: &str) -> Vec<Text> {
    text.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~").into()).collect()
}

/// Applies the operations in order; the first that fails ends it, and what it was to change stays. Annotations
/// can be added even where there are none, and become strings.
pub fn apply(object: &mut Value, operations: &[Operation]) -> Result<(), Problem> {
    let mut changed = object.clone();
    let origin = object.origin.clone();
    if let Some(metadata) = changed.as_mapping_mut().and_then(|object| mapping_at(object, "metadata", &origin)) {
        mapping_at(metadata, "annotations", &origin);
    }
    for operation in operations {
        operation.apply(&mut changed)?;
    }
    if let Some(metadata) = changed.as_mapping_mut().and_then(|object| value_at(object, "metadata")?.as_mapping_mut()) {
        let annotations = value_at(metadata, "annotations").and_then(Value::as_mapping_mut);
        let emptied = annotations.map(|annotations| {
            for (_, value) in &mut annotations.entries {
                if matches!(value.data, Data::Bool(_) | Data::Number(_)) {
                    value.data = Data::String(scalar_text(value));
                }
            }
            annotations.entries.is_empty()
        });
        if emptied == Some(true) {
            metadata.remove("annotations");
        }
    }
    *object = changed;
    Ok(())
}

impl Operation {
    fn apply(&self, object: &mut Value) -> Result<(), Problem> {
        let given = || self.value.clone().unwrap_or_else(|| Value::null(self.span));
        match self.kind {
            Kind::Add => self.add(object, given()),
            Kind::Replace => self.replace(object, given()),
            Kind::Remove => self.remove(object, &self.path).map(drop),
            Kind::Move => {
                let moved = self.remove(object, &self.from)?;
                self.add(object, moved)?;
                limits::check_size(object, self.span)
            }
            Kind::Copy => {
                let copied = find(object, &self.from).cloned().ok_or_else(|| self.missing(&self.from))?;
                self.add(object, copied)?;
                limits::check_size(object, self.span)
            }
            Kind::Test => {
                let found = find(object, &self.path);
                let wanted = given();
                let equal = found.map_or(wanted.is_null(), |found| same(found, &wanted));
                let message =
                    || format!("the object has another value at `{}` than this test wants", shown(&self.path));
                if equal { Ok(()) } else { Err(Problem::error(self.span, message())) }
            }
        }
    }

    fn add(&self, object: &mut Value, value: Value) -> Result<(), Problem> {
        let Some((last, way)) = self.path.split_last() else {
            *object = value;
            return Ok(());
        };
        let parent = find_mut(object, way).ok_or_else(|| self.missing(way))?;
        if let Some(mapping) = parent.as_mapping_mut() {
            mapping.set(last.clone(), value);
            return Ok(());
        }
        let items = parent.as_items_mut().ok_or_else(|| self.missing(way))?;
        let at = if last == "-" { Some(items.len()) } else { index(last, items.len() + 1) };
        match at {
            Some(at) if at <= items.len() => {
                items.insert(at, value);
                Ok(())
            }
            _ => Err(self.missing(&self.path)),
        }
    }

    /// Puts a value in the place of another; a key may be absent.
    fn replace(&self, object: &mut Value, value: Value) -> Result<(), Problem> {
        let way = self.path.split_last().map_or(self.path.as_slice(), |(_, way)| way);
        if find(object, way).is_some_and(|parent| parent.as_mapping().is_none()) {
            self.remove(object, &self.path)?;
        }
        self.add(object, value)
    }

    fn remove(&self, object: &mut Value, path: &[Text]) -> Result<Value, Problem> {
        let (last, way) = path.split_last().ok_or_else(|| self.missing(path))?;
        let parent = find_mut(object, way).ok_or_else(|| self.missing(way))?;
        if let Some(mapping) = parent.as_mapping_mut() {
            return mapping.remove(last).ok_or_else(|| self.missing(path));
        }
        let items = parent.as_items_mut().ok_or_else(|| self.missing(way))?;
        let at = index(last, items.len()).filter(|at| *at < items.len()).ok_or_else(|| self.missing(path))?;
        Ok(items.remove(at))
    }

    fn missing(&self, path: &[Text]) -> Problem {
        Problem::error(self.span, format!("the object has nothing at `{}` for this JSON patch", shown(path)))
    }
}

fn shown(path: &[Text]) -> String {
    path.iter().fold(String::new(), |shown, part| shown + "/" + part)
}

/// A place in a list of `length` elements; negative ones count from its end.
fn index(text: &str, length: usize) -> Option<usize> {
    let given: i64 = text.parse().ok()?;
    let length = i64::try_from(length).ok()?;
    usize::try_from(if given < 0 { given + length } else { given }).ok()
}

fn find<'a>(value: &'a Value, path: &[Text]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, part| match value.as_items() {
        Some(items) => items.get(index(part, items.len())?),
        None => value.get(part),
    })
}

fn find_mut<'a>(value: &'a mut Value, path: &[Text]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, part| {
        if value.as_items().is_some() {
            let items = value.as_items_mut()?;
            let at = index(part, items.len())?;
            return items.get_mut(at);
        }
        value_at(value.as_mapping_mut()?, part)
    })
}

/// Whether both are the same JSON.
fn same(one: &Value, other: &Value) -> bool {
    match (&one.data, &other.data) {
        (Data::Null(_), Data::Null(_)) => true,
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Number(one), Data::Number(other)) => one == other,
        (Data::String(one), Data::String(other)) => one == other,
        (Data::Sequence(one), Data::Sequence(other)) => {
            one.items.len() == other.items.len()
                && one.items.iter().zip(&other.items).all(|(one, other)| same(one, other))
        }
        (Data::Mapping(one), Data::Mapping(other)) => {
            one.entries.len() == other.entries.len()
                && one.entries.iter().zip(&other.entries).all(|(one, other)| one.0 == other.0 && same(&one.1, &other.1))
        }
        _ => false,
    }
}
