//! How far each file of a chart got.

use super::chart_values::GivenValues;
use super::helm::chart::{Chart, Document, Rendering, Stopped};
use crate::model::Lowered;
use crate::source::{Kind, LedgerEntry, Level, Problem, SourceId, Sources, Status};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A candidate file of a chart.
#[derive(Clone)]
pub(super) struct ChartFile {
    /// Its path.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Whether the chart only carries it, for its templates to read.
    pub is_carried: bool,
}

/// The lines in the ledger of one chart, and its problems.
pub(super) struct ChartLedger<'a> {
    path: &'a str,
    files: &'a [ChartFile],
    sources: &'a Sources,
    problems: Vec<Problem>,
    /// The same problems, to be found.
    known: HashSet<Problem>,
    /// Objects by the path of the template that they were made of.
    objects: BTreeMap<String, usize>,
    /// Files that are left out, with the reason.
    left_out: BTreeMap<String, String>,
    /// Files of values that stand elsewhere.
    outside: BTreeSet<String>,
    /// Why nothing is rendered.
    refused: Option<String>,
}

impl<'a> ChartLedger<'a> {
    /// The lines of a chart's candidate files, of which all got through so far.
    pub(super) fn new(path: &'a str, files: &'a [ChartFile], sources: &'a Sources) -> Self {
        let carried = files.iter().filter(|file| file.is_carried);
        let reason = "a file that a Helm chart carries: Helm does not install it";
        let left_out = carried.map(|file| (file.path.clone(), reason.to_owned())).collect();
        Self {
            path,
            files,
            sources,
            problems: Vec::new(),
            known: HashSet::new(),
            objects: BTreeMap::new(),
            left_out,
            outside: BTreeSet::new(),
            refused: None,
        }
    }

    /// Notes problems, those that are known already excepted.
    pub(super) fn problems(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            if self.known.insert(problem.clone()) {
                self.problems.push(problem);
            }
        }
    }

    /// Notes that objects were made of a document.
    pub(super) fn objects(&mut self, document: &Document, count: usize) {
        if let Some(source) = document.template {
            *self.objects.entry(self.path_of(source)).or_default() += count;
        }
    }

    /// Notes that the chart cannot be read.
    pub(super) fn unreadable(&mut self) {
        let errors = self.problems.iter().filter(|problem| problem.level == Level::Error);
        self.refused = errors.map(|problem| problem.message.clone()).next();
        self.refused.get_or_insert_with(|| "its chart cannot be read".to_owned());
    }

    /// Notes how the rendering went.
    pub(super) fn rendering(&mut self, chart: &Chart, rendering: Rendering, given: &GivenValues<'_>) {
        let Rendering { problems, stopped, templates, .. } = rendering;
        if templates.is_empty() && !chart.metadata.is_library() {
            let first = problems.iter().find(|problem| problem.level == Level::Error);
            self.refused = first.map(|problem| problem.message.clone());
        }
        self.problems(problems);
        for Stopped { template, problem, is_limit, .. } in stopped {
            // Defaults need not be complete: what they lack is for whoever installs the chart.
            let problem = if is_limit || given.gives_values() {
                problem
            } else {
                let reason = format!("Helm does not render it with the defaults of the chart: {}", problem.message);
                self.left_out.insert(self.path_of(template), reason);
                Problem { level: Level::Warning, ..problem }
            };
            self.problems([problem]);
        }
        for path in given.file_paths() {
            self.left_out.remove(path);
            if self.files.iter().all(|file| file.path != *path) {
                self.outside.insert(path.clone());
            }
        }
        self.leave_out_disabled(chart, &templates.into_iter().map(|template| template.0).collect());
        let used = given.file_paths();
        for ChartFile { path, is_carried, .. } in self.files {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_other_set = name.starts_with("values") && !matches!(name, "values.yaml" | "values.schema.json");
            if is_other_set && !is_carried && !used.contains(path) && !self.is_template(path) {
                let reason = "values that nobody renders the chart with; name them in `charts` of the configuration";
                self.left_out.insert(path.clone(), reason.to_owned());
            }
        }
        if given.leaves_out_definitions() {
            for (_, source) in &chart.crds {
                self.left_out.insert(self.path_of(*source), "a definition in `crds/`, which is left out".to_owned());
            }
        }
    }

    /// Leaves out what does not take part: templates of disabled dependencies, and what `.helmignore` names.
    fn leave_out_disabled(&mut self, chart: &Chart, evaluated: &BTreeSet<u32>) {
        let mut templates = Vec::new();
        collect(chart, &mut templates);
        let known = templates.into_iter().map(|source| (self.path_of(source), evaluated.contains(&source.0)));
        let known: BTreeMap<String, bool> = known.collect();
        for ChartFile { path, is_carried, .. } in self.files {
            if *is_carried || !self.is_template(path) {
                continue;
            }
            let reason = match known.get(path) {
                Some(true) => continue,
                Some(false) if chart.metadata.is_library() => continue,
                Some(false) => "the chart that it belongs to is a dependency that is disabled",
                None => "no part of the chart: `.helmignore` leaves it out, or its directory",
            };
            self.left_out.entry(path.clone()).or_insert_with(|| reason.to_owned());
        }
    }

    fn is_template(&self, path: &str) -> bool {
        let rest = path.get(self.path.len()..).unwrap_or_default();
        rest.split('/').rev().skip(1).any(|part| part == "templates")
    }

    fn path_of(&self, source: SourceId) -> String {
        self.sources.get(source).path.clone()
    }

    /// Adds the lines and the problems to what the chart became.
    pub(super) fn finish(self, lowered: &mut Lowered) {
        let mut worst: BTreeMap<String, &Problem> = BTreeMap::new();
        for problem in self.problems.iter().filter(|problem| problem.level == Level::Error) {
            worst.entry(self.path_of(problem.span.source)).or_insert(problem);
        }
        let head = if self.path.is_empty() { "Chart.yaml".to_owned() } else { format!("{}/Chart.yaml", self.path) };
        for ChartFile { path, kind, is_carried } in self.files {
            let has_objects = self.objects.get(path).is_some_and(|count| *count > 0);
            let kind = if *kind == Kind::Helm || *is_carried { *kind } else { Kind::Kubernetes };
            let stopped = |status, reason: &str| LedgerEntry::stopped(path.as_str(), kind, status, reason);
            let entry = match (worst.get(path), self.left_out.get(path), &self.refused) {
                (Some(problem), ..) if has_objects => stopped(Status::Partial, &problem.message),
                (Some(problem), ..) => stopped(Status::Failed, &problem.message),
                (None, Some(reason), _) => stopped(Status::Skipped, reason),
                (None, None, Some(reason)) if *path == head => stopped(Status::Failed, reason),
                (None, None, Some(reason)) => stopped(Status::Skipped, &format!("its chart is not rendered: {reason}")),
                (None, None, None) => LedgerEntry::evaluated(path.as_str(), kind),
            };
            lowered.ledger.push(entry);
        }
        lowered.ledger.extend(self.outside.iter().map(|path| LedgerEntry::evaluated(path.as_str(), Kind::Helm)));
        lowered.problems.extend(self.problems);
    }
}

/// The templates of a chart and of those in it.
fn collect(chart: &Chart, found: &mut Vec<SourceId>) {
    found.extend(chart.templates.iter().map(|template| template.source));
    chart.dependencies.iter().for_each(|inner| collect(inner, found));
}
