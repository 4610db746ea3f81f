//! A tree with other texts in the place of some files: the buffers of an editor, or files as a fix would leave them.

use super::{Candidate, MAX_FILE_BYTES, Tree, content};
use crate::source::{Entry, Files, ReadError, is_within, parent};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files, some of them with another content, and some that are not there otherwise.
pub(super) struct Overlay {
    /// The files beneath.
    pub files: Arc<dyn Files>,
    /// The contents in their place or beside them, by path from the root.
    pub contents: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Returns the same tree with `texts`, by path from the root, in place of what is there or beside it. Each of them
    /// is a candidate if it holds something to judge.
    #[must_use]
    pub fn overlaid(&self, texts: BTreeMap<String, String>) -> Self {
        let left_out = |path: &String| self.left_out.iter().any(|entry| entry.file == *path);
        let mut candidates: BTreeMap<&String, Candidate> =
            self.candidates.iter().map(|candidate| (&candidate.path, candidate.clone())).collect();
        for (path, text) in texts.iter().filter(|(path, _)| !left_out(path)) {
            let was_given = candidates.remove(path).is_some();
            let kind = content::kind::<()>(path, was_given, |_| Ok(text.clone())).ok().flatten();
            if let Some(kind) = kind {
                candidates.insert(path, Candidate { path: path.clone(), kind });
            }
        }
        let candidates = candidates.into_values().collect();
        let contents = texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        let files = Arc::new(Overlay { files: Arc::clone(&self.files), contents });
        Self { files, candidates, ..self.clone() }
    }

    /// Returns the same tree with only those candidates whose paths are among `paths`. All files can still be read.
    #[must_use]
    pub fn only(&self, paths: &BTreeSet<String>) -> Self {
        let candidates = self.candidates.iter().filter(|candidate| paths.contains(&candidate.path)).cloned().collect();
        Self {
            files: Arc::clone(&self.files),
            candidates,
            left_out: self.left_out.clone(),
            starts: self.starts.clone(),
            apart: self.apart.clone(),
            repositories: self.repositories.clone(),
            directory: self.directory.clone(),
        }
    }
}

impl Files for Overlay {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if self.contents.contains_key(path) { self.read_up_to(path, MAX_FILE_BYTES) } else { self.files.read(path) }
    }

    fn read_up_to(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let Some(bytes) = self.contents.get(path) else { return self.files.read_up_to(path, limit) };
        let size = bytes.len() as u64;
        if size > limit {
            return Err(ReadError::TooLarge { path: path.to_owned(), size, limit });
        }
        Ok(bytes.clone())
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        let mut entries: BTreeSet<Entry> = self.files.list(dir)?.into_iter().collect();
        for path in self.contents.keys().filter(|path| is_within(path, dir) && path.as_str() != dir) {
            let rest = path.get(dir.len()..).unwrap_or_default().trim_start_matches('/');
            entries.insert(match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_dir: true },
                None => Entry { name: rest.to_owned(), is_dir: false },
            });
        }
        Ok(entries.into_iter().collect())
    }

    fn is_file(&self, path: &str) -> bool {
        self.contents.contains_key(path) || self.files.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path) || self.contents.keys().any(|file| is_within(parent(file), path))
    }

    fn is_committed(&self, path: &str) -> bool {
        // What is not there otherwise is new, and will be.
        self.files.is_committed(path) || self.contents.contains_key(path) && !self.files.is_file(path)
    }

    fn resolved(&self, path: &str) -> String {
        if self.contents.contains_key(path) { path.to_owned() } else { self.files.resolved(path) }
    }
}

#[cfg(test)]
mod tests {
    use crate::discover::Memory;
    use crate::source::Kind;
    use std::collections::BTreeMap;

    #[test]
    fn texts_replace_files_and_stand_beside_them() {
        let tree = Memory::tree([("a/main.tf", "old"), ("b.tf", "b")]);
        let texts = [("a/main.tf", "new"), ("c/Dockerfile", "FROM x\n"), ("notes.txt", "hello\n")];
        let texts: BTreeMap<String, String> = texts.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let overlaid = tree.overlaid(texts);
        assert_eq!(overlaid.files.read("a/main.tf").unwrap(), b"new");
        assert_eq!(overlaid.files.read("b.tf").unwrap(), b"b");
        assert!(overlaid.files.is_dir("c") && overlaid.files.is_file("c/Dockerfile"));
        let names: Vec<String> = overlaid.files.list("").unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["a", "b.tf", "c", "notes.txt"]);
        let kinds: Vec<(&str, Kind)> =
            overlaid.candidates.iter().map(|candidate| (candidate.path.as_str(), candidate.kind)).collect();
        let expected = [("a/main.tf", Kind::Terraform), ("b.tf", Kind::Terraform), ("c/Dockerfile", Kind::Dockerfile)];
        assert_eq!(kinds, expected);
    }
}
