//! Texts that are known in part: what can be said of them all the same.
//!
//! Knows where a value has its known pieces. Between them any text may stand, an empty one too, but none that
//! begins with a combining mark: that would belong to the letter before it.

use crate::model::{Data, Part, Symbol, Type, Value};

/// The pieces of a text in order; `None` is one that nothing is known of.
pub struct PartialText<'a> {
    pieces: Vec<Option<&'a str>>,
}

impl<'a> PartialText<'a> {
    /// What is known of a string, or of an unknown that is one; `None` for anything else.
    pub fn of(value: &'a Value) -> Option<Self> {
        let unknown = match &value.data {
            Data::String(text) => return Some(Self { pieces: vec![Some(text)] }),
            Data::Unknown(unknown) if unknown.refinement.not_null && unknown.ty == Type::String => unknown,
            _ => return None,
        };
        let pieces = match &unknown.symbol {
            Some(Symbol::Template(parts)) => parts.iter().map(known).collect(),
            _ => vec![Some(unknown.refinement.prefix.as_str()), None],
        };
        Some(Self { pieces })
    }

    /// The pieces.
    pub fn pieces(&self) -> &[Option<&'a str>] {
        &self.pieces
    }

    /// Whether it ends with `suffix`; `None` where that is open.
    pub fn ends_with(&self, suffix: &str) -> Option<bool> {
        let last = self.pieces.last().copied().flatten().unwrap_or_default();
        let whole = self.pieces.len() < 2;
        decided(last.ends_with(suffix), whole || !suffix.ends_with(last))
    }

    /// Whether `part` is in it; `None` where that is open.
    pub fn contains(&self, part: &str) -> Option<bool> {
        let known = self.pieces.iter().flatten().any(|text| text.contains(part));
        decided(known, self.pieces.iter().all(Option::is_some))
    }

    /// Whether it is `text`; `None` where that is open.
    pub fn equals(&self, text: &str) -> Option<bool> {
        let mut rest = text;
        let last = self.pieces.len().saturating_sub(1);
        for (at, piece) in self.pieces.iter().enumerate() {
            let Some(piece) = piece else { continue };
            let end = match at {
                _ if at == last && !rest.ends_with(piece) => None,
                0 => rest.starts_with(piece).then_some(piece.len()),
                _ => rest.find(piece).map(|start| start + piece.len()),
            };
            let Some(end) = end else { return Some(false) };
            rest = rest.get(end..).unwrap_or_default();
        }
        match self.pieces.as_slice() {
            [Some(whole)] => Some(*whole == text),
            _ => None,
        }
    }
}

/// The text of a part, where it is known.
fn known(part: &Part) -> Option<&str> {
    if let Part::Text(text) = part { Some(text) } else { None }
}

/// A truth: yes, no, or open.
fn decided(yes: bool, otherwise_no: bool) -> Option<bool> {
    if yes || otherwise_no { Some(yes) } else { None }
}
