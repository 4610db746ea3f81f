//! The diagnostics that a client has, and what it is told when they change.

use super::buffers::Buffers;
use super::client::Client;
use super::diagnostics::Scene;
use super::outbox::Outbox;
use super::{folders, uri};
use crate::finding::digest;
use lsp_types::{Diagnostic, Uri};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The id of no diagnostics.
const NOTHING: &str = "none";

/// The diagnostics of a file, as the protocol has them, and what they are known by.
struct OfFile {
    diagnostics: Value,
    id: String,
}

impl OfFile {
    fn new(diagnostics: &[Diagnostic]) -> Self {
        let is_nothing = diagnostics.is_empty();
        let diagnostics = json!(diagnostics);
        let id = if is_nothing { NOTHING.to_owned() } else { digest(&[&diagnostics.to_string()], 8) };
        Self { diagnostics, id }
    }
}

/// The diagnostics of a project.
#[derive(Default)]
pub struct Published {
    /// Those of the files that somebody asked about since something was evaluated, by path from the root: after a
    /// keystroke nobody asks for most of them.
    files: Mutex<BTreeMap<String, Arc<OfFile>>>,
    /// Documents that were pushed: their version and the id of what was said.
    pushed: BTreeMap<String, (i32, String)>,
}

impl Published {
    /// Something was evaluated: all diagnostics may be others.
    pub fn forget(&mut self) {
        self.files = Mutex::default();
    }

    fn of(&self, path: &str, scene: &Scene<'_>) -> Arc<OfFile> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(OfFile::new(&scene.diagnostics(path)));
        Arc::clone(files.entry(path.to_owned()).or_insert_with(new))
    }

    /// Tells a client that does not ask about each open document that changed, or of which something else is known.
    pub fn push(&mut self, buffers: &Buffers, scene: &Scene<'_>, outbox: &Outbox) {
        for path in buffers.open() {
            let Some(document) = buffers.document(path) else { continue };
            let found = self.of(path, scene);
            let state = (document.version, found.id.clone());
            if self.pushed.get(path) == Some(&state) {
                continue;
            }
            let params = json!({"uri": document.uri, "version": document.version, "diagnostics": found.diagnostics});
            outbox.notify("textDocument/publishDiagnostics", params);
            self.pushed.insert(path.clone(), state);
        }
    }

    /// Tells a client that does not ask that a document which it closed has no diagnostics.
    pub fn close(&mut self, path: &str, uri: &Uri, client: &Client, outbox: &Outbox) {
        self.pushed.remove(path);
        if !client.pulls {
            outbox.notify("textDocument/publishDiagnostics", json!({"uri": uri, "diagnostics": []}));
        }
    }

    /// The answer to who asks for the diagnostics of a document, and was told `previous` before.
    pub fn report(&self, path: &str, previous: Option<&str>, scene: &Scene<'_>) -> Value {
        let found = self.of(path, scene);
        if previous == Some(found.id.as_str()) {
            return json!({"kind": "unchanged", "resultId": found.id});
        }
        json!({"kind": "full", "resultId": found.id, "items": found.diagnostics})
    }

    /// What is said to who asks for the diagnostics of all files, and was told `previous` before, by URI: of the files
    /// that are `ours`, by their real paths, and of those that have none any more.
    pub fn reports(
        &self,
        buffers: &Buffers,
        previous: &BTreeMap<String, String>,
        scene: &Scene<'_>,
        is_ours: &dyn Fn(&Path) -> bool,
    ) -> Vec<Value> {
        let mut reports: Vec<Value> = Vec::new();
        let mut told: BTreeSet<String> = BTreeSet::new();
        for path in scene.analysis.files().filter(|path| is_ours(&buffers.real(path))) {
            let Some(uri) = buffers.uri(path) else { continue };
            let mut report = self.report(path, previous.get(uri.as_str()).map(String::as_str), scene);
            report["uri"] = json!(uri);
            report["version"] = json!(buffers.document(path).map(|document| document.version));
            told.insert(uri.as_str().to_owned());
            reports.push(report);
        }
        let is_gone = |(uri, id): &(&String, &String)| {
            let file = uri::path(uri).map(|path| folders::real(&path));
            !told.contains(*uri) && id.as_str() != NOTHING && file.is_some_and(|file| is_ours(&file))
        };
        reports.extend(
            previous
                .iter()
                .filter(is_gone)
                .map(|(uri, _)| json!({"kind": "full", "uri": uri, "version": null, "resultId": NOTHING, "items": []})),
        );
        reports
    }
}
