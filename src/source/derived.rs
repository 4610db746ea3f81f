//! Texts made of pieces, each of which knows the place it came from.
//!
//! A Dockerfile's logical line, a string with escapes, a patch inside YAML, a policy in a heredoc, a
//! rendered template: none of them stands in a file as it reads. A [`Derived`] holds such a text with the
//! span of each piece, in any source. Readers take it in place of a file's text and put places in files
//! into their trees; a file itself is the trivial case, one piece, and allocates nothing.
//!
//! A piece is *verbatim* (byte for byte what its span holds), a *replacement* (an escape, or the value of an
//! interpolation: every part of it has the place of the whole) or *unknown* (text stands there, but which is
//! not known). An unknown piece is one [`PLACEHOLDER`] in the text, so that readers see a character of
//! a word there; whether a placeholder is one is asked of the piece, never of the character, which may occur
//! in a file as well.
//!
//! A piece may carry a [`Note`]: a number that whoever made the text resolves to what brought the piece,
//! such as the value of an interpolation with its hops. This layer knows neither values nor hops.
//!
//! The walk of a value through a rendered text, with a Helm template as the example: the renderer pushes
//! the literal text of the template with [`Derived::push_verbatim`], the output of `{{ .Values.image }}` with
//! [`Derived::push_replacement`], the action's span and a note that is the index of the values key, and
//! [`Derived::push_unknown`] for a function that cannot be evaluated. The YAML reader reads the text; the span
//! of a node is the template's line. Where a scalar is converted to a value, [`Derived::pieces`] of its
//! range tells the notes, which become the hops behind that span, and the unknown pieces, which make the value
//! partly known.

use super::{SourceId, Span};
use std::borrow::Cow;
use std::ops::Range;

/// The character that an unknown piece has in the text.
pub const PLACEHOLDER: char = '\u{fffd}';

/// What brought a piece: an index into a list that the maker of the text keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Note(pub u32);

/// How a piece relates to its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// The bytes of the span.
    Verbatim,
    /// Other bytes than those of the span, as a whole.
    Replacement,
    /// Text that is not known.
    Unknown,
}

/// A part of one piece: what [`Derived::pieces`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Where they came from.
    pub span: Span,
    /// How they relate to the span.
    pub kind: PieceKind,
    /// What brought them.
    pub note: Option<Note>,
}

/// A text with the place of each of its bytes.
#[derive(Clone, Debug)]
pub struct Derived<'a> {
    text: Cow<'a, str>,
    first: Stretch,
    more: Vec<Stretch>,
}

/// A piece as it is kept: it ends where the next one begins.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    /// First byte in the text.
    at: u32,
    span: Span,
    kind: PieceKind,
    note: Option<Note>,
}

impl<'a> Derived<'a> {
    /// The text of a whole file.
    pub fn file(source: SourceId, text: &'a str) -> Self {
        Self::verbatim(source, 0, text)
    }

    /// The text that stands at byte `start` of `source` as it is.
    pub fn verbatim(source: SourceId, start: usize, text: &'a str) -> Self {
        let span = Span::new(source, start as u32, (start + text.len()) as u32);
        let first = Stretch { at: 0, span, kind: PieceKind::Verbatim, note: None };
        Self { text: Cow::Borrowed(text), first, more: Vec::new() }
    }

    /// A text without pieces, which begins at byte `start` of `source`.
    pub fn empty(source: SourceId, start: usize) -> Self {
        Self::verbatim(source, start, "")
    }

    /// Returns `content` with the place of each byte in `raw`, which stands at byte `start` of `source` and which a reader
    /// made `content` of. Where the two agree, the pieces are verbatim. `replaced`, asked for the rest of both at each
    /// character, gives how many bytes of `raw` stand for how many bytes of `content`, where they are other ones. `None`
    /// when `content` cannot be followed so.
    pub fn aligned(
        raw: &str,
        content: &str,
        source: SourceId,
        start: usize,
        replaced: impl Fn(&str, &str) -> Option<(usize, usize)>,
    ) -> Option<Derived<'static>> {
        let mut derived = Derived::empty(source, start);
        let (mut begin, mut at, mut read) = (0, 0, 0);
        while read < content.len() {
            let (written, text) = (raw.get(at..)?, content.get(read..)?);
            let Some((length, stands_for)) = replaced(written, text) else {
                let (next, wanted) = (written.chars().next()?, text.chars().next()?);
                if next != wanted {
                    return None;
                }
                at += next.len_utf8();
                read += next.len_utf8();
                continue;
            };
            derived.push_verbatim(raw.get(begin..at)?, source, start + begin);
            let place = Span::new(source, (start + at) as u32, (start + at + length) as u32);
            derived.push_replacement(text.get(..stands_for)?, place, None);
            at += length;
            read += stands_for;
            begin = at;
        }
        derived.push_verbatim(raw.get(begin..at)?, source, start + begin);
        (derived.text() == content).then_some(derived)
    }

    /// Adds the text that stands at byte `start` of `source` as it is.
    pub fn push_verbatim(&mut self, text: &str, source: SourceId, start: usize) {
        let span = Span::new(source, start as u32, (start + text.len()) as u32);
        self.push(text, span, PieceKind::Verbatim, None);
    }

    /// Adds `text`, which stands for the whole of `span`.
    pub fn push_replacement(&mut self, text: &str, span: Span, note: Option<Note>) {
        self.push(text, span, PieceKind::Replacement, note);
    }

    /// Adds text that is not known and stands for the whole of `span`.
    pub fn push_unknown(&mut self, span: Span, note: Option<Note>) {
        self.push(PLACEHOLDER.encode_utf8(&mut [0; 4]), span, PieceKind::Unknown, note);
    }

    fn push(&mut self, text: &str, span: Span, kind: PieceKind, note: Option<Note>) {
        let stretch = Stretch { at: self.text.len() as u32, span, kind, note };
        let last = self.more.last().copied().unwrap_or(self.first);
        let is_verbatim = |stretch: &Stretch| stretch.kind == PieceKind::Verbatim && stretch.note.is_none();
        if self.text.is_empty() && self.more.is_empty() {
            self.first = stretch;
        } else if is_verbatim(&stretch) && is_verbatim(&last) && self.ends_before(&last, span) {
            let last = self.more.last_mut().unwrap_or(&mut self.first);
            last.span.end = span.end;
        } else if !text.is_empty() {
            self.more.push(stretch);
        }
        self.text.to_mut().push_str(text);
    }

    /// Whether the last piece and `span` are one stretch of a source.
    fn ends_before(&self, last: &Stretch, span: Span) -> bool {
        last.span.source == span.source && last.span.end == span.start && last.at < self.text.len() as u32
    }

    /// Adds all pieces of `other`.
    pub fn push_all(&mut self, other: &Derived<'_>) {
        for piece in other.pieces(0..other.text.len()) {
            self.push(other.text.get(piece.range).unwrap_or_default(), piece.span, piece.kind, piece.note);
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source of the first piece.
    pub fn source(&self) -> SourceId {
        self.first.span.source
    }

    fn stretch(&self, index: usize) -> Stretch {
        let further = index.checked_sub(1).and_then(|index| self.more.get(index));
        further.copied().unwrap_or(self.first)
    }

    /// The number of the piece that holds byte `at` of the text.
    fn holder(&self, at: usize) -> usize {
        self.more.partition_point(|stretch| stretch.at as usize <= at)
    }

    /// One past the last byte that a piece gave.
    fn end(&self, index: usize) -> u32 {
        self.more.get(index).map_or(self.text.len() as u32, |next| next.at)
    }

    /// Returns the source offset of byte `at` of the text.
    pub fn offset(&self, at: usize) -> usize {
        let stretch = self.stretch(self.holder(at));
        let inside = if stretch.kind == PieceKind::Verbatim { (at as u32).saturating_sub(stretch.at) } else { 0 };
        (stretch.span.start + inside).min(stretch.span.end) as usize
    }

    /// Returns the place of the bytes `range` of the text: the smallest range that covers their pieces, those
    /// of the first one's source.
    pub fn span(&self, range: Range<usize>) -> Span {
        if self.is_plain_file() {
            let Span { source, start, end } = self.first.span;
            let place = |at: usize| start.saturating_add(at as u32).min(end);
            return Span::new(source, place(range.start), place(range.end));
        }
        let first = self.holder(range.start);
        if range.is_empty() {
            let start = self.offset(range.start) as u32;
            return Span::new(self.stretch(first).span.source, start, start);
        }
        let last = self.holder(range.end - 1);
        let start = self.part(first, &range).span;
        if first == last { start } else { start.to(self.part(last, &range).span) }
    }

    /// The part of a piece that lies in `range`.
    fn part(&self, index: usize, range: &Range<usize>) -> Piece {
        let Stretch { at, span, kind, note } = self.stretch(index);
        let whole = at as usize..self.end(index) as usize;
        let range = range.start.max(whole.start)..range.end.min(whole.end);
        let span = match kind {
            PieceKind::Verbatim => {
                let place = |byte: usize| (span.start + (byte - whole.start) as u32).min(span.end);
                // The last byte of a piece reaches to the end of its span.
                let end = if range.end == whole.end { span.end } else { place(range.end) };
                Span::new(span.source, place(range.start), end)
            }
            PieceKind::Replacement | PieceKind::Unknown => span,
        };
        Piece { range, span, kind, note }
    }

    /// Returns the pieces that the bytes `range` of the text are made of, in order, cut to the range.
    pub fn pieces(&self, range: Range<usize>) -> impl Iterator<Item = Piece> {
        let range = range.start..range.end.min(self.text.len());
        let indexes = if range.is_empty() { 0..0 } else { self.holder(range.start)..self.holder(range.end - 1) + 1 };
        indexes.map(move |index| self.part(index, &range))
    }

    /// Whether it is one verbatim piece of a source, as a file is.
    pub fn is_plain_file(&self) -> bool {
        self.more.is_empty() && self.first.kind == PieceKind::Verbatim
    }

    /// Whether the bytes `range` are known and verbatim, so that nothing but their span is to be said of them.
    pub fn is_plain(&self, range: Range<usize>) -> bool {
        self.pieces(range).all(|piece| piece.kind != PieceKind::Unknown && piece.note.is_none())
    }

    /// Whether byte `at` of the text belongs to an unknown piece.
    pub fn is_unknown_at(&self, at: usize) -> bool {
        self.stretch(self.holder(at)).kind == PieceKind::Unknown && at < self.text.len()
    }

    /// Returns the bytes `range` of the text as a text of their own; empty when there are no such bytes.
    pub fn slice(&self, range: Range<usize>) -> Derived<'static> {
        let span = self.span(range.start..range.start);
        let mut slice = Derived::empty(span.source, span.start as usize);
        for piece in self.pieces(range) {
            slice.push(self.text.get(piece.range).unwrap_or_default(), piece.span, piece.kind, piece.note);
        }
        slice
    }
}

#[cfg(test)]
mod tests {
    use super::{Derived, Note, PieceKind};
    use crate::source::{SourceId, Span};

    fn bounds(span: Span) -> (u32, u32) {
        (span.start, span.end)
    }

    #[test]
    fn spans_go_through_the_seams() {
        // "RUN a \⏎  b", where the backslash and the newline are no part of the text.
        let mut line = Derived::verbatim(SourceId(0), 0, "RUN a ");
        line.push_verbatim("  bc", SourceId(0), 8);
        assert_eq!(line.text(), "RUN a   bc");
        let place = |a: usize, b: usize| bounds(line.span(a..b));
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
        let mut string = Derived::empty(SourceId(0), 1);
        string.push_verbatim("a", SourceId(0), 1);
        string.push_replacement("\"", Span::new(SourceId(0), 2, 4), None);
        string.push_verbatim("b", SourceId(0), 4);
        assert_eq!(bounds(string.span(1..2)), (2, 4));
        assert_eq!(string.span(0..3).end, 5);
    }

    #[test]
    fn pieces_of_two_sources_keep_their_places_and_notes() {
        let (template, values) = (SourceId(0), SourceId(1));
        let mut text = Derived::verbatim(template, 10, "image: ");
        text.push_replacement("nginx:1", Span::new(template, 17, 30), Some(Note(3)));
        text.push_verbatim("\n", template, 30);
        text.push_verbatim("extra: 1", values, 5);
        text.push_unknown(Span::new(template, 40, 44), None);
        assert_eq!(bounds(text.span(9..12)), (17, 30), "a part of a replacement is the whole");
        let extra = text.text().find("extra").unwrap();
        assert_eq!(text.span(extra..extra + 5), Span::new(values, 5, 10));
        assert_eq!(text.span(0..extra + 5).source, template);
        let notes: Vec<_> = text.pieces(0..extra).map(|piece| (piece.kind, piece.note)).collect();
        let (verbatim, replaced) = (PieceKind::Verbatim, PieceKind::Replacement);
        assert_eq!(notes, [(verbatim, None), (replaced, Some(Note(3))), (verbatim, None)]);
        assert!(text.is_unknown_at(extra + 8) && !text.is_unknown_at(extra));
        assert!(text.is_plain(0..7) && !text.is_plain(0..8) && !text.is_plain(extra..extra + 9));
    }
}
