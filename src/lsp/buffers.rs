//! The tree of a project: its files, with the documents that are open over them.

use super::document::Document;
use super::uri;
use crate::discover::{Disk, Memory, Tree};
use lsp_types::Uri;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a project lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a directory.
    Directory {
        /// Its path without links.
        real: PathBuf,
        /// As the client has it.
        given: PathBuf,
    },
    /// Nowhere: it is one document that has no file yet.
    Untitled,
}

/// The files of a project, with the documents that are open over them.
pub struct Buffers {
    place: Place,
    root: PathBuf,
    files: Tree,
    open: BTreeMap<String, Arc<Document>>,
    /// Documents that changed, by path, since somebody asked.
    changed: BTreeSet<String>,
}

impl Buffers {
    /// Walks the directory of a project.
    pub fn new(place: Place) -> anyhow::Result<Self> {
        let (root, files) = walked(&place)?;
        Ok(Self::over(place, root, files))
    }

    /// No document is open over the files of a project with that root.
    pub fn over(place: Place, root: PathBuf, files: Tree) -> Self {
        Self { place, root, files, open: BTreeMap::new(), changed: BTreeSet::new() }
    }

    /// Walks the directory again.
    pub fn walk(&mut self) -> anyhow::Result<()> {
        (self.root, self.files) = walked(&self.place)?;
        Ok(())
    }

    /// The path from the root of a file, by its real path. A document without file has a name by its language.
    pub fn path(&self, file: &Path) -> Option<String> {
        let rest = if self.place == Place::Untitled { file } else { file.strip_prefix(&self.root).ok()? };
        let parts: Option<Vec<&str>> = rest.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// The URI of a file: what the client calls it where it is open.
    pub fn uri(&self, path: &str) -> Option<Uri> {
        if let Some(document) = self.open.get(path) {
            return Some(document.uri.clone());
        }
        let Place::Directory { real, given } = &self.place else { return None };
        let full = self.root.join(path);
        let full = full.strip_prefix(real).map_or(full.clone(), |rest| given.join(rest));
        uri::of(&full)
    }

    /// The real path of a file.
    pub fn real(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Takes the text of a document, opened or changed. `read` is the text of its file as it was evaluated, where that is
    /// known: most documents are opened without a change, and then nothing is evaluated again.
    pub fn set(&mut self, path: String, document: Arc<Document>, read: Option<&str>) {
        let known = self.open.get(&path).map(|open| open.text.as_str()).or(read);
        if known != Some(document.text.as_str()) {
            self.changed.insert(path.clone());
        }
        self.open.insert(path, document);
    }

    /// Forgets a document: the file counts again.
    pub fn close(&mut self, path: &str) {
        if self.open.remove(path).is_some() {
            self.changed.insert(path.to_owned());
        }
    }

    /// The document that is open at a path.
    pub fn document(&self, path: &str) -> Option<&Document> {
        self.open.get(path).map(Arc::as_ref)
    }

    /// The paths of all open documents.
    pub fn open(&self) -> impl Iterator<Item = &String> {
        self.open.keys()
    }

    /// The paths of the documents that changed since the last call.
    pub fn take_changed(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.changed)
    }

    /// The tree as it is now.
    pub fn tree(&self) -> Tree {
        self.files.overlaid(self.open.iter().map(|(path, document)| (path.clone(), document.text.clone())).collect())
    }
}

fn walked(place: &Place) -> anyhow::Result<(PathBuf, Tree)> {
    match place {
        Place::Directory { real, .. } => {
            let paths = std::slice::from_ref(real);
            Ok((Disk::root_of(paths)?, Disk::tree(paths)?))
        }
        Place::Untitled => Ok((PathBuf::new(), Memory::tree::<&str>([]))),
    }
}
