//! A text put together from pieces of one source, that still knows where each byte stands.
//!
//! Line continuations, comments between them, and escapes in strings make a text that stands nowhere
//! in the file as such. Knows no format.

use crate::source::{SourceId, Span};
use std::borrow::Cow;
use std::ops::Range;

/// A text with the place of each of its bytes.
#[derive(Clone, Debug)]
pub struct Spliced<'a> {
    text: Cow<'a, str>,
    source: SourceId,
    first: Piece,
    more: Vec<Piece>,
}

/// A stretch of the text that comes from one stretch of the source.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// First byte in the text.
    at: u32,
    /// First byte in the source.
    start: u32,
    /// One past the last byte in the source. An escape is longer there than in the text.
    end: u32,
}

impl<'a> Spliced<'a> {
    /// The text that stands at byte `start` of `source` as it is.
    pub fn whole(source: SourceId, start: usize, text: &'a str) -> Self {
        let first = Piece { at: 0, start: start as u32, end: (start + text.len()) as u32 };
        Self { text: Cow::Borrowed(text), source, first, more: Vec::new() }
    }

    /// Adds `text`, which stands for the bytes `place` of the source.
    pub fn push(&mut self, text: &str, place: Range<usize>) {
        let piece = Piece { at: self.text.len() as u32, start: place.start as u32, end: place.end as u32 };
        if self.text.is_empty() && self.more.is_empty() {
            self.first = piece;
        } else {
            self.more.push(piece);
        }
        self.text.to_mut().push_str(text);
    }

    /// Adds all of `other`, which is of the same source.
    pub fn push_all(&mut self, other: &Spliced<'_>) {
        for index in 0..=other.more.len() {
            let piece = other.piece(index);
            let (at, end) = (piece.at as usize, (piece.at + other.length(index)) as usize);
            self.push(other.text.get(at..end).unwrap_or_default(), piece.start as usize..piece.end as usize);
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source that the pieces are of.
    pub fn source(&self) -> SourceId {
        self.source
    }

    fn piece(&self, index: usize) -> Piece {
        let further = index.checked_sub(1).and_then(|index| self.more.get(index));
        further.copied().unwrap_or(self.first)
    }

    /// The number of the piece that holds byte `at` of the text.
    fn holder(&self, at: usize) -> usize {
        self.more.partition_point(|piece| piece.at as usize <= at)
    }

    /// The number of bytes of the text that a piece gave.
    fn length(&self, index: usize) -> u32 {
        let end = self.more.get(index).map_or(self.text.len() as u32, |next| next.at);
        end - self.piece(index).at
    }

    /// Where byte `at` of the text stands in the source.
    pub fn offset(&self, at: usize) -> usize {
        let piece = self.piece(self.holder(at));
        (piece.start + (at as u32).saturating_sub(piece.at)).min(piece.end) as usize
    }

    /// The smallest range of the source that covers the bytes `range` of the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset(range.start) as u32;
        if range.is_empty() {
            return Span::new(self.source, start, start);
        }
        let holder = self.holder(range.end - 1);
        let piece = self.piece(holder);
        let inside = range.end as u32 - piece.at;
        let end = if inside >= self.length(holder) { piece.end } else { (piece.start + inside).min(piece.end) };
        Span::new(self.source, start, end)
    }

    /// The bytes `range` of the text as a text of their own; empty when there are no such bytes.
    pub fn slice(&self, range: Range<usize>) -> Spliced<'static> {
        let mut slice = Spliced { text: Cow::Borrowed(""), source: self.source, first: self.first, more: Vec::new() };
        let mut at = range.start;
        let mut index = self.holder(at);
        while at < range.end {
            let end = range.end.min((self.piece(index).at + self.length(index)) as usize);
            let place = self.span(at..end);
            slice.push(self.text.get(at..end).unwrap_or_default(), place.start as usize..place.end as usize);
            at = end.max(at + 1);
            index += 1;
        }
        slice
    }
}

#[cfg(test)]
mod tests {
    use super::Spliced;
    use crate::source::SourceId;

    #[test]
    fn spans_go_through_the_seams() {
        // "RUN a \⏎  b", where the backslash and the newline are no part of the text.
        let mut line = Spliced::whole(SourceId(0), 0, "RUN a ");
        line.push("  bc", 8..12);
        assert_eq!(line.text(), "RUN a   bc");
        let span = |a: usize, b: usize| line.span(a..b);
        let place = |a, b| (span(a, b).start, span(a, b).end);
        assert_eq!(place(4, 5), (4, 5));
        assert_eq!(place(4, 6), (4, 6));
        assert_eq!(place(8, 10), (10, 12));
        assert_eq!(place(4, 9), (4, 11));
        let slice = line.slice(4..9);
        assert_eq!(slice.text(), "a   b");
        assert_eq!((slice.span(0..5).start, slice.span(4..5).start), (4, 10));
    }

    #[test]
    fn an_escape_is_longer_in_the_source() {
        let mut string = Spliced::whole(SourceId(0), 1, "");
        string.push("a", 1..2);
        string.push("\"", 2..4);
        string.push("b", 4..5);
        assert_eq!((string.span(1..2).start, string.span(1..2).end), (2, 4));
        assert_eq!(string.span(0..3).end, 5);
    }
}
