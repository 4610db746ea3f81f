//! What a project answers when it is asked about its files.

use super::actions::Actions;
use super::buffers::Buffers;
use super::client::Client;
use super::diagnostics::{Ranges, SOURCE, Scene};
use super::outbox::{Failure, INTERNAL_ERROR, Outbox};
use super::published::Published;
use super::{hover, lens, links, values};
use crate::discover::Tree;
use crate::engine::{self, Subject};
use crate::model::Lowered;
use crate::report::{Explained, Options, explain};
use crate::scan::{self, Analysis};
use crate::source::{SourceId, Sources, Span};
use lsp_types::{CodeActionParams, Diagnostic, Position};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Files of which a client is told at once.
const CHUNK: usize = 100;

/// What is asked about a file.
#[derive(Clone, Debug)]
pub enum Query {
    /// Its diagnostics, if they are not those with that id.
    Diagnostics(Option<String>),
    /// The diagnostics of all files of this project; the other projects answer the same.
    Workspace(Arc<Gathering>),
    /// What stands at a position.
    Hover(Position),
    /// Where that gets its value.
    Definition(Position),
    /// Links to where values were written.
    Links,
    /// The counts of checks.
    Lenses,
    /// What can be done.
    Actions(Box<CodeActionParams>),
    /// How a finding, or the verdicts on a resource, came about.
    Explain(Subject),
    /// The environments there are.
    Environments,
}

/// The model of the units that a file is a part of, kept until something changes.
#[derive(Debug)]
pub struct Model {
    path: String,
    lowered: Lowered,
    /// The text of the file; none if no unit read it.
    source: Option<SourceId>,
}

/// An answer about all files, to which each project adds its own.
#[derive(Debug)]
pub struct Gathering {
    /// What the client was told before, by URI.
    pub previous: BTreeMap<String, String>,
    /// Where it wants partial results.
    pub token: Option<Value>,
    /// How many projects have not answered yet.
    pub left: AtomicUsize,
    /// What the client was not told yet.
    pub items: Mutex<Vec<Value>>,
}

/// What a project knows when it answers.
pub struct Answers<'a> {
    /// What was found, and how.
    pub analysis: &'a Analysis<'a>,
    /// The tree and the open documents.
    pub buffers: &'a Buffers,
    /// The diagnostics of all files.
    pub published: &'a Published,
    /// What the client can do.
    pub client: Client,
    /// Where partial results go.
    pub outbox: &'a Outbox,
    /// The names of the environments of the configuration, and of those that are evaluated.
    pub environments: (&'a [String], &'a [String]),
    /// Whether verdicts that could not be given are left out.
    pub hide_inconclusive: bool,
    /// Whether lenses are wanted.
    pub lenses: bool,
    /// The model that was made for the last question.
    pub model: &'a Mutex<Option<Model>>,
}

impl Answers<'_> {
    /// The answer to what is asked about the file at `path`; none where another project gives it. `is_ours` says
    /// whether the file with a real path belongs to the project.
    pub fn answer(
        &self,
        id: &Value,
        path: &str,
        query: &Query,
        is_ours: &dyn Fn(&Path) -> bool,
    ) -> Result<Option<Value>, Failure> {
        let answer = match query {
            Query::Diagnostics(previous) => Ok(self.published.report(path, previous.as_deref(), &self.scene())),
            Query::Workspace(gathering) => return Ok(self.workspace(id, gathering, is_ours)),
            Query::Hover(position) => Ok(self.hover(path, *position)),
            Query::Definition(position) => Ok(self.with_model(path, Value::Null, |lowered, source, ranges| {
                let found = values::at(lowered, ranges.sources(), source, ranges.offset(source, *position));
                links::definition(&found, lowered, ranges, &self.client)
            })),
            Query::Links => Ok(self
                .with_model(path, json!([]), |lowered, source, ranges| json!(links::links(lowered, source, ranges)))),
            Query::Lenses if !self.lenses => Ok(json!([])),
            Query::Lenses => Ok(self.with_model(path, json!([]), |lowered, source, ranges| {
                let tallies = engine::tallies(lowered, self.analysis.sources, self.analysis.catalog);
                json!(lens::lenses(lowered, &tallies, source, ranges))
            })),
            Query::Actions(params) => Ok(self.actions(path, params)),
            Query::Explain(subject) => self.explain(path, subject),
            Query::Environments => Ok(json!({"all": self.environments.0, "evaluated": self.environments.1})),
        };
        answer.map(Some)
    }

    fn ranges(&self) -> Ranges<'_> {
        Ranges::new(self.analysis.sources, self.buffers, self.client)
    }

    fn scene(&self) -> Scene<'_> {
        let Self { analysis, hide_inconclusive, .. } = *self;
        Scene { analysis, ranges: self.ranges(), hide_inconclusive }
    }

    fn actions(&self, path: &str, params: &CodeActionParams) -> Value {
        let (analysis, buffers, client) = (self.analysis, self.buffers, self.client);
        let (settled, tree, ranges) = (analysis.in_file(path), self.tree(), self.ranges());
        let of = |lowered: Option<&Lowered>| {
            let (settled, tree, ranges) = (&settled, &tree, &ranges);
            json!(Actions { path, settled, lowered, analysis, tree, buffers, ranges, client }.of(params))
        };
        // Hints and problems, which have no finding, may be about an input that is missing.
        let has_finding = |one: &Diagnostic| one.data.as_ref().is_some_and(|data| data.get("fingerprint").is_some());
        let is_other = |one: &Diagnostic| one.source.as_deref() == Some(SOURCE) && !has_finding(one);
        if params.context.diagnostics.iter().any(is_other) {
            let made = self.with_model(path, Value::Null, |lowered, _, _| of(Some(lowered)));
            return if made.is_null() { of(None) } else { made };
        }
        of(None)
    }

    fn tree(&self) -> Tree {
        self.buffers.tree().within(&self.analysis.request.scope)
    }

    /// The tree of the units that a file is a part of.
    fn around(&self, path: &str) -> Tree {
        self.analysis.around(&self.tree(), &BTreeSet::from([path.to_owned()]))
    }

    /// What `ask` says of the model of the units that a file is a part of; `nothing` where it was never read.
    fn with_model(
        &self,
        path: &str,
        nothing: Value,
        ask: impl FnOnce(&Lowered, SourceId, &Ranges<'_>) -> Value,
    ) -> Value {
        let mut kept = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.take().filter(|model| model.path == path);
        let model = kept.insert(known.unwrap_or_else(|| self.made(path)));
        match model.source {
            Some(source) => ask(&model.lowered, source, &self.ranges()),
            None => nothing,
        }
    }

    fn made(&self, path: &str) -> Model {
        let sources = self.analysis.sources;
        let lowered = scan::lowered(&self.around(path), self.analysis.request, sources);
        Model { path: path.to_owned(), lowered, source: sources.of_file(path) }
    }

    fn hover(&self, path: &str, position: Position) -> Value {
        self.with_model(path, Value::Null, |lowered, source, ranges| {
            let offset = ranges.offset(source, position);
            let sources = self.analysis.sources;
            let found = values::at(lowered, sources, source, offset);
            let holds = |span: Span| stands_at(span, path, offset, sources);
            let settled = self.analysis.in_file(path);
            let findings = settled.findings.iter().filter(|finding| finding.counts());
            let here: Vec<_> = findings.filter(|finding| holds(finding.shown_at(sources))).collect();
            let Some(text) = hover::text(&found, &here, ranges) else { return Value::Null };
            let kind = if self.client.markdown { "markdown" } else { "plaintext" };
            let mut hover = json!({"contents": {"kind": kind, "value": text}});
            let spans = found.first().map(|found| found.span);
            let span = here.first().map(|finding| finding.shown_at(sources)).or(spans);
            if let Some(span) = span.filter(|span| sources.get(span.source).path == path) {
                hover["range"] = json!(ranges.range(span));
            }
            hover
        })
    }

    /// Adds the diagnostics of this project to those of all; the last one answers.
    fn workspace(&self, id: &Value, gathering: &Gathering, is_ours: &dyn Fn(&Path) -> bool) -> Option<Value> {
        let reports = self.published.reports(self.buffers, &gathering.previous, &self.scene(), is_ours);
        for chunk in reports.chunks(CHUNK) {
            match &gathering.token {
                Some(_) if !self.outbox.is_open(id) => break,
                Some(token) => {
                    let value = json!({"items": chunk});
                    self.outbox.notify("$/progress", json!({"token": token, "value": value}));
                }
                None => gathering.items.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(chunk),
            }
        }
        let is_last = gathering.left.fetch_sub(1, Ordering::AcqRel) == 1;
        let items = || std::mem::take(&mut *gathering.items.lock().unwrap_or_else(PoisonError::into_inner));
        is_last.then(|| json!({"items": items()}))
    }

    fn explain(&self, path: &str, subject: &Subject) -> Result<Value, Failure> {
        let Analysis { request, sources, catalog, .. } = *self.analysis;
        let lowered = scan::lowered(&self.around(path), request, sources);
        let explanations = engine::explain(&lowered, sources, catalog, subject);
        if explanations.is_empty() {
            return Ok(Value::Null);
        }
        let mut out = Vec::new();
        // The texts are shared with the analysis: what is explained has them for itself.
        let explained = Explained { sources: sources.clone(), sensitive: lowered.secrets, explanations };
        explain::write(&explained, &Options::default(), &mut out)
            .map_err(|error| (INTERNAL_ERROR, error.to_string()))?;
        Ok(json!(String::from_utf8_lossy(&out)))
    }
}

/// Whether a span holds a byte of the file at `path`.
fn stands_at(span: Span, path: &str, offset: u32, sources: &Sources) -> bool {
    sources.get(span.source).path == path && span.start <= offset && offset <= span.end
}
