//! Tuples, objects, `for` and splats.

use super::evaluator::SPLAT_ELEMENT;
use super::normal_form::normalized;
use super::trace::Owed;
use super::unknowns::{collect_causes, not_null, refined};
use super::{EvalError, Evaluator, Mode, convert, open};
use crate::model::{
    Data, KnownElements, Mapping, MappingKind, SequenceKind, Step, Text, TraceId, Type, Unknown, Value,
};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind, For, ObjectItem};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Evaluator<'_> {
    pub(super) fn tuple(&self, items: &[Expr], span: Span) -> Result<Value, EvalError> {
        self.budget.elements(items.len(), span)?;
        let items: Vec<Value> = items.iter().map(|item| self.evaluate(item)).collect::<Result<_, _>>()?;
        Ok(Value::tuple(items, span))
    }

    pub(super) fn object(&self, items: &[ObjectItem], span: Span) -> Result<Value, EvalError> {
        self.budget.elements(items.len(), span)?;
        let mut entries = Vec::with_capacity(items.len());
        let mut unknown_keys = Vec::new();
        let mut sensitive = false;
        for item in items {
            let key = self.object_key(&item.key)?;
            let value = self.evaluate(&item.value)?;
            if key.is_null() {
                return Err(EvalError::new("A null value cannot be a key.", item.key.span));
            }
            sensitive |= key.sensitive;
            let key = self.converted(&key, &Type::String, "This value cannot be a key", item.key.span)?;
            match &key.data {
                Data::String(name) => entries.push((name.clone(), value)),
                _ => unknown_keys.push(key),
            }
        }
        let mut result = if unknown_keys.is_empty() {
            Value::object(entries, span)
        } else {
            self.unknown(Type::Dynamic, &unknown_keys, span)
        };
        result.sensitive |= sensitive;
        Ok(result)
    }

    /// A bare name is the key itself, keywords too.
    fn object_key(&self, key: &Expr) -> Result<Value, EvalError> {
        let name: Text = match &key.kind {
            ExprKind::Root(name) => normalized(name),
            ExprKind::Null => "null".into(),
            ExprKind::Bool(true) => "true".into(),
            ExprKind::Bool(false) => "false".into(),
            ExprKind::Attribute(..) if is_bare(key) => {
                let message = "A key with dots is ambiguous: quote it to mean the text, put it in parentheses to mean the reference.";
                return Err(EvalError::fatal(message, key.span));
            }
            _ => return self.evaluate(key),
        };
        Ok(Value::string(name, key.span))
    }

    /// Keys and values of what can be walked, in order; `None` when it is not known.
    pub(super) fn elements(&self, collection: &Value, span: Span) -> Result<Option<Vec<(Value, Value)>>, EvalError> {
        let place = |value: &Value, data: Data| Value::new(data, value.origin.span);
        match &collection.data {
            Data::Sequence(sequence) => {
                let is_set = matches!(sequence.kind, SequenceKind::Set(_));
                let element = |(index, item): (usize, &Value)| {
                    let mut item = self.reach(collection, item, collection.origin.span);
                    // The mark of the whole goes to the whole result.
                    item.sensitive = sequence.items.get(index).is_some_and(|item| item.sensitive);
                    let key = if is_set { item.clone() } else { place(&item, Data::Number((index as i64).into())) };
                    (key, item)
                };
                let mut elements: Vec<_> = sequence.items.iter().enumerate().map(element).collect();
                self.walked(collection, sequence.items.iter(), &mut elements, span);
                Ok(Some(elements))
            }
            Data::Mapping(mapping) => {
                let element = |(key, item): &(Text, Value)| {
                    let sensitive = item.sensitive;
                    let mut item = self.reach(collection, item, collection.origin.span);
                    item.sensitive = sensitive;
                    (place(&item, Data::String(key.clone())), item)
                };
                let mut elements: Vec<_> = mapping.entries.iter().map(element).collect();
                self.walked(collection, mapping.entries.iter().map(|(_, item)| item), &mut elements, span);
                Ok(Some(elements))
            }
            Data::Unknown(unknown) => match &unknown.ty {
                Type::Bool | Type::Number | Type::String => Err(not_iterable(collection, &unknown.ty, span)),
                _ => Ok(None),
            },
            // In a policy, nothing is in what is not there.
            Data::Null(_) if !self.strict => Ok(Some(Vec::new())),
            Data::Null(_) => Err(EvalError::new("The collection is null; there is nothing to iterate over.", span)),
            _ => Err(not_iterable(collection, &collection.ty(), span)),
        }
    }

    pub(super) fn for_loop(&self, for_expr: &For, span: Span) -> Result<Value, EvalError> {
        let whole = self.evaluate(&for_expr.collection)?;
        // Of a list that may be longer, the known elements give known ones.
        let collection = open::known_part(&whole);
        let Some(elements) = self.elements(&collection, for_expr.collection.span)? else {
            return Ok(self.unknown(Type::Dynamic, [&*collection], span));
        };
        self.budget.elements(elements.len(), span)?;
        if elements.is_empty() {
            self.rehearse(for_expr, span)?;
        }
        let mut results = ForResults { sensitive: collection.sensitive, ..ForResults::default() };
        let key_name = for_expr.key_name.as_ref().map_or("", |name| name.name.as_str());
        for (key, value) in elements {
            let element = value.trace;
            let bindings = [(for_expr.value_name.name.as_str(), value), (key_name, key)];
            self.bind(&bindings).for_element(for_expr, element, &mut results)?;
        }
        results.may_be_longer = whole.is_unknown();
        if results.may_be_longer {
            results.unknown.push(whole.clone());
        }
        self.collected(for_expr, &collection, results, span)
    }

    /// The result of a `for`.
    fn collected(
        &self,
        for_expr: &For,
        collection: &Value,
        results: ForResults,
        span: Span,
    ) -> Result<Value, EvalError> {
        let ForResults { items, keys, unknown, sensitive, owed, may_be_longer } = results;
        let origin = self.origin_of([collection], span);
        let data = if unknown.is_empty() {
            match for_expr.key {
                None => Value::tuple(items, span).data,
                Some(_) => grouped(keys, items, for_expr, span)?,
            }
        } else {
            self.undecided_for(for_expr, items, &unknown, may_be_longer, span).data
        };
        let collected = Value { data, origin, sensitive, trace: None };
        Ok(self.owed(collected, span, |_| {
            Owed::Decided(if owed.is_empty() { collection.trace.into_iter().collect() } else { owed.into() })
        }))
    }

    /// The result of a `for` of which some conditions or keys are not known. Terraform says nothing of it;
    /// a policy may be decided by how long it is, and by the elements that it certainly has.
    fn undecided_for(
        &self,
        for_expr: &For,
        certain: Vec<Value>,
        open: &[Value],
        may_be_longer: bool,
        span: Span,
    ) -> Value {
        if for_expr.key.is_some() {
            return self.unknown(Type::Dynamic, open, span);
        }
        let mut causes = Vec::new();
        open.iter().for_each(|open| collect_causes(open, &mut causes));
        let least = certain.len();
        let elements = KnownElements::new(certain, causes, span);
        if self.mode == Mode::Configuration {
            let list = self.unknown(Type::Dynamic, open, span);
            return if least == 0 { list } else { refined(list, |known| known.elements = elements) };
        }
        let list = self.unknown(Type::List(Arc::new(Type::Dynamic)), open, span);
        refined(not_null(list), |known| {
            known.min_length = least as u64;
            known.max_length = (!may_be_longer).then_some((least + open.len()) as u64);
            known.elements = elements;
        })
    }

    /// Terraform looks at the condition once without elements, so that its errors do not depend on there
    /// being any.
    fn rehearse(&self, for_expr: &For, span: Span) -> Result<(), EvalError> {
        let Some(condition) = &for_expr.condition else { return Ok(()) };
        let any = Value::unknown_of(Type::Dynamic, Vec::new(), span);
        let key_name = for_expr.key_name.as_ref().map_or("", |name| name.name.as_str());
        let bindings = [(for_expr.value_name.name.as_str(), any.clone()), (key_name, any)];
        self.bind(&bindings).condition(condition).map(drop)
    }

    fn for_element(&self, for_expr: &For, element: Option<TraceId>, results: &mut ForResults) -> Result<(), EvalError> {
        let mut condition_node = None;
        if let Some(condition) = &for_expr.condition {
            let included = self.condition(condition)?;
            results.sensitive |= included.sensitive;
            condition_node = included.trace;
            match included.as_bool() {
                None => {
                    results.note_open([condition_node, element]);
                    results.unknown.push(included);
                    return Ok(());
                }
                Some(false) => return Ok(()),
                Some(true) => {}
            }
        }
        if let Some(key) = &for_expr.key {
            let value = self.evaluate(key)?;
            if value.is_null() {
                return Err(EvalError::new("The key of an element is null; keys must be strings.", key.span));
            }
            let text = self.converted(&value, &Type::String, "The key of an element must be a string", key.span)?;
            results.sensitive |= text.sensitive;
            if let Some(text) = text.as_str() {
                results.keys.push(text.into());
            } else {
                results.note_open([value.trace, element]);
                results.unknown.push(value);
                return Ok(());
            }
        }
        let value = self.evaluate(&for_expr.value)?;
        if results.items.is_empty() && results.unknown.is_empty() {
            results.owed.extend([condition_node, value.trace, element].into_iter().flatten());
        }
        results.items.push(value);
        Ok(())
    }

    pub(super) fn splat(&self, base: &Expr, rest: &Expr, span: Span) -> Result<Value, EvalError> {
        let source = self.evaluate(base)?;
        if let Some(items) = source.known_elements() {
            let items = self.splat_items(&source, items, rest, span)?;
            return Ok(open::list(&source, items, span));
        }
        let ty = match &source.data {
            Data::Sequence(sequence) => match &sequence.kind {
                SequenceKind::Tuple => return self.splat_tuple(&source, &sequence.items, rest, span),
                SequenceKind::List(element) | SequenceKind::Set(element) => {
                    return self.splat_list(&source, &sequence.items, element, rest, span);
                }
            },
            Data::Null(Type::Tuple(_) | Type::List(_) | Type::Set(_)) => {
                return Err(EvalError::new("The collection is null; a splat needs one, or a single value.", base.span));
            }
            Data::Null(_) => return Ok(self.outcome(Value::tuple(Vec::new(), span).data, [&source], span)),
            Data::Unknown(unknown) => unknown.ty.clone(),
            _ => return self.splat_single(&source, rest, span),
        };
        self.splat_unknown(&source, &ty, rest, span)
    }

    fn splat_element(&self, element: Value, rest: &Expr) -> Result<Value, EvalError> {
        let bindings = [(SPLAT_ELEMENT, element)];
        self.bind(&bindings).evaluate(rest)
    }

    fn splat_items(&self, source: &Value, items: &[Value], rest: &Expr, span: Span) -> Result<Vec<Value>, EvalError> {
        self.budget.elements(items.len(), span)?;
        let element = |(at, item): (i64, &Value)| {
            let element = Value { sensitive: item.sensitive, ..self.reach(source, item, source.origin.span) };
            let trace = self.trace.and_then(|trace| trace.element(source, Step::Index(at), item, span));
            self.splat_element(Value { trace, ..element }, rest)
        };
        (0..).zip(items).map(element).collect()
    }

    fn splat_tuple(&self, source: &Value, items: &[Value], rest: &Expr, span: Span) -> Result<Value, EvalError> {
        let items = self.splat_items(source, items, rest, span)?;
        Ok(self.outcome(Value::tuple(items, span).data, [source], span))
    }

    /// A single value is the only element; a secret stays in it.
    fn splat_single(&self, source: &Value, rest: &Expr, span: Span) -> Result<Value, EvalError> {
        let items = vec![self.splat_element(source.clone(), rest)?];
        let tuple = self.outcome(Value::tuple(items, span).data, [source], span);
        Ok(Value { sensitive: false, ..tuple })
    }

    fn splat_list(
        &self,
        source: &Value,
        items: &[Value],
        element: &Type,
        rest: &Expr,
        span: Span,
    ) -> Result<Value, EvalError> {
        let items = self.splat_items(source, items, rest, span)?;
        let data = if items.is_empty() {
            let any = Value::unknown_of(element.clone(), Vec::new(), span);
            let ty = Type::List(Arc::new(self.splat_element(any, rest)?.ty()));
            let empty = Value::tuple(Vec::new(), span);
            self.converted(&empty, &ty, "Invalid splat", span)?.data
        } else if self.mode == Mode::Policy && !is_uniform(&items) {
            Value::tuple(items, span).data
        } else {
            convert::list_of(items)
        };
        Ok(self.outcome(data, [source], span))
    }

    fn splat_unknown(&self, source: &Value, ty: &Type, rest: &Expr, span: Span) -> Result<Value, EvalError> {
        let any = |ty: &Type| self.unknown(ty.clone(), [source], span);
        match ty {
            Type::Dynamic if !is_resource_instance(source) => Ok(any(&Type::Dynamic)),
            Type::List(element) | Type::Set(element) => {
                let element = self.splat_element(any(element), rest)?.ty();
                let bounds = source.as_unknown().map(|unknown| unknown.refinement.clone()).unwrap_or_default();
                Ok(refined(not_null(any(&Type::List(Arc::new(element)))), |refinement| {
                    refinement.min_length = bounds.min_length;
                    refinement.max_length = bounds.max_length;
                }))
            }
            Type::Tuple(items) => {
                let types: Result<Vec<Type>, EvalError> =
                    items.iter().map(|item| Ok(self.splat_element(any(item), rest)?.ty())).collect();
                Ok(not_null(any(&Type::Tuple(Arc::new(types?)))))
            }
            _ => {
                // A single value, or none when it turns out to be null.
                let single = self.splat_single(source, rest, span)?;
                Ok(if super::unknowns::is_never_null(source) { single } else { any(&Type::Dynamic) })
            }
        }
    }
}

/// Whether an unknown of no known type is a whole resource, which is certainly one single object.
fn is_resource_instance(value: &Value) -> bool {
    let is_whole = |unknown: &Unknown| unknown.referenced().is_some_and(|reference| reference.path.is_empty());
    value.as_unknown().is_some_and(|unknown| is_whole(unknown) && unknown.refinement.not_null)
}

/// Whether it is a reference without any parentheses or brackets.
fn is_bare(key: &Expr) -> bool {
    match &key.kind {
        ExprKind::Root(_) => true,
        ExprKind::Attribute(base, _) => is_bare(base),
        _ => false,
    }
}

fn not_iterable(value: &Value, ty: &Type, span: Span) -> EvalError {
    let message = format!("A {ty} cannot be iterated over; a list, set, tuple, map or object can.");
    EvalError::new(message, span).on([value])
}

fn is_uniform(items: &[Value]) -> bool {
    let mut types = items.iter().map(Value::ty).filter(|ty| *ty != Type::Dynamic);
    types.next().is_none_or(|first| types.all(|ty| ty == first))
}

/// What the elements of a `for` have given so far.
#[derive(Default)]
struct ForResults {
    /// Whether the collection may have more elements.
    may_be_longer: bool,
    items: Vec<Value>,
    keys: Vec<Text>,
    /// Conditions and keys that are not known.
    unknown: Vec<Value>,
    sensitive: bool,
    /// What the result is owed to: the elements for which it is not known whether they are in it, else the first one
    /// that is. Empty without a trace.
    owed: Vec<TraceId>,
}

impl ForResults {
    /// Notes what leaves it open whether an element is in the result.
    fn note_open(&mut self, nodes: [Option<TraceId>; 2]) {
        if self.unknown.is_empty() {
            self.owed.clear();
        }
        self.owed.extend(nodes.into_iter().flatten());
    }
}

fn grouped(keys: Vec<Text>, items: Vec<Value>, for_expr: &For, span: Span) -> Result<Data, EvalError> {
    let mut groups: BTreeMap<Text, Vec<Value>> = BTreeMap::new();
    for (key, item) in keys.into_iter().zip(items) {
        let group = groups.entry(key).or_default();
        if !for_expr.group && !group.is_empty() {
            let message =
                "Two elements have the same key; put ... after the value to collect the values of a key in a list.";
            return Err(EvalError::new(message, for_expr.key.as_ref().map_or(span, |key| key.span)).on([&item]));
        }
        group.push(item);
    }
    let value =
        |items: Vec<Value>| if for_expr.group { Some(Value::tuple(items, span)) } else { items.into_iter().next() };
    let entries = groups.into_iter().filter_map(|(key, items)| Some((key, value(items)?))).collect();
    Ok(Data::Mapping(Arc::new(Mapping { kind: MappingKind::Object, entries, header: None, open: None })))
}
