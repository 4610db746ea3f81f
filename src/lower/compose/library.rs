//! The Compose files of a tree: each is read once, whatever uses it.

use super::merge::Marks;
use crate::lower::yaml::{source_of, value};
use crate::model::Value;
use crate::source::{Derived, Files, Level, Problem, SourceId, Sources, join, parent};
use crate::syntax::yaml::{self, Dialect};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One file.
#[derive(Debug)]
pub(super) struct ComposeFile {
    /// Its path from the root.
    pub path: String,
    /// Its text.
    pub source: SourceId,
    /// Its documents; a later one overrides an earlier one.
    pub documents: Vec<Value>,
    /// The values that tags mark.
    pub marks: Marks,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl ComposeFile {
    /// Whether some of it could not be read.
    pub(super) fn is_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.level == Level::Error)
    }

    /// The paths of the files that it includes and extends, as far as they are written without variables.
    pub(super) fn uses(&self) -> Uses {
        let mut uses = Uses::default();
        let directory = parent(&self.path);
        for document in &self.documents {
            for entry in document.get("include").and_then(Value::as_items).unwrap_or_default() {
                let path = entry.get("path").unwrap_or(entry);
                let paths = path.as_items().unwrap_or(std::slice::from_ref(path));
                uses.included.extend(paths.iter().filter_map(Value::as_str).filter_map(|path| join(directory, path)));
            }
            let services = document.get("services").and_then(Value::as_mapping);
            for (_, service) in services.into_iter().flat_map(|services| &services.entries) {
                let file = service.get("extends").and_then(|extends| extends.get("file")).and_then(Value::as_str);
                uses.extended.extend(file.and_then(|file| join(directory, file)).filter(|file| *file != self.path));
            }
        }
        uses
    }
}

/// The other files that a file uses.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Those whose services become its own.
    pub included: Vec<String>,
    /// Those with services that its own extend.
    pub extended: Vec<String>,
}

/// All files that were read.
pub(super) struct Library<'t> {
    /// The tree.
    pub files: &'t dyn Files,
    /// Where the texts are kept.
    pub sources: &'t Sources,
    read: Mutex<BTreeMap<String, Result<Arc<ComposeFile>, String>>>,
}

impl<'t> Library<'t> {
    /// Nothing is read yet.
    pub(super) fn new(files: &'t dyn Files, sources: &'t Sources) -> Self {
        Self { files, sources, read: Mutex::default() }
    }

    /// The file at a path, or why it cannot be read.
    pub(super) fn file(&self, path: &str) -> Result<Arc<ComposeFile>, String> {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        known.unwrap_or_else(|| {
            let read = self.read(path);
            let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(path.to_owned()).or_insert(read).clone()
        })
    }

    fn read(&self, path: &str) -> Result<Arc<ComposeFile>, String> {
        let source = source_of(path, self.files, self.sources).map_err(|error| error.to_string())?;
        let text = self.sources.get(source);
        // The scalars of Compose's reader are those of Kustomize's: both are go-yaml v3.
        let stream = yaml::read(&Derived::file(source, &text.text), Dialect::Kustomize);
        let mut marks = Marks::default();
        for (place, tag) in &stream.tags {
            match tag.as_str() {
                "!reset" => _ = marks.reset.insert((place.source, place.start)),
                "!override" => _ = marks.replace.insert((place.source, place.start)),
                _ => {}
            }
        }
        let documents = stream.documents.iter().filter(|document| !document.root.is_null());
        let documents = documents.map(|document| value(&document.root, None)).collect();
        let problems = stream.problems;
        Ok(Arc::new(ComposeFile { path: path.to_owned(), source, documents, marks, problems }))
    }
}
