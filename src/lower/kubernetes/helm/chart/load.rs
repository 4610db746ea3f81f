//! A chart's files to a chart. Nothing is evaluated yet: what is loaded serves every set of values.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "Helm compares the case of letters")]

use super::archive;
use super::ignore::IgnoreRules;
use super::metadata::Metadata;
use crate::limits::charts::CHART_DEPTH;
use crate::lower::kubernetes::helm::value::ChartFiles;
use crate::source::{Derived, Files, Problem, SourceId, Sources, Span, join};
use crate::syntax::gotemplate::{self, Template};
use crate::syntax::yaml::{self, Dialect, Node};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A chart with the charts in it.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What `Chart.yaml` says.
    pub metadata: Metadata,
    /// `Chart.yaml`.
    pub source: SourceId,
    /// The content of `values.yaml`.
    pub values: Option<Arc<Node>>,
    /// The content of `values.schema.json`.
    pub schema: Option<(Arc<str>, Span)>,
    /// The files of `templates/`, in the order of their paths.
    pub templates: Vec<TemplateFile>,
    /// The files of `crds/`.
    pub crds: Vec<(String, SourceId)>,
    /// All other files.
    pub files: Arc<ChartFiles>,
    /// Paths in the tree of the files that it carries: Helm installs none of them, but templates may read them.
    pub carried: Vec<String>,
    /// The charts in `charts/`.
    pub dependencies: Vec<Arc<Self>>,
}

/// A file of `templates/`.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// Its path in the chart.
    pub path: String,
    /// Its text.
    pub source: SourceId,
    /// What it holds.
    pub template: Arc<Template>,
}

/// Reads charts from a tree.
pub struct Loader<'t> {
    /// The tree that the files are read from.
    pub files: &'t dyn Files,
    /// Where their texts are kept.
    pub sources: &'t Sources,
    /// What could not be read, or was assumed.
    pub problems: Vec<Problem>,
}

/// A file of a chart: its path in the chart, its path in the tree, its content.
struct ChartFile {
    path: String,
    place: String,
    bytes: Vec<u8>,
}

impl<'t> Loader<'t> {
    /// A loader of the charts in `files`.
    pub fn new(files: &'t dyn Files, sources: &'t Sources) -> Self {
        Self { files, sources, problems: Vec::new() }
    }

    /// Reads the chart in a directory. Whatever Helm refuses is a problem; `None` where nothing is left of the chart.
    pub fn directory(&mut self, directory: &str) -> Option<Chart> {
        let rules = self.rules(directory);
        let mut files = Vec::new();
        self.walk(directory, "", &rules, &mut files, 0);
        self.chart(files, directory, 0)
    }

    fn problem(&mut self, place: &str, message: impl Into<String>) {
        let text = self.files.read(place).map(|bytes| yaml::decode(&bytes).text).unwrap_or_default();
        let source = self.sources.add(place, text);
        self.problems.push(Problem::error(Span::new(source, 0, 0), message));
    }

    fn rules(&mut self, directory: &str) -> IgnoreRules {
        let path = within(directory, ".helmignore");
        let Ok(bytes) = self.files.read(&path) else { return IgnoreRules::default().with_defaults() };
        match IgnoreRules::read(&String::from_utf8_lossy(&bytes)) {
            Ok(rules) => rules.with_defaults(),
            Err(message) => {
                self.problem(&path, message);
                IgnoreRules::default().with_defaults()
            }
        }
    }

    fn walk(&mut self, root: &str, inner: &str, rules: &IgnoreRules, found: &mut Vec<ChartFile>, depth: usize) {
        let directory = within(root, inner);
        let entries = match self.files.list(directory.trim_end_matches('/')) {
            Ok(entries) if depth < 64 => entries,
            Ok(_) => return,
            Err(error) => return self.problem(&within(root, "Chart.yaml"), error.to_string()),
        };
        for entry in entries {
            let path = within(inner, &entry.name);
            if rules.ignores(&path, entry.is_dir) {
                continue;
            }
            if entry.is_dir {
                self.walk(root, &path, rules, found, depth + 1);
                continue;
            }
            let Some(place) = join(root, &path) else { continue };
            match self.files.read(&place) {
                Ok(mut bytes) => {
                    if bytes.starts_with(b"\xef\xbb\xbf") {
                        bytes.drain(..3);
                    }
                    found.push(ChartFile { path, place, bytes });
                }
                Err(error) => self.problem(&within(root, "Chart.yaml"), error.to_string()),
            }
        }
    }

    /// The text of a file, and its number.
    fn text(&self, file: &ChartFile) -> (SourceId, String) {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        // What stands in an archive is no file of the tree.
        let is_packed = file.place.contains(".tgz/");
        let (place, copy) = (file.place.as_str(), text.as_str());
        (if is_packed { self.sources.add_input(place, copy) } else { self.sources.add(place, copy) }, text)
    }

    /// Reads a YAML file of which a mapping is wanted.
    fn yaml(&mut self, file: &ChartFile) -> Option<Node> {
        let (source, text) = self.text(file);
        let stream = yaml::read_first(&Derived::file(source, &text), Dialect::Kubernetes);
        self.problems.extend(stream.problems.iter().cloned());
        let root = stream.documents.into_iter().next()?.root;
        if root.as_mapping().is_none() && !root.is_null() {
            self.problems.push(Problem::error(root.span, format!("`{}` must hold a mapping", file.path)));
            return None;
        }
        Some(root)
    }

    fn chart(&mut self, files: Vec<ChartFile>, place: &str, depth: usize) -> Option<Chart> {
        let Some(file) = files.iter().find(|file| file.path == "Chart.yaml") else {
            self.problem(&within(place, "Chart.yaml"), "a chart needs a file `Chart.yaml`");
            return None;
        };
        let source = self.text(file).0;
        let Some(root) = self.yaml(file) else {
            let is_told = self.problems.iter().any(|problem| problem.span.source == source);
            if !is_told {
                self.problem(&within(place, "Chart.yaml"), "a chart needs a name, which `Chart.yaml` does not give");
            }
            return None;
        };
        let fault = |(message, span): (String, Span)| Problem::error(span, message);
        let mut metadata = match Metadata::read(&root).map_err(fault) {
            Ok(metadata) => metadata,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let (mut values, mut schema, mut templates, mut crds) = (None, None, Vec::new(), Vec::new());
        let (mut others, mut carried) = (Vec::<(String, Arc<[u8]>)>::new(), Vec::new());
        let mut inner: BTreeMap<String, Vec<ChartFile>> = BTreeMap::new();
        for file in files {
            match file.path.as_str() {
                "Chart.yaml" => {}
                "values.yaml" => values = self.yaml(&file).map(Arc::new),
                "values.schema.json" => {
                    let (source, text) = self.text(&file);
                    schema = Some((text.as_str().into(), Span::new(source, 0, text.len() as u32)));
                }
                "Chart.lock" => {
                    self.yaml(&file);
                }
                "requirements.yaml" => {
                    let read = self.yaml(&file).map(|root| metadata.read_dependencies(&root).map_err(fault));
                    self.problems.extend(read.and_then(Result::err));
                    if metadata.api_version == "v1" {
                        others.push((file.path, file.bytes.into()));
                    }
                }
                path if path.starts_with("templates/") => {
                    let (source, text) = self.text(&file);
                    let template = Arc::new(gotemplate::parse(&Derived::file(source, &text)));
                    templates.push(TemplateFile { path: file.path, source, template });
                }
                path => match path.strip_prefix("charts/") {
                    Some(rest) if !path.ends_with(".prov") => {
                        let name = rest.split('/').next().unwrap_or(rest).to_owned();
                        let path = rest.to_owned();
                        inner.entry(name).or_default().push(ChartFile { path, ..file });
                    }
                    _ => {
                        if path.starts_with("crds/") {
                            crds.push((file.path.clone(), self.text(&file).0));
                        } else {
                            carried.push(file.place);
                        }
                        others.push((file.path, file.bytes.into()));
                    }
                },
            }
        }
        if let Some(message) = metadata.fault() {
            self.problems.push(Problem::error(root.span, message));
        }
        let dependencies = self.dependencies(inner, place, depth);
        let files = Arc::new(others.into_iter().collect());
        Some(Chart { metadata, source, values, schema, templates, crds, files, carried, dependencies })
    }

    fn dependencies(&mut self, inner: BTreeMap<String, Vec<ChartFile>>, place: &str, depth: usize) -> Vec<Arc<Chart>> {
        let mut charts = Vec::new();
        for (name, files) in inner {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let place = within(&within(place, "charts"), &name);
            if depth >= CHART_DEPTH {
                self.problem(&place, format!("charts nest deeper than {CHART_DEPTH}"));
                continue;
            }
            let files = if name.ends_with(".tgz") {
                let Some(file) = files.into_iter().next() else { continue };
                match archive::unpack(&file.bytes) {
                    Ok(unpacked) => unpacked
                        .into_iter()
                        .map(|(path, bytes)| ChartFile { place: format!("{}/{path}", file.place), path, bytes })
                        .collect(),
                    Err(message) => {
                        self.problem(&file.place, message);
                        continue;
                    }
                }
            } else {
                // A file directly in `charts/` is a chart without `Chart.yaml`.
                let below = files.into_iter().filter_map(|file| {
                    let path = file.path.split_once('/')?.1.to_owned();
                    Some(ChartFile { path, ..file })
                });
                below.collect()
            };
            charts.extend(self.chart(files, &place, depth + 1).map(Arc::new));
        }
        charts
    }
}

/// A path below a directory.
pub(super) fn within(directory: &str, name: &str) -> String {
    match (directory.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (false, true) => directory.to_owned(),
        (false, false) => format!("{directory}/{name}"),
    }
}
