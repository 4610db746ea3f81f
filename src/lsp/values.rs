//! The value of an expression that is written somewhere, and the way it came, found in the model.
//!
//! Evaluates nothing: each value of a resource knows the expression that gave it and those that it came through.

use crate::limits::language_server::VALUE_DEPTH;
use crate::model::{Encoded, Hop, Lowered, Resource, Value};
use crate::source::{SourceId, Sources, Span};
use std::sync::Arc;

/// What stands at a place.
#[derive(Clone, Debug)]
pub struct Found<'m> {
    /// The expression.
    pub span: Span,
    /// Its value, where that is known to be the one that is written there.
    pub value: Option<&'m Value>,
    /// The rest of the way, nearest first.
    pub way: Vec<&'m Hop>,
    /// The resource that has it.
    pub resource: &'m Resource,
}

/// What stands at a byte of a source: the smallest expression that holds it, once for each instance that has another
/// value there.
pub fn at<'m>(lowered: &'m Lowered, sources: &Sources, source: SourceId, offset: u32) -> Vec<Found<'m>> {
    let mut found: Vec<Found<'_>> = Vec::new();
    let holds = |span: Span| span.source == source && span.start <= offset && offset <= span.end;
    each(lowered, sources, &mut |candidate| {
        if !holds(candidate.span) {
            return;
        }
        let length = |span: Span| span.end - span.start;
        match found.first() {
            Some(best) if length(best.span) < length(candidate.span) => {}
            Some(best) if length(best.span) == length(candidate.span) => found.push(candidate),
            _ => found = vec![candidate],
        }
    });
    found
}

/// Calls `visit` with all values of all resources, and with the places that they came through.
pub fn each<'m>(lowered: &'m Lowered, sources: &Sources, visit: &mut impl FnMut(Found<'m>)) {
    for resource in &lowered.resources {
        Walk { resource, sources }.parts(&resource.attrs, VALUE_DEPTH, visit);
    }
}

/// A walk through the values of one resource.
struct Walk<'m, 's> {
    resource: &'m Resource,
    sources: &'s Sources,
}

impl<'m> Walk<'m, '_> {
    fn parts(&self, value: &'m Value, depth: u32, visit: &mut impl FnMut(Found<'m>)) {
        let Some(depth) = depth.checked_sub(1) else { return };
        self.own(value, depth, visit);
        for item in value.as_items().into_iter().flatten() {
            self.parts(item, depth, visit);
        }
        for (_, item) in value.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
            self.parts(item, depth, visit);
        }
    }

    /// The places of one value.
    fn own(&self, value: &'m Value, depth: u32, visit: &mut impl FnMut(Found<'m>)) {
        let resource = self.resource;
        let origin = &value.origin;
        let way: Vec<&Hop> = origin.hops().collect();
        visit(Found { span: origin.span, value: Some(value), way: way.clone(), resource });
        // What an operator, function or template made is another value than what it was made from.
        let (mut is_same, mut before) = (true, origin.span);
        for (at, hop) in way.iter().enumerate() {
            is_same &= hop.encoded.is_none() && !is_change(hop) && (!follows_name(hop) || self.is_name(before));
            before = hop.span;
            let rest = way.get(at + 1..).unwrap_or_default().to_vec();
            visit(Found { span: hop.span, value: is_same.then_some(value), way: rest, resource });
            match hop.encoded.as_deref() {
                Some(Encoded::Value(inner)) => self.parts(inner, depth, visit),
                Some(Encoded::Text(text)) => text.values.iter().for_each(|value| self.parts(value, depth, visit)),
                None => {}
            }
            for beside in hop.beside.iter().flatten() {
                let steps = std::iter::successors(Some(beside), |hop| hop.next.as_ref()).map(Arc::as_ref);
                let steps: Vec<&Hop> = steps.collect();
                for (at, hop) in steps.iter().enumerate() {
                    let rest = steps.get(at + 1..).unwrap_or_default().to_vec();
                    visit(Found { span: hop.span, value: None, way: rest, resource });
                }
            }
        }
    }

    /// Whether nothing but a reference is written at a place.
    fn is_name(&self, span: Span) -> bool {
        let source = self.sources.get(span.source);
        let is_part = |char: char| char.is_alphanumeric() || "_-.[]\"*".contains(char);
        source.slice(span).chars().all(is_part) && !source.slice(span).starts_with('"')
    }
}

/// Whether the hop leads from a reference to what it names.
fn follows_name(hop: &Hop) -> bool {
    use crate::model::HopKind::{Attribute, Local, ModuleArgument, ModuleOutput, VariableDefault, VariableValue};
    matches!(
        hop.kind,
        Attribute(_) | Local(_) | ModuleArgument(..) | ModuleOutput(..) | VariableDefault(_) | VariableValue(_)
    )
}

/// Whether the value before the hop is another one than behind it.
fn is_change(hop: &Hop) -> bool {
    use crate::model::HopKind::{Argument, Changed, Document, Each, Included, Template, ValuesKey};
    matches!(hop.kind, Argument(_) | Changed(_) | Document(_) | Each(_) | Included(_) | Template(_) | ValuesKey(_))
}
