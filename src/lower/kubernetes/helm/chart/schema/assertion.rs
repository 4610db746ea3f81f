//! The keywords that assert something of a value.

use super::{SchemaFault, equals, number, type_of};
use crate::limits::charts::SCHEMA_DEPTH;
use crate::lower::kubernetes::helm::functions::matches_pattern;
use crate::lower::kubernetes::helm::text::value_text;
use crate::lower::kubernetes::helm::value::{List, Map, Value};
use serde_json::{Map as JsonMap, Value as Json};

/// A check of one set of values.
pub(super) struct Checker<'s> {
    pub root: &'s Json,
    pub faults: Vec<SchemaFault>,
    pub steps: usize,
}

impl<'s> Checker<'s> {
    fn fault(&mut self, value: &Value, path: &str, message: &str) {
        let place = if path.is_empty() { "the values" } else { &format!("`{}`", path.trim_start_matches('.')) };
        self.faults.push(SchemaFault { message: format!("{place} {message}"), note: value.note });
    }

    /// Whether a value meets a schema. Nothing is told of it.
    fn meets(&mut self, schema: &'s Json, value: &Value, depth: usize) -> bool {
        let outer = std::mem::take(&mut self.faults);
        self.check(schema, value, "", depth);
        std::mem::replace(&mut self.faults, outer).is_empty()
    }

    /// Tells what in a value is not as a schema says.
    pub fn check(&mut self, schema: &'s Json, value: &Value, path: &str, depth: usize) {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 || depth > SCHEMA_DEPTH || value.is_unknown() {
            return;
        }
        let keywords = match schema {
            Json::Bool(false) => return self.fault(value, path, "must not be set"),
            Json::Object(keywords) => keywords,
            _ => return,
        };
        if let Some(Json::String(reference)) = keywords.get("$ref")
            && let Some(target) = self.target(reference)
        {
            self.check(target, value, path, depth + 1);
        }
        self.of_any(keywords, value, path);
        self.of_number(keywords, value, path);
        if let Some(text) = value.as_text().filter(|text| text.is_known()) {
            self.of_string(keywords, value, text.text(), path);
        }
        if let Some(list) = value.as_list() {
            self.of_list(keywords, value, list, path, depth);
        }
        if let Some(map) = value.as_map() {
            self.of_map(keywords, value, map, path, depth);
        }
        self.combined(keywords, value, path, depth);
    }

    /// What a reference within the document leads to.
    fn target(&self, reference: &str) -> Option<&'s Json> {
        let pointer = reference.strip_prefix('#')?;
        if pointer.is_empty() || pointer.starts_with('/') {
            return self.root.pointer(&pointer.replace("%25", "%").replace("%24", "$"));
        }
        let definitions = ["$defs", "definitions"].into_iter().filter_map(|key| self.root.get(key)?.as_object());
        let anchor = |schema: &&Json| {
            let named = |key: &str, name: &str| schema.get(key).and_then(Json::as_str) == Some(name);
            named("$anchor", pointer) || named("$id", reference) || named("id", reference)
        };
        definitions.flat_map(JsonMap::values).find(anchor)
    }

    fn of_any(&mut self, keywords: &'s JsonMap<String, Json>, value: &Value, path: &str) {
        let found = type_of(value);
        let is = |wanted: &str| match (found, wanted) {
            (Some("number"), "integer") => number(value).is_some_and(|number| number.fract() == 0.0),
            (Some(found), wanted) => found == wanted,
            (None, _) => true,
        };
        let wanted: Vec<&str> = match keywords.get("type") {
            Some(Json::String(wanted)) => vec![wanted],
            Some(Json::Array(wanted)) => wanted.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        if !wanted.is_empty() && !wanted.iter().any(|wanted| is(wanted)) {
            let found = found.unwrap_or_default();
            self.fault(value, path, &format!("must be of type {}, and is of type {found}", wanted.join(" or ")));
        }
        if !value.is_wholly_known() {
            return;
        }
        if let Some(Json::Array(allowed)) = keywords.get("enum")
            && !allowed.iter().any(|allowed| equals(value, allowed))
        {
            let allowed: Vec<String> = allowed.iter().map(Json::to_string).collect();
            self.fault(value, path, &format!("must be one of {}", allowed.join(", ")));
        }
        if let Some(constant) = keywords.get("const")
            && !equals(value, constant)
        {
            self.fault(value, path, &format!("must be {constant}"));
        }
    }

    fn of_number(&mut self, keywords: &JsonMap<String, Json>, value: &Value, path: &str) {
        let Some(found) = number(value) else { return };
        let bound = |key: &str| keywords.get(key).and_then(Json::as_f64);
        let is_exclusive = |key: &str| keywords.get(key).and_then(Json::as_bool) == Some(true);
        if let Some(least) = bound("minimum")
            && (found < least || found <= least && is_exclusive("exclusiveMinimum"))
        {
            self.fault(value, path, &format!("must not be below {least}"));
        }
        if let Some(most) = bound("maximum")
            && (found > most || found >= most && is_exclusive("exclusiveMaximum"))
        {
            self.fault(value, path, &format!("must not be above {most}"));
        }
        if let Some(least) = bound("exclusiveMinimum").filter(|least| found <= *least) {
            self.fault(value, path, &format!("must be above {least}"));
        }
        if let Some(most) = bound("exclusiveMaximum").filter(|most| found >= *most) {
            self.fault(value, path, &format!("must be below {most}"));
        }
        if let Some(unit) = bound("multipleOf").filter(|unit| *unit > 0.0 && (found / unit).fract() != 0.0) {
            self.fault(value, path, &format!("must be a multiple of {unit}"));
        }
    }

    fn of_string(&mut self, keywords: &JsonMap<String, Json>, value: &Value, text: &str, path: &str) {
        let length = text.chars().count() as u64;
        self.within(keywords, ("minLength", "maxLength"), length, value, path, "characters");
        if let Some(Json::String(pattern)) = keywords.get("pattern")
            && matches_pattern(pattern, text) == Some(false)
        {
            self.fault(value, path, &format!("must match `{pattern}`"));
        }
    }

    fn within(
        &mut self,
        keywords: &JsonMap<String, Json>,
        (least, most): (&str, &str),
        count: u64,
        value: &Value,
        path: &str,
        what: &str,
    ) {
        let bound = |key: &str| keywords.get(key).and_then(Json::as_f64).map(|bound| bound as u64);
        if let Some(least) = bound(least).filter(|least| count < *least) {
            self.fault(value, path, &format!("must have at least {least} {what}"));
        }
        if let Some(most) = bound(most).filter(|most| count > *most) {
            self.fault(value, path, &format!("must have at most {most} {what}"));
        }
    }

    fn of_list(&mut self, keywords: &'s JsonMap<String, Json>, value: &Value, list: &List, path: &str, depth: usize) {
        self.within(keywords, ("minItems", "maxItems"), list.items.len() as u64, value, path, "elements");
        let (first, rest) = match (keywords.get("prefixItems"), keywords.get("items")) {
            (Some(Json::Array(first)), rest) => (first.as_slice(), rest),
            (_, Some(Json::Array(first))) => (first.as_slice(), keywords.get("additionalItems")),
            (_, rest) => (&[][..], rest),
        };
        for (at, item) in list.items.iter().enumerate() {
            if let Some(schema) = first.get(at).or(rest) {
                self.check(schema, item, &format!("{path}[{at}]"), depth + 1);
            }
        }
        if let Some(schema) = keywords.get("contains") {
            let count = list.items.iter().filter(|item| self.meets(schema, item, depth + 1)).count() as u64;
            let least = keywords.get("minContains").and_then(Json::as_u64).unwrap_or(1);
            let most = keywords.get("maxContains").and_then(Json::as_u64).unwrap_or(u64::MAX);
            if count < least || count > most {
                self.fault(value, path, "does not contain the elements that the schema asks for");
            }
        }
        if keywords.get("uniqueItems") == Some(&Json::Bool(true)) {
            let texts = list.items.iter().map(|item| format!("{:?}", item.type_name()) + &text_of(item));
            let unique: std::collections::BTreeSet<String> = texts.collect();
            if unique.len() < list.items.len() {
                self.fault(value, path, "must not have equal elements");
            }
        }
    }

    fn of_map(&mut self, keywords: &'s JsonMap<String, Json>, value: &Value, map: &Map, path: &str, depth: usize) {
        let entries = map.entries();
        self.within(keywords, ("minProperties", "maxProperties"), entries.len() as u64, value, path, "keys");
        for key in keywords.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
            if !map.contains(key) {
                self.fault(value, path, &format!("must have the key `{key}`"));
            }
        }
        let object = |name: &str| keywords.get(name).and_then(Json::as_object);
        let (known, patterns) = (object("properties"), object("patternProperties"));
        for (key, item) in &entries {
            let path = format!("{path}.{key}");
            let mut is_known = false;
            if let Some(schema) = known.and_then(|known| known.get(key.as_str())) {
                is_known = true;
                self.check(schema, item, &path, depth + 1);
            }
            for (pattern, schema) in patterns.into_iter().flatten() {
                if matches_pattern(pattern, key) == Some(true) {
                    is_known = true;
                    self.check(schema, item, &path, depth + 1);
                }
            }
            match keywords.get("additionalProperties") {
                Some(Json::Bool(false)) if !is_known => self.fault(item, &path, "is not a key that the schema allows"),
                Some(schema) if !is_known => self.check(schema, item, &path, depth + 1),
                _ => {}
            }
            if let Some(schema) = keywords.get("propertyNames") {
                self.check(schema, &Value::from(key.clone()).noted(item.note), &path, depth + 1);
            }
        }
        let dependent = ["dependentRequired", "dependentSchemas", "dependencies"];
        for (key, wanted) in dependent.into_iter().filter_map(object).flatten().filter(|(key, _)| map.contains(key)) {
            match wanted {
                Json::Array(wanted) => {
                    for missing in wanted.iter().filter_map(Json::as_str).filter(|wanted| !map.contains(wanted)) {
                        self.fault(value, path, &format!("must have the key `{missing}`, because it has `{key}`"));
                    }
                }
                schema => self.check(schema, value, path, depth + 1),
            }
        }
    }

    fn combined(&mut self, keywords: &'s JsonMap<String, Json>, value: &Value, path: &str, depth: usize) {
        let all = |name: &str| keywords.get(name).and_then(Json::as_array);
        for schema in all("allOf").into_iter().flatten() {
            self.check(schema, value, path, depth + 1);
        }
        if !value.is_wholly_known() {
            return;
        }
        if let Some(schemas) = all("anyOf")
            && !schemas.iter().any(|schema| self.meets(schema, value, depth + 1))
        {
            self.fault(value, path, "is as none of the alternatives of the schema says");
        }
        if let Some(schemas) = all("oneOf") {
            let count = schemas.iter().filter(|schema| self.meets(schema, value, depth + 1)).count();
            if count != 1 {
                self.fault(value, path, &format!("must be as exactly one alternative of the schema says, not {count}"));
            }
        }
        if let Some(schema) = keywords.get("not")
            && self.meets(schema, value, depth + 1)
        {
            self.fault(value, path, "is as the schema forbids");
        }
        if let Some(condition) = keywords.get("if") {
            let branch = if self.meets(condition, value, depth + 1) { "then" } else { "else" };
            if let Some(schema) = keywords.get(branch) {
                self.check(schema, value, path, depth + 1);
            }
        }
    }
}

/// A value as text, to be compared.
fn text_of(value: &Value) -> String {
    value_text(value).text().to_owned()
}
