//! `data "terraform_remote_state"` with the `local` backend: outputs that a state file in the tree holds.

use super::instance::ResourceInstance;
use super::load;
use super::module::ResourceBlock;
use super::scope::ModuleScope;
use crate::expr::{convert, json};
use crate::model::{ObjectType, Type, Value};
use crate::source::{Span, join};
use serde_json::Value as Json;
use std::rc::Rc;
use std::sync::Arc;

impl ModuleScope<'_, '_> {
    /// The outputs in the state that a data source reads; `None` when that is no file of the tree.
    pub fn remote_state(&self, resource: &Rc<ResourceInstance>, declared: &ResourceBlock) -> Option<Value> {
        let member = |name: &str| self.resource_member(resource, declared, name);
        if member("backend")?.as_str()? != "local" {
            return None;
        }
        let path = join(&self.evaluation.root, member("config")?.get("path")?.as_str()?)?;
        let input = &self.evaluation.input;
        let (source, text) = load::read(input, &path, &mut Vec::new()).ok()?;
        let span = Span::new(source, 0, 0);
        let state: Json = serde_json::from_str(&text).ok()?;
        let defaults = member("defaults").and_then(|defaults| defaults.as_mapping().map(|map| map.entries.clone()));
        let outputs = state.get("outputs")?.as_object()?.iter().filter_map(|(name, output)| {
            let value = json::from_json(&output.get("value")?.to_string(), span).ok()?;
            let ty = output.get("type").and_then(type_of).unwrap_or(Type::Dynamic);
            let mut value = convert::convert(&value, &ty).ok()?;
            value.sensitive = output.get("sensitive").and_then(Json::as_bool).unwrap_or(false);
            Some((name.as_str().into(), value))
        });
        Some(Value::object(defaults.unwrap_or_default().into_iter().chain(outputs).collect(), declared.block.header))
    }
}

/// A type as state files write it: `"string"`, `["list", "string"]`, `["object", {…}]`.
fn type_of(json: &Json) -> Option<Type> {
    match json {
        Json::String(name) => Some(match name.as_str() {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            _ => Type::Dynamic,
        }),
        Json::Array(parts) => {
            let [Json::String(kind), inner] = parts.as_slice() else { return None };
            Some(match kind.as_str() {
                "list" => Type::List(Arc::new(type_of(inner)?)),
                "set" => Type::Set(Arc::new(type_of(inner)?)),
                "map" => Type::Map(Arc::new(type_of(inner)?)),
                "tuple" => Type::Tuple(Arc::new(inner.as_array()?.iter().map(type_of).collect::<Option<_>>()?)),
                "object" => {
                    let field = |(name, ty): (&String, &Json)| Some((name.as_str().into(), type_of(ty)?));
                    let mut fields = inner.as_object()?.iter().map(field).collect::<Option<Vec<_>>>()?;
                    fields.sort_by(|(a, _), (b, _)| crate::model::Text::cmp(a, b));
                    Type::Object(Arc::new(ObjectType { fields, optional: Vec::new() }))
                }
                _ => return None,
            })
        }
        _ => None,
    }
}
