//! The files of a build: each is read once for all builds, and every build knows which it took up.

use super::Consumed;
use super::chart_renderer::{ChartRenderer, RenderedChart};
use super::limits;
use crate::lower::yaml::{source_of, value};
use crate::model::Value;
use crate::source::{Derived, Files, Problem, ReadError, SourceId, Sources, Span, is_within, join};
use crate::syntax::yaml::{self, Dialect, Stream};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// One document of a file, or of a text within one.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its content.
    pub value: Value,
    /// Where it stands.
    pub block: Span,
}

/// The texts of all builds of a scan: a file that several overlays use is read and parsed once.
pub struct KustomizeTexts<'a> {
    files: &'a dyn Files,
    sources: &'a Sources,
    known: Mutex<HashMap<String, Result<SourceId, ReadError>>>,
    parsed: Mutex<HashMap<(SourceId, Dialect), Arc<Documents>>>,
    charts: Option<&'a dyn ChartRenderer>,
    /// How many objects each build may give.
    most_objects: usize,
}

impl<'a> KustomizeTexts<'a> {
    /// Nothing read yet.
    pub fn new(files: &'a dyn Files, sources: &'a Sources) -> Self {
        Self {
            files,
            sources,
            known: Mutex::default(),
            parsed: Mutex::default(),
            charts: None,
            most_objects: limits::objects(1),
        }
    }

    /// The same, with charts rendered by `charts`.
    #[must_use]
    pub fn with_charts(self, charts: &'a dyn ChartRenderer) -> Self {
        Self { charts: Some(charts), ..self }
    }

    /// The same, for so many builds, which share what they may give.
    #[must_use]
    pub fn shared_by(self, builds: usize) -> Self {
        Self { most_objects: limits::objects(builds), ..self }
    }

    /// The path of what links lead to.
    pub fn resolved(&self, path: &str) -> String {
        self.files.resolved(path)
    }

    /// The source of a file, read when it is first asked for.
    pub fn source(&self, path: &str) -> Result<SourceId, ReadError> {
        let path = self.files.resolved(path);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(result) = known.get(&path) {
            return result.clone();
        }
        let result = source_of(&path, self.files, self.sources);
        known.insert(path, result.clone());
        result
    }

    /// The documents of a source, parsed when they are first asked for.
    pub fn documents(&self, source: SourceId, dialect: Dialect) -> Arc<Documents> {
        let parsed = || self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(documents) = parsed().get(&(source, dialect)) {
            return Arc::clone(documents);
        }
        let stream = yaml::read(&Derived::file(source, &self.sources.get(source).text), dialect);
        let documents = Arc::new(Documents { all: documents(&stream), problems: stream.problems });
        Arc::clone(parsed().entry((source, dialect)).or_insert(documents))
    }
}

/// The documents of one file.
#[derive(Debug)]
pub struct Documents {
    /// Those with content.
    pub all: Vec<Document>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The files of one build.
pub struct Library<'a> {
    /// The tree.
    pub files: &'a dyn Files,
    /// The texts.
    pub sources: &'a Sources,
    texts: &'a KustomizeTexts<'a>,
    /// Path, and whether it was read as documents.
    consumed: RefCell<BTreeMap<String, bool>>,
}

impl<'a> Library<'a> {
    /// A build that took up nothing yet.
    pub fn new(texts: &'a KustomizeTexts<'a>) -> Self {
        Self { files: texts.files, sources: texts.sources, texts, consumed: RefCell::default() }
    }

    /// How many objects the build may give.
    pub fn most_objects(&self) -> usize {
        self.texts.most_objects
    }

    /// The files that were taken up, sorted.
    pub fn into_consumed(self) -> Vec<Consumed> {
        let consumed = self.consumed.into_inner().into_iter();
        consumed.map(|(path, as_documents)| Consumed { path, as_documents }).collect()
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str, span: Span) -> Result<Vec<u8>, Problem> {
        let bytes = self.files.read(path).map_err(|error| Problem::error(span, error.to_string()))?;
        self.consume(path);
        Ok(bytes)
    }

    /// The place of the whole text of a file.
    pub fn whole(&self, path: &str, span: Span) -> Result<Span, Problem> {
        let source = self.texts.source(path).map_err(|error| Problem::error(span, error.to_string()))?;
        self.consume(path);
        Ok(Span::new(source, 0, self.sources.get(source).text.len() as u32))
    }

    /// The source of a file, when it can be read.
    pub fn place(&self, path: &str) -> Option<SourceId> {
        self.texts.source(path).ok()
    }

    /// The documents of a file; those that cannot be read are problems.
    pub fn documents(
        &self,
        path: &str,
        span: Span,
        dialect: Dialect,
        problems: &mut Vec<Problem>,
    ) -> Result<Vec<Document>, Problem> {
        let whole = self.whole(path, span)?;
        self.consumed.borrow_mut().insert(self.files.resolved(path), true);
        let documents = self.texts.documents(whole.source, dialect);
        problems.extend(documents.problems.iter().cloned());
        Ok(documents.all.clone())
    }

    /// The documents of a file that a kustomization in `dir` names at `span`; `None` with a problem when it cannot
    /// be read at all.
    pub fn load(
        &self,
        dir: &str,
        path: &str,
        span: Span,
        dialect: Dialect,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<Document>> {
        let documents =
            locate(dir, path, span, problems).and_then(|file| self.documents(&file, span, dialect, problems));
        documents.map_err(|problem| problems.push(problem)).ok()
    }

    /// The documents of a text that stands as a string in a file.
    pub fn inline(&self, text: &Value, dialect: Dialect, problems: &mut Vec<Problem>) -> Vec<Document> {
        let content = text.as_str().unwrap_or_default();
        let span = text.origin.written();
        let written = yaml::string_text(self.sources.get(span.source).slice(span), content, span);
        let stream = yaml::read(&written, dialect);
        problems.extend(stream.problems.iter().cloned());
        documents(&stream)
    }

    /// What an entry of `helmCharts` gives, where the chart is in the tree.
    pub fn chart(&self, directory: &str, kustomization: &Value, entry: &Value) -> Option<RenderedChart> {
        let rendered = self.texts.charts?.render(directory, kustomization, entry)?;
        rendered.files.iter().for_each(|path| self.consume(path));
        Some(rendered)
    }

    /// Notes the file itself, whatever links the way to it took: it is judged here, and not as a plain file too.
    fn consume(&self, path: &str) {
        self.consumed.borrow_mut().entry(self.files.resolved(path)).or_default();
    }
}

/// The path of a file that a kustomization in `dir` names at `span`. One that lies neither in `dir` nor below is
/// worth a note: Kustomize reads it only when it is told to.
pub fn locate(dir: &str, path: &str, span: Span, problems: &mut Vec<Problem>) -> Result<String, Problem> {
    if path.contains("://") {
        let message = format!("`{path}` would have to be fetched, which is never done; its content is unknown");
        return Err(Problem::warning(span, message));
    }
    let Some(path) = join(dir, path) else {
        let message = format!("`{path}` lies outside the scan root; nothing is read there");
        return Err(Problem::error(span, message));
    };
    if !is_within(&path, dir) {
        let message = format!("`{path}` lies outside the kustomization's directory, where `kubectl` refuses to read");
        let help = "Make its directory a base, or build with `--load-restrictor LoadRestrictionsNone`.";
        problems.push(Problem::note(span, message).with_help(help));
    }
    Ok(path)
}

/// The documents with content.
fn documents(stream: &Stream) -> Vec<Document> {
    let filled = stream.documents.iter().filter(|document| !document.root.is_null());
    filled.map(|document| Document { value: value(&document.root, None), block: document.root.span }).collect()
}
