//! Reading: names, attributes, indexes.

use super::unknowns::collect_causes;
use super::{EvalError, Evaluator, Mode};
use crate::model::{
    Cause, Data, Hop, Mapping, MappingKind, Number, Origin, Reference, Refinement, Sequence, Step, Symbol, Text, Type,
    Unknown, Value, Why,
};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};
use std::borrow::Cow;
use std::sync::Arc;

impl Evaluator<'_> {
    /// The value of `root.name[key]…`.
    pub(super) fn traversal(&self, expr: &Expr) -> Result<Value, EvalError> {
        let (value, _) = self.step(expr, [None, None], expr.span)?;
        Ok(value.into_owned())
    }

    /// The value of a traversal of which `following` are the next names, with how many of those are in it
    /// already. `whole` is the place of the longest traversal that a scope may consume.
    fn step(
        &self,
        expr: &Expr,
        following: [Option<&str>; 2],
        whole: Span,
    ) -> Result<(Cow<'_, Value>, usize), EvalError> {
        match &expr.kind {
            ExprKind::Attribute(base, name) => {
                let (mut value, consumed) = self.step(base, [Some(&name.name), following[0]], whole)?;
                if let Some(left) = consumed.checked_sub(1) {
                    if left == 0 && value.origin.span == whole {
                        value.to_mut().origin.span = expr.span;
                    }
                    return Ok((value, left));
                }
                if self.trace.is_none()
                    && let Cow::Borrowed(base) = value
                    && let Some(element) = plain_element(base, &name.name)
                {
                    return Ok((Cow::Borrowed(element), 0));
                }
                Ok((Cow::Owned(self.read_attribute(&value, &name.name, expr.span)?), 0))
            }
            ExprKind::Index(base, key) => {
                let base = self.step(base, [None, None], base.span)?.0;
                let key = self.evaluate(key)?;
                let read = self.read_index(&base, &key, expr.span).map_err(|error| error.hiding([&key]));
                Ok((Cow::Owned(read?), 0))
            }
            ExprKind::Root(name) => {
                if let Some(value) = self.bound(name).or_else(|| self.scope.resolve_ref(name)) {
                    return Ok((self.held(value, name, expr.span), 0));
                }
                self.resolved(name, following, expr.span, whole)
            }
            _ => Ok((Cow::Owned(self.evaluate(expr)?), 0)),
        }
    }

    /// The value that the scope has for the traversal that begins with `name`.
    fn resolved(
        &self,
        name: &str,
        following: [Option<&str>; 2],
        span: Span,
        whole: Span,
    ) -> Result<(Cow<'_, Value>, usize), EvalError> {
        let resolved = self.scope.resolve(name, following, whole)?;
        let mut value = resolved.value;
        if resolved.consumed == 0 && value.origin.span == whole {
            value.origin.span = span;
        }
        let in_it = following.get(..resolved.consumed).unwrap_or_default();
        Ok((Cow::Owned(self.named(value, name, in_it, span)), resolved.consumed))
    }

    /// `base.name`, read at `span`.
    pub fn attribute(&self, base: &Value, name: &str, span: Span) -> Result<Value, EvalError> {
        match &base.data {
            Data::Mapping(mapping) => match mapping.get(name) {
                Some(element) => Ok(self.reach(base, element, span)),
                None => self.absent_entry(base, mapping, name, span),
            },
            Data::Unknown(unknown) => self.unknown_entry(base, unknown, name, span),
            Data::Null(_) => self.absent(base, base.origin.span, span, || {
                format!("This value is null, so it has no attribute \"{name}\".")
            }),
            Data::Sequence(_) => Err(of_one_element(base, name, span)),
            _ => Err(without_entries(base, name, span)),
        }
    }

    /// `base[key]`, read at `span`.
    pub fn index(&self, base: &Value, key: &Value, span: Span) -> Result<Value, EvalError> {
        if base.is_null() {
            return self.absent(base, base.origin.span, span, || "This value is null, so it has no elements.".into());
        }
        if key.is_null() {
            return Err(EvalError::new("A null value cannot be a key or an index.", span));
        }
        if let Some(element) = symbolic_element(base, key, span) {
            return Ok(element);
        }
        let base_ty = base.as_unknown().map(|unknown| &unknown.ty);
        let key_is_dynamic = key.as_unknown().is_some_and(|unknown| unknown.ty == Type::Dynamic);
        if base_ty == Some(&Type::Dynamic) && key.is_unknown() || (key_is_dynamic && base_ty != Some(&Type::Dynamic)) {
            return Ok(marked(self.unknown(Type::Dynamic, [base, key], span), base));
        }
        let element = match (&base.data, base_ty) {
            (Data::Mapping(mapping), _) => self.index_mapping(base, mapping, key, span)?,
            (Data::Sequence(sequence), _) => self.index_sequence(base, sequence, key, span)?,
            (Data::Unknown(unknown), Some(Type::Map(_) | Type::Object(_))) => match self.key_text(key, span)? {
                Some(key) => self.unknown_entry(base, unknown, &key, span)?,
                None => self.unknown(element_type(&unknown.ty), [base, key], span),
            },
            (Data::Unknown(unknown), Some(Type::List(_) | Type::Tuple(_))) => {
                let index = self.converted(key, &Type::Number, "Invalid index", span)?;
                self.index_unknown(base, unknown, &index, span)?
            }
            (Data::Unknown(unknown), Some(Type::Dynamic)) => match &key.data {
                Data::String(name) => self.unknown_entry(base, unknown, name, span)?,
                Data::Number(number) => match number.as_i64() {
                    Some(index) => extended(base, unknown, Type::Dynamic, Step::Index(index), span),
                    None => self.unknown(Type::Dynamic, [base, key], span),
                },
                _ => return Err(EvalError::new("A key or an index must be a string or a number.", span)),
            },
            (_, Some(Type::Set(_))) => return Err(of_a_set(base, span)),
            _ => return Err(without_elements(base, span)),
        };
        Ok(element)
    }

    fn key_text(&self, key: &Value, span: Span) -> Result<Option<Text>, EvalError> {
        let key = self.converted(key, &Type::String, "Invalid key", span)?;
        Ok(key.as_str().map(Text::from))
    }

    fn index_mapping(&self, base: &Value, mapping: &Mapping, key: &Value, span: Span) -> Result<Value, EvalError> {
        let Some(name) = self.key_text(key, span)? else {
            let ty = if let Type::Map(element) = base.ty() { (*element).clone() } else { Type::Dynamic };
            return Ok(marked(self.unknown(ty, [base, key], span), base));
        };
        match mapping.get(&name) {
            Some(element) => {
                let element = self.reach(base, element, span);
                // The names of an object's attributes are part of its type, and no secret.
                let secret = key.sensitive && mapping.kind != MappingKind::Object;
                Ok(Value { sensitive: element.sensitive || secret, ..element })
            }
            // Elsewhere it is a key like any other.
            None if self.mode == Mode::Policy && matches!(key.data, Data::Number(_)) => {
                Err(without_elements(base, span))
            }
            None => self.absent_entry(base, mapping, &name, span),
        }
    }

    fn index_sequence(&self, base: &Value, sequence: &Sequence, key: &Value, span: Span) -> Result<Value, EvalError> {
        use crate::model::SequenceKind;
        let element = match &sequence.kind {
            SequenceKind::Set(_) if self.mode == Mode::Configuration => return Err(of_a_set(base, span)),
            SequenceKind::Set(_) | SequenceKind::Tuple => Type::Dynamic,
            SequenceKind::List(element) => element.clone(),
        };
        let key = self.converted(key, &Type::Number, "Invalid index", span).map_err(|error| error.on([base]))?;
        let Data::Number(number) = &key.data else {
            return Ok(marked(self.unknown(element, [base, &key], span), base));
        };
        let found = number.as_i64().and_then(|index| usize::try_from(index).ok());
        if let Some(element) = found.and_then(|index| sequence.items.get(index)) {
            let element = self.reach(base, element, span);
            Ok(Value { sensitive: element.sensitive || key.sensitive, ..element })
        } else {
            let message = || out_of_range(number, sequence.items.len());
            self.absent(base, base.origin.span, span, message)
        }
    }

    fn index_unknown(&self, base: &Value, unknown: &Unknown, key: &Value, span: Span) -> Result<Value, EvalError> {
        let Data::Number(number) = &key.data else {
            return Ok(marked(self.unknown(element_type(&unknown.ty), [base, key], span), base));
        };
        let index = number.as_i64().filter(|index| *index >= 0);
        let Some(index) = index else { return Err(EvalError::new(out_of_range(number, 0), span)) };
        let ty = match &unknown.ty {
            Type::Tuple(items) => match usize::try_from(index).ok().and_then(|index| items.get(index)) {
                Some(ty) => ty.clone(),
                None => return Err(EvalError::new(out_of_range(number, items.len()), span)),
            },
            other => element_type(other),
        };
        if unknown.refinement.max_length.is_some_and(|most| index.unsigned_abs() >= most) {
            return Err(EvalError::new(out_of_range(number, 0), span));
        }
        Ok(extended(base, unknown, ty, Step::Index(index), span))
    }

    fn absent_entry(&self, base: &Value, mapping: &Mapping, name: &str, span: Span) -> Result<Value, EvalError> {
        if mapping.header.is_some()
            && let Some(known) = self.scope.attribute(base, name, span)
        {
            return known;
        }
        if let Some(causes) = &mapping.open {
            let place = mapping.header.unwrap_or(base.origin.span);
            let unknown = Value::unknown_of(Type::Dynamic, causes.as_ref().clone(), place);
            return Ok(Value { sensitive: base.sensitive, ..unknown });
        }
        self.absent(base, mapping.header.unwrap_or(base.origin.span), span, || {
            let keys: Vec<&str> = mapping.entries.iter().map(|(key, _)| key.as_str()).take(8).collect();
            let more = if mapping.entries.len() > keys.len() { ", …" } else { "" };
            let known =
                if keys.is_empty() { "it is empty".into() } else { format!("it has {}{more}", keys.join(", ")) };
            format!("There is no attribute or key \"{name}\": {known}.")
        })
    }

    /// What is not there: null in a policy, in the place that should hold it, and an error elsewhere.
    fn absent(
        &self,
        base: &Value,
        place: Span,
        span: Span,
        message: impl FnOnce() -> String,
    ) -> Result<Value, EvalError> {
        if self.strict {
            return Err(EvalError::new(message(), span).hiding([base]));
        }
        let origin = if base.origin.via.is_some() { base.origin.clone() } else { Origin::at(place) };
        Ok(Value { data: Data::Null(Type::Dynamic), origin, sensitive: base.sensitive, trace: None })
    }

    fn unknown_entry(&self, base: &Value, unknown: &Unknown, name: &str, span: Span) -> Result<Value, EvalError> {
        if unknown.referenced().is_some()
            && let Some(known) = self.scope.attribute(base, name, span)
        {
            return known;
        }
        let ty = match &unknown.ty {
            Type::Dynamic => Type::Dynamic,
            Type::Map(element) => (**element).clone(),
            Type::Object(object) => match object.get(name) {
                Some(ty) => ty.clone(),
                None => {
                    return self.absent(base, base.origin.span, span, || format!("There is no attribute \"{name}\"."));
                }
            },
            _ => return Err(without_entries(base, name, span)),
        };
        Ok(extended(base, unknown, ty, Step::Key(name.into()), span))
    }

    /// An element of `base` as it is read at `span`: its own place, by the way that `base` came.
    ///
    /// What is written inside the very value that is read has its place there. Of what was reached through
    /// a reference, the place is the reading expression (in a policy, the place of `base`) and the way is
    /// that of `base`, ending at the element.
    pub(super) fn reach(&self, base: &Value, element: &Value, span: Span) -> Value {
        let mut element = element.clone();
        element.sensitive |= base.sensitive;
        if let Some(via) = &base.origin.via
            && !base.origin.span.contains(element.origin.span)
        {
            let place = if self.mode == Mode::Policy { base.origin.span } else { span };
            element.origin = Origin { span: place, via: Some(way_to(via, &element.origin)) };
        }
        element
    }
}

/// An element that [`Evaluator::reach`] would give as it is.
fn plain_element<'v>(base: &'v Value, name: &str) -> Option<&'v Value> {
    if base.sensitive || base.origin.via.is_some() {
        return None;
    }
    base.as_mapping()?.get(name)
}

/// A part of a secret is one too.
fn marked(value: Value, base: &Value) -> Value {
    Value { sensitive: base.sensitive, ..value }
}

fn of_a_set(base: &Value, span: Span) -> EvalError {
    let message = "The elements of a set have no index; use a for expression, or tolist() first.";
    EvalError::new(message, span).on([base])
}

fn without_elements(base: &Value, span: Span) -> EvalError {
    EvalError::new(format!("A number chooses an element of a list, and this is a {}.", base.kind()), span).on([base])
}

fn of_one_element(base: &Value, name: &str, span: Span) -> EvalError {
    let message =
        format!("This {} has no attributes: use [*].{name} for all of its elements, or an index for one.", base.kind());
    EvalError::new(message, span).on([base])
}

/// An attribute is asked of what is neither an object nor a map.
fn without_entries(base: &Value, name: &str, span: Span) -> EvalError {
    let message = format!("This {} has no attributes, so there is no \"{name}\".", base.kind());
    EvalError::new(message, span).on([base])
}

fn out_of_range(number: &Number, length: usize) -> String {
    if !number.is_integer() {
        return format!("The index {number} is not a whole number.");
    }
    format!("There is no element {number}: the collection has {length} element(s).")
}

fn element_type(ty: &Type) -> Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => (**element).clone(),
        _ => Type::Dynamic,
    }
}

/// The way of the whole, cut where the element was written, and on from there.
pub(super) fn way_to(way: &Arc<Hop>, element: &Origin) -> Arc<Hop> {
    let hops: Vec<&Hop> = std::iter::successors(Some(&**way), |hop| hop.next.as_deref()).collect();
    // An element that is written in none of these places came by a way of its own, whose beginning is lost.
    let at = hops.iter().position(|hop| hop.span.contains(element.span)).unwrap_or(0);
    let last = hops.get(at).map_or_else(|| way.kind.clone(), |hop| hop.kind.clone());
    let end = Arc::new(Hop { kind: last, span: element.span, next: element.via.clone(), encoded: None, beside: None });
    hops.into_iter().take(at).rev().fold(end, |next, hop| Arc::new(Hop { next: Some(next), ..hop.clone() }))
}

/// Whether a place lies in one of the places of a way.
pub(super) fn way_passes(way: &Hop, place: Span) -> bool {
    std::iter::successors(Some(way), |hop| hop.next.as_deref()).any(|hop| hop.span.contains(place))
}

/// The element of a symbolic unknown whose key is one, too.
fn symbolic_element(base: &Value, key: &Value, span: Span) -> Option<Value> {
    let (unknown, key_unknown) = (base.as_unknown()?, key.as_unknown()?);
    let (Symbol::Reference(_), Symbol::Reference(at)) = (unknown.symbol.as_ref()?, key_unknown.symbol.as_ref()?) else {
        return None;
    };
    if !matches!(unknown.ty, Type::Dynamic | Type::List(_) | Type::Map(_)) {
        return None;
    }
    let mut element = extended(base, unknown, element_type(&unknown.ty), Step::At(Box::new(at.clone())), span);
    if let Data::Unknown(unknown) = &mut element.data {
        collect_causes(key, &mut Arc::make_mut(unknown).causes);
    }
    element.sensitive |= key.sensitive;
    Some(element)
}

/// A part of an unknown: for a symbolic reference one step further, else unknown for the same reasons.
fn extended(base: &Value, unknown: &Unknown, ty: Type, step: Step, span: Span) -> Value {
    let (symbol, causes) = match &unknown.symbol {
        Some(Symbol::Reference(reference)) => {
            let mut path = reference.path.clone();
            path.push(step);
            let longer = Reference { address: reference.address.clone(), path };
            let causes = unknown.causes.iter().map(|cause| renamed(cause, reference, &longer, span)).collect();
            (Some(Symbol::Reference(longer)), causes)
        }
        _ => (None, unknown.causes.clone()),
    };
    let part = Unknown { ty, causes, symbol, refinement: Refinement::default() };
    let origin = Origin { span, via: base.origin.via.clone() };
    Value { data: Data::Unknown(Arc::new(part)), origin, sensitive: base.sensitive, trace: None }
}

/// A cause that names the reference names what was read of it.
fn renamed(cause: &Cause, shorter: &Reference, longer: &Reference, span: Span) -> Cause {
    let is_it = |text: &Text| *text == shorter.to_string();
    let why = match &cause.why {
        Why::AfterApply(text) if is_it(text) => Why::AfterApply(longer.to_string().into()),
        Why::DataSource(text) if is_it(text) => Why::DataSource(longer.to_string().into()),
        _ => return cause.clone(),
    };
    Cause { why, span }
}
