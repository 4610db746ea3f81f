//! Functions of texts that are known in part: what they make of the known pieces.
//!
//! Owns the one way of it: a character that no text has stands in for each unknown piece, the function is run, and where
//! the character is found again the unknown piece stands. Which functions may be run so is for their tables to say.

use super::{Function, FunctionError, Invocation};
use crate::expr::limits::SYMBOL_BYTES;
use crate::expr::partial::PartialText;
use crate::model::{Data, Mapping, Reference, Sequence, Text, Type, Value};
use std::sync::Arc;

/// What a function does to the pieces of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pieces {
    /// Nothing can be said of them.
    Lost,
    /// They stay as they are.
    Kept,
    /// They may be cut at the ends of the text.
    Cut,
    /// Each is changed on its own.
    Changed,
}

/// The first of the characters that stand in for unknown pieces: the private use plane 15, which no text of a
/// configuration uses.
const FIRST: u32 = 0xF_0000;
const MOST: usize = 0xFFF0;

/// The unknown pieces that characters stand in for.
#[derive(Default)]
pub struct Holes(Vec<Hole>);

struct Hole {
    reference: Option<Reference>,
    /// Whether it is a value of any type, and not a text.
    is_value: bool,
}

impl Holes {
    /// The value with characters in the place of the unknown pieces of its texts. `None` where something else is
    /// unknown in it, or a text has such characters itself.
    pub fn fill(&mut self, value: &Value) -> Option<Value> {
        self.filled(value, false)
    }

    /// The same, with a text of one character in the place of what is unknown and may be no text.
    pub fn fill_values(&mut self, value: &Value) -> Option<Value> {
        self.filled(value, true)
    }

    /// A text of one character for a value that nothing is known of.
    pub fn value(&mut self) -> Option<Text> {
        self.hole(None, true).map(Text::from)
    }

    /// Whether a text is one character that stands in for a whole value.
    pub fn is_value(&self, text: &str) -> bool {
        let mut characters = text.chars();
        let hole = characters.next().and_then(|character| self.get(character));
        hole.is_some_and(|hole| hole.is_value) && characters.next().is_none()
    }

    /// Whether characters stand in a text.
    pub fn are_in(&self, text: &str) -> bool {
        !self.0.is_empty() && text.chars().any(|character| self.get(character).is_some())
    }

    fn filled(&mut self, value: &Value, values: bool) -> Option<Value> {
        let data = match &value.data {
            Data::String(text) if text.chars().any(is_stand_in) => return None,
            Data::Unknown(unknown) => {
                let is_text = match &unknown.ty {
                    Type::String => !values || unknown.refinement.not_null,
                    // Whatever it is, its text is a piece.
                    ty => !values && *ty == Type::Dynamic,
                };
                let text = match PartialText::of_text(value).filter(|_| is_text) {
                    Some(partial) => self.text(&partial)?,
                    None if values => self.value()?,
                    None => return None,
                };
                Data::String(text)
            }
            Data::Sequence(sequence) => {
                let items = sequence.items.iter().map(|item| self.filled(item, values)).collect::<Option<_>>()?;
                Data::Sequence(Arc::new(Sequence { items, ..(**sequence).clone() }))
            }
            Data::Mapping(mapping) => {
                let entry = |(key, item): &(Text, Value)| Some((key.clone(), self.filled(item, values)?));
                let entries = mapping.entries.iter().map(entry).collect::<Option<_>>()?;
                Data::Mapping(Arc::new(Mapping { entries, ..(**mapping).clone() }))
            }
            other => other.clone(),
        };
        Some(Value { data, ..value.clone() })
    }

    fn text(&mut self, partial: &PartialText) -> Option<Text> {
        let mut references = partial.references();
        let mut text = Text::new();
        for piece in partial.pieces() {
            match piece {
                Some(known) if known.chars().any(is_stand_in) => return None,
                Some(known) => text.push_str(known),
                None => text.push(self.hole(references.next().flatten().cloned(), false)?),
            }
        }
        Some(text)
    }

    fn hole(&mut self, reference: Option<Reference>, is_value: bool) -> Option<char> {
        let character = char::from_u32(FIRST + u32::try_from(self.0.len()).ok()?).filter(|_| self.0.len() < MOST)?;
        self.0.push(Hole { reference, is_value });
        Some(character)
    }

    fn get(&self, character: char) -> Option<&Hole> {
        self.0.get(u32::from(character).checked_sub(FIRST)? as usize)
    }

    /// The text in which characters stand, with the unknown pieces in their place. The quotes around a whole value are
    /// its own. Of pieces that were `changed`, what they stand for is lost.
    pub fn restored(&self, text: &str, changed: bool) -> PartialText {
        let mut partial = PartialText::default();
        let (mut rest, mut known) = (text, text);
        let end = |known: &str, rest: &str| known.len() - rest.len();
        while let Some(character) = rest.chars().next() {
            let before = rest;
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
            let quoted = || {
                let inner = rest.chars().next().filter(|inner| self.get(*inner).is_some_and(|hole| hole.is_value))?;
                rest.get(inner.len_utf8()..)?.strip_prefix('"').map(|after| (inner, after))
            };
            let (character, after) =
                if character == '"' { quoted().unwrap_or((character, rest)) } else { (character, rest) };
            let Some(hole) = self.get(character) else { continue };
            partial.push(known.get(..end(known, before)).unwrap_or_default());
            partial.push_piece(hole.reference.clone().filter(|_| !changed));
            (rest, known) = (after, after);
        }
        partial.push(known);
        partial
    }
}

fn is_stand_in(character: char) -> bool {
    u32::from(character) >= FIRST
}

impl Invocation<'_> {
    /// The unknown string that is made of the pieces of a text, for the reasons of the arguments. Nothing is said of how
    /// it begins that Terraform would not say.
    pub fn pieced(&self, text: PartialText) -> Value {
        let mut causes = Vec::new();
        self.args.iter().for_each(|arg| super::collect_causes(arg, &mut causes));
        let mut data = text.into_data(causes);
        if let Data::Unknown(unknown) = &mut data {
            Arc::make_mut(unknown).refinement.prefix = Text::new();
        }
        self.data(data)
    }

    /// What `run` makes of arguments whose texts are known in part.
    pub fn through(&mut self, pieces: Pieces, run: fn(&mut Self) -> Result<Value, FunctionError>) -> Option<Value> {
        let mut holes = Holes::default();
        let args: Option<Vec<Value>> = self.args.iter().map(|arg| holes.fill(arg)).collect();
        let args = std::mem::replace(&mut self.args, args?);
        let made = run(self).ok().and_then(|made| made.as_str().map(Text::from));
        let made = made.and_then(|text| match pieces {
            Pieces::Cut => self.cut(&holes, &text, run),
            _ => Some(holes.restored(&text, pieces == Pieces::Changed)),
        });
        self.args = args;
        let made = made.filter(|made| made.text().len() <= SYMBOL_BYTES && !made.is_known());
        made.map(|made| self.pieced(made))
    }

    /// A text that was cut at its ends: what stands beside an unknown piece there may be cut, too.
    fn cut(
        &mut self,
        holes: &Holes,
        text: &str,
        run: fn(&mut Self) -> Result<Value, FunctionError>,
    ) -> Option<PartialText> {
        let is_hole = |character: char| holes.get(character).is_some();
        let inner = text.trim_matches(is_hole);
        let begins = text.starts_with(is_hole);
        let ends = text.ends_with(is_hole);
        if let Some(first) = self.args.first_mut() {
            first.data = Data::String(inner.into());
        }
        let known = run(self).ok()?;
        let known = known.as_str()?;
        let mut partial = PartialText::default();
        if begins {
            partial.push_unknown();
        }
        partial.push_all(&holes.restored(known.trim_matches(is_hole), false));
        if ends || known.ends_with(is_hole) {
            partial.push_unknown();
        }
        Some(partial)
    }
}

impl Function {
    /// The argument whose content the result has, but for white space.
    pub(super) fn content<'a>(&self, args: &'a [Value]) -> Option<&'a Value> {
        match (self.name, args) {
            ("trimspace" | "chomp", [text]) | ("indent", [_, text]) => Some(text),
            ("join", [_, list]) => match list.as_items()? {
                [only] => Some(only),
                _ => None,
            },
            _ => None,
        }
    }
}
