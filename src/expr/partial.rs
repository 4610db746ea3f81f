//! Texts that are known in part.
//!
//! Owns the one view of such a text: what is known of it, and where something unknown stands. Between known
//! pieces any text may stand, an empty one too, but none that begins with a combining mark: that would belong
//! to the letter before it.

use crate::model::{Cause, Data, Form, Part, Reference, Refinement, Symbol, Text, Type, Unknown, Value};
use crate::source::PLACEHOLDER;
use std::ops::Range;
use std::sync::Arc;

/// A text with the places of its unknown pieces. Each has one [`PLACEHOLDER`] in the text, so that the text can
/// be searched and divided as any other; that it is one is known from its place only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialText {
    text: Text,
    /// Where in the text placeholders stand for unknown pieces, ascending.
    unknown: Vec<usize>,
    /// The attribute that will stand at each unknown piece, where it is one.
    references: Vec<Option<Reference>>,
}

impl PartialText {
    /// Returns what is known of a string, or of an unknown that is a string; `None` for anything else.
    pub fn of(value: &Value) -> Option<Self> {
        match &value.data {
            Data::Unknown(unknown) if Form::of(unknown).is_some() => Self::of_text(value),
            Data::Unknown(unknown) if !unknown.refinement.not_null || unknown.ty != Type::String => None,
            _ => Self::of_text(value),
        }
    }

    /// As [`Self::of`], of a value that is a text wherever it is known.
    pub fn of_text(value: &Value) -> Option<Self> {
        let mut partial = Self::default();
        match &value.data {
            Data::String(text) => partial.text = text.clone(),
            Data::Unknown(unknown) => {
                if let Some(parts) = unknown.parts() {
                    for part in parts {
                        match part {
                            Part::Text(text) => partial.push(text),
                            Part::Reference(reference) => partial.push_reference(Some(reference.clone())),
                            Part::Unknown => partial.push_unknown(),
                        }
                    }
                } else {
                    let reference = unknown.symbol.as_ref().and_then(as_reference).filter(has_form);
                    if reference.is_none() {
                        partial.push(&unknown.refinement.prefix);
                    }
                    partial.push_reference(reference);
                }
            }
            _ => return None,
        }
        Some(partial)
    }

    /// A text of which nothing is known.
    pub fn unknown() -> Self {
        let mut partial = Self::default();
        partial.push_unknown();
        partial
    }

    /// Adds known text.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds an unknown piece.
    pub fn push_unknown(&mut self) {
        self.push_reference(None);
    }

    /// Adds what an unknown value will be.
    pub fn push_value(&mut self, value: Option<&Value>) {
        let symbol = value.and_then(Value::as_unknown).and_then(|unknown| unknown.symbol.as_ref());
        self.push_reference(symbol.and_then(as_reference));
    }

    /// Adds an unknown piece, at which an attribute will stand where one is given.
    pub fn push_piece(&mut self, reference: Option<Reference>) {
        self.push_reference(reference);
    }

    /// Returns the attributes that will stand at the unknown pieces, in order.
    pub fn references(&self) -> impl Iterator<Item = Option<&Reference>> {
        self.references.iter().map(Option::as_ref)
    }

    fn push_reference(&mut self, reference: Option<Reference>) {
        self.unknown.push(self.text.len());
        self.references.push(reference);
        self.text.push(PLACEHOLDER);
    }

    /// Adds all of `other`.
    pub fn push_all(&mut self, other: &Self) {
        let before = self.text.len();
        self.unknown.extend(other.unknown.iter().map(|at| before + at));
        self.references.extend_from_slice(&other.references);
        self.text.push_str(&other.text);
    }

    /// Returns the text, with a [`PLACEHOLDER`] for each unknown piece.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text for a message, with `…` for each unknown piece.
    pub fn shown(&self) -> Text {
        self.pieces().map(|piece| piece.unwrap_or("…")).collect()
    }

    /// Whether all of it is known.
    pub fn is_known(&self) -> bool {
        self.unknown.is_empty()
    }

    /// Whether it begins with an unknown piece.
    pub fn begins_unknown(&self) -> bool {
        self.is_unknown_at(0)
    }

    /// Whether an unknown piece stands at byte `at`.
    pub fn is_unknown_at(&self, at: usize) -> bool {
        self.unknown.binary_search(&at).is_ok()
    }

    /// Whether it ends with an unknown piece.
    pub fn ends_unknown(&self) -> bool {
        self.unknown.last().is_some_and(|last| last + PLACEHOLDER.len_utf8() == self.text.len())
    }

    /// Returns the bytes `range`.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let inside = self.unknown.iter().zip(&self.references).filter(|(at, _)| range.contains(at));
        let (unknown, references) = inside.map(|(at, it)| (at - range.start, it.clone())).unzip();
        Self { text: self.text.get(range.clone()).unwrap_or_default().into(), unknown, references }
    }

    /// Returns it with its ASCII letters in lower case.
    #[must_use]
    pub fn to_ascii_lowercase(&self) -> Self {
        Self {
            text: self.text.to_ascii_lowercase(),
            unknown: self.unknown.clone(),
            references: self.references.clone(),
        }
    }

    /// Divides it at the first `separator`.
    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        self.text.find(separator).map(|at| self.around(at, separator))
    }

    /// Divides it at the last `separator`.
    pub fn rsplit_once(&self, separator: char) -> Option<(Self, Self)> {
        self.text.rfind(separator).map(|at| self.around(at, separator))
    }

    fn around(&self, at: usize, separator: char) -> (Self, Self) {
        (self.slice(0..at), self.slice(at + separator.len_utf8()..self.text.len()))
    }

    /// Returns the pieces in order, without empty ones; `None` is one that nothing is known of.
    pub fn pieces(&self) -> impl Iterator<Item = Option<&str>> {
        let mut start = 0;
        let ends = self.unknown.iter().copied().map(Some).chain([None]);
        ends.flat_map(move |unknown| {
            let end = unknown.unwrap_or(self.text.len());
            let known = self.text.get(start..end).filter(|known| !known.is_empty());
            start = end + PLACEHOLDER.len_utf8();
            known.map(Some).into_iter().chain(unknown.map(|_| None))
        })
    }

    /// Returns what is known of the form of the unknown pieces, in order.
    pub fn forms(&self) -> impl Iterator<Item = Option<Form>> {
        self.references.iter().map(|reference| reference.as_ref().and_then(Form::of_reference))
    }

    /// The known text before the first unknown piece.
    pub fn prefix(&self) -> &str {
        self.text.get(..self.unknown.first().copied().unwrap_or(self.text.len())).unwrap_or_default()
    }

    /// The known text after the last unknown piece.
    pub fn suffix(&self) -> &str {
        let start = self.unknown.last().map_or(0, |last| last + PLACEHOLDER.len_utf8());
        self.text.get(start..).unwrap_or_default()
    }

    /// Whether it ends with `suffix`; `None` where that is open.
    pub fn ends_with(&self, suffix: &str) -> Option<bool> {
        let last = self.suffix();
        decided(last.ends_with(suffix), self.is_known() || !suffix.ends_with(last))
    }

    /// Whether `part` is in it; `None` where that is open.
    pub fn contains(&self, part: &str) -> Option<bool> {
        decided(part.is_empty() || self.pieces().flatten().any(|text| text.contains(part)), self.is_known())
    }

    /// Whether it is `text`; `None` where that is open.
    pub fn equals(&self, text: &str) -> Option<bool> {
        if self.is_known() {
            return Some(self.text == text);
        }
        let (prefix, suffix) = (self.prefix(), self.suffix());
        let ends = text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
        let Some(mut rest) = ends else { return Some(false) };
        if self.unknown.len() == 1
            && let Some(form) = self.forms().next().flatten()
            && !form.admits(rest)
        {
            return Some(false);
        }
        let within = self.slice(prefix.len()..self.text.len() - suffix.len());
        for piece in within.pieces().flatten() {
            let Some(at) = rest.find(piece) else { return Some(false) };
            rest = rest.get(at + piece.len()..).unwrap_or_default();
        }
        None
    }

    /// Returns the known and unknown pieces, where something is known.
    pub fn into_parts(self) -> Option<Vec<Part>> {
        Some(self.parts()).filter(|parts| parts.len() > 1)
    }

    fn parts(&self) -> Vec<Part> {
        let mut references = self.references.iter().cloned();
        let mut attribute = || references.next().flatten().map_or(Part::Unknown, Part::Reference);
        self.pieces().map(|piece| piece.map_or_else(&mut attribute, |text| Part::Text(text.into()))).collect()
    }

    /// Returns the data of the value that it is: a string, or an unknown one because of `causes`.
    pub fn into_data(self, causes: Vec<Cause>) -> Data {
        if self.is_known() {
            return Data::String(self.text);
        }
        let refinement = Refinement { not_null: true, prefix: self.prefix().into(), ..Refinement::default() };
        let parts = self.parts();
        let symbol = match parts.as_slice() {
            [Part::Reference(reference)] => Some(Symbol::Reference(reference.clone())),
            _ => (parts.len() > 1).then_some(Symbol::Template(parts)),
        };
        Data::Unknown(Arc::new(Unknown { ty: Type::String, causes, symbol, refinement }))
    }
}

fn as_reference(symbol: &Symbol) -> Option<Reference> {
    if let Symbol::Reference(reference) = symbol { Some(reference.clone()) } else { None }
}

fn has_form(reference: &Reference) -> bool {
    Form::of_reference(reference).is_some()
}

impl From<&str> for PartialText {
    fn from(text: &str) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A truth: yes, no, or open.
fn decided(yes: bool, otherwise_no: bool) -> Option<bool> {
    if yes || otherwise_no { Some(yes) } else { None }
}

#[cfg(test)]
mod tests {
    use super::PartialText;

    #[test]
    fn a_placeholder_in_the_input_is_a_character() {
        let mut text = PartialText::from("a\u{fffd}b");
        assert!(text.is_known());
        text.push_unknown();
        text.push("c");
        assert_eq!(text.pieces().collect::<Vec<_>>(), [Some("a\u{fffd}b"), None, Some("c")]);
        assert_eq!(text.equals("a\u{fffd}bxc"), None);
        assert_eq!(text.equals("axbxc"), Some(false));
        assert_eq!(text.contains("\u{fffd}b"), Some(true));
    }

    #[test]
    fn slices_keep_what_is_unknown() {
        let mut text = PartialText::from("repo:");
        text.push_unknown();
        let (name, tag) = text.split_once(':').unwrap();
        assert!(name.is_known() && tag == PartialText::unknown());
        assert!(text.ends_unknown() && !text.begins_unknown());
    }

    #[test]
    fn what_known_pieces_exclude_is_not_equal() {
        let mut text = PartialText::from("ab");
        text.push_unknown();
        text.push("ba");
        assert_eq!(text.equals("aba"), Some(false), "pieces do not overlap");
        assert_eq!(text.equals("abba"), None);
    }
}
