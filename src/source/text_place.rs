//! A place in a text that is not yet a source, such as a value in a configuration that is read before the scan.

use super::{Sources, Span};
use std::sync::Arc;

/// A file with its text, and a range of bytes in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPlace {
    /// Path from the root, and the text.
    pub file: Arc<(String, String)>,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl TextPlace {
    /// Returns the place among `sources`, to which the file is added.
    pub fn span(&self, sources: &Sources) -> Span {
        let (path, text) = self.file.as_ref();
        Span::new(sources.add(path.as_str(), text.as_str()), self.start, self.end)
    }
}
