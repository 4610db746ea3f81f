//! What is wrong with a schema itself: keywords whose values have other types than they may have.

use crate::limits::charts::SCHEMA_DEPTH;
use crate::lower::kubernetes::helm::functions::matches_pattern;
use serde_json::Value as Json;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// The first fault of a schema.
pub(super) fn fault(schema: &Json, depth: usize) -> Option<String> {
    let keywords = match schema {
        Json::Object(keywords) if depth < SCHEMA_DEPTH => keywords,
        Json::Object(_) | Json::Bool(_) => return None,
        _ => return Some("a schema must be an object or a boolean".into()),
    };
    keywords.iter().find_map(|(key, value)| {
        let wrong = |wanted: &str| Some(format!("`{key}` of the schema must be {wanted}"));
        let is_text = |value: &Json| value.is_string();
        match key.as_str() {
            "type" => {
                let is_type = |value: &Json| value.as_str().is_some_and(|name| TYPES.contains(&name));
                let fits = value.as_array().map_or_else(|| is_type(value), |names| names.iter().all(is_type));
                if fits { None } else { wrong("the name of a type") }
            }
            "required" => match value.as_array() {
                Some(names) if names.iter().all(is_text) => None,
                // Draft 3 has a boolean here, and many charts still write it.
                _ => wrong("a list of keys"),
            },
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                match value.as_object() {
                    Some(schemas) => schemas.values().find_map(|schema| fault(schema, depth + 1)),
                    None => wrong("an object"),
                }
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value.as_array() {
                Some(schemas) if !schemas.is_empty() => schemas.iter().find_map(|schema| fault(schema, depth + 1)),
                _ => wrong("a list of schemas"),
            },
            "items" => match value.as_array() {
                Some(schemas) => schemas.iter().find_map(|schema| fault(schema, depth + 1)),
                None => fault(value, depth + 1),
            },
            "additionalProperties"
            | "propertyNames"
            | "additionalItems"
            | "contains"
            | "not"
            | "if"
            | "then"
            | "else" => fault(value, depth + 1),
            "enum" if !value.is_array() => wrong("a list"),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
                if value.as_f64().is_none_or(|number| number < 0.0) =>
            {
                wrong("a number that is not negative")
            }
            "minimum" | "maximum" | "multipleOf" if !value.is_number() => wrong("a number"),
            "exclusiveMinimum" | "exclusiveMaximum" if !value.is_number() && !value.is_boolean() => wrong("a number"),
            "pattern" => match value.as_str() {
                Some(pattern) if matches_pattern(pattern, "").is_some() => None,
                _ => wrong("a regular expression"),
            },
            "uniqueItems" if !value.is_boolean() => wrong("a boolean"),
            "$ref" | "$id" | "$schema" | "title" | "description" if !value.is_string() => wrong("a string"),
            _ => None,
        }
    })
}
