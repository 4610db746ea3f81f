//! What becomes of annotations at the end of a build: all are strings, and none are no mapping.

use super::identity::scalar_text;
use super::library::Library;
use super::object::{Objects, value_at};
use crate::model::{Data, Text, Value};

/// Makes strings of all annotations and leaves out what holds none.
pub fn finish(objects: &mut Objects, library: &Library<'_>) {
    for object in objects.change() {
        let metadata = object.value.as_mapping_mut().and_then(|object| value_at(object, "metadata"));
        let Some(metadata) = metadata.and_then(Value::as_mapping_mut) else { continue };
        let Some(annotations) = metadata.get("annotations") else { continue };
        let entries = annotations.as_mapping().map(|mapping| mapping.entries.as_slice());
        let are_strings = entries.is_some_and(|entries| entries.iter().all(|(_, value)| value.as_str().is_some()));
        if annotations.is_null() || entries.is_some_and(<[_]>::is_empty) {
            metadata.remove("annotations");
        } else if !are_strings {
            let annotations = value_at(metadata, "annotations").and_then(Value::as_mapping_mut);
            for (_, value) in annotations.into_iter().flat_map(|annotations| &mut annotations.entries) {
                value.data = Data::String(written(value, library));
            }
        }
    }
}

/// The text of a scalar as somebody wrote it.
fn written(value: &Value, library: &Library<'_>) -> Text {
    match value.data {
        Data::Null(_) | Data::Bool(_) | Data::Number(_) => {
            let span = value.origin.written();
            library.sources.get(span.source).slice(span).into()
        }
        _ => scalar_text(value),
    }
}
