//! Flux: `HelmRelease`.

use super::Finder;
use crate::lower::kubernetes::Object;
use crate::lower::kubernetes::chart_reading::{NotKnown, is_true, items, layer, setting_at, text};
use crate::lower::kubernetes::chart_use::{ChartUse, ValuesLayer};
use crate::model::{Text, Value};
use crate::source::join;
use ecow::eco_format;

impl Finder<'_> {
    /// Finds what a `HelmRelease` installs.
    pub(super) fn helm_release(&mut self, object: &Value) {
        let Some(spec) = object.get("spec") else { return };
        let Some(chart) = spec.get("chart").and_then(|chart| chart.get("spec")) else { return };
        let kind = chart.get("sourceRef").and_then(|reference| text(reference, "kind"));
        if !matches!(kind, Some("GitRepository" | "Bucket")) {
            return;
        }
        let Some(directory) = text(chart, "chart").and_then(|path| join("", path)) else { return };
        if self.is_chart(&directory) {
            let metadata = object.get("metadata");
            let name = metadata.and_then(|metadata| text(metadata, "name")).unwrap_or_default();
            let namespace = metadata.and_then(|metadata| text(metadata, "namespace"));
            let by = eco_format!("HelmRelease/{name}");
            let made = self.flux_use(&by, name, namespace, &directory, spec, chart);
            self.keep(&by, &directory, made);
        }
    }

    fn flux_use(
        &self,
        by: &Text,
        name: &str,
        namespace: Option<&str>,
        directory: &str,
        spec: &Value,
        chart: &Value,
    ) -> Result<ChartUse, NotKnown> {
        let mut used = ChartUse::new(directory.to_owned(), by.clone());
        let target = text(spec, "targetNamespace");
        let usual = target.map_or_else(|| name.to_owned(), |target| format!("{target}-{name}"));
        used.release = Some(text(spec, "releaseName").map_or(usual, str::to_owned));
        used.namespace = target.or(namespace).map(str::to_owned);
        // Such files take the place of the chart's own.
        for file in items(chart, "valuesFiles") {
            let named = file.origin.span;
            let path = file.as_str().and_then(|path| join("", path));
            let path = path.ok_or(NotKnown("a file of values is not in the tree", named))?;
            let is_optional = is_true(chart, "ignoreMissingValuesFiles");
            used.layers.push(ValuesLayer::File { path, named, is_optional });
            used.replaces_defaults = true;
        }
        for reference in items(spec, "valuesFrom") {
            self.referenced(reference, namespace, &mut used)?;
        }
        if let Some(values) = spec.get("values").filter(|values| !values.is_null()) {
            used.layers.push(layer(values, self.sources)?);
        }
        Ok(used)
    }

    /// Adds the values that a `ConfigMap` of the tree holds.
    fn referenced(&self, reference: &Value, namespace: Option<&str>, used: &mut ChartUse) -> Result<(), NotKnown> {
        let not_known = |why| NotKnown(why, reference.origin.span);
        let (kind, name) = (text(reference, "kind"), text(reference, "name"));
        let is_meant = |object: &&&Object| {
            let lives_there = object.metadata("namespace").is_none() || object.metadata("namespace") == namespace;
            object.field("kind") == Some("ConfigMap") && object.metadata("name") == name && lives_there
        };
        let found = self.objects.iter().find(is_meant).filter(|_| kind == Some("ConfigMap"));
        let key = text(reference, "valuesKey").unwrap_or("values.yaml");
        let value = found.and_then(|object| object.value.get("data")?.get(key));
        let Some(value) = value else {
            // What is absent here may still be in the cluster.
            return Err(not_known("what `valuesFrom` names is not in the tree"));
        };
        used.layers.push(match text(reference, "targetPath") {
            Some(path) => ValuesLayer::Setting(setting_at(path, value)?),
            None => layer(value, self.sources)?,
        });
        Ok(())
    }
}
