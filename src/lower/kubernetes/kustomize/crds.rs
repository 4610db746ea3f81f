//! `crds`: OpenAPI definitions of custom resources, whose extensions name the fields that refer to others.

use super::configuration::{Configuration, NameReference, add_specs};
use super::field_path::FieldSpec;
use super::identity::GroupVersionKind;
use crate::limits::kustomize::DEFINITION_DEPTH;
use crate::model::{Text, Value};

/// The fields that the definitions name.
pub fn configuration(document: &Value) -> Configuration {
    let mut configuration = Configuration::default();
    let definitions = document.as_mapping().into_iter().flat_map(|mapping| &mapping.entries);
    for (name, definition) in definitions {
        let properties = schema(definition).get("properties");
        let is_object = ["apiVersion", "kind", "metadata"]
            .iter()
            .all(|field| properties.is_some_and(|properties| properties.get(field).is_some()));
        if !is_object {
            continue;
        }
        let kind = name.rsplit(['.', '/']).next().unwrap_or(name);
        let gvk = GroupVersionKind { kind: kind.into(), ..GroupVersionKind::default() };
        Walk { document, gvk: &gvk, configuration: &mut configuration }.definition(definition, &Text::new(), 0);
    }
    configuration
}

/// The schema of a definition, which Go's encoding puts into a field of its own.
fn schema(definition: &Value) -> &Value {
    definition.get("Schema").unwrap_or(definition)
}

struct Walk<'a> {
    document: &'a Value,
    gvk: &'a GroupVersionKind,
    configuration: &'a mut Configuration,
}

impl Walk<'_> {
    fn definition(&mut self, definition: &Value, path: &Text, depth: usize) {
        let properties = schema(definition).get("properties").and_then(Value::as_mapping);
        for (name, property) in properties.into_iter().flat_map(|properties| &properties.entries) {
            let own: Text = if path.is_empty() { name.clone() } else { format!("{path}/{name}").into() };
            self.extensions(property, &own);
            let reference = property.get("$ref").or_else(|| property.get("items").and_then(|items| items.get("$ref")));
            let Some(reference) = reference.and_then(Value::as_str) else { continue };
            let target = self.document.get(reference).or_else(|| self.document.get(reference.rsplit('/').next()?));
            if let Some(target) = target.filter(|_| depth < DEFINITION_DEPTH) {
                let target = target.clone();
                self.definition(&target, &own, depth + 1);
            }
        }
    }

    fn extensions(&mut self, property: &Value, path: &Text) {
        let has = |name| property.get(name).is_some();
        let spec = |path: Text, create| FieldSpec { gvk: self.gvk.clone(), path, create };
        if has("x-kubernetes-annotation") {
            let _ = add_specs(&mut self.configuration.common_annotations, &[spec(path.clone(), false)]);
        }
        if has("x-kubernetes-label-selector") {
            let _ = add_specs(&mut self.configuration.common_labels, &[spec(path.clone(), false)]);
        }
        if has("x-kubernetes-identity") {
            let _ = add_specs(&mut self.configuration.name_prefix, &[spec(path.clone(), false)]);
        }
        let text = |name| property.get(name).and_then(Value::as_str);
        let (Some(version), Some(kind)) =
            (text("x-kubernetes-object-ref-api-version"), text("x-kubernetes-object-ref-kind"))
        else {
            return;
        };
        let key = text("x-kubernetes-object-ref-name-key").unwrap_or("name");
        let target = GroupVersionKind::new(version, kind);
        let referrer = spec(format!("{path}/{key}").into(), false);
        let found = self.configuration.name_references.iter_mut().find(|reference| reference.target == target);
        match found {
            Some(reference) => {
                let _ = add_specs(&mut reference.referrers, &[referrer]);
            }
            None => self.configuration.name_references.push(NameReference { target, referrers: vec![referrer] }),
        }
    }
}
