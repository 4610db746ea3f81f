//! The texts of one scan.

use super::{LineColumn, LineIndex, SourceId, Span};
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
}

impl Source {
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
    all: RwLock<Vec<Arc<Source>>>,
}

impl Sources {
    /// Adds the text of the file at `path`.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.push(path.into(), text.into(), true)
    }

    /// Adds a text that is no file, such as the value of `--var`.
    pub fn add_input(&self, description: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.push(description.into(), text.into(), false)
    }

    fn push(&self, path: String, text: String, is_file: bool) -> SourceId {
        let source = Arc::new(Source { path, text, is_file, lines: OnceLock::new() });
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.push(source);
        SourceId(all.len() as u32 - 1)
    }

    /// All files read so far, with their numbers.
    pub fn files(&self) -> Vec<(SourceId, Arc<Source>)> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let numbered = (0..).map(SourceId).zip(all.iter().cloned());
        numbered.filter(|(_, source)| source.is_file).collect()
    }

    /// The source with that number.
    ///
    /// # Panics
    /// When the number is of another `Sources`: a defect, never a matter of input.
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&all[id.0 as usize])
    }
}
