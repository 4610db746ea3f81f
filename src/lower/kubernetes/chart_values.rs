//! What a chart is rendered with: the inputs of a scan, or what an installation says.

use super::chart_inputs::ChartInputs;
use super::chart_use::{ChartUse, ValuesLayer};
use super::helm::chart::{Chart, Document, Given, Input, Release, Rendering, Role, render};
use super::helm::render::Limits;
use crate::lower::yaml::source_of;
use crate::source::{Derived, Files, Problem, SourceId, Sources, Span};
use crate::syntax::yaml::{self, Dialect};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a chart is rendered with.
#[expect(clippy::struct_excessive_bools, reason = "switches of `helm template`, and who gives them")]
pub(super) struct GivenValues<'i> {
    inputs: &'i ChartInputs,
    /// Where texts are kept.
    pub sources: &'i Sources,
    release: Release,
    values: Vec<Given>,
    /// The paths of those that are files.
    paths: BTreeSet<String>,
    contents: Vec<(String, String)>,
    problems: Vec<Problem>,
    is_installation: bool,
    replaces_defaults: bool,
    skips_tests: bool,
    skips_definitions: bool,
}

impl<'i> GivenValues<'i> {
    /// Reads the files that the inputs name, whose paths count from the root.
    pub(super) fn read(files: &dyn Files, sources: &'i Sources, directory: &str, inputs: &'i ChartInputs) -> Self {
        let mut given = Self {
            inputs,
            sources,
            release: inputs.release(),
            values: Vec::new(),
            paths: BTreeSet::new(),
            contents: Vec::new(),
            problems: Vec::new(),
            is_installation: false,
            replaces_defaults: false,
            skips_tests: inputs.skip_tests,
            skips_definitions: inputs.leaves_out_crds,
        };
        for path in &inputs.files {
            given.add_file(files, path, || Span::new(sources.add_input(path.as_str(), ""), 0, 0));
        }
        given.values.extend(inputs.settings(sources).into_iter().map(Given::Setting));
        for name in inputs.named_files() {
            let text = crate::source::join(directory, name).and_then(|path| files.read(&path).ok());
            given.contents.extend(text.map(|bytes| (name.to_owned(), yaml::decode(&bytes).text)));
        }
        given
    }

    /// What the chart of an installation is rendered with: the same, with what the installation says.
    pub(super) fn of_installation(&self, used: &ChartUse, files: &dyn Files) -> Self {
        let mut release = self.release.clone();
        release.name = used.release.clone().unwrap_or(release.name);
        release.namespace = used.namespace.clone().unwrap_or(release.namespace);
        let mut given = Self {
            inputs: self.inputs,
            sources: self.sources,
            release,
            values: Vec::new(),
            paths: BTreeSet::new(),
            contents: Vec::new(),
            problems: Vec::new(),
            is_installation: true,
            replaces_defaults: used.replaces_defaults,
            skips_tests: self.skips_tests || used.skips_tests,
            skips_definitions: self.skips_definitions || used.skips_definitions,
        };
        for layer in &used.layers {
            match layer {
                ValuesLayer::Content(node) => given.values.push(Given::File(node.clone())),
                ValuesLayer::Setting(setting) => given.values.push(Given::Setting(setting.clone())),
                ValuesLayer::File { path, is_optional, .. } if *is_optional && !files.is_file(path) => {}
                ValuesLayer::File { path, named, .. } => given.add_file(files, path, || *named),
            }
        }
        given
    }

    /// Adds the values of a file. That it cannot be read is a problem at the place that names it.
    fn add_file(&mut self, files: &dyn Files, path: &str, named: impl FnOnce() -> Span) {
        let source = match source_of(path, files, self.sources) {
            Ok(source) => source,
            Err(error) => {
                let message = format!("the values in `{path}` were not read: {error}");
                return self.problems.push(Problem::error(named(), message));
            }
        };
        let text = self.sources.get(source);
        let stream = yaml::read_first(&Derived::file(source, &text.text), Dialect::Kubernetes);
        let content = stream.documents.into_iter().next().map(|document| Given::File(Arc::new(document.root)));
        self.values.extend(content);
        self.problems.extend(stream.problems);
        self.paths.insert(path.to_owned());
    }

    /// What of the values could not be read.
    pub(super) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The paths of the files of values.
    pub(super) fn file_paths(&self) -> &BTreeSet<String> {
        &self.paths
    }

    /// The texts that the values stand in.
    pub(super) fn texts(&self) -> impl Iterator<Item = SourceId> {
        self.values.iter().filter_map(|given| match given {
            Given::File(content) => Some(content.span.source),
            Given::Setting(_) => None,
        })
    }

    /// Whether somebody gives values: without any, a chart is rendered with its defaults, which may be incomplete.
    pub(super) fn gives_values(&self) -> bool {
        self.is_installation || self.inputs.gives_values()
    }

    /// Whether the files of `crds/` are left out.
    pub(super) fn leaves_out_definitions(&self) -> bool {
        self.skips_definitions
    }

    /// Renders a chart, without the documents that are not asked for.
    pub(super) fn render(&self, chart: &Arc<Chart>) -> Rendering {
        let bare = self.replaces_defaults.then(|| Arc::new(Chart { values: None, ..Chart::clone(chart) }));
        let mut rendering = render(&Input {
            release: self.release.clone(),
            given: self.values.clone(),
            setting_files: self.contents.clone(),
            skips_schema: self.inputs.skip_schema,
            limits: Limits::default(),
            chart: bare.as_ref().unwrap_or(chart),
        });
        rendering.documents.retain(|document: &Document| match document.role {
            Role::Hook { is_test } => !(self.inputs.no_hooks || is_test && self.skips_tests),
            Role::Definition => !self.skips_definitions,
            Role::Manifest | Role::Dropped => true,
        });
        rendering
    }
}
