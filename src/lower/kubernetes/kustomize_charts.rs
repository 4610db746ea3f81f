//! Charts that kustomizations inflate: `helmCharts` with a chart in the directory of charts beside the kustomization.
//!
//! Source: the reference of Kustomize's `HelmChartInflationGenerator`.

use super::ChartInputs;
use super::chart_reading::{NotKnown, is_true, items, layer, text};
use super::chart_use::{ChartUse, ValuesLayer};
use super::chart_values::GivenValues;
use super::charts::render_once;
use super::helm::chart::Charts;
use super::kustomize::{ChartRenderer, RenderedChart};
use crate::model::{Text, Value};
use crate::source::{Files, Sources, join};

/// Renders charts of the tree for kustomizations.
pub(super) struct InflatedCharts<'t> {
    /// The tree.
    pub files: &'t dyn Files,
    /// Where texts are kept.
    pub sources: &'t Sources,
    /// What charts are rendered with that says nothing itself.
    pub inputs: ChartInputs,
}

impl ChartRenderer for InflatedCharts<'_> {
    fn render(&self, directory: &str, kustomization: &Value, entry: &Value) -> Option<RenderedChart> {
        let name = text(entry, "name")?;
        let home = kustomization.get("helmGlobals").and_then(|globals| text(globals, "chartHome")).unwrap_or("charts");
        let home = join(directory, home)?;
        let versioned = text(entry, "version").map(|version| format!("{name}-{version}/{name}"));
        let places = versioned.iter().map(String::as_str).chain([name]);
        let chart = places
            .filter_map(|place| join(&home, place))
            .find(|place| self.files.is_file(&format!("{place}/Chart.yaml")))?;
        // What is not known of its values leaves the chart unseen.
        let used = self.inflation(directory, entry, &chart).ok()?;
        let mut loader = Charts::new(self.files, self.sources, Vec::new());
        let content = loader.chart(&chart)?;
        let mut made = RenderedChart { problems: loader.take_problems(), ..RenderedChart::default() };
        let usual = GivenValues::read(self.files, self.sources, "", &self.inputs);
        render_once(&content, &usual.of_installation(&used, self.files), &mut made);
        Some(made)
    }
}

impl InflatedCharts<'_> {
    fn inflation(&self, directory: &str, entry: &Value, chart: &str) -> Result<ChartUse, NotKnown> {
        let mut used = ChartUse::new(chart.to_owned(), Text::new());
        used.release = text(entry, "releaseName").map(str::to_owned);
        used.namespace = text(entry, "namespace").map(str::to_owned);
        used.skips_definitions = !is_true(entry, "includeCRDs");
        used.skips_tests = is_true(entry, "skipTests");
        let files = entry.get("valuesFile").into_iter().chain(items(entry, "additionalValuesFiles"));
        for file in files.filter(|file| !file.is_null()) {
            let path = file.as_str().and_then(|path| join(directory, path));
            let path = path.ok_or(NotKnown("a file of values is not in the tree", file.origin.span))?;
            used.layers.push(ValuesLayer::File { path, named: file.origin.span, is_optional: false });
        }
        let Some(inline) = entry.get("valuesInline").filter(|inline| !inline.is_null()) else { return Ok(used) };
        let inline = layer(inline, self.sources)?;
        match text(entry, "valuesMerge") {
            Some("replace") => {
                used.layers = vec![inline];
                used.replaces_defaults = true;
            }
            // What stands in files wins.
            Some("merge") => used.layers.insert(0, inline),
            _ => used.layers.push(inline),
        }
        Ok(used)
    }
}
