//! Resources that no check judges, whatever is selected: a provider without any check, and Kubernetes kinds whose
//! containers stand where no check looks for them.

use super::Catalog;
use crate::check;
use crate::model::{Format, Lowered, Resource, Text, Value};
use std::collections::BTreeMap;

/// Providers whose resources are values in the state of Terraform, and nothing that is deployed.
const OF_VALUES: [&str; 11] =
    ["archive", "cloudinit", "external", "http", "local", "null", "random", "template", "terraform", "time", "tls"];

/// Returns how many resources no check of a catalog judges, by provider or kind.
pub fn unjudged(lowered: &Lowered, catalog: &Catalog<'_>) -> BTreeMap<Text, usize> {
    let mut all: BTreeMap<Text, usize> = BTreeMap::new();
    for what in lowered.resources.iter().filter_map(suspect) {
        *all.entry(what).or_default() += 1;
    }
    all.retain(|what, _| what.contains(' ') || !catalog.knows_provider(what));
    all
}

/// Returns the provider of a resource, or the kind of an object with containers that nobody reads.
fn suspect(resource: &Resource) -> Option<Text> {
    if resource.format == Format::Kubernetes {
        let unread = resource.meta.get("unread_containers").and_then(Value::as_str)?;
        return Some(ecow::eco_format!("containers of {} at `{unread}`", resource.type_name));
    }
    let provider = resource.type_name.split('_').next().unwrap_or_default();
    (resource.is_managed() && !OF_VALUES.contains(&provider)).then(|| provider.into())
}

impl Catalog<'_> {
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
