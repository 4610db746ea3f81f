//! Strings whose parts know where they came from.
//!
//! A template's output is put together from the template's own text, from values, and from text that is not
//! known; functions then indent, quote and cut it. A [`PlacedText`] carries the places through all of them.

use crate::limits::charts::PARTS_LIMIT;
pub use crate::limits::charts::TEXT_LIMIT;
use crate::source::{Derived, Note, PLACEHOLDER, PieceKind, SourceId, Span};
use ecow::EcoString;
use std::ops::Range;
use std::rc::Rc;

/// A string with the places of its parts. Cloning shares.
#[derive(Clone, Debug, Default)]
pub struct PlacedText {
    text: EcoString,
    /// Where a part begins, sorted; a part ends where the next one begins. Before the first one, the place is
    /// the default.
    marks: Option<Rc<[Mark]>>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    at: u32,
    place: Place,
}

/// Where a part of a string came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether it stands at its span as it is, replaces it, or is not known.
    pub kind: PieceKind,
    /// The template text that wrote it; `None` for the action that will write the string.
    pub span: Option<Span>,
    /// What brought it, or why it is not known.
    pub note: Option<Note>,
    /// Whether it stands for some text, though that is not known: never for none.
    pub filled: bool,
}

impl Default for Place {
    fn default() -> Self {
        Self { kind: PieceKind::Replacement, span: None, note: None, filled: true }
    }
}

impl Place {
    /// Text that the value of `note` brought.
    pub fn noted(note: Option<Note>) -> Self {
        Self { note, ..Self::default() }
    }

    /// The same place; what it does not say is taken from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { span: self.span.or(other.span), note: self.note.or(other.note), ..self }
    }

    /// The place of text that was made of what stands there.
    #[must_use]
    pub fn replaced(self) -> Self {
        match self.kind {
            PieceKind::Verbatim => Self { kind: PieceKind::Replacement, ..self },
            PieceKind::Replacement | PieceKind::Unknown => self,
        }
    }
}

impl PlacedText {
    /// The string.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The string, without places.
    pub fn content(&self) -> &EcoString {
        &self.text
    }

    /// Whether all of it is known.
    pub fn is_known(&self) -> bool {
        self.marks.iter().flat_map(|marks| marks.iter()).all(|mark| mark.place.kind != PieceKind::Unknown)
    }

    /// A text of which only the reason is known why it is not; `filled` says that it is not empty.
    pub fn unknown(note: Option<Note>, filled: bool) -> Self {
        let mut builder = TextBuilder::default();
        let place = Place { kind: PieceKind::Unknown, span: None, note, filled };
        builder.push(PLACEHOLDER.encode_utf8(&mut [0; 4]), place);
        builder.finish()
    }

    /// Whether it is not empty, whatever its unknown parts are.
    pub fn is_filled(&self) -> bool {
        self.parts().any(|(text, place)| !text.is_empty() && (place.kind != PieceKind::Unknown || place.filled))
    }

    /// The first note of its parts.
    pub fn note(&self) -> Option<Note> {
        self.marks.iter().flat_map(|marks| marks.iter()).find_map(|mark| mark.place.note)
    }

    /// The note that says why a part is not known.
    pub fn unknown_note(&self) -> Option<Note> {
        let unknown = |mark: &&Mark| mark.place.kind == PieceKind::Unknown;
        self.marks.iter().flat_map(|marks| marks.iter()).find(unknown).and_then(|mark| mark.place.note)
    }

    /// Its parts in order.
    pub fn parts(&self) -> impl Iterator<Item = (&str, Place)> {
        self.parts_of(0..self.text.len())
    }

    /// The parts of the bytes `range`, in order.
    pub fn parts_of(&self, range: Range<usize>) -> impl Iterator<Item = (&str, Place)> {
        let marks: &[Mark] = self.marks.as_deref().unwrap_or_default();
        let mut at = range.start;
        let mut next = marks.partition_point(|mark| mark.at as usize <= at);
        std::iter::from_fn(move || {
            if at >= range.end {
                return None;
            }
            let place =
                next.checked_sub(1).and_then(|held| marks.get(held)).map_or_else(Place::default, |mark| mark.place);
            let end = marks.get(next).map_or(range.end, |mark| (mark.at as usize).min(range.end));
            let text = self.text.get(at..end).unwrap_or_default();
            (at, next) = (end, next + 1);
            Some((text, place))
        })
    }

    /// The place of byte `at`.
    pub fn place(&self, at: usize) -> Place {
        self.parts_of(at..at + 1).next().map(|(_, place)| place).unwrap_or_default()
    }

    /// The bytes `range` as a string of their own.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        if self.marks.is_none() {
            return self.text.get(range).unwrap_or_default().into();
        }
        let mut builder = TextBuilder::default();
        builder.push_slice(self, range, Place::default());
        builder.finish()
    }

    /// Returns the string with each part changed by itself.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let mut builder = TextBuilder::default();
        for (text, place) in self.parts() {
            match place.kind {
                PieceKind::Unknown => builder.push(text, place),
                _ => builder.push(&change(text), Place { kind: PieceKind::Replacement, ..place }),
            }
        }
        builder.finish()
    }

    /// The text with its places in sources. `default` is the place of parts that say none.
    pub fn derived(&self, default: Span) -> Derived<'static> {
        let mut derived = Derived::empty(default.source, default.start as usize);
        for (text, place) in self.parts() {
            let span = place.span.unwrap_or(default);
            match place.kind {
                PieceKind::Verbatim => derived.push_verbatim(text, span.source, span.start as usize),
                PieceKind::Replacement => derived.push_replacement(text, span, place.note),
                PieceKind::Unknown => derived.push_unknown(span, place.note),
            }
        }
        derived
    }
}

impl From<&str> for PlacedText {
    fn from(text: &str) -> Self {
        Self { text: text.into(), marks: None }
    }
}

impl From<String> for PlacedText {
    fn from(text: String) -> Self {
        Self { text: text.into(), marks: None }
    }
}

impl From<EcoString> for PlacedText {
    fn from(text: EcoString) -> Self {
        Self { text, marks: None }
    }
}

/// A string that is put together.
#[derive(Debug, Default)]
pub struct TextBuilder {
    text: String,
    marks: Vec<Mark>,
}

impl TextBuilder {
    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether nothing more can be added. The string is longer than [`TEXT_LIMIT`] then.
    pub fn is_full(&self) -> bool {
        self.text.len() > TEXT_LIMIT
    }

    /// What was written so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds text of a place.
    pub fn push(&mut self, text: &str, place: Place) {
        if text.is_empty() || self.is_full() {
            return;
        }
        if text.len() > TEXT_LIMIT || self.text.len() + text.len() > TEXT_LIMIT || self.marks.len() > PARTS_LIMIT {
            self.text = "?".repeat(TEXT_LIMIT + 1);
            self.marks.clear();
            return;
        }
        let last = self.marks.last().map_or_else(Place::default, |mark| mark.place);
        let continues = match (place.kind, last.kind) {
            (PieceKind::Verbatim, PieceKind::Verbatim) => {
                let ends = last.span.map(|span| (span.source, span.end));
                place.note == last.note && ends == place.span.map(|span| (span.source, span.start))
            }
            (PieceKind::Unknown, _) => false,
            _ => place == last,
        };
        match self.marks.last_mut() {
            Some(mark) if continues && place.kind == PieceKind::Verbatim => {
                if let (Some(held), Some(span)) = (&mut mark.place.span, place.span) {
                    held.end = span.end;
                }
            }
            _ if continues => {}
            _ => self.marks.push(Mark { at: self.text.len() as u32, place }),
        }
        self.text.push_str(text);
    }

    /// Adds text that whoever writes the string brings.
    pub fn push_plain(&mut self, text: &str) {
        self.push(text, Place::default());
    }

    /// Adds text of a template that stands at byte `start` of `source`.
    pub fn push_verbatim(&mut self, text: &str, source: SourceId, start: usize) {
        let span = Span::new(source, start as u32, (start + text.len()) as u32);
        self.push(text, Place { kind: PieceKind::Verbatim, span: Some(span), ..Place::default() });
    }

    /// Adds text that is not known, for the reason of `note`.
    pub fn push_unknown(&mut self, span: Option<Span>, note: Option<Note>) {
        let place = Place { kind: PieceKind::Unknown, span, note, filled: false };
        self.push(PLACEHOLDER.encode_utf8(&mut [0; 4]), place);
    }

    /// Adds a string. What its parts do not say of their places is taken from `default`.
    pub fn push_text(&mut self, text: &PlacedText, default: Place) {
        self.push_slice(text, 0..text.text.len(), default);
    }

    /// Adds the bytes `range` of a string.
    pub fn push_slice(&mut self, text: &PlacedText, range: Range<usize>, default: Place) {
        let mut at = range.start;
        for (part, place) in text.parts_of(range) {
            let mut place = place.or(default);
            if place.kind == PieceKind::Verbatim {
                place.span = text.verbatim_span(at, part.len());
            }
            at += part.len();
            self.push(part, place);
        }
    }

    /// The string.
    pub fn finish(self) -> PlacedText {
        let marks = (!self.marks.is_empty()).then(|| self.marks.into());
        PlacedText { text: self.text.into(), marks }
    }
}

impl PlacedText {
    /// The place of `length` bytes from `at` on, which lie in one verbatim part.
    fn verbatim_span(&self, at: usize, length: usize) -> Option<Span> {
        let marks: &[Mark] = self.marks.as_deref().unwrap_or_default();
        let held = marks.partition_point(|mark| mark.at as usize <= at).checked_sub(1)?;
        let mark = marks.get(held)?;
        let span = mark.place.span?;
        let start = span.start + (at as u32).saturating_sub(mark.at);
        Some(Span::new(span.source, start, start + length as u32))
    }
}
