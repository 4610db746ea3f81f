//! Templates: text with interpolations and directives.

use super::limits::SYMBOL_BYTES;
use super::normal_form::normalized;
use super::unknowns::{add_causes, collect_causes, safe_prefix};
use super::{EvalError, Evaluator, convert};
use crate::model::{Cause, Data, Origin, Part, Refinement, RenderedText, Symbol, Type, Unknown, Value};
use crate::source::{Derived, Note, Span};
use crate::syntax::hcl::{Expr, Ident, TemplatePart};
use std::sync::Arc;

/// A text in the making, of which parts may not be known.
#[derive(Default)]
struct Rendering {
    text: String,
    /// What came before, once something unknown has come.
    unknown: Option<Box<Partial>>,
    sensitive: bool,
    /// Whether more than white space is written beside the operands.
    has_words: bool,
    operands: Vec<Value>,
    /// The text with the places of its pieces, where it may be one that is decoded later.
    pieces: Option<Box<Derived<'static>>>,
}

#[derive(Default)]
struct Partial {
    prefix: String,
    parts: Vec<Part>,
    causes: Vec<Cause>,
}

impl Evaluator<'_> {
    /// The value of a template, as of a file or a string that holds one: of a single interpolation its
    /// value, else a string. `span` is the place of the whole.
    pub fn template(&self, parts: &[TemplatePart], span: Span) -> Result<Value, EvalError> {
        if let [TemplatePart::Interpolation(expr)] = parts {
            return self.evaluate(expr);
        }
        let pieces = is_structured(parts).then(|| Box::new(Derived::empty(span.source, span.start as usize)));
        let mut rendering = Rendering { pieces, ..Rendering::default() };
        self.render(parts, &mut rendering)?;
        Ok(self.finish(rendering, span))
    }

    fn finish(&self, rendering: Rendering, span: Span) -> Value {
        let is_blank = !rendering.has_words;
        let Rendering { text, unknown, sensitive, operands, pieces, .. } = rendering;
        let mut origin = match &*operands {
            // A line break around an encoded text leaves it what it is.
            [only] if is_blank => Origin { span, via: only.origin.via.clone() },
            _ => self.origin_of(&operands, span),
        };
        let data = match unknown {
            None => Data::String(normalized(&text)),
            Some(partial) => Data::Unknown(Arc::new(partial.finish(&text))),
        };
        if let Some(text) = pieces {
            origin = Origin::rendering(RenderedText { text: *text, values: operands }, span, origin.via);
        }
        Value { data, origin, sensitive, trace: None }
    }

    fn render(&self, parts: &[TemplatePart], rendering: &mut Rendering) -> Result<(), EvalError> {
        for part in parts {
            match part {
                TemplatePart::Literal(text, span) => {
                    self.append(rendering, text, *span)?;
                    rendering.has_words |= !text.trim().is_empty();
                    if let Some(pieces) = &mut rendering.pieces {
                        pieces.push_replacement(text, *span, None);
                    }
                }
                TemplatePart::Interpolation(expr) => {
                    let value = self.evaluate(expr)?;
                    self.interpolate(rendering, value, expr.span)?;
                }
                TemplatePart::If { condition, then, otherwise, span } => {
                    let value = self.render_if(condition, then, otherwise, *span)?;
                    self.interpolate(rendering, value, *span)?;
                }
                TemplatePart::For { key, value, collection, body, span } => {
                    self.render_for(rendering, [key.as_ref(), Some(value)], collection, body, *span)?;
                }
            }
        }
        Ok(())
    }

    fn append(&self, rendering: &mut Rendering, text: &str, span: Span) -> Result<(), EvalError> {
        self.budget.bytes(text.len(), span)?;
        if rendering.text.len() + text.len() > super::limits::STRING_BYTES {
            return Err(super::limits::exceeded("bytes of a string", super::limits::STRING_BYTES as u64, span));
        }
        rendering.text.push_str(text);
        Ok(())
    }

    fn interpolate(&self, rendering: &mut Rendering, value: Value, span: Span) -> Result<(), EvalError> {
        if value.is_null() {
            return Err(EvalError::new("The value is null; a null value cannot be part of a string.", span));
        }
        rendering.sensitive |= value.sensitive;
        self.budget.walk([&value], span)?;
        rendering.note_piece(&value, span);
        if let Some(text) = convert::to_text(&value) {
            self.append(rendering, &text, span)?;
        } else {
            let value = self.converted(&value, &Type::String, "This value cannot be part of a string", span)?;
            rendering.append_unknown(&value);
        }
        rendering.operands.push(value);
        Ok(())
    }

    fn render_if(
        &self,
        condition: &Expr,
        then: &[TemplatePart],
        otherwise: &[TemplatePart],
        span: Span,
    ) -> Result<Value, EvalError> {
        let _level = self.budget.enter(span)?;
        let branch = |parts: &[TemplatePart]| {
            let mut rendering = Rendering::default();
            self.render(parts, &mut rendering)?;
            Ok(self.finish(rendering, span))
        };
        let truth = self.condition(condition)?;
        if let Some(chosen) = truth.as_bool() {
            let mut value = branch(if chosen { then } else { otherwise })?;
            value.sensitive |= truth.sensitive;
            // What the other branch would give does not matter, but that its names exist does.
            match branch(if chosen { otherwise } else { then }) {
                Err(error) if error.fatal => Err(error),
                _ => Ok(value),
            }
        } else {
            let (a, b) = (branch(then)?, branch(otherwise)?);
            Ok(super::unknowns::not_null(self.unknown(Type::String, [&truth, &a, &b], span)))
        }
    }

    fn render_for(
        &self,
        rendering: &mut Rendering,
        names: [Option<&Ident>; 2],
        collection: &Expr,
        body: &[TemplatePart],
        span: Span,
    ) -> Result<(), EvalError> {
        let _level = self.budget.enter(span)?;
        let collection = self.evaluate(collection)?;
        let elements = self.elements(&collection, span)?;
        rendering.sensitive |= collection.sensitive;
        match elements {
            None => {
                let result = self.unknown(Type::String, [&collection], span);
                rendering.note_piece(&result, span);
                rendering.append_unknown(&result);
                rendering.operands.push(result);
            }
            Some(elements) => {
                for (key, value) in elements {
                    let [key_name, value_name] = names.map(|name| name.map_or("", |name| name.name.as_str()));
                    let bindings = [(value_name, value), (key_name, key)];
                    let inner = self.bind(&bindings);
                    let mut round = Rendering::default();
                    inner.render(body, &mut round)?;
                    let value = inner.finish(round, span);
                    self.interpolate(rendering, value, span)?;
                }
            }
        }
        Ok(())
    }
}

impl Rendering {
    /// Adds what an operand, the next one, gives to the pieces of the text.
    fn note_piece(&mut self, operand: &Value, span: Span) {
        let Some(pieces) = &mut self.pieces else { return };
        let note = Some(Note(self.operands.len() as u32));
        if let Some(text) = convert::to_text(operand) {
            pieces.push_replacement(&text, span, note);
            return;
        }
        match operand.as_unknown().and_then(Unknown::parts) {
            Some(parts) => parts.iter().for_each(|part| match part {
                Part::Text(known) => pieces.push_replacement(known, span, note),
                _ => pieces.push_unknown(span, note),
            }),
            None => pieces.push_unknown(span, note),
        }
    }

    fn append_unknown(&mut self, value: &Value) {
        let text = std::mem::take(&mut self.text);
        let is_first = self.unknown.is_none();
        let partial = self.unknown.get_or_insert_default();
        if is_first {
            partial.prefix.clone_from(&text);
        }
        partial.push_text(&text);
        collect_causes(value, &mut partial.causes);
        let Some(unknown) = value.as_unknown() else { return };
        if is_first {
            partial.prefix.push_str(&unknown.refinement.prefix);
        }
        match (unknown.parts(), &unknown.symbol) {
            // Such texts in such texts would double with every step.
            (Some(parts), _) if room(parts) + room(&partial.parts) > SYMBOL_BYTES => partial.parts.push(Part::Unknown),
            (Some(parts), _) => parts.iter().for_each(|part| match part {
                Part::Text(text) => partial.push_text(text),
                other => partial.parts.push(other.clone()),
            }),
            (None, Some(Symbol::Reference(reference))) => partial.parts.push(Part::Reference(reference.clone())),
            (None, _) => partial.parts.push(Part::Unknown),
        }
    }
}

/// Whether a text may be one that is decoded later, as JSON or YAML: one of several lines, or in brackets.
fn is_structured(parts: &[TemplatePart]) -> bool {
    let is_literal = |part: &TemplatePart| match part {
        TemplatePart::Literal(text, _) => text.contains('\n'),
        TemplatePart::If { .. } | TemplatePart::For { .. } => true,
        TemplatePart::Interpolation(_) => false,
    };
    let begins =
        matches!(parts.first(), Some(TemplatePart::Literal(text, _)) if text.trim_start().starts_with(['{', '[']));
    begins || parts.iter().any(is_literal)
}

/// Bytes that parts take, about.
fn room(parts: &[Part]) -> usize {
    parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 64 }).sum()
}

impl Partial {
    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Text(text.into()));
        }
    }

    fn finish(mut self, rest: &str) -> Unknown {
        self.push_text(rest);
        let prefix = normalized(safe_prefix(&self.prefix));
        let refinement = Refinement { not_null: true, prefix, ..Refinement::default() };
        let mut causes = Vec::new();
        add_causes(&mut causes, &self.causes);
        Unknown { ty: Type::String, causes, symbol: Some(Symbol::Template(self.parts)), refinement }
    }
}
