//! Charts that Terraform installs: `helm_release` with a chart of the tree.
//!
//! Terraform is evaluated by another frontend, after whose resources this looks. A chart that was judged with its
//! defaults because no manifest installs it is judged as Terraform installs it instead.
//!
//! Source of the arguments: the provider's schema (hashicorp/helm 2.x and 3.x).

use super::ChartInputs;
use super::chart_reading::{NotKnown, is_true, items, layer, scalar, setting, text};
use super::chart_use::{ChartUse, ValuesLayer};
use super::chart_values::GivenValues;
use super::charts::installed;
use super::helm::chart::{SetKind, Setting};
use crate::model::{Lowered, Resource, Text, UnitId, Value};
use crate::source::{Files, Problem, Sources, join};
use ecow::eco_format;
use std::collections::BTreeSet;

/// Adds the objects of the charts of the tree that `helm_release` resources install.
pub fn add_releases(lowered: &mut Lowered, files: &dyn Files, sources: &Sources, inputs: &ChartInputs) {
    let mut all: Vec<ChartUse> = Vec::new();
    let mut problems = Vec::new();
    // What the command line gives is for one run with these values.
    let releases = lowered.resources.iter().filter(|resource| resource.type_name == "helm_release");
    for release in releases.filter(|_| !inputs.gives_values()) {
        let Some(chart) = chart_of(release, lowered, files) else { continue };
        match release_use(release, &chart, sources) {
            Ok(used) => all.push(used),
            Err(NotKnown(why, span)) => {
                let name = &release.address;
                let message = format!("{name} installs the chart `{chart}` with values that are unknown: {why}");
                problems.push(Problem::warning(span, message));
            }
        }
    }
    lowered.problems.extend(problems);
    if all.is_empty() {
        return;
    }
    let charts: BTreeSet<&str> = all.iter().map(|used| used.chart.as_str()).collect();
    let of_defaults = |unit: UnitId, lowered: &Lowered| {
        let unit = lowered.units.get(unit.0 as usize);
        unit.is_some_and(|unit| unit.is_default && charts.contains(unit.path.as_str()))
    };
    lowered.retain(|lowered, resource| !of_defaults(resource.unit, lowered));
    let mut seen = BTreeSet::new();
    let several: BTreeSet<String> =
        all.iter().filter(|used| !seen.insert(&used.chart)).map(|used| used.chart.clone()).collect();
    for used in all.iter_mut().filter(|used| !several.contains(&used.chart)) {
        used.name = Text::new();
    }
    let usual = GivenValues::read(files, sources, "", inputs);
    lowered.append(installed(&all, &usual, files));
}

/// The directory of the chart that a resource installs, if the tree holds it.
fn chart_of(release: &Resource, lowered: &Lowered, files: &dyn Files) -> Option<String> {
    let attrs = &release.attrs;
    if text(attrs, "repository").is_some() {
        return None;
    }
    let root = lowered.unit_path(release.unit);
    let directory = join(root, text(attrs, "chart")?)?;
    let head = if directory.is_empty() { "Chart.yaml".to_owned() } else { format!("{directory}/Chart.yaml") };
    files.is_file(&head).then_some(directory)
}

fn release_use(release: &Resource, chart: &str, sources: &Sources) -> Result<ChartUse, NotKnown> {
    let attrs = &release.attrs;
    let mut used = ChartUse::new(chart.to_owned(), eco_format!("{}", release.address));
    used.release = text(attrs, "name").map(str::to_owned);
    used.namespace = text(attrs, "namespace").map(str::to_owned);
    used.skips_definitions = is_true(attrs, "skip_crds");
    if let Some(values) = attrs.get("values").filter(|values| values.is_unknown()) {
        return Err(NotKnown("`values` is unknown", values.origin.span));
    }
    for values in items(attrs, "values").iter().filter(|values| !values.is_null()) {
        used.layers.push(layer(values, sources)?);
    }
    for list in ["set", "set_list", "set_sensitive"] {
        if let Some(unknown) = attrs.get(list).filter(|entries| entries.is_unknown()) {
            return Err(NotKnown("a value that it sets is unknown", unknown.origin.span));
        }
        for entry in items(attrs, list) {
            used.layers.push(ValuesLayer::Setting(set(entry)?));
        }
    }
    Ok(used)
}

/// One block `set`, `set_list` or `set_sensitive`.
fn set(entry: &Value) -> Result<Setting, NotKnown> {
    let unknown = || NotKnown("a value that it sets is unknown", entry.origin.span);
    let name = text(entry, "name").ok_or_else(unknown)?;
    let value = entry.get("value").ok_or_else(unknown)?;
    let span = value.origin.span;
    if let Some(items) = value.as_items() {
        let items: Option<Vec<String>> = items.iter().map(scalar).collect();
        let items = items.ok_or_else(unknown)?.join(",");
        return Ok(Setting { kind: SetKind::Typed, text: format!("{name}={{{items}}}"), span });
    }
    match text(entry, "type") {
        Some("string") => setting(name, value, SetKind::String),
        Some("literal") => {
            Ok(Setting { kind: SetKind::Literal, text: format!("{name}={}", scalar(value).ok_or_else(unknown)?), span })
        }
        _ => setting(name, value, SetKind::Typed),
    }
}
