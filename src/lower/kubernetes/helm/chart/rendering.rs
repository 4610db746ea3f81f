//! One rendering of a chart: from its files and a set of values to documents.

use super::capabilities::capabilities;
use super::coalesce::coalesce;
use super::dependencies::table;
use super::documents::{self, Document, Role};
use super::instance::Instance;
use super::load::Chart;
use super::release::Release;
use super::set::{self, Setting};
use super::{objects, schema, values};
use crate::lower::kubernetes::helm::functions::{self, HelmFunctions, is_compatible};
use crate::lower::kubernetes::helm::render::{Evaluator, Failure, Limits, STACK_BYTES, Templates, without_no_value};
use crate::lower::kubernetes::helm::value::{Data, Map, MapKind, Notes, PlacedText, Provenance, Value};
use crate::source::{Derived, Problem, ProblemKind, SourceId, Span};
use crate::syntax::gotemplate::Template;
use crate::syntax::yaml::Node;
use ecow::EcoString;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// One set of values, and what else decides what a chart renders to.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// What it is installed as.
    pub release: Release,
    /// The values that are given from outside, the last of which win.
    pub given: Vec<Given>,
    /// The contents of files that settings name.
    pub setting_files: Vec<(String, String)>,
    /// Whether values are not held against `values.schema.json`.
    pub skips_schema: bool,
    /// What a rendering may take.
    pub limits: Limits,
    /// The chart.
    pub chart: &'a Arc<Chart>,
}

/// Some of the values that are given from outside.
#[derive(Clone, Debug)]
pub enum Given {
    /// The content of a file of values, or of what stands for one.
    File(Arc<Node>),
    /// A single value, as an option of Helm sets it.
    Setting(Setting),
}

/// What a chart renders to.
#[derive(Debug, Default)]
pub struct Rendering {
    /// Its documents in Helm's order, hooks last.
    pub documents: Vec<Document>,
    /// Each template's path with its text, as Helm writes it.
    pub texts: Vec<(String, Derived<'static>)>,
    /// What brought the parts of the texts.
    pub notes: Notes,
    /// What Helm refuses, and what could not be evaluated.
    pub problems: Vec<Problem>,
    /// The templates that take part.
    pub templates: Vec<SourceId>,
    /// Templates whose evaluation stopped with an error.
    pub stopped: Vec<Stopped>,
    /// Listed dependencies that are not in `charts/`: name and place.
    pub unseen: Vec<(EcoString, Option<Span>)>,
}

/// A template whose evaluation stopped with an error.
#[derive(Debug)]
pub struct Stopped {
    /// The template.
    pub template: SourceId,
    /// What stopped it, and where.
    pub problem: Problem,
    /// Whether a limit of ours stopped it. Then Helm might render the chart.
    pub is_limit: bool,
    /// The value that it lacks, where that stopped it: the keys that lead to it in the values of the chart.
    pub missing: Option<Vec<EcoString>>,
}

/// Renders a chart. The work is done by a thread of its own, because templates may nest deep.
pub fn render(input: &Input<'_>) -> Rendering {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        let spawned = builder.spawn_scoped(scope, || Renderer::new(input).run());
        spawned.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| Rendering {
            problems: vec![Problem::error(place_of(input.chart), "the chart could not be rendered")],
            ..Rendering::default()
        })
    })
}

fn place_of(chart: &Chart) -> Span {
    Span::new(chart.source, 0, 0)
}

/// A template of some chart, with the values that it sees.
struct Job {
    name: String,
    path: String,
    base_path: String,
    data: Map,
    span: Span,
}

struct Renderer<'a> {
    input: &'a Input<'a>,
    rendering: Rendering,
    templates: Templates,
    jobs: Vec<Job>,
    release: Value,
    capabilities: Value,
}

impl<'a> Renderer<'a> {
    fn new(input: &'a Input<'a>) -> Self {
        Self {
            input,
            rendering: Rendering::default(),
            templates: Templates::default(),
            jobs: Vec::new(),
            release: objects::release(&input.release),
            capabilities: capabilities(&input.release.kube_version, &input.release.api_versions),
        }
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.rendering.problems.push(Problem::error(span, message));
    }

    fn run(mut self) -> Rendering {
        let chart = self.input.chart;
        let place = place_of(chart);
        if chart.metadata.is_library() {
            self.rendering.problems.push(Problem::note(place, "a library chart renders nothing: other charts use it"));
            return self.rendering;
        }
        let given = match self.given() {
            Ok(given) => given,
            Err((message, span)) => {
                self.error(span, message);
                return self.rendering;
            }
        };
        let mut root = Instance::new(chart, &mut self.rendering.notes);
        let missing: Vec<_> = root.missing().map(|listed| (listed.name.clone(), listed.span)).collect();
        for (name, span) in &missing {
            let message = format!("dependency `{name}` is not in `charts/`; Helm renders nothing without it");
            let problem = Problem::warning(span.unwrap_or(place), message);
            self.rendering.problems.push(problem.about(ProblemKind::Elsewhere));
        }
        let values = given.deep_copy();
        if let Err(message) = root.resolve(&given).and_then(|()| coalesce(&root, &values, false)) {
            self.error(place, message);
            return self.rendering;
        }
        self.open_sections(&root, &values);
        if !self.input.skips_schema {
            self.check_schemas(&root, &values);
        }
        if !is_release_name(&self.input.release.name) {
            let name = &self.input.release.name;
            self.error(
                place,
                format!("`{name}` is not the name of a release: it must be a DNS name of at most 53 characters"),
            );
        }
        let wanted = &chart.metadata.kube_version;
        let version = &self.input.release.kube_version.version;
        if !wanted.is_empty() && !is_compatible(wanted, version) {
            let message = format!("the chart needs Kubernetes `{wanted}`, and is rendered for {version}");
            self.error(place, message);
            return self.rendering;
        }
        self.definitions(&root, "");
        let name = root.name.to_string();
        self.collect(&root, &values.renamed(MapKind::Values), &name, "", true);
        if self.define() {
            self.evaluate(values);
        }
        self.rendering
    }

    /// The values that are given from outside, as one mapping.
    fn given(&mut self) -> Result<Map, (String, Span)> {
        let files = &self.input.setting_files;
        let read = |path: &str| files.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
        let (mut merged, notes) = (Map::default(), &mut self.rendering.notes);
        for given in &self.input.given {
            match given {
                Given::File(file) if file.as_mapping().is_none() && !file.is_null() => {
                    return Err(("a file of values must hold a mapping".into(), file.span));
                }
                Given::File(file) => merged = values::merge_files(&merged, &values::of_file(Some(file), notes)),
                Given::Setting(setting) => {
                    set::apply(setting, &merged, notes, &read).map_err(|message| (message, setting.span))?;
                }
            }
        }
        Ok(merged)
    }

    /// Says of the values of enabled dependencies that are not here that they may be more: their defaults are unseen.
    fn open_sections(&mut self, instance: &Instance, values: &Map) {
        for listed in &instance.unseen {
            let span = listed.span.unwrap_or(place_of(&instance.chart));
            let note = self.rendering.notes.unknown(span, format!("chart `{}` is not in `charts/`", listed.name));
            let section = values.get(&listed.name).and_then(|value| value.as_map().cloned()).unwrap_or_default();
            section.set_open(note);
            values.set(listed.name.clone(), section.into());
            self.templates.unseen = Some(format!("chart `{}`, which is not in `charts/`", listed.name).into());
            self.rendering.unseen.push((listed.name.clone(), listed.span));
        }
        for inner in &instance.dependencies {
            if let Some(section) = values.get(&inner.name).as_ref().and_then(Value::as_map) {
                self.open_sections(inner, section);
            }
        }
    }

    fn check_schemas(&mut self, instance: &Instance, values: &Map) {
        if let Some((text, span)) = &instance.chart.schema {
            for fault in schema::check(text, &Value::from(values.clone())) {
                let key = fault.note.and_then(|note| self.rendering.notes.get(note)).map(Provenance::span);
                let message = format!("the schema of chart `{}` refuses its values: {}", instance.name, fault.message);
                self.error(key.unwrap_or(*span), message);
            }
        }
        for inner in &instance.dependencies {
            if let Some(section) = values.get(&inner.name).as_ref().and_then(Value::as_map) {
                self.check_schemas(inner, section);
            }
        }
    }

    /// Adds the files of `crds/`, which are no templates.
    fn definitions(&mut self, instance: &Instance, path: &str) {
        for (file, source) in &instance.chart.crds {
            let is_manifest = [".yaml", ".yml", ".json"].iter().any(|extension| file.ends_with(extension));
            let text = instance.chart.files.get(file).filter(|_| is_manifest).unwrap_or_default();
            for part in documents::split(&Derived::verbatim(*source, 0, &text)) {
                let document = documents::read(&format!("{path}{file}"), &part);
                self.rendering.problems.extend(document.stream.problems.iter().cloned());
                self.rendering.documents.push(Document { role: Role::Definition, template: Some(*source), ..document });
            }
        }
        for inner in &instance.dependencies {
            self.definitions(inner, &format!("{path}charts/{}/", inner.name));
        }
    }

    /// Collects the templates of a chart and of those in it. Returns what they see as `.`.
    fn collect(&mut self, instance: &Instance, values: &Map, full_name: &str, path: &str, is_root: bool) -> Map {
        let inner_charts = Map::default();
        let data = Map::new(MapKind::Values, [].into());
        data.set("Chart", objects::chart(instance, is_root));
        data.set("Files", Data::Files(Rc::new((*instance.chart.files).clone())).into());
        data.set("Release", self.release.clone());
        data.set("Capabilities", self.capabilities.clone());
        data.set("Values", values.clone().into());
        data.set("Subcharts", inner_charts.clone().into());
        let above = if is_root { full_name.to_owned() } else { renamed(full_name, instance) };
        let path_above = if is_root { String::new() } else { renamed(path, instance) };
        for inner in &instance.dependencies {
            let section = table(values, &inner.name).unwrap_or_default().renamed(MapKind::Values);
            let full_name = format!("{above}/charts/{}", inner.name);
            let path = format!("{path_above}charts/{}/", inner.name);
            let seen = self.collect(inner, &section, &full_name, &path, false);
            inner_charts.set(inner.name.clone(), seen.renamed(MapKind::Any).into());
        }
        for file in &instance.chart.templates {
            let is_partial = file.path.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
            if instance.chart.metadata.is_library() && !is_partial {
                continue;
            }
            self.jobs.push(Job {
                name: format!("{full_name}/{}", file.path),
                path: format!("{path}{}", file.path),
                base_path: format!("{full_name}/templates"),
                data: data.clone(),
                span: Span::new(file.source, 0, 0),
            });
        }
        data
    }

    /// Makes all templates known by their names. Returns whether they can be evaluated.
    fn define(&mut self) -> bool {
        // Deeper paths come first, and later names before earlier ones; of equal names the last one wins.
        self.jobs.sort_by_cached_key(|job| Reverse((job.name.matches('/').count(), job.name.clone())));
        // Two uses of one chart may hold templates of one name: the last one counts.
        self.jobs.reverse();
        self.jobs.dedup_by(|next, kept| next.name == kept.name);
        self.jobs.reverse();
        let mut by_name = HashMap::new();
        index(&mut by_name, self.input.chart);
        let mut is_sound = true;
        for at in 0..self.jobs.len() {
            let Some(template) = self.jobs.get(at).and_then(|job| by_name.get(&job.span.source)) else { continue };
            let Some(name) = self.jobs.get(at).map(|job| job.name.clone()) else { continue };
            let unknown = template.functions.iter().filter(|(name, _)| !functions::exists(name));
            let undefined =
                unknown.map(|(name, span)| Problem::error(*span, format!("function `{name}` does not exist")));
            let problems: Vec<Problem> = template.problems.iter().cloned().chain(undefined).collect();
            is_sound &= problems.is_empty();
            self.rendering.problems.extend(problems);
            self.templates.add(&name, template);
            self.rendering.templates.extend(self.jobs.get(at).map(|job| job.span.source));
        }
        is_sound
    }

    fn evaluate(&mut self, values: Map) {
        let notes = std::mem::take(&mut self.rendering.notes);
        let templates = std::mem::take(&mut self.templates);
        let evaluator = Evaluator::new(&templates, &HelmFunctions, notes, self.input.limits);
        let mut evaluator = evaluator.with_values(values);
        let mut rendered: Vec<(String, Span, PlacedText)> = Vec::new();
        for job in &self.jobs {
            if job.name.rsplit('/').next().is_some_and(|name| name.starts_with('_')) {
                continue;
            }
            let template = Map::new(MapKind::Values, [].into());
            template.set("Name", job.name.as_str().into());
            template.set("BasePath", job.base_path.as_str().into());
            job.data.set("Template", template.into());
            match evaluator.render(&job.name, job.data.clone().into(), job.span) {
                Ok(text) => rendered.push((job.path.clone(), job.span, without_no_value(&text))),
                Err(failure) => {
                    let Failure { span, message, is_limit, missing } = *failure;
                    let problem = Problem::error(span, message);
                    self.rendering.stopped.push(Stopped { template: job.span.source, problem, is_limit, missing });
                    if is_limit {
                        break;
                    }
                }
            }
        }
        self.rendering.notes = evaluator.notes;
        rendered.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        for (path, span, text) in rendered {
            if path.ends_with("NOTES.txt") {
                continue;
            }
            let derived = text.derived(span);
            for part in documents::split(&derived) {
                let document = documents::read(&path, &part);
                self.rendering.problems.extend(document.stream.problems.iter().cloned());
                if document.role != Role::Dropped {
                    self.rendering.documents.push(Document { template: Some(span.source), ..document });
                }
            }
            self.rendering.texts.push((path, derived));
        }
        let is_definition = |document: &&Document| document.role == Role::Definition;
        let definitions = self.rendering.documents.iter().take_while(is_definition).count();
        documents::sort(self.rendering.documents.get_mut(definitions..).unwrap_or_default());
    }
}

/// A path that ends with the name of a chart, for the charts in it: they may know it by another name.
fn renamed(path: &str, instance: &Instance) -> String {
    let bare = path.strip_suffix('/').unwrap_or(path);
    let above = bare.strip_suffix(instance.name.as_str()).unwrap_or(bare);
    let end = if bare.len() < path.len() { "/" } else { "" };
    format!("{above}{}{end}", instance.name_above())
}

/// Whether Helm takes the name for a release.
fn is_release_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !part.is_empty() && !part.starts_with('-') && !part.ends_with('-') && part.bytes().all(is_inner)
    };
    name.len() <= 53 && name.split('.').all(is_part)
}

/// All templates of a chart and those in it, by their sources.
fn index<'c>(found: &mut HashMap<SourceId, &'c Template>, chart: &'c Chart) {
    found.extend(chart.templates.iter().map(|file| (file.source, &*file.template)));
    chart.dependencies.iter().for_each(|inner| index(found, inner));
}
