//! Strings that are known in part: how known and unknown pieces become one value.

use crate::expr::partial::PartialText;
use crate::expr::unknowns::{add_causes, collect_causes};
use crate::model::{Cause, Data, HopKind, Origin, Refinement, Text, Type, Unknown, Value};
use crate::source::Span;
use std::sync::Arc;

/// A string under construction.
#[derive(Debug, Default)]
pub struct Pieces {
    text: PartialText,
    causes: Vec<Cause>,
    /// Where the first variable that was read got its value.
    read: Option<(Origin, HopKind)>,
}

impl Pieces {
    /// Adds known text.
    pub fn push(&mut self, text: &str) {
        self.text.push(text);
    }

    /// Adds what is not known.
    pub fn push_unknown(&mut self, cause: Cause) {
        self.text.push_unknown();
        add_causes(&mut self.causes, &[cause]);
    }

    /// Adds a value that was read through a variable.
    pub fn push_value(&mut self, value: &Value, kind: HopKind) {
        self.text.push_all(&text_of(value));
        collect_causes(value, &mut self.causes);
        if self.read.is_none() {
            self.read = Some((value.origin.clone(), kind));
        }
    }

    /// Adds a value that was expanded already, with the way it came.
    pub fn push_expanded(&mut self, value: &Value) {
        let read = self.read.take();
        let hop = value.origin.via.as_deref();
        let kind = hop.map(|hop| hop.kind.clone());
        self.push_value(value, kind.clone().unwrap_or(HopKind::Argument(Text::new())));
        let origin = hop.map(|hop| Origin { span: hop.span, via: hop.next.clone() });
        self.read = read.or(origin.zip(kind));
    }

    /// Adds all that `other` has.
    pub fn append(&mut self, other: Self) {
        self.text.push_all(&other.text);
        add_causes(&mut self.causes, &other.causes);
        self.read = self.read.take().or(other.read);
    }

    /// The text, when all of it is known.
    pub fn known(&self) -> Option<&str> {
        self.text.is_known().then(|| self.text.text())
    }

    /// The number of bytes, a few for each unknown piece.
    pub fn length(&self) -> usize {
        self.text.text().len()
    }

    /// The value, which stands at `span`.
    pub fn value(self, span: Span) -> Value {
        let origin = self.read.as_ref().map_or(Origin::at(span), |(origin, kind)| origin.read_at(span, kind.clone()));
        Value::new(self.text.into_data(self.causes), span).with_origin(origin)
    }
}

/// The text of a value that is a text, known in part or whole; empty for null.
pub fn text_of(value: &Value) -> PartialText {
    PartialText::of_text(value).unwrap_or_default()
}

/// The part `text` of the text of `whole`, with its origin and, where it is unknown, its causes.
pub fn part(whole: &Value, text: PartialText, span: Span) -> Value {
    let origin = Origin { span, via: whole.origin.via.clone() };
    Value::new(text.into_data(causes_of(whole)), span).with_origin(origin)
}

/// What a text that is not known will be read as: an unknown of that type, where the text stands.
pub fn unread(text: &Value, ty: Type) -> Value {
    let refinement = Refinement { not_null: true, ..Refinement::default() };
    let unknown = Unknown { ty, causes: causes_of(text), symbol: None, refinement };
    Value::new(Data::Unknown(Arc::new(unknown)), text.origin.span).with_origin(text.origin.clone())
}

/// An unknown that need not be there at all.
pub fn may_be_null(mut value: Value) -> Value {
    if let Data::Unknown(unknown) = &mut value.data {
        Arc::make_mut(unknown).refinement.not_null = false;
    }
    value
}

/// The truth that an option says: `false` and `0` are no; unknown where its text is.
pub fn truth(option: Value) -> Value {
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
