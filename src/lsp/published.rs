//! The diagnostics that a client has, and what it is told when they change.

use super::buffers::Buffers;
use super::client::Client;
use super::outbox::Outbox;
use super::{folders, uri};
use crate::finding::digest;
use lsp_types::{Diagnostic, Uri};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

/// The id of no diagnostics.
const NOTHING: &str = "none";

/// The diagnostics of a file. Their id is made when it is first asked for: after a keystroke most files have the same
/// diagnostics, and nobody asks for most of the others.
struct OfFile {
    diagnostics: Vec<Diagnostic>,
    id: OnceLock<String>,
}

impl OfFile {
    fn id(&self) -> &str {
        self.id.get_or_init(|| digest(&[&json!(self.diagnostics).to_string()], 8))
    }
}

/// The diagnostics of a project, by path from its root.
#[derive(Default)]
pub struct Published {
    files: BTreeMap<String, OfFile>,
    /// Documents that were pushed: their version and the id of what was said.
    pushed: BTreeMap<String, (i32, String)>,
}

impl Published {
    /// Takes what was found now. Returns whether anything is different.
    pub fn take(&mut self, found: BTreeMap<String, Vec<Diagnostic>>) -> bool {
        let mut before = std::mem::take(&mut self.files);
        let mut is_new = found.len() != before.len();
        for (path, diagnostics) in found {
            let same = before.remove(&path).filter(|known| known.diagnostics == diagnostics);
            is_new |= same.is_none();
            self.files.insert(path, same.unwrap_or_else(|| OfFile { diagnostics, id: OnceLock::new() }));
        }
        is_new
    }

    fn of(&self, path: &str) -> (&[Diagnostic], &str) {
        self.files.get(path).map_or((&[], NOTHING), |file| (&file.diagnostics, file.id()))
    }

    /// Tells a client that does not ask about each open document that changed, or of which something else is known.
    pub fn push(&mut self, buffers: &Buffers, client: &Client, outbox: &Outbox) {
        if client.pulls {
            return;
        }
        for path in buffers.open() {
            let Some(document) = buffers.document(path) else { continue };
            let (diagnostics, id) = self.of(path);
            let state = (document.version, id.to_owned());
            if self.pushed.get(path) == Some(&state) {
                continue;
            }
            let params = json!({"uri": document.uri, "version": document.version, "diagnostics": diagnostics});
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
    pub fn report(&self, path: &str, previous: Option<&str>) -> Value {
        let (diagnostics, id) = self.of(path);
        if previous == Some(id) {
            return json!({"kind": "unchanged", "resultId": id});
        }
        json!({"kind": "full", "resultId": id, "items": diagnostics})
    }

    /// What is said to who asks for the diagnostics of all files, and was told `previous` before, by URI: of the files
    /// that are `ours`, by their real paths, and of those that have none any more.
    pub fn reports(
        &self,
        buffers: &Buffers,
        previous: &BTreeMap<String, String>,
        is_ours: &dyn Fn(&Path) -> bool,
    ) -> Vec<Value> {
        let mut reports: Vec<Value> = Vec::new();
        let mut told: BTreeSet<String> = BTreeSet::new();
        for path in self.files.keys().filter(|path| is_ours(&buffers.real(path))) {
            let Some(uri) = buffers.uri(path) else { continue };
            let mut report = self.report(path, previous.get(uri.as_str()).map(String::as_str));
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
