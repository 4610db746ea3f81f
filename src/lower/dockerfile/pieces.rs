//! Strings that are known in part: how known and unknown pieces become one value.

use crate::model::{Cause, Data, HopKind, Origin, Part, Refinement, Symbol, Text, Type, Unknown, Value, Why};
use crate::source::Span;
use std::sync::Arc;

/// A string under construction.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    parts: Vec<Part>,
    causes: Vec<Cause>,
    /// Where the first variable that was read got its value.
    read: Option<(Origin, HopKind)>,
}

impl Pieces {
    /// Adds known text.
    pub(super) fn push(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.parts.push(Part::Text(text.into())),
        }
    }

    /// Adds what is not known.
    pub(super) fn push_unknown(&mut self, cause: Cause) {
        self.parts.push(Part::Unknown);
        if !self.causes.contains(&cause) {
            self.causes.push(cause);
        }
    }

    /// Adds a value that was read through a variable.
    pub(super) fn push_value(&mut self, value: &Value, kind: HopKind) {
        match &value.data {
            Data::String(text) => self.push(text),
            Data::Unknown(unknown) => {
                match &unknown.symbol {
                    Some(Symbol::Template(parts)) => parts.iter().for_each(|part| match part {
                        Part::Text(text) => self.push(text),
                        other => self.parts.push(other.clone()),
                    }),
                    _ => self.parts.push(Part::Unknown),
                }
                let new = unknown.causes.iter().filter(|cause| !self.causes.contains(cause));
                let new: Vec<_> = new.cloned().collect();
                self.causes.extend(new);
            }
            _ => {}
        }
        if self.read.is_none() {
            self.read = Some((value.origin.clone(), kind));
        }
    }

    /// Adds a value that was expanded already, with the way it came.
    pub(super) fn push_expanded(&mut self, value: &Value) {
        let read = self.read.take();
        let hop = value.origin.via.as_deref();
        let kind = hop.map(|hop| hop.kind.clone());
        self.push_value(value, kind.clone().unwrap_or(HopKind::Argument(Text::new())));
        let origin = hop.map(|hop| Origin { span: hop.span, via: hop.next.clone() });
        self.read = read.or(origin.zip(kind));
    }

    /// Adds all that `other` has.
    pub(super) fn append(&mut self, other: Self) {
        for part in other.parts {
            match part {
                Part::Text(text) => self.push(&text),
                part => self.parts.push(part),
            }
        }
        for cause in other.causes {
            if !self.causes.contains(&cause) {
                self.causes.push(cause);
            }
        }
        self.read = self.read.take().or(other.read);
    }

    /// The text, when all of it is known.
    pub(super) fn known(&self) -> Option<Text> {
        match self.parts.as_slice() {
            [] => Some(Text::new()),
            [Part::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    /// How many bytes are known.
    pub(super) fn length(&self) -> usize {
        self.parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 1 }).sum()
    }

    /// The value, which stands at `span`.
    pub(super) fn value(self, span: Span) -> Value {
        let origin = self.read.as_ref().map_or(Origin::at(span), |(origin, kind)| origin.read_at(span, kind.clone()));
        if let Some(text) = self.known() {
            return Value::string(text, span).with_origin(origin);
        }
        template(self.parts, self.causes, span).with_origin(origin)
    }
}

/// A string of known and unknown parts.
fn template(parts: Vec<Part>, mut causes: Vec<Cause>, span: Span) -> Value {
    if causes.is_empty() {
        causes.push(Cause { why: Why::Command(Text::new()), span });
    }
    let prefix = if let Some(Part::Text(text)) = parts.first() { text.clone() } else { Text::new() };
    let refinement = Refinement { not_null: true, prefix, ..Refinement::default() };
    let symbol = (parts.len() > 1).then_some(Symbol::Template(parts));
    Value::new(Data::Unknown(Arc::new(Unknown { ty: Type::String, causes, symbol, refinement })), span)
}

/// What stands for an unknown piece in [`marked`]; it occurs in no file that people write.
pub(super) const UNKNOWN: char = '\u{f8ff}';

/// [`UNKNOWN`] as text.
pub(super) const UNKNOWN_TEXT: &str = "\u{f8ff}";

/// The text of a value, with [`UNKNOWN`] where it is not known; `None` when it is no string.
pub(super) fn marked(value: &Value) -> Option<Text> {
    match &value.data {
        Data::String(text) => Some(text.clone()),
        Data::Unknown(unknown) => Some(if let Some(Symbol::Template(parts)) = &unknown.symbol {
            let text = |part: &Part| if let Part::Text(text) = part { text.clone() } else { UNKNOWN.into() };
            parts.iter().map(text).collect::<Vec<_>>().concat().into()
        } else {
            ecow::eco_format!("{}{UNKNOWN}", unknown.refinement.prefix)
        }),
        _ => None,
    }
}

/// The part `text` of what [`marked`] gave for `whole`: with its origin, and unknown where it is marked.
pub(super) fn part(whole: &Value, text: &str, span: Span) -> Value {
    let mut origin = whole.origin.clone();
    origin.span = span;
    if !text.contains(UNKNOWN) {
        return Value::string(text, span).with_origin(origin);
    }
    let causes = causes_of(whole);
    let mut parts: Vec<Part> = Vec::new();
    for (index, known) in text.split(UNKNOWN).enumerate() {
        if index > 0 {
            parts.push(Part::Unknown);
        }
        if !known.is_empty() {
            parts.push(Part::Text(known.into()));
        }
    }
    template(parts, causes, span).with_origin(origin)
}

/// What a text that is not known will be read as: an unknown of that type, where the text stands.
pub(super) fn unread(text: &Value, ty: Type) -> Value {
    let refinement = Refinement { not_null: true, ..Refinement::default() };
    let unknown = Unknown { ty, causes: causes_of(text), symbol: None, refinement };
    Value::new(Data::Unknown(Arc::new(unknown)), text.origin.span).with_origin(text.origin.clone())
}

/// An unknown that need not be there at all.
pub(super) fn may_be_null(mut value: Value) -> Value {
    if let Data::Unknown(unknown) = &mut value.data {
        Arc::make_mut(unknown).refinement.not_null = false;
    }
    value
}

/// The truth that an option says: `false` and `0` are no; unknown where its text is.
pub(super) fn truth(option: Value) -> Value {
    match &option.data {
        Data::String(text) => {
            let no = matches!(text.to_ascii_lowercase().as_str(), "false" | "f" | "0");
            Value::bool(!no, option.origin.span).with_origin(option.origin)
        }
        Data::Unknown(_) => unread(&option, Type::Bool),
        _ => option,
    }
}

fn causes_of(value: &Value) -> Vec<Cause> {
    value.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default()
}
