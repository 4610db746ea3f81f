//! Which fields a transformer changes, and the way to them.

use super::identity::{GroupVersionKind, kind_of};
use super::limits;
use super::object::empty_mapping;
use crate::model::{Data, Mapping, Origin, Text, Type, Value};
use crate::source::Problem;

/// A field in objects of some kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The kinds; empty parts stand for any.
    pub gvk: GroupVersionKind,
    /// The way from the object, with `/` between keys (`\/` within one). A list on it means each of its elements;
    /// `[]` behind a key says that a list is expected there.
    pub path: Text,
    /// Whether the field is made where it is absent.
    pub create: bool,
}

/// What to make where the field is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// Nothing.
    Never,
    /// A mapping, when the field spec says so.
    Mapping,
    /// A null that the setter replaces, when the field spec says so.
    Scalar,
}

/// Calls `set` for each value that `spec` leads to in `object`. What is made on the way has `origin`.
pub fn visit(
    object: &mut Value,
    spec: &FieldSpec,
    create: Create,
    origin: &Origin,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Problem>,
) -> Result<(), Problem> {
    if !kind_of(object).is_selected_by(&spec.gvk) {
        return Ok(());
    }
    let create = if spec.create { create } else { Create::Never };
    let keys = split(&spec.path);
    if keys.len() > limits::DEPTH {
        let message = format!("a field spec names more than {} keys in one another", limits::DEPTH);
        return Err(Problem::error(origin.span, message));
    }
    Visit { spec, create, origin, set }.value(object, &keys)
}

/// Refuses a list or a mapping where a transformer is to write `what`, as kubectl does.
pub fn expect_scalar(value: &Value, what: &str) -> Result<(), Problem> {
    if value.as_items().is_none() && value.as_mapping().is_none() {
        return Ok(());
    }
    let message = format!("this is a list or a mapping, so {what} cannot be written here; a scalar is required");
    Err(Problem::error(value.origin.span, message))
}

/// Whether anything stands where `spec` leads to in `object`.
pub fn exists(object: &Value, spec: &FieldSpec) -> bool {
    fn found(value: &Value, keys: &[Text]) -> bool {
        let Some((key, rest)) = keys.split_first().filter(|_| keys.len() <= limits::DEPTH) else {
            return keys.is_empty();
        };
        match value.as_items() {
            Some(items) => items.iter().any(|item| found(item, keys)),
            None => value.get(key.strip_suffix("[]").unwrap_or(key)).is_some_and(|value| found(value, rest)),
        }
    }
    found(object, &split(&spec.path))
}

/// The keys of a path.
pub fn split(path: &str) -> Vec<Text> {
    let mut keys: Vec<Text> = Vec::new();
    let mut joined = false;
    for part in path.split('/') {
        let escaped = part.strip_suffix('\\');
        let part_text = escaped.unwrap_or(part);
        match keys.last_mut() {
            Some(last) if joined => {
                last.push('/');
                last.push_str(part_text);
            }
            _ => keys.push(part_text.into()),
        }
        joined = escaped.is_some();
    }
    keys
}

struct Visit<'a> {
    spec: &'a FieldSpec,
    create: Create,
    origin: &'a Origin,
    set: &'a mut dyn FnMut(&mut Value) -> Result<(), Problem>,
}

impl Visit<'_> {
    fn value(&mut self, value: &mut Value, keys: &[Text]) -> Result<(), Problem> {
        let Some((key, rest)) = keys.split_first() else { return (self.set)(value) };
        let place = value.origin.span;
        if let Some(items) = value.as_items_mut() {
            return items.iter_mut().try_for_each(|item| self.value(item, keys));
        }
        if value.is_null() {
            return Ok(());
        }
        let Some(mapping) = value.as_mapping_mut() else {
            let message = format!("`{}` leads through a scalar; a mapping or a list has to stand here", self.spec.path);
            return Err(Problem::error(place, message));
        };
        self.field(mapping, key, rest)
    }

    fn field(&mut self, mapping: &mut Mapping, key: &str, rest: &[Text]) -> Result<(), Problem> {
        let (name, is_list) = key.strip_suffix("[]").map_or((key, false), |name| (name, true));
        if self.create != Create::Never && !is_list && mapping.get(name).is_none_or(Value::is_null) {
            let made = match self.create {
                Create::Scalar if rest.is_empty() => Value {
                    data: Data::Null(Type::Dynamic),
                    origin: self.origin.clone(),
                    sensitive: false,
                    trace: None,
                },
                _ => empty_mapping(self.origin.clone()),
            };
            mapping.set(name, made);
        }
        match super::object::value_at(mapping, name) {
            Some(value) if is_list && value.is_null() => {
                *value = Value::tuple(Vec::new(), value.origin.span).with_origin(value.origin.clone());
                Ok(())
            }
            Some(value) => self.value(value, rest),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_escaped_slash_belongs_to_the_key() {
        assert_eq!(split(r"metadata/annotations/a.io\/b/c"), ["metadata", "annotations", "a.io/b", "c"]);
    }
}
