//! Which Helm charts are judged, and what becomes of their files: resources, and lines in the ledger.
//!
//! A chart in the directory `charts/` of another one is a part of that. The rest are units: each is what one
//! `helm install` would send.

use super::add_placed_object;
use super::chart_inputs::ChartInputs;
use super::chart_ledger::{ChartFile, ChartLedger};
use super::chart_objects::{self, Placed, RenderedObjects};
use super::helm::chart::{self, Chart, Charts, Input, Release, Rendering, Role, Setting, render};
use super::helm::render::Limits;
use crate::discover::Candidate;
use crate::lower::FrontendInput;
use crate::model::{Cause, Format, Lowered, Reach, Reads, Text, Unit, Unseen, Why};
use crate::source::{Derived, Files, Kind, Problem, Sources, Span, parent};
use crate::syntax::yaml::{self, Dialect, Node};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The charts of a tree that are judged.
#[derive(Default)]
pub(super) struct PlannedCharts {
    /// In the order of their paths.
    pub units: Vec<PlannedChart>,
    /// Every candidate file that belongs to one of them.
    pub consumed: BTreeSet<String>,
}

/// One chart that is judged.
pub(super) struct PlannedChart {
    /// Its directory.
    pub path: String,
    /// Its content; `None` where it cannot be read.
    chart: Option<Arc<Chart>>,
    /// What is wrong with its files, whatever it is rendered with.
    problems: Vec<Problem>,
    /// Its candidate files, which get their lines in the ledger here.
    files: Vec<ChartFile>,
}

/// Reads the charts whose files no kustomization uses.
pub(super) fn charts(input: &FrontendInput<'_>, taken: &BTreeSet<String>) -> PlannedCharts {
    let own = || input.candidates.iter().filter(|candidate| !taken.contains(&candidate.path));
    let heads = own().filter(|candidate| candidate.path.rsplit('/').next() == Some("Chart.yaml"));
    let directories: BTreeSet<&str> = heads.map(|candidate| parent(&candidate.path)).collect();
    let is_root = |directory: &str| !is_inside_of_another(directory, &directories);
    let roots: Vec<&str> = directories.iter().copied().filter(|directory| is_root(directory)).collect();
    let mut loader =
        Charts::new(input.files, input.sources, directories.iter().map(|path| (*path).to_owned()).collect());
    let mut planned = PlannedCharts::default();
    for root in &roots {
        let chart = loader.chart(root);
        let problems = loader.take_problems();
        planned.units.push(PlannedChart { path: (*root).to_owned(), chart, problems, files: Vec::new() });
    }
    let of_directory: HashMap<&str, usize> = roots.iter().copied().zip(0..).collect();
    let places: Vec<Places> = planned.units.iter().map(|unit| Places::of(unit, input.sources)).collect();
    for candidate in own() {
        // Of charts in each other's directories, the innermost is meant.
        let around = std::iter::successors(Some(parent(&candidate.path)), |directory| {
            (!directory.is_empty()).then(|| parent(directory))
        });
        let mut charts = around.filter_map(|directory| of_directory.get(directory).copied());
        let member = charts.find_map(|at| Some((at, places.get(at)?.member(candidate)?)));
        let Some((unit, file)) = member.and_then(|(at, file)| Some((planned.units.get_mut(at)?, file))) else {
            continue;
        };
        unit.files.push(file);
        planned.consumed.insert(candidate.path.clone());
    }
    planned
}

/// The files of a chart that are no templates, those of the charts in it included.
#[derive(Default)]
struct Places {
    definitions: HashSet<String>,
    carried: HashSet<String>,
}

impl Places {
    fn of(unit: &PlannedChart, sources: &Sources) -> Self {
        let mut places = Self::default();
        if let Some(chart) = &unit.chart {
            places.add(chart, sources);
        }
        places
    }

    fn add(&mut self, chart: &Chart, sources: &Sources) {
        self.definitions.extend(chart.crds.iter().map(|(_, source)| sources.get(*source).path.clone()));
        self.carried.extend(chart.carried.iter().cloned());
        chart.dependencies.iter().for_each(|inner| self.add(inner, sources));
    }

    /// The candidate as a file of the chart in whose directory it lies, if it is one.
    fn member(&self, candidate: &Candidate) -> Option<ChartFile> {
        let Candidate { path, kind } = candidate;
        let is_carried = matches!(kind, Kind::Yaml | Kind::Json) && self.carried.contains(path);
        let belongs = *kind == Kind::Helm || is_carried || self.definitions.contains(path);
        belongs.then(|| ChartFile { path: path.clone(), kind: *kind, is_carried })
    }
}

/// Whether a chart stands in the directory `charts/` of another one.
fn is_inside_of_another(directory: &str, directories: &BTreeSet<&str>) -> bool {
    let mut rest = directory;
    while let Some(at) = rest.rfind("charts/").filter(|at| *at == 0 || rest.as_bytes().get(at - 1) == Some(&b'/')) {
        let around = rest.get(..at).unwrap_or_default().trim_end_matches('/');
        if directories.contains(around) {
            return true;
        }
        rest = around;
    }
    false
}

impl PlannedChart {
    /// Renders the chart, and gives its resources, problems and lines in the ledger.
    pub(super) fn lower(&self, given: &GivenValues<'_>) -> Lowered {
        let mut lowered = Lowered::default();
        let mut ledger = ChartLedger::new(&self.path, &self.files, given.sources);
        ledger.problems(self.problems.iter().cloned());
        ledger.problems(given.problems.iter().cloned());
        let mut unit = Unit::new(Format::Kubernetes, self.path.as_str());
        let mut objects: Vec<Placed> = Vec::new();
        if let Some(chart) = &self.chart {
            let sources = chart_objects::sources_of(chart).into_iter().chain(given.sources_of_files());
            unit.reads = Reads { sources: sources.collect(), ..Reads::default() };
            let mut rendering = given.render(chart);
            given.choose(&mut rendering);
            unit.unseen = unseen(&rendering, chart, given.sources);
            for document in &rendering.documents {
                let made = chart_objects::objects(&rendering, document, chart, given.sources);
                let RenderedObjects { content, call, unseen } = made;
                unit.unseen.extend(unseen);
                ledger.objects(document, content.objects.len());
                ledger.problems(content.problems);
                objects.extend(content.objects.into_iter().map(|object| (object, call.clone())));
            }
            ledger.rendering(chart, rendering, given.inputs);
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
    let stopped = rendering.stopped.iter().map(|(template, problem)| {
        let path = &sources.get(*template).path;
        member(ecow::eco_format!("template `{path}`"), "cannot be rendered", problem.span)
    });
    missing.chain(stopped).collect()
}

/// What all charts of one environment are rendered with.
pub(super) struct GivenValues<'i> {
    pub inputs: &'i ChartInputs,
    sources: &'i Sources,
    release: Release,
    files: Vec<Arc<Node>>,
    settings: Vec<Setting>,
    contents: Vec<(String, String)>,
    problems: Vec<Problem>,
}

impl<'i> GivenValues<'i> {
    /// Reads the files that the inputs name, whose paths count from the root.
    pub(super) fn read(files: &dyn Files, sources: &'i Sources, directory: &str, inputs: &'i ChartInputs) -> Self {
        let (mut nodes, mut contents, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for path in &inputs.files {
            match files.read(path) {
                Ok(bytes) => {
                    let text = yaml::decode(&bytes).text;
                    let source = sources.add(path.as_str(), text.as_str());
                    let stream = yaml::read_first(&Derived::file(source, &text), Dialect::Kubernetes);
                    nodes.extend(stream.documents.into_iter().next().map(|document| Arc::new(document.root)));
                    problems.extend(stream.problems);
                }
                Err(error) => {
                    let source = sources.add_input(path.as_str(), "");
                    let message = format!("the values in `{path}` were not read: {error}");
                    problems.push(Problem::error(Span::new(source, 0, 0), message));
                }
            }
        }
        for name in inputs.named_files() {
            let text = crate::source::join(directory, name).and_then(|path| files.read(&path).ok());
            contents.extend(text.map(|bytes| (name.to_owned(), yaml::decode(&bytes).text)));
        }
        let settings = inputs.settings(sources);
        Self { inputs, sources, release: inputs.release(), files: nodes, settings, contents, problems }
    }

    fn sources_of_files(&self) -> impl Iterator<Item = crate::source::SourceId> {
        self.files.iter().map(|node| node.span.source)
    }

    fn render(&self, chart: &Arc<Chart>) -> Rendering {
        render(&Input {
            release: self.release.clone(),
            value_files: self.files.clone(),
            settings: self.settings.clone(),
            setting_files: self.contents.clone(),
            skips_schema: self.inputs.skip_schema,
            limits: Limits::default(),
            chart,
        })
    }

    /// Drops the documents that are not asked for.
    fn choose(&self, rendering: &mut Rendering) {
        rendering.documents.retain(|document: &chart::Document| match document.role {
            Role::Hook { is_test } => !(self.inputs.no_hooks || is_test && self.inputs.skip_tests),
            Role::Definition => !self.inputs.leaves_out_crds,
            Role::Manifest | Role::Dropped => true,
        });
    }
}
