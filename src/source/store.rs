//! The texts of one scan.

use super::{Digest, LineColumn, LineIndex, SourceId, Span};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// One text with a path.
#[derive(Debug)]
pub struct Source {
    /// Path from the root, with `/`; for a text that is no file (an input of the command line), a
    /// description such as `--var acl`.
    pub path: String,
    /// The text, as UTF-8, without a byte order mark removed: offsets count in it.
    pub text: String,
    /// Whether it is a file: places elsewhere are named, but not shown.
    pub is_file: bool,
    lines: OnceLock<LineIndex>,
    digest: OnceLock<Digest>,
}

impl Source {
    /// Returns the digest of the text, made when first asked for.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| Digest::of(self.text.as_bytes()))
    }

    /// The line index, made when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The bytes of `span`, which must lie in this source; empty when it does not.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// First and last place of `span`; the second is exclusive.
    pub fn places(&self, span: Span) -> (LineColumn, LineColumn) {
        let place = |offset| self.lines().place(&self.text, offset);
        (place(span.start), place(span.end))
    }
}

/// All texts of one scan. Grows while files are read; a text that is in it never changes.
#[derive(Debug, Default)]
pub struct Sources {
    texts: RwLock<Texts>,
}

#[derive(Clone, Debug, Default)]
struct Texts {
    all: Vec<Arc<Source>>,
    /// The files that were read since somebody began anew.
    read: BTreeSet<u32>,
    /// The last text of each file: what is read again for another environment is the same source.
    files: HashMap<String, SourceId>,
}

impl Sources {
    /// Adds the text of the file at `path`; the number that it has when it is there already.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>) -> SourceId {
        let (path, text) = (path.into(), text.into());
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        let known = texts.files.get(&path).copied();
        if let Some(id) = known.filter(|id| texts.all.get(id.0 as usize).is_some_and(|source| source.text == text)) {
            texts.read.insert(id.0);
            return id;
        }
        let id = texts.push(path.clone(), text, true);
        texts.read.insert(id.0);
        texts.files.insert(path, id);
        id
    }

    /// The text of the file at `path`, when it was read already, or since the last [`Sources::begin`].
    pub fn of_file(&self, path: &str) -> Option<SourceId> {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        texts.files.get(path).copied().filter(|id| texts.read.contains(&id.0))
    }

    /// Adds a text that is no file, such as the value of `--var`.
    pub fn add_input(&self, description: impl Into<String>, text: impl Into<String>) -> SourceId {
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        texts.push(description.into(), text.into(), false)
    }

    /// All files read so far, or since the last [`Sources::begin`], with their numbers.
    pub fn files(&self) -> Vec<(SourceId, Arc<Source>)> {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        let numbered = texts.read.iter().filter_map(|id| Some((SourceId(*id), texts.all.get(*id as usize)?.clone())));
        numbered.collect()
    }

    /// Begins another evaluation with the same texts: none of its files is read yet.
    pub fn begin(&self) {
        self.texts.write().unwrap_or_else(PoisonError::into_inner).read.clear();
    }

    /// The bytes of all texts.
    pub fn bytes(&self) -> usize {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        texts.all.iter().map(|source| source.text.len()).sum()
    }

    /// The source with that number.
    ///
    /// # Panics
    /// When the number is of another `Sources`: a defect, never a matter of input.
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&texts.all[id.0 as usize])
    }
}

impl Clone for Sources {
    /// Shares the texts there are; what is added to one is not added to the other.
    fn clone(&self) -> Self {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        Self { texts: RwLock::new(texts.clone()) }
    }
}

impl Texts {
    fn push(&mut self, path: String, text: String, is_file: bool) -> SourceId {
        self.all.push(Arc::new(Source { path, text, is_file, lines: OnceLock::new(), digest: OnceLock::new() }));
        SourceId(self.all.len() as u32 - 1)
    }
}
