//! Texts that are decoded: where the parts of what they say are written, and what is not known of them.
//!
//! Knows how a text came about: a template put it together, a literal holds it, or nothing is known but its
//! value. Knows no format.

use super::evaluator::plain_way;
use super::normal_form::normalized;
use super::partial::PartialText;
use super::unknowns::{add_causes, collect_causes};
use crate::model::{Cause, Data, Origin, RenderedText, Type, Value};
use crate::source::{Derived, Note, PieceKind, Sources, Span};
use crate::syntax::hcl::{literal_text, template_text};
use std::ops::Range;

/// A text to be decoded.
pub struct EncodedText<'a> {
    /// The text with the places of its pieces; unknown pieces included.
    pub text: Derived<'static>,
    values: &'a [Value],
    whole: &'a Value,
    /// The origin of all parts, where they have no places of their own.
    common: Option<Origin>,
}

impl<'a> EncodedText<'a> {
    /// The text of `value`, a string that may be known in part; `None` for anything else. Without `sources`, and where
    /// the text is neither a literal nor rendered, all parts stand where the value stands.
    pub fn of(value: &'a Value, sources: Option<&Sources>) -> Option<Self> {
        let partial = PartialText::of_text(value)?;
        if partial.pieces().eq([None]) {
            return None;
        }
        let rendered = value.origin.rendered().filter(|rendered| is_same(&rendered.text, &partial));
        if let (Some(RenderedText { text, values }), Some(sources)) = (rendered, sources) {
            return Some(Self { text: placed(text, sources), values, whole: value, common: None });
        }
        if let (Some(sources), Data::String(text)) = (sources, &value.data) {
            let span = value.origin.written();
            if let Some(text) = literal_text(sources.get(span.source).slice(span), text, span) {
                return Some(Self { text, values: &[], whole: value, common: None });
            }
        }
        let span = value.origin.span;
        let mut text = Derived::empty(span.source, span.start as usize);
        for piece in partial.pieces() {
            match piece {
                Some(known) => text.push_replacement(known, span, None),
                None => text.push_unknown(span, None),
            }
        }
        Some(Self { text, values: &[], whole: value, common: Some(value.origin.clone()) })
    }

    /// As [`Self::of`], of the argument of a function that is called at `span`: that is where parts stand that have no
    /// places of their own.
    pub fn of_argument(value: &'a Value, sources: Option<&Sources>, span: Span) -> Option<Self> {
        let mut encoded = Self::of(value, sources)?;
        if let Some(common) = &mut encoded.common {
            *common = Origin::at(span);
        }
        Some(encoded)
    }

    /// Whether all of it is known.
    pub fn is_wholly_known(&self) -> bool {
        !self.whole.is_unknown()
    }

    /// Whether the bytes `range` are known.
    pub fn is_known(&self, range: Range<usize>) -> bool {
        self.text.pieces(range).all(|piece| piece.kind != PieceKind::Unknown)
    }

    /// The origin of the bytes `range`: their place, and the way of the interpolation that they came from.
    pub fn origin(&self, range: Range<usize>) -> Origin {
        if let Some(common) = &self.common {
            return common.clone();
        }
        let mut notes = self.text.pieces(range.clone()).filter_map(|piece| piece.note);
        // What was encoded there is text now, and part of what this text says.
        let via = notes.find_map(|note| self.noted(note)?.origin.via.as_ref().and_then(plain_way));
        Origin { span: self.text.span(range), via }
    }

    fn noted(&self, note: Note) -> Option<&Value> {
        self.values.get(note.0 as usize)
    }

    /// The string value of `decoded`, which was read from the bytes `range`; partly known where it has unknown pieces.
    pub fn string(&self, decoded: &Derived<'_>, range: Range<usize>) -> Value {
        let (mut text, mut causes) = (PartialText::default(), Vec::new());
        let mut sensitive = self.whole.sensitive;
        for piece in decoded.pieces(0..decoded.text().len()) {
            let value = piece.note.and_then(|note| self.noted(note));
            sensitive |= value.is_some_and(|value| value.sensitive);
            if piece.kind == PieceKind::Unknown {
                text.push_value(value);
                self.causes(value, &mut causes);
            } else {
                text.push(&normalized(decoded.text().get(piece.range).unwrap_or_default()));
            }
        }
        Value { data: text.into_data(causes), origin: self.origin(range), sensitive, trace: None }
    }

    /// A value that is not known because the bytes `range` are not.
    pub fn unknown(&self, range: Range<usize>) -> Value {
        let mut causes = Vec::new();
        for piece in self.text.pieces(range.clone()).filter(|piece| piece.kind == PieceKind::Unknown) {
            self.causes(piece.note.and_then(|note| self.noted(note)), &mut causes);
        }
        let origin = self.origin(range);
        Value::unknown_of(Type::Dynamic, causes, origin.span).with_origin(origin)
    }

    /// Why a piece is unknown: because of the value that was put there, else as the whole is.
    fn causes(&self, value: Option<&Value>, causes: &mut Vec<Cause>) {
        let mut found = Vec::new();
        value.into_iter().for_each(|value| collect_causes(value, &mut found));
        if found.is_empty() {
            collect_causes(self.whole, &mut found);
        }
        add_causes(causes, &found);
    }
}

/// Whether a rendered text is that of the value: a function may have changed it on the way.
fn is_same(rendered: &Derived<'_>, partial: &PartialText) -> bool {
    rendered.text() == partial.text()
}

/// The text with its literal parts as they are written.
fn placed(text: &Derived<'static>, sources: &Sources) -> Derived<'static> {
    let length = text.text().len();
    let mut placed = text.slice(0..0);
    for piece in text.pieces(0..length) {
        let content = text.text().get(piece.range.clone()).unwrap_or_default();
        let literal = piece.kind == PieceKind::Replacement && piece.note.is_none();
        let written = literal.then(|| written(content, piece.span, sources)).flatten();
        placed.push_all(&written.unwrap_or_else(|| text.slice(piece.range)));
    }
    placed
}

/// A literal part of a template as it is written.
fn written(content: &str, span: Span, sources: &Sources) -> Option<Derived<'static>> {
    let source = sources.get(span.source);
    let raw = source.slice(span);
    template_text(raw, content, span, false).or_else(|| template_text(raw, content, span, true))
}
