//! Strategic merge patches, as kyaml applies them: mappings are merged, lists by their merge keys where the
//! schema has any, null deletes, and `$patch` says otherwise. `$retainKeys` and `$setElementOrder` mean
//! nothing to it. What the patch adds comes before what was there.

use super::identity::scalar_text;
use super::keyed_list;
use super::schema::{Schema, Schemas};
use crate::model::{Data, Mapping, Text, Value};
use crate::source::Problem;

const DIRECTIVE: &str = "$patch";

/// `object` with `patch` applied; `None` when the patch deletes it.
pub fn apply(object: Value, patch: &Value, schemas: &Schemas) -> Result<Option<Value>, Problem> {
    Merge { schemas }.value(Some(object), Some(patch), None)
}

/// What a patch wants of the value it stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

struct Merge<'a> {
    schemas: &'a Schemas,
}

impl<'a> Merge<'a> {
    fn value(
        &self,
        base: Option<Value>,
        patch: Option<&Value>,
        schema: Option<Schema<'a>>,
    ) -> Result<Option<Value>, Problem> {
        let present_base = base.as_ref().filter(|value| !value.is_null());
        let present_patch = patch.filter(|value| !value.is_null());
        let Some(leading) = present_base.or(present_patch) else {
            return Ok(base.filter(|base| patch.is_none() && is_explicit_null(base)));
        };
        if let (Some(base), Some(patch)) = (present_base, present_patch) {
            let (expected, found) = (shape_name(base), shape_name(patch));
            if expected != found {
                let message = format!("the patch has {found} where the object has {expected}");
                return Err(Problem::error(patch.origin.span, message));
            }
        }
        let inferred = || [present_base, present_patch].into_iter().flatten().find_map(|value| self.schemas.of(value));
        let schema = schema.or_else(inferred);
        match leading.data {
            Data::Mapping(_) => self.mapping(base, patch, schema),
            Data::Sequence(_) => match schema.and_then(Schema::merge_keys) {
                Some(keys) => self.merged_list(base, patch, schema, &keys),
                None => Ok(patch.cloned().or(base).filter(|value| !value.is_null())),
            },
            _ => Ok(patch.cloned().or(base).filter(|value| !value.is_null())),
        }
    }

    fn mapping(
        &self,
        base: Option<Value>,
        patch: Option<&Value>,
        schema: Option<Schema<'a>>,
    ) -> Result<Option<Value>, Problem> {
        let (directive, patch) = match patch {
            Some(patch) => mapping_directive(patch)?,
            None => (Directive::Merge, None),
        };
        if directive == Directive::Delete {
            return Ok(None);
        }
        let patch = patch.as_ref();
        let base = match base.filter(|base| !base.is_null()) {
            Some(_) if patch.is_some_and(Value::is_null) => return Ok(None),
            Some(base) if directive == Directive::Merge => Some(base),
            _ => patch.cloned(),
        };
        let Some(mut result) = base else { return Ok(None) };
        let Some(mapping) = result.as_mapping_mut() else { return Ok(Some(result)) };
        self.fields(mapping, patch.and_then(Value::as_mapping), schema)?;
        Ok(Some(result))
    }

    fn fields(&self, base: &mut Mapping, patch: Option<&Mapping>, schema: Option<Schema<'a>>) -> Result<(), Problem> {
        let old = std::mem::take(&mut base.entries);
        let mut additions = patch.map(|patch| patch.entries.iter().peekable());
        let mut add_before = |limit: Option<&Text>, entries: &mut Vec<(Text, Value)>| -> Result<(), Problem> {
            let Some(additions) = &mut additions else { return Ok(()) };
            while let Some((key, value)) = additions.next_if(|(key, _)| limit.is_none_or(|limit| key < limit)) {
                let field = schema.and_then(|schema| schema.field(key));
                entries.extend(self.value(None, Some(value), field)?.map(|value| (key.clone(), value)));
            }
            if let Some(limit) = limit {
                additions.next_if(|(key, _)| key == limit);
            }
            Ok(())
        };
        for (key, value) in old {
            add_before(Some(&key), &mut base.entries)?;
            let field = schema.and_then(|schema| schema.field(&key));
            let change = patch.and_then(|patch| patch.get(&key));
            base.entries.extend(self.value(Some(value), change, field)?.map(|value| (key, value)));
        }
        add_before(None, &mut base.entries)
    }

    fn merged_list(
        &self,
        base: Option<Value>,
        patch: Option<&Value>,
        schema: Option<Schema<'a>>,
        keys: &[&str],
    ) -> Result<Option<Value>, Problem> {
        let (directive, patch) = match patch {
            Some(patch) => list_directive(patch)?,
            None => (Directive::Merge, None),
        };
        let patch = patch.as_ref();
        let base = match base.filter(|base| !base.is_null()) {
            Some(_) if directive == Directive::Delete || patch.is_some_and(Value::is_null) => return Ok(None),
            Some(base) if directive == Directive::Merge => Some(base),
            // The list of the patch is merged with itself.
            _ => patch.map(|patch| without_directives(patch, keys)),
        };
        let Some(mut result) = base else { return Ok(None) };
        let additions = patch.and_then(Value::as_items).unwrap_or_default();
        let Some(items) = result.as_items_mut() else { return Ok(Some(result)) };
        let old = std::mem::take(items);
        *items = if keys.is_empty() {
            union(old, additions)
        } else {
            let elements = schema.and_then(Schema::elements);
            keyed_list::merged(old, additions, keys, &mut |base, patch| self.value(base, patch, elements))?
        };
        Ok(Some(result))
    }
}

/// Whether a null is written out: one that is left empty disappears when an object is patched.
fn is_explicit_null(value: &Value) -> bool {
    let written = value.origin.written();
    written.start < written.end
}

fn shape_name(value: &Value) -> &'static str {
    match value.data {
        Data::Mapping(_) => "a mapping",
        Data::Sequence(_) => "a list",
        _ => "a scalar",
    }
}

fn directive(value: &Value) -> Result<Directive, Problem> {
    match value.as_str() {
        Some("merge") => Ok(Directive::Merge),
        Some("replace") => Ok(Directive::Replace),
        Some("delete") => Ok(Directive::Delete),
        _ => {
            let message = "`$patch` must be `merge`, `replace` or `delete`";
            Err(Problem::error(value.origin.span, message))
        }
    }
}

/// What a mapping of a patch wants, and the mapping without that.
fn mapping_directive(patch: &Value) -> Result<(Directive, Option<Value>), Problem> {
    let Some(found) = patch.get(DIRECTIVE) else { return Ok((Directive::Merge, Some(patch.clone()))) };
    let wanted = directive(found)?;
    let mut rest = patch.clone();
    if let Some(mapping) = rest.as_mapping_mut() {
        mapping.remove(DIRECTIVE);
    }
    Ok((wanted, Some(rest)))
}

/// What a list of a patch wants by an element that is nothing but a directive, and the list without that.
fn list_directive(patch: &Value) -> Result<(Directive, Option<Value>), Problem> {
    let items = patch.as_items().unwrap_or_default();
    let alone =
        |item: &Value| item.as_mapping().is_some_and(|item| item.entries.len() == 1 && item.get(DIRECTIVE).is_some());
    let Some(found) = items.iter().find(|item| alone(item)).and_then(|item| item.get(DIRECTIVE)) else {
        return Ok((Directive::Merge, Some(patch.clone())));
    };
    let wanted = directive(found)?;
    let mut rest = patch.clone();
    if let Some(items) = rest.as_items_mut() {
        items.retain(|item| !alone(item));
    }
    Ok((wanted, Some(rest)))
}

/// A list without the directives of those elements that have one of the keys.
fn without_directives(list: &Value, keys: &[&str]) -> Value {
    let mut list = list.clone();
    for item in list.as_items_mut().into_iter().flatten() {
        if let Some(item) = item.as_mapping_mut().filter(|item| keys.iter().any(|key| item.get(key).is_some())) {
            item.remove(DIRECTIVE);
        }
    }
    list
}

/// The plain values of both lists, those of the patch first, each once.
fn union(base: Vec<Value>, patch: &[Value]) -> Vec<Value> {
    let mut seen: Vec<Text> = Vec::new();
    let mut items = Vec::new();
    for item in patch.iter().cloned().chain(base) {
        let content = scalar_text(&item);
        if !seen.contains(&content) {
            seen.push(content);
            items.push(item);
        }
    }
    items
}
