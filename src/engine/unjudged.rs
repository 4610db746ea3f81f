//! Resources that no check judges, whatever is selected: a provider without any check, a type that neither a check nor
//! the schema of its provider knows, Kubernetes kinds whose containers stand where no check looks for them, and admission
//! policies in languages that are not read.
//!
//! A type of the schema without a check is not counted: there is nothing that a check would say of it.

use super::Catalog;
use crate::check;
use crate::model::{Format, Lowered, Resource, Text, Value};
use crate::schema;
use std::collections::BTreeMap;

/// Providers whose resources are values in the state of Terraform, and nothing that is deployed.
const OF_VALUES: [&str; 11] =
    ["archive", "cloudinit", "external", "http", "local", "null", "random", "template", "terraform", "time", "tls"];

/// Returns how many resources no check of a catalog judges, by provider, type or kind.
pub fn unjudged(lowered: &Lowered, catalog: &Catalog<'_>) -> BTreeMap<Text, usize> {
    let mut all: BTreeMap<Text, usize> = BTreeMap::new();
    for what in lowered.resources.iter().filter_map(suspect) {
        *all.entry(what).or_default() += 1;
    }
    let mut providers: BTreeMap<String, bool> = BTreeMap::new();
    let mut unjudged: BTreeMap<Text, usize> = BTreeMap::new();
    for (what, count) in all {
        let provider = provider(&what);
        let is_type = !what.contains(' ');
        let name = if is_type && !*providers.entry(provider.into()).or_insert_with(|| catalog.knows_provider(provider))
        {
            provider.into()
        } else if is_type && catalog.knows_type(&what, provider) {
            continue;
        } else {
            what
        };
        *unjudged.entry(name).or_default() += count;
    }
    unjudged
}

/// Returns the type of a resource, the kind of an object with containers that nobody reads, or the kind of a policy that
/// is not evaluated.
fn suspect(resource: &Resource) -> Option<Text> {
    if resource.format == Format::Kubernetes {
        if let Some(what) = resource.meta.get("unevaluated").and_then(Value::as_str) {
            return Some(what.into());
        }
        let unread = resource.meta.get("unread_containers").and_then(Value::as_str)?;
        return Some(ecow::eco_format!("containers of {} at `{unread}`", resource.type_name));
    }
    let is_deployed = resource.is_managed() && !OF_VALUES.contains(&provider(&resource.type_name));
    is_deployed.then(|| resource.type_name.clone())
}

/// Returns the provider that a type of Terraform belongs to.
fn provider(type_name: &str) -> &str {
    type_name.split('_').next().unwrap_or_default()
}

impl Catalog<'_> {
    /// Whether a type is one of its provider, as far as that can be said: the schema has it, or some check names it.
    fn knows_type(&self, type_name: &str, provider: &str) -> bool {
        let is_listed = schema::terraform_types(&format!("{provider}_")).next().is_some();
        let is_named = |pattern: &&str| pattern.split('|').any(|name| name.trim() == type_name);
        !is_listed
            || schema::terraform(type_name).is_some()
            || check::pages().iter().any(|page| page.patterns.iter().any(is_named))
            || self.texts().any(|text| text.contains(type_name))
    }

    /// Whether some check, taken or not, judges a type of a provider of Terraform.
    fn knows_provider(&self, provider: &str) -> bool {
        let prefix = format!("{provider}_");
        let quoted = format!("\"{prefix}");
        let piped = format!("|{prefix}");
        let shipped = || check::pages().iter().any(|page| page.patterns.iter().any(|pattern| names(pattern, &prefix)));
        // The pods of the provider for Kubernetes are those of manifests.
        provider == "kubernetes"
            || shipped()
            || self.texts().any(|text| text.contains(&quoted) || text.contains(&piped))
    }
}

/// Whether a pattern names a type with a prefix.
fn names(pattern: &str, prefix: &str) -> bool {
    pattern.split('|').any(|name| name.trim().starts_with(prefix))
}
