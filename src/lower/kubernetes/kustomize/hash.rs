//! The hash that generated ConfigMaps and Secrets carry behind their names.

use super::identity::scalar_text;
use super::object::{Object, text, value_at};
use crate::model::{Data, HopKind, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Gives the object its name with the hash.
pub fn apply(object: &mut Object) {
    let suffix = hash(&object.value);
    object.remember_identity();
    let metadata = object.value.as_mapping_mut().and_then(|object| value_at(object, "metadata"));
    let name = metadata.and_then(Value::as_mapping_mut).and_then(|metadata| value_at(metadata, "name"));
    if let Some(name) = name {
        let origin = name.origin.read_at(name.origin.span, HopKind::Generator("the hash of its content".into()));
        *name = text(format!("{}-{suffix}", scalar_text(name)), origin);
    }
}

/// Ten characters made from the SHA-256 of the content as canonical JSON. Digits and letters that could be
/// mistaken for something else are replaced.
fn hash(object: &Value) -> String {
    let digest = Sha256::digest(encoded(object));
    let hexadecimal = digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    let readable = hexadecimal.chars().take(10).map(|character| match character {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    });
    readable.collect()
}

/// The content that counts, as JSON.
fn encoded(object: &Value) -> String {
    let kind = object.get("kind").map(scalar_text).unwrap_or_default();
    let mut json = String::new();
    match kind.as_str() {
        "ConfigMap" => fields(&mut json, object, &kind, &["binaryData"], &["data", "kind", "name"]),
        "Secret" => fields(&mut json, object, &kind, &["stringData"], &["data", "kind", "name", "type"]),
        _ => write_json(&mut json, object),
    }
    json
}

/// A JSON object of the fields: optional ones only where they are there, the others empty where they are not.
fn fields(json: &mut String, object: &Value, kind: &str, optional: &[&str], required: &[&str]) {
    let mut names: Vec<&str> = optional.iter().chain(required).copied().collect();
    names.retain(|name| required.contains(name) || object.get(name).is_some_and(|value| value.as_mapping().is_some()));
    names.sort_unstable();
    for (index, name) in names.iter().enumerate() {
        json.push(if index == 0 { '{' } else { ',' });
        write_text(json, name);
        json.push(':');
        match object.get(name) {
            _ if *name == "kind" => write_text(json, kind),
            // The name is left out, so that equal content has equal hashes.
            _ if *name == "name" => json.push_str("\"\""),
            Some(value) => write_json(json, value),
            None => json.push_str("\"\""),
        }
    }
    json.push('}');
}

fn write_json(json: &mut String, value: &Value) {
    match &value.data {
        Data::Null(_) => json.push_str("null"),
        // A variable of whoever builds, which is empty unless they set it.
        Data::Unknown(_) => json.push_str("\"\""),
        Data::Bool(truth) => json.push_str(if *truth { "true" } else { "false" }),
        Data::Number(number) => json.push_str(&number.to_string()),
        Data::String(content) => write_text(json, content),
        Data::Sequence(sequence) => {
            json.push('[');
            for (index, item) in sequence.items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_json(json, item);
            }
            json.push(']');
        }
        Data::Mapping(mapping) => {
            json.push('{');
            for (index, (key, item)) in mapping.entries.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_text(json, key);
                json.push(':');
                write_json(json, item);
            }
            json.push('}');
        }
    }
}

/// A JSON string as Go writes it: safe to stand in HTML.
fn write_text(json: &mut String, content: &str) {
    json.push('"');
    for character in content.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing to a string cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}
