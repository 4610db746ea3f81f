//! Which Helm charts are judged, and what becomes of their files: resources, and lines in the ledger.
//!
//! A chart in the directory `charts/` of another one is a part of that, and so is one that another needs by a path. The
//! rest are units: each is what one `helm install` would send. Who installs a chart decides with which values: the
//! sets of the configuration, else the installations that the tree describes, each of which is a unit. A chart that
//! nobody installs is judged with its defaults.

use super::add_placed_object;
use super::chart_ledger::{ChartFile, ChartLedger};
use super::chart_objects::{self, Placed, RenderedObjects};
use super::chart_parts::{Places, is_inside_of_another, owners};
use super::chart_use::{ChartUse, ValuesLayer};
use super::chart_users::{Installations, installations};
use super::helm::chart::{Chart, Charts, Rendering, Stopped};
use super::kustomize::RenderedChart;
use super::{ChartInputs, GivenValues, Object};
use crate::lower::FrontendInput;
use crate::model::{
    Cause, Format, InputLanguage, LackedInput, Lowered, Reach, Reads, SettableInput, Text, Unit, Unseen, Value, Why,
    secrecy,
};
use crate::source::{Files, Problem, Sources, Span, parent};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The charts of a tree that are judged.
#[derive(Default)]
pub(super) struct PlannedCharts {
    /// In the order of their paths, then those that only an installation leads to.
    charts: Vec<PlannedChart>,
    /// Every candidate file that belongs to one of them.
    pub consumed: BTreeSet<String>,
    /// What is judged.
    pub units: Vec<PlannedInstallation>,
    /// What of the installations is not known.
    pub problems: Vec<Problem>,
}

/// One chart of the tree.
struct PlannedChart {
    /// Its directory.
    path: String,
    /// Its content; `None` where it cannot be read.
    chart: Option<Arc<Chart>>,
    /// What is wrong with its files, whatever it is rendered with.
    problems: Vec<Problem>,
    /// Its candidate files, and those of its parts, which get their lines in the ledger here.
    files: Vec<ChartFile>,
    /// Whether it is a part of other charts.
    is_part: bool,
}

/// One chart with what it is installed with.
pub(super) struct PlannedInstallation {
    /// The directory of the chart.
    pub path: String,
    chart: usize,
    /// `None` for the defaults of the chart, or what the command line gives.
    used: Option<ChartUse>,
}

/// Reads the charts whose files no kustomization uses.
pub(super) fn charts(input: &FrontendInput<'_>, taken: &BTreeSet<String>) -> PlannedCharts {
    let own = || input.candidates.iter().filter(|candidate| !taken.contains(&candidate.path));
    let heads = own().filter(|candidate| candidate.path.rsplit('/').next() == Some("Chart.yaml"));
    let directories: BTreeSet<&str> = heads.map(|candidate| parent(&candidate.path)).collect();
    let is_root = |directory: &&&str| !is_inside_of_another(directory, &directories);
    let roots: Vec<String> = directories.iter().filter(is_root).map(|directory| (*directory).to_owned()).collect();
    let mut loader =
        Charts::new(input.files, input.sources, directories.iter().map(|path| (*path).to_owned()).collect());
    let mut planned = PlannedCharts::default();
    for path in roots.iter().cloned() {
        let chart = loader.chart(&path);
        let problems = loader.take_problems();
        planned.charts.push(PlannedChart { path, chart, problems, files: Vec::new(), is_part: false });
    }
    let of_directory: HashMap<&str, usize> = roots.iter().map(String::as_str).zip(0..).collect();
    let places: Vec<Places> =
        planned.charts.iter().map(|unit| Places::of(unit.chart.as_deref(), input.sources)).collect();
    for candidate in own() {
        // Of charts in each other's directories, the innermost is meant.
        let around = std::iter::successors(Some(parent(&candidate.path)), |directory| {
            (!directory.is_empty()).then(|| parent(directory))
        });
        let mut charts = around.filter_map(|directory| of_directory.get(directory).copied());
        let member = charts.find_map(|at| Some((at, places.get(at)?.member(candidate)?)));
        let Some((chart, file)) = member.and_then(|(at, file)| Some((planned.charts.get_mut(at)?, file))) else {
            continue;
        };
        chart.files.push(file);
        planned.consumed.insert(candidate.path.clone());
    }
    for (part, owners) in owners(&roots, loader.parts()) {
        let Some(part) = of_directory.get(part.as_str()).and_then(|at| planned.charts.get_mut(*at)) else { continue };
        part.is_part = true;
        let files = part.files.clone();
        for owner in owners.iter().filter_map(|owner| of_directory.get(owner.as_str())) {
            planned.charts.get_mut(*owner).into_iter().for_each(|owner| owner.files.extend(files.iter().cloned()));
        }
    }
    planned
}

impl PlannedCharts {
    /// Plans the units: the installations that the configuration or one of the objects describes, and the charts that
    /// nobody installs.
    pub(super) fn plan(&mut self, input: &FrontendInput<'_>, objects: &[&Object]) {
        let inputs = input.inputs.first().map(|inputs| &inputs.charts);
        let mut by_chart: BTreeMap<String, Vec<ChartUse>> = BTreeMap::new();
        // What the command line gives is for one run with these values.
        if let Some(inputs) = inputs.filter(|inputs| !inputs.gives_values()) {
            for set in &inputs.sets {
                let used = ChartUse::configured(set, input.sources);
                by_chart.entry(used.chart.clone()).or_default().push(used);
            }
            let configured: BTreeSet<String> = by_chart.keys().cloned().collect();
            let Installations { uses: found, problems } = installations(objects, input.files, input.sources);
            self.problems = problems;
            for used in found.into_iter().filter(|used| !configured.contains(&used.chart)) {
                by_chart.entry(used.chart.clone()).or_default().push(used);
            }
            // An installation is named only where there are several.
            let alone = by_chart.iter_mut().filter(|(chart, all)| all.len() == 1 && !configured.contains(*chart));
            alone.flat_map(|(_, all)| all).for_each(|used| used.name = Text::new());
        }
        for (at, chart) in self.charts.iter().enumerate() {
            let unit = |used| PlannedInstallation { path: chart.path.clone(), chart: at, used };
            match by_chart.remove(&chart.path) {
                Some(all) => self.units.extend(all.into_iter().map(Some).map(unit)),
                None if chart.is_part => {}
                None => self.units.push(unit(None)),
            }
        }
        // Charts within others, or outside of the paths that are scanned.
        let mut loader = Charts::new(input.files, input.sources, Vec::new());
        for (path, all) in by_chart {
            let chart = loader.chart(&path);
            let problems = loader.take_problems();
            let at = self.charts.len();
            self.charts.push(PlannedChart { path, chart, problems, files: Vec::new(), is_part: false });
            let Some(chart) = self.charts.last() else { continue };
            let unit = |used| PlannedInstallation { path: chart.path.clone(), chart: at, used: Some(used) };
            self.units.extend(all.into_iter().map(unit));
        }
    }

    /// Renders a unit; `usual` is what charts are rendered with that nobody installs.
    pub(super) fn lower(&self, unit: &PlannedInstallation, input: &LowerInput<'_, '_>) -> Lowered {
        let Some(chart) = self.charts.get(unit.chart) else { return Lowered::default() };
        match &unit.used {
            None => chart.lower(input.usual, &Text::new()),
            Some(used) => chart.lower(&input.usual.of_installation(used, input.files), &used.name),
        }
    }
}

/// Renders a chart into what a kustomization takes up.
pub(super) fn render_once(chart: &Arc<Chart>, given: &GivenValues<'_>, made: &mut RenderedChart) {
    let mut rendering = given.render(chart);
    made.problems.extend(given.problems().iter().cloned());
    made.problems.append(&mut rendering.problems);
    made.unseen = unseen(&rendering, chart, given.sources);
    for document in &rendering.documents {
        let RenderedObjects { content, unseen, .. } =
            chart_objects::objects(&rendering, document, chart, given.sources);
        made.unseen.extend(unseen);
        made.problems.extend(content.problems);
        made.objects.extend(content.objects.into_iter().map(|object| (object.value, object.block)));
    }
    made.problems.extend(rendering.stopped.into_iter().map(|stopped| stopped.problem));
    let texts = chart_objects::sources_of(chart).into_iter().map(|source| given.sources.get(source).path.clone());
    made.files = texts.chain(given.file_paths().iter().cloned()).chain(carried(chart)).collect();
}

/// The paths of the files that a chart and those in it carry.
fn carried(chart: &Chart) -> Vec<String> {
    chart.carried.iter().cloned().chain(chart.dependencies.iter().flat_map(|inner| carried(inner))).collect()
}

/// Renders charts of the tree as something outside of the manifests installs them. Their files have lines in the ledger
/// already.
pub(super) fn installed(all: &[ChartUse], usual: &GivenValues<'_>, files: &dyn Files) -> Lowered {
    let mut loader = Charts::new(files, usual.sources, Vec::new());
    let mut lowered = Lowered::default();
    for used in all {
        let chart = loader.chart(&used.chart);
        let problems = loader.take_problems();
        let path = used.chart.clone();
        let chart = PlannedChart { path, chart, problems, files: Vec::new(), is_part: false };
        lowered.append(chart.lower(&usual.of_installation(used, files), &used.name));
    }
    lowered
}

/// What units are rendered with.
pub(super) struct LowerInput<'l, 'i> {
    /// The values of the command line.
    pub usual: &'l GivenValues<'i>,
    /// The tree.
    pub files: &'l dyn Files,
}

impl PlannedInstallation {
    /// The value that the installation lacks, with the last file of its values, which decides. The defaults of a chart
    /// need not be complete: what they lack is for whoever installs it.
    pub(super) fn settable(&self, lacked: &LackedInput, usual: &ChartInputs) -> Option<SettableInput> {
        let Why::ChartValue(keys) = &lacked.cause.why else { return None };
        let file = match &self.used {
            Some(used) if used.name == lacked.environment => used.layers.iter().rev().find_map(ValuesLayer::file)?,
            Some(_) => return None,
            None => usual.files.last()?,
        };
        let is_json = file.rsplit('.').next() == Some("json");
        Some(SettableInput {
            name: keys.join(".").into(),
            file: file.to_owned(),
            language: if is_json { InputLanguage::Json } else { InputLanguage::Yaml },
            path: keys.to_vec(),
            placeholder: Value::string("", lacked.cause.span),
            is_secret: keys.iter().any(|key| secrecy::is_secret_name(key)),
        })
    }
}

impl PlannedChart {
    /// Renders the chart, and gives its resources, problems and lines in the ledger.
    fn lower(&self, given: &GivenValues<'_>, environment: &Text) -> Lowered {
        let mut lowered = Lowered::default();
        let mut ledger = ChartLedger::new(&self.path, &self.files, given.sources);
        ledger.problems(self.problems.iter().cloned());
        ledger.problems(given.problems().iter().cloned());
        let mut unit = Unit::new(Format::Kubernetes, self.path.as_str());
        unit.environment = environment.clone();
        unit.is_default = !given.gives_values();
        let mut objects: Vec<Placed> = Vec::new();
        if let Some(chart) = &self.chart {
            let sources = chart_objects::sources_of(chart).into_iter().chain(given.texts());
            unit.reads = Reads { sources: sources.collect(), ..Reads::default() };
            let rendering = given.render(chart);
            unit.unseen = unseen(&rendering, chart, given.sources);
            for document in &rendering.documents {
                let made = chart_objects::objects(&rendering, document, chart, given.sources);
                let RenderedObjects { content, call, unseen } = made;
                unit.unseen.extend(unseen);
                ledger.objects(document, content.objects.len());
                ledger.problems(content.problems);
                objects.extend(content.objects.into_iter().map(|object| (object, call.clone())));
            }
            ledger.rendering(chart, rendering, given);
        } else {
            ledger.unreadable();
        }
        let unit = lowered.add_unit(unit);
        for (object, call) in objects {
            add_placed_object(&mut lowered, unit, object, call);
        }
        ledger.finish(&mut lowered);
        lowered
    }
}

/// The dependencies that are not here, and the templates that cannot be rendered.
fn unseen(rendering: &Rendering, chart: &Chart, sources: &Sources) -> Vec<Unseen> {
    let member = |what: Text, why: &str, span: Span| {
        let cause = Cause { why: Why::Unseen(ecow::eco_format!("{what} {why}")), span };
        Unseen { what, cause, reach: Reach::Unit }
    };
    let missing = rendering.unseen.iter().map(|(name, span)| {
        let span = span.unwrap_or(Span::new(chart.source, 0, 0));
        member(ecow::eco_format!("chart `{name}`"), "is not in `charts/`", span)
    });
    let stopped = rendering.stopped.iter().map(|Stopped { template, problem, missing, .. }| {
        let path = &sources.get(*template).path;
        let mut unseen = member(ecow::eco_format!("template `{path}`"), "cannot be rendered", problem.span);
        if let Some(keys) = missing {
            unseen.cause.why = Why::ChartValue(keys.iter().cloned().collect());
        }
        unseen
    });
    missing.chain(stopped).collect()
}
