//! The exec form: a JSON array of strings.

use crate::source::Derived;
use crate::syntax::json::{self, Kind, Rules};
use ecow::EcoString;
use std::ops::Range;

/// A line is bounded by its file; an exec form nests nothing.
const RULES: Rules = Rules { depth: 128, values: 100_000, trailing_commas: false };

/// What an argument that begins with `[` is.
#[derive(Debug)]
pub(super) enum Array {
    /// An array of strings: each decoded, with its bytes in the line, quotes included.
    Strings(Vec<(EcoString, Range<usize>)>),
    /// An array, but not of strings only. BuildKit refuses it.
    Mixed,
    /// No JSON: it is read as a shell command.
    Other,
}

/// Reads the bytes `range` of a line.
pub(super) fn array(line: &Derived<'_>, range: Range<usize>) -> Array {
    let base = range.start;
    if !line.text().get(range.clone()).is_some_and(|text| text.starts_with('[')) {
        return Array::Other;
    }
    let Ok(root) = json::read(&line.slice(range), RULES) else { return Array::Other };
    let Kind::Array(items) = root.kind else { return Array::Other };
    let string = |item: json::Node| match item.kind {
        Kind::String(text) => Some((text, base + item.at.start..base + item.at.end)),
        _ => None,
    };
    items.into_iter().map(string).collect::<Option<_>>().map_or(Array::Mixed, Array::Strings)
}
