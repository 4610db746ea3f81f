//! `labels`, `commonLabels` and `commonAnnotations`.

use super::decode::Located;
use super::field_path::{Create, FieldSpec, visit};
use super::object::{Objects, empty_mapping, put_by, text};
use crate::model::{Origin, Text};
use crate::source::{Problem, Span};

/// Sets the pairs in the mappings that `specs` name. `what` is what they are called in hops: `label`.
pub fn apply(
    objects: &mut Objects,
    pairs: &[(Text, Located)],
    specs: &[FieldSpec],
    what: &str,
    span: Span,
) -> Result<(), Problem> {
    if pairs.is_empty() {
        return Ok(());
    }
    let origin = put_by(span, what);
    for object in objects.change() {
        for spec in specs {
            visit(&mut object.value, spec, Create::Mapping, &origin, &mut |value| {
                if value.is_null() {
                    *value = empty_mapping(origin.clone());
                }
                let place = value.origin.span;
                let Some(mapping) = value.as_mapping_mut() else {
                    let message = format!("`{}` must be a mapping for a {what} to be set in it", spec.path);
                    return Err(Problem::error(place, message));
                };
                for (key, given) in pairs {
                    mapping.set(key.clone(), text(given.text.clone(), pair_origin(&given.origin, what, key)));
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

fn pair_origin(given: &Origin, what: &str, key: &str) -> Origin {
    put_by(given.span, format!("{what} `{key}`"))
}
