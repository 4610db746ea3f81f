//! Recording what a tree answered: whoever evaluates a unit asks through a [`Recording`], and the answers, as digests,
//! are the key under which the result stays valid.

use super::{Digest, Entry, Files, ReadError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// A tree that remembers a digest of its answers, by path. A file that is missing is an answer as well.
pub struct Recording<'a> {
    files: &'a dyn Files,
    answers: Mutex<BTreeMap<String, Digest>>,
    templates: Mutex<BTreeSet<String>>,
}

impl<'a> Recording<'a> {
    /// Records what is asked of `files`.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, answers: Mutex::default(), templates: Mutex::default() }
    }

    /// Returns the digests of the answers so far, by path.
    pub fn answers(&self) -> BTreeMap<String, Digest> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the paths of the files that were read as templates so far.
    pub fn templates(&self) -> BTreeSet<String> {
        self.templates.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, path: &str, answer: &[u8]) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = answers.get(path).map_or_else(Digest::default, |known| *known);
        answers.insert(path.to_owned(), known.and(answer));
    }
}

impl Files for Recording<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let answer = self.files.read(path);
        match &answer {
            Ok(bytes) => self.note(path, bytes),
            Err(error) => self.note(path, error.to_string().as_bytes()),
        }
        answer
    }

    fn read_up_to(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let answer = self.files.read_up_to(path, limit);
        match &answer {
            Ok(bytes) => self.note(path, bytes),
            Err(error) => self.note(path, error.to_string().as_bytes()),
        }
        answer
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        let answer = self.files.list(dir);
        let names: Vec<&str> = answer.iter().flatten().map(|entry| entry.name.as_str()).collect();
        self.note(dir, names.join("/").as_bytes());
        answer
    }

    fn is_file(&self, path: &str) -> bool {
        let answer = self.files.is_file(path);
        self.note(path, if answer { b"file" } else { b"no file" });
        answer
    }

    fn is_dir(&self, path: &str) -> bool {
        let answer = self.files.is_dir(path);
        self.note(path, if answer { b"directory" } else { b"no directory" });
        answer
    }

    fn is_committed(&self, path: &str) -> bool {
        self.files.is_committed(path)
    }

    fn note_template(&self, path: &str) {
        self.templates.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    fn resolved(&self, path: &str) -> String {
        self.files.resolved(path)
    }
}
