//! The custom kinds of a repository: which CustomResourceDefinition an object is compared with.
//!
//! Owns the search for definitions. Compares nothing itself: that is done as for the kinds of Kubernetes, in `fields`.

use super::custom_schema::CustomSchema;
use super::fields;
use super::resource::families;
use crate::model::{Format, Lowered, Resource, Text, Value};
use crate::source::Sources;
use rayon::prelude::*;
use std::collections::HashMap;

/// A kind of a repository: its directory and name.
type OfKind<'m> = (&'m str, &'m str);

/// A definition of a kind: its API version, the resource that it stands in, and the schema.
type Definition<'m> = (Text, &'m Resource, CustomSchema<'m>);

/// Adds to the objects of custom kinds what is wrong with their fields, by the definitions of the same repository. A kind
/// that is defined in several places, as in two releases of an operator, has the one that an object fits best.
pub fn add_custom_problems(lowered: &mut Lowered, sources: &Sources) {
    let mut definitions: HashMap<OfKind<'_>, Vec<Definition<'_>>> = HashMap::new();
    let is_definition = |resource: &&Resource| resource.type_name == "CustomResourceDefinition";
    for resource in lowered.resources.iter().filter(is_definition) {
        for (api_version, kind, schema) in schemas(&resource.attrs) {
            let key = (lowered.repository_of(resource), kind);
            definitions.entry(key).or_default().push((api_version, resource, schema));
        }
    }
    if definitions.is_empty() {
        return;
    }
    let judged = lowered.resources.par_iter().enumerate().filter_map(|(number, resource)| {
        if resource.owner.is_some() || resource.format != Format::Kubernetes {
            return None;
        }
        let api_version = resource.attrs.get("apiVersion")?.as_str()?;
        let of_kind = definitions.get(&(lowered.repository_of(resource), resource.type_name.as_str()))?;
        let of_version = of_kind.iter().filter(|(version, ..)| version == api_version);
        let compared = of_version.map(|(_, definition, schema)| {
            (definition, fields::custom_problems(&resource.attrs, &resource.type_name, resource.header, *schema))
        });
        let (definition, problems) = compared.min_by_key(|(_, problems)| problems.len())?;
        let source = sources.get(definition.header.source);
        let read = (definition.unit != resource.unit).then(|| (source.path.clone(), source.digest()));
        Some((number, problems, read))
    });
    let judged: Vec<_> = judged.collect();
    for (number, problems, read) in judged {
        let Some(resource) = lowered.resources.get_mut(number) else { continue };
        // What is known of the object depends on the file of the definition.
        if let (Some((path, digest)), Some(unit)) = (read, lowered.units.get_mut(resource.unit.0 as usize)) {
            unit.reads.answers.insert(path, digest);
        }
        if problems.is_empty() {
            continue;
        }
        let header = resource.header;
        if let Some(meta) = resource.meta.as_mapping_mut() {
            meta.set("schema_problems", Value::tuple(problems, header));
        }
        resource.families = families(!resource.families.is_empty(), true);
    }
}

/// The API versions of a definition that have a schema by which the API server drops unknown fields, with the kind.
fn schemas(definition: &Value) -> Vec<(Text, &str, CustomSchema<'_>)> {
    let found = || {
        let spec = definition.get("spec")?;
        // Before the first stable version of the API, unknown fields stay unless a definition says otherwise.
        let is_stable = definition.get("apiVersion")?.as_str()? == "apiextensions.k8s.io/v1";
        let preserves = spec.get("preserveUnknownFields").map(Value::as_bool);
        if !matches!((is_stable, preserves), (_, Some(Some(false))) | (true, None)) {
            return None;
        }
        let (group, kind) = (spec.get("group")?.as_str()?, spec.get("names")?.get("kind")?.as_str()?);
        let shared = spec.get("validation");
        let versions = spec.get("versions")?.as_items()?.iter().filter_map(move |version| {
            let name = version.get("name")?.as_str()?;
            let schema = version.get("schema").or(shared)?.get("openAPIV3Schema")?;
            Some((ecow::eco_format!("{group}/{name}"), kind, CustomSchema::of(schema)))
        });
        Some(versions.collect())
    };
    found().unwrap_or_default()
}
